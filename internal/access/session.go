package access

import (
	"context"
	"time"

	"phare"
	"phare/internal/store"
)

// How long a session lasts: without a click, and at all.
const (
	SessionIdle     = 20 * time.Minute
	SessionAbsolute = 10 * time.Hour
)

// touchEvery spares a commit per click: the last click is written at most this often.
const touchEvery = time.Minute

// FromSession finds who holds the session with this token. A token that is
// unknown, idle too long, too old, or of an account that was closed is NotFound.
func FromSession(ctx context.Context, db *store.DB, key Key, token string) (Actor, error) {
	type found struct {
		actor         Actor
		active        bool
		created, seen time.Time
	}
	gone := &phare.Error{Kind: phare.NotFound, Key: "error.session"}
	if token == "" {
		return Actor{}, gone
	}
	id, now := key.Mac("session", token), db.Now()
	var f found
	err := db.Read(ctx, func(v *store.View) (err error) {
		f, err = store.One(v, func(row store.Row) (f found, err error) {
			err = row.Scan(&f.actor.ID, &f.actor.Platform, &f.actor.Role, &f.actor.Name, &f.active, store.Time(&f.created), store.Time(&f.seen))
			return f, err
		}, `SELECT a.id, a.platform, a.role, a.name, a.active, s.created_at, s.seen_at
			FROM session s JOIN account a ON a.id = s.account WHERE s.id = $1`, id)
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		return Actor{}, gone
	}
	if err != nil {
		return Actor{}, err
	}
	if !f.active || now.Sub(f.seen) > SessionIdle || now.Sub(f.created) > SessionAbsolute {
		return Actor{}, gone
	}
	if now.Sub(f.seen) < touchEvery {
		return f.actor, nil
	}
	act := store.Act{Platform: f.actor.Platform, Actor: f.actor.ID, Role: string(f.actor.Role), Verb: "session.seen", Subject: f.actor.ID}
	return f.actor, db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE session SET seen_at = $1 WHERE id = $2`, tx.Now, id)
	})
}

// SignOut ends the session with this token.
func SignOut(ctx context.Context, db *store.DB, key Key, by Actor, token string) error {
	act := store.Act{Platform: by.Platform, Actor: by.ID, Role: string(by.Role), Verb: "session.close", Subject: by.ID}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`DELETE FROM session WHERE id = $1`, key.Mac("session", token))
	})
}

// Sweep removes sessions that nobody can use any more.
func Sweep(ctx context.Context, db *store.DB, by Actor) error {
	act := store.Act{Platform: by.Platform, Actor: by.ID, Role: string(by.Role), Verb: "session.sweep", Subject: by.Platform}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`DELETE FROM session WHERE platform = $1 AND (seen_at < $2 OR created_at < $3)`,
			by.Platform, tx.Now.Add(-SessionIdle), tx.Now.Add(-SessionAbsolute))
	})
}
