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

// Joined is what came of joining something to a request, so that it can be undone:
// the files that became its own, and how it stood before.
type Joined struct {
	Request       phare.ID
	Files         []phare.ID `json:",omitempty"`
	Next, Awaited string
	State         State
	Version       int64
}

// JoinArrived gives a request what came for it, in the write of whoever matched the
// two. A request that waited for its requester is open again; one that is closed
// stays so and gets it all the same. Nobody of the family sent it: the date that was
// promised to them stays, and the request keeps its place among the others.
func JoinArrived(tx *store.Tx, by access.Actor, r Request, a Arrived) (j Joined, err error) {
	j = Joined{Request: r.ID, Next: r.Next, Awaited: r.Awaited, State: r.State, Version: r.Version}
	if j.Files, err = adopt(tx, by, r, a); err != nil || r.State == Closed {
		return j, err
	}
	promised := r.NextAt
	if r = complemented(r, tx.Now); !promised.IsZero() {
		r.NextAt = promised
	}
	return j, Advance(tx, r, complementedState(r.State))
}

func adopt(tx *store.Tx, by access.Actor, r Request, a Arrived) ([]phare.ID, error) {
	if r.IsErased() {
		return nil, phare.Fault(phare.NotFound, "erasure.erased")
	}
	if err := Tell(tx, by, r, Event{Kind: "arrived", Text: a.Words, ShownTo: Team}); err != nil {
		return nil, err
	}
	return attachment.Adopt(tx, a.From.Draft, fileOf(r), by.ID, by.Name)
}

// PartArrived takes what was joined by mistake out of a request: its files go back,
// the line of the timeline stays, another says that it was of someone else and why.
// If nothing happened to the request since, it stands as before.
func PartArrived(tx *store.Tx, by access.Actor, j Joined, to attachment.Place, why string) error {
	r, err := Find(&tx.View, by, j.Request)
	if err != nil {
		return err
	}
	if err := Tell(tx, by, r, Event{Kind: "parted", Text: why, ShownTo: Team}); err != nil {
		return err
	}
	if err := attachment.GiveBack(tx, fileOf(r), to, j.Files); err != nil {
		return err
	}
	if r.State == Closed || r.Version != j.Version+1 || r.State != j.State && !r.State.CanBecome(j.State) {
		return nil
	}
	r.Next, r.Awaited = j.Next, j.Awaited
	return Advance(tx, r, j.State)
}

// FromArrived makes a request of what arrived, as TakeCall does of a call: f is what
// someone of the desk read in it. The words as they came stand in the timeline, its
// files are the request's. end runs in the same commit.
func FromArrived(ctx context.Context, db *store.DB, d Noting, f Fields, a Arrived) (Receipt, error) {
	return takeNoted(ctx, db, sending{key: d.Key, by: d.By, form: d.Form, also: func(tx *store.Tx, r Request) error {
		if _, err := adopt(tx, d.By, r, a); err != nil {
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
