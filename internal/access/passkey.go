package access

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"phare"
	"phare/internal/store"
)

// Most passkeys of one account, and the longest name of one, in characters.
const (
	maxPasskeys    = 10
	maxPasskeyName = 60
)

// Passkeys is the site as passkeys know it: its name and its key.
type Passkeys struct {
	key Key
	rp  *webauthn.WebAuthn
}

// NewPasskeys makes the side of the site at base. It is nil, without an error,
// where browsers allow none: at an address that is a number. The loopback
// address stands for localhost, which they do allow.
func NewPasskeys(base string, key Key) (*Passkeys, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	host, origin := u.Hostname(), u.Scheme+"://"+u.Host
	if ip := net.ParseIP(host); ip != nil {
		if !ip.IsLoopback() {
			return nil, nil
		}
		host, origin = "localhost", u.Scheme+"://"+net.JoinHostPort("localhost", u.Port())
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Phare", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
	return &Passkeys{key, rp}, err
}

// Passkey is one passkey of an account. Because it asks its holder for a finger,
// a face or a code, it is two factors in one.
type Passkey struct {
	ID              phare.ID
	Name            string
	Created, UsedAt time.Time // UsedAt: zero when it never was
	Synced          bool      // it is kept by an account of its maker and follows from device to device

	platform, account, handle string
	credential                webauthn.Credential
}

// PasskeyAsk is a challenge to a browser: what its script is given, and what it
// sends back beside the answer.
type PasskeyAsk struct{ Options, Ticket string }

// PasskeyAnswer is what came back.
type PasskeyAnswer struct {
	Site           *Passkeys
	Ticket, Answer string
}

// Given says whether there is an answer to look at.
func (a PasskeyAnswer) Given() bool { return a.Site != nil && a.Answer != "" }

// holder is an account as the library wants to see it.
type holder struct {
	Account
	keys []Passkey
}

// WebAuthnID is the account, which the device keeps and says at the door.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName tells two accounts of one device apart.
func (h holder) WebAuthnName() string { return h.Login }

// WebAuthnDisplayName is what the device shows.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the passkeys to choose from.
func (h holder) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, k := range h.keys {
		all = append(all, k.credential)
	}
	return all
}

// ask packs a challenge.
func (p *Passkeys) ask(purpose string, options any, session *webauthn.SessionData, now time.Time) (PasskeyAsk, error) {
	b, err := json.Marshal(options)
	if err != nil {
		return PasskeyAsk{}, err
	}
	session.Expires = time.Time{} // ours stands in the stamp, under the program's clock
	ticket, err := stamp(p.key, purpose, session, now)
	return PasskeyAsk{string(b), ticket}, err
}

// AskNew asks the actor's browser for a new passkey.
func (p *Passkeys) AskNew(ctx context.Context, db *store.DB, by Actor) (PasskeyAsk, error) {
	if err := by.Check(OwnEntry); err != nil {
		return PasskeyAsk{}, err
	}
	h, err := holderOf(ctx, db, by.Platform, by.ID)
	if err != nil {
		return PasskeyAsk{}, err
	}
	options, session, err := p.rp.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return PasskeyAsk{}, err
	}
	return p.ask("passkey.new", options, session, db.Now())
}

// AskHolder asks the actor's browser for one of the actor's passkeys.
func (p *Passkeys) AskHolder(ctx context.Context, db *store.DB, by Actor) (PasskeyAsk, error) {
	h, err := holderOf(ctx, db, by.Platform, by.ID)
	if err != nil || len(h.keys) == 0 {
		return PasskeyAsk{}, err
	}
	options, session, err := p.rp.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return PasskeyAsk{}, err
	}
	return p.ask("passkey.proof", options, session, db.Now())
}

// AskAnyone asks a browser at the door for any passkey of this site.
func (p *Passkeys) AskAnyone(now time.Time) (PasskeyAsk, error) {
	options, session, err := p.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return PasskeyAsk{}, err
	}
	return p.ask("passkey.door", options, session, now)
}

// AddPasskey keeps the passkey that the actor's browser made, under a name of
// the actor's choice.
func AddPasskey(ctx context.Context, db *store.DB, by Actor, name string, a PasskeyAnswer) error {
	if err := by.Check(OwnEntry); err != nil {
		return err
	}
	name = phare.Clean(name)
	if name == "" || utf8.RuneCountInString(name) > maxPasskeyName {
		return phare.Field("name", "entry.passkey.name.bad")
	}
	if !a.Given() {
		return phare.Field("name", "entry.passkey.refused")
	}
	session, err := unstamp[webauthn.SessionData](a.Site.key, "passkey.new", a.Ticket, db.Now())
	if err != nil {
		return err
	}
	h, err := holderOf(ctx, db, by.Platform, by.ID)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(a.Answer))
	if err != nil {
		return refusedPasskey("name", err)
	}
	made, err := a.Site.rp.CreateCredential(h, session, parsed)
	if err != nil || !made.Flags.UserVerified {
		return refusedPasskey("name", err)
	}
	k := Passkey{ID: phare.NewID(), Name: name, platform: by.Platform, account: by.ID, handle: handleOf(made.ID), credential: *made}
	act := by.Act("passkey.add", by.ID)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := spend(tx, a.Site.key, by.Platform, a.Ticket); err != nil {
			return err
		}
		have, err := passkeysOf(&tx.View, by.Platform, by.ID)
		if err != nil {
			return err
		}
		if len(have) >= maxPasskeys {
			return phare.Field("name", "entry.passkey.many")
		}
		return insertPasskey(tx, k)
	})
	if store.IsDuplicate(err) {
		return phare.Field("name", "entry.passkey.known")
	}
	return err
}

// refusedPasskey is the one answer to a passkey that does not convince.
func refusedPasskey(field string, err error) error {
	return &phare.Error{Kind: phare.Invalid, Field: field, Key: "entry.passkey.refused", Err: err}
}

func handleOf(id []byte) string { return base64.RawURLEncoding.EncodeToString(id) }

// MyPasskeys lists the actor's passkeys, the oldest first.
func MyPasskeys(ctx context.Context, db *store.DB, by Actor) ([]Passkey, error) {
	if err := by.Check(OwnEntry); err != nil {
		return nil, err
	}
	h, err := holderOf(ctx, db, by.Platform, by.ID)
	return h.keys, err
}

// RemovePasskey removes one of the actor's passkeys and ends the actor's other
// sessions. Password and one-time code stay, so that it is never the last way in.
func RemovePasskey(ctx context.Context, db *store.DB, s Session, id phare.ID) error {
	if err := s.By.Check(OwnEntry); err != nil {
		return err
	}
	act := s.By.Act("passkey.remove", s.By.ID)
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		if err := tx.Update(`DELETE FROM passkey WHERE id = $1 AND account = $2 AND platform = $3`, id, s.By.ID, s.By.Platform); err != nil {
			return err
		}
		return endSessions(tx, s.By.Platform, s.By.ID, s.ID)
	})
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// SignInPasskey opens a session for the holder of a passkey.
func SignInPasskey(ctx context.Context, db *store.DB, a PasskeyAnswer, from Origin) (Actor, string, error) {
	h, use, err := a.check(ctx, db, "passkey.door", "")
	if err == nil && !h.Active {
		err = refusedPasskey("", nil)
	}
	if err != nil {
		return Actor{}, "", refusedAtDoor(ctx, db, h.Account, err)
	}
	token := NewToken()
	act := h.Actor().Act("session.open", string(h.ID)).For(ByPasskey)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := use(tx); err != nil {
			return err
		}
		return openFor(tx, a.Site.key, h.Account, token, Session{Way: ByPasskey, Origin: from})
	})
	if phare.KindOf(err) == phare.Conflict {
		return Actor{}, "", phare.Fault(phare.Invalid, "entry.late")
	}
	return h.Actor(), token, err
}

// openFor opens a session of an account that is still active.
func openFor(tx *store.Tx, key Key, a Account, token string, s Session) error {
	if err := tx.Update(`UPDATE account SET failures = 0 WHERE id = $1 AND platform = $2 AND active`, a.ID, a.Platform); err != nil {
		return err
	}
	return insertSession(tx, key.Mac("session", token), a, s)
}

// refusedAtDoor writes a refusal down; the account is known or not.
func refusedAtDoor(ctx context.Context, db *store.DB, a Account, err error) error {
	if phare.KindOf(err) != phare.Invalid {
		return err
	}
	act := store.Act{Platform: "-", Actor: "public", Verb: "session.refused", Subject: "unknown"}
	if a.ID != "" {
		act = a.Actor().Act("session.refused", string(a.ID))
	}
	if e := db.Write(ctx, act, func(*store.Tx) error { return nil }); e != nil {
		return e
	}
	return err
}

// provePasskey checks the answer of one who is inside already.
func provePasskey(ctx context.Context, db *store.DB, a Account, answer PasskeyAnswer) (func(*store.Tx) error, error) {
	_, use, err := answer.check(ctx, db, "passkey.proof", string(a.ID))
	return use, err
}

// check verifies an answer to a challenge of a purpose, of one account or, with
// an empty one, of whichever the passkey belongs to. What it returns notes the
// use, in the write that lets its holder in.
func (a PasskeyAnswer) check(ctx context.Context, db *store.DB, purpose, account string) (h holder, use func(*store.Tx) error, err error) {
	if !a.Given() {
		return h, nil, refusedPasskey("", nil)
	}
	session, err := unstamp[webauthn.SessionData](a.Site.key, purpose, a.Ticket, db.Now())
	if err != nil {
		return h, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(a.Answer))
	if err != nil {
		return h, nil, refusedPasskey("", err)
	}
	var k Passkey
	err = db.Read(ctx, func(v *store.View) (err error) {
		if k, err = passkeyByHandle(v, handleOf(parsed.RawID)); err != nil {
			return err
		}
		h.keys = []Passkey{k}
		h.Account, err = accountByID(v, k.platform, k.account)
		return err
	})
	if phare.KindOf(err) == phare.NotFound && err != nil || err == nil && account != "" && account != k.account {
		return holder{}, nil, refusedPasskey("", nil)
	}
	if err != nil {
		return h, nil, err
	}
	var used *webauthn.Credential
	if account == "" {
		_, used, err = a.Site.rp.ValidatePasskeyLogin(func(_, user []byte) (webauthn.User, error) {
			if string(user) != k.account {
				return nil, refusedPasskey("", nil)
			}
			return h, nil
		}, session, parsed)
	} else {
		used, err = a.Site.rp.ValidateLogin(h, narrowed(session, k), parsed)
	}
	if err != nil || !used.Flags.UserVerified || used.Authenticator.CloneWarning {
		return h, nil, refusedPasskey("", err)
	}
	k.credential = *used
	return h, func(tx *store.Tx) error { return usePasskey(tx, a, k) }, nil
}

// narrowed is a session for the one passkey at hand: the library wants the
// holder to have every one that was offered, and one may be gone since.
func narrowed(s webauthn.SessionData, k Passkey) webauthn.SessionData {
	for _, id := range s.AllowedCredentialIDs {
		if handleOf(id) == k.handle {
			s.AllowedCredentialIDs = [][]byte{id}
			return s
		}
	}
	s.UserID = nil // not one that was offered: nothing matches
	return s
}

// usePasskey keeps what the authenticator said last, and spends the challenge.
func usePasskey(tx *store.Tx, a PasskeyAnswer, k Passkey) error {
	if err := spend(tx, a.Site.key, k.platform, a.Ticket); err != nil {
		return err
	}
	b, err := json.Marshal(k.credential)
	if err != nil {
		return err
	}
	return tx.Update(`UPDATE passkey SET credential = $1, used_at = $2 WHERE id = $3 AND platform = $4`, string(b), tx.Now, k.ID, k.platform)
}

func holderOf(ctx context.Context, db *store.DB, platform, account string) (h holder, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		if h.Account, err = accountByID(v, platform, account); err != nil {
			return err
		}
		h.keys, err = passkeysOf(v, platform, account)
		return err
	})
	return h, err
}
