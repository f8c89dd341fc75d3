package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/access/oidctest"
	"phare/internal/inspect"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/web"
)

func TestMain(m *testing.M) {
	inspect.IfChild()
	oidctest.Serve()
	os.Exit(m.Run())
}

// withProvider is a site whose people can enter through a provider that runs.
func withProvider(t *testing.T, db *store.DB) (site, *oidctest.Provider) {
	t.Helper()
	db.Now = time.Now // the provider's clock is the machine's
	at := oidctest.Start(t)
	s := newSite(t, db)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "secret"), []byte(oidctest.Secret), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "p.toml"), fmt.Appendf(nil, `[[provider]]
name = "psc"
title = "Fournisseur d’essai"
issuer = "%s"
discovery = "%s"
client = "%s"
secret_file = "secret"
acr_need = ["eidas1"]
claim = "SubjectNameID"`, at.Issuer, at.Issuer+oidctest.Discovery, oidctest.Client), 0o600))
	providers, err := access.LoadProviders(filepath.Join(dir, "p.toml"))
	must(t, err)
	words, err := text.Load()
	must(t, err)
	server, err := web.New(web.Config{DB: db, Key: s.key, Text: words, Base: "http://phare.example", Providers: providers})
	must(t, err)
	s.h = server.Handler()
	return s, at
}

// through goes to the provider and comes back.
func through(t *testing.T, s site, b *browser, at *oidctest.Provider, suite string) page {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://phare.example/connexion/fournisseur/psc?suite="+suite, nil)
	must(t, err)
	w := record(s, r)
	b.jar.SetCookies(r.URL, w.Result().Cookies())
	if w.Code != http.StatusSeeOther {
		t.Fatalf("not sent to the provider: %d", w.Code)
	}
	home := at.Visit(w.Header().Get("Location"))
	return b.get(home.RequestURI())
}

// Someone comes in through a provider to the page they wanted, is told whom to
// ask when no account has their key, and leaves both sites.
func TestEnterThroughProvider(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, at := withProvider(t, db)
		nurse := hire(t, s, access.Nurse, "nadia")
		who := oidctest.Behaviour{Subject: "interne", ACR: "eidas1", Claims: map[string]any{"SubjectNameID": "899700000001"}, EndSession: true, Signed: true}
		at.Does(who)
		b := newBrowser(t, s)
		door := b.get("/connexion?suite=/rapport/2026")
		door.check()
		if !strings.Contains(door.text(), "Entrer avec Fournisseur d’essai") {
			t.Errorf("the door does not offer the provider: %s", door.text())
		}
		p := through(t, s, b, at, "/rapport/2026")
		p.check()
		if p.Status != http.StatusForbidden || !strings.Contains(p.text(), "899700000001") || !strings.Contains(p.text(), "Rien n’a été créé") || !strings.Contains(p.text(), "0262 00 00 01") {
			t.Fatalf("an unknown person: %d %s", p.Status, p.text())
		}
		must(t, access.Link(t.Context(), db, access.Machine("reunion"), phare.ID(nurse.id), access.Identity{Provider: "psc", Subject: "899700000001"}))
		if p := through(t, s, b, at, "/rapport/2026"); p.Path != "/rapport/2026" || p.Status != http.StatusOK {
			t.Fatalf("a known person: %d %s", p.Status, p.Path)
		}
		if p := through(t, s, b, at, "https://evil.example"); p.Path != "/bureau" {
			t.Errorf("led to %s", p.Path)
		}
		if p := b.get("/bureau/acces"); !strings.Contains(p.text(), "autre fournisseur d’identité") {
			t.Errorf("the list of sessions: %s", p.text())
		}
		out := b.post("/deconnexion", nil)
		out.check()
		if out.Status != http.StatusOK || !strings.Contains(out.Body, at.Issuer+"/logout?") || strings.Contains(out.Body, "Nadia") {
			t.Errorf("out: %d %s", out.Status, out.text())
		}
		if p := b.get("/bureau"); !strings.HasPrefix(p.Path, "/connexion") {
			t.Error("the session lives on")
		}
	})
}

// What a provider gets wrong shows on the sign-in page and opens nothing; a way
// back without having left does neither.
func TestProviderRefused(t *testing.T) {
	s, at := withProvider(t, storetest.Open(t, "sqlite"))
	nurse := hire(t, s, access.Nurse, "nadia")
	must(t, access.Link(t.Context(), s.db, access.Machine("reunion"), phare.ID(nurse.id), access.Identity{Provider: "psc", Subject: "1"}))
	b := newBrowser(t, s)
	who := oidctest.Behaviour{Subject: "interne", ACR: "eidas1", Claims: map[string]any{"SubjectNameID": "1"}}
	for _, fault := range []string{oidctest.WrongNonce, oidctest.WrongACR, oidctest.WrongAud, oidctest.Expired, oidctest.Denied} {
		who.Fault = fault
		at.Does(who)
		p := through(t, s, b, at, "")
		p.check()
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "n’a pas été acceptée") {
			t.Errorf("%s: %d %s", fault, p.Status, p.text())
		}
	}
	if p := b.get("/connexion/fournisseur/psc/retour?" + url.Values{"code": {"x"}, "state": {"y"}}.Encode()); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("back without having left: %d", p.Status)
	}
	if p := b.get("/bureau"); !strings.HasPrefix(p.Path, "/connexion") {
		t.Error("someone got in")
	}
}

// A key that an administrator attaches to a colleague lets nobody in until the
// colleague says that it is theirs: else one person alone enters as another.
func TestAttachPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, at := withProvider(t, db)
		nurse, admin := hire(t, s, access.Nurse, "nadia"), hire(t, s, access.Admin, "ada")
		at.Does(oidctest.Behaviour{Subject: "interne", ACR: "eidas1", Claims: map[string]any{"SubjectNameID": "899700000009"}})
		account := "/bureau/equipe/comptes/" + nurse.id
		key := url.Values{"provider": {"psc"}, "subject": {"899700000009"}}
		asked := admin.post(account+"/identite", key)
		asked.check()
		if !strings.Contains(asked.text(), "attend la confirmation de la personne") {
			t.Fatalf("proposed: %d %s", asked.Status, asked.text())
		}
		thief := newBrowser(t, s)
		if p := through(t, s, thief, at, ""); p.Status != http.StatusForbidden {
			t.Fatalf("in before the holder's word: %d %s", p.Status, p.Path)
		}
		decide := func(which string) page {
			t.Helper()
			mine := nurse.get("/bureau/acces")
			mine.check()
			all := regexp.MustCompile(`/bureau/acces/identite/[a-z0-9]+/`+which).FindAllString(mine.Body, -1)
			if len(all) != 1 {
				t.Fatalf("%d keys to %s: %s", len(all), which, mine.text())
			}
			p := nurse.post(all[0], nil)
			p.check()
			return p
		}
		if p := decide("refuser"); strings.Contains(p.text(), "899700000009") {
			t.Errorf("refused, and there: %s", p.text())
		}
		admin.post(account+"/identite", key)
		later(s.db, 6*time.Minute)
		if p := decide("confirmer"); p.Status != http.StatusUnauthorized {
			t.Errorf("confirmed without a fresh proof: %d", p.Status)
		}
		nurse.enter(t, s)
		if p := decide("confirmer"); !strings.Contains(p.text(), "899700000009") || strings.Contains(p.Body, "/confirmer") {
			t.Errorf("confirmed: %d %s", p.Status, p.text())
		}
		if p := through(t, s, thief, at, ""); p.Path != "/bureau" {
			t.Errorf("the holder's own key: %d %s", p.Status, p.Path)
		}
		if p := nurse.get("/bureau/equipe"); p.Status != http.StatusForbidden {
			t.Errorf("a nurse sees the accounts: %d", p.Status)
		}
		storetest.Roles(t, db, "identity.add", "identity.accept", "identity.decline", "refused")
	})
}
