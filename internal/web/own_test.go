package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// person is someone with an account, whose codes the test can make.
type person struct {
	*browser
	login, secret string
	id            string
}

const phrase = "une phrase bien longue"

// hire opens an account and signs it in with a browser of its own.
func hire(t *testing.T, s site, role access.Role, login string) person {
	t.Helper()
	a, secret, err := access.AddAccount(t.Context(), s.db, access.Machine("reunion"), access.NewAccount{
		Platform: "reunion", Login: login, Name: strings.ToUpper(login[:1]) + login[1:] + " Fictif", Role: role, Password: phrase, Mail: login + "@desk.example"})
	must(t, err)
	p := person{newBrowser(t, s), login, secret, string(a.ID)}
	p.enter(t, s)
	return p
}

// enter signs in; each time a minute passes, since a code works once.
func (p person) enter(t *testing.T, s site) page {
	t.Helper()
	later(s.db, time.Minute)
	got := p.post("/connexion", url.Values{"login": {p.login}, "password": {phrase}, "code": {p.code(t, s)}})
	if strings.HasPrefix(got.Path, "/connexion") {
		t.Fatalf("%s did not get in: %s", p.login, got.text())
	}
	return got
}

func (p person) code(t *testing.T, s site) string {
	t.Helper()
	c, err := access.Code(p.secret, s.db.Now())
	must(t, err)
	return c
}

func later(db *store.DB, d time.Duration) {
	now := db.Now().Add(d)
	db.Now = func() time.Time { return now }
}

// One sees one's sessions and ends one or all others; a session that was ended
// opens nothing, and nobody ends a stranger's.
func TestOwnSessions(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		ward := hire(t, s, access.Nurse, "ward")
		other := hire(t, s, access.Nurse, "other")
		second := person{newBrowser(t, s), ward.login, ward.secret, ward.id}
		second.enter(t, s)
		third := person{newBrowser(t, s), ward.login, ward.secret, ward.id}
		third.enter(t, s)
		p := ward.get("/bureau/acces")
		p.check()
		if n := strings.Count(p.Body, "/fermer\""); n != 2 {
			t.Fatalf("%d other sessions can be ended, want 2: %s", n, p.text())
		}
		for _, want := range []string{"cet appareil", "mot de passe et code", "réseau 192.0.2.x", "Appareil inconnu"} {
			if !strings.Contains(p.text(), want) {
				t.Errorf("the list lacks %q: %s", want, p.text())
			}
		}
		end := func(p page) string {
			for _, f := range p.all("form") {
				if to, _ := attr(f, "action"); strings.HasSuffix(to, "/fermer") {
					return to
				}
			}
			t.Fatal("no session to end")
			return ""
		}
		if got := other.post(end(p), nil); got.Status != http.StatusNotFound {
			t.Errorf("a stranger ends a session: %d", got.Status)
		}
		ward.post(end(p), nil)
		if left := ward.get("/bureau/acces"); strings.Count(left.Body, "/fermer\"") != 1 {
			t.Errorf("after ending one: %s", left.text())
		}
		if p := ward.post("/bureau/acces/sessions/autres", nil); !strings.Contains(p.text(), "Toutes vos autres sessions sont fermées.") {
			t.Errorf("does not say what was done: %s", p.text())
		}
		for name, b := range map[string]person{"second": second, "third": third} {
			if got := b.get("/bureau"); !strings.HasPrefix(got.Path, "/connexion") {
				t.Errorf("the %s session lives on: %s", name, got.Path)
			}
		}
		if got := ward.get("/bureau"); got.Path != "/bureau" {
			t.Errorf("the session in hand ended too: %s", got.Path)
		}
		if got := other.get("/bureau"); got.Path != "/bureau" {
			t.Errorf("a colleague's session ended: %s", got.Path)
		}
	})
}

// What asks for a fresh proof asks for it after five minutes, on every such
// route, keeps what was typed, takes it once, and changes the session's secret.
func TestFreshProof(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		n := 0
		later(db, access.FreshFor)
		for _, r := range w.server.Routes() {
			if !r.Policy.Fresh {
				continue
			}
			for _, c := range callers() {
				actor := access.Actor{Role: access.Role(c.name)}
				if !actor.Can(r.Policy.Right) {
					continue
				}
				n++
				method, _, _ := strings.Cut(r.Pattern, " ")
				got := w.knock(t, knock{method: method, path: example(t, w.here, r.Pattern, c.name), session: c.session(w), body: url.Values{"reason": {"Motif gardé"}, "password": {"secretissime"}}})
				if got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), "Prouvez que c’est vous") {
					t.Errorf("%s as %s: %d", r.Pattern, c.name, got.Code)
				}
				if method == http.MethodPost && (!strings.Contains(got.Body.String(), `value="Motif gardé"`) || strings.Contains(got.Body.String(), "secretissime")) {
					t.Errorf("%s as %s does not keep what was typed, or keeps a password", r.Pattern, c.name)
				}
				wayBack(t, w, r.Pattern, got.Body.String(), c.session(w))
			}
		}
		if n < 10 {
			t.Errorf("only %d tries", n)
		}
	})
}

// wayBack tries that the page that asks for a proof says what for, and leads back
// to a page that this person can read.
func wayBack(t *testing.T, w town, pattern, body, session string) {
	t.Helper()
	back := regexp.MustCompile(`<p class="crumbs"><a href="([^"]+)">← Revenir`).FindStringSubmatch(body)
	if len(back) != 2 || !strings.Contains(body, "<strong>Pour\u202f: ") {
		t.Errorf("%s: back %v, or does not say what for", pattern, back)
		return
	}
	if got := w.knock(t, knock{method: http.MethodGet, path: back[1], session: session}); got.Code != http.StatusOK && got.Code != http.StatusNotFound || got.Code == http.StatusNotFound && !strings.Contains(pattern, "{id}") {
		t.Errorf("%s: back to %s: %d", pattern, back[1], got.Code)
	}
}

func TestProofGoesOn(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		doctor := hire(t, s, access.Physician, "doctor")
		form := doctor.get("/bureau/module")
		later(s.db, access.FreshFor)
		asked := doctor.send(form, url.Values{"read": {"yes"}, "reason": {"Essai « prudent » de 3 mois"}})
		asked.check()
		if asked.Status != http.StatusUnauthorized || !strings.Contains(asked.text(), "Ce que vous avez saisi est gardé") {
			t.Fatalf("%d: %s", asked.Status, asked.text())
		}
		if !strings.Contains(asked.text(), "allumer ou éteindre le classement") || !strings.Contains(asked.Body, `href="/bureau/module">← Revenir`) {
			t.Errorf("does not say what for, or has no way back: %s", asked.text())
		}
		wrong := doctor.send(asked, url.Values{"proof.code": {"000000"}})
		wrong.check()
		if wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, "Essai « prudent » de 3 mois") {
			t.Fatalf("a wrong code: %d %s", wrong.Status, wrong.text())
		}
		at, err := url.Parse("http://phare.example/")
		must(t, err)
		before := doctor.jar.Cookies(at)[0].Value
		code := doctor.code(t, s)
		done := doctor.send(wrong, url.Values{"proof.code": {code}})
		if done.Status != http.StatusOK || !strings.Contains(done.text(), "Allumé") || !strings.Contains(done.text(), "Essai « prudent » de 3 mois") {
			t.Fatalf("a right code: %d %s", done.Status, done.text())
		}
		after := doctor.jar.Cookies(at)[0].Value
		if before == after {
			t.Error("the proof did not change the session's secret")
		}
		if _, err := access.FromSession(t.Context(), s.db, s.key, before); err == nil {
			t.Error("the secret before the proof still opens")
		}
		if p := doctor.get("/rapport/2026/csv"); p.Status != http.StatusOK {
			t.Errorf("a file within five minutes of the proof: %d", p.Status)
		}
		later(s.db, access.FreshFor)
		page := doctor.get("/rapport/2026/csv")
		if again := doctor.send(page, url.Values{"proof.code": {code}}); again.Status != http.StatusUnprocessableEntity || !strings.Contains(again.text(), "télécharger le rapport") || !strings.Contains(again.Body, `href="/rapport/2026">← Revenir`) {
			t.Errorf("a used code proves again: %d", again.Status)
		}
		if file := doctor.send(page, url.Values{"proof.code": {doctor.code(t, s)}}); file.Path != "/rapport/2026/csv" || file.Status != http.StatusOK {
			t.Errorf("the file after a proof: %d %s", file.Status, file.Path)
		}
	})
}

// A wrong code is counted: after ten the account's proofs wait, in a session opened
// meanwhile as well.
func TestProofIsCounted(t *testing.T) {
	s := oneSite(t)
	doctor := hire(t, s, access.Physician, "doctor")
	later(s.db, access.FreshFor)
	page := doctor.get("/bureau/acces/code")
	for range 10 {
		doctor.send(page, url.Values{"proof.code": {"000000"}})
	}
	if got := doctor.send(page, url.Values{"proof.code": {doctor.code(t, s)}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("an account that waits proves: %d", got.Status)
	}
	again := person{newBrowser(t, s), doctor.login, doctor.secret, doctor.id}
	again.enter(t, s)
	later(s.db, access.FreshFor)
	if got := again.send(again.get("/bureau/acces/code"), url.Values{"proof.code": {doctor.code(t, s)}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("to sign in again gives more tries: %d", got.Status)
	}
	later(s.db, 15*time.Minute)
	if got := again.send(again.get("/bureau/acces/code"), url.Values{"proof.code": {doctor.code(t, s)}}); got.Status != http.StatusOK {
		t.Errorf("after the wait: %d", got.Status)
	}
}

// Who fails at the door in a colleague's name keeps them out there, not from what
// they do inside.
func TestDoorKeepsNobodyFromProving(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		doctor := hire(t, s, access.Physician, "doctor")
		later(s.db, access.FreshFor)
		page, stranger := doctor.get("/bureau/acces/code"), newBrowser(t, s)
		for range 10 {
			stranger.post("/connexion", url.Values{"login": {doctor.login}, "password": {"faux"}, "code": {"000000"}})
		}
		if got := doctor.send(page, url.Values{"proof.code": {doctor.code(t, s)}}); got.Status != http.StatusOK {
			t.Errorf("the right code, inside: %d %s", got.Status, got.text())
		}
		later(s.db, time.Minute)
		if got := stranger.post("/connexion", url.Values{"login": {doctor.login}, "password": {phrase}, "code": {doctor.code(t, s)}}); !strings.HasPrefix(got.Path, "/connexion") {
			t.Error("a proof inside has opened the door that waits")
		}
	})
}

// The secret of the authenticator application is replaced only when the new one
// is seen at work; the old one then opens nothing and other sessions end.
func TestRenewCode(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse := hire(t, s, access.Nurse, "nadia")
		second := person{newBrowser(t, s), nurse.login, nurse.secret, nurse.id}
		second.enter(t, s)
		nurse.enter(t, s)
		page := nurse.get("/bureau/acces/code")
		page.check()
		if len(page.all("path")) != 1 {
			t.Error("no picture of the secret")
		}
		secret := ""
		for _, n := range page.class("ref") {
			secret = strings.ReplaceAll(words(n), " ", "")
		}
		bad := nurse.send(page, url.Values{"code": {"000000"}})
		bad.check()
		if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(strings.ReplaceAll(bad.Body, " ", ""), secret) {
			t.Fatalf("a wrong code: %d", bad.Status)
		}
		old := nurse.secret
		nurse.secret = secret
		if done := nurse.send(bad, url.Values{"code": {nurse.code(t, s)}}); done.Path != "/bureau/acces?fait=code#fait" || !strings.Contains(done.text(), "Nouveau secret en service") {
			t.Fatalf("a right code: %d %s", done.Status, done.text())
		}
		if got := second.get("/bureau"); !strings.HasPrefix(got.Path, "/connexion") {
			t.Error("another session outlives a change of secret")
		}
		later(s.db, time.Minute)
		second.secret = old
		if got := second.post("/connexion", url.Values{"login": {"nadia"}, "password": {phrase}, "code": {second.code(t, s)}}); got.Path != "/connexion" {
			t.Error("the old secret still opens")
		}
		storetest.Roles(t, s.db, "account.totp")
		nurse.enter(t, s)
	})
}

// record is one answer of the site, redirects not followed.
func record(s site, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.h.ServeHTTP(w, r)
	return w
}
