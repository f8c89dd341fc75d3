package consent

import (
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/term"
)

// A Standing is what was said about something, taken together.
type Standing string

// The standings.
const (
	None     Standing = "none"     // nothing was noted
	Yes      Standing = "yes"      // the latest word is a yes
	No       Standing = "no"       // the latest word is a no
	Lapsed   Standing = "lapsed"   // there was a yes, and its last day has passed
	Presumed Standing = "presumed" // nobody objected, and nothing more is needed
)

// Verdict is a standing, and the line that it rests on.
type Verdict struct {
	Standing Standing
	Line     Line // the zero Line where there is none
}

// Record is all that was said in a file, the oldest first, as one write or one
// read found it.
type Record struct {
	Lines     []Line
	Overrides []Override
	Today     string // 2006-01-02 at the desk
	Child     bool   // under 18 by the date of birth that the desk knows
	Now       time.Time
}

// Override is why something may leave all the same.
type Override struct {
	ID            phare.ID
	Purpose, Kind string
	To            string
	Why           string // a row of the table of overrides
	Words         string
	Name          string // who wrote it
	At, Until     time.Time
}

// level is how narrowly a line says whom it is about.
func (l Line) level() int {
	switch {
	case l.To != "" || l.Person != "":
		return 2
	case l.Kind != Any:
		return 1
	}
	return 0
}

// covers says whether a line is about a target. A question asked of a whole
// purpose (no kind) is covered only by what is said of everyone.
func (l Line) covers(t Target) bool {
	if l.Purpose != t.Purpose || l.Ended || l.Outcome == Void {
		return false
	}
	switch {
	case l.Kind == form:
		return t.Kind == Expert || t.Kind == Requester
	case l.Person != "" && l.Person == t.Person:
		return l.Kind == Any || l.Kind == t.Kind
	case l.Kind != Any && l.Kind != t.Kind:
		return false
	}
	return l.To == "" && l.Person == "" || l.To != "" && slices.ContainsFunc(t.Names, l.names)
}

// names says whether a line names someone. A yes is for that name only. A no is also
// for a longer or a shorter form of it, or for the place in front of its town: who
// types a name does not always type it in the same way.
func (l Line) names(name string) bool {
	if !l.IsNo() {
		return same(name, l.To)
	}
	a, b := wordsOf(name), wordsOf(l.To)
	return len(a) > 0 && len(b) > 0 && (within(a, b) || within(b, a))
}

// titles stand before names, or do not.
var titles = [...]string{"pr", "dr", "professeur", "docteur", "m", "mme", "monsieur", "madame", "de", "du", "des", "la", "le", "les", "l", "d"}

func wordsOf(name string) []string {
	return slices.DeleteFunc(strings.Fields(term.Fold(name)), func(w string) bool { return slices.Contains(titles[:], w) })
}

func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
}

// Refused are the names of those whom the person does not want to be shown the file,
// for whoever types another form of one.
func (r Record) Refused() (names []string) {
	for _, l := range r.Lines {
		t := Target{Purpose: Outside, Kind: Expert, Names: []string{l.To}, Person: l.Person}
		if l.Purpose == Outside && l.To != "" && l.IsNo() && !l.Ended && r.Judge(t).Standing == No && !slices.Contains(names, l.To) {
			names = append(names, l.To)
		}
	}
	return names
}

// same compares names as they are read aloud: without case, accents or signs.
func same(a, b string) bool { return term.Fold(a) == term.Fold(b) }

// Judge is the rule of who said what last. A later word takes the place of an
// earlier one that is about the same recipients or fewer; but a no that names
// someone stands until a yes names them too.
func (r Record) Judge(t Target) Verdict {
	p, ok := PurposeOf(t.Purpose)
	if !ok {
		if t.Purpose == Own {
			return Verdict{Standing: Presumed}
		}
		return Verdict{Standing: None}
	}
	var nos []Line
	var yes *Line
	for _, l := range r.Lines {
		if !l.covers(t) {
			continue
		}
		if l.IsNo() {
			nos, yes = append(nos, l), nil
			continue
		}
		nos = slices.DeleteFunc(nos, func(n Line) bool { return n.level() <= l.level() })
		yes = &l
	}
	switch {
	case len(nos) > 0:
		return Verdict{No, nos[len(nos)-1]}
	case yes != nil && yes.Until != "" && yes.Until < r.Today && p.Rule != ruleOpposition:
		return Verdict{Lapsed, *yes}
	case yes != nil:
		return Verdict{Yes, *yes}
	case p.Rule == ruleOpposition:
		return Verdict{Standing: Presumed}
	}
	return Verdict{Standing: None}
}

// May says whether something may leave: nil, or a sentence that says what is
// missing and whom to ask. An override that was written for it, today and after
// the last no, lets it pass.
func (r Record) May(t Target) error {
	_, err := r.ground(t)
	return err
}

// ground is May with the override by which it passes, if it needs one.
func (r Record) ground(t Target) (by phare.ID, err error) {
	v := r.Judge(t)
	missing := ""
	switch p, _ := PurposeOf(t.Purpose); {
	case v.Standing == No || v.Standing == Lapsed || v.Standing == None:
		missing = string(v.Standing)
	case p.Needs != "" && r.Judge(Target{Purpose: p.Needs}).Standing == None:
		missing = "needs"
	}
	if missing == "" {
		return "", nil
	}
	for _, o := range slices.Backward(r.Overrides) {
		x, _ := ExcuseOf(o.Why)
		fits := o.Purpose == t.Purpose && o.Kind == t.Kind && same(o.To, t.Name())
		holds := r.Now.Before(o.Until) && (v.Standing != No || x.Against && !v.Line.At.After(o.At))
		if fits && holds {
			return o.ID, nil
		}
	}
	e := phare.Field("override", "consent.stop."+t.Purpose+"."+missing)
	e.Args = map[string]any{"Name": t.Name()}
	if r.asksParents(t.Purpose) && missing != string(No) {
		e.Key += ".child"
	}
	return "", e
}

func (r Record) asksParents(purpose string) bool {
	p, _ := PurposeOf(purpose)
	return r.Child && p.Parents
}

// Holds says whether what left at an instant may still be looked at: it may not
// once the person has said no since, nor once the yes that it left on has lapsed.
func (r Record) Holds(t Target, since time.Time) bool {
	v := r.Judge(t)
	switch v.Standing {
	case No:
		return v.Line.At.Before(since)
	case Lapsed:
		return false
	}
	return true
}

// shortestReason is how many characters a reason has at least, blanks not counted
// twice.
const shortestReason = 15

const longestWords = 1000

// excuse checks an override as it was written, against a standing.
func (r Record) excuse(by access.Actor, t Target, why, words string) error {
	x, known := ExcuseOf(why)
	no := r.Judge(t).Standing == No
	switch n := len([]rune(words)); {
	case !known:
		return phare.Field("override_kind", "consent.override.kind")
	case no && !x.Against:
		return phare.Field("override_kind", "consent.override.against")
	case no && !by.Can(access.SignAnswer):
		return phare.Field("override_kind", "consent.override.physician")
	case n < shortestReason:
		e := phare.Field("override", "consent.override.short")
		e.Args = map[string]any{"N": shortestReason}
		return e
	case n > longestWords:
		return tooLong("override")
	}
	return nil
}

func tooLong(field string) *phare.Error {
	e := phare.Field(field, "consent.toolong")
	e.Args = map[string]any{"Max": longestWords}
	return e
}

func tidy(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
