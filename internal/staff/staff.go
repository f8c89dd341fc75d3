// Package staff is the people of a desk as they come, change, lose a way in and
// leave: invitations, roles, departures, recovery by two people, and the yearly
// review of rights. It opens no door itself: access does.
//
// Nobody changes their own rights, a desk keeps at least one administrator, and
// whatever changes rights or ways in ends the sessions that were opened before.
package staff

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
)

// Member is one account as those who manage accounts see it.
type Member struct {
	access.Account
	access.Ways
}

// Members lists the active accounts of the actor's platform.
func Members(ctx context.Context, db *store.DB, by access.Actor) (all []Member, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = members(v, by.Platform)
		return err
	})
	return all, err
}

func members(v *store.View, platform string) ([]Member, error) {
	accounts, err := access.Active(v, platform)
	if err != nil {
		return nil, err
	}
	ways, err := access.WaysOf(v, platform)
	var all []Member
	for _, a := range accounts {
		all = append(all, Member{a, ways[a.ID]})
	}
	return all, err
}

// Sheet is one account with what hangs on it.
type Sheet struct {
	access.Account
	Held     []request.Held // open requests in their hands
	Recovery *Recovery      // under way, if any
}

// Open reads the sheet of an account of the actor's platform, active or not.
func Open(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (s Sheet, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return Sheet{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if s.Account, err = access.Find(v, by.Platform, id); err != nil {
			return err
		}
		if s.Held, err = request.HeldBy(v, by, id); err != nil {
			return err
		}
		under, err := recoveriesOf(v, by.Platform, id, db.Now())
		if len(under) > 0 {
			s.Recovery = &under[0]
		}
		return err
	})
	return s, err
}

// changeable reads the account that the actor is about to change, and refuses
// what nobody may: one's own rights, and those of someone who has left.
func changeable(v *store.View, by access.Actor, id phare.ID) (access.Account, error) {
	a, err := access.Find(v, by.Platform, id)
	switch {
	case err != nil:
		return a, err
	case string(a.ID) == by.ID:
		return a, phare.Fault(phare.Invalid, "staff.self")
	case !a.Active:
		return a, phare.Fault(phare.Conflict, "staff.left.already")
	}
	return a, nil
}

// keepsAdmin refuses to take the last administrator of a desk away.
func keepsAdmin(v *store.View, a access.Account) error {
	if a.Role != access.Admin {
		return nil
	}
	all, err := access.Active(v, a.Platform)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.Role == access.Admin && other.ID != a.ID {
			return nil
		}
	}
	return phare.Fault(phare.Invalid, "staff.lastadmin")
}

// Leave ends an account at once. What its holder had in hand stays in their
// name, listed on the sheet, until the team takes it over.
func Leave(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.ManageAccounts); err != nil {
		return err
	}
	act := by.Act("account.leave", string(id))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		a, err := changeable(&tx.View, by, id)
		if err == nil {
			err = keepsAdmin(&tx.View, a)
		}
		if err != nil {
			return err
		}
		return leave(tx, by, a)
	})
}

// leave closes an account and what was under way for it.
func leave(tx *store.Tx, by access.Actor, a access.Account) error {
	if err := circle.Leaves(tx, by, a.ID, a.Name); err != nil {
		return err
	}
	if err := access.Close(tx, a); err != nil {
		return err
	}
	return endRecoveries(tx, a.Platform, a.ID)
}

// ChangeRole gives an account another role and tells its holder by mail.
func ChangeRole(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, role access.Role) error {
	if err := by.Check(access.ManageAccounts); err != nil {
		return err
	}
	act := by.Act("account.role", string(id)).For(string(role))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		a, err := changeable(&tx.View, by, id)
		switch {
		case err != nil:
			return err
		case access.NewAccount{Login: a.Login, Name: a.Name, Role: role}.Check() != nil:
			return phare.Field("role", "access.role.unknown")
		case a.Role == role:
			return phare.Field("role", "staff.role.same")
		}
		if err := keepsAdmin(&tx.View, a); err != nil {
			return err
		}
		if !(access.Actor{Role: role}).Can(access.ManageCircle) { // leaves files, or keeps none any more
			if err := circle.Leaves(tx, by, a.ID, a.Name); err != nil {
				return err
			}
		}
		if err := access.SetRole(tx, a, role); err != nil {
			return err
		}
		return tell(tx, a, mail.Message{Kind: "account-changed", Link: "/connexion"})
	})
}

// Attach proposes who an account is at an identity provider, and tells its
// holder, who alone can say that it is so: whoever has that key can then enter
// in their name, and one administrator must not be able to make it so.
func Attach(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, i access.Identity) error {
	return access.Link(ctx, db, by, id, i, func(tx *store.Tx, a access.Account) error {
		if !a.Active {
			return phare.Fault(phare.Conflict, "staff.left.already")
		}
		return tell(tx, a, mail.Message{Kind: "account-linked", Link: "/bureau/acces"})
	})
}

// tell leaves a message to the holder of an account, if an address is known.
func tell(tx *store.Tx, a access.Account, m mail.Message) error {
	if a.Mail == "" {
		return nil
	}
	m.Platform, m.To = a.Platform, a.Mail
	return mail.Queue(tx, m)
}

// fullYear is after how long a review of rights is due again.
const fullYear = 365 * 24 * time.Hour
