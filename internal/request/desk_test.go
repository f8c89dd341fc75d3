package request

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// floor is a desk with two nurses and a physician, and a second desk elsewhere.
type floor struct {
	db                           *store.DB
	nurse, colleague, doctor     access.Actor
	elsewhere, director, machine access.Actor
}

func newFloor(t testing.TB, db *store.DB) floor {
	t.Helper()
	f := floor{db: db, machine: access.Machine("ici")}
	for _, p := range []string{"ici", "ailleurs"} {
		if err := access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{"ici", "ailleurs"} {
		if err := access.Switch(t.Context(), db, access.Machine(p), access.Switching{On: true, Reason: "essai"}); err != nil {
			t.Fatal(err)
		}
	}
	f.nurse = f.hire(t, "ici", "Aline Essai", access.Nurse)
	f.colleague = f.hire(t, "ici", "Bruno Essai", access.Nurse)
	f.doctor = f.hire(t, "ici", "Dr Carine Essai", access.Physician)
	f.director = f.hire(t, "ici", "Denis Essai", access.Director)
	f.elsewhere = f.hire(t, "ailleurs", "Élise Essai", access.Nurse)
	return f
}

// hire puts an account in place without paying for a password hash.
func (f floor) hire(t testing.TB, platform, name string, role access.Role) access.Actor {
	t.Helper()
	a := access.Actor{ID: string(phare.NewID()), Platform: platform, Role: role, Name: name}
	act := store.Act{Platform: platform, Actor: "system", Verb: "account.add", Subject: a.ID}
	err := f.db.Write(t.Context(), act, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ($1, $2, $1, $3, $4, '', '', 0, true, 0, '', $5)`, a.ID, platform, name, string(role), tx.Now)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// ask puts a request in place as it would arrive, then as change makes it.
func (f floor) ask(t testing.TB, platform string, change func(*Request)) Request {
	t.Helper()
	fields := Fields{Who: GP, Platform: platform, Diagnosis: NoDiagnosis, FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-12",
		Sex: "female", Question: "Quelle équipe pour une surdité avec malaises ?", Urgency: Routine, Name: "Dr Test", Phone: "0262 00 11 22", Consent: "yes"}
	r := begin(access.Anyone(platform), string(phare.NewID()), fields)
	r.Platform, r.Reference = platform, newReference()
	r.CreatedAt = f.db.Now()
	r.NextAt = f.db.Now().Add(NewsWithin(fields.Urgency))
	if change != nil {
		change(&r)
	}
	act := store.Act{Platform: platform, Actor: "public", Verb: "request.submit", Subject: string(r.ID)}
	if err := f.db.Write(t.Context(), act, func(tx *store.Tx) error { return insert(tx, r) }); err != nil {
		t.Fatal(err)
	}
	return f.read(t, r)
}

func (f floor) read(t testing.TB, r Request) Request {
	t.Helper()
	by := f.nurse
	by.Platform = r.Platform
	err := f.db.Read(t.Context(), func(v *store.View) (err error) {
		r, err = Find(v, by, r.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rowsOf counts the rows of a table about a request.
func (f floor) rowsOf(t testing.TB, query string, args ...any) int {
	t.Helper()
	n := 0
	err := f.db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func refOf(r Request) Ref { return Ref{r.ID, r.Version} }

// verbs are the desk's verbs, each with an input that would be right.
func verbs(f floor) map[string]func(t *testing.T, by access.Actor, ref Ref) error {
	return map[string]func(*testing.T, access.Actor, Ref) error{
		"open": func(t *testing.T, by access.Actor, ref Ref) error {
			_, err := OpenFile(t.Context(), f.db, by, ref.ID)
			return err
		},
		"take": func(t *testing.T, by access.Actor, ref Ref) error { return Take(t.Context(), f.db, by, ref) },
		"assign": func(t *testing.T, by access.Actor, ref Ref) error {
			return Assign(t.Context(), f.db, by, ref, f.nurse.ID)
		},
		"await": func(t *testing.T, by access.Actor, ref Ref) error {
			return Await(t.Context(), f.db, by, ref, Waiting{"Le médecin : le compte rendu", f.db.Now().Add(48 * time.Hour)})
		},
		"note": func(t *testing.T, by access.Actor, ref Ref) error {
			return Note(t.Context(), f.db, by, ref.ID, Event{Kind: NoteKind, Text: "Rappeler après 17 h"})
		},
		"close": func(t *testing.T, by access.Actor, ref Ref) error {
			return Close(t.Context(), f.db, by, ref, Ending{Reason: Withdrawn})
		},
		"identify": func(t *testing.T, by access.Actor, ref Ref) error {
			return Identify(t.Context(), f.db, by, ref, patient.Patient{Identity: patient.Provisional, BirthName: "Essai", FirstNames: "Zoé", Sex: "female"})
		},
		"signs": func(t *testing.T, by access.Actor, ref Ref) error {
			return SetSigns(t.Context(), f.db, by, ref.ID, []Sign{{"HP:0000365", Present, "Surdité"}})
		},
		"unsign": func(t *testing.T, by access.Actor, ref Ref) error {
			return DropSign(t.Context(), f.db, by, ref.ID, "HP:0000365")
		},
		"choose": func(t *testing.T, by access.Actor, ref Ref) error {
			return Choose(t.Context(), f.db, by, ref.ID, Choice{Kind: ChoseNone, Reason: "Le patient est déjà suivi"})
		},
	}
}

func TestDeskRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		before := f.rowsOf(t, `SELECT count(*) FROM audit`)
		for name, verb := range verbs(f) {
			for _, tt := range []struct {
				why  string
				by   access.Actor
				ref  Ref
				kind phare.Kind
			}{
				{"no right", f.director, refOf(r), phare.Forbidden},
				{"public", access.Anyone("ici"), refOf(r), phare.Forbidden},
				{"nobody", access.Actor{}, refOf(r), phare.Forbidden},
				{"other platform", f.elsewhere, refOf(r), phare.NotFound},
				{"unknown", f.nurse, Ref{"none", 1}, phare.NotFound},
			} {
				err := verb(t, tt.by, tt.ref)
				if err == nil || phare.KindOf(err) != tt.kind {
					t.Errorf("%s, %s: %v, want kind %d", name, tt.why, err, tt.kind)
				}
				if e, ok := errors.AsType[*phare.Error](err); ok && tt.kind == phare.NotFound && e.Key != "error.notfound" {
					t.Errorf("%s, %s tells more than that there is nothing: %s", name, tt.why, e.Key)
				}
			}
		}
		if after := f.rowsOf(t, `SELECT count(*) FROM audit`); after != before {
			t.Errorf("refused verbs left %d audit entries", after-before)
		}
		if now := f.read(t, r); now.Version != r.Version || !now.FirstLookAt.IsZero() {
			t.Errorf("refused verbs changed the request: %+v", now.State)
		}
	})
}

func TestDeskRefusesStale(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		if err := Take(t.Context(), db, f.colleague, refOf(r)); err != nil {
			t.Fatal(err)
		}
		for name, verb := range verbs(f) {
			if slices.Contains([]string{"open", "note", "signs", "unsign", "choose"}, name) {
				continue // they add to the file and change nothing that a colleague saw
			}
			if err := verb(t, f.nurse, refOf(r)); phare.KindOf(err) != phare.Conflict {
				t.Errorf("%s of an older version: %v, want a conflict", name, err)
			}
		}
		if now := f.read(t, r); now.Owner != f.colleague.ID || now.State != Open {
			t.Errorf("the colleague's take is lost: %s %s", now.Owner, now.State)
		}
	})
}

func TestDeskMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
		if err != nil || !file.FirstLookAt.Equal(storetest.Noon) || file.Version != r.Version || len(file.Events) != 1 {
			t.Fatalf("first look: %v at %v, version %d, %d events", err, file.FirstLookAt, file.Version, len(file.Events))
		}
		if _, err := OpenFile(t.Context(), db, f.colleague, r.ID); err != nil {
			t.Fatal(err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'request.open' AND subject = $1`, r.ID); n != 2 {
			t.Errorf("%d looks written down, want 2", n)
		}
		until := storetest.Noon.Add(72 * time.Hour)
		for _, tt := range []struct {
			name  string
			do    func() error
			state State
			owner string
			next  string
		}{
			{"take", func() error { return Take(t.Context(), db, f.nurse, refOf(f.read(t, r))) }, Open, f.nurse.ID, NextStudy},
			{"await", func() error {
				return Await(t.Context(), db, f.nurse, refOf(f.read(t, r)), Waiting{"La famille", until})
			}, Awaiting, f.nurse.ID, NextRemind},
			{"assign", func() error { return Assign(t.Context(), db, f.nurse, refOf(f.read(t, r)), f.doctor.ID) }, Open, f.doctor.ID, NextStudy},
			{"close", func() error {
				return Close(t.Context(), db, f.doctor, refOf(f.read(t, r)), Ending{Duplicate, ""})
			}, Closed, f.doctor.ID, ""},
		} {
			if err := tt.do(); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			if now := f.read(t, r); now.State != tt.state || now.Owner != tt.owner || now.Next != tt.next {
				t.Errorf("%s: state %s, owner %s, next %q", tt.name, now.State, now.Owner, now.Next)
			}
		}
		if now := f.read(t, r); !now.ClosedAt.Equal(storetest.Noon) || now.CloseReason != Duplicate {
			t.Errorf("closed at %v because %q", now.ClosedAt, now.CloseReason)
		}
		if err := Take(t.Context(), db, f.nurse, refOf(f.read(t, r))); phare.KindOf(err) != phare.Conflict {
			t.Errorf("a closed request was taken: %v", err)
		}
	})
}

func TestDeskInputs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		soon := storetest.Noon.Add(time.Hour)
		for _, tt := range []struct {
			name, field string
			do          func() error
		}{
			{"assign to a stranger", "owner", func() error { return Assign(t.Context(), db, f.nurse, refOf(r), f.elsewhere.ID) }},
			{"assign to a director", "owner", func() error { return Assign(t.Context(), db, f.nurse, refOf(r), f.director.ID) }},
			{"await nobody", "who", func() error { return Await(t.Context(), db, f.nurse, refOf(r), Waiting{" ", soon}) }},
			{"await the past", "until", func() error { return Await(t.Context(), db, f.nurse, refOf(r), Waiting{"x", soon.AddDate(0, 0, -1)}) }},
			{"await for ever", "until", func() error { return Await(t.Context(), db, f.nurse, refOf(r), Waiting{"x", soon.AddDate(1, 0, 0)}) }},
			{"an empty note", "text", func() error { return Note(t.Context(), db, f.nurse, r.ID, Event{Kind: NoteKind, Text: "\n "}) }},
			{"a note of no kind", "kind", func() error { return Note(t.Context(), db, f.nurse, r.ID, Event{Kind: "sent", Text: "x"}) }},
			{"a note of a book", "text", func() error {
				return Note(t.Context(), db, f.nurse, r.ID, Event{Kind: NoteKind, Text: strings.Repeat("é", longestNote+1)})
			}},
			{"close for no reason", "reason", func() error { return Close(t.Context(), db, f.nurse, refOf(r), Ending{}) }},
			{"close as sent", "reason", func() error { return Close(t.Context(), db, f.nurse, refOf(r), Ending{Reason: "sent", Words: "x"}) }},
			{"out of scope, no words", "words", func() error { return Close(t.Context(), db, f.nurse, refOf(r), Ending{Reason: OutOfScope}) }},
			{"no sign", "sign", func() error { return SetSigns(t.Context(), db, f.nurse, r.ID, nil) }},
			{"a sign of no code", "sign", func() error { return SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{"surdité", Present, "x"}}) }},
			{"a sign half there", "sign", func() error { return SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{"HP:0000365", "perhaps", "x"}}) }},
			{"none of these, no reason", "why", func() error { return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNone}) }},
			{"something else, unnamed", "other", func() error { return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseOther, Code: "near"}) }},
			{"something else, no reason", "why", func() error { return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseOther, Label: "Dr X"}) }},
			{"a reason of no list", "why", func() error { return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNone, Code: "whim"}) }},
			{"another reason, without words", "reason", func() error {
				return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNone, Code: OtherReason})
			}},
			{"a choice of nothing", "choice", func() error { return Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNetwork}) }},
			{"a patient without name", "birth_name", func() error {
				return Identify(t.Context(), db, f.nurse, refOf(r), patient.Patient{Identity: patient.Provisional, FirstNames: "Zoé", Sex: "female"})
			}},
		} {
			e, ok := errors.AsType[*phare.Error](tt.do())
			if !ok || e.Kind != phare.Invalid || e.Field != tt.field {
				t.Errorf("%s: %v, want a fault at %q", tt.name, e, tt.field)
			}
		}
		if now := f.read(t, r); now.Version != r.Version {
			t.Errorf("refused input changed the request to version %d", now.Version)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM event`) + f.rowsOf(t, `SELECT count(*) FROM patient`) + f.rowsOf(t, `SELECT count(*) FROM request_sign`); n != 0 {
			t.Errorf("refused input left %d rows", n)
		}
	})
}

func TestIdentify(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		if err := Identify(t.Context(), db, f.nurse, refOf(r), r.Draft()); err != nil {
			t.Fatal(err)
		}
		file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
		if err != nil || file.Patient == nil || file.Patient.BirthName != "Essai" || file.Patient.Identity != patient.Provisional {
			t.Fatalf("patient %v, %v", file.Patient, err)
		}
		second := f.ask(t, "ici", func(r *Request) { r.Fields.FirstName = "Zoë" })
		_, same, err := Lookup(t.Context(), db, f.nurse, second.ID)
		if err != nil || len(same) != 1 || same[0].Patient.ID != file.Patient.ID {
			t.Fatalf("candidates %v, %v", same, err)
		}
		if err := Link(t.Context(), db, f.nurse, refOf(second), same[0].Patient.ID); err != nil {
			t.Fatal(err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM request WHERE patient = $1`, file.Patient.ID); n != 2 {
			t.Errorf("%d requests of the patient, want 2", n)
		}
		fixed := *file.Patient
		fixed.BirthName = "Corrigée"
		if err := Identify(t.Context(), db, f.nurse, refOf(f.read(t, r)), fixed); err != nil {
			t.Fatal(err)
		}
		if err := Identify(t.Context(), db, f.nurse, refOf(f.read(t, r)), fixed); phare.KindOf(err) != phare.Conflict {
			t.Errorf("an older version of the patient: %v, want a conflict", err)
		}
		p, err := List(t.Context(), db, f.nurse, Filter{Find: "corrigee"})
		if err != nil || len(p.Rows) != 1 {
			t.Errorf("found by the corrected name: %d, %v", len(p.Rows), err)
		}
		there := f.ask(t, "ailleurs", nil)
		if err := Link(t.Context(), db, f.elsewhere, refOf(there), file.Patient.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a patient of another platform was linked: %v", err)
		}
		if _, same, err := Lookup(t.Context(), db, f.elsewhere, there.ID); err != nil || len(same) != 0 {
			t.Errorf("another platform is offered %v, %v", same, err)
		}
	})
}

func TestSigns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		set := func(signs ...Sign) {
			t.Helper()
			if err := SetSigns(t.Context(), db, f.nurse, r.ID, signs); err != nil {
				t.Fatal(err)
			}
		}
		set(Sign{"HP:0000365", Present, "Surdité"}, Sign{"HP:0001279", Absent, "Syncope"})
		set(Sign{"HP:0001279", Present, "Malaise"})
		file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
		if want := []Sign{{"HP:0001279", Present, "Malaise"}, {"HP:0000365", Present, "Surdité"}}; err != nil || !slices.Equal(file.Signs, want) {
			t.Errorf("signs %v, %v; want %v", file.Signs, err, want)
		}
		if err := SetSigns(t.Context(), db, f.colleague, r.ID, []Sign{{"HP:0000365", Present, "Surdité"}}); err != nil {
			t.Fatal(err)
		}
		notes, err := SignNotes(t.Context(), db, f.doctor, r.ID)
		if len(notes) != 2 || notes["HP:0001279"].Name != f.nurse.Name || notes["HP:0000365"] != (SignNote{f.colleague.Name, storetest.Noon}) {
			t.Errorf("who entered what: %v, %v", notes, err)
		}
		if notes, err := SignNotes(t.Context(), db, f.elsewhere, r.ID); phare.KindOf(err) != phare.NotFound || len(notes) != 0 {
			t.Errorf("another platform reads who entered what: %v, %v", notes, err)
		}
		if err := DropSign(t.Context(), db, f.nurse, r.ID, "HP:0001279"); err != nil {
			t.Fatal(err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM request_sign`); n != 1 {
			t.Errorf("%d signs left, want 1", n)
		}
		var many []Sign
		for i := range mostSigns {
			many = append(many, Sign{fmt.Sprintf("HP:%07d", 9000+i), Present, "x"})
		}
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, many); phare.KindOf(err) != phare.Invalid {
			t.Errorf("%d signs were taken: %v", mostSigns+1, err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM request_sign`); n != 1 {
			t.Errorf("%d signs after a refusal, want 1", n)
		}
	})
}

// TestTakeOnce: of many who take the same request at once, from the same page,
// one has it and all others are told.
func TestTakeOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		outcome := make(chan error)
		const people = 12
		for i := range people {
			by := []access.Actor{f.nurse, f.colleague, f.doctor}[i%3]
			go func() { outcome <- Take(t.Context(), db, by, refOf(r)) }()
		}
		won := 0
		for range people {
			switch err := <-outcome; {
			case err == nil:
				won++
			case phare.KindOf(err) != phare.Conflict:
				t.Errorf("a loser was told %v", err)
			}
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM event WHERE kind = 'take'`); won != 1 || n != 1 {
			t.Errorf("%d took it, %d events; want one", won, n)
		}
	})
}
