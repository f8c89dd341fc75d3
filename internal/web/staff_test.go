package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// secretOn reads the secret that a page shows for the authenticator application.
func (p page) secretOn() string {
	p.t.Helper()
	for _, n := range p.class("ref") {
		if s := strings.ReplaceAll(words(n), " ", ""); len(s) == 32 {
			return s
		}
	}
	p.t.Fatalf("%s shows no secret: %s", p.Path, p.text())
	return ""
}

// lastLink is the link of the last message of a kind.
func lastLink(t *testing.T, s site, kind string) (link string) {
	t.Helper()
	all := storetest.Clear(t, s.db, "message.link", `kind = $1`, kind)
	if len(all) == 0 {
		t.Fatalf("no message of kind %s", kind)
	}
	return all[len(all)-1]
}

// Someone is invited, comes in, gets another role, and leaves with their work
// listed; what was typed wrong is kept, but for passwords.
func TestStaffPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		admin := hire(t, s, access.Admin, "ada")
		list := admin.get("/bureau/equipe")
		list.check()
		if !strings.Contains(list.text(), "La revue des droits est à faire") {
			t.Errorf("no reminder of the review: %s", list.text())
		}
		bad := admin.post("/bureau/equipe/inviter", url.Values{"name": {"Zoé Fictive"}, "login": {"zoé zoé"}, "mail": {"zoe"}})
		bad.check()
		if bad.Status != http.StatusUnprocessableEntity || !strings.Contains(bad.Body, `value="Zoé Fictive"`) {
			t.Errorf("a bad invitation: %d", bad.Status)
		}
		sent := admin.post("/bureau/equipe/inviter", url.Values{"name": {"Zoé Fictive"}, "login": {"zoe"}, "mail": {"zoe@desk.example"}, "role": {"nurse"}})
		sent.check()
		if sent.Status != http.StatusOK || !strings.Contains(sent.text(), "Zoé Fictive") || !strings.Contains(sent.text(), "Invitation envoyée.") {
			t.Fatalf("invited: %d %s", sent.Status, sent.text())
		}
		zoe := person{browser: newBrowser(t, s), login: "zoe"}
		welcome := zoe.get(lastLink(t, s, "invited"))
		welcome.check()
		wrong := zoe.send(welcome, url.Values{"password": {"court"}, "code": {"000000"}})
		wrong.check()
		if wrong.Status != http.StatusUnprocessableEntity || len(wrong.class("fault")) != 2 || strings.Contains(wrong.Body, "court\"") {
			t.Errorf("short password and wrong code: %d %s", wrong.Status, wrong.text())
		}
		zoe.secret = wrong.secretOn()
		if zoe.secret != welcome.secretOn() {
			t.Error("the secret changed between two showings")
		}
		joined := zoe.send(wrong, url.Values{"password": {phrase}, "code": {zoe.code(t, s)}})
		joined.check()
		if joined.Status != http.StatusOK || !strings.Contains(joined.text(), "C’est prêt") {
			t.Fatalf("joined: %d %s", joined.Status, joined.text())
		}
		if p := zoe.enter(t, s); p.Path != "/bureau" {
			t.Fatalf("led to %s", p.Path)
		}
		if p := zoe.get(welcome.Path); p.Status != http.StatusNotFound {
			t.Errorf("the link opens twice: %d", p.Status)
		}
		a, err := access.FindAccount(t.Context(), s.db, "zoe")
		must(t, err)
		at := "/bureau/equipe/comptes/" + string(a.ID)
		admin.get(at).check()
		if p := admin.post(at+"/role", url.Values{"role": {"physician"}}); p.Status != http.StatusOK || !strings.Contains(p.text(), "Médecin référent") || !strings.Contains(p.text(), "Rôle changé.") {
			t.Errorf("another role: %d %s", p.Status, p.text())
		}
		if p := zoe.get("/bureau"); !strings.HasPrefix(p.Path, "/connexion") {
			t.Error("a session outlives a change of role")
		}
		if p := admin.get(at + "?fait=nonsense"); strings.Contains(p.Body, `id="fait"`) {
			t.Error("a page says what nobody did")
		}
		gone := admin.post(at+"/depart", nil)
		gone.check()
		if !strings.Contains(gone.text(), "Cette personne est partie") || !strings.Contains(gone.text(), "Aucune demande en cours") {
			t.Errorf("left: %s", gone.text())
		}
		if p := admin.post(at+"/depart", nil); p.Status != http.StatusConflict {
			t.Errorf("leaving twice: %d", p.Status)
		}
	})
}

// Two people open the door again for someone who lost a way in.
func TestHelpPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse := hire(t, s, access.Nurse, "nadia")
		doctor := hire(t, s, access.Physician, "doctor")
		admin := hire(t, s, access.Admin, "ada")
		at := "/bureau/equipe/comptes/" + nurse.id
		asked := admin.post(at+"/secours", url.Values{"reason": {"Téléphone volé, vue en face"}})
		asked.check()
		if !strings.Contains(asked.text(), "une autre personne doit confirmer") {
			t.Fatalf("asked: %s", asked.text())
		}
		mine := admin.get("/bureau/secours")
		mine.check()
		if strings.Contains(mine.Body, "/confirmer") {
			t.Error("the one who asked is offered to confirm")
		}
		desk := doctor.get("/bureau")
		desk.check()
		if !strings.Contains(desk.text(), "1 personne attend que vous confirmiez") || strings.Count(desk.Body, `href="/bureau/secours"`) != 2 {
			t.Errorf("who can confirm does not see it: %s", desk.text())
		}
		if p := nurse.get("/bureau"); strings.Contains(p.Body, "/bureau/secours") {
			t.Error("who cannot confirm is led to it")
		}
		wait := doctor.get("/bureau/secours")
		wait.check()
		action, _ := wait.form()
		if !strings.HasSuffix(action, "/confirmer") || !strings.Contains(wait.text(), "Téléphone volé") {
			t.Fatalf("waiting: %s", wait.text())
		}
		if p := admin.post(action, nil); p.Status != http.StatusForbidden {
			t.Errorf("the same person confirms: %d", p.Status)
		}
		told := doctor.post(action, nil)
		told.check()
		code := words(told.class("big")[0])
		door := newBrowser(t, s)
		page := door.get("/secours")
		page.check()
		no := door.send(page, url.Values{"login": {"nadia"}, "told": {"0000 0000 0000"}})
		no.check()
		if no.Status != http.StatusUnprocessableEntity || !strings.Contains(no.Body, `value="nadia"`) {
			t.Errorf("a wrong code: %d", no.Status)
		}
		renew := door.send(no, url.Values{"told": {code}})
		renew.check()
		nurse.secret = renew.secretOn()
		short := door.send(renew, url.Values{"password": {"court"}, "code": {nurse.code(t, s)}})
		short.check()
		if short.Status != http.StatusUnprocessableEntity {
			t.Errorf("a short password: %d", short.Status)
		}
		if done := door.send(short, url.Values{"password": {phrase}, "code": {nurse.code(t, s)}}); done.Status != http.StatusOK || !strings.Contains(done.text(), "C’est prêt") {
			t.Fatalf("done: %d %s", done.Status, done.text())
		}
		nurse.enter(t, s)
	})
}

// The yearly review is signed as a whole, kept, and its reminder comes back
// after a year.
func TestReviewPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse := hire(t, s, access.Nurse, "nadia")
		admin := hire(t, s, access.Admin, "ada")
		by := access.Actor{ID: nurse.id, Platform: "reunion", Role: access.Nurse}
		for range 3 {
			must(t, s.db.Write(t.Context(), by.Act("request.open", "r"), func(*store.Tx) error { return nil }))
		}
		page := admin.get("/bureau/equipe/revue")
		if got := page.text(); !strings.Contains(got, "1 dossier · 3 ouvertures · 0 document ") || !strings.Contains(got, "aucun dossier") {
			t.Errorf("what was opened is not told: %s", got)
		}
		page.check()
		if _, v := page.form(); v.Get("keep-"+nurse.id) != "" || v.Get("keep-"+admin.id) != "yes" {
			t.Errorf("decided beforehand: %v", v)
		}
		if strings.Contains(page.text(), "seul compte") {
			t.Error("one of two is told that they are alone")
		}
		none := admin.send(page, nil)
		none.check()
		if none.Status != http.StatusUnprocessableEntity || !strings.Contains(none.text(), "Décidez pour chaque compte") {
			t.Errorf("undecided: %d %s", none.Status, none.text())
		}
		done := admin.send(none, url.Values{"keep-" + nurse.id: {"no"}})
		done.check()
		if !strings.Contains(done.text(), "1 dossier · 3 ouvertures") {
			t.Errorf("the signed sheet does not keep what was opened: %s", done.text())
		}
		if done.Status != http.StatusOK || !strings.Contains(done.text(), "Nadia Fictif Infirmière de coordination") || !strings.Contains(done.text(), "retiré") || !strings.Contains(done.text(), "Signée par Ada Fictif") {
			t.Fatalf("signed: %d %s", done.Status, done.text())
		}
		if p := nurse.get("/bureau"); !strings.HasPrefix(p.Path, "/connexion") {
			t.Error("an account that was not kept is in")
		}
		if p := admin.get("/bureau/equipe/revue"); !strings.Contains(p.text(), "Vous êtes le seul compte") {
			t.Error("who would review nobody but themselves is not told")
		}
		if p := admin.get("/bureau/equipe"); strings.Contains(p.text(), "est à faire") {
			t.Error("the reminder stays after the review")
		}
		later(s.db, 366*24*time.Hour)
		admin.enter(t, s)
		if p := admin.get("/bureau/equipe"); !strings.Contains(p.text(), "est à faire") {
			t.Error("no reminder after a year")
		}
	})
}

// A User-Agent becomes two words, an address loses its last part.
func TestDevice(t *testing.T) {
	s := oneSite(t)
	nurse := hire(t, s, access.Nurse, "nadia")
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge · Windows",
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                        "Firefox · Linux",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1":           "Safari · iPhone",
		"Mozilla/5.0 (Linux; Android 15; SM-A556B) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":        "Samsung Internet · Android",
		"<b>x</b>": "Appareil inconnu",
	} {
		later(s.db, time.Minute)
		body := url.Values{"login": {nurse.login}, "password": {phrase}, "code": {nurse.code(t, s)}}
		r, err := http.NewRequest(http.MethodPost, "http://phare.example/connexion", strings.NewReader(body.Encode()))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("User-Agent", agent)
		r.RemoteAddr = "[2001:db8:1:2::7]:9"
		if w := record(s, r); w.Code != http.StatusSeeOther {
			t.Fatalf("%d", w.Code)
		}
		if p := nurse.get("/bureau/acces"); !strings.Contains(p.text(), want+" · réseau 2001:db8:1::") {
			t.Errorf("%q is not %q: %s", agent, want, p.text())
		}
	}
}
