package extract

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

//go:embed lists/*.tsv
var lists embed.FS

// row is one line of a word list.
type row struct {
	kind, lang, what string
	phrases          []string
	when             string // fifth column
	at               string // list and line, for errors
	site             bool   // of the site's own list
}

// Kinds of rows; doc/signs.md says what each does.
const (
	rowSign    = "sign"    // words that name a sign
	rowAbbr    = "abbr"    // an abbreviation in capitals, with the words that must or must not be near
	rowNot     = "not"     // names that are no sign when they stand alone
	rowDrop    = "drop"    // words that hide the names inside them
	rowCue     = "cue"     // words that decide a status
	rowStop    = "stop"    // words that say nothing by themselves
	rowLight   = "light"   // words that may stand inside a name
	rowSame    = "same"    // words that can be read as another
	rowCommon  = "common"  // words that are no misspelling
	rowExact   = "exact"   // words that their endings make no other word
	rowWeak    = "weak"    // words that a name may do without
	rowMeasure = "measure" // a quantity, a unit and a bound that make a sign
)

var signID = regexp.MustCompile(`^HP:[0-9]{7}$`)

// builtin reads the embedded lists.
func builtin() ([]row, error) {
	files, err := fs.Glob(lists, "lists/*.tsv")
	if err != nil {
		return nil, err
	}
	var all []row
	for _, name := range files {
		f, err := lists.Open(name)
		if err != nil {
			return nil, err
		}
		rows, err := readList(name, f)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// readList reads one list: five columns parted by tabs (kind, language, what,
// phrases parted by ";", condition); the last may be left out. Empty lines and
// those that begin with # are comments.
func readList(name string, r io.Reader) ([]row, error) {
	var all []row
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	line := 0
	for s.Scan() {
		line++
		text := strings.Trim(s.Text(), " \r")
		if text == "" || text[0] == '#' {
			continue
		}
		at := fmt.Sprintf("%s:%d", name, line)
		f := strings.Split(text, "\t")
		if len(f) < 4 || len(f) > 5 {
			return nil, fmt.Errorf("%s: %d columns; write kind, language, what, words and perhaps a condition, parted by tabs", at, len(f))
		}
		x := row{kind: f[0], lang: f[1], what: strings.TrimSpace(f[2]), at: at}
		if id, _, ok := strings.Cut(x.what, " "); ok && strings.HasPrefix(id, "HP:") {
			x.what = id // its name, for readers, follows
		}
		for p := range strings.SplitSeq(f[3], ";") {
			if p = strings.TrimSpace(p); p != "" {
				x.phrases = append(x.phrases, p)
			}
		}
		if len(f) == 5 {
			x.when = strings.TrimSpace(f[4])
		}
		if err := x.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		all = append(all, x)
	}
	if err := s.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, line+1, err)
	}
	return all, nil
}

// check says what is wrong with a row.
func (x row) check() error {
	if x.lang != "fr" && x.lang != "en" && x.lang != "*" {
		return fmt.Errorf("language %q; write fr, en or *", x.lang)
	}
	if len(x.phrases) == 0 {
		return fmt.Errorf("no words in the fourth column")
	}
	switch x.kind {
	case rowSign, rowAbbr, rowMeasure:
		if !signID.MatchString(x.what) {
			return fmt.Errorf("%q is not the id of a sign, such as HP:0001250", x.what)
		}
	case rowCue:
		if _, ok := cueKinds[x.what]; !ok {
			return fmt.Errorf("%q is not a kind of cue", x.what)
		}
	case rowNot:
		if x.what != "-" && !signID.MatchString(x.what) {
			return fmt.Errorf("%q: write - or the id of the only sign meant", x.what)
		}
	case rowDrop, rowExact, rowWeak, rowStop, rowLight, rowSame, rowCommon:
	default:
		return fmt.Errorf("unknown kind %q", x.kind)
	}
	if x.kind == rowMeasure {
		_, err := boundOf(x.when)
		return err
	}
	return nil
}

// bound is the condition of a measure: "ds <= -2".
type bound struct {
	unit  string
	op    string
	value float64
}

func boundOf(s string) (b bound, err error) {
	f := strings.Fields(s)
	if len(f) != 3 {
		return b, fmt.Errorf("condition %q; write a unit, one of < <= > >=, and a number", s)
	}
	b.unit, b.op = f[0], f[1]
	switch b.op {
	case "<", "<=", ">", ">=":
	default:
		return b, fmt.Errorf("%q is none of < <= > >=", b.op)
	}
	if b.value, err = strconv.ParseFloat(f[2], 64); err != nil {
		return b, fmt.Errorf("%q is not a number", f[2])
	}
	return b, nil
}

func (b bound) holds(v float64) bool {
	switch b.op {
	case "<":
		return v < b.value
	case "<=":
		return v <= b.value
	case ">":
		return v > b.value
	}
	return v >= b.value
}

// condition is what an abbreviation or a phrase asks of its sentence.
type condition struct {
	some []string // folded; one of them must be near
	none []string // none of them may be
}

// conditionOf reads "if a b unless c d".
func conditionOf(s string) (c condition) {
	to := &c.some
	for _, w := range strings.Fields(s) {
		switch w {
		case "if":
			to = &c.some
		case "unless":
			to = &c.none
		default:
			*to = append(*to, w)
		}
	}
	return c
}
