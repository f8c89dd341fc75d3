package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"phare/internal/access"
	"phare/internal/report"
	"phare/internal/text"
)

type reportCmd struct {
	Platform string `required:"" help:"The desk: see phare platform list."`
	Year     int    `help:"The year, as seen at the desk. Default: this one."`
	Lang     string `help:"Language: fr or en." enum:"fr,en" default:"fr"`
}

// Run prints the figures as the management reads them: counts only, small ones
// hidden, never a name.
func (c *reportCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := access.FindPlatform(ctx, db, c.Platform)
	if err != nil {
		return fmt.Errorf("there is no desk %q: see phare platform list", c.Platform)
	}
	if c.Year == 0 {
		c.Year = db.Now().In(text.Zone(p.Zone)).Year()
	}
	if c.Year < 2000 || c.Year > time.Now().Year()+1 {
		return fmt.Errorf("the year %d is not one that a desk can report on", c.Year)
	}
	words, err := text.Load()
	if err != nil {
		return err
	}
	// The operator reads what the management reads, and no more.
	by := access.Actor{ID: "system", Platform: p.ID, Role: access.Director}
	r, err := report.Build(ctx, db, by, c.Year)
	if err != nil {
		return err
	}
	return r.Write(os.Stdout, c.Lang, words)
}
