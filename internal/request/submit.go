package request

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/mail"
	"phare/internal/store"
)

// SecretWindow is how long after the submission the same form can still be told
// its secret: a reply lost on a bad line, or a double click.
const SecretWindow = 10 * time.Minute

// Receipt is what the requester is told.
type Receipt struct {
	Request   phare.ID
	Platform  string
	Reference string
	Secret    string // ten digits; empty after SecretWindow
	StoredAt  time.Time
	NextAt    time.Time // promised date of next news
	Mail      bool      // a message of receipt is on its way
	SMS       bool      // and by SMS
	Zone      string    // the clock of whoever asks, if known
	Again     bool      // the form had been sent before; nothing was stored now
	Closed    bool      // nothing can be added any more
}

// errReplay ends a submission that finds its form already sent.
var errReplay = errors.New("form already sent")

// Submit takes a form in. The request, its first event, its audit entry and its
// message of receipt are committed together, and when Submit returns they are
// on disk. One form becomes one request: sent again with the same answers it
// gives the same receipt, with others a Conflict, and the requester can then
// send the changes as a complement.
func Submit(ctx context.Context, db *store.DB, key access.Key, by access.Actor, form string, f Fields) (Receipt, error) {
	return send(ctx, db, sending{key: key, by: by, form: form}, f)
}

// send takes in what the requester's own words are.
func send(ctx context.Context, db *store.DB, s sending, f Fields) (Receipt, error) {
	by, form := s.by, s.form
	if err := by.Check(access.SubmitRequest); err != nil {
		return Receipt{}, err
	}
	f = f.Tidy()
	if err := f.accept(db.Now()); err != nil {
		return Receipt{}, err
	}
	if f.Platform != by.Platform {
		return Receipt{}, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	f.Channel, f.Came, f.Promised = "", "", "" // the desk's own words
	if !isForm(form) {
		return Receipt{}, phare.Fault(phare.Invalid, "request.form.bad")
	}
	return submitAgain(ctx, db, s, f)
}

// sending is by whom and by which form a request is sent. also runs in the commit
// that makes the request, for a room above that has more to write with it.
type sending struct {
	key  access.Key
	by   access.Actor
	form string
	also func(*store.Tx, Request) error
}

// submitAgain sends accepted fields, and tries again when chance was against it.
func submitAgain(ctx context.Context, db *store.DB, s sending, f Fields) (Receipt, error) {
	const draws = 5 // a reference drawn twice, or a double click that met in the middle
	for try := 1; ; try++ {
		receipt, err := submit(ctx, db, s, begin(s.by, s.form, f))
		if !store.IsDuplicate(err) || try == draws {
			return receipt, err
		}
	}
}

// begin makes the request that accepted fields become.
func begin(by access.Actor, form string, f Fields) Request {
	r := Request{ID: phare.NewID(), Platform: f.Platform, Reference: newReference(), form: phare.FormHash(form), Channel: "web",
		Fields: f, State: Received, Next: NextTriage, Version: 1, print: printOf(f)}
	switch {
	case by.IsStaff():
		r.Channel = cmp.Or(f.Channel, Phone) // the desk types for someone on the telephone
	case by.Role == access.Sender:
		r.Channel = API
	}
	return r
}

func submit(ctx context.Context, db *store.DB, s sending, r Request) (receipt Receipt, err error) {
	key, by, form := s.key, s.by, s.form
	r.secret = macOf(key, r.Reference, firstSecret(key, form))
	act := store.Act{Platform: r.Platform, Actor: by.ID, Role: string(by.Role), Verb: "request.submit", Subject: string(r.ID)}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		sent, err := findByForm(&tx.View, form)
		if err == nil {
			receipt = receiptOf(sent, key, form, tx.Now)
			receipt.Again = true
			if sent.print != r.print {
				return phare.Fault(phare.Conflict, "request.form.edited")
			}
			return errReplay
		}
		if !isUnsent(err) {
			return err
		}
		if err := knownPlatform(&tx.View, r.Platform); err != nil {
			return err
		}
		r.CreatedAt, r.NextAt = tx.Now, tx.Now.Add(NewsWithin(r.Fields.Urgency))
		receipt = receiptOf(r, key, form, tx.Now)
		if err := insert(tx, r); err != nil {
			return err
		}
		if err := Tell(tx, by, r, Event{Kind: "received", ShownTo: Requester}); err != nil {
			return err
		}
		if err := tellCall(tx, by, r); err != nil {
			return err
		}
		if err := notify(tx, r, "received"); err != nil {
			return err
		}
		if err := attachment.Move(tx, r.form, fileOf(r)); err != nil {
			return err
		}
		if s.also != nil {
			if err := s.also(tx, r); err != nil {
				return err
			}
		}
		return deleteDraft(tx, form)
	})
	if errors.Is(err, errReplay) {
		err = nil
	}
	return receipt, err
}

// printOf is the fingerprint of what was typed, which tells a replay from an
// edited form. The language of the pages is not part of it.
func printOf(f Fields) string {
	f.Lang = ""
	b, _ := json.Marshal(f) // a struct of texts always marshals, its fields in order
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func receiptOf(r Request, key access.Key, form string, now time.Time) Receipt {
	receipt := Receipt{Request: r.ID, Platform: r.Platform, Reference: r.Reference,
		StoredAt: r.CreatedAt, NextAt: r.NextAt, Mail: r.Fields.Mail != "", SMS: r.Fields.News == mail.BySMS, Zone: r.Fields.Zone(), Closed: r.State == Closed}
	secret := firstSecret(key, form)
	// A secret made anew by the desk has taken the place of the first.
	if now.Sub(r.CreatedAt) < SecretWindow && key.Is(r.secret, secretKind+r.Reference, secret) {
		receipt.Secret = secret
	}
	return receipt
}

// FindReceipt returns the receipt of a form that was sent, to whoever holds its id. A
// form that was not sent is NotFound.
func FindReceipt(ctx context.Context, db *store.DB, key access.Key, by access.Actor, form string) (receipt Receipt, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		r, err := findByFormFor(v, by, form)
		if err == nil {
			receipt = receiptOf(r, key, form, db.Now())
			receipt.NextAt, err = promise(v, r)
		}
		receipt.Again = true
		return err
	})
	return receipt, err
}
