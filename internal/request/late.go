package request

import (
	"context"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// lateBatch bounds how many requests one round of TellLate looks at; it goes on
// until none is left.
const lateBatch = 200

// promise is the date by which the requester was last told to hear: the request's
// own, or the one that was promised instead when that had passed. The request's
// own stays what the desk is late on.
func promise(v *store.View, r Request) (time.Time, error) {
	until, err := store.One(v, func(row store.Row) (t time.Time, err error) {
		err = row.Scan(store.Time(&t))
		return t, err
	}, `SELECT COALESCE(MAX(until), '') FROM late_notice WHERE request = $1 AND platform = $2 AND base = $3`, r.ID, r.Platform, r.NextAt)
	if err != nil || until.IsZero() {
		return r.NextAt, err
	}
	return until, nil
}

// errNotLate ends a write that finds the request moved on meanwhile.
var errNotLate = errors.New("not late any more")

// TellLate tells every requester of the platform whose promised date has passed
// with nothing new, promises a new date, and tells the desk in the file. One
// promised date is told once, however often this runs, also when it is killed on
// the way: the memory of it, the message and the new date are one commit. It
// returns how many were told.
func TellLate(ctx context.Context, db *store.DB, by access.Actor) (told int, err error) {
	if by.Role != access.System {
		return 0, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	for {
		var due []phare.ID
		err := db.Read(ctx, func(v *store.View) (err error) {
			due, err = store.All(v, store.Value[phare.ID], `SELECT r.id FROM request r WHERE r.platform = $1 AND r.state <> 'closed' AND r.priority IN (0, 1) AND r.guard NOT IN ('limited', 'limited-confidential')
				AND r.next_at > '' AND r.next_at < $2
				AND NOT EXISTS (SELECT 1 FROM late_notice l WHERE l.request = r.id AND l.platform = r.platform AND l.base = r.next_at AND l.until >= $2) ORDER BY r.next_at, r.id LIMIT 200`, by.Platform, db.Now())
			return err
		})
		if err != nil {
			return told, err
		}
		for _, id := range due {
			switch err := tellLate(ctx, db, by, id); {
			case err == nil:
				told++
			case !errors.Is(err, errNotLate) && !store.IsDuplicate(err):
				return told, err
			}
		}
		if len(due) < lateBatch {
			return told, nil
		}
	}
}

// tellLate is TellLate for one request.
func tellLate(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return db.Write(ctx, by.Act("request.late", string(id)), func(tx *store.Tx) error {
		r, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		promised, err := promise(&tx.View, r)
		if err != nil {
			return err
		}
		if r.State == Closed || r.NextAt.IsZero() || !promised.Before(tx.Now) {
			return errNotLate
		}
		until := tx.Now.Add(NewsWithin(r.Fields.Urgency))
		err = tx.Exec(`INSERT INTO late_notice (request, promised, platform, base, until, at) VALUES ($1, $2, $3, $4, $5, $6)`, id, promised, by.Platform, r.NextAt, until, tx.Now)
		if err != nil {
			return err
		}
		kind := "late"
		if r.State == Awaiting {
			kind = "late.awaiting"
		}
		if err := Tell(tx, by, r, Event{Kind: "told." + kind, ShownTo: Requester}); err != nil {
			return err
		}
		r.NextAt = until
		return notify(tx, r, kind)
	})
}
