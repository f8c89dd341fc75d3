package access_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// device is an authenticator with one passkey of the site.
type device struct {
	site *access.Passkeys
	rp   virtualwebauthn.RelyingParty
	auth virtualwebauthn.Authenticator
	key  virtualwebauthn.Credential
}

// newCredential is a key whose two coordinates have 32 bytes: the library leaves out
// leading zeros, of which one key in 128 has one, and no browser does that.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of such a COSE key
	for {
		if c := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2); len(c.Key.AttestationData()) == whole {
			return c
		}
	}
}

func newDevice(t *testing.T, key access.Key, by access.Actor) *device {
	t.Helper()
	site, err := access.NewPasskeys("https://phare.example", key)
	if err != nil {
		t.Fatal(err)
	}
	return &device{site: site, rp: virtualwebauthn.RelyingParty{Name: "Phare", ID: "phare.example", Origin: "https://phare.example"},
		auth: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(by.ID), BackupEligible: true, BackupState: true}),
		key:  newCredential()}
}

// inner is what parsers of options want: the part that browsers are given.
func inner(t *testing.T, options string) string {
	t.Helper()
	var all struct{ PublicKey json.RawMessage }
	if err := json.Unmarshal([]byte(options), &all); err != nil {
		t.Fatal(err)
	}
	return string(all.PublicKey)
}

func (d *device) made(t *testing.T, ask access.PasskeyAsk) access.PasskeyAnswer {
	t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(inner(t, ask.Options))
	if err != nil {
		t.Fatal(err)
	}
	return access.PasskeyAnswer{Site: d.site, Ticket: ask.Ticket, Answer: virtualwebauthn.CreateAttestationResponse(d.rp, d.auth, d.key, *o)}
}

func (d *device) signed(t *testing.T, ask access.PasskeyAsk) access.PasskeyAnswer {
	t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(inner(t, ask.Options))
	if err != nil {
		t.Fatal(err)
	}
	d.key.Counter++
	return access.PasskeyAnswer{Site: d.site, Ticket: ask.Ticket, Answer: virtualwebauthn.CreateAssertionResponse(d.rp, d.auth, d.key, *o)}
}

// register gives the nurse of opened() a passkey.
func register(t *testing.T, db *store.DB, key access.Key) (*device, access.Actor, string) {
	t.Helper()
	by, token, err := access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, db.Now())})
	if err != nil {
		t.Fatal(err)
	}
	d := newDevice(t, key, by)
	ask, err := d.site.AskNew(t.Context(), db, by)
	if err != nil {
		t.Fatal(err)
	}
	answer := d.made(t, ask)
	if err := access.AddPasskey(t.Context(), db, by, " ", answer); phare.KindOf(err) != phare.Invalid || err == nil {
		t.Errorf("a passkey without a name: %v", err)
	}
	if err := access.AddPasskey(t.Context(), db, by, " Téléphone  de garde ", answer); err != nil {
		t.Fatal(err)
	}
	if err := access.AddPasskey(t.Context(), db, by, "encore", answer); err == nil {
		t.Error("one answer registered twice")
	}
	return d, by, token
}

// A passkey that verified its holder opens a session; one of another site, of
// another account, without a finger, replayed or late opens none.
func TestPasskey(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := opened(t, db)
		d, by, _ := register(t, db, key)
		all, err := access.MyPasskeys(t.Context(), db, by)
		if err != nil || len(all) != 1 || all[0].Name != "Téléphone de garde" || !all[0].Synced || !all[0].UsedAt.IsZero() {
			t.Fatalf("kept: %+v, %v", all, err)
		}
		enter := func(spoil func(d *device, a *access.PasskeyAnswer)) (access.Actor, string, error) {
			ask, err := d.site.AskAnyone(db.Now())
			if err != nil {
				t.Fatal(err)
			}
			copied := *d
			var a access.PasskeyAnswer
			if spoil != nil {
				spoil(&copied, &a)
			}
			if a.Answer == "" {
				a = copied.signed(t, ask)
			}
			d.key.Counter = copied.key.Counter
			return access.SignInPasskey(t.Context(), db, a, access.Origin{Device: "Firefox"})
		}
		var kept access.PasskeyAnswer
		for name, spoil := range map[string]func(*device, *access.PasskeyAnswer){
			"no finger":      func(d *device, _ *access.PasskeyAnswer) { d.auth.Options.UserNotVerified = true },
			"another site":   func(d *device, _ *access.PasskeyAnswer) { d.rp.Origin = "https://phare.example.evil.example" },
			"another name":   func(d *device, _ *access.PasskeyAnswer) { d.rp.ID = "evil.example" },
			"another holder": func(d *device, _ *access.PasskeyAnswer) { d.auth.Options.UserHandle = []byte("someone") },
			"other flags": func(d *device, _ *access.PasskeyAnswer) {
				d.auth.Options.BackupEligible = false
				d.auth.Options.BackupState = false
			},
			"another key": func(d *device, _ *access.PasskeyAnswer) {
				id := d.key.ID
				d.key = newCredential()
				d.key.ID = id
			},
			"unknown passkey": func(d *device, _ *access.PasskeyAnswer) {
				d.key = newCredential()
			},
			"nonsense": func(d *device, a *access.PasskeyAnswer) {
				*a = access.PasskeyAnswer{Site: d.site, Ticket: "x.y", Answer: "{}"}
			},
			"a proof's challenge": func(d *device, a *access.PasskeyAnswer) {
				ask, err := d.site.AskHolder(t.Context(), db, by)
				if err != nil {
					t.Fatal(err)
				}
				*a = d.signed(t, ask)
			},
			"late": func(d *device, a *access.PasskeyAnswer) {
				ask, err := d.site.AskAnyone(db.Now().Add(-time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				*a = d.signed(t, ask)
			},
		} {
			if _, token, err := enter(spoil); phare.KindOf(err) != phare.Invalid || err == nil || token != "" {
				t.Errorf("%s: %q, %v", name, token, err)
			}
		}
		in, token, err := enter(func(d *device, a *access.PasskeyAnswer) {
			ask, err := d.site.AskAnyone(db.Now())
			if err != nil {
				t.Fatal(err)
			}
			*a = d.signed(t, ask)
			kept = *a
		})
		if err != nil || in != by {
			t.Fatalf("a good passkey: %+v, %v", in, err)
		}
		s, err := access.FindSession(t.Context(), db, key, token)
		if err != nil || s.Way != access.ByPasskey || s.Device != "Firefox" || !s.Fresh(db.Now()) {
			t.Errorf("session %+v, %v", s, err)
		}
		if _, token, err := access.SignInPasskey(t.Context(), db, kept, access.Origin{}); err == nil || token != "" {
			t.Error("one answer opened two sessions")
		}
		act := store.Act{Platform: "reunion", Actor: "t", Verb: "t", Subject: "t"}
		if err := db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Exec(`UPDATE account SET active = FALSE`) }); err != nil {
			t.Fatal(err)
		}
		if _, token, err := enter(nil); err == nil || token != "" {
			t.Error("a closed account entered with its passkey")
		}
		storetest.Roles(t, db, "passkey.add", "session.open", "session.refused")
	})
}

// A passkey proves who is inside; taking it away ends the other sessions, and
// password and code still open.
func TestPasskeyProves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := opened(t, db)
		d, by, token := register(t, db, key)
		s, err := access.FindSession(t.Context(), db, key, token)
		if err != nil {
			t.Fatal(err)
		}
		ask, err := d.site.AskHolder(t.Context(), db, by)
		if err != nil {
			t.Fatal(err)
		}
		next, err := access.Prove(t.Context(), db, key, s, access.Proving{Answer: d.signed(t, ask)})
		if err != nil || next == token {
			t.Fatalf("Prove = %v", err)
		}
		if _, err := access.FromSession(t.Context(), db, key, token); err == nil {
			t.Error("the secret before the proof still opens")
		}
		door, err := d.site.AskAnyone(db.Now())
		if err != nil {
			t.Fatal(err)
		}
		_, elsewhere, err := access.SignInPasskey(t.Context(), db, d.signed(t, door), access.Origin{})
		if err != nil {
			t.Fatal(err)
		}
		all, err := access.MyPasskeys(t.Context(), db, by)
		if err != nil || len(all) != 1 || all[0].UsedAt.IsZero() {
			t.Fatalf("kept: %+v, %v", all, err)
		}
		if s, err = access.FindSession(t.Context(), db, key, next); err != nil {
			t.Fatal(err)
		}
		stranger := s
		stranger.By.ID = "someone"
		if err := access.RemovePasskey(t.Context(), db, stranger, all[0].ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("a stranger removes it: %v", err)
		}
		if err := access.RemovePasskey(t.Context(), db, s, all[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := access.FromSession(t.Context(), db, key, elsewhere); err == nil {
			t.Error("a session opened with the passkey outlives it")
		}
		if _, err := access.FromSession(t.Context(), db, key, next); err != nil {
			t.Errorf("the session in hand ended: %v", err)
		}
		later := db.Now().Add(time.Minute)
		db.Now = func() time.Time { return later }
		if _, _, err := access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, later)}); err != nil {
			t.Errorf("password and code after the passkey: %v", err)
		}
		storetest.Roles(t, db, "session.prove", "passkey.remove")
	})
}

// Where browsers allow no passkeys there are none, and the loopback address is
// localhost.
func TestPasskeyNames(t *testing.T) {
	for base, want := range map[string]string{"https://phare.example.org": "phare.example.org", "http://127.0.0.1:8080": "localhost", "http://localhost:8080": "localhost", "http://192.0.2.7": ""} {
		p, err := access.NewPasskeys(base, access.NewKey())
		if err != nil || (p == nil) != (want == "") {
			t.Fatalf("%s: %v, %v", base, p, err)
		}
		if p == nil {
			continue
		}
		ask, err := p.AskAnyone(storetest.Noon)
		if err != nil || !strings.Contains(ask.Options, `"rpId":"`+want+`"`) || !strings.Contains(ask.Options, `"userVerification":"required"`) {
			t.Errorf("%s: %s, %v", base, ask.Options, err)
		}
	}
}
