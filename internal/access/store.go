package access

import (
	"context"
	"encoding/json"

	"phare"
	"phare/internal/store"
)

const accountColumns = `id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, mail, last_at`

func scanAccount(row store.Row) (a Account, err error) {
	err = row.Scan(&a.ID, &a.Platform, &a.Login, &a.Name, &a.Role, &a.password, store.Sealed(&a.totp, "account.totp", &a.ID), &a.totpStep, &a.Active, &a.failures, store.Time(&a.lockedUntil), &a.Mail, store.Time(&a.LastAt))
	return a, err
}

func accountByLogin(v *store.View, login string) (Account, error) {
	return store.One(v, scanAccount, `SELECT `+accountColumns+` FROM account WHERE login = $1`, login)
}

func insertAccount(tx *store.Tx, a Account) error {
	return tx.Exec(`INSERT INTO account (`+accountColumns+`, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		a.ID, a.Platform, a.Login, a.Name, a.Role, a.password, sealedCode(a, a.totp), a.totpStep, a.Active, a.failures, a.lockedUntil, a.Mail, a.LastAt, tx.Now)
}

// sealedCode seals the secret of an account's one-time codes.
func sealedCode(a Account, secret string) any {
	return store.SealRow(a.Platform, "account/"+string(a.ID), "account", a.ID).In("totp", secret)
}

// sealedHint seals what a provider wants to see when a session ends: its whole
// token, with who the person is. It is bound to the session's id.
func sealedHint(a Account, session, hint string) any {
	return store.SealRow(a.Platform, "account/"+string(a.ID), "session", session).In("hint", hint)
}

func accountByID(v *store.View, platform, id string) (Account, error) {
	return store.One(v, scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1 AND platform = $2`, id, platform)
}

// insertSession opens a session, which is also a fresh proof and the account's
// last sign-in.
func insertSession(tx *store.Tx, id string, a Account, s Session) error {
	err := tx.Exec(`INSERT INTO session (id, platform, account, created_at, seen_at, way, device, network, proved_at, hint)
		VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $4, $8)`, id, a.Platform, a.ID, tx.Now, s.Way, s.Device, s.Network, sealedHint(a, id, s.hint))
	if err != nil {
		return err
	}
	return tx.Exec(`UPDATE account SET last_at = $1 WHERE id = $2 AND platform = $3`, tx.Now, a.ID, a.Platform)
}

// Colleagues lists the active accounts of the actor's platform that work on
// requests, by name.
func Colleagues(ctx context.Context, db *store.DB, by Actor) (all []Account, err error) {
	if err := by.Check(ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanAccount, `SELECT `+accountColumns+` FROM account
			WHERE platform = $1 AND active AND role IN ('nurse', 'secretary', 'physician') ORDER BY name, id`, by.Platform)
		return err
	})
	return all, err
}

// Working is Colleagues for the program itself.
func Working(ctx context.Context, db *store.DB, by Actor) (all []Account, err error) {
	if by.Role != System {
		return nil, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanAccount, `SELECT `+accountColumns+` FROM account
			WHERE platform = $1 AND active AND role IN ('nurse', 'secretary', 'physician') ORDER BY name, id`, by.Platform)
		return err
	})
	return all, err
}

// FindAccount reads an account by its login, for the program itself.
func FindAccount(ctx context.Context, db *store.DB, login string) (a Account, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		a, err = accountByLogin(v, login)
		return err
	})
	return a, err
}

// ForgetCodes lets the demo's accounts, which one button enters and whose secret
// is no secret, use a one-time code again. Nothing else may call it.
func ForgetCodes(ctx context.Context, db *store.DB, a Account) error {
	act := store.Act{Platform: a.Platform, Actor: "system", Verb: "demo.codes", Subject: string(a.ID)}
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE account SET totp_step = 0, failures = 0, locked_until = '', proof_failures = 0, proof_until = '' WHERE id = $1 AND platform = $2`, a.ID, a.Platform)
	})
}

// Staff lists the active accounts of the actor's platform, for those who manage
// them, by role and name.
func Staff(ctx context.Context, db *store.DB, by Actor) (all []Account, err error) {
	if by.Role != System {
		if err := by.Check(ManageAccounts); err != nil {
			return nil, err
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanAccount, `SELECT `+accountColumns+` FROM account WHERE platform = $1 AND active ORDER BY role DESC, name, id`, by.Platform)
		return err
	})
	return all, err
}

// Platform is one desk: the tenant of every record.
type Platform struct {
	ID         string // short and stable, part of URLs: "reunion"
	Name       string // "Plateforme maladies rares de La Réunion et Mayotte"
	Territory  string // department codes it serves, "974 976"
	Host       string // the hospital
	Team       string // who answers, as told to the public
	Zone       string // IANA zone of the desk
	Phone      string
	Hours      string
	Mail       string
	Position   int    // order in lists
	Source     string // where the facts come from
	VerifiedOn string // date, 2006-01-02; empty: not checked
}

const platformColumns = `id, name, territory, host, team, zone, phone, hours, mail, position, source, verified_on`

func scanPlatform(row store.Row) (p Platform, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Territory, &p.Host, &p.Team, &p.Zone, &p.Phone, &p.Hours, &p.Mail, &p.Position, &p.Source, &p.VerifiedOn)
	return p, err
}

// Platforms lists the desks in their order. It is public.
func Platforms(ctx context.Context, db *store.DB) (all []Platform, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanPlatform, `SELECT `+platformColumns+` FROM platform ORDER BY position, id`)
		return err
	})
	return all, err
}

// FindPlatform returns one desk. It is public.
func FindPlatform(ctx context.Context, db *store.DB, id string) (p Platform, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		p, err = store.One(v, scanPlatform, `SELECT `+platformColumns+` FROM platform WHERE id = $1`, id)
		return err
	})
	return p, err
}

// PlatformIn is FindPlatform inside a transaction.
func PlatformIn(v *store.View, id string) (Platform, error) {
	return store.One(v, scanPlatform, `SELECT `+platformColumns+` FROM platform WHERE id = $1`, id)
}

// AddPlatform opens a desk; only the operator's commands do, so it asks no right.
func AddPlatform(ctx context.Context, db *store.DB, p Platform) error {
	if p.ID == "" || p.Name == "" || p.Zone == "" {
		return phare.Fault(phare.Invalid, "access.platform.incomplete")
	}
	act := store.Act{Platform: p.ID, Actor: "system", Verb: "platform.add", Subject: p.ID}
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO platform (`+platformColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
			p.ID, p.Name, p.Territory, p.Host, p.Team, p.Zone, p.Phone, p.Hours, p.Mail, p.Position, p.Source, p.VerifiedOn)
	})
	if store.IsDuplicate(err) {
		return phare.Field("id", "access.platform.taken")
	}
	return err
}

const passkeyColumns = `id, platform, account, name, handle, credential, created_at, used_at`

func scanPasskey(row store.Row) (k Passkey, err error) {
	var credential string
	err = row.Scan(&k.ID, &k.platform, &k.account, &k.Name, &k.handle, &credential, store.Time(&k.Created), store.Time(&k.UsedAt))
	if err == nil {
		err = json.Unmarshal([]byte(credential), &k.credential)
	}
	k.Synced = k.credential.Flags.BackupEligible
	return k, err
}

func passkeysOf(v *store.View, platform, account string) ([]Passkey, error) {
	return store.All(v, scanPasskey, `SELECT `+passkeyColumns+` FROM passkey WHERE account = $1 AND platform = $2 ORDER BY created_at, id`, account, platform)
}

func passkeyByHandle(v *store.View, handle string) (Passkey, error) {
	return store.One(v, scanPasskey, `SELECT `+passkeyColumns+` FROM passkey WHERE handle = $1`, handle)
}

func insertPasskey(tx *store.Tx, k Passkey) error {
	b, err := json.Marshal(k.credential)
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO passkey (`+passkeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
		k.ID, k.platform, k.account, k.Name, k.handle, string(b), tx.Now)
}
