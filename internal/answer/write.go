package answer

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/request"
	"phare/internal/store"
)

// Look shows an answer and its facts to one person of the desk. The look is
// written down before anything is shown.
func Look(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (s Sheet, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Sheet{}, err
	}
	act := by.Act("answer.look", string(id))
	err = db.Write(ctx, act, func(tx *store.Tx) (err error) {
		if s, err = sheet(&tx.View, by, id); err == nil {
			s.Bar, err = consent.Barred(&tx.View, s.Request)
		}
		return err
	})
	if err != nil {
		return Sheet{}, err
	}
	s.Desk, err = access.FindPlatform(ctx, db, by.Platform)
	return s, err
}

// Status tells where the answer to a request stands, for a page whose look has
// been written down already: no text comes with it.
func Status(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (a Answer, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Answer{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		a, err = find(v, by, id)
		a = a.bare()
		return err
	})
	return a, err
}

// bare is an answer without its texts and its link.
func (a Answer) bare() Answer {
	a.Professional, a.Family, a.token = "", "", ""
	return a
}

// Left are the answers to a request that have left, the first one first, without
// their texts.
func Left(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Answer, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = nil
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		some, err := rounds(v, by.Platform, id)
		for _, a := range slices.Backward(some) {
			if a.IsSent() {
				all = append(all, a.bare())
			}
		}
		return err
	})
	return all, err
}

// Drop gives up another answer that was begun after one had left. A signed one is
// corrected first, which takes its signature away.
func Drop(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, version int64) error {
	if err := by.Check(access.WriteAnswer); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("answer.drop", string(id)), func(tx *store.Tx) error {
		r, a, err := both(tx, by, id)
		if err != nil {
			return err
		}
		switch {
		case a.Version != version || a.IsSigned():
			return phare.Fault(phare.Conflict, "error.conflict")
		case a.Round < 2:
			return phare.Fault(phare.Conflict, "answer.first")
		}
		if err := tx.Exec(`DELETE FROM answer_version WHERE answer = $1 AND platform = $2`, a.ID, by.Platform); err != nil {
			return err
		}
		if err := tx.Update(`DELETE FROM answer WHERE id = $1 AND platform = $2 AND version = $3`, a.ID, by.Platform, version); err != nil {
			return err
		}
		if r.Next == NextSign {
			r.Next = request.NextNeeds
		}
		if err := request.Tell(tx, by, r, request.Event{Kind: "answer.dropped", ShownTo: request.Team}); err != nil {
			return err
		}
		return request.Restate(tx, r)
	})
}

// Write keeps a text in both voices, over the version that was seen, and returns
// the version that is stored now. Changing a signed answer takes the signature
// away: the request is open again, and what was signed is kept as it was. A
// finished text by someone who cannot sign it makes the signature the next action.
func Write(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, d Draft) (version int64, err error) {
	if err := by.Check(access.WriteAnswer); err != nil {
		return 0, err
	}
	if d, err = d.accept(); err != nil {
		return 0, err
	}
	act := by.Act("answer.write", string(id))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		r, a, err := both(tx, by, id)
		if err != nil {
			return err
		}
		if a.IsSent() { // another answer begins
			a = Answer{Round: a.Round + 1}
		}
		if a.Version != d.Version {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		if a.IsSigned() && a.Professional == d.Professional && a.Family == d.Family {
			version = a.Version // nothing changed: the signature holds
			return nil
		}
		if a.IsSigned() {
			if err := reopen(tx, by, r, a); err != nil {
				return err
			}
			a.Signer, a.SignerName, a.SignedAt = "", "", time.Time{}
		}
		a.Professional, a.Family, a.Author, a.WrittenAt = d.Professional, d.Family, by.ID, tx.Now
		version = a.Version + 1
		if err := keep(tx, by, r, a); err != nil {
			return err
		}
		return callPhysician(tx, by, a, r.ID)
	})
	return version, err
}

// keep stores a text, the first or another.
func keep(tx *store.Tx, by access.Actor, r request.Request, a Answer) error {
	if a.ID != "" {
		return update(tx, a)
	}
	a.ID, a.Platform, a.Request, a.Version, a.Round = phare.NewID(), r.Platform, r.ID, 1, max(a.Round, 1)
	if err := insert(tx, a); err != nil {
		return err
	}
	return request.Tell(tx, by, r, request.Event{Kind: "answer.begun", ShownTo: request.Team})
}

// callPhysician makes the signature the next action, once, when what was just
// written is finished and its writer cannot sign it.
func callPhysician(tx *store.Tx, by access.Actor, a Answer, id phare.ID) error {
	if by.Can(access.SignAnswer) || a.signable() != nil {
		return nil
	}
	r, err := request.Find(&tx.View, by, id) // read again: a correction may just have opened it
	if err != nil || r.Next == NextSign {
		return err
	}
	r.Next = NextSign
	if err := request.Restate(tx, r); err != nil { // only its next action changes: one that awaits someone still does
		return err
	}
	return request.Tell(tx, by, r, request.Event{Kind: "answer.ready", ShownTo: request.Team})
}

// both reads the request and its answer, and refuses a request whose answer
// cannot be worked on.
func both(tx *store.Tx, by access.Actor, id phare.ID) (request.Request, Answer, error) {
	r, err := request.Find(&tx.View, by, id)
	if err != nil {
		return r, Answer{}, err
	}
	if !(Sheet{Request: r}).CanWrite() {
		key := "answer.early" // nobody has taken the request yet
		if r.State == request.Closed {
			key = "answer.closed"
		}
		return r, Answer{}, phare.Fault(phare.Conflict, key)
	}
	a, err := find(&tx.View, by, id)
	return r, a, err
}

// reopen takes the signature off an answer that has not left.
func reopen(tx *store.Tx, by access.Actor, r request.Request, a Answer) error {
	if err := keepEarlier(tx, by, a); err != nil {
		return err
	}
	r.Next = request.NextStudy
	if err := advance(tx, r, request.Open); err != nil {
		return err
	}
	return request.Tell(tx, by, r, request.Event{Kind: "answer.reopened", Text: a.SignerName, ShownTo: request.Team})
}

// advance moves a request on to an answer that is ready, or back. While the answer
// may not leave nobody is told of it: it may never come.
func advance(tx *store.Tx, r request.Request, next request.State) error {
	bar, err := consent.Barred(&tx.View, r)
	if err != nil {
		return err
	}
	if bar != nil {
		return request.AdvanceUntold(tx, r, next)
	}
	return request.Advance(tx, r, next)
}

// Withhold takes out of what tracking tells that an answer is ready, while it may
// not leave.
func Withhold(ctx context.Context, db *store.DB, s *request.Status) error {
	if s.State != request.Signed {
		return nil
	}
	return db.Read(ctx, func(v *store.View) error {
		r, err := request.FindByReference(v, access.Machine(s.Platform), s.Reference)
		if err != nil {
			return err
		}
		bar, err := consent.Barred(v, r)
		if bar != nil {
			s.Withhold()
		}
		return err
	})
}

// Sign puts the physician's name under both voices, as they stand in the
// version that was seen, and freezes them.
func Sign(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, version int64) error {
	if err := by.Check(access.SignAnswer); err != nil {
		return err
	}
	act := by.Act("answer.sign", string(id))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, a, err := both(tx, by, id)
		if err != nil {
			return err
		}
		if err := a.signable(); err != nil {
			return err
		}
		if a.Version != version || a.IsSigned() {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		a.Signer, a.SignerName, a.SignedAt = by.ID, by.Name, tx.Now
		if err := update(tx, a); err != nil {
			return err
		}
		r.Next, r.Awaited = NextSend, ""
		if soon := tx.Now.Add(sendWithin); r.NextAt.IsZero() || r.NextAt.After(soon) {
			r.NextAt = soon
		}
		if err := advance(tx, r, request.Signed); err != nil {
			return err
		}
		return request.Tell(tx, by, r, request.Event{Kind: "answer.signed", ShownTo: request.Requester})
	})
}
