package expertise

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// The next actions that this room leaves on a request; keys under "next.".
const (
	NextOpinion = "opinion" // an expert has been asked; chase when the day has passed
	NextSearch  = "search"  // nobody asked will answer: find someone else
	NextRead    = "read"    // an opinion is back: read it and write the answer
)

// showLinkFor is how long after sending the desk can see the link again, to say
// it over the telephone or to paste it into its own secure mail.
const showLinkFor = 15 * time.Minute

// The token of a link is derived from the id of the form that made it and the
// site's key. The answer to a double click, or to a second try after a lost
// reply, can so give the same link again, and neither the token nor the form's
// id is kept in clear: the database alone, or with its key, opens no link.
func tokenOf(key access.Key, form string) string {
	mac, _ := hex.DecodeString(key.Mac("question.link", form)) // a MAC is hexadecimal
	return base64.RawURLEncoding.EncodeToString(mac)
}

// Links is what links are made of: the site's key and its public address,
// without a final slash.
type Links struct {
	Key  access.Key
	Base string
}

// of is the link to a question that a form has made.
func (l Links) of(q Question, form string) string {
	token := tokenOf(l.Key, form)
	if !l.Key.Is(q.token, "question", token) {
		return "" // the form made an older link, which is dead
	}
	return l.Base + "/avis/" + token
}

// sign gives the question a new link.
func (q *Question) sign(key access.Key, form string) {
	q.linkForm, q.token = key.Mac("question.form", form), key.Mac("question", tokenOf(key, form))
}

// errReplay ends an Ask or a Renew that finds its form already used.
var errReplay = errors.New("form already sent")

// Ask sends a question to an expert: the question, the request's move, its
// events and the message with the link are one commit. The link returned holds
// a secret.
//
// in.Seen must be the Print of a Preview of this very form: if signs or words
// have changed since, nothing is sent and the desk must look again. One form is
// one question: sent twice it gives the same question and link, and the link is
// empty if a newer one has been made since.
func Ask(ctx context.Context, db *store.DB, l Links, by access.Actor, in AskForm) (Question, string, error) {
	if err := by.Check(access.Orient); err != nil {
		return Question{}, "", err
	}
	in = in.tidy()
	q, err := ask(ctx, db, l, by, in)
	if store.IsDuplicate(err) { // a double click that met in the middle: now it is found
		q, err = ask(ctx, db, l, by, in)
	}
	if err != nil {
		return Question{}, "", err
	}
	return q, l.of(q, in.Form), nil
}

func ask(ctx context.Context, db *store.DB, l Links, by access.Actor, in AskForm) (q Question, err error) {
	act := by.Act("question.ask", string(in.Request))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		q, err = findByForm(&tx.View, by, l.Key.Mac("question.form", in.Form))
		if err == nil {
			if err := circle.Check(&tx.View, by, q.Request); err != nil {
				return err
			}
			return q.replay(in)
		}
		if phare.KindOf(err) != phare.NotFound {
			return err
		}
		d, err := read(&tx.View, by, in.Request)
		if err != nil {
			return err
		}
		if q, err = in.question(d, by, tx.Now); err != nil {
			return err
		}
		if _, err := (Target{Person: phare.ID(in.To.Person)}).recipient(&tx.View, by); err != nil {
			return err
		}
		q.sign(l.Key, in.Form)
		q.form = q.linkForm
		x := in.out()
		x.Item = q.ID
		if err := consent.Leave(tx, by, d.Request, x); err != nil {
			return err
		}
		return q.send(tx, by, d.Request, l.of(q, in.Form))
	})
	if errors.Is(err, errReplay) {
		err = nil
	}
	return q, err
}

// replay tells a form sent twice from one that was edited in between.
func (q Question) replay(in AskForm) error {
	if q.Request != in.Request || printOf(q.Shown, q.To) != in.Seen {
		return phare.Fault(phare.Conflict, "expertise.form.sent")
	}
	return errReplay
}

// question makes the question that an accepted form becomes.
func (f AskForm) question(d dossier, by access.Actor, now time.Time) (Question, error) {
	if err := f.accept(d.Request); err != nil {
		return Question{}, err
	}
	if err := d.said.Check(by, f.out()); err != nil {
		return Question{}, err
	}
	p := d.sheet(f, now)
	if f.Seen != p.Print {
		return Question{}, phare.Fault(phare.Invalid, "expertise.changed")
	}
	if len(p.Hits) > 0 && !f.Reread {
		return Question{}, phare.Field("reread", "expertise.reread.missing")
	}
	q := Question{ID: phare.NewID(), Platform: d.Platform, Request: d.ID, To: f.To, Shown: p.Shown, Urgency: f.Urgency,
		State: Sent, Actor: by.ID, SentAt: now, DueAt: p.DueAt, Version: 1}
	if !p.Guard.Consent {
		q.Override = f.Override
	}
	q.ExpiresAt = q.DueAt.Add(linkLife)
	return q, nil
}

// send stores a new question and lets the request wait for it. The requester
// is told that an expert was asked, never who or about what.
func (q Question) send(tx *store.Tx, by access.Actor, r request.Request, link string) error {
	if err := insert(tx, q); err != nil {
		return err
	}
	r.Next, r.NextAt, r.Awaited = NextOpinion, q.DueAt, ""
	if err := request.Advance(tx, r, request.Asked); err != nil {
		return err
	}
	if err := tell(tx, by, r, "question.sent", q.To.Name); err != nil {
		return err
	}
	if err := tellRequester(tx, by, r, "question.asked"); err != nil {
		return err
	}
	return q.post(tx, r, link)
}

// post leaves the message with the link in the outbox, if there is an address.
func (q Question) post(tx *store.Tx, r request.Request, link string) error {
	if q.To.Mail == "" {
		return nil
	}
	return mail.Queue(tx, mail.Message{Platform: q.Platform, Request: q.Request, To: q.To.Mail, Kind: "question",
		Reference: r.Reference, Link: link})
}

func tell(tx *store.Tx, by access.Actor, r request.Request, kind, words string) error {
	return request.Tell(tx, by, r, request.Event{Kind: kind, Text: words, ShownTo: request.Team})
}

// tellRequester leaves out who: the name of an expert can give a disease away.
func tellRequester(tx *store.Tx, by access.Actor, r request.Request, kind string) error {
	by.Name = ""
	return request.Tell(tx, by, r, request.Event{Kind: kind, ShownTo: request.Requester})
}

// Handover shows the desk the link that a form has made, for a quarter of an
// hour; after that the link is "" and a new one can be made. Showing it is
// written down.
func Handover(ctx context.Context, db *store.DB, l Links, by access.Actor, form string) (q Question, link string, err error) {
	if err := by.Check(access.Orient); err != nil {
		return Question{}, "", err
	}
	var holds bool
	err = db.Read(ctx, func(v *store.View) error {
		if q, err = findByForm(v, by, l.Key.Mac("question.form", form)); err != nil {
			return err
		}
		r, err := request.Find(v, by, q.Request)
		if err == nil {
			holds, err = q.holds(v, r)
		}
		return err
	})
	if err != nil {
		return Question{}, "", err
	}
	made := q.SentAt
	if q.RenewedAt.After(made) {
		made = q.RenewedAt
	}
	act := by.Act("question.look", string(q.ID))
	if db.Now().Sub(made) <= showLinkFor && q.Waiting(db.Now()) && holds {
		act.Verb, link = "question.link", l.of(q, form)
	}
	if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
		return Question{}, "", err
	}
	return q, link, nil
}
