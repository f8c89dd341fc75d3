package access_test

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/access/oidctest"
	"phare/internal/seal"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestMain(m *testing.M) {
	oidctest.Serve()
	os.Exit(m.Run())
}

const back = "https://phare.example/connexion/fournisseur/psc/retour"

// providerOf writes a file for a provider and reads it as the program does.
func providerOf(t *testing.T, more string) (*access.Provider, *oidctest.Provider) {
	t.Helper()
	running := oidctest.Start(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "providers.toml")
	must(t, os.WriteFile(filepath.Join(dir, "secret"), []byte(oidctest.Secret+"\n"), 0o600))
	must(t, os.WriteFile(file, fmt.Appendf(nil, "[[provider]]\nname = 'psc'\ntitle = 'Fournisseur d’essai'\nissuer = '%s'\ndiscovery = '%s%s'\nclient = '%s'\nsecret_file = 'secret'\n%s\n",
		running.Issuer, running.Issuer, oidctest.Discovery, oidctest.Client, more), 0o600))
	all, err := access.LoadProviders(file)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	return all[0], running
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// trip is one way through the provider, as a browser makes it.
type trip struct {
	db  *store.DB
	key access.Key
	p   *access.Provider
	at  *oidctest.Provider
}

func (x trip) travel(t *testing.T, b oidctest.Behaviour) access.Return {
	t.Helper()
	x.at.Does(b)
	to, cookie, err := x.p.Leave(t.Context(), x.key, x.db.Now(), back, "/bureau/x")
	must(t, err)
	home := x.at.Visit(to)
	if got := home.Scheme + "://" + home.Host + home.Path; got != back {
		t.Fatalf("sent back to %s", got)
	}
	return access.Return{Query: home.Query(), Cookie: cookie, Back: back, From: access.Origin{Device: "Firefox"}}
}

func good(b oidctest.Behaviour) oidctest.Behaviour {
	b.Subject, b.ACR = "interne-1", "eidas1"
	b.Claims = map[string]any{"SubjectNameID": "899700000001"}
	return b
}

// linked is a desk whose nurse the provider knows.
func linked(t *testing.T, db *store.DB) (access.Key, phare.ID) {
	t.Helper()
	db.Now = time.Now // the provider's clock is the machine's
	key := opened(t, db)
	a, err := access.FindAccount(t.Context(), db, "nadia")
	must(t, err)
	must(t, access.Link(t.Context(), db, access.Machine("reunion"), a.ID, access.Identity{Provider: "psc", Subject: " 899700000001 "}))
	return key, a.ID
}

// Someone whom a provider vouches for enters if an account has their key, by
// plain or signed userinfo; each lie of the provider is noticed.
func TestProvider(t *testing.T) {
	p, at := providerOf(t, "acr_ask = ['eidas1']\nacr_need = ['eidas1', 'eidas2']\nclaim = 'SubjectNameID'\nscopes = ['scope_all']")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key, id := linked(t, db)
		x := trip{db, key, p, at}
		sessions := func() (n int) {
			must(t, db.Read(t.Context(), func(v *store.View) (err error) {
				n, err = store.One(v, store.Value[int], `SELECT count(*) FROM session`)
				return err
			}))
			return n
		}
		for _, b := range []struct {
			does oidctest.Behaviour
			want string // each is refused for its own reason
		}{
			{oidctest.Behaviour{Fault: oidctest.WrongNonce}, "answers another question"},
			{oidctest.Behaviour{Fault: oidctest.WrongACR}, `level of proof is "faible"`},
			{oidctest.Behaviour{Fault: oidctest.WrongAud}, "expected audience"},
			{oidctest.Behaviour{Fault: oidctest.WrongIssuer}, "different provider"},
			{oidctest.Behaviour{Fault: oidctest.Expired}, "expired"},
			{oidctest.Behaviour{Fault: oidctest.OtherKey}, "signature"},
			{oidctest.Behaviour{Fault: oidctest.NoSignature}, "alg"},
			{oidctest.Behaviour{Fault: oidctest.OtherPerson}, "someone else"},
			{oidctest.Behaviour{Fault: oidctest.OtherPerson, Signed: true}, "someone else"},
			{oidctest.Behaviour{Fault: oidctest.OtherInfoKey, Signed: true}, "signature"},
			{oidctest.Behaviour{Fault: oidctest.Denied}, "access_denied"},
			{oidctest.Behaviour{Fault: oidctest.OtherSender}, "of another provider"},
		} {
			e, err := p.Enter(t.Context(), db, key, x.travel(t, good(b.does)))
			if phare.KindOf(err) != phare.Invalid || err == nil || e.Token != "" || !strings.Contains(err.Error(), b.want) {
				t.Errorf("%+v: %+v, %v", b.does, e, err)
			}
		}
		no := good(oidctest.Behaviour{})
		no.Claims = nil
		if _, err := p.Enter(t.Context(), db, key, x.travel(t, no)); phare.KindOf(err) != phare.Invalid {
			t.Errorf("without the claim that is the key: %v", err)
		}
		for name, spoil := range map[string]func(r *access.Return){
			"another browser's state": func(r *access.Return) { r.Query.Set("state", access.NewToken()) },
			"another browser":         func(r *access.Return) { r.Cookie = x.travel(t, good(oidctest.Behaviour{})).Cookie },
			"no cookie":               func(r *access.Return) { r.Cookie = "" },
			"a cookie of one's own":   func(r *access.Return) { r.Cookie = "e30.00" },
			"a code of one's own":     func(r *access.Return) { r.Query.Set("code", "invented") },
			"another address":         func(r *access.Return) { r.Back = "https://evil.example/" },
			"stolen code":             func(r *access.Return) { r.Query.Set("code", x.travel(t, good(oidctest.Behaviour{})).Query.Get("code")) },
		} {
			r := x.travel(t, good(oidctest.Behaviour{}))
			spoil(&r)
			if e, err := p.Enter(t.Context(), db, key, r); phare.KindOf(err) != phare.Invalid || err == nil || e.Token != "" {
				t.Errorf("%s: %+v, %v", name, e, err)
			}
		}
		stranger := good(oidctest.Behaviour{})
		stranger.Claims = map[string]any{"SubjectNameID": "899700000002"}
		_, err := p.Enter(t.Context(), db, key, x.travel(t, stranger))
		if u, ok := errors.AsType[*access.Unknown](err); !ok || u.Subject != "899700000002" || strings.Contains(err.Error(), u.Subject) {
			t.Errorf("a stranger: %v", err)
		}
		if n := sessions(); n != 0 {
			t.Fatalf("%d sessions were opened", n)
		}
		for _, signed := range []bool{false, true} {
			r := x.travel(t, good(oidctest.Behaviour{Signed: signed}))
			e, err := p.Enter(t.Context(), db, key, r)
			if err != nil || e.By.ID != string(id) || e.Next != "/bureau/x" {
				t.Fatalf("signed %t: %+v, %v", signed, e, err)
			}
			s, err := access.FindSession(t.Context(), db, key, e.Token)
			if err != nil || s.Way != "oidc:psc" || s.Device != "Firefox" {
				t.Errorf("session %+v, %v", s, err)
			}
			if _, err := p.Enter(t.Context(), db, key, r); phare.KindOf(err) != phare.Invalid || err == nil {
				t.Errorf("one answer opened two sessions: %v", err)
			}
		}
		must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "t", Verb: "t", Subject: "t"}, func(tx *store.Tx) error { return tx.Exec(`UPDATE account SET active = FALSE`) }))
		if _, err := p.Enter(t.Context(), db, key, x.travel(t, good(oidctest.Behaviour{}))); err == nil {
			t.Error("a closed account entered through a provider")
		}
		storetest.Roles(t, db, "session.open", "session.refused")
	})
}

// A provider that lies about who it is, or is away, lets nobody leave; when it
// is well again the desk goes on without a new start, and can say farewell.
func TestProviderItself(t *testing.T) {
	p, at := providerOf(t, "two_factors = true")
	db := storetest.Open(t, "sqlite")
	key, id := linked(t, db)
	at.Does(oidctest.Behaviour{Fault: oidctest.LiesOnIssuer})
	if _, _, err := p.Leave(t.Context(), key, db.Now(), back, ""); phare.KindOf(err) != phare.Conflict {
		t.Errorf("another issuer: %v", err)
	}
	must(t, access.Link(t.Context(), db, access.Machine("reunion"), id, access.Identity{Provider: "psc", Subject: "interne-1"}))
	e, err := p.Enter(t.Context(), db, key, trip{db, key, p, at}.travel(t, good(oidctest.Behaviour{EndSession: true})))
	must(t, err) // by sub, the usual key
	s, err := access.FindSession(t.Context(), db, key, e.Token)
	must(t, err)
	to, err := url.Parse(p.Farewell(t.Context(), s, "https://phare.example/"))
	if err != nil || to.Path != "/logout" || strings.Count(to.Query().Get("id_token_hint"), ".") != 2 || to.Query().Get("post_logout_redirect_uri") != "https://phare.example/" {
		t.Errorf("farewell at %v, %v", to, err)
	}
	for _, way := range []string{"in", "proved"} { // the token of the provider is a credential with a name in it
		stored := kept(t, db, `SELECT hint FROM session`)
		if len(stored) != 1 || !seal.IsSealed(stored[0]) {
			t.Errorf("%s: stored as %q", way, stored)
		}
		if faults, _, err := db.SealFaults(t.Context()); len(faults) > 0 || err != nil {
			t.Errorf("%s: %v, %v", way, faults, err)
		}
		if way == "in" { // a proof gives the session another id, to which the value is bound
			token, err := access.Prove(t.Context(), db, key, s, access.Proving{Code: code(t, db.Now())})
			must(t, err)
			proved, err := access.FindSession(t.Context(), db, key, token)
			must(t, err)
			if again := p.Farewell(t.Context(), proved, "https://phare.example/"); again != to.String() {
				t.Errorf("farewell after a proof at %s", again)
			}
		}
	}
	s.Way = access.ByTOTP
	if to := p.Farewell(t.Context(), s, "/"); to != "" {
		t.Errorf("farewell to nobody: %s", to)
	}
}

// A file that would open the door too wide, or not at all, is refused with its reason.
func TestProvidersFile(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "secret"), []byte("x"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "open"), []byte("x"), 0o644))
	const fine = "[[provider]]\nname='psc'\ntitle='PSC'\nissuer='https://idp.example'\nclient='c'\nsecret_file='secret'\ntwo_factors=true\n"
	for name, x := range map[string]struct{ from, to, want string }{
		"a password alone":  {"two_factors=true", "", "a password alone opens nothing"},
		"no TLS":            {"https://idp.example", "http://idp.example", "https"},
		"a name in capital": {"'psc'", "'PSC'", "small letters"},
		"a readable secret": {"'secret'", "'open'", "chmod 600"},
		"no secret":         {"'secret'", "'nowhere'", "nowhere"},
		"a misspelt word":   {"client=", "klient=", "klient"},
		"twice":             {"two_factors=true", "two_factors=true\n" + fine, "two are called"},
	} {
		file := filepath.Join(dir, "providers.toml")
		must(t, os.WriteFile(file, []byte(strings.Replace(fine, x.from, x.to, 1)), 0o600))
		if _, err := access.LoadProviders(file); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := access.LoadProviders(""); err != nil || all != nil {
		t.Errorf("no file: %v, %v", all, err)
	}
}

// Who an account is elsewhere is for those who manage accounts, on their own
// desk, and one key names one account.
func TestLink(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key, id := linked(t, db)
		admin := access.Actor{ID: "a", Platform: "reunion", Role: access.Admin}
		for name, x := range map[string]struct {
			by   access.Actor
			i    access.Identity
			kind phare.Kind
		}{
			"a nurse":      {access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}, access.Identity{Provider: "psc", Subject: "1"}, phare.Forbidden},
			"another desk": {access.Actor{ID: "a", Platform: "guyane", Role: access.Admin}, access.Identity{Provider: "psc", Subject: "1"}, phare.NotFound},
			"taken":        {admin, access.Identity{Provider: "psc", Subject: "899700000001"}, phare.Invalid},
			"nothing":      {admin, access.Identity{Provider: "psc"}, phare.Invalid},
			"oneself":      {access.Actor{ID: string(id), Platform: "reunion", Role: access.Admin}, access.Identity{Provider: "psc", Subject: "1"}, phare.Invalid},
		} {
			if err := access.Link(t.Context(), db, x.by, id, x.i); phare.KindOf(err) != x.kind || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, token, err := access.SignIn(t.Context(), db, key, access.Proof{Login: "nadia", Password: "une longue phrase", Code: code(t, db.Now())})
		must(t, err)
		all, err := access.IdentitiesOf(t.Context(), db, admin, id)
		if err != nil || len(all) != 1 {
			t.Fatalf("%v, %v", all, err)
		}
		if err := access.Unlink(t.Context(), db, access.Actor{ID: "a", Platform: "guyane", Role: access.Admin}, id, all[0].ID); phare.KindOf(err) != phare.NotFound {
			t.Errorf("another desk takes it back: %v", err)
		}
		must(t, access.Unlink(t.Context(), db, admin, id, all[0].ID))
		if _, err := access.FromSession(t.Context(), db, key, token); err == nil {
			t.Error("a session outlives a change of the ways in")
		}
	})
}

// kept is a column as it is stored.
func kept(t *testing.T, db *store.DB, query string) (all []string) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) (err error) {
		all, err = store.All(v, store.Value[string], query)
		return err
	}))
	return all
}
