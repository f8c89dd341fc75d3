package access

import (
	"context"

	"phare"
	"phare/internal/store"
)

// Proving is a fresh proof of one who is already inside: a one-time code, or a
// passkey's answer to a challenge.
type Proving struct {
	Code   string
	Answer PasskeyAnswer
}

// Prove takes a fresh proof and changes the session's secret: the token it
// returns replaces the one before, which opens nothing any more.
func Prove(ctx context.Context, db *store.DB, key Key, s Session, p Proving) (string, error) {
	var a Account
	err := db.Read(ctx, func(v *store.View) (err error) {
		a, err = accountByID(v, s.By.Platform, s.By.ID)
		return err
	})
	if err != nil {
		return "", err
	}
	var use func(tx *store.Tx) error
	if p.Answer.Given() {
		use, err = provePasskey(ctx, db, a, p.Answer)
	} else {
		use, err = proveCode(db, a, p.Code)
	}
	if phare.KindOf(err) == phare.Invalid && err != nil {
		if e := failedProof(ctx, db, a); e != nil {
			return "", e
		}
		return "", err
	}
	if err != nil {
		return "", err
	}
	token := NewToken()
	act := a.Actor().Act("session.prove", string(a.ID))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := use(tx); err != nil {
			return err
		}
		id := key.Mac("session", token)
		return tx.Update(`UPDATE session SET id = $1, proved_at = $2, seen_at = $2, hint = $3 WHERE id = $4 AND platform = $5`, id, tx.Now, sealedHint(a, id, s.hint), s.ID, a.Platform)
	})
	if phare.KindOf(err) == phare.Conflict {
		return "", phare.Field("code", "entry.proof.refused")
	}
	return token, err
}

// proveCode checks a one-time code of an account whose proofs do not wait.
func proveCode(db *store.DB, a Account, code string) (func(*store.Tx) error, error) {
	step, good := checkCode(a.totp, code, db.Now())
	if !good || step <= a.totpStep {
		return nil, phare.Field("code", "entry.proof.refused")
	}
	return func(tx *store.Tx) error {
		return tx.Update(`UPDATE account SET totp_step = $1, proof_failures = 0, proof_until = ''
			WHERE id = $2 AND platform = $4 AND totp_step < $1 AND active AND proof_until < $3`, step, a.ID, tx.Now, a.Platform)
	}, nil
}

// failedProof counts a proof that failed. The count is the account's, so that to
// sign in again gives no more tries, and not the door's: there anyone can fail in
// a colleague's name, and must not keep who is inside from what cannot wait.
func failedProof(ctx context.Context, db *store.DB, a Account) error {
	return db.Write(ctx, a.Actor().Act("session.refused", string(a.ID)), func(tx *store.Tx) error {
		if err := tx.Exec(`UPDATE account SET proof_failures = proof_failures + 1 WHERE id = $1 AND platform = $2`, a.ID, a.Platform); err != nil {
			return err
		}
		return tx.Exec(`UPDATE account SET proof_failures = 0, proof_until = $1 WHERE id = $2 AND platform = $4 AND proof_failures >= $3`,
			tx.Now.Add(lockFor), a.ID, maxFailures, a.Platform)
	})
}

// useCode notes that a one-time code was used. Repeating the step read makes one
// code work once only; repeating the lock keeps out who was being checked while
// others failed.
func useCode(tx *store.Tx, a Account, step int64) error {
	return tx.Update(`UPDATE account SET totp_step = $1, failures = 0, locked_until = ''
		WHERE id = $2 AND platform = $4 AND totp_step < $1 AND active AND locked_until < $3`, step, a.ID, tx.Now, a.Platform)
}
