package erasure

import (
	"slices"
	"testing"

	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Whoever could be the second person is told that an erasure waits: not who asked,
// not who is barred, nobody elsewhere and nobody who cannot; and it keeps nothing
// from being erased.
func TestTellSecond(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		act := store.Act{Platform: "ici", Actor: "system", Verb: "test", Subject: "mail"}
		must(t, db.Write(ctx, act, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE id <> 'b'`)
		}))
		told := func() []string {
			t.Helper()
			to := storetest.Clear(t, db, "message.recipient", `kind = 'erasure'`)
			slices.Sort(to)
			return to
		}
		id := d.closed(t, "Signalée")
		must(t, Ask(ctx, db, d.asker, id, Person))
		if got := told(); !slices.Equal(got, []string{"d@phare-demo.invalid"}) {
			t.Errorf("told: %v", got)
		}
		must(t, Confirm(ctx, db, d.director, d.waiting(t)[0].ID))

		other := d.closed(t, "Proche")
		must(t, circle.Bar(ctx, db, d.nurse, other, d.asker.ID, "sa sœur"))
		must(t, circle.Add(ctx, db, d.nurse, other, circle.Joining{Account: d.second.ID, Why: "avis"}))
		must(t, Ask(ctx, db, d.second, other, Person))
		if got := told(); !slices.Equal(got, []string{"d@phare-demo.invalid", "d@phare-demo.invalid"}) {
			t.Errorf("told of a file that is barred to a physician: %v", got)
		}
	})
}
