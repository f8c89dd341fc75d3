package jobs_test

import (
	"context"
	"errors"
	"log/slog"
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

// A job in whose middle the program ends is no failure: it says nothing of one, and is
// done when its lease is over.
func TestStopIsNoFailure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var said strings.Builder
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
		defer slog.SetDefault(before)
		act := store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}
		if err := db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "slow", 1) }); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := 0
		run := jobs.Runner{DB: db, Lease: time.Minute, Handlers: map[string]jobs.Handler{"slow": func(ctx context.Context, _ store.Job) error {
			stop()
			if err := ctx.Err(); err != nil {
				return err
			}
			done++
			return nil
		}}}
		if _, err := run.RunOne(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
		if strings.Contains(said.String(), "level=ERROR") {
			t.Errorf("an end is a fault in the log: %s", &said)
		}
		db.Now = func() time.Time { return storetest.Noon.Add(2 * time.Minute) }
		run.Handlers["slow"] = func(context.Context, store.Job) error { done++; return nil }
		if err := run.Drain(t.Context()); err != nil || done != 1 {
			t.Errorf("at the next start: %v, done %d times", err, done)
		}
	})
}
