package request

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/store"
)

// Arrived is what came for a request by mail or on paper, before anybody knew for
// which: its words, and the place of its files.
type Arrived struct {
	Words string
	From  attachment.Place
}

// Note that a sender's name proves nothing: what arrived is the team's to read, and
// is not shown to the requester as theirs.

// JoinArrived gives a request what came for it, in the write of whoever matched the
// two. A request that waited for its requester is open again; one that is closed
// stays so and gets it all the same.
func JoinArrived(tx *store.Tx, by access.Actor, r Request, a Arrived) error {
	if err := adopt(tx, by, r, a); err != nil || r.State == Closed {
		return err
	}
	return Advance(tx, complemented(r, tx.Now), complementedState(r.State))
}

func adopt(tx *store.Tx, by access.Actor, r Request, a Arrived) error {
	if r.IsErased() {
		return phare.Fault(phare.NotFound, "erasure.erased")
	}
	if err := Tell(tx, by, r, Event{Kind: "arrived", Text: a.Words, ShownTo: Team}); err != nil {
		return err
	}
	return attachment.Adopt(tx, a.From.Draft, fileOf(r), by.ID, by.Name)
}

// FromArrived makes a request of what arrived, as TakeCall does of a call: f is what
// someone of the desk read in it. The words as they came stand in the timeline, its
// files are the request's. end runs in the same commit.
func FromArrived(ctx context.Context, db *store.DB, d Noting, f Fields, a Arrived) (Receipt, error) {
	return takeNoted(ctx, db, sending{key: d.Key, by: d.By, form: d.Form, also: func(tx *store.Tx, r Request) error {
		if err := adopt(tx, d.By, r, a); err != nil {
			return err
		}
		return d.End(tx, r)
	}}, f)
}

// Noting is who notes a request, and by which form.
type Noting struct {
	Key  access.Key
	By   access.Actor
	Form string
	End  func(*store.Tx, Request) error
}
