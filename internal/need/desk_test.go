package need_test

import (
	"errors"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/doctor"
	"phare/internal/expertise"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// desk is a desk in Réunion with people, and another one elsewhere. Its clock
// begins on Monday 2 March 2026, 16:00 there.
type desk struct {
	t                                *testing.T
	db                               *store.DB
	key                              access.Key
	nurse, colleague, doctor, keeper access.Actor // keeper: the secretary
	stranger                         access.Actor
}

func eachDesk(t *testing.T, f func(t *testing.T, d desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newDesk(t, db)) })
}

func newDesk(t *testing.T, db *store.DB) desk {
	t.Helper()
	d := desk{t: t, db: db, key: access.NewKey()}
	for _, p := range []string{"reunion", "guyane"} {
		d.must(access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: p, Zone: "Indian/Reunion"}))
	}
	d.nurse, d.colleague = d.hire("reunion", "Aline Essai", access.Nurse), d.hire("reunion", "Bruno Essai", access.Nurse)
	d.doctor, d.keeper = d.hire("reunion", "Dr Carine Essai", access.Physician), d.hire("reunion", "Solène Essai", access.Secretary)
	d.stranger = d.hire("guyane", "Élise Essai", access.Nurse)
	return d
}

func (d desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// hire puts an account in place, with an address, without paying for a password.
func (d desk) hire(platform, name string, role access.Role) access.Actor {
	d.t.Helper()
	a := access.Actor{ID: string(phare.NewID()), Platform: platform, Role: role, Name: name}
	d.must(d.db.Write(d.t.Context(), store.Act{Platform: platform, Actor: "system", Verb: "account.add", Subject: a.ID}, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at, mail)
			VALUES ($1, $2, $1, $3, $4, '', '', 0, true, 0, '', $5, $6)`, a.ID, platform, name, string(role), tx.Now, a.ID+"@desk.example")
	}))
	return a
}

// submit is a new request; change spoils its fields.
func (d desk) submit(change func(*request.Fields)) phare.ID {
	d.t.Helper()
	f := request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-12",
		Sex: "female", Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Test", Place: "Cabinet Test", Phone: "0262001122", Mail: "test@cabinet.example", Consent: "yes"}
	if change != nil {
		change(&f)
	}
	r, err := request.Submit(d.t.Context(), d.db, d.key, access.Anyone("reunion"), request.NewForm(), f)
	d.must(err)
	return r.Request
}

// taken is a request in the hands of the nurse.
func (d desk) taken() phare.ID {
	d.t.Helper()
	id := d.submit(nil)
	d.must(request.Take(d.t.Context(), d.db, d.nurse, d.ref(id)))
	return id
}

func (d desk) request(id phare.ID) (r request.Request) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		r, err = request.Find(v, access.Machine("reunion"), id)
		return err
	}))
	return r
}

func (d desk) ref(id phare.ID) request.Ref {
	return request.Ref{ID: id, Version: d.request(id).Version}
}

func (d desk) sheet(id phare.ID) need.Sheet {
	d.t.Helper()
	s, err := need.Of(d.t.Context(), d.db, d.nurse, d.request(id))
	d.must(err)
	return s
}

// add adds one need and returns it.
func (d desk) add(id phare.ID, kind string) need.Need {
	d.t.Helper()
	words := ""
	if kind == need.Other {
		words = "une aide dont personne n'a de nom"
	}
	d.must(need.Add(d.t.Context(), d.db, d.nurse, id, []need.New{{Kind: kind, Label: "Besoin " + kind, Words: words}}))
	all := d.sheet(id).Needs
	for _, n := range all {
		if n.Kind == kind && n.IsOpen() {
			return n.Need
		}
	}
	d.t.Fatalf("no need %s among %v", kind, all)
	return need.Need{}
}

// is fails unless the request and its needs stand so; needs in the order they came.
func (d desk) is(id phare.ID, state request.State, needs ...string) {
	d.t.Helper()
	if got := d.request(id).State; got != state {
		d.t.Errorf("the request is %s, want %s", got, state)
	}
	for i, n := range d.sheet(id).Needs {
		if n.State != needs[i] {
			d.t.Errorf("need %s is %s, want %s", n.Kind, n.State, needs[i])
		}
	}
}

// wait is what a need waits for.
func (d desk) wait(n need.Need) need.NewTask {
	return need.NewTask{Need: n.ID, Outside: true, Whom: request.AwaitsOffice, Who: "MDPH de La Réunion", Words: "la notification", Due: d.db.Now().AddDate(0, 0, 20)}
}

// ask asks an expert.
func (d desk) ask(id phare.ID, name string) (expertise.Question, access.Actor) {
	d.t.Helper()
	_, f, err := expertise.Prepare(d.t.Context(), d.db, d.nurse, id, expertise.Target{})
	d.must(err)
	f.To = expertise.Recipient{Name: name, Place: "CHU inventé", Zone: "Europe/Paris", Mail: "expert@chu.example"}
	f.Ask, f.Story, f.Done = "Quel bilan ?", "", ""
	f.Form, f.Request = request.NewForm(), id
	p, err := expertise.Preview(d.t.Context(), d.db, d.nurse, f)
	d.must(err)
	f.Seen, f.Reread = p.Print, true
	q, link, err := expertise.Ask(d.t.Context(), d.db, expertise.Links{Key: d.key, Base: "http://phare.example"}, d.nurse, f)
	d.must(err)
	if link == "" {
		d.t.Fatal("no link")
	}
	return q, access.Actor{ID: "link:" + string(q.ID), Platform: q.Platform, Role: access.Expert}
}

func (d desk) later(by time.Duration) {
	now := d.db.Now().Add(by)
	d.db.Now = func() time.Time { return now }
}

func (d desk) days(n int) { d.later(time.Duration(n) * 24 * time.Hour) }

func (d desk) number(query string, args ...any) (n int) {
	d.t.Helper()
	d.must(d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM `+query, args...)
		return err
	}))
	return n
}

// refused fails unless err is of a kind and, if it is given, of a key.
func (d desk) refused(what string, err error, kind phare.Kind, key string) {
	d.t.Helper()
	e, _ := errors.AsType[*phare.Error](err)
	if err == nil || phare.KindOf(err) != kind || key != "" && (e == nil || e.Key != key) {
		d.t.Errorf("%s: %v, want kind %v %s", what, err, kind, key)
	}
}

// healthy fails if the doctor finds anything.
func (d desk) healthy() {
	d.t.Helper()
	all, err := doctor.Examine(d.t.Context(), d.db)
	d.must(err)
	for _, f := range all {
		if !f.Fine() {
			d.t.Errorf("%s %s: %v", f.ID, f.Means, f.Broken)
		}
	}
}
