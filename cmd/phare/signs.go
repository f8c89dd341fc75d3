package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"phare/internal/extract"
	"phare/internal/term"
)

type signsCmd struct {
	Find signsFindCmd `cmd:"" default:"withargs" help:"Find the signs that letters name (phare signs --in IN --out OUT, or --text FILE)."`
	Eval signsEvalCmd `cmd:"" help:"Measure what is found on letters with their annotated signs."`
}

type signsFindCmd struct {
	In   string `help:"Letters, one JSON object a line: id, lang (fr or en), text. Plain; - for standard input." placeholder:"FILE"`
	Out  string `help:"What was found, one JSON object a line: id, signs; - for standard output." placeholder:"FILE"`
	Text string `help:"One letter as plain text instead; what is found is printed as a table." placeholder:"FILE"`
	Lang string `help:"Language of --text; guessed when not given." enum:"fr,en,auto" default:"auto"`
	JSON bool   `name:"json" help:"Print what --text gives as one JSON object."`
}

// Run finds signs in a file of letters or in one text.
func (c *signsFindCmd) Run(s *settings) error {
	if (c.Text == "") == (c.In == "") || c.In != "" && c.Out == "" {
		return fmt.Errorf("give --in FILE and --out FILE, or --text FILE")
	}
	x, err := s.extractor()
	if err != nil {
		return err
	}
	if c.Text != "" {
		return c.one(x)
	}
	in, err := input(c.In)
	if err != nil {
		return err
	}
	defer in.Close()
	n := 0
	find := func(w io.Writer) (err error) {
		n, err = x.CodeFile(c.In, in, w)
		return err
	}
	if c.Out == "-" {
		err = find(os.Stdout)
	} else {
		err = writeFile(c.Out, 0o600, find)
	}
	if err == nil {
		fmt.Fprintf(os.Stderr, "%d letters read\n", n)
	}
	return err
}

// one reads one letter.
func (c *signsFindCmd) one(x *extract.Extractor) error {
	in, err := input(c.Text)
	if err != nil {
		return err
	}
	defer in.Close()
	b, err := io.ReadAll(io.LimitReader(in, extract.MaxText+1))
	if err != nil {
		return err
	}
	if len(b) > extract.MaxText {
		return fmt.Errorf("%s: longer than %d bytes", c.Text, extract.MaxText)
	}
	text := string(b)
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		return out.Encode(extract.Found{ID: c.Text, Signs: x.Code(c.Lang, text)})
	}
	for _, m := range x.Find(c.Lang, text) {
		words := strings.Join(strings.Fields(m.Text), " ")
		fmt.Printf("%d-%d\t%s\t%s\t%s\t%s\t%s\n", m.Start, m.End, m.Status, m.Sign, m.Label, words, m.Cue.Text)
	}
	return nil
}

type signsEvalCmd struct {
	Gold   string `required:"" help:"Letters with their signs: id, lang, text, signs (hpo, alt, status, start, end)." placeholder:"FILE"`
	Rounds int    `help:"Bootstrap rounds for the intervals, over letters." default:"1000"`
	Seed   uint64 `help:"Seed of the bootstrap." default:"1"`
}

// Run prints the figures.
func (c *signsEvalCmd) Run(s *settings) error {
	x, err := s.extractor()
	if err != nil {
		return err
	}
	in, err := input(c.Gold)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := extract.Eval(x, c.Gold, in, extract.EvalOptions{Rounds: c.Rounds, Seed: c.Seed})
	if err != nil {
		return err
	}
	return f.Write(os.Stdout)
}

// extractor reads the knowledge in use and a site's own words, if any.
func (s *settings) extractor() (*extract.Extractor, error) {
	k, _, err := s.knowledge()
	if err != nil {
		return nil, err
	}
	return s.extractorOf(k)
}

func (s *settings) extractorOf(k *term.Knowledge) (*extract.Extractor, error) {
	if s.Words == "" {
		return extract.NewWith(k, extract.Options{})
	}
	f, err := os.Open(s.Words)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return extract.NewWith(k, extract.Options{Extra: f, Name: s.Words})
}

// lettersOf makes the tables that read letters when the first letter comes: a
// desk that pastes none does without their memory. A site's own words are read
// at once, so that their faults are told at the start.
func (s *settings) lettersOf(k *term.Knowledge) (func() *extract.Extractor, error) {
	if s.Words == "" {
		return sync.OnceValue(func() *extract.Extractor { return extract.New(k) }), nil
	}
	x, err := s.extractorOf(k)
	return func() *extract.Extractor { return x }, err
}
