package demo_test

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/demo"
	"phare/internal/doctor"
	"phare/internal/need"
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
		late, open := 0, len(inventory(t, db))
		for _, d := range desks {
			counts, err := request.Count(t.Context(), db, access.Actor{ID: "x", Platform: d.ID, Role: access.Nurse})
			if err != nil {
				t.Fatal(err)
			}
			late += counts[request.Overdue]
		}
		if late == 0 || late > open/4 {
			t.Errorf("%d of %d requests are late: a desk has some, not most", late, open)
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

// inventory reads what is open at all desks.
func inventory(t *testing.T, db *store.DB) (all []phare.ID) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[phare.ID], `SELECT id FROM request WHERE state <> 'closed'`)
		return err
	}))
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A stranger who opens the front door's pages in the demo finds each of them at
// work: every kind of requester, needs open and met, people around a child, what
// was agreed to and taken back, drafts, a promise that passed, a double.
func TestFrontDoor(t *testing.T) {
	know, err := starter.Load()
	must(t, err)
	words, err := text.Load()
	must(t, err)
	db := storetest.Open(t, "sqlite")
	must(t, demo.Fill(t.Context(), db, demo.Tools{Key: access.NewKey(), Words: words, Know: know, Engine: orientation.New(know)}))
	nurse := access.Actor{}
	must(t, db.Read(t.Context(), func(v *store.View) error {
		for what, query := range map[string]string{
			"a need that is open":             `SELECT id FROM need WHERE ended_at = ''`,
			"a need that was met":             `SELECT id FROM need WHERE outcome = 'met'`,
			"a need that was not":             `SELECT id FROM need WHERE outcome = 'not'`,
			"something awaited outside":       `SELECT id FROM task WHERE side = 'outside' AND ended_at = ''`,
			"somebody who was chased":         `SELECT id FROM nudge`,
			"a parent":                        `SELECT id FROM related WHERE authority = 'parental'`,
			"a rule for calls":                `SELECT id FROM contact_rule`,
			"two of one family":               `SELECT id FROM kinship`,
			"a yes to sharing":                `SELECT id FROM consent WHERE purpose = 'outside' AND outcome = 'given'`,
			"a yes taken back":                `SELECT id FROM consent WHERE outcome = 'withdrawn'`,
			"a fact from before":              `SELECT id FROM history`,
			"a draft":                         `SELECT form FROM draft`,
			"a code on its way":               `SELECT id FROM message WHERE kind = 'code'`,
			"a promise that passed":           `SELECT request FROM late_notice`,
			"news to be carried by telephone": `SELECT id FROM message WHERE kind LIKE '%late' AND way = 'phone'`,
			"a merge to decide":               `SELECT id FROM patient_merge WHERE state = 'asked'`,
			"a sheet that was handed over":    `SELECT id FROM told`,
			"a colleague who will be away":    `SELECT id FROM absence`,
			"words of a call":                 `SELECT id FROM event WHERE kind = 'said'`,
		} {
			some, err := store.All(v, store.Value[string], query)
			if err != nil || len(some) == 0 {
				t.Errorf("the demo has no %s: %v", what, err)
			}
		}
		for _, who := range request.Kinds() {
			some, err := store.All(v, store.Value[string], `SELECT id FROM request WHERE platform = 'reunion' AND who = $1`, who)
			if err != nil || len(some) == 0 {
				t.Errorf("nobody asks as %s: %v", who, err)
			}
		}
		nurse.ID, err = store.One(v, store.Value[string], `SELECT id FROM account WHERE login = 'nurse.reunion'`)
		nurse.Platform, nurse.Role = "reunion", access.Nurse
		return err
	}))
	day, err := need.MyDay(t.Context(), db, nurse)
	must(t, err)
	owed, err := need.Chase(t.Context(), db, nurse)
	must(t, err)
	if day.Empty() || len(owed.Awaited) == 0 || len(owed.ToOrient) == 0 {
		t.Errorf("the nurse's day %+v, what is owed %+v", day, owed)
	}
}
