package access

import (
	"time"

	"phare"
	"phare/internal/store"
)

// What follows changes accounts inside the write of the room that has the
// reason: an invitation that was taken up, a departure, a recovery, a review.

// Check says what is wrong with a new account before it has a password.
func (n NewAccount) Check() error {
	_, err := n.named()
	return err
}

// Prepare hashes the password of a new account outside any write: it is slow.
func (n NewAccount) Prepare() (Account, error) { return n.accept() }

// Insert opens a prepared account whose one-time code of this step was used.
func Insert(tx *store.Tx, a Account, step int64) error {
	a.totpStep = step
	return insertAccount(tx, a)
}

// CheckCode says whether a code is that of a secret now, and its step.
func CheckCode(secret, code string, now time.Time) (step int64, good bool) {
	return checkCode(secret, code, now)
}

// Find reads an account of one platform.
func Find(v *store.View, platform string, id phare.ID) (Account, error) {
	return accountByID(v, platform, string(id))
}

// FindByLogin reads an account by its login.
func FindByLogin(v *store.View, login string) (Account, error) { return accountByLogin(v, login) }

// Active lists the active accounts of a platform by role and name.
func Active(v *store.View, platform string) ([]Account, error) {
	return store.All(v, scanAccount, `SELECT `+accountColumns+` FROM account WHERE platform = $1 AND active ORDER BY role, name, id`, platform)
}

// Close ends an account at once: no session, no way in and no secret is left.
// The name stays, beside what it did.
func Close(tx *store.Tx, a Account) error {
	if err := tx.Update(`UPDATE account SET active = $1, password = '', totp = '', left_role = role, left_at = $3 WHERE id = $2 AND platform = $4 AND active`, false, a.ID, tx.Now, a.Platform); err != nil {
		return err
	}
	if err := forgetWays(tx, a); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM identity WHERE account = $1 AND platform = $2`, a.ID, a.Platform)
}

// SetRole changes a role from the one that was seen, and ends the sessions that
// were opened under it.
func SetRole(tx *store.Tx, a Account, role Role) error {
	if err := tx.Update(`UPDATE account SET role = $1, left_role = role, left_at = $4 WHERE id = $2 AND platform = $5 AND role = $3 AND active`, role, a.ID, a.Role, tx.Now, a.Platform); err != nil {
		return err
	}
	return endSessions(tx, a.Platform, string(a.ID), "")
}

// Replace gives an account a new password, as HashPassword returns it, and a new
// secret whose code of this step was used. Sessions and passkeys end: they may be
// in the hands of whoever found what was lost.
func Replace(tx *store.Tx, a Account, password, secret string, step int64) error {
	err := tx.Update(`UPDATE account SET password = $1, totp = $2, totp_step = $3, failures = 0, locked_until = '' WHERE id = $4 AND platform = $5 AND active`,
		password, sealedCode(a, secret), step, a.ID, a.Platform)
	if err != nil {
		return err
	}
	return forgetWays(tx, a)
}

// EndAll ends every session of an account.
func EndAll(tx *store.Tx, a Account) error { return endSessions(tx, a.Platform, string(a.ID), "") }

func forgetWays(tx *store.Tx, a Account) error {
	if err := endSessions(tx, a.Platform, string(a.ID), ""); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM passkey WHERE account = $1 AND platform = $2`, a.ID, a.Platform)
}

// Ways counts what an account can enter with beside password and code.
type Ways struct{ Passkeys, Identities int }

// WaysOf counts the ways of every account of a platform that has some.
func WaysOf(v *store.View, platform string) (map[phare.ID]Ways, error) {
	type counted struct {
		id   phare.ID
		what string
		n    int
	}
	all, err := store.All(v, func(row store.Row) (c counted, err error) {
		err = row.Scan(&c.id, &c.what, &c.n)
		return c, err
	}, `SELECT account, 'passkey', count(*) FROM passkey WHERE platform = $1 GROUP BY account
		UNION ALL SELECT account, 'identity', count(*) FROM identity WHERE platform = $1 AND state = 'held' GROUP BY account`, platform)
	ways := map[phare.ID]Ways{}
	for _, c := range all {
		w := ways[c.id]
		if c.what == "passkey" {
			w.Passkeys = c.n
		} else {
			w.Identities = c.n
		}
		ways[c.id] = w
	}
	return ways, err
}
