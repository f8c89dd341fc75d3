package circle

import (
	"context"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Decision is what a platform decided about its circles, by whom, why.
type Decision struct {
	Number int // 1 for the first
	Mode   string
	At     time.Time
	Name   string // as shown; empty for the operator's commands
	Reason string
}

// Decisions are what the actor's platform decided, the latest first; without any
// the whole desk is one circle. Everyone whose work it rules may know.
func Decisions(ctx context.Context, db *store.DB, by access.Actor) (mode string, all []Decision, err error) {
	if !by.Can(access.ReadRequest) {
		if err := by.Check(access.SwitchCircle); err != nil {
			return "", nil, err
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		if mode, err = Mode(v, by.Platform); err != nil {
			return err
		}
		all, err = decisions(v, by.Platform)
		return err
	})
	return mode, all, err
}

func decisions(v *store.View, platform string) ([]Decision, error) {
	return store.All(v, func(row store.Row) (d Decision, err error) {
		err = row.Scan(&d.Number, &d.Mode, store.Time(&d.At), &d.Name, &d.Reason)
		return d, err
	}, `SELECT number, mode, at, name, reason FROM circle_mode WHERE platform = $1 ORDER BY number DESC`, platform)
}

// Switching is a decision as someone makes it.
type Switching struct {
	Mode   string
	After  int // the number of the decision they saw
	Reason string
}

// Switch decides how the actor's platform shares its files. The decision is dated,
// carries its author and its reason, and never replaces an earlier one.
func Switch(ctx context.Context, db *store.DB, by access.Actor, s Switching) error {
	if by.Role != access.System {
		if err := by.Check(access.SwitchCircle); err != nil {
			return err
		}
	}
	s.Reason = strings.TrimSpace(s.Reason)
	if s.Mode != ByDesk && s.Mode != ByFile {
		return phare.Field("mode", "circle.mode.missing")
	}
	if err := words("reason", s.Reason, true); err != nil {
		return err
	}
	err := db.Write(ctx, by.Act("circle.mode", by.Platform).For(s.Mode), func(tx *store.Tx) error {
		all, err := decisions(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		now, err := Mode(&tx.View, by.Platform)
		switch {
		case err != nil:
			return err
		case len(all) != s.After:
			return phare.Fault(phare.Conflict, "module.moved")
		case now == s.Mode:
			return phare.Field("mode", "circle.mode.same")
		}
		if err := tx.Update(`UPDATE platform SET circle = $1 WHERE id = $2`, s.Mode, by.Platform); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO circle_mode (id, platform, number, mode, at, actor, name, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			phare.NewID(), by.Platform, s.After+1, s.Mode, tx.Now, by.ID, by.Name, s.Reason)
	})
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "module.moved")
	}
	return err
}
