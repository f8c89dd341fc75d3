package answer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// Path is where a link to an answer leads on the site; the token follows it.
const Path = "/reponse/"

// tokenKind binds the stored form of a token to its purpose.
const tokenKind = "answer"

// linkLife is how long a link opens its answer: old mail is read by others.
// After that the desk gives the letter again.
const linkLife = 90 * 24 * time.Hour

// tokenLength is the length of what access.NewToken makes.
const tokenLength = 43

// Sending is how a person sends an answer.
type Sending struct {
	Request phare.ID
	Version int64  // of the answer, as it was seen
	Way     string // one of Ways
	Base    string // public address of the site, for the link

	Why, Over string // an override, where the person's word does not let it leave

	Until time.Time // where needs stay open: by when the requester hears again; zero: as request.Give says
}

// errSent ends a second click on send.
var errSent = errors.New("already sent")

// Send lets a signed answer leave and closes the request, or keeps it open for the
// needs that are not concluded. By mail, a message with a link goes to the requester;
// otherwise it is written down how the letter left. Sent twice, it leaves once.
func Send(ctx context.Context, db *store.DB, key access.Key, by access.Actor, in Sending) error {
	if err := by.Check(access.SendAnswer); err != nil {
		return err
	}
	if !slices.Contains(Ways(), in.Way) {
		return phare.Field("way", "answer.way.missing")
	}
	token := access.NewToken()
	act := by.Act("answer.send", string(in.Request)).For(in.Way)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, in.Request)
		if err != nil {
			return err
		}
		a, err := find(&tx.View, by, in.Request)
		if err != nil {
			return err
		}
		if err := sendable(r, a, in); err != nil {
			return err
		}
		err = consent.Leave(tx, by, r, consent.Out{Way: consent.WayAnswer, Item: a.ID, To: consent.ToRequester(r), Why: in.Why, Over: in.Over})
		if err != nil {
			return err
		}
		a.Way, a.SentAt = in.Way, tx.Now
		if in.Way == ByMail {
			a.token = key.Mac(tokenKind, token)
			err = mail.Queue(tx, mail.Message{Platform: r.Platform, Request: r.ID, To: r.Fields.Mail, Kind: "answer",
				Lang: r.Fields.Lang, Reference: r.Reference, Link: in.Base + Path + token})
			if err != nil {
				return err
			}
		}
		if err := update(tx, a); err != nil {
			return err
		}
		if err := request.Give(tx, r, in.Until, in.Way == ByPhone); err != nil {
			return err
		}
		return request.Tell(tx, by, r, request.Event{Kind: "answer.sent." + in.Way, ShownTo: request.Requester})
	})
	if errors.Is(err, errSent) {
		return nil
	}
	return err
}

// sendable says what keeps an answer from leaving.
func sendable(r request.Request, a Answer, in Sending) error {
	switch {
	case a.IsSent():
		return errSent
	case !a.IsSigned() || r.State != request.Signed:
		return phare.Fault(phare.Conflict, "answer.unsigned")
	case a.Version != in.Version:
		return phare.Fault(phare.Conflict, "error.conflict")
	case in.Way == ByMail && r.Fields.Mail == "":
		return phare.Field("way", "answer.way.nomail")
	}
	return nil
}

// Open shows an answer to who holds its link and the secret of the receipt,
// and writes down when it was first opened. A link that was never made, one
// whose life is over and a wrong secret get the same answer for the same work; wrong
// secrets here count as those of tracking do.
func Open(ctx context.Context, db *store.DB, key access.Key, token, secret string) (s Sheet, err error) {
	digits, good := request.ParseSecret(secret)
	if !good {
		return Sheet{}, phare.Field("secret", "track.secret.bad")
	}
	if len(token) != tokenLength || strings.Trim(token, tokenLetters) != "" {
		return Sheet{}, phare.Fault(phare.Invalid, "answer.refused")
	}
	mac := key.Mac(tokenKind, token)
	var found, locked bool
	act := store.Act{Platform: "-", Actor: "public", Verb: "answer.open", Subject: "link:" + mac[:16]}
	err = db.Write(ctx, act, func(tx *store.Tx) (err error) {
		found, locked = false, false
		a, err := findByToken(&tx.View, mac)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		if err == nil && tx.Now.Sub(a.SentAt) > linkLife {
			err = phare.Fault(phare.NotFound, "answer.refused") // as one that was never made
		}
		by := access.Actor{ID: "link:" + string(a.ID), Platform: a.Platform, Role: access.Reader}
		counted := mac[:16] // a link that does not exist is counted and locked alike
		if err == nil {
			if s, err = sheet(&tx.View, by, a.Request); err != nil {
				return err
			}
			s.Answer, s.Given, s.Earlier = a, nil, nil // the one that the link is of, not the latest
			holds, err := s.holds(&tx.View)
			if err != nil {
				return err
			}
			if holds { // else as one that was never made
				counted = s.Request.Reference
				found = s.Request.Opens(key, digits)
			}
		}
		if locked, err = request.CountTry(tx, counted, found); err != nil || locked || !found {
			return err
		}
		return opened(tx, by, s)
	})
	switch {
	case err != nil:
		return Sheet{}, err
	case locked:
		return Sheet{}, phare.Fault(phare.Invalid, "track.locked")
	case !found:
		return Sheet{}, phare.Fault(phare.Invalid, "answer.refused")
	}
	s.Desk, err = access.FindPlatform(ctx, db, s.Request.Platform)
	return s, err
}

// tokenLetters are those of base 64 for addresses.
const tokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// opened writes the first reading down, on the platform that sent the answer.
func opened(tx *store.Tx, by access.Actor, s Sheet) error {
	act := by.Act("answer.read", string(s.Request.ID))
	if err := tx.Also(act); err != nil || !s.Answer.OpenedAt.IsZero() {
		return err
	}
	if err := tx.Exec(`UPDATE answer SET opened_at = $1 WHERE id = $2 AND platform = $3 AND opened_at = ''`, tx.Now, s.Answer.ID, s.Answer.Platform); err != nil {
		return err
	}
	return request.Tell(tx, by, s.Request, request.Event{Kind: "answer.opened", ShownTo: request.Team})
}
