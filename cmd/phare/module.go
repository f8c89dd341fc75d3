package main

import (
	"context"
	"fmt"
	"os"

	"phare/internal/access"
	"phare/internal/flags"
)

type deskModuleCmd struct {
	ID     string `arg:"" help:"The desk: see phare platform list."`
	State  string `arg:"" optional:"" enum:"on,off," default:"" help:"on or off; left out: only show what was decided."`
	Reason string `help:"Who decided, on what advice, for how long; needed with a state." placeholder:"TEXT"`
}

// Run shows the decisions of a desk on the ranking from signs, or adds one.
func (c *deskModuleCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := access.FindPlatform(ctx, db, c.ID); err != nil {
		return fmt.Errorf("there is no desk %q: see phare platform list", c.ID)
	}
	by := access.Machine(c.ID)
	all, err := access.Decisions(ctx, db, by)
	if err != nil {
		return err
	}
	if c.State != "" {
		d := access.Switching{On: c.State == "on", Reason: c.Reason}
		if len(all) > 0 {
			d.After = all[0].Number
		}
		if err := access.Switch(ctx, db, by, d); err != nil {
			return said(err)
		}
		if all, err = access.Decisions(ctx, db, by); err != nil {
			return err
		}
	}
	if len(all) == 0 {
		fmt.Printf("%s: ranking from signs is off; nobody has decided yet.\n", c.ID)
		return nil
	}
	fmt.Printf("%s: ranking from signs is %s.\n", c.ID, onOff(all[0].On))
	for _, d := range all {
		name := d.Name
		if name == "" {
			name = "the operator"
		}
		fmt.Printf("%s  %s by %s: %s\n", d.At.Format("2006-01-02 15:04"), onOff(d.On), name, d.Reason)
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

type flagsCmd struct {
	Check string `help:"Read this edited table and say what is wrong with it, or what it holds." placeholder:"FILE"`
}

// Run prints the table of the self-check, to be edited, or checks an edited one.
func (c *flagsCmd) Run() error {
	if c.Check == "" {
		text, err := flags.Source()
		if err == nil {
			_, err = os.Stdout.Write(text)
		}
		return err
	}
	t, err := flags.Load(c.Check)
	if err != nil {
		return err
	}
	unverified := 0
	for _, i := range t.Items {
		if i.VerifiedOn == "" {
			unverified++
		}
	}
	fmt.Printf("%s: version %s, %d pictures, %d situations, %d signs for a specialist soon, %d urgent ones; %d lines to be checked.\n", c.Check, t.Version,
		len(t.Of(flags.Picture)), len(t.Of(flags.Situation)), len(t.Of(flags.Soon)), len(t.Of(flags.Urgent)), unverified)
	return nil
}
