package erasure

import (
	"errors"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A message that still is tried holds an erasure up, also while its last try runs;
// one that was given up stands on the file and holds nothing up.
func TestGivenUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := newDesk(t, db)
		ctx, id := t.Context(), d.closed(t, "Injoignable")
		must(t, db.Write(ctx, access.Machine("ici").Act("test", string(id)), func(tx *store.Tx) error {
			if err := tx.Exec(`DELETE FROM job`); err != nil {
				return err
			}
			return mail.Queue(tx, mail.Message{Platform: "ici", Request: id, To: "ida@phare-demo.invalid", Kind: "received", Reference: "MR-2222-2222"})
		}))
		clock := db.Now()
		db.Now = func() time.Time { return clock }
		unsent := func() []mail.GivenUp {
			f, err := request.OpenFile(ctx, db, d.asker, id)
			must(t, err)
			return f.Unsent
		}
		for try := 1; try <= store.MaxAttempts; try++ {
			job, ok, err := db.Claim(ctx, time.Minute)
			if err != nil || !ok {
				t.Fatalf("try %d: %t, %v", try, ok, err)
			}
			if f, ok := errors.AsType[*phare.Error](Ask(ctx, db, d.asker, id, Person)); !ok || f.Key != "erasure.unsent" {
				t.Errorf("asked while try %d runs: %v", try, f)
			}
			if all := unsent(); len(all) != 0 {
				t.Errorf("given up in try %d", try)
			}
			must(t, db.Postpone(ctx, job, "550 no such user"))
			clock = clock.Add(2 * time.Hour)
		}
		if all := unsent(); len(all) != 1 || all[0].Subject() != "mail.received.subject" {
			t.Errorf("given up: %+v", all)
		}
		must(t, Ask(ctx, db, d.asker, id, Person))
		must(t, Confirm(ctx, db, d.second, d.waiting(t)[0].ID))
	})
}
