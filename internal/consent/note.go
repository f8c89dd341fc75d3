package consent

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// Draft is a line as a person of the desk writes it.
type Draft struct {
	Purpose, Kind, Outcome string
	SaidOn, Until          string // 2006-01-02
	Giver, How, Assent     string
	Evidence, Replaces     phare.ID
	About
}

// Recall calls back what a room has let out of a file and the record lets stand no
// more, inside the write by which that was noted.
type Recall func(tx *store.Tx, by access.Actor, r request.Request) error

// Reach are the rooms that things leave by: what is noted reaches them all.
type Reach []Recall

// ahead is how far the end of a yes may be, and ago how long ago it may have been said.
const (
	ahead = 30 // years
	ago   = 30
)

// twice is how soon the same line noted again is a second click.
const twice = 2 * time.Minute

var errAgain = errors.New("noted already")

// Note adds a line to what was said. A no reaches at once what it is about: links
// that are open, answers under way, messages not yet sent.
func Note(ctx context.Context, db *store.DB, by access.Actor, reach Reach, d DraftFor) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	if len(reach) == 0 {
		return errors.New("consent: nothing to call back with")
	}
	d.Draft = d.tidy()
	act := by.Act("consent.note", string(d.Request)).For(d.Purpose + "." + d.Outcome)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, d.Request)
		if err != nil {
			return err
		}
		rec, err := Read(&tx.View, r)
		if err != nil {
			return err
		}
		l, err := d.line(&tx.View, by, r, rec)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(rec.Lines, func(o Line) bool { return o.says(l) && tx.Now.Sub(o.At) < twice }) {
			return errAgain
		}
		l.ID, l.Platform, l.Request, l.Actor, l.At = phare.NewID(), r.Platform, r.ID, by.ID, tx.Now
		if err := insertLine(tx, l); err != nil {
			return err
		}
		if err := tell(tx, by, r, "consent."+l.Purpose+"."+l.Outcome, l.To); err != nil {
			return err
		}
		for _, recall := range reach {
			if err := recall(tx, by, r); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errAgain) {
		return nil
	}
	return err
}

// DraftFor is a Draft, and the file it is about.
type DraftFor struct {
	Request phare.ID
	Draft
}

// says tells whether two lines say the same.
func (l Line) says(o Line) bool {
	o.ID, o.Platform, o.Request, o.Actor, o.Name, o.At = l.ID, l.Platform, l.Request, l.Actor, l.Name, l.At
	o.Ended, o.Elsewhere, o.hidden = l.Ended, l.Elsewhere, l.hidden
	return l == o
}

func (d Draft) tidy() Draft {
	for _, s := range []*string{&d.To, &d.GiverName, &d.Language, &d.Interpreter, &d.Notice, &d.SaidOn, &d.Until} {
		*s = phare.Clean(*s)
	}
	d.Explained, d.Words = tidy(d.Explained), tidy(d.Words)
	return d
}

// line is what an accepted draft becomes.
func (d Draft) line(v *store.View, by access.Actor, r request.Request, rec Record) (Line, error) {
	if d.Outcome == Void {
		return d.void(by, rec)
	}
	p, ok := PurposeOf(d.Purpose)
	if !ok {
		return Line{}, phare.Field("purpose", "consent.purpose.missing")
	}
	if !p.IsSharing() || p.ID == Relatives {
		d.Kind, d.To, d.Person = Any, "", ""
	}
	if d.Kind == "" {
		d.Kind = Any
	}
	if rec.Child && d.Giver != "patient" && d.Assent == "" {
		d.Assent = "unasked"
	}
	if !rec.Child {
		d.Assent = ""
	}
	l := Line{Purpose: d.Purpose, Kind: d.Kind, Outcome: d.Outcome, SaidOn: d.SaidOn, Until: d.Until, Giver: d.Giver, How: d.How, Assent: d.Assent, Evidence: d.Evidence, About: d.About}
	if l.Evidence != "" {
		n, err := store.One(v, store.Value[int], `SELECT count(*) FROM attachment WHERE id = $1 AND request = $2 AND platform = $3 AND state = 'kept'`, l.Evidence, r.ID, r.Platform)
		if err != nil {
			return l, err
		}
		if n == 0 {
			return l, phare.Field("evidence", "consent.evidence.missing")
		}
	}
	return l, phare.Faults(l.faults(p, rec)...)
}

// faults are what keeps a line from being noted; entries can be nil.
func (l Line) faults(p Purpose, rec Record) []*phare.Error {
	oneOf := func(field, value string, allowed []string) *phare.Error {
		if slices.Contains(allowed, value) {
			return nil
		}
		return phare.Field(field, "consent."+field+".missing")
	}
	all := []*phare.Error{
		oneOf("outcome", l.Outcome, p.Outcomes), oneOf("kind", l.Kind, Kinds()),
		day("said_on", l.SaidOn, rec.Today, -ago, 0), oneOf("giver", l.Giver, Givers()), oneOf("how", l.How, Hows()),
	}
	if l.Until != "" {
		all = append(all, day("until", l.Until, rec.Today, 0, ahead))
	}
	if l.Until != "" && l.Outcome != Given {
		all = append(all, phare.Field("until", "consent.until.no"))
	}
	if l.Giver != "patient" && slices.Contains(Givers(), l.Giver) && l.GiverName == "" {
		all = append(all, phare.Field("giver_name", "consent.giver_name.missing"))
	}
	if p.Rule == ruleSigned && l.Outcome == Given && l.How != "paper" && l.How != "web" {
		all = append(all, phare.Field("how", "consent.how.signed"))
	}
	if l.Assent != "" {
		all = append(all, oneOf("assent", l.Assent, Assents()))
	}
	for _, s := range []struct{ field, value string }{{"to", l.To}, {"giver_name", l.GiverName}, {"explained", l.Explained}, {"language", l.Language},
		{"interpreter", l.Interpreter}, {"notice", l.Notice}, {"words", l.Words}} {
		if utf8.RuneCountInString(s.value) > longestWords {
			all = append(all, tooLong(s.field))
		}
	}
	return all
}

// day checks a date between so many years before and after today.
func day(field, value, today string, from, to int) *phare.Error {
	d, err := time.Parse(time.DateOnly, value)
	now, _ := time.Parse(time.DateOnly, today)
	if err != nil || d.Before(now.AddDate(from, 0, 0)) || d.After(now.AddDate(to, 0, 0)) {
		return phare.Field(field, "consent."+field+".missing")
	}
	return nil
}

// void is the line that says that another was noted in error. A no is taken back so
// only by a physician: who wants to send is not who finds that nobody objected.
func (d Draft) void(by access.Actor, rec Record) (Line, error) {
	i := slices.IndexFunc(rec.Lines, func(l Line) bool { return l.ID != "" && l.ID == d.Replaces && !l.Elsewhere })
	if i < 0 {
		return Line{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	wrong := rec.Lines[i]
	switch n := utf8.RuneCountInString(d.Words); {
	case wrong.Ended || wrong.Outcome == Void:
		return Line{}, phare.Fault(phare.Conflict, "error.conflict")
	case wrong.IsNo() && !by.Can(access.SignAnswer):
		return Line{}, phare.Field("words", "consent.void.physician")
	case n < shortestReason:
		e := phare.Field("words", "consent.override.short")
		e.Args = map[string]any{"N": shortestReason}
		return Line{}, e
	case n > longestWords:
		return Line{}, tooLong("words")
	}
	return Line{Purpose: wrong.Purpose, Kind: wrong.Kind, Outcome: Void, SaidOn: rec.Today, Giver: wrong.Giver, How: wrong.How, Replaces: wrong.ID,
		About: About{To: wrong.To, Words: d.Words}}, nil
}
