package main

import (
	"encoding/json"
	"io"
	"os"

	"phare/internal/diff"
	"phare/internal/starter"
	"phare/internal/term"
)

type knowDiffCmd struct {
	Old     string `arg:"" help:"Knowledge file in use; starter for the built-in one." name:"A"`
	New     string `arg:"" help:"Knowledge file that may replace it; starter for the built-in one." name:"B"`
	Details bool   `help:"Also list every change."`
	JSON    bool   `help:"Everything as one JSON object." name:"json"`
}

// Run says what B changes of A. Exit code 0: nothing, 1: they differ, 2: failure.
func (c *knowDiffCmd) Run() error { return failed(c.run()) }

func (c *knowDiffCmd) run() error {
	a, err := loadKnowledge(c.Old)
	if err != nil {
		return err
	}
	b, err := loadKnowledge(c.New)
	if err != nil {
		return err
	}
	f := diff.Compare(a, b)
	if c.JSON {
		err = writeJSON(os.Stdout, f)
	} else {
		err = f.Write(os.Stdout, c.Details)
	}
	if err == nil && !f.Equal {
		err = &exitStatus{code: exitDiffers}
	}
	return err
}

// loadKnowledge loads a file by name, or the starter by its own.
func loadKnowledge(name string) (*term.Knowledge, error) {
	if name == "starter" {
		return starter.Load()
	}
	return term.Load(name)
}

func writeJSON(w io.Writer, x any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(x)
}
