package demo_test

import (
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/demo"
	"phare/internal/doctor"
	"phare/internal/orientation"
	"phare/internal/report"
	"phare/internal/request"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// The demo fills an empty database with a desk for each territory and a request
// at every stage, breaks no invariant, and leaves a filled database alone.
func TestFill(t *testing.T) {
	know, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tools := demo.Tools{Key: access.NewKey(), Words: words, Know: know, Engine: orientation.New(know), Base: "http://phare.example"}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := demo.Fill(t.Context(), db, tools); err != nil {
			t.Fatal(err)
		}
		if now := db.Now(); !now.Equal(storetest.Noon) {
			t.Errorf("the clock was left at %v", now)
		}
		desks, err := access.Platforms(t.Context(), db)
		if err != nil || len(desks) != 5 {
			t.Fatalf("%d desks, %v", len(desks), err)
		}
		states := map[request.State]int{}
		err = db.Read(t.Context(), func(v *store.View) error {
			all, err := store.All(v, store.Value[request.State], `SELECT state FROM request`)
			for _, s := range all {
				states[s]++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range request.States() {
			if states[s] == 0 {
				t.Errorf("no request is %s", s)
			}
		}
		findings, err := doctor.Examine(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if !f.Fine() {
				t.Errorf("%s: %v", f.Means, f.Broken)
			}
		}
		late := 0
		for _, d := range desks {
			counts, err := request.Count(t.Context(), db, access.Actor{ID: "x", Platform: d.ID, Role: access.Nurse})
			if err != nil {
				t.Fatal(err)
			}
			late += counts[request.Overdue]
		}
		if late == 0 || late > 4 {
			t.Errorf("%d requests are late: a desk has some, not most", late)
		}
		if err := demo.Fill(t.Context(), db, tools); err != nil {
			t.Errorf("filling a filled database: %v", err)
		}
		unjudged(t, db, words)
	})
}

// unjudged lets the demo's exceptional access wait: what tells of it does so after
// 72 hours and not before.
func unjudged(t *testing.T, db *store.DB, words *text.Catalog) {
	t.Helper()
	by := access.Actor{ID: "x", Platform: "reunion", Role: access.Director}
	for wait, want := range map[time.Duration]int{0: 0, 96 * time.Hour: 1} {
		db.Now = func() time.Time { return storetest.Noon.Add(wait) }
		notes, err := doctor.Looks(t.Context(), db)
		if err != nil || len(notes) != want {
			t.Errorf("after %v doctor looks at %v, %v", wait, notes, err)
		}
		r, err := report.Build(t.Context(), db, by, 2026)
		if err != nil || r.Waiting != want || (report.Words{Catalog: words, Lang: "fr"}.Warning(r) != "") != (want > 0) {
			t.Errorf("after %v the report warns of %d, %v", wait, r.Waiting, err)
		}
	}
}

// Whoever works in the demo can enter: each account has the shared proof.
func TestEveryoneCanEnter(t *testing.T) {
	know, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	db, key := storetest.Open(t, "sqlite"), access.NewKey()
	if err := demo.Fill(t.Context(), db, demo.Tools{Key: key, Words: words, Know: know, Engine: orientation.New(know)}); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"nurse.reunion", "physician.guyane", "director.reunion", "secretary.occitanie"} {
		code, err := access.Code(demo.Secret, db.Now().Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := access.SignIn(t.Context(), db, key, access.Proof{Login: login, Password: demo.Password, Code: code}); err != nil {
			t.Errorf("%s: %v", login, err)
		}
	}
}
