package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"phare/internal/orientation"
)

type rankCmd struct {
	Cases rankCasesCmd `cmd:"" default:"withargs" help:"Rank the cases of a file (phare rank --cases IN --out OUT)."`
	Eval  rankEvalCmd  `cmd:"" help:"Measure the ranking on a file whose cases carry their disease."`

	Figures rankFiguresCmd `cmd:"" help:"Measure, and write the figures that the module's page and doc/orientation.md show."`
	Diff    rankDiffCmd    `cmd:"" help:"Say which stored orientations, or cases of a file, another knowledge file changes. Exit code 0: none, 1: some, 2: failure, 3: stored ones that do not replay."`
}

type rankCasesCmd struct {
	Cases      string `required:"" help:"Cases, one JSON object a line: id, obs, exc, sex, onset, last. Plain or gzip; - for standard input." placeholder:"FILE"`
	Out        string `required:"" help:"Results, one JSON object a line; - for standard output." placeholder:"FILE"`
	Candidates string `help:"Which diseases compete: all families, or only those with an OMIM code." enum:"all,omim" default:"all"`
}

// Run ranks and says what was reported.
func (c *rankCasesCmd) Run(ctx context.Context, s *settings) error {
	engine, err := s.engine()
	if err != nil {
		return err
	}
	in, err := input(c.Cases)
	if err != nil {
		return err
	}
	defer in.Close()
	var st orientation.Stats
	rank := func(w io.Writer) (err error) {
		st, err = orientation.RankFile(ctx, engine, in, w, candidates(c.Candidates))
		return err
	}
	if c.Out == "-" {
		err = rank(os.Stdout)
	} else {
		err = writeFile(c.Out, 0o644, rank)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d cases ranked in %v, %d µs each; %d with ids reported, %d with too few or too vague signs, %d lines that are not cases\n",
		st.Cases, (time.Duration(st.Micros) * time.Microsecond).Round(time.Millisecond), st.Micros/int64(max(st.Cases, 1)), st.Reported, st.Abstains, st.Bad)
	if st.Bad > 0 {
		return fmt.Errorf("%d lines could not be read; each has its \"error\" in the results", st.Bad)
	}
	return nil
}

type rankEvalCmd struct {
	Cases      string `required:"" help:"Cases with their disease in \"d\", as for phare rank." placeholder:"FILE"`
	Candidates string `help:"Which diseases compete: all families, or only those with an OMIM code, as in published figures." enum:"all,omim" default:"all"`
	Rounds     int    `help:"Bootstrap rounds for the intervals." default:"1000"`
	Seed       uint64 `help:"Seed of the bootstrap." default:"1"`
	Degrade    string `help:"Make the signs worse first: few (three of them), parents (half of them less precise), wrong (three too many)." enum:"none,few,parents,wrong" default:"none"`
	Observed   bool   `help:"Leave out the excluded signs of the cases, as published figures do."`
	Questions  int    `help:"Instead, ask up to so many questions of cases that start with three signs, and compare ways to choose them." placeholder:"N"`
	Half       string `help:"With --questions: the diseases that the questions were tuned on, the others, or both." enum:"tune,check,both" default:"check"`
}

// Run prints the figures.
func (c *rankEvalCmd) Run(ctx context.Context, s *settings) error {
	engine, err := s.engine()
	if err != nil {
		return err
	}
	in, err := input(c.Cases)
	if err != nil {
		return err
	}
	defer in.Close()
	if c.Questions > 0 {
		f, err := orientation.EvalAsk(ctx, engine, in, orientation.AskOptions{Questions: c.Questions, Half: c.Half, Rounds: c.Rounds, Seed: c.Seed})
		if err != nil {
			return err
		}
		return f.Write(os.Stdout)
	}
	o := orientation.EvalOptions{Candidates: candidates(c.Candidates), Rounds: c.Rounds, Seed: c.Seed, Observed: c.Observed}
	if c.Degrade != "none" {
		o.Degrade = orientation.Degrade(c.Degrade)
	}
	f, err := orientation.Eval(ctx, engine, in, o)
	if err != nil {
		return err
	}
	return f.Write(os.Stdout)
}

// candidates is the engine's word for a choice on the command line.
func candidates(choice string) string {
	if choice == "omim" {
		return "OMIM"
	}
	return ""
}

func (s *settings) engine() (*orientation.Engine, error) {
	k, _, err := s.knowledge()
	if err != nil {
		return nil, err
	}
	return orientation.New(k), nil
}

// input opens a file, or standard input.
func input(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(os.Stdin), nil
	}
	return os.Open(name)
}
