package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"phare"
	"phare/internal/store"
)

// journey is what a browser keeps while it is at a provider. Stamp and cookie bind
// the way back to the browser that left.
type journey struct{ Provider, State, Nonce, Verifier, Next string }

// Leave prepares the way to the provider: where to send the browser, and what it
// must bring back from its own cookie.
func (p *Provider) Leave(ctx context.Context, key Key, now time.Time, back, next string) (to, cookie string, err error) {
	d, err := p.discover(ctx)
	if err != nil {
		return "", "", away(err)
	}
	j := journey{p.Name, NewToken(), NewToken(), oauth2.GenerateVerifier(), next}
	if cookie, err = stamp(key, "oidc", j, now); err != nil {
		return "", "", err
	}
	more := []oauth2.AuthCodeOption{oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier), oauth2.SetAuthURLParam("response_mode", "query")}
	if len(p.ACRAsk) > 0 {
		more = append(more, oauth2.SetAuthURLParam("acr_values", strings.Join(p.ACRAsk, " ")))
	}
	return p.config(d, back).AuthCodeURL(j.State, more...), cookie, nil
}

// away is for a provider that cannot be reached, or does not speak sense.
func away(err error) error {
	return &phare.Error{Kind: phare.Conflict, Key: "entry.oidc.away", Err: err}
}

// doubt is for an answer that does not hold.
func doubt(err error) error {
	return &phare.Error{Kind: phare.Invalid, Key: "entry.oidc.refused", Err: err}
}

// Unknown is someone whom a provider vouches for and no account names.
type Unknown struct{ Provider, Subject string }

// Error says that the key is unknown, without the key.
func (u *Unknown) Error() string { return "no account has this key of " + u.Provider }

// Return is what a browser brings back from a provider.
type Return struct {
	Query  url.Values
	Cookie string
	Back   string // the address it was sent back to, as it was given to Leave
	From   Origin
}

// Entered is a session opened through a provider.
type Entered struct {
	By          Actor
	Token, Next string
}

// Enter checks the provider's answer and opens a session for the account that
// has its key. Nobody becomes an account by this.
func (p *Provider) Enter(ctx context.Context, db *store.DB, key Key, r Return) (Entered, error) {
	j, err := unstamp[journey](key, "oidc", r.Cookie, db.Now())
	if err != nil {
		return Entered{}, err
	}
	d, err := p.discover(ctx)
	if err != nil {
		return Entered{}, away(err)
	}
	subject, raw, err := p.exchange(ctx, d, j, r, db.Now)
	if err != nil {
		return Entered{}, refusedAtDoor(ctx, db, Account{}, doubt(err))
	}
	var a Account
	err = db.Read(ctx, func(v *store.View) (err error) {
		a, err = accountByIdentity(v, p.Name, subject)
		return err
	})
	if err == nil && !a.Active || err != nil && phare.KindOf(err) == phare.NotFound {
		refusedAtDoor(ctx, db, a, doubt(err))
		return Entered{}, &Unknown{p.Name, subject}
	}
	if err != nil {
		return Entered{}, err
	}
	s := Session{Way: ByProvider + p.Name, Origin: r.From}
	if d.endSession != "" {
		s.hint = raw
	}
	e := Entered{a.Actor(), NewToken(), j.Next}
	act := a.Actor().Act("session.open", string(a.ID)).For(s.Way)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := spend(tx, key, a.Platform, r.Cookie); err != nil {
			return err
		}
		return openFor(tx, key, a, e.Token, s)
	})
	if phare.KindOf(err) == phare.Conflict {
		return Entered{}, phare.Fault(phare.Invalid, "entry.late")
	}
	return e, err
}

// exchange turns the code into the key of a person, each claim checked.
func (p *Provider) exchange(ctx context.Context, d *discovered, j journey, r Return, now func() time.Time) (subject, raw string, err error) {
	ctx = oidc.ClientContext(ctx, p.client)
	switch iss := r.Query.Get("iss"); {
	case j.Provider != p.Name || r.Query.Get("state") != j.State:
		return "", "", errors.New("the answer is for another browser")
	case iss != "" && iss != p.Issuer:
		return "", "", errors.New("the answer is of another provider")
	case r.Query.Get("error") != "":
		return "", "", fmt.Errorf("the provider says %.40q", r.Query.Get("error"))
	}
	token, err := p.config(d, r.Back).Exchange(ctx, r.Query.Get("code"), oauth2.VerifierOption(j.Verifier))
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return "", "", fmt.Errorf("the provider takes no such code: %.40q", e.ErrorCode) // its page may hold anything
	}
	if err != nil {
		return "", "", err
	}
	raw, _ = token.Extra("id_token").(string)
	verified, err := oidc.NewVerifier(p.Issuer, d.keys, &oidc.Config{ClientID: p.Client, SupportedSigningAlgs: signatures, Now: now}).Verify(ctx, raw)
	if err != nil {
		return "", "", err
	}
	claims := map[string]any{}
	if err := verified.Claims(&claims); err != nil {
		return "", "", err
	}
	acr, _ := claims["acr"].(string)
	azp, _ := claims["azp"].(string)
	switch {
	case verified.Nonce != j.Nonce:
		return "", "", errors.New("the token answers another question")
	case azp != "" && azp != p.Client, azp == "" && len(verified.Audience) > 1:
		return "", "", errors.New("the token is for another client")
	case len(p.ACRNeed) > 0 && !slices.Contains(p.ACRNeed, acr):
		return "", "", fmt.Errorf("the level of proof is %.40q", acr)
	}
	if subject, _ = claims[p.Claim].(string); subject == "" {
		subject, err = p.ask(ctx, d, token.AccessToken, verified.Subject)
	}
	return subject, raw, err
}

// ask reads the key from userinfo, which some providers sign.
func (p *Provider) ask(ctx context.Context, d *discovered, bearer, sub string) (string, error) {
	if d.userinfo == "" {
		return "", fmt.Errorf("no claim %s, and no userinfo to ask", p.Claim)
	}
	kind, body, err := p.fetch(ctx, d.userinfo, bearer)
	if err != nil {
		return "", err
	}
	claims := map[string]any{}
	if media, _, _ := mime.ParseMediaType(kind); media == "application/jwt" {
		// Such a token often has no expiry; issuer and audience may be left out.
		loose := &oidc.Config{SupportedSigningAlgs: signatures, SkipClientIDCheck: true, SkipExpiryCheck: true, SkipIssuerCheck: true}
		t, err := oidc.NewVerifier(p.Issuer, d.keys, loose).Verify(ctx, strings.TrimSpace(string(body)))
		if err != nil {
			return "", err
		}
		if t.Issuer != "" && t.Issuer != p.Issuer || len(t.Audience) > 0 && !slices.Contains(t.Audience, p.Client) {
			return "", errors.New("userinfo is of another provider or for another client")
		}
		err = t.Claims(&claims)
		if err != nil {
			return "", err
		}
	} else if err := json.Unmarshal(body, &claims); err != nil {
		return "", fmt.Errorf("userinfo: %w", err)
	}
	if claims["sub"] != sub {
		return "", errors.New("userinfo is of someone else")
	}
	subject, _ := claims[p.Claim].(string)
	if subject == "" {
		return "", fmt.Errorf("no claim %s", p.Claim)
	}
	return subject, nil
}

// Farewell is where a browser ends its session at the provider of s, or empty.
func (p *Provider) Farewell(ctx context.Context, s Session, back string) string {
	if s.Way != ByProvider+p.Name || s.hint == "" {
		return ""
	}
	d, err := p.discover(ctx)
	if err != nil || d.endSession == "" {
		return ""
	}
	u, err := url.Parse(d.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("id_token_hint", s.hint)
	q.Set("client_id", p.Client)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}

func accountByIdentity(v *store.View, provider, subject string) (Account, error) {
	id, err := store.One(v, store.Value[string], `SELECT account FROM identity WHERE provider = $1 AND subject = $2 AND state = 'held'`, provider, subject)
	if err != nil {
		return Account{}, err
	}
	return store.One(v, scanAccount, `SELECT `+accountColumns+` FROM account WHERE id = $1`, id)
}

// longestSubject bounds the key of a person at a provider.
const longestSubject = 200

// Link notes who an account of the actor's platform is at a provider, before
// the person first comes through it. It opens nothing until the holder of the
// account confirms it, for whoever has the key enters in their name; only the
// operator, who holds the machine, needs nobody. What also writes is part of the
// same commit.
func Link(ctx context.Context, db *store.DB, by Actor, account phare.ID, i Identity, also ...func(*store.Tx, Account) error) error {
	if by.Role != System {
		if err := by.Check(ManageAccounts); err != nil {
			return err
		}
	}
	i.Subject = phare.Clean(i.Subject)
	if i.Subject == "" || len(i.Subject) > longestSubject || !providerName.MatchString(i.Provider) {
		return phare.Field("subject", "entry.identity.bad")
	}
	if by.ID == string(account) {
		return phare.Fault(phare.Invalid, "staff.self")
	}
	act := by.Act("identity.add", string(account))
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		a, err := accountByID(&tx.View, by.Platform, string(account))
		if err != nil {
			return err
		}
		for _, write := range also {
			if err := write(tx, a); err != nil {
				return err
			}
		}
		state := "asked"
		if by.Role == System {
			state = "held"
			if err := endSessions(tx, by.Platform, string(account), ""); err != nil {
				return err
			}
		}
		return tx.Exec(`INSERT INTO identity (id, platform, account, provider, subject, created_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			phare.NewID(), by.Platform, account, i.Provider, i.Subject, tx.Now, state)
	})
	if store.IsDuplicate(err) {
		return phare.Field("subject", "entry.identity.taken")
	}
	return err
}

// Unlink takes a key back and ends the account's sessions.
func Unlink(ctx context.Context, db *store.DB, by Actor, account, id phare.ID) error {
	if err := by.Check(ManageAccounts); err != nil {
		return err
	}
	act := by.Act("identity.remove", string(account))
	err := db.Write(ctx, act, func(tx *store.Tx) error {
		if err := tx.Update(`DELETE FROM identity WHERE id = $1 AND account = $2 AND platform = $3`, id, account, by.Platform); err != nil {
			return err
		}
		return endSessions(tx, by.Platform, string(account), "")
	})
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// Accept is the holder's word that a key proposed for their account is theirs:
// from now on it opens. Their other sessions end.
func Accept(ctx context.Context, db *store.DB, s Session, id phare.ID) error {
	if err := s.By.Check(OwnEntry); err != nil {
		return err
	}
	act := s.By.Act("identity.accept", s.By.ID)
	return decided(db.Write(ctx, act, func(tx *store.Tx) error {
		err := tx.Update(`UPDATE identity SET state = 'held' WHERE id = $1 AND account = $2 AND platform = $3 AND state = 'asked'`, id, s.By.ID, s.By.Platform)
		if err != nil {
			return err
		}
		return endSessions(tx, s.By.Platform, s.By.ID, s.ID)
	}))
}

// Decline is the holder's word that a key proposed for their account is not theirs.
func Decline(ctx context.Context, db *store.DB, by Actor, id phare.ID) error {
	if err := by.Check(OwnEntry); err != nil {
		return err
	}
	act := by.Act("identity.decline", by.ID)
	return decided(db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Update(`DELETE FROM identity WHERE id = $1 AND account = $2 AND platform = $3 AND state = 'asked'`, id, by.ID, by.Platform)
	}))
}

// decided says of a key that does not wait for the actor that there is none.
func decided(err error) error {
	if phare.KindOf(err) == phare.Conflict {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// IdentitiesOf are the keys of an account of the actor's platform.
func IdentitiesOf(ctx context.Context, db *store.DB, by Actor, account phare.ID) (all []Identity, err error) {
	if err := by.Check(ManageAccounts); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = identitiesOf(v, by.Platform, string(account))
		return err
	})
	return all, err
}
