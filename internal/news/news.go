// Package news tells requesters of each step of their request, by the way that
// they chose: mail, SMS, post, telephone, or through their health centre. Tell is
// the one function for it. Mail and SMS go into the outbox; a letter or a call
// becomes a line of the desk's lists, which someone ticks. It promises that each
// message has a state that the file shows, and that one which failed is shown
// until somebody chose another way.
//
// No message holds a name, a health word, or the name of a service that tells.
// It does not know what a step is: package request calls it at each.
package news

import (
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/store"
)

// To is the requester of one request, as the form has them.
type To struct {
	Platform                  string
	Request                   phare.ID
	Reference, Lang           string
	Way                       string // as they chose; empty: they did not
	Mail, Phone, Post, Centre string // where each way leads; may be empty
	Next                      time.Time
	Zone                      string // their own clock, if known
}

// Ways are the ways in the order of the forms.
func Ways() []string {
	return []string{mail.ByMail, mail.BySMS, mail.ByPhone, mail.ByPost, mail.ByCentre}
}

// Kinds are the steps that a requester is told of.
func Kinds() []string {
	return []string{"received", "taken", "awaiting", "resumed", "asked", "search", "back", "ready", "reopened", "given", "remind", "unmet", "late", "late.awaiting",
		"closed.sent", "closed.after", "closed.out-of-scope", "closed.withdrawn", "closed.duplicate", "closed.unreachable"}
}

// matters says whether someone who chose no way is called or written to by hand
// for it: something is asked of them, or decided.
func matters(kind string) bool {
	return slices.Contains([]string{"awaiting", "reopened", "given", "remind", "unmet", "late", "late.awaiting"}, kind) || strings.HasPrefix(kind, "closed.")
}

// lead is where a way leads.
func (t To) lead(way string) string {
	switch way {
	case mail.ByMail:
		return t.Mail
	case mail.BySMS, mail.ByPhone:
		return t.Phone
	case mail.ByPost:
		return t.Post
	case mail.ByCentre:
		return t.Centre
	}
	return ""
}

// route is how a step is told: a way and where it leads; no way when nobody is
// to be told of it. What the desk wrote down (r) stands before the form.
func (t To) route(kind string, r Reach) (way, to string) {
	if r.Way != "" {
		if to = r.To; to == "" {
			to = t.lead(r.Way)
		}
		if to != "" {
			return r.Way, to
		}
	}
	if way, to = t.Way, t.lead(t.Way); to != "" {
		if kind == "received" && way == mail.ByPhone {
			return "", "" // they read it on the screen, or were told on the telephone
		}
		return way, to
	}
	for _, way := range []string{mail.ByMail, mail.ByPhone, mail.ByPost} {
		if to := t.lead(way); to != "" && (way == mail.ByMail || matters(kind)) {
			return way, to
		}
	}
	return "", ""
}

// By is the way by which a step would be told; empty: by none.
func (t To) By(kind string, r Reach) string {
	way, _ := t.route(kind, r)
	return way
}

// Tell tells the requester of a step, in the transaction that makes it. A line of
// the desk's lists that waits for the same request is replaced: a person is
// called once, and hears the latest.
func Tell(tx *store.Tx, t To, kind string) error {
	r, err := reachOf(&tx.View, t.Platform, t.Request)
	if err != nil {
		return err
	}
	way, to := t.route(kind, r)
	if kind == "received" && t.Mail != "" && way != mail.ByMail {
		// The receipt goes by mail too: it is what tells that the address is right.
		if err := queue(tx, t, kind, mail.ByMail, t.Mail); err != nil {
			return err
		}
	}
	if way == "" {
		return nil
	}
	if byHand(way) {
		if err := replace(tx, t); err != nil {
			return err
		}
	}
	return queue(tx, t, kind, way, to)
}

// TellSpoken is Tell of a step that was just said on the telephone: who is told by
// telephone is not called for it a second time.
func TellSpoken(tx *store.Tx, t To, kind string) error {
	r, err := reachOf(&tx.View, t.Platform, t.Request)
	if err != nil {
		return err
	}
	if t.By(kind, r) == mail.ByPhone {
		return replace(tx, t)
	}
	return Tell(tx, t, kind)
}

// replace ends the lines of the desk's lists that wait for a request: there is
// something newer to say, or it was said.
func replace(tx *store.Tx, t To) error {
	return tx.Exec(`UPDATE message SET state = 'replaced', state_at = $1 WHERE request = $2 AND platform = $3 AND state = 'waiting' AND way IN ('post', 'phone', 'centre') AND kind <> $4`,
		tx.Now, t.Request, t.Platform, CallbackKind)
}

func queue(tx *store.Tx, t To, kind, way, to string) error {
	if kind != "received" {
		kind = "news." + kind
	}
	m := mail.Message{Platform: t.Platform, Request: t.Request, Way: way, To: to, Kind: kind, Lang: t.Lang, Reference: t.Reference,
		Facts: mail.Facts{Next: t.Next, Zone: t.Zone}}
	if way == mail.ByMail {
		m.Link = "/suivi"
	}
	return mail.Queue(tx, m)
}

// byHand says whether a person of the desk carries it.
func byHand(way string) bool {
	return way == mail.ByPost || way == mail.ByPhone || way == mail.ByCentre
}

// StepOf is the step that a kind of message tells of: a key under "news.step.".
func StepOf(kind string) string { return strings.TrimPrefix(kind, "news.") }

// IsNews says whether a message of this kind goes to the requester.
func IsNews(kind string) bool {
	return kind == "received" || kind == "answer" || strings.HasPrefix(kind, "news.")
}

// check is the right to work on the desk's lists, on one file.
func check(v *store.View, by access.Actor, request phare.ID) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return circle.Check(v, by, request)
}
