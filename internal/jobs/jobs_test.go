package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"phare/internal/jobs"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A job that fails, panics or has no handler comes back later with its cause,
// does not stop the others, and is set aside after its last attempt.
func TestFailuresWait(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		act := store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}
		err := db.Write(t.Context(), act, func(tx *store.Tx) error {
			return errors.Join(tx.Enqueue("p", "fails", 1), tx.Enqueue("p", "panics", 1), tx.Enqueue("p", "nobody's", 1), tx.Enqueue("p", "works", 1))
		})
		if err != nil {
			t.Fatal(err)
		}
		done, tried := 0, 0
		run := jobs.Runner{DB: db, Lease: time.Minute, Handlers: map[string]jobs.Handler{
			"fails":  func(context.Context, store.Job) error { tried++; return errors.New("not today") },
			"panics": func(context.Context, store.Job) error { panic("boom") },
			"works":  func(context.Context, store.Job) error { done++; return nil },
		}}
		for day := range 30 {
			db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, day) }
			if err := run.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if done != 1 || tried != store.MaxAttempts {
			t.Errorf("the good job ran %d times, the bad one %d times", done, tried)
		}
		err = db.Read(t.Context(), func(v *store.View) error {
			why, err := store.All(v, store.Value[string], `SELECT failure FROM job ORDER BY kind`)
			if got := strings.Join(why, "; "); !strings.Contains(got, "not today") || !strings.Contains(got, "boom") || !strings.Contains(got, `no handler for "nobody's"`) {
				t.Errorf("kept causes: %s", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
