package kin

import (
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Who may consent follows from dates: the eighteenth birthday by the day, the
// authority of each by what is noted of them on that day.
func TestConsent(t *testing.T) {
	mother, father := Related{Kind: Mother, Name: "Mère", Authority: Parental}, Related{Kind: Father, Name: "Père", Authority: Parental}
	out := Related{Kind: Father, Name: "Père", Authority: Withdrawn}
	late := Related{Kind: Father, Name: "Père", Authority: Parental, Until: "2025-12-31"}
	tutor := Related{Kind: Guardian, Name: "Tutrice", Authority: Tutelle}
	curator := Related{Kind: Guardian, Name: "Curateur", Authority: Curatelle}
	trusted := Related{Kind: Trusted, Name: "Amie"}
	for _, tt := range []struct {
		name, born, day string
		all             []Related
		key, names      string
		more            string
		soon            bool
	}{
		{"both parents", "2019-03-12", "2026-03-02", []Related{mother, father}, "both", "Mère, Père", "minor", false},
		{"one of them", "2019-03-12", "2026-03-02", []Related{mother}, "one", "Mère", "minor", false},
		{"withdrawn from the other", "2019-03-12", "2026-03-02", []Related{mother, out}, "alone", "Mère", "minor", false},
		{"until the year before", "2019-03-12", "2026-03-02", []Related{mother, late}, "one", "Mère", "minor", false},
		{"a child under guardianship", "2019-03-12", "2026-03-02", []Related{tutor}, "guardian", "Tutrice", "minor", false},
		{"nobody", "2019-03-12", "2026-03-02", []Related{trusted}, "nobody", "", "minor", false},
		{"the day before", "2008-03-12", "2026-03-11", []Related{mother, father}, "both", "Mère, Père", "minor", true},
		{"the day itself", "2008-03-12", "2026-03-12", []Related{mother, father}, "self", "", "grown", false},
		{"born on 29 February, that day", "2008-02-29", "2026-02-28", []Related{mother}, "one", "Mère", "minor", true},
		{"born on 29 February, of age", "2008-02-29", "2026-03-01", nil, "self", "", "", false},
		{"91 days before", "2008-06-01", "2026-03-02", []Related{mother}, "one", "Mère", "minor", false},
		{"90 days before", "2008-05-31", "2026-03-02", []Related{mother}, "one", "Mère", "minor", true},
		{"adult", "1980-01-01", "2026-03-02", []Related{trusted}, "self", "", "trusted", false},
		{"tutelle", "1980-01-01", "2026-03-02", []Related{tutor}, "tutelle", "Tutrice", "", false},
		{"curatelle", "1980-01-01", "2026-03-02", []Related{curator}, "curatelle", "Curateur", "", false},
		{"a year that is long past", "1990", "2026-03-02", nil, "self", "", "", false},
		{"a year that decides nothing", "2008", "2026-03-02", []Related{mother}, "unknown", "", "", false},
		{"a month before", "2008-04", "2026-03-02", []Related{mother}, "one", "Mère", "minor", false},
		{"the month itself", "2008-03", "2026-03-02", []Related{mother}, "unknown", "", "", false},
		{"no date", "", "2026-03-02", []Related{mother}, "unknown", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, tt.day)
			must(t, err)
			c := ConsentOf(tt.born, tt.all, day)
			if c.Key != tt.key || c.Names != tt.names || strings.Join(c.More, " ") != tt.more || c.Soon != tt.soon {
				t.Errorf("%+v, want %s of %q, %q, soon %t", c, tt.key, tt.names, tt.more, tt.soon)
			}
		})
	}
}

// What is noted of somebody holds together.
func TestAccept(t *testing.T) {
	for name, tt := range map[string]struct {
		r    Related
		want string
	}{
		"a mother":                        {Related{Kind: Mother, Name: "Mère", Authority: Parental, Told: Everything}, ""},
		"nothing":                         {Related{}, "kind person told"},
		"a friend with authority":         {Related{Kind: Companion, Name: "Amie", Authority: Parental, Told: Nothing}, "authority"},
		"withdrawn without a paper":       {Related{Kind: Father, Name: "Père", Authority: Withdrawn, Told: Nothing}, "paper"},
		"withdrawn":                       {Related{Kind: Father, Name: "Père", Authority: Withdrawn, Told: Nothing, Document: "jugement"}, ""},
		"a guardian of nothing":           {Related{Kind: Guardian, Name: "Tutrice", Told: Everything, Document: "jugement"}, "authority"},
		"a mother with a measure":         {Related{Kind: Mother, Name: "Mère", Authority: Tutelle, Told: Everything, Document: "jugement"}, "authority"},
		"ends before it begins":           {Related{Kind: Mother, Name: "Mère", Told: Everything, Since: "2026-01-01", Until: "2025-01-01"}, "until"},
		"a day that is none":              {Related{Kind: Mother, Name: "Mère", Told: Everything, Since: "hier"}, "since"},
		"a name longer than anyone types": {Related{Kind: Mother, Name: strings.Repeat("é", 201), Told: Everything}, "person"},
	} {
		_, err := tt.r.accept()
		if got := fields(err); got != tt.want {
			t.Errorf("%s: faults at %q, want %q", name, got, tt.want)
		}
	}
}

func fields(err error) string {
	e, ok := err.(*phare.Error)
	if !ok {
		return ""
	}
	var all []string
	for _, one := range e.All() {
		all = append(all, one.Field)
	}
	return strings.Join(all, " ")
}

// Ask 29: the clock is the family's: « pas avant 17 h » is theirs, not the desk's.
func TestCalling(t *testing.T) {
	for name, tt := range map[string]struct {
		r    Rule
		want string
	}{
		"an hour":        {Rule{NotBefore: "17 h"}, ""},
		"as people type": {Rule{NotBefore: "17h30", NotAfter: "19"}, ""},
		"nothing":        {Rule{}, "not_before"},
		"no hour":        {Rule{NotBefore: "le soir"}, "not_before"},
		"backwards":      {Rule{NotBefore: "19 h", NotAfter: "17 h"}, "not_after"},
		"never, of what": {Rule{Never: true}, "number"},
		"an eighth day":  {Rule{Days: "8"}, "days"},
	} {
		if _, err := tt.r.accept(); fields(err) != tt.want {
			t.Errorf("%s: %v, want a fault at %q", name, err, tt.want)
		}
	}
	evening, err := Rule{NotBefore: "17 h", Days: "13"}.accept()
	must(t, err)
	if evening.NotBefore != "17:00" {
		t.Errorf("read as %q", evening.NotBefore)
	}
	never, err := Rule{Never: true, Number: "+262 692 12 34 56"}.accept()
	must(t, err)
	all := []Rule{evening, never}
	monday := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) // 16:00 in Réunion, 15:00 in Mayotte, 08:00 in Guadeloupe, 13:00 in Paris
	for _, tt := range []struct {
		zone, number string
		at           time.Time
		not          bool
		rules        int
	}{
		{"", "0692 99 99 99", monday, true, 1},                                                  // 16:00 at the desk
		{"", "0692 99 99 99", monday.Add(time.Hour), false, 1},                                  // 17:00
		{"Europe/Paris", "0692 99 99 99", monday.Add(3 * time.Hour), true, 1},                   // 16:00 there, 19:00 at the desk
		{"Europe/Paris", "0692 99 99 99", monday.Add(4 * time.Hour), false, 1},                  // 17:00
		{"America/Guadeloupe", "", monday.Add(9 * time.Hour), false, 1},                         // 17:00 there; Tuesday 01:00 at the desk
		{"", "", monday.Add(9 * time.Hour), true, 1},                                            // Tuesday
		{"", "0692 12 34 56", monday.Add(time.Hour), true, 2},                                   // not this number
		{"Europe/Paris", "0692 99 99 99", monday.AddDate(0, 5, 1).Add(3 * time.Hour), false, 1}, // summer: 17:00 there on a Monday
	} {
		c := CallingAt(Contact{Zone: tt.zone}, all, tt.number, "Indian/Reunion", tt.at)
		if c.Not != tt.not || len(c.Rules) != tt.rules {
			t.Errorf("%s, %s, %s: not now %t by %d rules, want %t by %d", tt.zone, tt.number, c.Now, c.Not, len(c.Rules), tt.not, tt.rules)
		}
	}
}

// family is a desk with two files of one family.
type family struct {
	db         *store.DB
	nurse, out access.Actor
	sister     phare.ID
	brother    phare.ID
	reference  string // of the brother's
}

func newFamily(t *testing.T, db *store.DB) family {
	t.Helper()
	must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "ici", Name: "Plateforme ici", Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	actor := func(id string, role access.Role) access.Actor {
		a := access.Actor{ID: id, Platform: "ici", Role: role, Name: "Personne " + id}
		must(t, db.Write(t.Context(), access.Machine("ici").Act("account.add", id), func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
				VALUES ($1, 'ici', $1, $2, $3, '', '', 0, true, 0, '', $4)`, id, a.Name, string(role), tx.Now)
		}))
		return a
	}
	f := family{db: db, nurse: actor("n", access.Nurse), out: actor("s", access.Secretary)}
	ask := func(first string) (phare.ID, string) {
		r, err := request.Submit(t.Context(), db, access.NewKey(), access.Anyone("ici"), request.NewForm(), request.Fields{Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis,
			FamilyName: "Inventée", FirstName: first, BirthDate: "2019-03-12", Sex: "female", Question: "Quelle équipe ?", Story: "Marche mal.", Urgency: request.Soon,
			Name: "Dr Essai", Place: "Cabinet", Phone: "0262000002", News: "phone", Consent: "yes", Lang: "fr"})
		must(t, err)
		file, err := request.OpenFile(t.Context(), db, f.nurse, r.Request)
		must(t, err)
		must(t, request.Identify(t.Context(), db, f.nurse, request.Ref{ID: r.Request, Version: file.Version}, file.Request.Draft()))
		return r.Request, r.Reference
	}
	f.sister, _ = ask("Zoé")
	f.brother, f.reference = ask("Noé")
	return f
}

// A tie says nothing of the relative, and nothing at all to who is outside the
// relative's file: not that there is one, by no page, no field, no count.
// Ask 24: knowing the patient must not open what is another's.
func TestTieRevealsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFamily(t, db)
		ctx := t.Context()
		if err := Link(ctx, db, f.nurse, f.sister, f.reference, "friends"); fields(err) != "kinship" {
			t.Errorf("a tie of no list: %v", err)
		}
		must(t, Link(ctx, db, f.nurse, f.sister, f.reference, "siblings"))
		if err := Link(ctx, db, f.nurse, f.sister, f.reference, "twins"); fields(err) != "reference" {
			t.Errorf("tied twice: %v", err)
		}
		ties := func(by access.Actor, id phare.ID) int {
			t.Helper()
			p, err := Of(ctx, db, by, id)
			must(t, err)
			return len(p.Ties)
		}
		if ties(f.nurse, f.sister) != 1 || ties(f.nurse, f.brother) != 1 || ties(f.out, f.sister) != 1 {
			t.Error("who may open both does not see the tie from both sides")
		}
		file, err := request.OpenFile(ctx, db, f.nurse, f.brother)
		must(t, err)
		must(t, request.Take(ctx, db, f.nurse, request.Ref{ID: f.brother, Version: file.Version}))
		must(t, circle.Confide(ctx, db, f.nurse, f.brother, "connu de tous"))
		if ties(f.out, f.sister) != 0 {
			t.Error("who is outside the brother's file sees that there is one")
		}
		if ties(f.nurse, f.sister) != 1 {
			t.Error("who is inside both does not see the tie any more")
		}
		// The field for a reference answers the same for what is shut, what has no
		// patient and what does not exist.
		said := map[string]bool{}
		for _, reference := range []string{f.reference, "MR-0000-0000", "n’importe quoi"} {
			err := Link(ctx, db, f.out, f.sister, reference, "siblings")
			e, ok := err.(*phare.Error)
			if !ok {
				t.Fatalf("%s: %v", reference, err)
			}
			said[e.Field+" "+e.Key] = true
		}
		if len(said) != 1 {
			t.Errorf("three answers tell apart: %v", said)
		}
		p, err := Of(ctx, db, f.nurse, f.sister)
		must(t, err)
		if err := Unlink(ctx, db, f.out, f.sister, p.Ties[0].ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("untied from outside: %v", err)
		}
		// The timeline of the one, which others read, says nothing of the other.
		file, err = request.OpenFile(ctx, db, f.out, f.sister)
		must(t, err)
		for _, e := range file.Events {
			if strings.Contains(e.Kind, "kin") || strings.Contains(e.Text, "Noé") || strings.Contains(e.Text, f.reference) {
				t.Errorf("the timeline tells: %+v", e)
			}
		}
		must(t, Unlink(ctx, db, f.nurse, f.sister, p.Ties[0].ID))
		if ties(f.nurse, f.brother) != 0 {
			t.Error("untied, and the other side still is")
		}
	})
}

// People and rules are kept, corrected and removed by who is in the circle, sealed
// with the patient's key, and computed with at the family's clock.
func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFamily(t, db)
		ctx := t.Context()
		must(t, Save(ctx, db, f.nurse, f.sister, Related{Kind: Mother, Authority: Parental, Told: Everything, Name: "Ida Inventée", Phone: "0692 00 00 03", Language: "shimaoré"}))
		must(t, SaveContact(ctx, db, f.nurse, f.sister, Contact{Language: "shimaoré", Interpreter: "yes", Zone: "Indian/Mayotte"}))
		must(t, AddRule(ctx, db, f.nurse, f.sister, Rule{NotBefore: "17 h", Answers: "la tante"}))
		p, err := Of(ctx, db, f.out, f.sister)
		must(t, err)
		if len(p.Related) != 1 || len(p.Rules) != 1 || p.Contact.Zone != "Indian/Mayotte" || p.Consent.Key != "one" || p.Consent.Names != "Ida Inventée" || p.Today != "2026-03-02" {
			t.Fatalf("%+v", p)
		}
		one := p.Related[0]
		one.Authority, one.Document, one.Told = Withdrawn, "jugement du 3 mars", Appointments
		must(t, Save(ctx, db, f.out, f.sister, one))
		if err := Save(ctx, db, f.nurse, f.sister, one); phare.KindOf(err) != phare.Conflict {
			t.Errorf("corrected from what it was before: %v", err)
		}
		if err := Save(ctx, db, f.nurse, f.brother, p.Related[0]); phare.KindOf(err) != phare.NotFound {
			t.Errorf("corrected from another file: %v", err)
		}
		if err := DropRule(ctx, db, f.nurse, f.brother, p.Rules[0].ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a rule was removed from another file: %v", err)
		}
		must(t, DropRule(ctx, db, f.nurse, f.sister, p.Rules[0].ID))
		p, err = Of(ctx, db, f.nurse, f.sister)
		must(t, err)
		if len(p.Rules) != 0 || p.Related[0].Authority != Withdrawn || p.Consent.Key != "nobody" {
			t.Errorf("%+v", p)
		}
		must(t, db.Read(ctx, func(v *store.View) error {
			raw, err := store.One(v, store.Value[string], `SELECT person || phone || language FROM related`)
			if strings.Contains(raw, "Ida") || strings.Contains(raw, "0692") || strings.Contains(raw, "shimao") {
				t.Errorf("stored in clear: %s", raw)
			}
			return err
		}))
	})
}
