package request

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Change is one answer that differs from what was sent.
type Change struct{ Name, Value string }

// Changes are the answers that someone changed in a form after it was sent,
// with their new values; what was sent is not shown again.
func Changes(ctx context.Context, db *store.DB, by access.Actor, form string) (all []Change, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		r, err := findByFormFor(v, by, form)
		if err != nil {
			return err
		}
		d, err := findDraft(v, form)
		if phare.KindOf(err) == phare.NotFound {
			return nil
		}
		sent := r.Fields
		for i, x := range d.Fields.each() {
			if x.name == "name" && d.Fields.Who == Family && d.Fields.Relation == "self" {
				continue // nobody typed it: it was put together from what was sent
			}
			if before := sent.each()[i]; *before.value != *x.value {
				all = append(all, Change{x.name, *x.value})
			}
		}
		return err
	})
	return all, err
}

// complementWithin is how soon the desk reads what was added.
const complementWithin = 24 * time.Hour

// mostComplements is how often words can be added to one request; beyond it a
// call to the desk serves everyone better.
const mostComplements = 20

// Complement adds words to the request of a form, from whoever holds its id.
// The desk sees it as its next action; a request that waited for its requester
// is open again. The same words sent twice are one complement.
func Complement(ctx context.Context, db *store.DB, by access.Actor, form, words string) error {
	return complement(ctx, db, by, words, func(v *store.View) (Request, error) { return findByFormFor(v, by, form) }, form)
}

// Question is Complement for what someone asks or adds from the tracking page, who
// showed its code or its pass: a request of their desk, by its id.
func Question(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, words string) error {
	err := complement(ctx, db, by, words, func(v *store.View) (Request, error) { return Find(v, by, id) }, "")
	if e := (*phare.Error)(nil); errors.As(err, &e) && e.Field == "words" {
		e.Field = "question" // its name on that page, which has other words too
	}
	return err
}

// complement adds words to the request that find gives, and forgets the draft of form,
// if one is named: it said the same.
func complement(ctx context.Context, db *store.DB, by access.Actor, words string, find func(*store.View) (Request, error), form string) error {
	if err := by.Check(access.SubmitRequest); err != nil {
		return err
	}
	words = strings.TrimSpace(keepTyped(strings.ReplaceAll(words, "\r\n", "\n")))
	switch {
	case words == "":
		return phare.Field("words", "request.complement.missing")
	case utf8.RuneCountInString(words) > 2*maxText:
		return &phare.Error{Kind: phare.Invalid, Field: "words", Key: "request.toolong", Args: map[string]any{"Max": 2 * maxText}}
	}
	var r Request
	err := db.Read(ctx, func(v *store.View) (err error) {
		r, err = find(v)
		return err
	})
	if err != nil {
		return err
	}
	act := store.Act{Platform: r.Platform, Actor: by.ID, Role: string(by.Role), Verb: "request.complement", Subject: string(r.ID)}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := find(&tx.View)
		if err != nil {
			return err
		}
		if r.State == Closed {
			return phare.Field("words", "request.complement.closed")
		}
		told, err := store.All(&tx.View, scanText, `SELECT id, text FROM event WHERE request = $1 AND kind = 'complement'`, r.ID)
		if err != nil || slices.Contains(told, words) {
			return err
		}
		if len(told) >= mostComplements {
			return phare.Field("words", "request.complement.many")
		}
		if err := Tell(tx, by, r, Event{Kind: "complement", Text: words, ShownTo: Requester}); err != nil {
			return err
		}
		if form != "" {
			if err := deleteDraft(tx, form); err != nil {
				return err
			}
		}
		return Advance(tx, complemented(r, tx.Now), complementedState(r.State))
	})
}

func scanText(row store.Row) (text string, err error) {
	var id phare.ID
	err = row.Scan(&id, store.Sealed(&text, "event.text", &id))
	return text, err
}

func complementedState(s State) State {
	if s == Awaiting {
		return Open
	}
	return s
}

// complemented is r with its next action: to read the complement, soon.
func complemented(r Request, now time.Time) Request {
	if r.State != Received {
		r.Next = "complement"
	}
	if r.State == Awaiting {
		r.Awaited = ""
	}
	if soon := now.Add(complementWithin); r.NextAt.IsZero() || r.NextAt.After(soon) {
		r.NextAt = soon
	}
	return r
}
