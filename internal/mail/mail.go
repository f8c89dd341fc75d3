// Package mail sends the messages that transactions left in the outbox. A
// message says that something waits, with a reference and perhaps a link: never
// a health word, never the name of a patient or of a disease, and no service
// name that gives one away. It does not decide when to write to whom.
package mail

import (
	"context"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"phare"
	"phare/internal/store"
	"phare/internal/text"
)

// SendJob is the kind of job that Queue leaves behind.
const SendJob = "mail.send"

// Message is one message to send. Its words are the catalogue's messages
// "mail.KIND.subject" and "mail.KIND.body".
type Message struct {
	Platform  string
	Request   phare.ID
	To        string // address
	Kind      string // "received", "question", "answer", …
	Lang      string
	Reference string // of the request, for the subject line
	Link      string // full address, a path of the site ("/suivi"), or empty; it may hold a secret
}

// IsAddress says whether s is one plain address that a message can go to. It
// refuses a question mark: in a link to write to the address, what follows it
// would be more recipients.
func IsAddress(s string) bool {
	a, err := netmail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && !strings.Contains(s, "?") && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

// Queue puts a message into the outbox, in the transaction that is its reason.
func Queue(tx *store.Tx, m Message) error {
	if m.To == "" {
		return fmt.Errorf("message %q of request %s has no recipient", m.Kind, m.Request)
	}
	id := phare.NewID()
	row := store.SealRow(m.Platform, "request/"+string(m.Request), "message", id)
	err := tx.Exec(`INSERT INTO message (id, platform, request, recipient, kind, lang, reference, link, at, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '')`,
		id, m.Platform, m.Request, row.In("recipient", m.To), m.Kind, text.Choose(m.Lang), m.Reference, row.In("link", m.Link), tx.Now)
	if err != nil {
		return err
	}
	return tx.Enqueue(m.Platform, SendJob, id)
}

// Stop keeps messages of a kind to one address from leaving, where they have not
// left: what they lead to was taken back. No address means all of them.
func Stop(tx *store.Tx, m Message) error {
	type waiting struct{ id, to phare.ID }
	all, err := store.All(&tx.View, func(row store.Row) (w waiting, err error) {
		err = row.Scan(&w.id, store.Sealed(&w.to, "message.recipient", &w.id))
		return w, err
	}, `SELECT id, recipient FROM message WHERE request = $1 AND platform = $2 AND kind = $3 AND sent_at = '' AND stopped_at = ''`, m.Request, m.Platform, m.Kind)
	if err != nil {
		return err
	}
	for _, w := range all {
		if m.To != "" && string(w.to) != m.To {
			continue
		}
		if err := tx.Exec(`UPDATE message SET stopped_at = $1, link = '' WHERE id = $2`, tx.Now, w.id); err != nil {
			return err
		}
	}
	return nil
}

// Letter is a message in words, ready to leave.
type Letter struct {
	ID                phare.ID // the same for every attempt, so that a receiver can drop a repeat
	From, FromName    string
	To, Subject, Body string
	At                time.Time
}

// Sender carries letters away. Two ship: SMTP and, for the demo and for
// development, a folder.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// Send makes the handler of SendJob, for the site at base. A message already
// sent is not sent again.
func Send(db *store.DB, words *text.Catalog, base string, out Sender) func(context.Context, store.Job) error {
	return func(ctx context.Context, j store.Job) error {
		var id phare.ID
		if err := json.Unmarshal(j.Payload, &id); err != nil {
			return err
		}
		l, sent, err := letter(ctx, db, words, base, id)
		if err != nil || sent {
			return err
		}
		if err := out.Send(ctx, l); err != nil {
			return fmt.Errorf("message %s: %s", id, unnamed(err))
		}
		act := store.Act{Platform: j.Platform, Actor: "system", Verb: "mail.sent", Subject: string(id)}
		return db.Write(ctx, act, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE message SET sent_at = $1, link = '' WHERE id = $2`, tx.Now, id)
		})
	}
}

// mailbox is what stands before the host in an address.
var mailbox = regexp.MustCompile(`[^\s<>"'(),:;]+@`)

// unnamed is an error for the log and the queue: servers repeat the address,
// which is often a patient's name. The host stays, for the operator.
func unnamed(err error) string { return mailbox.ReplaceAllString(err.Error(), "…@") }

// letter puts a stored message into the words of its reader's language; done says
// that nothing is to be sent, because it was, or must not be any more.
func letter(ctx context.Context, db *store.DB, words *text.Catalog, base string, id phare.ID) (l Letter, sent bool, err error) {
	var kind, lang, reference, link, phone string
	var sentAt, stoppedAt time.Time
	scan := func(row store.Row) (struct{}, error) {
		return struct{}{}, row.Scan(&l.ID, store.Sealed(&l.To, "message.recipient", &l.ID), &kind, &lang, &reference, store.Sealed(&link, "message.link", &l.ID), store.Time(&l.At), store.Time(&sentAt), store.Time(&stoppedAt), &phone, &l.From)
	}
	err = db.Read(ctx, func(v *store.View) error {
		_, err := store.One(v, scan, `SELECT m.id, m.recipient, m.kind, m.lang, m.reference, m.link, m.at, m.sent_at, m.stopped_at, p.phone, p.mail
			FROM message m JOIN platform p ON p.id = m.platform WHERE m.id = $1`, id)
		return err
	})
	if err != nil {
		return l, false, err
	}
	if strings.HasPrefix(link, "/") {
		link = base + link
	}
	// The desk is not named: the name of most says what it is for.
	args := map[string]any{"Reference": reference, "Link": link, "Phone": phone}
	l.ID, l.FromName = id, words.Get(lang, "mail.from", nil)
	l.Subject = words.Get(lang, "mail."+kind+".subject", args)
	l.Body = words.Get(lang, "mail."+kind+".body", args)
	return l, !sentAt.IsZero() || !stoppedAt.IsZero(), nil
}
