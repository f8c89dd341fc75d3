package access

import (
	"context"
	"time"

	"phare"
	"phare/internal/store"
)

// How long a session lasts: without a click, and at all; and how long after a
// proof of identity it may do what asks for a fresh one.
const (
	SessionIdle     = 20 * time.Minute
	SessionAbsolute = 10 * time.Hour
	FreshFor        = 5 * time.Minute
)

// touchEvery spares a commit per click: the last click is written at most this often.
const touchEvery = time.Minute

// The ways in. That of another identity provider is ByProvider and its name.
const (
	ByTOTP     = "totp"
	ByPasskey  = "passkey"
	ByProvider = "oidc:"
)

// Origin is where a session was opened from, in words short enough to be kept:
// never the whole User-Agent, never the whole address.
type Origin struct {
	Device  string // "Firefox · Windows"
	Network string // "192.0.2.x"
}

// Session is one browser of one account.
type Session struct {
	Origin
	ID                      string // hash of its token
	By                      Actor
	Way                     string
	Created, Seen, ProvedAt time.Time

	active bool
	hint   string
}

// Fresh says whether who holds the session has proved it lately enough.
func (s Session) Fresh(now time.Time) bool { return now.Sub(s.ProvedAt) < FreshFor }

// over says whether nobody can use the session any more.
func (s Session) over(now time.Time) bool {
	return !s.active || now.Sub(s.Seen) > SessionIdle || now.Sub(s.Created) > SessionAbsolute
}

const sessionColumns = `s.id, s.way, s.device, s.network, s.created_at, s.seen_at, s.proved_at, s.hint, a.id, a.platform, a.role, a.name, a.active
	FROM session s JOIN account a ON a.id = s.account AND (a.platform || '') = s.platform`

func scanSession(row store.Row) (s Session, err error) {
	err = row.Scan(&s.ID, &s.Way, &s.Device, &s.Network, store.Time(&s.Created), store.Time(&s.Seen), store.Time(&s.ProvedAt),
		store.SealedElse(&s.hint, "session.hint", &s.ID), // one that does not open keeps nobody out
		&s.By.ID, &s.By.Platform, &s.By.Role, &s.By.Name, &s.active)
	return s, err
}

// FromSession finds who holds the session with this token. A token that is
// unknown, idle too long, too old, or of an account that was closed is NotFound.
func FromSession(ctx context.Context, db *store.DB, key Key, token string) (Actor, error) {
	s, err := FindSession(ctx, db, key, token)
	return s.By, err
}

// FindSession is FromSession with all that is known of the session.
func FindSession(ctx context.Context, db *store.DB, key Key, token string) (Session, error) {
	gone := &phare.Error{Kind: phare.NotFound, Key: "error.session"}
	if token == "" {
		return Session{}, gone
	}
	id, now := key.Mac("session", token), db.Now()
	var s Session
	err := db.Read(ctx, func(v *store.View) (err error) {
		s, err = store.One(v, scanSession, `SELECT `+sessionColumns+` WHERE s.id = $1`, id)
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		return Session{}, gone
	}
	if err != nil {
		return Session{}, err
	}
	if s.over(now) {
		return Session{}, gone
	}
	if now.Sub(s.Seen) < touchEvery {
		return s, nil
	}
	act := s.By.Act("session.seen", s.By.ID)
	return s, db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE session SET seen_at = $1 WHERE id = $2 AND platform = $3`, tx.Now, id, s.By.Platform)
	})
}

// Sessions lists the open sessions of the actor, the last used first.
func Sessions(ctx context.Context, db *store.DB, by Actor) ([]Session, error) {
	if err := by.Check(OwnEntry); err != nil {
		return nil, err
	}
	return openSessions(ctx, db, by.Platform, by.ID)
}

// SessionsOf lists the open sessions of an account, for those who manage accounts.
func SessionsOf(ctx context.Context, db *store.DB, by Actor, account phare.ID) ([]Session, error) {
	if err := by.Check(ManageAccounts); err != nil {
		return nil, err
	}
	return openSessions(ctx, db, by.Platform, string(account))
}

func openSessions(ctx context.Context, db *store.DB, platform, account string) (all []Session, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanSession, `SELECT `+sessionColumns+` WHERE s.account = $1 AND s.platform = $2 AND s.seen_at >= $3 AND s.created_at >= $4
			ORDER BY s.seen_at DESC, s.id`, account, platform, db.Now().Add(-SessionIdle), db.Now().Add(-SessionAbsolute))
		return err
	})
	return all, err
}

// EndSession ends one session of the actor's own.
func EndSession(ctx context.Context, db *store.DB, by Actor, id string) error {
	if err := by.Check(OwnEntry); err != nil {
		return err
	}
	act := by.Act("session.end", by.ID)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Update(`DELETE FROM session WHERE id = $1 AND account = $2 AND platform = $3`, id, by.ID, by.Platform)
	})
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// EndOtherSessions ends every session of the actor but the one in hand.
func EndOtherSessions(ctx context.Context, db *store.DB, by Actor, kept string) error {
	if err := by.Check(OwnEntry); err != nil {
		return err
	}
	act := by.Act("session.end.others", by.ID)
	return db.Write(ctx, act, func(tx *store.Tx) error { return endSessions(tx, by.Platform, by.ID, kept) })
}

// EndSessionsOf ends every session of an account of the actor's platform.
func EndSessionsOf(ctx context.Context, db *store.DB, by Actor, account phare.ID) error {
	if err := by.Check(ManageAccounts); err != nil {
		return err
	}
	act := by.Act("session.end.all", string(account))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		if _, err := accountByID(&tx.View, by.Platform, string(account)); err != nil {
			return err
		}
		return endSessions(tx, by.Platform, string(account), "")
	})
}

// endSessions ends the sessions of an account but one: whatever changes rights
// or ways in must not leave a browser that entered under the old ones.
func endSessions(tx *store.Tx, platform, account, kept string) error {
	return tx.Exec(`DELETE FROM session WHERE account = $1 AND platform = $2 AND id <> $3`, account, platform, kept)
}

// SignOut ends the session with this token.
func SignOut(ctx context.Context, db *store.DB, key Key, by Actor, token string) error {
	act := by.Act("session.close", by.ID)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`DELETE FROM session WHERE id = $1 AND platform = $2`, key.Mac("session", token), by.Platform)
	})
}

// Sweep removes sessions that nobody can use any more, and the marks of used
// challenges that are too old to be tried again.
func Sweep(ctx context.Context, db *store.DB, by Actor) error {
	act := by.Act("session.sweep", by.Platform)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		err := tx.Exec(`DELETE FROM session WHERE platform = $1 AND (seen_at < $2 OR created_at < $3)`,
			by.Platform, tx.Now.Add(-SessionIdle), tx.Now.Add(-SessionAbsolute))
		if err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM spent WHERE platform = $1 AND at < $2`, by.Platform, tx.Now.Add(-2*stampedFor))
	})
}
