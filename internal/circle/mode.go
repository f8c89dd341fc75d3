package circle

import (
	"context"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// Decision is what a platform decided about its circles, by whom, why.
type Decision struct {
	Number int // 1 for the first
	Mode   string
	At     time.Time
	From   time.Time // from when it holds, where not at once
	Name   string    // as shown; empty for the operator's commands
	Reason string
}

// Sharing is how a platform shares its files.
type Sharing struct {
	Mode      string
	Wide      time.Time  // from when on the whole desk opens all, if that is decided and not so yet
	Decisions []Decision // the latest first; without any the whole desk is one circle
}

// Decisions is how the actor's platform shares its files, and what it decided.
// Everyone whose work it rules may know.
func Decisions(ctx context.Context, db *store.DB, by access.Actor) (s Sharing, err error) {
	if !by.Can(access.ReadRequest) {
		if err := by.Check(access.SwitchCircle); err != nil {
			return s, err
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		if s.Mode, s.Wide, err = modeOf(v, by.Platform); err != nil {
			return err
		}
		s.Decisions, err = decisions(v, by.Platform)
		return err
	})
	return s, err
}

func decisions(v *store.View, platform string) ([]Decision, error) {
	return store.All(v, func(row store.Row) (d Decision, err error) {
		err = row.Scan(&d.Number, &d.Mode, store.Time(&d.At), store.Time(&d.From), &d.Name, &d.Reason)
		return d, err
	}, `SELECT number, mode, at, holds_at, name, reason FROM circle_mode WHERE platform = $1 ORDER BY number DESC`, platform)
}

// Switching is a decision as someone makes it.
type Switching struct {
	Mode   string
	After  int // the number of the decision they saw
	Reason string
}

// WidensAfter is how long it takes until the whole desk opens what each file's own
// circle did: one person could open all files by it, read, and take it back.
const WidensAfter = 7 * 24 * time.Hour

// Switch decides how the actor's platform shares its files. The decision is dated,
// carries its author and its reason, and never replaces an earlier one. What opens
// files to more people is told at once to who judges and who decides, and holds only
// after WidensAfter; until then any of those keeps things as they are.
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
		now, wide, err := modeOf(&tx.View, by.Platform)
		switch {
		case err != nil:
			return err
		case len(all) != s.After:
			return phare.Fault(phare.Conflict, "module.moved")
		case now == s.Mode && wide.IsZero(), s.Mode == ByDesk && !wide.IsZero() && by.Role != access.System:
			return phare.Field("mode", "circle.mode.same")
		}
		to, from := s.Mode, time.Time{}
		if s.Mode == ByDesk && by.Role != access.System {
			to, from = ByFile, tx.Now.Add(WidensAfter)
			if err := widens(tx, by); err != nil {
				return err
			}
		}
		if err := tx.Update(`UPDATE platform SET circle = $1, wide_at = $2 WHERE id = $3`, to, from, by.Platform); err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO circle_mode (id, platform, number, mode, at, holds_at, actor, name, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			phare.NewID(), by.Platform, s.After+1, s.Mode, tx.Now, from, by.ID, by.Name, s.Reason)
	})
	if store.IsDuplicate(err) {
		return phare.Fault(phare.Conflict, "module.moved")
	}
	return err
}

// widens leaves a message to all who judge or may decide otherwise, and to who
// decided, too: it may not have been them.
func widens(tx *store.Tx, by access.Actor) error {
	all, err := access.Active(&tx.View, by.Platform)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Mail == "" || !a.Actor().Can(access.ReviewGlass) && !a.Actor().Can(access.SwitchCircle) {
			continue
		}
		if err := mail.Queue(tx, mail.Message{Platform: by.Platform, To: a.Mail, Kind: "circle-widens", Link: "/bureau/cercle"}); err != nil {
			return err
		}
	}
	return nil
}
