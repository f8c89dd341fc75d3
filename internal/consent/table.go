package consent

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed tables
var files embed.FS

// Rules of a purpose.
const (
	ruleConsent     = "consent"     // nothing without a yes
	ruleSigned      = "signed"      // a yes that was signed
	ruleOpposition  = "opposition"  // may be, unless there is a no
	ruleInformation = "information" // was it given
)

// Purpose is one row of the table of purposes.
type Purpose struct {
	ID       string
	Patient  bool // it holds for all files of the person
	Rule     string
	Outcomes []string
	Needs    string // a purpose that must be noted first
	Parents  bool   // of a child, those who hold parental authority are asked

	FR, EN, MeansFR, MeansEN      string
	YouFR, YouEN                  string // the same, said to the person
	Law, Mark, Source, VerifiedOn string
}

// Label is what it is called, in the reader's language.
func (p Purpose) Label(lang string) string { return pick(lang, p.FR, p.EN) }

// Means says what it is, in the reader's language.
func (p Purpose) Means(lang string) string { return pick(lang, p.MeansFR, p.MeansEN) }

// You says it to the person, in plain words of their language.
func (p Purpose) You(lang string) string { return pick(lang, p.YouFR, p.YouEN) }

// IsSharing says whether it is asked about recipients.
func (p Purpose) IsSharing() bool { return !p.Patient }

// Excuse is one row of the table of overrides.
type Excuse struct {
	ID      string
	Against bool // it holds against a no
	FR, EN  string

	Mark, Source, VerifiedOn string
}

// Label is what it is called, in the reader's language.
func (x Excuse) Label(lang string) string { return pick(lang, x.FR, x.EN) }

func pick(lang, fr, en string) string {
	if lang == "en" {
		return en
	}
	return fr
}

// asker is one row of the table of requesters.
type asker struct{ Who, Relation, Purpose, Kind string }

// Table is what this room knows by its tables.
type Table struct {
	Version    string // date of the last change
	Purposes   []Purpose
	Excuses    []Excuse
	Requesters []asker
}

// builtin is the table that the program carries; its test reads every line, so
// that a table that cannot be read stops a build and not a desk.
var builtin = sync.OnceValue(func() Table {
	t, err := parse(files.ReadFile)
	if err != nil {
		panic(err)
	}
	return t
})

// Purposes are all purposes in the order in which they are shown.
func Purposes() []Purpose { return slices.Clone(builtin().Purposes) }

// Excuses are the kinds of override in the order in which they are shown.
func Excuses() []Excuse { return slices.Clone(builtin().Excuses) }

// PurposeOf finds a purpose of the table.
func PurposeOf(id string) (Purpose, bool) {
	for _, p := range builtin().Purposes {
		if p.ID == id {
			return p, true
		}
	}
	return Purpose{}, false
}

// ExcuseOf finds a kind of override.
func ExcuseOf(id string) (Excuse, bool) {
	for _, x := range builtin().Excuses {
		if x.ID == id {
			return x, true
		}
	}
	return Excuse{}, false
}

func parse(read func(string) ([]byte, error)) (t Table, err error) {
	version, rows, err := table(read, "tables/purposes.tsv", "id scope rule outcomes needs minor fr en means_fr means_en you_fr you_en law mark source verified_on")
	if err != nil {
		return t, err
	}
	t.Version = version
	for _, c := range rows {
		t.Purposes = append(t.Purposes, Purpose{ID: c[0], Patient: c[1] == "patient", Rule: c[2], Outcomes: strings.Fields(c[3]), Needs: c[4], Parents: c[5] == "yes",
			FR: c[6], EN: c[7], MeansFR: c[8], MeansEN: c[9], YouFR: c[10], YouEN: c[11],
			Law: c[12], Mark: c[13], Source: c[14], VerifiedOn: c[15]})
	}
	_, rows, err = table(read, "tables/overrides.tsv", "id against fr en mark source verified_on")
	for _, c := range rows {
		t.Excuses = append(t.Excuses, Excuse{ID: c[0], Against: c[1] == "yes", FR: c[2], EN: c[3], Mark: c[4], Source: c[5], VerifiedOn: c[6]})
	}
	if err != nil {
		return t, err
	}
	_, rows, err = table(read, "tables/requesters.tsv", "who relation purpose kind mark source verified_on")
	for _, c := range rows {
		t.Requesters = append(t.Requesters, asker{c[0], c[1], c[2], c[3]})
	}
	return t, err
}

// table reads rows of cells parted by tabs under a known head.
func table(read func(string) ([]byte, error), name, head string) (version string, rows [][]string, err error) {
	text, err := read(name)
	if err != nil {
		return "", nil, err
	}
	columns, number, begun := strings.Fields(head), 0, false
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		comment, isComment := strings.CutPrefix(line, "#")
		cells := strings.Split(line, "\t")
		switch {
		case line == "":
		case isComment:
			if v, ok := strings.CutPrefix(strings.TrimSpace(comment), "version:"); ok {
				version = strings.TrimSpace(v)
			}
		case !begun && !slices.Equal(cells, columns):
			return "", nil, fmt.Errorf("%s:%d: the columns must be %s", name, number, head)
		case !begun:
			begun = true
		case len(cells) != len(columns):
			return "", nil, fmt.Errorf("%s:%d: %d cells, %d columns", name, number, len(cells), len(columns))
		default:
			rows = append(rows, cells)
		}
	}
	return version, rows, nil
}
