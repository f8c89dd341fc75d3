// Package flags says when to think of a rare disease and when not to wait: a
// table of pictures, situations and alarms that people can edit, and the rules
// that lead from answers to what to do now. It promises that no answer leads to
// a diagnosis or to a network, that an alarm always comes first, and that an
// unanswered question is never taken for a "no". It stores nothing.
package flags

import (
	"embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

//go:embed tables/flags.tsv
var files embed.FS

const builtin = "tables/flags.tsv"

// Kind says what a line of the table is about.
type Kind string

// The kinds.
const (
	Picture   Kind = "picture"   // of what the person has
	Situation Kind = "situation" // of the one who cares for them
	Soon      Kind = "soon"      // asks for a specialist within days
	Urgent    Kind = "urgent"    // asks for 15 or 112
)

// Item is one line of the table.
type Item struct {
	ID         string
	Kind       Kind
	FR, EN     string // what one sees
	DoFR, DoEN string // what to do at once; only of Soon and Urgent
	Source     string
	VerifiedOn string // date on which it was held against its source, or empty
}

// Text is what one sees, in the reader's language.
func (i Item) Text(lang string) string {
	if lang == "en" {
		return i.EN
	}
	return i.FR
}

// Do is what to do at once, in the reader's language; often empty.
func (i Item) Do(lang string) string {
	if lang == "en" {
		return i.DoEN
	}
	return i.DoFR
}

// Table is the whole list, in the order in which it is shown.
type Table struct {
	Version string // date of the last change
	Items   []Item
}

// Of are the lines of some kinds, in the order of the table.
func (t Table) Of(kinds ...Kind) (all []Item) {
	for _, i := range t.Items {
		if slices.Contains(kinds, i.Kind) {
			all = append(all, i)
		}
	}
	return all
}

// Builtin is the table that the program carries.
func Builtin() (Table, error) {
	text, err := files.ReadFile(builtin)
	if err != nil {
		return Table{}, err
	}
	return Parse("flags.tsv", string(text))
}

// Source is the text of the table that the program carries, to be edited.
func Source() ([]byte, error) { return files.ReadFile(builtin) }

// Load reads an edited table. An empty path is the builtin one.
func Load(path string) (Table, error) {
	if path == "" {
		return Builtin()
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Table{}, err
	}
	return Parse(path, string(text))
}

var columns = []string{"id", "kind", "fr", "en", "do_fr", "do_en", "source", "verified_on"}

var goodID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Parse reads a table; an error names the file and the line. A table without
// an alarm, a picture or a situation is refused: a self-check that cannot say
// "call 15" must not be shown.
func Parse(name, text string) (t Table, err error) {
	number, head := 0, false
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		comment, isComment := strings.CutPrefix(line, "#")
		switch {
		case line == "":
		case isComment:
			if v, ok := strings.CutPrefix(strings.TrimSpace(comment), "version:"); ok {
				t.Version = strings.TrimSpace(v)
			}
		case !head:
			if !slices.Equal(strings.Split(line, "\t"), columns) {
				return Table{}, fmt.Errorf("%s:%d: the columns must be %s", name, number, strings.Join(columns, " "))
			}
			head = true
		default:
			i, err := item(strings.Split(line, "\t"))
			if err == nil && seen[i.ID] {
				err = fmt.Errorf("%s stands twice", i.ID)
			}
			if err != nil {
				return Table{}, fmt.Errorf("%s:%d: %w", name, number, err)
			}
			seen[i.ID] = true
			t.Items = append(t.Items, i)
		}
	}
	return t, t.complete(name)
}

func item(cells []string) (Item, error) {
	if len(cells) != len(columns) {
		return Item{}, fmt.Errorf("%d cells, want %d", len(cells), len(columns))
	}
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	i := Item{cells[0], Kind(cells[1]), cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]}
	alarm := i.Kind == Soon || i.Kind == Urgent
	switch {
	case !goodID.MatchString(i.ID):
		return i, fmt.Errorf("id %q: small letters, digits and hyphens only", i.ID)
	case !alarm && i.Kind != Picture && i.Kind != Situation:
		return i, fmt.Errorf("kind %q is not one of picture situation soon urgent", i.Kind)
	case i.FR == "" || i.EN == "":
		return i, fmt.Errorf("%s needs its words in French and English", i.ID)
	case alarm && (i.DoFR == "" || i.DoEN == ""):
		return i, fmt.Errorf("%s says in no words, or in one language only, what to do", i.ID)
	case i.Source == "":
		return i, fmt.Errorf("%s names no source", i.ID)
	case i.VerifiedOn != "" && !isDay(i.VerifiedOn):
		return i, fmt.Errorf("verified_on %q is not a date like 2026-11-23", i.VerifiedOn)
	}
	return i, nil
}

func (t Table) complete(name string) error {
	if !isDay(t.Version) {
		return fmt.Errorf("%s: a line \"# version: 2026-11-23\" must say of which day it is", name)
	}
	for _, k := range []Kind{Picture, Situation, Urgent} {
		if len(t.Of(k)) == 0 {
			return fmt.Errorf("%s: no line is of kind %s", name, k)
		}
	}
	return nil
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
