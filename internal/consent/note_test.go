package consent_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// room is a desk with a request in hand.
type room struct {
	t             *testing.T
	db            *store.DB
	nurse, doctor access.Actor
	id            phare.ID
	calls         *int
	reach         consent.Reach
}

func eachRoom(t *testing.T, f func(t *testing.T, r room)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, id := range []string{"reunion", "guyane"} {
			must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: "Plateforme " + id, Zone: "Indian/Reunion", Phone: "0262 00 00 00"}))
		}
		calls := 0
		r := room{t: t, db: db, calls: &calls, nurse: access.Actor{ID: "nurse", Platform: "reunion", Role: access.Nurse, Name: "Noé Fictif"},
			doctor: access.Actor{ID: "doctor", Platform: "reunion", Role: access.Physician}}
		r.reach = consent.Reach{func(*store.Tx, access.Actor, request.Request) error { calls++; return nil }}
		r.id = r.arrive()
		f(t, r)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r room) arrive() phare.ID {
	r.t.Helper()
	receipt, err := request.Submit(r.t.Context(), r.db, access.NewKey(), access.Anyone("reunion"), request.NewForm(), request.Fields{Who: request.GP, Platform: "reunion",
		Diagnosis: request.NoDiagnosis, FamilyName: "Hoarau-Inventé", FirstName: "Lili", BirthDate: "2019-03-12", Sex: "female", Question: "Quelle équipe ?",
		Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"})
	must(r.t, err)
	return receipt.Request
}

func good() consent.Draft {
	return consent.Draft{Purpose: consent.Outside, Kind: consent.Expert, Outcome: consent.Given, SaidOn: "2026-03-02", Giver: "parent", How: "oral", Assent: "yes",
		About: consent.About{GiverName: "Rosa Inventée", Explained: "avec un dessin", Language: "créole", Interpreter: "Mme Fictive"}}
}

func (r room) note(by access.Actor, d consent.Draft) error {
	r.t.Helper()
	return consent.Note(r.t.Context(), r.db, by, r.reach, consent.DraftFor{Request: r.id, Draft: d})
}

func (r room) count(query string) (n int) {
	r.t.Helper()
	must(r.t, r.db.Read(r.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query)
		return err
	}))
	return n
}

func (r room) file() consent.File {
	r.t.Helper()
	f, err := consent.Of(r.t.Context(), r.db, r.nurse, r.id)
	must(r.t, err)
	return f
}

func (r room) state(id string) consent.State {
	r.t.Helper()
	for _, s := range r.file().States {
		if s.ID == id {
			return s
		}
	}
	r.t.Fatalf("no state of %s", id)
	return consent.State{}
}

// Whatever keeps a line from being noted leaves none, and calls nothing back.
func TestNoteRefused(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		tests := []struct {
			name   string
			by     access.Actor
			change func(*consent.Draft)
			kind   phare.Kind
			field  string
		}{
			{"the public", access.Anyone("reunion"), nil, phare.Forbidden, ""},
			{"the director", access.Actor{ID: "d", Platform: "reunion", Role: access.Director}, nil, phare.Forbidden, ""},
			{"another platform", access.Actor{ID: "x", Platform: "guyane", Role: access.Nurse}, nil, phare.NotFound, ""},
			{"no purpose", r.nurse, func(d *consent.Draft) { d.Purpose = "all" }, phare.Invalid, "purpose"},
			{"the person themself is no purpose", r.nurse, func(d *consent.Draft) { d.Purpose = consent.Own }, phare.Invalid, "purpose"},
			{"an outcome of another purpose", r.nurse, func(d *consent.Draft) { d.Outcome = consent.Opposed }, phare.Invalid, "outcome"},
			{"no such recipient", r.nurse, func(d *consent.Draft) { d.Kind = "form" }, phare.Invalid, "kind"},
			{"tomorrow", r.nurse, func(d *consent.Draft) { d.SaidOn = "2026-03-03" }, phare.Invalid, "said_on"},
			{"no day", r.nurse, func(d *consent.Draft) { d.SaidOn = "" }, phare.Invalid, "said_on"},
			{"ended yesterday", r.nurse, func(d *consent.Draft) { d.Until = "2026-03-01" }, phare.Invalid, "until"},
			{"a refusal that ends", r.nurse, func(d *consent.Draft) { d.Outcome, d.Until = consent.Refused, "2027-03-01" }, phare.Invalid, "until"},
			{"nobody said it", r.nurse, func(d *consent.Draft) { d.Giver = "declared" }, phare.Invalid, "giver"},
			{"a parent without a name", r.nurse, func(d *consent.Draft) { d.GiverName = " " }, phare.Invalid, "giver_name"},
			{"in no way", r.nurse, func(d *consent.Draft) { d.How = "" }, phare.Invalid, "how"},
			{"a word that is no assent", r.nurse, func(d *consent.Draft) { d.Assent = "perhaps" }, phare.Invalid, "assent"},
			{"a signature by word of mouth", r.nurse, func(d *consent.Draft) { d.Purpose = "ern" }, phare.Invalid, "how"},
			{"evidence that is not in the file", r.nurse, func(d *consent.Draft) { d.Evidence = phare.NewID() }, phare.Invalid, "evidence"},
			{"too long", r.nurse, func(d *consent.Draft) { d.Words = strings.Repeat("é", 1001) }, phare.Invalid, "words"},
			{"an error of a line that is not there", r.nurse, func(d *consent.Draft) { d.Outcome, d.Replaces = consent.Void, phare.NewID() }, phare.NotFound, ""},
			{"an error of the form's box", r.nurse, func(d *consent.Draft) { d.Outcome = consent.Void }, phare.NotFound, ""},
		}
		for _, tt := range tests {
			d := good()
			if tt.change != nil {
				tt.change(&d)
			}
			err := r.note(tt.by, d)
			e, _ := errors.AsType[*phare.Error](err)
			if phare.KindOf(err) != tt.kind || e == nil || e.Field != tt.field {
				t.Errorf("%s: %v, want kind %d and field %q", tt.name, err, tt.kind, tt.field)
			}
		}
		if err := consent.Note(t.Context(), r.db, r.nurse, nil, consent.DraftFor{Request: r.id, Draft: good()}); err == nil {
			t.Error("a line is noted that reaches nothing")
		}
		if n := r.count(`SELECT count(*) FROM consent`); n != 0 || *r.calls != 0 {
			t.Errorf("%d lines, %d calls", n, *r.calls)
		}
	})
}

// A line is kept whole, its names and words sealed; the box of the form stands before
// it, honestly named; the history stays; the trail and the timeline tell.
func TestNote(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		s := r.state(consent.Outside)
		if s.Standing != consent.Yes || len(s.History) != 1 || !s.History[0].IsForm() || s.History[0].Giver != consent.Declared {
			t.Fatalf("before anything was noted: %+v", s)
		}
		must(t, r.note(r.nurse, good()))
		must(t, r.note(r.nurse, good())) // a double click
		s = r.state(consent.Outside)
		if len(s.History) != 2 {
			t.Fatalf("%d lines, want the form's and one", len(s.History))
		}
		l := s.History[0]
		if l.GiverName != "Rosa Inventée" || l.Explained != "avec un dessin" || l.Language != "créole" || l.Interpreter != "Mme Fictive" || l.Assent != "yes" || l.Actor != "nurse" || !l.At.Equal(r.db.Now()) {
			t.Errorf("kept: %+v", l)
		}
		if n := r.count(`SELECT count(*) FROM consent WHERE about LIKE '%Rosa%' OR about LIKE '%dessin%'`); n != 0 {
			t.Error("names are in clear")
		}
		if n := r.count(`SELECT count(*) FROM audit WHERE verb = 'consent.note' AND reason = 'outside.given'`) + r.count(`SELECT count(*) FROM event WHERE kind = 'consent.outside.given' AND shown_to = 'team'`); n < 2 {
			t.Errorf("%d traces", n)
		}
		r.db.Now = func() time.Time { return storetest.Noon.Add(time.Hour) }
		d := good()
		d.Outcome = consent.Withdrawn
		must(t, r.note(r.nurse, d))
		if s = r.state(consent.Outside); s.Standing != consent.No || len(s.History) != 3 || len(s.Now) != 2 {
			t.Errorf("after the withdrawal: %s, %d lines, %d now", s.Standing, len(s.History), len(s.Now))
		}
		// Noted in the wrong file: only a physician takes a no back, and the line stays.
		void := consent.Draft{Outcome: consent.Void, Replaces: s.History[0].ID, About: consent.About{Words: "Noté dans le mauvais dossier"}}
		if err := r.note(r.nurse, void); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a nurse takes a refusal back: %v", err)
		}
		must(t, r.note(r.doctor, void))
		if s = r.state(consent.Outside); s.Standing != consent.Yes || len(s.History) != 4 {
			t.Errorf("after the correction: %s, %d lines", s.Standing, len(s.History))
		}
		r.db.Now = func() time.Time { return storetest.Noon.Add(2 * time.Hour) }
		if err := r.note(r.doctor, void); phare.KindOf(err) != phare.Conflict {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

// A no holds from when it was noted, also with a day that was typed wrongly; a yes
// that was said before it, and is noted after, does not lift it.
func TestDays(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		must(t, r.note(r.nurse, good()))
		at := storetest.Noon
		later := func() {
			at = at.Add(time.Hour)
			now := at
			r.db.Now = func() time.Time { return now }
		}
		later()
		no := good()
		no.Outcome, no.SaidOn = consent.Withdrawn, "2026-01-02"
		must(t, r.note(r.nurse, no))
		if s := r.state(consent.Outside); s.Standing != consent.No {
			t.Errorf("a withdrawal of a day before: %s", s.Standing)
		}
		later()
		yes := good()
		yes.SaidOn = "2026-03-01"
		must(t, r.note(r.nurse, yes))
		if s := r.state(consent.Outside); s.Standing != consent.No {
			t.Errorf("a yes from yesterday lifts it: %s", s.Standing)
		}
		later()
		must(t, r.note(r.nurse, good()))
		if s := r.state(consent.Outside); s.Standing != consent.Yes {
			t.Errorf("a yes of today: %s", s.Standing)
		}
	})
}

// A child whose assent nobody asked for is noted so, never as if it had been.
func TestAssent(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		d := good()
		d.Assent = ""
		must(t, r.note(r.nurse, d))
		if got := r.state(consent.Outside).History[0].Assent; got != "unasked" {
			t.Errorf("assent %q", got)
		}
	})
}

// What is said of the person holds in all their files; what is said of one file holds
// there. Of another file's words nothing is opened.
func TestOtherFiles(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		first := r.id
		must(t, request.Take(t.Context(), r.db, r.hire(), request.Ref{ID: first, Version: 1}))
		p := patient.Patient{Identity: patient.Provisional, BirthName: "Hoarau", FirstNames: "Lili", BirthDate: "2019-03-12", Sex: "female"}
		must(t, request.Identify(t.Context(), r.db, r.nurse, request.Ref{ID: first, Version: 2}, p))
		var who phare.ID
		must(t, r.db.Read(t.Context(), func(v *store.View) error {
			x, err := request.Find(v, r.nurse, first)
			who = x.Patient
			return err
		}))
		d := good()
		d.Purpose, d.Outcome, d.Words = "bndmr", consent.Opposed, "dit au téléphone"
		must(t, r.note(r.nurse, d))
		d.Purpose, d.Outcome = consent.Outside, consent.Refused
		must(t, r.note(r.nurse, d))
		r.id = r.arrive()
		must(t, request.Link(t.Context(), r.db, r.nurse, request.Ref{ID: r.id, Version: 1}, who))
		s := r.state("bndmr")
		if s.Standing != consent.No || len(s.History) != 1 || !s.History[0].Elsewhere || s.History[0].Words != "" {
			t.Errorf("in the other file: %+v", s)
		}
		if s := r.state(consent.Outside); s.Standing != consent.Yes {
			t.Errorf("sharing of another file: %s", s.Standing)
		}
	})
}

func (r room) hire() access.Actor {
	r.t.Helper()
	must(r.t, r.db.Write(r.t.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "nurse"}, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ('nurse', 'reunion', 'nurse', 'Noé Fictif', 'nurse', '', '', 0, true, 0, '', $1)`, tx.Now)
	}))
	return r.nurse
}

// The sheet for the family says in plain words what was noted; an objection to telling
// relatives is not on it.
func TestSheet(t *testing.T) {
	eachRoom(t, func(t *testing.T, r room) {
		d := good()
		d.Purpose, d.Outcome, d.Giver = consent.Relatives, consent.Opposed, "patient"
		must(t, r.note(r.nurse, d))
		sheet, err := consent.Print(t.Context(), r.db, r.nurse, r.id)
		must(t, err)
		for _, lang := range []string{"fr", "en"} {
			all := ""
			for _, b := range sheet.Document(words(t), lang).Blocks {
				all += b.Text + " " + strings.Join(b.Lines, " ") + "\n"
			}
			p, _ := consent.PurposeOf(consent.Relatives)
			team, _ := consent.PurposeOf(consent.Team)
			if strings.Contains(all, p.Label(lang)) || !strings.Contains(all, team.Label(lang)) || !strings.Contains(all, "0262 00 00 00") {
				t.Errorf("%s: %s", lang, all)
			}
		}
		if n := r.count(`SELECT count(*) FROM audit WHERE verb = 'consent.sheet'`); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}

func words(t *testing.T) *text.Catalog {
	t.Helper()
	c, err := text.Load()
	must(t, err)
	return c
}
