// Package history is what happened to a patient before the desk was asked, and
// beside it: first signs, examinations, opinions already given, each with as much
// of its date as is known and with who says so. It promises that a fact is never
// changed in silence: it is struck out with a reason, and stays to be seen. From
// the dates it tells how long a diagnosis has been looked for.
package history

import (
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/request"
)

// A Kind is what a fact is about.
type Kind string

// The kinds, in the order of the form.
const (
	Onset     Kind = "onset"     // first signs
	Visit     Kind = "visit"     // a consultation
	Exam      Kind = "exam"      // an examination
	Opinion   Kind = "opinion"   // an opinion that was already given
	Stay      Kind = "stay"      // in hospital
	Care      Kind = "care"      // a treatment
	Diagnosis Kind = "diagnosis" // a diagnosis was confirmed
	Other     Kind = "other"
)

// Kinds are all kinds in the order of the form.
func Kinds() []Kind { return []Kind{Onset, Visit, Exam, Opinion, Stay, Care, Diagnosis, Other} }

// Who says so.
const (
	Family   = "family"   // the patient or a relative
	Letter   = "letter"   // a letter that somebody has
	Document = "document" // a document that is joined to the request
	Caller   = "caller"   // a professional, by telephone or in the request
)

// Sources are those that can be chosen.
func Sources() []string { return []string{Family, Letter, Document, Caller} }

// How long words may be, in characters, and how many facts one form and one file hold.
const (
	longestWords  = 400
	longestOrigin = 120
	mostLines     = 20
	mostFacts     = 200
)

// Fact is one dated fact as stored.
type Fact struct {
	ID       phare.ID
	Kind     Kind
	Date     string // 2019-03-12, 2019-03, 2019, or empty: nobody knows when
	Words    string
	Source   string
	Origin   string   // whose letter, who said it; may be empty
	Document phare.ID // attachment of the request, or empty
	Again    bool     // done, and need not be done again

	At          time.Time // when it was written
	Actor, Name string    // by whom
	EndedAt     time.Time // struck out
	EndedName   string
	Why         string
}

// LogValue keeps health words out of the logs: a fact prints as its id.
func (f Fact) LogValue() slog.Value { return slog.StringValue(string(f.ID)) }

// String does the same for %v.
func (f Fact) String() string { return "fact " + string(f.ID) }

// IsStruck says whether it was taken back.
func (f Fact) IsStruck() bool { return !f.EndedAt.IsZero() }

// Standing are the facts that were not struck out.
func Standing(all []Fact) []Fact {
	return slices.DeleteFunc(slices.Clone(all), Fact.IsStruck)
}

// Entry is what a person types: several facts of one kind and one source, one a
// line, the date first: "03/2019 IRM cérébrale normale".
type Entry struct {
	Kind     Kind
	Lines    string
	Source   string
	Origin   string
	Document phare.ID
	Again    bool
}

// accept makes facts of what was typed, or says what must change. today, at the
// desk, is the last day that a fact can have.
func (e Entry) accept(today time.Time) (facts []Fact, err error) {
	var kind, source, origin, lines *phare.Error
	if !slices.Contains(Kinds(), e.Kind) {
		kind = phare.Field("about", "history.kind.missing")
	}
	if e.Document != "" && e.Source == "" {
		e.Source = Document
	}
	if !slices.Contains(Sources(), e.Source) {
		source = phare.Field("source", "history.source.missing")
	}
	if e.Source == Document && e.Document == "" {
		source = phare.Field("source", "history.source.document")
	}
	e.Origin = phare.Clean(e.Origin)
	if utf8.RuneCountInString(e.Origin) > longestOrigin {
		origin = phare.Field("origin", "history.toolong")
	}
	for line := range strings.Lines(e.Lines) {
		if line = phare.Clean(line); line == "" {
			continue
		}
		date, words, ok := ParseLine(line, today)
		switch {
		case !ok:
			lines = phare.Field("lines", "history.date.bad")
			lines.Args = map[string]any{"Line": line}
		case words == "" && (e.Kind != Onset || date == ""): // of first signs the date alone tells enough
			lines = phare.Field("lines", "history.words.missing")
			lines.Args = map[string]any{"Line": line}
		case utf8.RuneCountInString(words) > longestWords:
			lines = phare.Field("lines", "history.toolong")
		}
		facts = append(facts, Fact{ID: phare.NewID(), Kind: e.Kind, Date: date, Words: words, Source: e.Source, Origin: e.Origin, Document: e.Document, Again: e.Again})
	}
	switch {
	case len(facts) == 0:
		lines = phare.Field("lines", "history.lines.missing")
	case len(facts) > mostLines:
		lines = phare.Field("lines", "history.lines.many")
	}
	return facts, phare.Faults(kind, lines, source, origin)
}

// Sorted are facts from the earliest on; those without a date first, since what
// nobody can date is mostly long ago. A year stands before its months.
func Sorted(all []Fact) []Fact {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Fact) int { return strings.Compare(a.Date, b.Date) })
	return all
}

// Known says what the request and the facts tell of a diagnosis: one of
// request.NoDiagnosis, Suspected, Confirmed, NotKnown.
func Known(r request.Fields, all []Fact) string {
	if slices.ContainsFunc(Standing(all), func(f Fact) bool { return f.Kind == Diagnosis }) {
		return request.Confirmed
	}
	return r.Diagnosis
}
