// Package sender lets another program send requests for its people and ask where
// they stand: software of a practice, a CPTS, another platform, a centre. An
// administrator makes a key for a sender by name; it is shown once and kept as a
// keyed hash, it ends, it can be revoked, and each use is written in the trail. What
// comes out is where a request stands and no word of it, and only to who sent it.
package sender

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// What a key may be for.
const (
	Send   = "send"   // requests, and files for them
	Follow = "follow" // where they stand
)

// Kinds of sender, as the page names them.
func Kinds() []string { return []string{"practice", "cpts", "hospital", "platform", "centre", "other"} }

// Lives are how long a key can hold, in days.
func Lives() []int { return []int{30, 90, 365} }

// Limits of what is typed and posted.
const (
	longestName  = 120
	shortestIdem = 8
	longestIdem  = 200
)

// Key is a key as a list shows it: never what it is made of.
type Key struct {
	ID        phare.ID
	Platform  string
	Sender    string
	Kind      string
	Hint      string // its last characters
	MaySend   bool
	MayFollow bool
	MadeAt    time.Time
	MadeName  string
	EndsAt    time.Time
	RevokedAt time.Time
	Revoked   string // by whom
	UsedAt    time.Time
	Uses      int64
	Sent      int64 // requests of its sender
}

// Holds says whether the key opens anything at an instant.
func (k Key) Holds(now time.Time) bool { return k.RevokedAt.IsZero() && now.Before(k.EndsAt) }

// May says whether the key is for something.
func (k Key) May(what string) bool { return what == Send && k.MaySend || what == Follow && k.MayFollow }

// Actor is the program that shows the key.
func (k Key) Actor() access.Actor {
	return access.Actor{ID: "key:" + string(k.ID), Platform: k.Platform, Role: access.Sender, Name: k.Sender}
}

// tokenKind is what keyed hashes of keys are for.
const tokenKind = "sender.key"

// prefix begins each key, so that a program that looks for lost secrets knows one.
const prefix = "phare_"

// New is a key to be made.
type New struct {
	Form      string
	Sender    string
	Kind      string
	MaySend   bool
	MayFollow bool
	Days      int
}

func (n New) accept() error {
	var name, kind, scope, days *phare.Error
	switch {
	case n.Sender == "":
		name = phare.Field("sender", "sender.name.missing")
	case utf8.RuneCountInString(n.Sender) > longestName:
		name = phare.Field("sender", "desk.toolong")
	}
	if !slices.Contains(Kinds(), n.Kind) {
		kind = phare.Field("kind", "sender.kind.missing")
	}
	if !n.MaySend && !n.MayFollow {
		scope = phare.Field("scope", "sender.scope.missing")
	}
	if !slices.Contains(Lives(), n.Days) {
		days = phare.Field("days", "sender.days.missing")
	}
	return phare.Faults(name, kind, scope, days)
}

// Make makes a key and gives it, this once. The same form makes one.
func Make(ctx context.Context, db *store.DB, key access.Key, by access.Actor, n New) (token string, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return "", err
	}
	n.Sender = phare.Clean(n.Sender)
	if err := n.accept(); err != nil {
		return "", err
	}
	if !request.IsForm(n.Form) {
		return "", phare.Fault(phare.Invalid, "request.form.bad")
	}
	id := phare.NewID()
	token = prefix + access.NewToken()
	err = db.Write(ctx, by.Act("sender.make", string(id)), func(tx *store.Tx) error {
		err := tx.Exec(`INSERT INTO sender_key (id, platform, form, sender, kind, mac, hint, may_send, may_follow, made_at, made_by, made_name, ends_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			id, by.Platform, phare.FormHash(n.Form), n.Sender, n.Kind, key.Mac(tokenKind, token), token[len(token)-4:], n.MaySend, n.MayFollow, tx.Now, by.ID, by.Name, tx.Now.AddDate(0, 0, n.Days))
		if store.IsDuplicate(err) {
			return phare.Fault(phare.Conflict, "sender.already")
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

const columns = `k.id, k.platform, k.sender, k.kind, k.hint, k.may_send, k.may_follow, k.made_at, k.made_name, k.ends_at, k.revoked_at, k.revoked_name, k.used_at, k.uses,
	(SELECT count(*) FROM sender_request r WHERE r.platform = k.platform AND r.sender = k.sender) FROM sender_key k`

func scan(row store.Row) (k Key, err error) {
	err = row.Scan(&k.ID, &k.Platform, &k.Sender, &k.Kind, &k.Hint, &k.MaySend, &k.MayFollow, store.Time(&k.MadeAt), &k.MadeName, store.Time(&k.EndsAt),
		store.Time(&k.RevokedAt), &k.Revoked, store.Time(&k.UsedAt), &k.Uses, &k.Sent)
	return k, err
}

// Keys are those of the desk, the ones that hold first.
func Keys(ctx context.Context, db *store.DB, by access.Actor) (all []Key, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scan, `SELECT `+columns+` WHERE k.platform = $1 ORDER BY k.made_at DESC, k.id LIMIT 200`, by.Platform)
		slices.SortStableFunc(all, func(a, b Key) int {
			switch x, y := a.Holds(v.Now()), b.Holds(v.Now()); {
			case x == y:
				return strings.Compare(a.Sender, b.Sender)
			case x:
				return -1
			}
			return 1
		})
		return err
	})
	return all, err
}

// Revoke ends a key at once.
func Revoke(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.ManageAccounts); err != nil {
		return err
	}
	return db.Write(ctx, by.Act("sender.revoke", string(id)), func(tx *store.Tx) error {
		if _, err := store.One(&tx.View, scan, `SELECT `+columns+` WHERE k.id = $1 AND k.platform = $2`, id, by.Platform); err != nil {
			return err
		}
		return tx.Exec(`UPDATE sender_key SET revoked_at = $1, revoked_name = $2 WHERE id = $3 AND platform = $4 AND revoked_at = ''`, tx.Now, by.Name, id, by.Platform)
	})
}

// Find is the key that a program shows; one that is unknown is NotFound.
func Find(ctx context.Context, db *store.DB, key access.Key, token string) (k Key, err error) {
	unknown := phare.Fault(phare.NotFound, "api.key.unknown")
	if !strings.HasPrefix(token, prefix) || len(token) > 2*longestName {
		return k, unknown
	}
	err = db.Read(ctx, func(v *store.View) error {
		k, err = store.One(v, scan, `SELECT `+columns+` WHERE k.mac = $1`, key.Mac(tokenKind, token))
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		err = unknown
	}
	return k, err
}

// Use opens a key for something. Each use is written in the trail, also one that is
// refused: of a key that is over or revoked NotFound, of one that is not for this
// Forbidden.
func Use(ctx context.Context, db *store.DB, k Key, what string) error {
	verb, refused := "api.use", error(nil)
	switch {
	case !k.Holds(db.Now()):
		verb, refused = "api.refused", phare.Fault(phare.NotFound, "api.key.over")
	case !k.May(what):
		verb, refused = "api.refused", phare.Fault(phare.Forbidden, "api.key.scope")
	}
	err := db.Write(ctx, k.Actor().Act(verb, string(k.ID)).For(what), func(tx *store.Tx) error {
		return tx.Exec(`UPDATE sender_key SET used_at = $1, uses = uses + 1 WHERE id = $2 AND platform = $3`, tx.Now, k.ID, k.Platform)
	})
	if err == nil {
		err = refused
	}
	return err
}

// FormOf is the form that a sender's own name for a sending stands for: the same
// name by the same sender is the same form (Idempotency-Key).
func FormOf(key access.Key, k Key, idem string) (string, error) {
	if len(idem) < shortestIdem || len(idem) > longestIdem || strings.ContainsFunc(idem, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", phare.Field("Idempotency-Key", "api.idem.bad")
	}
	return key.Mac("sender.form", k.Platform+"\x00"+k.Sender+"\x00"+idem)[:phare.FormLength], nil
}

// SendOne makes a request of what a program sends, as the form would. Sent again
// with the same name and the same words it is the same request, and Receipt.Again is
// true; with other words a Conflict.
func SendOne(ctx context.Context, db *store.DB, key access.Key, k Key, form string, f request.Fields) (request.Receipt, error) {
	return request.FromProgram(ctx, db, request.Noting{Key: key, By: k.Actor(), Form: form, End: func(tx *store.Tx, r request.Request) error {
		return tx.Exec(`INSERT INTO sender_request (request, platform, sender, key, at) VALUES ($1, $2, $3, $4, $5)`, r.ID, r.Platform, k.Sender, k.ID, tx.Now)
	}}, f)
}

// Where says where a request stands that the key's sender sent.
func Where(ctx context.Context, db *store.DB, k Key, reference string) (id phare.ID, s request.Status, err error) {
	by := k.Actor()
	err = db.Read(ctx, func(v *store.View) error {
		id, s, err = request.StandOf(v, by, reference, sentBy(v, k))
		return err
	})
	if err != nil {
		return "", s, err
	}
	return id, s, db.Write(ctx, by.Act("request.track", string(id)), func(*store.Tx) error { return nil })
}

func sentBy(v *store.View, k Key) func(phare.ID) (bool, error) {
	return func(id phare.ID) (bool, error) {
		n, err := store.One(v, store.Value[int], `SELECT count(*) FROM sender_request WHERE request = $1 AND platform = $2 AND sender = $3`, id, k.Platform, k.Sender)
		return n == 1, err
	}
}
