package staff

import (
	"context"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// invitationLife is how long the link of an invitation works.
const invitationLife = 7 * 24 * time.Hour

// InvitationPath is the page behind the link, without the token.
const InvitationPath = "/invitation/"

// Invitation is a place kept for someone, who takes it with a password and a
// second factor; until then there is no account.
type Invitation struct {
	ID                phare.ID
	Platform          string
	Login, Name, Mail string
	Role              access.Role
	ByName            string
	At, Expires       time.Time

	lang, byID string
}

// invited is the invitation as the account that it would become.
func (i Invitation) invited() access.NewAccount {
	return access.NewAccount{Platform: i.Platform, Login: i.Login, Name: i.Name, Role: i.Role, Mail: i.Mail}
}

// check tells all faults at once, in the order of the form.
func (i Invitation) check() error {
	err := i.invited().Check()
	if mail.IsAddress(i.Mail) {
		return err
	}
	noMail := phare.Field("mail", "staff.mail.bad")
	e, ok := err.(*phare.Error)
	if !ok {
		return noMail
	}
	all := e.All()
	at := len(all)
	if all[at-1].Field == "role" { // the form asks for it last
		at--
	}
	e.More = nil
	return phare.Faults(slices.Insert(all, at, noMail)...)
}

// Invite keeps a place and sends its link. The link is stored only as a hash.
func Invite(ctx context.Context, db *store.DB, key access.Key, by access.Actor, i Invitation) error {
	if err := by.Check(access.ManageAccounts); err != nil {
		return err
	}
	i.ID, i.Platform, i.Login, i.Name, i.Mail = phare.NewID(), by.Platform, strings.ToLower(phare.Clean(i.Login)), phare.Clean(i.Name), phare.Clean(i.Mail)
	i.ByName, i.byID = by.Name, by.ID
	if err := i.check(); err != nil {
		return err
	}
	token := access.NewToken()
	act := by.Act("account.invite", string(i.ID)).For(string(i.Role))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		taken, err := loginTaken(tx, i.Login)
		if err != nil {
			return err
		}
		if taken {
			return phare.Field("login", "access.login.taken")
		}
		i.At, i.Expires = tx.Now, tx.Now.Add(invitationLife)
		if err := insertInvitation(tx, i, key.Mac("invitation", token)); err != nil {
			return err
		}
		return mail.Queue(tx, mail.Message{Platform: i.Platform, To: i.Mail, Kind: "invited", Lang: i.lang, Link: InvitationPath + token})
	})
}

// In sets the language in which the invited is written to.
func (i Invitation) In(lang string) Invitation {
	i.lang = lang
	return i
}

// Invitations lists those of the actor's platform that still work.
func Invitations(ctx context.Context, db *store.DB, by access.Actor) (all []Invitation, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = openInvitations(v, by.Platform, db.Now())
		return err
	})
	return all, err
}

// Withdraw takes an invitation back.
func Withdraw(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	if err := by.Check(access.ManageAccounts); err != nil {
		return err
	}
	act := by.Act("account.invite.withdraw", string(id))
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Update(`UPDATE invitation SET state = 'withdrawn' WHERE id = $1 AND platform = $2 AND state = 'sent'`, id, by.Platform)
	})
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// Welcome is an invitation in the hands of the invited, with the secret for
// their authenticator application.
type Welcome struct {
	Invitation
	Secret string
}

// Knock finds the invitation of a link. One that was used, withdrawn or is too
// old is NotFound, like one that never was.
func Knock(ctx context.Context, db *store.DB, key access.Key, token string) (w Welcome, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		w.Invitation, err = invitationByToken(v, key.Mac("invitation", token), db.Now())
		return err
	})
	w.Secret = key.SecretFor("invitation", token)
	return w, err
}

// Join makes the account of an invitation, whose holder has a password long
// enough and an authenticator application at work. Before that nothing is active.
func Join(ctx context.Context, db *store.DB, key access.Key, token, password, code string) error {
	w, err := Knock(ctx, db, key, token)
	if err != nil {
		return err
	}
	n := w.invited()
	n.TOTP, n.Password = w.Secret, password
	step, good := access.CheckCode(w.Secret, code, db.Now())
	a, err := n.Prepare()
	if err = bothFaults(err, good); err != nil {
		return err
	}
	act := a.Actor().Act("account.join", string(a.ID)).For(string(w.ID))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := tx.Update(`UPDATE invitation SET state = 'used' WHERE id = $1 AND platform = $2 AND state = 'sent' AND expires_at > $3`, w.ID, w.Platform, tx.Now); err != nil {
			return err
		}
		return access.Insert(tx, a, step)
	})
	if store.IsDuplicate(err) {
		return phare.Field("code", "access.login.taken")
	}
	return err
}

// bothFaults tells of the password and of the code at once.
func bothFaults(err error, codeGood bool) error {
	wrong := phare.Field("code", "entry.code.wrong")
	e, ok := err.(*phare.Error)
	switch {
	case err == nil && codeGood:
		return nil
	case err == nil:
		return wrong
	case ok && !codeGood:
		e.More = append(e.More, wrong)
	}
	return err
}
