package expertise

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// Door is what the bearer of a link sees before opening the question: nothing
// of the case.
type Door struct {
	Reference string
	Platform  string
	State     State // as of now; Withdrawn also when the request is closed
	Zone      string
	DueAt     time.Time
	EndedAt   time.Time // when it was filed, refused, withdrawn or expired
	Review    bool      // what was filed can still be seen: until the link's life is over
}

// Standing says whether an opinion can be given.
func (d Door) Standing() bool { return d.State == Sent || d.State == Opened }

// FromLink finds who bears a link and what is behind the door. It changes
// nothing: robots open links before people do. A token that is unknown, or that
// a newer link has replaced, is NotFound.
func FromLink(ctx context.Context, db *store.DB, key access.Key, token string) (by access.Actor, d Door, err error) {
	var q Question
	var r request.Request
	var holds bool
	err = db.Read(ctx, func(v *store.View) error {
		if q, err = findByToken(v, key.Mac("question", token)); err != nil {
			return err
		}
		by = access.Actor{ID: linkPrefix + string(q.ID), Platform: q.Platform, Role: access.Expert, Name: q.To.Name}
		if r, err = request.Find(v, by, q.Request); err != nil {
			return err
		}
		holds, err = q.holds(v, r)
		return err
	})
	if err != nil {
		return access.Actor{}, Door{}, err
	}
	return by, q.door(r, db.Now()).unless(holds, db.Now()), nil
}

// unless shuts the door of a question that the person's word lets nobody see any
// more, as one that the desk took back. It says no more than that.
func (d Door) unless(holds bool, now time.Time) Door {
	if !holds && d.Standing() {
		d.State, d.EndedAt = Withdrawn, now
	}
	d.Review = d.Review && holds
	return d
}

func (q Question) door(r request.Request, now time.Time) Door {
	d := Door{Reference: r.Reference, Platform: q.Platform, State: q.Now(now), Zone: q.To.Zone, DueAt: q.DueAt, EndedAt: q.EndedAt}
	d.Review = q.State == Answered && !now.After(q.ExpiresAt)
	if d.State == Expired {
		d.EndedAt = q.ExpiresAt
	}
	if r.State == request.Closed && d.Standing() {
		d.State, d.EndedAt = Withdrawn, r.ClosedAt // nobody waits for it any more
	}
	return d
}

const linkPrefix = "link:"

// OpenLink shows the question to the bearer of its link. The first opening is a
// dated fact; each one is written down. After an answer it shows what was filed,
// until the link's life is over.
func OpenLink(ctx context.Context, db *store.DB, by access.Actor) (Question, error) {
	return bear(ctx, db, by, "question.open", func(tx *store.Tx, q *Question, r request.Request) error {
		if q.State != Sent {
			return nil
		}
		q.State, q.OpenedAt = Opened, tx.Now
		if err := update(tx, *q); err != nil {
			return err
		}
		q.Version++
		return tell(tx, by, r, "question.opened", "")
	})
}

// Answer files an opinion. Once filed it is never changed: the same one sent
// again is the same success, another one a Conflict, with the filed question.
func Answer(ctx context.Context, db *store.DB, by access.Actor, o Opinion) (Question, error) {
	o = o.tidy()
	return bear(ctx, db, by, "question.answer", func(tx *store.Tx, q *Question, r request.Request) error {
		if q.State == Answered && q.Opinion == o {
			return errReplay
		}
		if q.State == Answered || q.State == Refused {
			return phare.Fault(phare.Conflict, "expertise.filed")
		}
		if err := o.accept(); err != nil {
			return err
		}
		q.Opinion = o
		q.file(Answered, tx.Now)
		return end(tx, by, *q, r)
	})
}

// Refuse says no, with a coded reason: the search goes on. The note is
// compulsory only where it says what is missing.
func Refuse(ctx context.Context, db *store.DB, by access.Actor, reason, note string) (Question, error) {
	note = strings.TrimSpace(strings.ReplaceAll(note, "\r\n", "\n"))
	return bear(ctx, db, by, "question.refuse", func(tx *store.Tx, q *Question, r request.Request) error {
		if q.State == Refused && q.Reason == reason && q.Note == note {
			return errReplay
		}
		if q.State == Answered || q.State == Refused {
			return phare.Fault(phare.Conflict, "expertise.filed")
		}
		if !slices.Contains(Reasons(), reason) {
			return phare.Field("reason", "expertise.reason.missing")
		}
		if err := phare.Faults(text("note", note, maxText, reason == MissingData)); err != nil {
			return err
		}
		q.Reason, q.Note = reason, note
		q.file(Refused, tx.Now)
		return end(tx, by, *q, r)
	})
}

// file ends a question from the expert's side. Who answers has seen it, even if
// the page was opened before a restart lost the reply.
func (q *Question) file(s State, now time.Time) {
	q.State, q.EndedAt = s, now
	if q.OpenedAt.IsZero() {
		q.OpenedAt = now
	}
}

func (o Opinion) tidy() Opinion {
	for _, s := range []*string{&o.Words, &o.Exams, &o.Referral, &o.Delay} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	o.Name, o.RPPS = phare.Clean(o.Name), strings.ReplaceAll(phare.Clean(o.RPPS), " ", "")
	return o
}

func (o Opinion) accept() error {
	return phare.Faults(text("opinion", o.Words, maxText, true), text("exams", o.Exams, maxText, false),
		text("referral", o.Referral, maxText, false), text("delay", o.Delay, maxText, false),
		text("signed", o.Name, maxLine, true), text("rpps", o.RPPS, maxLine, false))
}

// ErrEnded is what the bearer of a link gets when the question was withdrawn,
// has expired, or its request is closed.
var ErrEnded = &phare.Error{Kind: phare.Conflict, Key: "expertise.ended"}

// bear is one step of the bearer of a link on the one question it opens.
func bear(ctx context.Context, db *store.DB, by access.Actor, verb string, step func(*store.Tx, *Question, request.Request) error) (q Question, err error) {
	if err := by.Check(access.AnswerQuestion); err != nil {
		return Question{}, err
	}
	id, ok := strings.CutPrefix(by.ID, linkPrefix)
	if !ok {
		return Question{}, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	act := by.Act(verb, id)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if q, err = find(&tx.View, by, phare.ID(id)); err != nil {
			return err
		}
		r, err := request.Find(&tx.View, by, q.Request)
		if err != nil {
			return err
		}
		holds, err := q.holds(&tx.View, r)
		if err != nil {
			return err
		}
		d := q.door(r, tx.Now).unless(holds, tx.Now)
		if !holds || d.State == Withdrawn || d.State == Expired || tx.Now.After(q.ExpiresAt) {
			return ErrEnded
		}
		return step(tx, &q, r)
	})
	if errors.Is(err, errReplay) {
		err = nil
	}
	return q, err
}
