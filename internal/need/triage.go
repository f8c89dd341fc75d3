package need

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// What can be decided at triage.
const (
	Complete   = "complete"     // it can be studied
	Clear      = "clear"        // nothing has to be studied: orient at once (ask 9)
	Awaiting   = "awaiting"     // someone outside must complete it first
	Urgently   = "urgent"       // it comes before all others
	OutOfScope = "out-of-scope" // it is not for this desk
)

// Decisions are all of them in the order of the page.
func Decisions() []string { return []string{Complete, Clear, Awaiting, Urgently, OutOfScope} }

// NextOrient is the next action of a request that is clear; a key under "next.".
const NextOrient = "orient"

// Decision is what a person decides at triage.
type Decision struct {
	What  string
	Words string       // why, and to the requester where they were sent; compulsory out of scope
	Wait  request.Wait // awaiting: from whom, what, since when, until when; no day: in five working days
}

// Triage writes down what was decided of a request, and moves it on. Whoever
// decides that the desk goes on with one that nobody holds takes it.
func Triage(ctx context.Context, db *store.DB, by access.Actor, ref request.Ref, d Decision) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	d.Words = strings.TrimSpace(d.Words)
	switch {
	case !slices.Contains(Decisions(), d.What):
		return phare.Field("decision", "triage.decision.missing")
	case utf8.RuneCountInString(d.Words) > longestText:
		return phare.Field("words", "desk.toolong")
	}
	return db.Write(ctx, by.Act("triage", string(ref.ID)).For(d.What), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, ref.ID)
		switch {
		case err != nil:
			return err
		case r.Version != ref.Version:
			return phare.Fault(phare.Conflict, "error.conflict")
		case r.State != request.Received && r.State != request.Awaiting && r.State != request.Open:
			return phare.Fault(phare.Conflict, "triage.past")
		}
		id := phare.NewID()
		row := store.SealRow(by.Platform, request.Subject(r.ID), "triage", id)
		err = tx.Exec(`INSERT INTO triage (id, platform, request, decision, words, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, by.Platform, r.ID, d.What, row.In("words", d.Words), tx.Now, by.ID, by.Name)
		if err != nil {
			return err
		}
		if err := tell(tx, by, r, "triage."+d.What, d.Words); err != nil {
			return err
		}
		if err := looked(tx, by, &r); err != nil {
			return err
		}
		if err := orSoon(&tx.View, by.Platform, &d.Wait.Until); err != nil {
			return err
		}
		return d.do(tx, by, r)
	})
}

// do moves the request on as was decided.
func (d Decision) do(tx *store.Tx, by access.Actor, r request.Request) error {
	next := request.NextStudy
	switch d.What {
	case Awaiting:
		return request.AwaitIn(tx, by, r, d.Wait)
	case OutOfScope:
		return request.CloseIn(tx, by, r, request.Ending{Reason: request.OutOfScope, Words: d.Words})
	case Clear:
		next = NextOrient
	case Urgently:
		if err := urge(tx, by, &r, urging{request.Urgent, d.Words}); err != nil {
			return err
		}
	}
	if r.Owner == "" {
		if err := request.GiveIn(tx, by, r, by.ID); err != nil {
			return err
		}
		var err error
		if r, err = request.Find(&tx.View, by, r.ID); err != nil {
			return err
		}
	}
	r.Next = next
	return request.Advance(tx, r, request.Open)
}

// looked notes the first look, which whoever decides from a list has had.
func looked(tx *store.Tx, by access.Actor, r *request.Request) error {
	if !r.FirstLookAt.IsZero() {
		return nil
	}
	r.FirstLookAt = tx.Now
	if err := tx.Exec(`UPDATE request SET first_look_at = $1 WHERE id = $2 AND platform = $3 AND first_look_at = ''`, tx.Now, r.ID, by.Platform); err != nil {
		return err
	}
	return request.Tell(tx, by, *r, request.Event{Kind: "look", ShownTo: request.Requester})
}

// urgencies are how urgent a request can be, the least first.
var urgencies = []string{request.Routine, request.Soon, request.Urgent}

// urging is an urgency, and why it is that.
type urging struct{ to, why string }

// SetUrgency raises or lowers the urgency that the desk works by; what the requester
// ticked stays as it was. Lowering it needs a reason, and is never silent: it stands
// in the timeline, and who holds the request is told (H7).
func SetUrgency(ctx context.Context, db *store.DB, by access.Actor, ref request.Ref, to, why string) error {
	return change(ctx, db, by, step{"request.urgency", ref.ID, to}, func(tx *store.Tx, r *request.Request) error {
		if r.Version != ref.Version {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		return urge(tx, by, r, urging{to, strings.TrimSpace(why)})
	})
}

// shortestWhy is how many characters a reason to lower an urgency has at least.
const shortestWhy = 8

// urge sets the urgency of a request, and brings its date of news nearer.
func urge(tx *store.Tx, by access.Actor, r *request.Request, c urging) error {
	was, err := urgencyOf(&tx.View, by.Platform, r.ID)
	if err != nil {
		return err
	}
	from, to := slices.Index(urgencies, was), slices.Index(urgencies, c.to)
	switch {
	case to < 0:
		return phare.Field("urgency", "triage.urgency.missing")
	case to == from:
		return nil
	case to < from && utf8.RuneCountInString(c.why) < shortestWhy:
		return phare.Field("why", "triage.urgency.why")
	case utf8.RuneCountInString(c.why) > longestText:
		return phare.Field("why", "desk.toolong")
	}
	first := 1 // of two priorities, the later
	if c.to == request.Urgent {
		first = 0
	}
	if err := tx.Update(`UPDATE request SET urgency = $1, priority = $2 WHERE id = $3 AND platform = $4`, c.to, first, r.ID, by.Platform); err != nil {
		return err
	}
	if soon := tx.Now.Add(request.NewsWithin(c.to)); to > from && r.NextAt.After(soon) {
		r.NextAt = soon
	}
	kind := "urgency.up." + c.to
	if to < from {
		kind = "urgency.down." + c.to
	}
	if err := tell(tx, by, *r, kind, c.why); err != nil || to > from || r.Owner == "" || r.Owner == by.ID {
		return err
	}
	return tellStaff(tx, *r, "desk-urgency", func(a access.Account) bool { return string(a.ID) == r.Owner })
}

func urgencyOf(v *store.View, platform string, id phare.ID) (string, error) {
	return store.One(v, store.Value[string], `SELECT urgency FROM request WHERE id = $1 AND platform = $2`, id, platform)
}

// Decided is one decision as it was written down.
type Decided struct {
	What, Words, Name string
	At                time.Time
}

func decisions(v *store.View, platform string, id phare.ID) ([]Decided, error) {
	return store.All(v, func(row store.Row) (d Decided, err error) {
		var id phare.ID
		err = row.Scan(&id, &d.What, store.Sealed(&d.Words, "triage.words", &id), &d.Name, store.Time(&d.At))
		return d, err
	}, `SELECT id, decision, words, name, at FROM triage WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC`, id, platform)
}
