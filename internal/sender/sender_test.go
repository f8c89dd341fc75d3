package sender_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/sender"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, kind phare.Kind, key string) {
	t.Helper()
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Kind != kind || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

// desk is a desk with an administrator, and another desk.
type desk struct {
	*testing.T
	db    *store.DB
	key   access.Key
	admin access.Actor
	now   time.Time
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{T: t, db: db, key: access.NewKey(), now: storetest.Noon, admin: access.Actor{ID: "ada", Platform: "reunion", Role: access.Admin, Name: "Ada Inventée"}}
		db.Now = func() time.Time { return d.now }
		for _, p := range []string{"reunion", "guyane"} {
			must(t, access.AddPlatform(t.Context(), db, access.Platform{ID: p, Name: p, Zone: "Indian/Reunion", Territory: "974", Phone: "0262 00 00 01", Mail: p + "@phare.example"}))
		}
		f(t, d)
	})
}

// make makes a key that sends and follows, and finds it by what was shown.
func (d *desk) make(name string) sender.Key {
	d.Helper()
	token, err := sender.Make(d.Context(), d.db, d.key, d.admin, sender.New{Form: request.NewForm(), Sender: name, Kind: "practice", MaySend: true, MayFollow: true, Days: 30})
	must(d.T, err)
	k, err := sender.Find(d.Context(), d.db, d.key, token)
	must(d.T, err)
	return k
}

func (d *desk) uses(verb string) (n int) {
	d.Helper()
	must(d.T, d.db.Read(d.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = $1`, verb)
		return err
	}))
	return n
}

func fields() request.Fields {
	return request.Fields{Who: request.GP, Platform: "guyane", Diagnosis: request.NoDiagnosis, FamilyName: "Inventée", FirstName: "Ida", BirthDate: "2015-04-02", Sex: "female", Commune: "Saint-Denis",
		Question: "Que faire ?", Urgency: request.Soon, Name: "Dr Fictif", Phone: "0262 11 22 33", Treating: "yes", Consent: "yes", ConsentBy: "parent", Promised: "demain"}
}

// A key is found by what was shown once and by nothing else; it ends, it is revoked,
// it opens what it is for, and each use is in the trail, also the refused ones.
func TestKeys(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		nurse := access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse, Name: "Noé Fictif"}
		other := access.Actor{ID: "o", Platform: "guyane", Role: access.Admin, Name: "Ode Fictive"}
		form := request.NewForm()
		n := sender.New{Form: form, Sender: "Cabinet inventé", Kind: "practice", MaySend: true, Days: 30}
		_, err := sender.Make(t.Context(), d.db, d.key, nurse, n)
		refused(t, "a nurse", err, phare.Forbidden, "error.forbidden")
		_, err = sender.Make(t.Context(), d.db, d.key, d.admin, sender.New{Form: form, Kind: "person", Days: 31})
		if e, ok := errors.AsType[*phare.Error](err); !ok || len(e.All()) != 4 {
			t.Errorf("nothing said: %v", err)
		}
		token, err := sender.Make(t.Context(), d.db, d.key, d.admin, n)
		must(t, err)
		_, err = sender.Make(t.Context(), d.db, d.key, d.admin, n)
		refused(t, "the same form", err, phare.Conflict, "sender.already")
		for _, wrong := range []string{"", "phare_", token[:len(token)-1], token + "x", token[6:]} {
			_, err := sender.Find(t.Context(), d.db, d.key, wrong)
			refused(t, "a wrong key", err, phare.NotFound, "api.key.unknown")
		}
		k, err := sender.Find(t.Context(), d.db, d.key, token)
		must(t, err)
		must(t, sender.Use(t.Context(), d.db, k, sender.Send))
		refused(t, "to follow", sender.Use(t.Context(), d.db, k, sender.Follow), phare.Forbidden, "api.key.scope")
		if err := sender.Revoke(t.Context(), d.db, other, k.ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("by another desk: %v", err)
		}
		all, err := sender.Keys(t.Context(), d.db, other)
		if err != nil || len(all) != 0 {
			t.Errorf("another desk lists %d, %v", len(all), err)
		}
		d.now = d.now.AddDate(0, 0, 30)
		refused(t, "at its end", sender.Use(t.Context(), d.db, k, sender.Send), phare.NotFound, "api.key.over")
		d.now = d.now.AddDate(0, 0, -1)
		must(t, sender.Use(t.Context(), d.db, k, sender.Send))
		must(t, sender.Revoke(t.Context(), d.db, d.admin, k.ID))
		k, err = sender.Find(t.Context(), d.db, d.key, token)
		must(t, err)
		refused(t, "revoked", sender.Use(t.Context(), d.db, k, sender.Send), phare.NotFound, "api.key.over")
		if used, not := d.uses("api.use"), d.uses("api.refused"); used != 2 || not != 3 {
			t.Errorf("%d uses and %d refusals in the trail", used, not)
		}
		all, err = sender.Keys(t.Context(), d.db, d.admin)
		if err != nil || len(all) != 1 || all[0].Uses != 5 || all[0].Revoked != d.admin.Name || all[0].Hint != token[len(token)-4:] {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// Ask 23: what a program holds becomes one request of the desk that the key names,
// whatever it says of the desk, and its own sender alone learns where it stands.
func TestSend(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		k, next, stranger := d.make("Cabinet inventé"), d.make("Cabinet inventé"), d.make("Autre cabinet")
		form, err := sender.FormOf(d.key, k, "cabinet-1")
		must(t, err)
		var all sync.WaitGroup
		made := make([]request.Receipt, 4)
		for i := range made {
			all.Go(func() {
				r, err := sender.SendOne(t.Context(), d.db, d.key, k, form, fields())
				if made[i] = r; err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		first := 0
		for _, r := range made {
			if !r.Again {
				first++
			}
			if r.Reference != made[0].Reference || r.Platform != "reunion" {
				t.Errorf("%+v", r)
			}
		}
		if first != 1 || d.uses("request.submit") != 1 {
			t.Errorf("%d were first, %d in the trail", first, d.uses("request.submit"))
		}
		if same, _ := sender.FormOf(d.key, next, "cabinet-1"); same != form {
			t.Error("the sender's next key has other names")
		}
		if same, _ := sender.FormOf(d.key, stranger, "cabinet-1"); same == form {
			t.Error("another sender's name is the same")
		}
		f := fields()
		f.Question = "Autre chose ?"
		_, err = sender.SendOne(t.Context(), d.db, d.key, k, form, f)
		refused(t, "other words", err, phare.Conflict, "request.form.edited")
		for what, k := range map[string]sender.Key{"its key": k, "its next key": next} {
			if _, s, err := sender.Where(t.Context(), d.db, k, made[0].Reference); err != nil || s.State != request.Received {
				t.Errorf("%s: %+v, %v", what, s, err)
			}
		}
		_, _, err = sender.Where(t.Context(), d.db, stranger, made[0].Reference)
		refused(t, "another sender", err, phare.NotFound, "error.notfound")
		_, _, err = sender.Where(t.Context(), d.db, k, "MR-0000-0000")
		refused(t, "none such", err, phare.NotFound, "error.notfound")
		stored := storetest.Clear(t, d.db, "request.fields", `reference = $1`, made[0].Reference)
		if len(stored) != 1 || strings.Contains(stored[0], "demain") {
			t.Errorf("the desk's own words are a program's: %v", stored)
		}
	})
}
