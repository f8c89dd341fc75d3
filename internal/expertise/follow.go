package expertise

import (
	"context"
	"errors"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// Of lists the questions of a request, the oldest first. The page around it has
// written down that the file was opened.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Question, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		all, err = of(v, by.Platform, id)
		return err
	})
	return all, err
}

// Renewal asks for a new link. Form is an unguessable id, as for Ask: one form,
// one link.
type Renewal struct {
	Question  phare.ID
	Form      string
	Why, Over string // an override, where the person's agreement is missing now
}

// Renew makes a new link for a question that is not ended: the old one is dead
// at once. A due date that has passed is set anew.
func Renew(ctx context.Context, db *store.DB, l Links, by access.Actor, n Renewal) (Question, string, error) {
	if err := by.Check(access.Orient); err != nil {
		return Question{}, "", err
	}
	if len(n.Form) < phare.FormLength {
		return Question{}, "", phare.Fault(phare.Invalid, "expertise.form.bad")
	}
	q, err := change(ctx, db, by, step{"question.renew", n.Question, func(tx *store.Tx, q *Question, r request.Request) error {
		switch used, err := findByForm(&tx.View, by, l.Key.Mac("question.form", n.Form)); {
		case err == nil && used.ID == q.ID && used.linkForm == l.Key.Mac("question.form", n.Form):
			return errReplay
		case err == nil: // it asked this question, or belongs to another one
			return phare.Fault(phare.Conflict, "expertise.form.sent")
		case phare.KindOf(err) != phare.NotFound:
			return err
		}
		if !q.Renewable() {
			return phare.Fault(phare.Conflict, "expertise.ended")
		}
		if r.State == request.Signed || r.State == request.Closed {
			return phare.Fault(phare.Conflict, "expertise.state")
		}
		if err := n.leave(tx, by, *q, r); err != nil {
			return err
		}
		if tx.Now.After(q.DueAt) {
			zone, err := zoneOf(&tx.View, q.Platform)
			if err != nil {
				return err
			}
			q.DueAt = DueAt(tx.Now, q.Urgency, q.To.Zone, zone)
		}
		q.ExpiresAt, q.RenewedAt = q.DueAt.Add(linkLife), tx.Now
		q.sign(l.Key, n.Form)
		if err := update(tx, *q); err != nil {
			return err
		}
		if r.State == request.Asked || r.State == request.Open {
			r.Next, r.NextAt = NextOpinion, q.DueAt
			if err := request.Advance(tx, r, request.Asked); err != nil {
				return err
			}
		}
		if err := tell(tx, by, r, "question.renewed", q.To.Name); err != nil {
			return err
		}
		return q.post(tx, r, l.of(*q, n.Form))
	}})
	if store.IsDuplicate(err) { // the form has made the link of another question
		err = phare.Fault(phare.Conflict, "expertise.form.sent")
	}
	return q, l.of(q, n.Form), err
}

// Withdraw takes a question back: its link opens nothing any more. why, for the
// team, can be empty.
func Withdraw(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) (Question, error) {
	return change(ctx, db, by, step{"question.withdraw", id, func(tx *store.Tx, q *Question, r request.Request) error {
		if q.State == Withdrawn {
			return errReplay
		}
		if !q.Renewable() {
			return phare.Fault(phare.Conflict, "expertise.ended")
		}
		if utf8.RuneCountInString(why) > maxLine {
			return phare.Field("why", "expertise.toolong")
		}
		q.State, q.EndedAt, q.Note = Withdrawn, tx.Now, phare.Clean(why)
		return end(tx, by, *q, r)
	}})
}

// MarkRead says that the desk has read what came back: the last of the four
// facts. The first time counts.
func MarkRead(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (Question, error) {
	return change(ctx, db, by, step{"question.read", id, func(tx *store.Tx, q *Question, r request.Request) error {
		if !q.IsBack() {
			return phare.Fault(phare.Conflict, "expertise.notback")
		}
		if !q.ReadAt.IsZero() {
			return errReplay
		}
		q.ReadAt = tx.Now
		return update(tx, *q)
	}})
}

// step is one move of a question.
type step struct {
	verb string
	id   phare.ID
	move func(*store.Tx, *Question, request.Request) error
}

// change is one step by the desk.
func change(ctx context.Context, db *store.DB, by access.Actor, s step) (q Question, err error) {
	if err := by.Check(access.Orient); err != nil {
		return Question{}, err
	}
	act := by.Act(s.verb, string(s.id))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if q, err = find(&tx.View, by, s.id); err != nil {
			return err
		}
		r, err := request.Find(&tx.View, by, q.Request)
		if err != nil {
			return err
		}
		return s.move(tx, &q, r)
	})
	if errors.Is(err, errReplay) {
		err = nil // already so
	}
	return q, err
}

// end stores a question that has ended and moves its request on: to Answered
// when an opinion is back, to Open when nobody asked will answer, so that the
// search goes on. A request that the desk has meanwhile moved elsewhere stays
// there: only its timeline tells.
func end(tx *store.Tx, by access.Actor, q Question, r request.Request) error {
	if err := update(tx, q); err != nil {
		return err
	}
	kind, words := "question."+string(q.State), ""
	switch q.State {
	case Refused:
		kind += "." + q.Reason
	case Withdrawn:
		words = q.To.Name
	}
	if err := tell(tx, by, r, kind, words); err != nil {
		return err
	}
	if q.State == Answered {
		if err := tellRequester(tx, by, r, "question.back"); err != nil {
			return err
		}
	}
	all, err := of(&tx.View, q.Platform, q.Request)
	if err != nil {
		return err
	}
	next := standing(all, tx.Now)
	if r.State != request.Asked || next == request.Asked {
		return nil
	}
	r.Next, r.NextAt = NextSearch, tx.Now.Add(newsAfter)
	if next == request.Answered {
		r.Next = NextRead
	}
	return request.Advance(tx, r, next)
}
