package merge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
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

// desk is a desk with people who can be each other's second person, and one elsewhere.
type desk struct {
	db                                    *store.DB
	key                                   access.Key
	nurse, doctor, secretary, director, x access.Actor
}

func newDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	for _, p := range []string{"ici", "ailleurs"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: "Plateforme " + p, Zone: "Indian/Reunion", Phone: "0262 00 00 01"}))
	}
	actor := func(platform, id string, role access.Role) access.Actor {
		a := access.Actor{ID: id, Platform: platform, Role: role, Name: "Personne " + id}
		by := access.Machine(platform)
		must(t, db.Write(t.Context(), by.Act("account.add", id), func(tx *store.Tx) error {
			return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
				VALUES ($1, $2, $3, $4, $5, '', '', 0, true, 0, '', $6)`, id, platform, "login "+id, a.Name, string(role), tx.Now)
		}))
		return a
	}
	return desk{db, access.NewKey(), actor("ici", "n", access.Nurse), actor("ici", "d", access.Physician), actor("ici", "s", access.Secretary),
		actor("ici", "dir", access.Director), actor("ailleurs", "x", access.Physician)}
}

// ask sends a request in for someone.
func (d desk) ask(t *testing.T, family, first string) phare.ID {
	t.Helper()
	r, err := request.Submit(t.Context(), d.db, d.key, access.Anyone("ici"), request.NewForm(), request.Fields{Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis,
		FamilyName: family, FirstName: first, BirthDate: "2019-03-12", Sex: "female", Question: "Quelle équipe ?", Story: "Marche mal.", Urgency: request.Soon,
		Name: "Dr Essai", Place: "Cabinet", Phone: "0262000002", News: "phone", Consent: "yes", Lang: "fr"})
	must(t, err)
	return r.Request
}

func (d desk) file(t *testing.T, id phare.ID) request.File {
	t.Helper()
	f, err := request.OpenFile(t.Context(), d.db, d.nurse, id)
	must(t, err)
	return f
}

func (d desk) ref(t *testing.T, id phare.ID) request.Ref {
	return request.Ref{ID: id, Version: d.file(t, id).Version}
}

// known sends a request in and makes an identity of who it is about.
func (d desk) known(t *testing.T, family, first string) (file, who phare.ID) {
	t.Helper()
	file = d.ask(t, family, first)
	must(t, request.Identify(t.Context(), d.db, d.nurse, d.ref(t, file), d.file(t, file).Request.Draft()))
	return file, d.file(t, file).Request.Patient
}

func (d desk) propose(t *testing.T, kept, merged phare.ID) phare.ID {
	t.Helper()
	id, err := Ask(t.Context(), d.db, d.nurse, Proposal{Kept: kept, Merged: merged, Reason: "même carte présentée"})
	must(t, err)
	return id
}

// finds are the references that the work list finds for some words.
func (d desk) finds(t *testing.T, words string) (refs []string) {
	t.Helper()
	l, err := request.List(t.Context(), d.db, d.nurse, request.Filter{Find: words})
	must(t, err)
	for _, r := range l.Rows {
		refs = append(refs, r.Reference)
	}
	slices.Sort(refs)
	return refs
}

// under is the patient that each request stands under, straight from the table.
func (d desk) under(t *testing.T, files ...phare.ID) (ids []phare.ID) {
	t.Helper()
	must(t, d.db.Read(t.Context(), func(v *store.View) error {
		for _, f := range files {
			id, err := store.One(v, store.Value[phare.ID], `SELECT patient FROM request WHERE id = $1`, f)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	}))
	return ids
}

// Ask 23: a merge that was said done and was not. Who merges is told so only when
// every request of the one stands under the other, in the same commit; both
// identities and their histories stay; the search finds either name; what is told of
// under the old name leads to the one that stands; undone by two, all is as before,
// and what came since stays and is listed.
func TestMergeIsDone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		one, kept := d.known(t, "Hoarau", "Zoé")
		two, merged := d.known(t, "Oaro", "Zoé")
		three := d.ask(t, "Oaro", "Zoé")
		must(t, request.Link(ctx, db, d.nurse, d.ref(t, three), merged))
		b, err := Doubles(ctx, db, d.nurse)
		if err != nil || len(b.Suspects) != 1 || b.Suspects[0].A.ID != min(kept, merged) {
			t.Fatalf("suspects %+v, %v", b.Suspects, err)
		}

		id := d.propose(t, kept, merged)
		if got := d.under(t, one, two, three); !slices.Equal(got, []phare.ID{kept, merged, merged}) {
			t.Errorf("proposed, and already %v", got)
		}
		if _, err := Ask(ctx, db, d.doctor, Proposal{Kept: merged, Merged: kept, Reason: "dans l'autre sens"}); phare.KindOf(err) != phare.Conflict {
			t.Errorf("proposed a second time, the other way round: %v", err)
		}
		if err := Confirm(ctx, db, d.nurse, id); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("who proposed confirms: %v", err)
		}
		if err := Confirm(ctx, db, d.x, id); phare.KindOf(err) != phare.NotFound {
			t.Errorf("confirmed from elsewhere: %v", err)
		}
		if err := Confirm(ctx, db, d.director, id); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("confirmed without the right: %v", err)
		}
		must(t, Confirm(ctx, db, d.secretary, id))
		if got := d.under(t, one, two, three); !slices.Equal(got, []phare.ID{kept, kept, kept}) {
			t.Fatalf("merged, and the requests stand under %v, want all under %s", got, kept)
		}
		if err := Confirm(ctx, db, d.doctor, id); phare.KindOf(err) != phare.Conflict {
			t.Errorf("confirmed twice: %v", err)
		}
		if f := d.file(t, two); f.Patient == nil || f.Patient.ID != kept || f.Events[0].Kind != "merge" {
			t.Errorf("the file shows %v, %v", f.Patient, f.Events[0])
		}
		for _, name := range []string{"hoarau", "oaro"} {
			if got := d.finds(t, name); len(got) != 3 {
				t.Errorf("%q finds %v, want all three", name, got)
			}
		}
		// Told of under the old name, the one that stands is proposed, once.
		must(t, db.Read(ctx, func(v *store.View) error {
			all, err := patient.Candidates(v, d.nurse, patient.Traits{Family: "Oaro", First: "Zoé", BirthDate: "2019-03-12"})
			if len(all) != 1 || all[0].Patient.ID != kept {
				t.Errorf("candidates %v", all)
			}
			h, e := patient.History(v, d.nurse, merged)
			if len(h) != 1 || h[0].BirthName != "Oaro" {
				t.Errorf("history of the identity that stands under: %+v", h)
			}
			return errors.Join(err, e)
		}))
		// A new request that is given the old identity by a page from before stands
		// under the one that stands.
		four := d.ask(t, "Hoarau", "Zoé")
		must(t, request.Link(ctx, db, d.nurse, d.ref(t, four), merged))
		if got := d.under(t, four); got[0] != kept {
			t.Errorf("a new request stands under %v", got)
		}

		must(t, AskUndo(ctx, db, d.doctor, id, "les dates étaient celles de deux enfants"))
		if err := Undo(ctx, db, d.doctor, id); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("who proposed to undo undoes: %v", err)
		}
		must(t, Undo(ctx, db, d.nurse, id))
		if got := d.under(t, one, two, three, four); !slices.Equal(got, []phare.ID{kept, merged, merged, kept}) {
			t.Fatalf("undone, and the requests stand under %v", got)
		}
		p, err := Open(ctx, db, d.secretary, kept, merged)
		must(t, err)
		if len(p.Since) != 1 || p.Since[0].ID != four || p.TwoName == "" {
			t.Errorf("since the merge: %+v, said to be two by %q", p.Since, p.TwoName)
		}
		if got := d.finds(t, "oaro"); len(got) != 2 {
			t.Errorf("undone, %q finds %v", "oaro", got)
		}
		must(t, Move(ctx, db, d.secretary, id, four))
		if got := d.under(t, four); got[0] != merged {
			t.Errorf("given to the other, it stands under %v", got)
		}
		if err := Move(ctx, db, d.secretary, id, one); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a request from before was moved: %v", err)
		}
		if b, err := Doubles(ctx, db, d.nurse); err != nil || len(b.Suspects) != 0 {
			t.Errorf("two people are proposed again: %+v, %v", b.Suspects, err)
		}
	})
}

// What is wrong with a proposal is said; nothing is written.
func TestAskRefuses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		_, one := d.known(t, "Hoarau", "Zoé")
		file, two := d.known(t, "Oaro", "Zoé")
		f := d.file(t, file)
		p := *f.Patient
		p.Identity, p.Document = patient.Validated, "PA"
		must(t, request.Identify(ctx, db, d.nurse, request.Ref{ID: file, Version: f.Version}, p))
		ask := func(by access.Actor, kept, merged phare.ID, reason string) error {
			_, err := Ask(ctx, db, by, Proposal{kept, merged, reason})
			return err
		}
		if err := ask(d.nurse, one, two, "pareil"); err == nil || !strings.Contains(err.Error(), "reason") {
			t.Errorf("a short reason: %v", err)
		}
		if err := ask(d.nurse, one, two, "même carte présentée"); err == nil || !strings.Contains(err.Error(), "kept") {
			t.Errorf("the less sure identity stands: %v", err)
		}
		for name, err := range map[string]error{
			"itself": ask(d.nurse, one, one, "même carte présentée"), "nobody": ask(d.nurse, one, "rien", "même carte présentée"), "elsewhere": ask(d.x, two, one, "même carte présentée"),
		} {
			if phare.KindOf(err) != phare.NotFound {
				t.Errorf("with %s: %v", name, err)
			}
		}
		if err := ask(d.director, two, one, "même carte présentée"); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("without the right: %v", err)
		}
		must(t, ask(d.nurse, two, one, "même carte présentée"))
		must(t, Two(ctx, db, d.doctor, one, two))
		if b, err := Doubles(ctx, db, d.nurse); err != nil || len(b.Suspects)+len(b.Waiting) != 0 {
			t.Errorf("said to be two, and listed: %+v, %v", b, err)
		}
	})
}

// Whoever is outside a confidential file of either person proposes, sees, decides
// and lists nothing; from inside, what was open becomes confidential with it.
func TestOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		open, one := d.known(t, "Hoarau", "Zoé")
		shut, two := d.known(t, "Oaro", "Zoé")
		must(t, request.Take(ctx, db, d.nurse, d.ref(t, shut)))
		must(t, request.Confide(ctx, db, d.nurse, shut, "connue de tous"))
		if _, err := Ask(ctx, db, d.secretary, Proposal{one, two, "même carte présentée"}); phare.KindOf(err) != phare.NotFound {
			t.Errorf("proposed from outside: %v", err)
		}
		id := d.propose(t, one, two)
		for name, try := range map[string]func(context.Context, *store.DB, access.Actor, phare.ID) error{"Confirm": Confirm, "Refuse": Refuse} {
			if err := try(ctx, db, d.secretary, id); phare.KindOf(err) != phare.NotFound {
				t.Errorf("%s from outside: %v", name, err)
			}
		}
		if _, err := Open(ctx, db, d.secretary, one, two); phare.KindOf(err) != phare.NotFound {
			t.Errorf("compared from outside: %v", err)
		}
		if b, err := Doubles(ctx, db, d.secretary); err != nil || len(b.Suspects)+len(b.Waiting)+len(b.Done) != 0 {
			t.Errorf("listed from outside: %+v, %v", b, err)
		}
		if n, err := Waiting(ctx, db, d.secretary); err != nil || n != 0 {
			t.Errorf("%d wait for who is outside, %v", n, err)
		}
		must(t, circle.Add(ctx, db, d.nurse, shut, circle.Joining{Account: d.doctor.ID}))
		if n, err := Waiting(ctx, db, d.doctor); err != nil || n != 1 {
			t.Errorf("%d wait for who is inside both files, want 1, %v", n, err)
		}
		if n, err := Waiting(ctx, db, d.nurse); err != nil || n != 0 {
			t.Errorf("%d wait for who proposed it, %v", n, err)
		}
		must(t, Confirm(ctx, db, d.doctor, id))
		if f := d.file(t, shut); f.Guard != circle.Confidential {
			t.Errorf("guard %q", f.Guard)
		}
		f, err := request.OpenFile(ctx, db, d.doctor, open)
		if err != nil || f.Guard != circle.Confidential {
			t.Errorf("the other file: guard %q, %v", f.Guard, err)
		}
		if _, err := request.OpenFile(ctx, db, d.secretary, open); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("it stayed open to who is outside: %v", err)
		}
	})
}

// Two merges, one on the other, are undone the later one first; an identity goes
// with its last request, also from under another.
func TestChainAndErasure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		one, a := d.known(t, "Hoarau", "Zoé")
		two, b := d.known(t, "Oaro", "Zoé")
		three, c := d.known(t, "Hoareau", "Zoé")
		first := d.propose(t, b, a)
		must(t, Confirm(ctx, db, d.doctor, first))
		second := d.propose(t, c, b)
		must(t, Confirm(ctx, db, d.doctor, second))
		if got := d.under(t, one, two, three); !slices.Equal(got, []phare.ID{c, c, c}) {
			t.Fatalf("under %v", got)
		}
		if err := AskUndo(ctx, db, d.nurse, first, "ce sont deux enfants"); phare.KindOf(err) != phare.Conflict && phare.KindOf(err) != phare.NotFound {
			t.Errorf("the earlier one is undone first: %v", err)
		}
		must(t, AskUndo(ctx, db, d.nurse, second, "ce sont deux enfants"))
		must(t, Undo(ctx, db, d.doctor, second))
		if got := d.under(t, one, two, three); !slices.Equal(got, []phare.ID{b, b, c}) {
			t.Fatalf("undone, under %v", got)
		}
		gone := func(id phare.ID) bool {
			var name string
			must(t, db.Read(ctx, func(v *store.View) error {
				p, err := patient.Find(v, d.nurse, id)
				name = p.BirthName
				return err
			}))
			return name == ""
		}
		// What erasure does with a request, and then with whom it stood under.
		erase := func(file, who phare.ID) {
			t.Helper()
			must(t, db.Write(ctx, access.Machine("ici").Act("erasure.confirm", string(file)), func(tx *store.Tx) error {
				if err := tx.Exec(`DELETE FROM patient_merge_request WHERE request = $1`, file); err != nil {
					return err
				}
				if err := tx.Exec(`UPDATE request SET patient = NULL WHERE id = $1`, file); err != nil {
					return err
				}
				return patient.Forget(tx, "ici", who)
			}))
		}
		erase(one, b)
		if !gone(a) || gone(b) {
			t.Errorf("the one under it: gone %t; the one that stands: gone %t", gone(a), gone(b))
		}
		if err := AskUndo(ctx, db, d.nurse, first, "ce sont deux enfants"); err == nil {
			t.Error("a merge with somebody who was erased is undone")
		}
		erase(two, b)
		if !gone(b) || gone(c) {
			t.Errorf("the last request is gone: %t, %t", gone(b), gone(c))
		}
	})
}
