package erasure

import (
	"bytes"
	"os"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
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

// desk is a desk with two physicians and requests for one person.
type desk struct {
	db             *store.DB
	asker, second  access.Actor
	director       access.Actor
	nurse, foreign access.Actor
}

func newDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	for _, p := range []string{"ici", "ailleurs"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	}
	actor := func(platform, id string, role access.Role) access.Actor {
		return access.Actor{ID: id, Platform: platform, Role: role, Name: "Personne " + id}
	}
	d := desk{db, actor("ici", "a", access.Physician), actor("ici", "b", access.Physician), actor("ici", "d", access.Director),
		actor("ici", "n", access.Nurse), actor("ailleurs", "x", access.Physician)}
	for _, a := range []access.Actor{d.asker, d.second, d.director, d.nurse, d.foreign} {
		d.hire(t, a, access.Machine(a.Platform))
	}
	return d
}

// hire opens an account without paying for a password's hash.
func (d desk) hire(t *testing.T, a, by access.Actor) {
	t.Helper()
	must(t, d.db.Write(t.Context(), by.Act("account.add", a.ID), func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ($1, $2, $3, $4, $5, '', '', 0, true, 0, '', $6)`, a.ID, a.Platform, "login "+a.ID, a.Name, string(a.Role), tx.Now)
	}))
}

// closed sends a request in and closes it.
func (d desk) closed(t *testing.T, name string) phare.ID {
	t.Helper()
	id := d.open(t, name)
	must(t, request.Close(t.Context(), d.db, d.nurse, request.Ref{ID: id, Version: 1}, request.Ending{Reason: request.Withdrawn}))
	return id
}

func (d desk) open(t *testing.T, name string) phare.ID {
	t.Helper()
	got, err := request.Submit(t.Context(), d.db, access.NewKey(), access.Anyone("ici"), request.NewForm(), typed(name))
	must(t, err)
	return got.Request
}

func typed(name string) request.Fields {
	return request.Fields{Who: request.GP, Platform: "ici",
		Diagnosis: request.NoDiagnosis, FamilyName: name, FirstName: "Lou", BirthDate: "2019-03-12", Sex: "female", Question: "Quel centre ?",
		Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"}
}

// again begins to change what was sent by a form, and leaves it there.
func (d desk) again(t *testing.T, form, name string) {
	t.Helper()
	_, err := request.SaveDraft(t.Context(), d.db, access.Anyone("ici"), form, func(f *request.Fields) { *f = typed(name) })
	must(t, err)
}

func (d desk) waiting(t *testing.T) []Erasure {
	t.Helper()
	all, err := Waiting(t.Context(), d.db, d.director)
	must(t, err)
	return all
}

// Who may not ask or confirm is refused; a request that is open, or asked
// already, is not to be erased; nobody confirms what they asked.
func TestRefusals(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.closed(t, "Refusée")
		kind := func(what string, err error, want phare.Kind) {
			t.Helper()
			if phare.KindOf(err) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		kind("a nurse asks", Ask(ctx, db, d.nurse, id, Person), phare.Forbidden)
		kind("a director asks", Ask(ctx, db, d.director, id, Person), phare.Forbidden)
		kind("another desk asks", Ask(ctx, db, d.foreign, id, Person), phare.NotFound)
		kind("without a ground", Ask(ctx, db, d.asker, id, "whim"), phare.Invalid)
		kind("before its time is over", Ask(ctx, db, d.asker, id, Term), phare.Conflict)
		kind("an open request", Ask(ctx, db, d.asker, d.open(t, "Ouverte"), Person), phare.Conflict)
		must(t, Ask(ctx, db, d.asker, id, Error))
		kind("twice", Ask(ctx, db, d.second, id, Error), phare.Conflict)
		e := d.waiting(t)[0]
		kind("the asker confirms", Confirm(ctx, db, d.asker, e.ID), phare.Forbidden)
		kind("a nurse confirms", Confirm(ctx, db, d.nurse, e.ID), phare.Forbidden)
		kind("another desk confirms", Confirm(ctx, db, d.foreign, e.ID), phare.NotFound)
		kind("another desk keeps", Withdraw(ctx, db, d.foreign, e.ID), phare.NotFound)
		if _, err := request.OpenFile(ctx, db, d.asker, id); err != nil {
			t.Errorf("a refused erasure took the file: %v", err)
		}
		must(t, Withdraw(ctx, db, d.director, e.ID))
		kind("confirmed after it was kept", Confirm(ctx, db, d.second, e.ID), phare.NotFound)
		must(t, Ask(ctx, db, d.second, id, Error)) // a file that was kept can be asked for again
		ended, err := Ended(ctx, db, d.director)
		must(t, err)
		if all := d.waiting(t); len(all) != 1 || len(ended) != 1 || ended[0].State != "withdrawn" || ended[0].EndedName != d.director.Name {
			t.Errorf("waiting %+v ended %+v", all, ended)
		}
	})
}

// An identity goes with the last request that names it, not before.
func TestIdentityGoesLast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		first, second := d.open(t, "Deuxfois"), d.open(t, "Deuxfois")
		file, _, err := request.Lookup(ctx, db, d.nurse, first)
		must(t, err)
		must(t, request.Identify(ctx, db, d.nurse, request.Ref{ID: first, Version: 1}, file.Draft()))
		file, err = request.OpenFile(ctx, db, d.nurse, first)
		must(t, err)
		must(t, request.Link(ctx, db, d.nurse, request.Ref{ID: second, Version: 1}, file.Patient.ID))
		name := func() string {
			return storetest.Clear(t, db, "patient.birth_name", `id = $1`, file.Patient.ID)[0]
		}
		for i, id := range []phare.ID{first, second} {
			f, err := request.OpenFile(ctx, db, d.nurse, id)
			must(t, err)
			must(t, request.Close(ctx, db, d.nurse, request.Ref{ID: id, Version: f.Version}, request.Ending{Reason: request.Withdrawn}))
			must(t, Ask(ctx, db, d.asker, id, Person))
			must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
			if got := name(); (got == "") != (i == 1) {
				t.Errorf("after %d erasures the identity reads %q", i+1, got)
			}
		}
		must(t, db.Read(ctx, func(v *store.View) error {
			for _, table := range []string{"patient_sound", "request_word"} {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM `+table)
				if err != nil || n != 0 {
					t.Errorf("%s has %d rows: %v", table, n, err)
				}
			}
			return nil
		}))
		if faults, _, err := db.SealFaults(ctx); err != nil || len(faults) > 0 {
			t.Errorf("faults %v %v", faults, err)
		}
	})
}

// Nobody is two people: who was made for the occasion, and whom the asker made,
// does not confirm.
func TestSecondPersonIsAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		must(t, Ask(t.Context(), db, d.asker, d.closed(t, "Marionnette"), Person))
		e := d.waiting(t)[0]
		puppet := access.Actor{ID: "p", Platform: "ici", Role: access.Director, Name: "Personne p"}
		d.hire(t, puppet, d.nurse)
		if err := Confirm(t.Context(), db, puppet, e.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("an account of this minute confirms: %v", err)
		}
		made := access.Actor{ID: "m", Platform: "ici", Role: access.Director, Name: "Personne m"}
		d.hire(t, made, d.asker)
		db.Now = func() time.Time { return storetest.Noon.Add(30 * 24 * time.Hour) }
		if err := Confirm(t.Context(), db, made, e.ID); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("an account that the asker made confirms: %v", err)
		}
		must(t, Confirm(t.Context(), db, puppet, e.ID)) // a month later the desk knows them
	})
}

// The form of an erased file is no form any more: what was typed into it after it
// was sent is gone, and nothing is ever sent, kept or joined by it again.
func TestFormGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, key, by, form := t.Context(), access.NewKey(), access.Anyone("ici"), request.NewForm()
		got, err := request.Submit(ctx, db, key, by, form, typed("Formulée"))
		must(t, err)
		d.again(t, form, "Corrigée")
		other := request.NewForm()
		d.again(t, other, "Étrangère")
		must(t, request.Close(ctx, db, d.nurse, request.Ref{ID: got.Request, Version: 1}, request.Ending{Reason: request.Withdrawn}))
		must(t, Ask(ctx, db, d.asker, got.Request, Person))
		must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
		count := func(what string, want int) {
			must(t, db.Read(ctx, func(v *store.View) error {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM `+what)
				if n != want {
					t.Errorf("%s: %d, want %d", what, n, want)
				}
				return err
			}))
		}
		gone := func(what string, err error) {
			t.Helper()
			if phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		count("draft", 1) // the other's
		_, err = request.GetDraft(ctx, db, form)
		gone("read", err)
		_, err = request.SaveDraft(ctx, db, by, form, func(f *request.Fields) { *f = typed("Encore") })
		gone("kept", err)
		_, err = request.Submit(ctx, db, key, by, form, typed("Formulée"))
		gone("sent as it was", err)
		_, err = request.Submit(ctx, db, key, by, form, typed("Autre"))
		gone("sent with other answers", err)
		_, err = request.FindReceipt(ctx, db, key, by, form)
		gone("receipt", err)
		_, err = request.Changes(ctx, db, by, form)
		gone("changes", err)
		_, err = request.PlatformOf(ctx, db, by, form)
		gone("platform", err)
		gone("joined", request.AttachToForm(ctx, db, by, form, nil))
		count("draft", 1)
		count("request", 1)
		if d, err := request.GetDraft(ctx, db, other); err != nil || d.Fields.FamilyName != "Étrangère" {
			t.Errorf("another's draft: %+v %v", d, err)
		}
	})
}

// What an erased file was stands in no byte of the engine's files: neither its
// key nor what was in clear beside it.
func TestBytesAreGone(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	db, err := store.Open(t.Context(), dsn)
	must(t, err)
	defer db.Close()
	db.Unlock(storetest.Keys())
	d := newDesk(t, db)
	form := request.NewForm()
	got, err := request.Submit(t.Context(), db, access.NewKey(), access.Anyone("ici"), form, typed("Disparue"))
	must(t, err)
	id := got.Request
	d.again(t, form, "Corrigée")
	must(t, request.SetSigns(t.Context(), db, d.nurse, id, []request.Sign{{HPO: "HP:0001250", Presence: request.Present, Label: "Signe qui disparaît"}}))
	f, err := request.OpenFile(t.Context(), db, d.nurse, id)
	must(t, err)
	must(t, request.Close(t.Context(), db, d.nurse, request.Ref{ID: id, Version: f.Version}, request.Ending{Reason: request.Withdrawn}))
	wrapped := func(subject string) (key string) {
		must(t, db.Read(t.Context(), func(v *store.View) (err error) {
			key, err = store.One(v, store.Value[string], `SELECT wrapped FROM seal_key WHERE subject = $1`, subject)
			return err
		}))
		return key
	}
	found := func(words string) (n int) {
		for _, end := range []string{"", "-wal"} {
			b, err := os.ReadFile(dsn + end)
			must(t, err)
			n += bytes.Count(b, []byte(words))
		}
		return n
	}
	secrets := []string{wrapped(request.Subject(id)), wrapped("draft/" + phare.FormHash(form)), "Signe qui disparaît"}
	for _, s := range secrets {
		if s == "" || found(s) == 0 {
			t.Fatalf("the test does not see %q before", s)
		}
	}
	must(t, Ask(t.Context(), db, d.asker, id, Person))
	must(t, Confirm(t.Context(), db, d.second, d.waiting(t)[0].ID))
	for _, s := range secrets {
		if n := found(s); n > 0 {
			t.Errorf("%q still stands %d times in the files", s, n)
		}
	}
}
