package request

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// The next actions that the desk's own verbs set; keys under "next.".
const (
	NextTriage = "triage" // somebody must take it
	NextStudy  = "study"  // identify the patient, enter signs, find a team
	NextRemind = "remind" // someone outside has not done their part
)

// How long a free text may be, in characters, and how far away a date.
const (
	longestNote = 4000
	longestWait = 120 * 24 * time.Hour
)

// Ref names a request as one person saw it: what they do holds only if it has
// not moved on since.
type Ref struct {
	ID      phare.ID
	Version int64
}

// Take gives a request to the actor, from the queue or from a colleague.
func Take(ctx context.Context, db *store.DB, by access.Actor, ref Ref) error {
	return hold(ctx, db, by, ref, by.ID)
}

// Assign gives a request to a colleague of the same platform.
func Assign(ctx context.Context, db *store.DB, by access.Actor, ref Ref, to string) error {
	return hold(ctx, db, by, ref, to)
}

func hold(ctx context.Context, db *store.DB, by access.Actor, ref Ref, to string) error {
	return change(ctx, db, by, ref, step{verb: "request.take", reason: to, do: func(tx *store.Tx, r Request) error { return GiveIn(tx, by, r, to) }})
}

// GiveIn makes a colleague the holder of a request, inside the write of a verb that
// has checked the right.
func GiveIn(tx *store.Tx, by access.Actor, r Request, to string) error {
	name, err := store.One(&tx.View, store.Value[string], `SELECT name FROM account
		WHERE id = $1 AND platform = $2 AND active AND role IN ('nurse', 'secretary', 'physician')`, to, by.Platform)
	if phare.KindOf(err) == phare.NotFound {
		return phare.Field("owner", "desk.owner.unknown")
	}
	if err != nil {
		return err
	}
	next := r.State
	if r.State == Received || r.State == Awaiting {
		next, r.Next, r.Awaited = Open, NextStudy, ""
	}
	if r.State == Closed {
		return phare.Fault(phare.Conflict, "request.move.illegal")
	}
	r.Owner = to
	if err := Advance(tx, r, next); err != nil {
		return err
	}
	if err := circle.Hold(tx, by, r.ID, to); err != nil {
		return err
	}
	return Tell(tx, by, r, Event{Kind: "take", Text: name, ShownTo: Team})
}

// Waiting is a wait for someone outside, told to the team and kept as the date
// of next news.
type Waiting struct {
	Who   string // who must act, and what is missing, in words
	Until time.Time
}

// Wait is a Waiting with what else is known of it.
type Wait struct {
	Waiting
	Whom  string    // one of Awaits; empty: other
	What  string    // what is missing, where Who does not say it
	Since time.Time // of a letter or a call before today; zero: now
}

// Await marks a request as waiting for someone outside the desk.
func Await(ctx context.Context, db *store.DB, by access.Actor, ref Ref, w Waiting) error {
	return AwaitWhom(ctx, db, by, ref, Wait{Waiting: w})
}

// AwaitWhom is Await, with who it is, what and since when.
func AwaitWhom(ctx context.Context, db *store.DB, by access.Actor, ref Ref, w Wait) error {
	return change(ctx, db, by, ref, step{verb: "request.await", do: func(tx *store.Tx, r Request) error { return AwaitIn(tx, by, r, w) }})
}

// AwaitIn is AwaitWhom inside the write of another verb, which has checked the right.
func AwaitIn(tx *store.Tx, by access.Actor, r Request, w Wait) error {
	w.Who, w.What = phare.Clean(w.Who), strings.TrimSpace(w.What)
	if err := w.accept(tx.Now); err != nil {
		return err
	}
	r.Awaited, r.Next, r.NextAt, r.wait = w.Who, NextRemind, w.Until, w
	if err := Advance(tx, r, Awaiting); err != nil {
		return err
	}
	return Tell(tx, by, r, Event{Kind: "await", Text: strings.TrimSpace(w.Who + "\n" + w.What), ShownTo: Team})
}

func (w Wait) accept(now time.Time) error {
	var who, until *phare.Error
	switch n := len([]rune(w.Who)); {
	case n == 0:
		who = phare.Field("who", "desk.await.who")
	case n > 200:
		who = phare.Field("who", "desk.toolong")
	}
	if w.Until.Before(now) || w.Until.After(now.Add(longestWait)) {
		until = phare.Field("until", "desk.await.until")
	}
	var whom, what, since *phare.Error
	if w.Whom != "" && !slices.Contains(Awaits(), w.Whom) {
		whom = phare.Field("whom", "need.whom.missing")
	}
	if len([]rune(w.What)) > longestNote {
		what = phare.Field("what", "desk.toolong")
	}
	if w.Since.After(now) {
		since = phare.Field("since", "need.since.future")
	}
	return phare.Faults(whom, who, what, since, until)
}

// Kinds of note that a person can add to the timeline.
const (
	NoteKind = "note"
	CallKind = "call"
)

// Note adds a line to the timeline, for the team. It needs no version: two
// people can write at once.
func Note(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, e Event) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	e.Text, e.ShownTo = strings.TrimSpace(e.Text), Team
	switch {
	case e.Kind != NoteKind && e.Kind != CallKind:
		return phare.Field("kind", "desk.note.kind")
	case e.Text == "":
		return phare.Field("text", "desk.note.empty")
	case len([]rune(e.Text)) > longestNote:
		return phare.Field("text", "desk.toolong")
	}
	act := by.Act("request.note", string(id))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		return Tell(tx, by, r, e)
	})
}

// Ending is why a request is closed without an answer.
type Ending struct {
	Reason string // one of CloseReasons
	Words  string // what the requester was told; compulsory when it was out of scope
}

// Close ends a request that gets no answer. One that does is closed by sending
// the answer.
func Close(ctx context.Context, db *store.DB, by access.Actor, ref Ref, e Ending) error {
	return change(ctx, db, by, ref, step{verb: "request.close", reason: e.Reason, do: func(tx *store.Tx, r Request) error { return CloseIn(tx, by, r, e) }})
}

// CloseIn is Close inside the write of another verb, which has checked the right.
func CloseIn(tx *store.Tx, by access.Actor, r Request, e Ending) error {
	e.Words = strings.TrimSpace(e.Words)
	if err := e.accept(); err != nil {
		return err
	}
	r.CloseReason, r.Awaited = e.Reason, ""
	if err := Advance(tx, r, Closed); err != nil {
		return err
	}
	return Tell(tx, by, r, Event{Kind: "close." + e.Reason, Text: e.Words, ShownTo: Team})
}

func (e Ending) accept() error {
	var reason, words *phare.Error
	if !slices.Contains(CloseReasons(), e.Reason) {
		reason = phare.Field("reason", "desk.close.reason")
	}
	switch {
	case len([]rune(e.Words)) > longestNote:
		words = phare.Field("words", "desk.toolong")
	case e.Words == "" && e.Reason == OutOfScope:
		words = phare.Field("words", "desk.close.words")
	}
	return phare.Faults(reason, words)
}

// step is one move of a request by the desk.
type step struct {
	verb, reason string
	do           func(*store.Tx, Request) error
}

// change runs a step on the request as the actor saw it: whoever saw an older
// version gets a Conflict, and nothing is done.
func change(ctx context.Context, db *store.DB, by access.Actor, ref Ref, s step) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	act := by.Act(s.verb, string(ref.ID)).For(s.reason)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, ref.ID)
		if err != nil {
			return err
		}
		if r.Version != ref.Version {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		return s.do(tx, r)
	})
}
