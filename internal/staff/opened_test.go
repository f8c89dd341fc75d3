package staff_test

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Whoever reviews rights sees what each account opened in the last year: of this
// desk, files apart from looks, and nothing older.
func TestOpenedInAYear(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		look := func(by access.Actor, verb, subject string) {
			must(t, db.Write(t.Context(), by.Act(verb, subject), func(*store.Tx) error { return nil }))
		}
		now := db.Now()
		db.Now = func() time.Time { return now.AddDate(-1, 0, -1) }
		look(d.nurse, "request.open", "old")
		db.Now = func() time.Time { return now }
		for _, subject := range []string{"a", "a", "b"} {
			look(d.nurse, "request.open", subject)
		}
		look(d.nurse, "attachment.open", "a")
		look(d.nurse, "request.take", "c")
		look(access.Actor{ID: d.nurse.ID, Platform: "guyane", Role: access.Nurse}, "request.open", "elsewhere")
		all, err := staff.OpenedInAYear(t.Context(), db, d.ada)
		must(t, err)
		if got, want := all[phare.ID(d.nurse.ID)], (staff.Opened{Files: 2, Times: 3, Documents: 1}); got != want || len(all) != 1 {
			t.Errorf("%+v of %v, want %+v alone", got, all, want)
		}

		// The sheet keeps what was seen when it was signed.
		members, err := staff.Members(t.Context(), db, d.ada)
		must(t, err)
		kept := map[phare.ID]bool{}
		for _, m := range members {
			kept[m.ID] = true
		}
		id, err := staff.SignReview(t.Context(), db, d.ada, kept)
		must(t, err)
		look(d.nurse, "request.open", "later")
		signed, err := staff.OpenReview(t.Context(), db, d.ada, id)
		must(t, err)
		for _, l := range signed.Lines {
			if got, want := l.Opened, all[l.Account]; got != want || !l.Counted() {
				t.Errorf("the sheet says of %s %+v, want %+v", l.Name, got, want)
			}
		}
	})
}
