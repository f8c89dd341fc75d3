package news

import (
	"context"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// CallbackKind is the line of the list of calls that an answer by SMS makes: the
// person asks to be called.
const CallbackKind = "news.callback"

// Answered is an SMS that someone sent to the gateway's number.
type Answered struct {
	From     string // as the gateway writes it
	Provider string // the gateway's name of it; the same for a repeat
}

// answeredWithin is how long after a message an answer to it is matched.
const answeredWithin = 90 * 24 * time.Hour

// CallBack puts whoever answers an SMS on the list of calls, on each platform
// that wrote to the number lately. What they wrote is not kept: it could be about
// health. A repeat of the same answer, and a number nobody wrote to, do nothing.
func CallBack(ctx context.Context, db *store.DB, a Answered) error {
	desks, err := access.Platforms(ctx, db)
	if err != nil {
		return err
	}
	for _, desk := range desks {
		err = errors.Join(err, callBack(ctx, db, access.Machine(desk.ID), a))
	}
	return err
}

// errNothing ends a write that has nothing to write.
var errNothing = errors.New("nothing to do")

func callBack(ctx context.Context, db *store.DB, by access.Actor, a Answered) error {
	number := mail.Number(a.From)
	if len(number) < 8 {
		return nil
	}
	act := by.Act("news.callback", by.Platform)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		l, err := store.One(&tx.View, scanLine, `SELECT `+lineColumns+` FROM message m JOIN platform p ON p.id = m.platform JOIN request r ON r.id = m.request AND (r.platform || '') = m.platform
			WHERE m.platform = $1 AND m.number_index = $2 AND m.number_index <> '' AND m.at > $3 AND r.form NOT LIKE 'erased %' ORDER BY m.at DESC, m.id DESC LIMIT 1`,
			by.Platform, mail.NumberIndex(by.Platform, number), tx.Now.Add(-answeredWithin))
		if phare.KindOf(err) == phare.NotFound {
			return errNothing
		}
		if err != nil {
			return err
		}
		known, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM message WHERE platform = $1 AND request = $2 AND kind = $3 AND (state = 'waiting' OR provider = $4 AND provider <> '')`,
			by.Platform, l.Request, CallbackKind, a.Provider)
		if err != nil || known > 0 {
			return errors.Join(err, errNothing)
		}
		m := mail.Message{Platform: by.Platform, Request: l.Request, Way: mail.ByPhone, To: l.To, Kind: CallbackKind, Lang: l.Lang, Reference: l.Reference, Facts: mail.ReadFacts(l.facts)}
		if err := mail.Queue(tx, m); err != nil {
			return err
		}
		return tx.Exec(`UPDATE message SET provider = $1 WHERE platform = $2 AND request = $3 AND kind = $4 AND state = 'waiting'`, a.Provider, by.Platform, l.Request, CallbackKind)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// Delivery is what a gateway reports of one of our messages.
type Delivery struct {
	Provider string // the gateway's name of the message, or ours
	Arrived  bool
}

// Report stores what a gateway says of a message that left. A report of a message
// that we do not know does nothing, nor one that comes twice.
func Report(ctx context.Context, db *store.DB, d Delivery) error {
	if d.Provider == "" {
		return nil
	}
	platform := ""
	err := db.Read(ctx, func(v *store.View) (err error) {
		platform, err = store.One(v, store.Value[string], `SELECT platform FROM message WHERE way = 'sms' AND (provider = $1 OR id = $1) AND state = 'sent' LIMIT 1`, d.Provider)
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	state, why := mail.Delivered, ""
	if !d.Arrived {
		state, why = mail.Failed, mail.WhyLost
	}
	by := access.Machine(platform)
	return db.Write(ctx, by.Act("sms."+state, platform), func(tx *store.Tx) error {
		return tx.Exec(`UPDATE message SET state = $1, state_at = $2, why = $3 WHERE platform = $4 AND way = 'sms' AND (provider = $5 OR id = $5) AND state = 'sent'`, state, tx.Now, why, platform, d.Provider)
	})
}
