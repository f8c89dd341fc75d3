package access

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/store"
)

// ranking is the module that a platform switches: from signs to a list of
// networks and diseases. Everything else works without it.
const ranking = "ranking"

// longestReason bounds the reason of a decision, in characters.
const longestReason = 1000

// Decision is what a platform decided about the ranking module, by whom, why.
type Decision struct {
	Number int // 1 for the first
	On     bool
	At     time.Time
	Actor  string
	Name   string // as shown; empty for the operator's commands
	Reason string
}

// RankingOn says whether a platform has the ranking module on. Without any
// decision it is off.
func RankingOn(v *store.View, platform string) (bool, error) {
	last, err := lastDecision(v, platform)
	return last.On, err
}

// Decisions are what the actor's platform decided, the latest first. Whoever
// works with the module's results may know.
func Decisions(ctx context.Context, db *store.DB, by Actor) (all []Decision, err error) {
	if by.Role != System && !by.Can(SwitchModule) {
		if err := by.Check(Orient); err != nil {
			return nil, err
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = decisions(v, by.Platform, "")
		return err
	})
	return all, err
}

// Switching is a decision as someone makes it.
type Switching struct {
	On     bool
	Read   bool // the notice was read: asked of a person who switches on
	After  int  // the number of the decision they saw, so that no other is overrun
	Reason string
}

// Switch decides for the actor's platform. The decision is dated, carries
// its author and its reason, and never replaces an earlier one.
func Switch(ctx context.Context, db *store.DB, by Actor, s Switching) error {
	if by.Role != System {
		if err := by.Check(SwitchModule); err != nil {
			return err
		}
	}
	s.Reason = strings.TrimSpace(s.Reason)
	if err := s.accept(by); err != nil {
		return err
	}
	verb := "module.off"
	if s.On {
		verb = "module.on"
	}
	act := by.Act(verb, ranking).For(s.Reason)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		last, err := lastDecision(&tx.View, by.Platform)
		switch {
		case err != nil:
			return err
		case last.Number != s.After:
			return phare.Fault(phare.Conflict, "module.moved")
		case last.On == s.On:
			return phare.Field("state", "module.same")
		}
		return insertDecision(tx, by, Decision{Number: last.Number + 1, On: s.On, Reason: s.Reason})
	})
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "module.moved")
	}
	return err
}

func (s Switching) accept(by Actor) error {
	var reason, read *phare.Error
	switch {
	case s.Reason == "":
		reason = phare.Field("reason", "module.reason.missing")
	case utf8.RuneCountInString(s.Reason) > longestReason:
		reason = phare.Field("reason", "module.reason.long")
	}
	if s.On && !s.Read && by.Role != System {
		read = phare.Field("read", "module.read.missing")
	}
	return phare.Faults(reason, read)
}

func lastDecision(v *store.View, platform string) (Decision, error) {
	all, err := decisions(v, platform, "LIMIT 1")
	if err != nil || len(all) == 0 {
		return Decision{}, err
	}
	return all[0], nil
}

func decisions(v *store.View, platform, limit string) ([]Decision, error) {
	return store.All(v, func(row store.Row) (d Decision, err error) {
		err = row.Scan(&d.Number, &d.On, store.Time(&d.At), &d.Actor, &d.Name, &d.Reason)
		return d, err
	}, `SELECT number, active, at, actor, name, reason FROM module_decision WHERE platform = $1 AND module = $2 ORDER BY number DESC `+limit, platform, ranking)
}

func insertDecision(tx *store.Tx, by Actor, d Decision) error {
	return tx.Exec(`INSERT INTO module_decision (id, platform, module, number, active, at, actor, name, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		phare.NewID(), by.Platform, ranking, d.Number, d.On, tx.Now, by.ID, by.Name, d.Reason)
}
