package request

import (
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// NextNeeds is the next action of a request whose answer has left while needs of it
// are open; a key under "next.".
const NextNeeds = "needs"

// After is why a request ended by itself after its answer had left: a step that is
// told, beside the reason Sent.
const After = "after"

// Give writes down that an answer leaves now, inside the write that sends it. With
// no need open that closes the request. Else it stays open for them, the requester
// hears again until the day given (zero: as soon as the nearest task of a need is due,
// or as its urgency says), and it ends by itself with the last need (ADR 0021). Who was
// read it on the telephone (spoken) is not called again to be told of it.
func Give(tx *store.Tx, r Request, until time.Time, spoken bool) error {
	open, err := OpenNeeds(&tx.View, r)
	if err != nil {
		return err
	}
	r.GivenAt, r.spoken = tx.Now, spoken
	if len(open) == 0 {
		r.CloseReason = Sent
		return Advance(tx, r, Closed)
	}
	switch {
	case until.IsZero():
		if r.NextAt, err = nextDue(&tx.View, r); err != nil {
			return err
		}
	case until.Before(tx.Now) || until.After(tx.Now.Add(longestWait)):
		return phare.Field("until", "desk.await.until")
	default:
		r.NextAt = until
	}
	r.Next, r.gives = NextNeeds, true
	return Advance(tx, r, Open)
}

// nextDue is when the requester hears again if nobody says otherwise.
func nextDue(v *store.View, r Request) (time.Time, error) {
	soon := v.Now().Add(NewsWithin(r.Fields.Urgency))
	due, err := store.One(v, func(row store.Row) (t time.Time, err error) {
		err = row.Scan(store.Time(&t))
		return t, err
	}, `SELECT COALESCE(MIN(due_at), '') FROM task WHERE request = $1 AND platform = $2 AND need <> '' AND ended_at = '' AND due_at > $3`, r.ID, r.Platform, soon)
	if err != nil || due.IsZero() || due.After(v.Now().Add(longestWait)) {
		return soon, err
	}
	return due, nil
}

// end closes a request of which nothing is left, as it was computed.
func end(tx *store.Tx, r *Request) error {
	r.CloseReason, r.Awaited = Sent, ""
	return Tell(tx, access.Actor{ID: "system"}, *r, Event{Kind: "close." + After, ShownTo: Team})
}
