package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// How long a second person has to confirm, how long the code then lives, how
// many wrong codes end it, and how long a reason may be.
const (
	askLife     = 24 * time.Hour
	codeLife    = time.Hour
	codeTries   = 5
	reasonRunes = 300
)

// Recovery is someone's lost way in: one person asks, another confirms, the
// holder begins anew.
type Recovery struct {
	ID                                   phare.ID
	Account                              phare.ID
	Name, Login                          string // of the account
	Reason, AskedName                    string
	At, Expires                          time.Time
	Confirmed                            bool
	Barred                               string // why the one who looks cannot confirm; empty: they can
	platform, askedBy, code, confirmedBy string
	failures                             int
}

// AskHelp says that the holder of an account has lost a way in. Nothing changes
// until another person confirms. The operator may be the one who asks: the only
// administrator of a desk can lose a way in too.
func AskHelp(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, reason string) error {
	if by.Role != access.System {
		if err := by.Check(access.ManageAccounts); err != nil {
			return err
		}
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > reasonRunes {
		return phare.Field("reason", "staff.help.reason.bad")
	}
	act := by.Act("account.recover.ask", string(id)).For(reason)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		a, err := changeable(&tx.View, by, id)
		if err != nil {
			return err
		}
		under, err := recoveriesOf(&tx.View, by.Platform, id, tx.Now)
		if err != nil {
			return err
		}
		if len(under) > 0 {
			return phare.Field("reason", "staff.help.already")
		}
		r := Recovery{ID: phare.NewID(), Account: id, platform: by.Platform, askedBy: by.ID}
		seconds, err := r.seconds(&tx.View, tx.Now)
		if err == nil && len(seconds) == 0 && by.Role != access.System {
			err = phare.Field("reason", "staff.help.nobody")
		}
		if err == nil {
			err = insertRecovery(tx, by, r.ID, a, reason)
		}
		if err != nil {
			return err
		}
		for _, other := range seconds {
			if err := tell(tx, other, mail.Message{Kind: "help-asked", Link: "/bureau/secours"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Waiting lists what waits for a second person at the actor's platform.
func Waiting(ctx context.Context, db *store.DB, by access.Actor) (all []Recovery, err error) {
	if err := by.Check(access.ConfirmHelp); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = waiting(v, by.Platform, db.Now())
		for i := range all {
			e, refused := errors.AsType[*phare.Error](all[i].refuses(v, by, db.Now()))
			if refused {
				all[i].Barred = e.Key
			}
		}
		return err
	})
	return all, err
}

// Mine says whether the actor asked for it, or needs it: then another confirms.
func (r Recovery) Mine(by access.Actor) bool {
	return r.askedBy == by.ID || string(r.Account) == by.ID
}

// Confirm is the second person's word. It ends the holder's sessions and returns
// a code, to be told by voice to the holder, once recognised; the holder is
// told by mail, without the code, that it exists.
func Confirm(ctx context.Context, db *store.DB, key access.Key, by access.Actor, id phare.ID) (Recovery, string, error) {
	if err := by.Check(access.ConfirmHelp); err != nil {
		return Recovery{}, "", err
	}
	code := heard(rand.Text()[:12]) // 59 random bits
	var r Recovery
	act := by.Act("account.recover.confirm", string(id))
	err := db.Write(ctx, act, func(tx *store.Tx) (err error) {
		if r, err = recoveryByID(&tx.View, by.Platform, id, tx.Now); err != nil {
			return err
		}
		if err := r.refuses(&tx.View, by, tx.Now); err != nil {
			return err
		}
		a, err := access.Find(&tx.View, by.Platform, r.Account)
		if err != nil {
			return err
		}
		r.Expires = tx.Now.Add(codeLife)
		err = tx.Update(`UPDATE recovery SET state = 'confirmed', confirmed_by = $1, confirmed_at = $2, code = $3, expires_at = $4 WHERE id = $5 AND platform = $6 AND state = 'asked'`,
			by.ID, tx.Now, key.Mac("recovery", string(id)+code), r.Expires, id, by.Platform)
		if err != nil {
			return err
		}
		if err := access.EndAll(tx, a); err != nil {
			return err
		}
		if err := tx.Also(by.Act("account.recover.confirm", string(r.Account))); err != nil {
			return err
		}
		return tell(tx, a, mail.Message{Kind: "help-confirmed", Link: "/secours"})
	})
	return r, code, err
}

// Refuse ends what waits for a second person; the first may end it as well.
func Refuse(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.ConfirmHelp); err != nil {
		return err
	}
	act := by.Act("account.recover.refuse", string(id))
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Update(`UPDATE recovery SET state = 'ended' WHERE id = $1 AND platform = $2 AND state IN ('asked', 'confirmed')`, id, by.Platform)
	})
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// heard is a code as it is compared: what sounds or looks alike on the telephone
// is one sign, whichever of them is typed.
func heard(code string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
}

// Anew is what the holder brings to begin anew.
type Anew struct{ Login, Code, Password, TOTP string }

// Recall checks the code that a second person told, and returns the secret for a
// new authenticator application with the login. The one answer to anything wrong
// does not tell what.
func Recall(ctx context.Context, db *store.DB, key access.Key, x Anew) (login, secret string, err error) {
	a, r, code, err := recall(ctx, db, key, x)
	if err != nil {
		return "", "", err
	}
	return a.Login, key.SecretFor("recovery", string(r.ID)+code), nil
}

func recall(ctx context.Context, db *store.DB, key access.Key, x Anew) (a access.Account, r Recovery, code string, err error) {
	no := phare.Field("told", "staff.help.refused")
	code = heard(x.Code)
	err = db.Read(ctx, func(v *store.View) error {
		if a, err = access.FindByLogin(v, strings.ToLower(phare.Clean(x.Login))); err != nil {
			return err
		}
		all, err := recoveriesOf(v, a.Platform, a.ID, db.Now())
		if err == nil && (len(all) == 0 || !all[0].Confirmed) {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		if err == nil {
			r = all[0]
		}
		return err
	})
	if phare.KindOf(err) == phare.NotFound && err != nil {
		// Written down like any other failure: it costs the same time.
		act := store.Act{Platform: "-", Actor: "public", Verb: "account.recover.wrong", Subject: "unknown"}
		if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
			return a, r, code, err
		}
		return a, r, code, no
	}
	if err != nil || key.Is(r.code, "recovery", string(r.ID)+code) && a.Active {
		return a, r, code, err
	}
	act := store.Act{Platform: a.Platform, Actor: "public", Verb: "account.recover.wrong", Subject: string(a.ID)}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := tx.Exec(`UPDATE recovery SET failures = failures + 1 WHERE id = $1 AND platform = $2`, r.ID, a.Platform); err != nil {
			return err
		}
		return tx.Exec(`UPDATE recovery SET state = 'ended' WHERE id = $1 AND platform = $2 AND failures >= $3`, r.ID, a.Platform, codeTries)
	})
	if err != nil {
		return a, r, code, err
	}
	return a, r, code, no
}

// Renew gives the holder a new password and a new authenticator application: the
// same proof as on the first day. Passkeys and sessions of before end.
func Renew(ctx context.Context, db *store.DB, key access.Key, x Anew) error {
	a, r, code, err := recall(ctx, db, key, x)
	if err != nil {
		return err
	}
	secret := key.SecretFor("recovery", string(r.ID)+code)
	step, good := access.CheckCode(secret, x.TOTP, db.Now())
	password, err := access.HashPassword(x.Password)
	if err = bothFaults(err, good); err != nil {
		return err
	}
	act := a.Actor().Act("account.recover", string(a.ID)).For(string(r.ID))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		if err := tx.Update(`UPDATE recovery SET state = 'used' WHERE id = $1 AND platform = $2 AND state = 'confirmed' AND expires_at > $3`, r.ID, a.Platform, tx.Now); err != nil {
			return err
		}
		if err := access.Replace(tx, a, password, secret, step); err != nil {
			return err
		}
		return tell(tx, a, mail.Message{Kind: "help-done"})
	})
}
