package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"phare"
	"phare/internal/store"
)

// Account is one person of a desk who can sign in.
type Account struct {
	ID       phare.ID
	Platform string
	Login    string
	Name     string
	Role     Role
	Active   bool
	Mail     string    // where messages about the account go; empty: none known
	LastAt   time.Time // last sign-in

	password, totp string
	totpStep       int64 // the last one-time code used, as a 30 s step: never twice
	failures       int
	lockedUntil    time.Time
}

// Actor is the account as one who acts.
func (a Account) Actor() Actor {
	return Actor{ID: string(a.ID), Platform: a.Platform, Role: a.Role, Name: a.Name}
}

// NewAccount is what is needed to open an account.
type NewAccount struct {
	Platform, Login, Name string
	Role                  Role
	Password              string
	TOTP                  string // base32 secret; empty: one is made
	Mail                  string // where messages about the account go; may be empty
}

// AddAccount opens an account and returns it with its TOTP secret, to be shown
// once to its owner.
func AddAccount(ctx context.Context, db *store.DB, by Actor, n NewAccount) (Account, string, error) {
	if by.Role != System {
		if err := by.Check(ManageAccounts); err != nil {
			return Account{}, "", err
		}
	}
	a, err := n.accept()
	if err != nil {
		return Account{}, "", err
	}
	if a.Platform != by.Platform {
		return Account{}, "", phare.Fault(phare.Forbidden, "error.forbidden")
	}
	act := by.Act("account.add", string(a.ID))
	err = db.Write(ctx, act, func(tx *store.Tx) error { return insertAccount(tx, a) })
	if store.IsDuplicate(err) {
		return Account{}, "", phare.Field("login", "access.login.taken")
	}
	return a, a.totp, err
}

func (n NewAccount) accept() (Account, error) {
	a, err := n.named()
	if err != nil {
		return Account{}, err
	}
	if a.totp == "" {
		key, err := totp.Generate(totp.GenerateOpts{Issuer: "Phare", AccountName: a.Login})
		if err != nil {
			return Account{}, err
		}
		a.totp = key.Secret()
	}
	a.password, err = HashPassword(n.Password)
	return a, err
}

// named is the account without its password.
func (n NewAccount) named() (Account, error) {
	a := Account{ID: phare.NewID(), Platform: n.Platform, Login: strings.ToLower(phare.Clean(n.Login)),
		Name: phare.Clean(n.Name), Role: n.Role, Active: true, totp: n.TOTP, Mail: phare.Clean(n.Mail)}
	var loginFault, nameFault, roleFault *phare.Error
	if a.Login == "" || strings.ContainsAny(a.Login, " \t") || len(a.Login) > 100 {
		loginFault = phare.Field("login", "access.login.bad")
	}
	if a.Name == "" {
		nameFault = phare.Field("name", "access.name.missing")
	}
	if !slices.Contains(StaffRoles(), a.Role) {
		roleFault = phare.Field("role", "access.role.unknown")
	}
	if err := phare.Faults(nameFault, loginFault, roleFault); err != nil {
		return Account{}, err
	}
	return a, nil
}

// Limits of sign-in: after so many failures in a row the account waits.
const (
	maxFailures = 10
	lockFor     = 15 * time.Minute
)

// refused is the one answer to every failed sign-in: it does not tell an unknown
// login from a wrong password, a wrong code, or a locked account.
func refused() error { return phare.Field("login", "access.signin.refused") }

// Proof is what a person gives to sign in, and from where.
type Proof struct {
	Login, Password, Code string
	From                  Origin
}

// SignIn checks login, password and one-time code, and opens a session: a
// password alone opens nothing. The token it returns is the session's secret:
// only its hash is stored.
func SignIn(ctx context.Context, db *store.DB, key Key, p Proof) (Actor, string, error) {
	login := strings.ToLower(phare.Clean(p.Login))
	var a Account
	err := db.Read(ctx, func(v *store.View) (err error) {
		a, err = accountByLogin(v, login)
		return err
	})
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return Actor{}, "", err
	}
	now := db.Now()
	good := isPassword(a.password, p.Password) && a.Active && now.After(a.lockedUntil)
	step, codeGood := checkCode(a.totp, p.Code, now)
	good = good && codeGood && step > a.totpStep
	if a.ID == "" {
		// Written down like any other failure: it costs the same time, and a
		// search for logins shows in the trail.
		act := store.Act{Platform: "-", Actor: "public", Verb: "session.refused", Subject: "unknown"}
		if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
			return Actor{}, "", err
		}
		return Actor{}, "", refused()
	}
	if !good {
		return Actor{}, "", failedSignIn(ctx, db, a)
	}
	token := NewToken()
	act := a.Actor().Act("session.open", string(a.ID))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := useCode(tx, a, step); err != nil {
			return err
		}
		return insertSession(tx, key.Mac("session", token), a, Session{Way: ByTOTP, Origin: p.From})
	})
	if phare.KindOf(err) == phare.Conflict {
		return Actor{}, "", refused()
	}
	if err != nil {
		return Actor{}, "", err
	}
	return a.Actor(), token, nil
}

func failedSignIn(ctx context.Context, db *store.DB, a Account) error {
	act := a.Actor().Act("session.refused", string(a.ID))
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		// Read again: others may have failed while this password was being checked.
		now, err := accountByLogin(&tx.View, a.Login)
		if err != nil {
			return err
		}
		n, until := now.failures+1, now.lockedUntil
		if n >= maxFailures {
			n, until = 0, tx.Now.Add(lockFor)
		}
		return tx.Exec(`UPDATE account SET failures = $1, locked_until = $2 WHERE id = $3 AND platform = $4`, n, until, a.ID, a.Platform)
	})
	if err != nil {
		return err
	}
	return refused()
}

// checkCode accepts the code of the current 30 s step or of its two neighbours,
// and says which step it was.
func checkCode(secret, code string, now time.Time) (int64, bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	for _, shift := range []int64{0, -1, 1} {
		t := now.Add(time.Duration(shift) * 30 * time.Second)
		want, err := totp.GenerateCodeCustom(secret, t, totp.ValidateOpts{Period: 30, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && secret != "" && want == code {
			return t.Unix() / 30, true
		}
	}
	return 0, false
}

// Code is the one-time code of a secret at an instant: for the demo screen and
// for tests.
func Code(secret string, now time.Time) (string, error) { return totp.GenerateCode(secret, now) }
