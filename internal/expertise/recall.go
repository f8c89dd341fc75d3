package expertise

import (
	"time"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// leave lets a new link leave: with an agreement that stands, with the override
// under which the question was asked if nobody has said no since, or with a new one.
func (n Renewal) leave(tx *store.Tx, by access.Actor, q Question, r request.Request) error {
	said, err := consent.Said(&tx.View, r)
	if err != nil {
		return err
	}
	to := q.To.target()
	if q.Override != "" && n.Over == "" && said.Judge(to).Standing == consent.None {
		return nil // what was written of the question still says why
	}
	return consent.Leave(tx, by, r, consent.Out{Way: consent.WayRenewal, Item: q.ID, To: to, Why: n.Why, Over: n.Over})
}

// left is when the last link to the question left.
func (q Question) left() time.Time {
	if q.RenewedAt.After(q.SentAt) {
		return q.RenewedAt
	}
	return q.SentAt
}

// holds says whether the person's word still lets the expert see the question.
func (q Question) holds(v *store.View, r request.Request) (bool, error) {
	said, err := consent.Said(v, r)
	return err == nil && !circle.IsLimited(r.Guard) && said.Holds(q.To.target(), q.left()), err
}

// Recall takes back the questions of a file that the person's word lets stand no
// more: their links open nothing, also to read again what was answered, and what was
// not sent is not sent. What an expert has filed stays.
func Recall(tx *store.Tx, by access.Actor, r request.Request) error {
	all, err := of(&tx.View, r.Platform, r.ID)
	if err != nil {
		return err
	}
	for _, q := range all {
		shut := q.State == Withdrawn || q.IsBack() && !tx.Now.Before(q.ExpiresAt)
		if shut {
			continue
		}
		holds, err := q.holds(&tx.View, r)
		if err != nil {
			return err
		}
		if holds {
			continue
		}
		if err := mail.Stop(tx, mail.Message{Platform: q.Platform, Request: q.Request, Kind: "question", To: q.To.Mail}); err != nil {
			return err
		}
		q.ExpiresAt = tx.Now.Add(-time.Second)
		if q.IsBack() {
			if err := update(tx, q); err != nil {
				return err
			}
			continue
		}
		if r, err = request.Find(&tx.View, by, r.ID); err != nil { // it moves on with each
			return err
		}
		q.State, q.EndedAt = Withdrawn, tx.Now
		if err := end(tx, by, q, r); err != nil {
			return err
		}
	}
	return nil
}
