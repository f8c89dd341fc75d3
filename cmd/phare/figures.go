package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"phare/internal/notice"
	"phare/internal/orientation"
)

type rankFiguresCmd struct {
	Cases  string `required:"" help:"Cases with their disease in \"d\", as for phare rank eval." placeholder:"FILE"`
	Out    string `help:"File of figures that the module's page shows, in the source." default:"internal/notice/figures.json" placeholder:"FILE"`
	Doc    string `help:"Document that quotes them between its two marks." default:"doc/orientation.md" placeholder:"FILE"`
	Rounds int    `help:"Bootstrap rounds for the intervals." default:"1000"`
	Seed   uint64 `help:"Seed of the bootstrap." default:"1"`
}

// Run measures the ranking for both kinds of candidates and writes the figures
// where the module's page and its document read them.
func (c *rankFiguresCmd) Run(ctx context.Context, s *settings) error {
	document, err := os.ReadFile(c.Doc)
	if err != nil {
		return err
	}
	engine, err := s.engine()
	if err != nil {
		return err
	}
	all := notice.Figures{On: time.Now().Format(time.DateOnly)}
	for _, choice := range []string{"omim", "all"} {
		f, err := c.measure(ctx, engine, candidates(choice))
		if err != nil {
			return err
		}
		all.Runs = append(all.Runs, f)
	}
	quoted, err := all.Quote(string(document))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Doc, err)
	}
	if err := writeFile(c.Out, 0o644, all.Write); err != nil {
		return err
	}
	if err := writeFile(c.Doc, 0o644, func(w io.Writer) error { _, err := io.WriteString(w, quoted); return err }); err != nil {
		return err
	}
	fmt.Printf("%d cases measured with engine %s. Written: %s, %s\n", all.Runs[0].Cases, all.Runs[0].Engine, c.Out, c.Doc)
	return nil
}

func (c *rankFiguresCmd) measure(ctx context.Context, e *orientation.Engine, candidates string) (orientation.Figures, error) {
	in, err := input(c.Cases)
	if err != nil {
		return orientation.Figures{}, err
	}
	defer in.Close()
	return orientation.Eval(ctx, e, in, orientation.EvalOptions{Candidates: candidates, Rounds: c.Rounds, Seed: c.Seed})
}
