package request

import (
	"context"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// What the desk can choose to contact.
const (
	ChoseNetwork      = "network"
	ChoseOrganisation = "organisation"
	ChosePerson       = "person"
	ChoseNone         = "none" // none of what was proposed
)

// Choice is what the desk chose of what was proposed, or against it, and why.
type Choice struct {
	ID            phare.ID
	At            time.Time
	Actor         string
	Kind          string
	Target, Label string // id and name as seen; empty when Kind is ChoseNone
	Reason        string
}

// Choose writes down what the desk chose, and why. The reason may be left out
// for a proposal, not for "none of these".
func Choose(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, c Choice) error {
	if err := by.Check(access.Orient); err != nil {
		return err
	}
	c, err := c.accept()
	if err != nil {
		return err
	}
	act := store.Act{Platform: by.Platform, Actor: by.ID, Verb: "request.choose", Subject: string(id), Reason: c.Kind}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if r.State == Closed {
			return phare.Fault(phare.Conflict, "desk.closed")
		}
		err = tx.Exec(`INSERT INTO choice (id, platform, request, at, actor, kind, target, label, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			phare.NewID(), r.Platform, r.ID, tx.Now, by.ID, c.Kind, c.Target, c.Label, c.Reason)
		if err != nil {
			return err
		}
		text := strings.Trim(c.Label+"\n"+c.Reason, "\n")
		return Tell(tx, by, r, Event{Kind: "choose." + c.Kind, Text: text, ShownTo: Team})
	})
}

func (c Choice) accept() (Choice, error) {
	c.Label, c.Reason = phare.Clean(c.Label), strings.TrimSpace(c.Reason)
	switch c.Kind {
	case ChoseNone:
		c.Target, c.Label = "", ""
		if c.Reason == "" {
			return c, phare.Field("reason", "orient.choice.reason")
		}
	case ChoseNetwork, ChoseOrganisation, ChosePerson:
		if c.Target == "" || c.Label == "" {
			return c, phare.Field("choice", "orient.choice.missing")
		}
	default:
		return c, phare.Field("choice", "orient.choice.missing")
	}
	if len([]rune(c.Reason)) > longestNote {
		return c, phare.Field("reason", "desk.toolong")
	}
	return c, nil
}

// Choices reads the choices made for a request, the newest first.
func Choices(v *store.View, id phare.ID) ([]Choice, error) {
	return store.All(v, func(row store.Row) (c Choice, err error) {
		err = row.Scan(&c.ID, store.Time(&c.At), &c.Actor, &c.Kind, &c.Target, &c.Label, &c.Reason)
		return c, err
	}, `SELECT id, at, actor, kind, target, label, reason FROM choice WHERE request = $1 ORDER BY at DESC, id`, id)
}
