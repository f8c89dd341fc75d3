package expertise_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/expertise"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

const base = "https://phare.example"

// desk is one platform with people and a request in hand.
type desk struct {
	t         *testing.T
	db        *store.DB
	key       access.Key
	nurse     access.Actor
	secretary access.Actor
	stranger  access.Actor // a nurse of another platform
	id        phare.ID
}

func eachDesk(t *testing.T, f func(t *testing.T, d desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newDesk(t, db, func(*request.Fields) {})) })
}

func newDesk(t *testing.T, db *store.DB, spoil func(*request.Fields)) desk {
	t.Helper()
	d := desk{t: t, db: db, key: access.NewKey()}
	for _, id := range []string{"reunion", "guyane"} {
		must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: "Plateforme d’essai " + id, Zone: "Indian/Reunion", Phone: "0262 00 00 00", Mail: "desk@phare.example"}))
	}
	d.nurse = d.hire("reunion", access.Nurse)
	d.secretary = access.Actor{ID: "secretary", Platform: "reunion", Role: access.Secretary}
	d.stranger = access.Actor{ID: "stranger", Platform: "guyane", Role: access.Nurse}
	f := request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Hoarau-Inventé", FirstName: "Lili",
		BirthDate: "2019-03-12", Sex: "female", Commune: "Saint-Paul", Question: "Quelle ataxie ?", Story: "Lili tombe depuis deux ans.",
		Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Mail: "ida@example.org", Consent: "yes"}
	r, err := request.Submit(t.Context(), db, d.key, access.Anyone("reunion"), string(phare.NewID()), f)
	must(t, err)
	d.id = r.Request
	must(t, request.Take(t.Context(), db, d.nurse, request.Ref{ID: d.id, Version: d.request().Version}))
	f.Consent = "yes"
	spoil(&f)
	if f.Consent == "" { // a desk can type a request in before the box is ticked
		storetest.Replace(t, db, "request.fields", `"consent":"yes"`, `"consent":""`)
	}
	return d
}

func (d desk) links() expertise.Links { return expertise.Links{Key: d.key, Base: base} }

func (d desk) hire(platform string, role access.Role) access.Actor {
	d.t.Helper()
	a, _, err := access.AddAccount(d.t.Context(), d.db, access.Machine(platform), access.NewAccount{Platform: platform,
		Login: platform + string(role), Name: "Noé Fictif", Role: role, Password: "une phrase assez longue"})
	must(d.t, err)
	return a.Actor()
}

func (d desk) write(query string, args ...any) {
	d.t.Helper()
	act := store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "test"}
	must(d.t, d.db.Write(d.t.Context(), act, func(tx *store.Tx) error { return tx.Exec(query, args...) }))
}

func (d desk) request() (r request.Request) {
	d.t.Helper()
	must(d.t, d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		r, err = request.Find(v, d.nurse, d.id)
		return err
	}))
	return r
}

func (d desk) number(query string, args ...any) (n int) {
	d.t.Helper()
	must(d.t, d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], query, args...)
		return err
	}))
	return n
}

func (d desk) texts(query string) (all []string) {
	d.t.Helper()
	must(d.t, d.db.Read(d.t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[string], query)
		return err
	}))
	return all
}

// later moves the clock on from noon.
func (d desk) later(by time.Duration) {
	d.db.Now = func() time.Time { return storetest.Noon.Add(by) }
}

// form is a question that was previewed and is ready to be sent.
func (d desk) form(change func(*expertise.AskForm)) expertise.AskForm {
	d.t.Helper()
	_, f, err := expertise.Prepare(d.t.Context(), d.db, d.nurse, d.id, expertise.Target{})
	must(d.t, err)
	f.To = expertise.Recipient{Name: "Pr Ada Imaginaire", Place: "Centre inventé, Paris", Zone: "Europe/Paris", Mail: "ada@hopital.example"}
	f.Story = "L’enfant tombe depuis deux ans."
	if change != nil {
		change(&f)
	}
	sheet, err := expertise.Preview(d.t.Context(), d.db, d.nurse, f)
	must(d.t, err)
	f.Seen = sheet.Print
	return f
}

func (d desk) ask(change func(*expertise.AskForm)) (expertise.Question, string) {
	d.t.Helper()
	q, link, err := expertise.Ask(d.t.Context(), d.db, d.links(), d.nurse, d.form(change))
	must(d.t, err)
	return q, strings.TrimPrefix(link, base+"/avis/")
}

func (d desk) bearer(token string) access.Actor {
	d.t.Helper()
	by, _, err := expertise.FromLink(d.t.Context(), d.db, d.key, token)
	must(d.t, err)
	return by
}

func (d desk) questions() []expertise.Question {
	d.t.Helper()
	all, err := expertise.Of(d.t.Context(), d.db, d.nurse, d.id)
	must(d.t, err)
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fault(err error) (phare.Kind, string, string) {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok {
		return phare.Internal, "", ""
	}
	return e.Kind, e.Field, e.Key
}

var opinion = expertise.Opinion{Words: "Penser à une ataxie de Friedreich.", Exams: "Étude génétique", Name: "Pr Ada Imaginaire", RPPS: "10000000009"}
