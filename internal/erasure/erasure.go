// Package erasure takes what a file says of a person out of the database: one
// member of the desk asks, another confirms, and the keys that open the file are
// destroyed in the same commit as its indexes, signs and links. What stays says
// that a request came and when, for the yearly counts and the trail. Backups made
// before hold the keys too: they end by their own age (doc/operator.md).
package erasure

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/store"
)

// Why a file is erased.
const (
	Person = "person" // the person, or who speaks for them, asks for it
	Error  = "error"  // the file should never have been made
	Term   = "term"   // it was kept for as long as the hospital keeps such files
)

// Grounds are the grounds in the order of the form.
func Grounds() []string { return []string{Person, Error, Term} }

// Erasure is one file that is to be erased, or was, without a word of its content.
type Erasure struct {
	ID        phare.ID
	Request   phare.ID
	Reference string
	Ground    string
	State     string // "asked", "done", "withdrawn"
	AskedBy   string // an account
	AskedName string
	AskedAt   time.Time
	EndedName string
	EndedAt   time.Time
}

// Mine says whether the actor asked for it: then another confirms.
func (e Erasure) Mine(by access.Actor) bool { return e.AskedBy == by.ID }

// Ask begins an erasure. The request must be closed, and nothing of it on its way:
// nobody must wait for an answer that is gone. What could not be sent to the last
// try does not hold it up: the file says so.
func Ask(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, ground string) error {
	if err := by.Check(access.AskErasure); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("erasure.ask", string(id)).For(ground), func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if err := ripe(tx, r, ground); err != nil {
			return err
		}
		if !slices.Contains(Grounds(), ground) {
			return phare.Field("ground", "erasure.ground.missing")
		}
		err = tx.Exec(`INSERT INTO erasure (id, platform, request, ground, state, asked_by, asked_name, asked_at, ended_by, ended_name, ended_at)
			VALUES ($1, $2, $3, $4, 'asked', $5, $6, $7, '', '', '')`, phare.NewID(), by.Platform, id, ground, by.ID, by.Name, tx.Now)
		if store.IsDuplicate(err) {
			return phare.Fault(phare.Conflict, "erasure.already")
		}
		if err != nil {
			return err
		}
		return tell(tx, by, r)
	})
}

// ripe says what must still be done before a request can be erased: its messages
// sent or given up, the exceptional accesses to it judged; no claim needs it, and its
// time is over when that is the ground.
func ripe(tx *store.Tx, r request.Request, ground string) error {
	if r.State != request.Closed {
		return phare.Fault(phare.Conflict, "erasure.open")
	}
	if circle.IsLimited(r.Guard) {
		return phare.Fault(phare.Conflict, "erasure.limited")
	}
	waiting, err := mail.UnderWay(&tx.View, r.ID, tx.Now)
	if err == nil && waiting {
		return phare.Fault(phare.Conflict, "erasure.unsent")
	}
	if err != nil {
		return err
	}
	waits, err := circle.Unjudged(&tx.View, r.Platform, r.ID)
	if err == nil && waits { // what it was for would go with the file
		err = phare.Fault(phare.Conflict, "erasure.unjudged")
	}
	if err != nil {
		return err
	}
	return retention.Check(&tx.View, r.Platform, r.ID, ground == Term)
}

// Confirm erases: the second person's word. The bytes of what the rows were
// before leave the log with it, or else with the next hourly housekeeping.
func Confirm(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	err := end(ctx, db, by, id, "erasure.confirm", func(tx *store.Tx, e Erasure) error {
		if err := access.Apart(&tx.View, by, e.AskedBy, tx.Now); err != nil {
			return err
		}
		// The second person need not be able to read files: the program reads it.
		r, err := request.Find(&tx.View, access.Machine(by.Platform), e.Request)
		if err != nil {
			return err
		}
		if err := ripe(tx, r, e.Ground); err != nil {
			return err
		}
		if err := carriedOut(tx, by, e); err != nil {
			return err
		}
		if err := erase(tx, r); err != nil {
			return err
		}
		return stop(tx, by, e, "done")
	})
	if err != nil {
		return err
	}
	if err := db.EmptyLog(ctx); err != nil {
		slog.WarnContext(ctx, "erased, but older bytes stay in the log until the next housekeeping", "err", err)
	}
	return nil
}

// Withdraw ends what waits for a second person: whoever could confirm may, and
// who asked.
func Withdraw(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return end(ctx, db, by, id, "erasure.withdraw", func(tx *store.Tx, e Erasure) error {
		return stop(tx, by, e, "withdrawn")
	})
}

// end reads what waits and runs do, under an entry that names the file.
func end(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, verb string, do func(*store.Tx, Erasure) error) error {
	if err := by.Check(access.ConfirmErasure); err != nil {
		return err
	}
	return db.Write(ctx, by.Act(verb, string(id)), func(tx *store.Tx) error {
		e, err := store.One(&tx.View, scan, `SELECT `+columns+` WHERE e.id = $1 AND e.platform = $2 AND e.state = 'asked'`, id, by.Platform)
		if err != nil {
			return err
		}
		if err := notBarred(&tx.View, by, e); err != nil {
			return err
		}
		if err := do(tx, e); err != nil {
			return err
		}
		return tx.Also(by.Act(verb, string(e.Request)).For(e.Ground))
	})
}

// notBarred keeps a file that does not exist for the actor from them here too.
func notBarred(v *store.View, by access.Actor, e Erasure) error {
	s, err := circle.Stand(v, by, e.Request)
	if err == nil && s.Verdict == circle.Barred {
		err = phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

func stop(tx *store.Tx, by access.Actor, e Erasure, state string) error {
	return tx.Update(`UPDATE erasure SET state = $1, ended_by = $2, ended_name = $3, ended_at = $4 WHERE id = $5 AND platform = $6 AND state = 'asked'`,
		state, by.ID, by.Name, tx.Now, e.ID, by.Platform)
}

// shown is how many ended erasures a page lists.
const shown = 50

// Waiting lists what waits for a second person at the actor's platform.
func Waiting(ctx context.Context, db *store.DB, by access.Actor) ([]Erasure, error) {
	return list(ctx, db, by, `e.state = 'asked' ORDER BY e.asked_at DESC, e.id`)
}

// Ended lists the last ones that were decided.
func Ended(ctx context.Context, db *store.DB, by access.Actor) ([]Erasure, error) {
	return list(ctx, db, by, fmt.Sprintf(`e.state <> 'asked' ORDER BY e.ended_at DESC, e.id LIMIT %d`, shown))
}

func list(ctx context.Context, db *store.DB, by access.Actor, which string) (all []Erasure, err error) {
	if err := by.Check(access.ConfirmErasure); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scan, `SELECT `+columns+` WHERE e.platform = $1 AND `+which, by.Platform)
		if err != nil || len(all) == 0 {
			return err
		}
		hidden, err := circle.Hidden(v, by)
		all = slices.DeleteFunc(all, func(e Erasure) bool {
			return slices.ContainsFunc(hidden, func(s circle.Shut) bool { return s.Request == e.Request })
		})
		return err
	})
	return all, err
}

// Of is the erasure of a request that waits, for its page; the zero Erasure if
// none does.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (e Erasure, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return e, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckReading(v, by, id); err != nil {
			return err
		}
		e, err = store.One(v, scan, `SELECT `+columns+` WHERE e.request = $1 AND e.platform = $2 AND e.state = 'asked'`, id, by.Platform)
		if phare.KindOf(err) == phare.NotFound {
			return nil
		}
		return err
	})
	return e, err
}
