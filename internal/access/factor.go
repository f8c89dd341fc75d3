package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"phare"
	"phare/internal/store"
)

// Own is the actor's own account.
func Own(ctx context.Context, db *store.DB, by Actor) (a Account, err error) {
	if err := by.Check(OwnEntry); err != nil {
		return Account{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		a, err = accountByID(v, by.Platform, by.ID)
		return err
	})
	return a, err
}

// SecretFor is a secret for an authenticator application that only this site
// can make again from seed: it is shown on one page and checked on the next
// without being stored between them, nor believed when it comes back.
func (k Key) SecretFor(purpose, seed string) string {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte("totp." + purpose + "\x00" + seed))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:20])
}

// CodeLink is a secret as authenticator applications read it from a picture.
func CodeLink(login, secret string) string {
	return "otpauth://totp/" + url.PathEscape("Phare:"+login) + "?" + url.Values{"secret": {secret}, "issuer": {"Phare"}}.Encode()
}

// renewed is the next secret of an account, for as long as its session lasts.
func renewed(key Key, a Account, s Session) string {
	return key.SecretFor("renew", strings.Join([]string{string(a.ID), a.totp, store.FormatTime(s.Created)}, "\x00"))
}

// OfferCode is a new secret for the authenticator application of one who is
// inside, and its link. Nothing changes until RenewCode sees it at work.
func OfferCode(ctx context.Context, db *store.DB, key Key, s Session) (secret, link string, err error) {
	a, err := Own(ctx, db, s.By)
	if err != nil {
		return "", "", err
	}
	secret = renewed(key, a, s)
	return secret, CodeLink(a.Login, secret), nil
}

// RenewCode replaces the secret of the authenticator application by the one
// offered, once it has given a right code, and ends the other sessions.
func RenewCode(ctx context.Context, db *store.DB, key Key, s Session, code string) error {
	a, err := Own(ctx, db, s.By)
	if err != nil {
		return err
	}
	secret := renewed(key, a, s)
	step, good := checkCode(secret, code, db.Now())
	if !good {
		return phare.Field("code", "entry.code.wrong")
	}
	act := a.Actor().Act("account.totp", string(a.ID))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		now, err := accountByID(&tx.View, a.Platform, string(a.ID))
		if err == nil && now.totp != a.totp { // replaced meanwhile
			err = phare.Fault(phare.Conflict, "error.conflict")
		}
		if err != nil {
			return err
		}
		if err := tx.Update(`UPDATE account SET totp = $1, totp_step = $2 WHERE id = $3 AND platform = $4 AND active`, sealedCode(a, secret), step, a.ID, a.Platform); err != nil {
			return err
		}
		return endSessions(tx, a.Platform, string(a.ID), s.ID)
	})
}

// Identity is who an account is at another identity provider.
type Identity struct {
	ID                phare.ID
	Provider, Subject string
	Created           time.Time
	Asked             bool // waits for the holder of the account; opens nothing yet
}

const identityColumns = `id, provider, subject, created_at, state = 'asked'`

func scanIdentity(row store.Row) (i Identity, err error) {
	err = row.Scan(&i.ID, &i.Provider, &i.Subject, store.Time(&i.Created), &i.Asked)
	return i, err
}

func identitiesOf(v *store.View, platform, account string) ([]Identity, error) {
	return store.All(v, scanIdentity, `SELECT `+identityColumns+` FROM identity WHERE account = $1 AND platform = $2 ORDER BY provider, subject`, account, platform)
}

// MyIdentities are the actor's keys at other identity providers.
func MyIdentities(ctx context.Context, db *store.DB, by Actor) (all []Identity, err error) {
	if err := by.Check(OwnEntry); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = identitiesOf(v, by.Platform, by.ID)
		return err
	})
	return all, err
}
