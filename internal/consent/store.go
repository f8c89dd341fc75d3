package consent

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// aboutIn scans a sealed JSON column into dest; empty once the file was erased.
type aboutIn struct{ text string }

func (a aboutIn) into(dest any) error {
	if a.text == "" {
		return nil
	}
	return json.Unmarshal([]byte(a.text), dest)
}

const lineColumns = `c.id, c.platform, c.request, c.purpose, c.kind, c.outcome, c.said_on, c.until, c.giver, c.how, c.assent, c.evidence, c.replaces, c.about, c.actor, c.at`

func scanLine(row store.Row) (l Line, err error) {
	var a aboutIn
	err = row.Scan(&l.ID, &l.Platform, &l.Request, &l.Purpose, &l.Kind, &l.Outcome, &l.SaidOn, &l.Until, &l.Giver, &l.How, &l.Assent, &l.Evidence, &l.Replaces,
		store.Sealed(&a.text, "consent.about", &l.ID), &l.Actor, store.Time(&l.At), &l.Name)
	if err != nil {
		return l, err
	}
	return l, a.into(&l.About)
}

func insertLine(tx *store.Tx, l Line) error {
	about, err := json.Marshal(l.About)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO consent (id, platform, request, purpose, kind, outcome, said_on, until, giver, how, assent, evidence, replaces, about, actor, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		l.ID, l.Platform, l.Request, l.Purpose, l.Kind, l.Outcome, l.SaidOn, l.Until, l.Giver, l.How, l.Assent, l.Evidence, l.Replaces,
		sealer(l.Platform, l.Request, "consent", l.ID).In("about", string(about)), l.Actor, l.At)
}

func sealer(platform string, id phare.ID, table string, row phare.ID) store.Sealer {
	return store.SealRow(platform, request.Subject(id), table, row)
}

// Read is all that was said in the file of a request that the caller has found, and
// whether the person is a child: whom to ask.
func Read(v *store.View, r request.Request) (rec Record, err error) {
	if rec, err = Said(v, r); err != nil {
		return rec, err
	}
	birth := r.Fields.BirthDate
	if r.Patient != "" {
		p, err := patient.Find(v, access.Machine(r.Platform), r.Patient)
		if err != nil {
			return rec, err
		}
		birth = p.BirthDate
	}
	rec.Child = isChild(birth, rec.Today)
	return rec, nil
}

// Said is Read for the bearer of a link, for whom nothing of the person is read. The
// box of the form is the first line of it.
func Said(v *store.View, r request.Request) (rec Record, err error) {
	own, err := store.All(v, scanLine, `SELECT `+lineColumns+`, COALESCE(a.name, '') FROM consent c LEFT JOIN account a ON a.id = c.actor AND a.platform = c.platform
		WHERE c.request = $1 AND c.platform = $2`, r.ID, r.Platform)
	if err != nil {
		return rec, err
	}
	zone, err := store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, r.Platform)
	if err != nil {
		return rec, err
	}
	day := func(t time.Time) string { return t.In(text.Zone(zone)).Format(time.DateOnly) }
	rec.Now, rec.Today, rec.Lines = v.Now(), day(v.Now()), own
	if r.Patient != "" {
		others, err := elsewhere(v, r)
		if err != nil {
			return rec, err
		}
		rec.Lines = append(rec.Lines, others...)
	}
	if l, ok := ofForm(r); ok {
		l.SaidOn = day(r.CreatedAt)
		rec.Lines = append(rec.Lines, l)
	}
	// A no counts from when it was noted, whatever day was typed: it is never older than
	// a yes that stood beside it. A yes counts from the day on which it was said.
	since := func(l Line) time.Time {
		if said, err := time.ParseInLocation(time.DateOnly, l.SaidOn, text.Zone(zone)); err == nil && !l.IsNo() && l.SaidOn < day(l.At) {
			return said
		}
		return l.At
	}
	slices.SortStableFunc(rec.Lines, func(a, b Line) int {
		return cmp.Or(since(a).Compare(since(b)), strings.Compare(string(a.ID), string(b.ID)))
	})
	for i := range rec.Lines {
		rec.Lines[i].Ended = slices.ContainsFunc(rec.Lines, func(l Line) bool { return l.Replaces != "" && l.Replaces == rec.Lines[i].ID })
	}
	rec.Overrides, err = overridesOf(v, r)
	return rec, err
}

// elsewhere are the lines of the person's other files that hold for all of them.
// What is sealed there stays there: what was said counts, not in which words.
func elsewhere(v *store.View, r request.Request) ([]Line, error) {
	all, err := store.All(v, func(row store.Row) (l Line, err error) {
		err = row.Scan(&l.ID, &l.Platform, &l.Request, &l.Purpose, &l.Kind, &l.Outcome, &l.SaidOn, &l.Until, &l.Giver, &l.How, &l.Assent, &l.Replaces, store.Time(&l.At))
		l.Elsewhere, l.hidden = true, true
		return l, err
	}, `SELECT c.id, c.platform, c.request, c.purpose, c.kind, c.outcome, c.said_on, c.until, c.giver, c.how, c.assent, c.replaces, c.at
		FROM consent c JOIN request r ON r.id = c.request AND (r.platform || '') = c.platform WHERE r.patient = $1 AND c.platform = $2 AND c.request <> $3`, r.Patient, r.Platform, r.ID)
	return slices.DeleteFunc(all, func(l Line) bool {
		p, ok := PurposeOf(l.Purpose)
		return !ok || !p.Patient
	}), err
}

// ofForm is the box that the requester ticked, as the first line of the file. It
// says what it stood for, and no more: the request may be handled, and an expert
// asked; who asked may hear the answer.
func ofForm(r request.Request) (Line, bool) {
	if r.Fields.Consent != "yes" {
		return Line{}, false
	}
	l := Line{Platform: r.Platform, Request: r.ID, Purpose: Outside, Kind: form, Outcome: Given, How: "web", Giver: Declared, At: r.CreatedAt}
	if r.Channel != "web" {
		l.How = "phone"
	}
	if r.Fields.Who == request.Family {
		l.Giver, l.GiverName = "relative", r.Fields.Name
		switch r.Fields.Relation {
		case "self":
			l.Giver = "patient"
		case "parent":
			l.Giver = "parent"
		}
	}
	return l, true
}

// isChild says whether a person is under 18 on a day; who has no whole date of
// birth is taken for one only when the year leaves no doubt.
func isChild(birth, today string) bool {
	switch {
	case len(birth) == len(time.DateOnly):
		b, err := time.Parse(time.DateOnly, birth)
		return err == nil && b.AddDate(18, 0, 0).Format(time.DateOnly) > today
	case len(birth) >= 4:
		b, err := time.Parse("2006", birth[:4])
		return err == nil && b.AddDate(18, 0, 0).Format("2006") > today[:4]
	}
	return false
}

// toIn is what is sealed of an override or a release.
type toIn struct {
	To    string   `json:"to,omitempty"`
	Also  []string `json:"also,omitempty"`
	ID    string   `json:"person,omitempty"`
	Words string   `json:"words,omitempty"`
}

func overridesOf(v *store.View, r request.Request) ([]Override, error) {
	return store.All(v, func(row store.Row) (o Override, err error) {
		var a aboutIn
		var to toIn
		err = row.Scan(&o.ID, &o.Purpose, &o.Kind, &o.Why, store.Sealed(&a.text, "consent_override.about", &o.ID), store.Time(&o.At), store.Time(&o.Until), &o.Name)
		if err == nil {
			err = a.into(&to)
		}
		o.To, o.Words = to.To, to.Words
		return o, err
	}, `SELECT o.id, o.purpose, o.kind, o.why, o.about, o.at, o.until, COALESCE(a.name, '') FROM consent_override o LEFT JOIN account a ON a.id = o.actor AND a.platform = o.platform
		WHERE o.request = $1 AND o.platform = $2 ORDER BY o.at, o.id`, r.ID, r.Platform)
}

func insertOverride(tx *store.Tx, by access.Actor, r request.Request, o Override) error {
	about, err := json.Marshal(toIn{To: o.To, Words: o.Words})
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO consent_override (id, platform, request, purpose, kind, why, about, actor, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		o.ID, r.Platform, r.ID, o.Purpose, o.Kind, o.Why, sealer(r.Platform, r.ID, "consent_override", o.ID).In("about", string(about)), by.ID, o.At, o.Until)
}

func insertRelease(tx *store.Tx, by access.Actor, r request.Request, x Out, override phare.ID) error {
	id := phare.NewID()
	to := toIn{To: x.To.Name(), ID: x.To.Person}
	if len(x.To.Names) > 1 {
		to.Also = x.To.Names[1:]
	}
	about, err := json.Marshal(to)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO consent_release (id, platform, request, way, item, purpose, kind, override, about, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, r.Platform, r.ID, x.Way, x.Item, x.To.Purpose, x.To.Kind, override, sealer(r.Platform, r.ID, "consent_release", id).In("about", string(about)), by.ID, tx.Now)
}

// tell adds a line to the file's timeline, for the team.
func tell(tx *store.Tx, by access.Actor, r request.Request, kind, words string) error {
	return request.Tell(tx, by, r, request.Event{Kind: kind, Text: words, ShownTo: request.Team})
}
