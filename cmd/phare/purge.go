package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/text"
)

type purgeCmd struct {
	Platform string `required:"" help:"The desk: see phare platform list."`
	DryRun   bool   `help:"Only report what is over: nothing is taken."`
	Lang     string `help:"Language: fr or en." enum:"fr,en" default:"fr"`
}

// Run prints what is over by which rule, counts alone. Without --dry-run it also takes
// what the program takes by itself each hour; files are erased by two people of the
// desk, never by a command.
func (c *purgeCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := access.FindPlatform(ctx, db, c.Platform); err != nil {
		return fmt.Errorf("there is no desk %q: see phare platform list", c.Platform)
	}
	words, err := text.Load()
	if err != nil {
		return err
	}
	r, err := retention.DryByOperator(ctx, db, c.Platform)
	if err != nil {
		return err
	}
	say := func(key string, args map[string]any) string { return words.Get(c.Lang, key, args) }
	fmt.Println(say("retention.report.title", map[string]any{"Day": r.Today}))
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", say("retention.col.time", nil), say("retention.col.due", nil), say("retention.col.held", nil), say("retention.col.asked", nil), say("retention.col.rule", nil))
	for _, l := range r.Lines {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", say("retention.unit."+l.Rule.Unit, map[string]any{"N": l.Rule.Amount}), l.Due, l.Held, l.Asked, l.Rule.Label(c.Lang))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if c.DryRun {
		fmt.Println(say("retention.dry", nil))
		return nil
	}
	by := access.Machine(c.Platform)
	n, err := request.PurgeDrafts(ctx, db, by)
	if err != nil {
		return err
	}
	if err := retention.Sweep(ctx, db, by); err != nil {
		return err
	}
	fmt.Println(say("retention.taken", map[string]any{"Drafts": n}))
	return db.EmptyLog(ctx)
}
