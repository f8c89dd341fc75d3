// Package mail sends the messages that transactions left in the outbox. A
// message says that something waits, with a reference and perhaps a link: never
// a health word, never the name of a patient or of a disease, and no service
// name that gives one away. It does not decide when to write to whom.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"

	"phare"
	"phare/internal/store"
	"phare/internal/text"
)

// SendJob is the kind of job that Queue leaves behind for a mail.
const SendJob = "mail.send"

// The ways by which a message goes. The last three are carried by a person of
// the desk, who ticks them.
const (
	ByMail   = "mail"
	BySMS    = "sms"
	ByPost   = "post"
	ByPhone  = "phone"
	ByCentre = "centre" // the requester's health centre is told, by telephone
)

// What became of a message.
const (
	Waiting   = "waiting"
	Sent      = "sent"      // it left: the mail server or the gateway took it
	Delivered = "delivered" // the gateway says that it arrived
	Failed    = "failed"    // it did not arrive; a code says why
	Done      = "done"      // posted, or said on the telephone
	Stopped   = "stopped"   // it may not leave any more: what it leads to was taken back
	Replaced  = "replaced"  // a newer one says more, or the desk chose another way
)

// Message is one message to send. Its words are the catalogue's messages
// "mail.KIND.subject" and "mail.KIND.body", or "sms.KIND".
type Message struct {
	Platform  string
	Request   phare.ID
	Way       string // empty: by mail
	To        string // address or number
	Kind      string // "received", "question", "answer", …
	Lang      string
	Reference string // of the request, for the subject line
	Link      string // full address, a path of the site ("/suivi"), or empty; it may hold a secret
	Facts     Facts
}

// Facts are what the words of a message can say beside its reference. None is of
// a patient: they are stored in clear.
type Facts struct {
	Next  time.Time `json:"next,omitzero"`  // promised date of next news
	Zone  string    `json:"zone,omitempty"` // the reader's own, where it is another than the desk's
	Count int       `json:"count,omitempty"`
	List  string    `json:"list,omitempty"` // references
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
	if m.Way == "" {
		m.Way = ByMail
	}
	facts, err := json.Marshal(m.Facts)
	if err != nil {
		return err
	}
	number := ""
	if m.Way == BySMS {
		number = Number(m.To)
	}
	id := phare.NewID()
	row := store.SealRow(m.Platform, "request/"+string(m.Request), "message", id)
	err = tx.Exec(`INSERT INTO message (id, platform, request, recipient, kind, lang, reference, link, at, sent_at, way, facts, number_index)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12)`,
		id, m.Platform, m.Request, row.In("recipient", m.To), m.Kind, text.Choose(m.Lang), m.Reference, row.In("link", m.Link), tx.Now,
		m.Way, string(facts), NumberIndex(m.Platform, number))
	if err != nil {
		return err
	}
	switch m.Way {
	case ByMail:
		return tx.Enqueue(m.Platform, SendJob, id)
	case BySMS:
		return tx.Enqueue(m.Platform, TextJob, id)
	}
	return nil // a person carries it
}

// Stop keeps messages of a kind to one address from leaving, where they have not
// left: what they lead to was taken back. No address means all of them.
func Stop(tx *store.Tx, m Message) error {
	type waiting struct{ id, to phare.ID }
	all, err := store.All(&tx.View, func(row store.Row) (w waiting, err error) {
		err = row.Scan(&w.id, store.Sealed(&w.to, "message.recipient", &w.id))
		return w, err
	}, `SELECT id, recipient FROM message WHERE request = $1 AND platform = $2 AND kind = $3 AND state = 'waiting'`, m.Request, m.Platform, m.Kind)
	if err != nil {
		return err
	}
	for _, w := range all {
		if m.To != "" && string(w.to) != m.To {
			continue
		}
		if err := tx.Exec(`UPDATE message SET state = 'stopped', state_at = $1, link = '' WHERE id = $2 AND platform = $3`, tx.Now, w.id, m.Platform); err != nil {
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
// sent is not sent again; one that the last try cannot send either has failed,
// and its job stays for the operator.
func Send(db *store.DB, words *text.Catalog, base string, out Sender) func(context.Context, store.Job) error {
	return func(ctx context.Context, j store.Job) error {
		var id phare.ID
		if err := json.Unmarshal(j.Payload, &id); err != nil {
			return err
		}
		m, err := stored(ctx, db, id)
		if err != nil || m.state != Waiting {
			return err
		}
		if err := out.Send(ctx, m.letter(words, base)); err != nil {
			err = fmt.Errorf("message %s: %s", id, unnamed(err))
			if j.Attempt >= store.MaxAttempts {
				return errors.Join(err, ended(ctx, db, m, outcome{state: Failed, why: whyOf(err)}))
			}
			return err
		}
		return ended(ctx, db, m, outcome{state: Sent})
	}
}

// Why a message failed; keys under "news.why.".
const (
	WhyRefused = "refused" // the server of the address, or the gateway, will not take it
	WhyTries   = "tries"   // it could not be reached, however often it was tried
	WhyUnsure  = "unsure"  // nobody knows whether it left, and a second try might double it
	WhyLost    = "lost"    // it left, and the gateway says that it did not arrive
)

// whyOf tells an address that a server refuses for good (5xx) from a server that
// nobody could reach.
func whyOf(err error) string {
	if refusal.MatchString(err.Error()) {
		return WhyRefused
	}
	return WhyTries
}

// refusal is how SMTP writes a failure that stays.
var refusal = regexp.MustCompile(`\b5[0-9][0-9][ -]`)

// outcome is what became of a try.
type outcome struct{ state, why, provider string }

// ended stores what became of a message. One that left needs its link no more.
func ended(ctx context.Context, db *store.DB, m queued, o outcome) error {
	verb := m.way + "." + o.state // mail.sent, sms.failed
	act := store.Act{Platform: m.platform, Actor: "system", Verb: verb, Subject: string(m.ID)}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		if o.state == Failed {
			return tx.Exec(`UPDATE message SET state = $1, state_at = $2, why = $3 WHERE id = $4 AND platform = $5 AND state = 'waiting'`, o.state, tx.Now, o.why, m.ID, m.platform)
		}
		return tx.Exec(`UPDATE message SET sent_at = $1, state = $2, state_at = $1, provider = $3, link = '' WHERE id = $4 AND platform = $5 AND state = 'waiting'`, tx.Now, o.state, o.provider, m.ID, m.platform)
	})
}

// mailbox is what stands before the host in an address.
var mailbox = regexp.MustCompile(`[^\s<>"'(),:;]+@`)

// unnamed is an error for the log and the queue: servers repeat the address,
// which is often a patient's name. The host stays, for the operator.
func unnamed(err error) string { return mailbox.ReplaceAllString(err.Error(), "…@") }

// queued is one as stored, with what its words need of the desk.
type queued struct {
	ID                                                           phare.ID
	platform, way, to, kind, lang, reference, link, state, facts string
	at                                                           time.Time
	phone, from, zone                                            string // of the desk
}

func stored(ctx context.Context, db *store.DB, id phare.ID) (m queued, err error) {
	scan := func(row store.Row) (m queued, err error) {
		err = row.Scan(&m.ID, &m.platform, &m.way, store.Sealed(&m.to, "message.recipient", &m.ID), &m.kind, &m.lang, &m.reference, store.Sealed(&m.link, "message.link", &m.ID),
			store.Time(&m.at), &m.state, &m.facts, &m.phone, &m.from, &m.zone)
		return m, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		m, err = store.One(v, scan, `SELECT m.id, m.platform, m.way, m.recipient, m.kind, m.lang, m.reference, m.link, m.at, m.state, m.facts, p.phone, p.mail, p.zone
			FROM message m JOIN platform p ON p.id = m.platform WHERE m.id = $1`, id)
		return err
	})
	return m, err
}

// args are the facts that the words can have. The desk is not named: the name of
// most says what it is for.
func (m queued) args(base string) map[string]any {
	link := m.link
	if strings.HasPrefix(link, "/") {
		link = base + link
	}
	args := map[string]any{"Reference": m.reference, "Link": link, "Phone": m.phone}
	for name, value := range FactWords(m.lang, m.facts, m.zone, m.at) {
		args[name] = value
	}
	return args
}

// ReadFacts are stored facts; of a message of an older version there are none.
func ReadFacts(stored string) (f Facts) {
	json.Unmarshal([]byte(stored), &f)
	return f
}

// FactWords are stored facts in words, for the desk's zone: Day and Short are the
// promised date (empty: none), When is the moment at on the clocks of the desk
// and of the reader.
func FactWords(lang, facts, zone string, at time.Time) map[string]any {
	f := ReadFacts(facts)
	zones := []string{zone}
	if f.Zone != "" && f.Zone != zone {
		zones = append(zones, f.Zone)
	}
	day := text.Day(lang, zone, f.Next)
	if len(zones) > 1 {
		day = text.DayAt(lang, f.Next, zones...)
	}
	words := map[string]any{"Day": day, "Short": text.DayMonth(lang, zone, f.Next), "When": text.When(lang, at, zones...), "List": f.List}
	if f.Count > 0 {
		words["Count"] = f.Count
	}
	return words
}

// letter puts a stored message into the words of its reader's language.
func (m queued) letter(words *text.Catalog, base string) Letter {
	args, kind := m.args(base), m.kind
	if step, ok := strings.CutPrefix(kind, "news."); ok { // all steps are told in one letter
		kind, args["Say"] = "news", words.Get(m.lang, "news.say."+step, args)
	}
	args["Until"] = ""
	if args["Day"] != "" {
		args["Until"] = words.Get(m.lang, "news.until", args)
	}
	return Letter{ID: m.ID, At: m.at, From: m.from, To: m.to, FromName: words.Get(m.lang, "mail.from", nil),
		Subject: words.Get(m.lang, "mail."+kind+".subject", args), Body: words.Get(m.lang, "mail."+kind+".body", args)}
}
