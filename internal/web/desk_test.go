package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
)

// staff opens an account and signs its owner in.
func staff(t *testing.T, s site, platform string, role access.Role) *browser {
	t.Helper()
	login := fmt.Sprintf("%s.%s.%s", role, platform, phare.NewForm()[:10])
	const password = "une phrase bien longue"
	_, secret, err := access.AddAccount(t.Context(), s.db, access.Machine(platform), access.NewAccount{
		Platform: platform, Login: login, Name: "Personne Inventée", Role: role, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	code, err := access.Code(secret, s.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, s)
	p := b.post("/connexion", url.Values{"login": {login}, "password": {password}, "code": {code}})
	if strings.HasPrefix(p.Path, "/connexion") {
		t.Fatalf("sign-in as %s ends at %s: %s", role, p.Path, p.text())
	}
	return b
}

// arrive submits a request as a physician would and returns its id.
func arrive(t *testing.T, s site, platform string, change func(*request.Fields)) phare.ID {
	t.Helper()
	f := request.Fields{Who: request.GP, Platform: platform, Diagnosis: request.NoDiagnosis, FamilyName: "Payet-Inventé", FirstName: "Lou",
		BirthDate: "2019-03-12", Sex: "female", Question: "Quel centre pour une ataxie de l’enfant ?", Story: "Marche instable <b>depuis</b> deux ans.",
		Urgency: request.Soon, Name: "Dr Ida Fictive", Phone: "0262 00 12 34", Consent: "yes"}
	if change != nil {
		change(&f)
	}
	if _, err := request.Submit(t.Context(), s.db, s.key, access.Anyone(platform), request.NewForm(), f); err != nil {
		t.Fatal(err)
	}
	nurse := access.Actor{ID: "x", Platform: platform, Role: access.Nurse}
	p, err := request.List(t.Context(), s.db, nurse, request.Filter{Find: f.FamilyName})
	if err != nil || len(p.Rows) == 0 {
		t.Fatalf("the request is not on the list: %v", err)
	}
	return p.Rows[0].ID
}

// formTo returns the fields of the form that posts to an address ending in tail.
func (p page) formTo(tail string) (action string, v url.Values) {
	p.t.Helper()
	for _, n := range p.all("form") {
		if to, _ := attr(n, "action"); strings.HasSuffix(to, tail) {
			v = url.Values{}
			for x := range n.Descendants() {
				fillFrom(v, x)
			}
			return to, v
		}
	}
	p.t.Fatalf("%s (%d) has no form to %s: %s", p.Path, p.Status, tail, p.text())
	return "", nil
}

// submit fills in the form that posts to an address ending in tail and posts it.
func (b *browser) submit(p page, tail string, answers url.Values) page {
	b.t.Helper()
	action, v := p.formTo(tail)
	for name, values := range answers {
		v[name] = values
	}
	return b.post(action, v)
}

// sound is check for the desk's pages: it also finds keys that no catalogue has.
func (p page) sound() page {
	p.t.Helper()
	p.check()
	for n := range p.doc.Descendants() {
		if n.Type == html.TextNode && strings.HasPrefix(n.Data, "[") && strings.Contains(n.Data, ".") && strings.HasSuffix(n.Data, "]") {
			p.t.Errorf("%s shows the message %s, which no catalogue has", p.Path, n.Data)
		}
	}
	return p
}

func TestDeskLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		list := b.get("/bureau").sound()
		if list.Status != 200 || !strings.Contains(list.text(), "L. P.") || strings.Contains(list.text(), "Payet") {
			t.Errorf("the work list: %d %s", list.Status, list.text())
		}
		found := b.submit(list, "/bureau/recherche", url.Values{"q": {"payet 12/03/2019"}}).sound()
		if !strings.Contains(found.text(), "L. P.") || strings.Contains(found.Path, "payet") {
			t.Errorf("search: %s %s", found.Path, found.text())
		}
		file := b.get("/bureau/demandes/" + id).sound()
		for _, want := range []string{"Payet-Inventé", "12/03/2019", "Quel centre pour une ataxie", "<b>depuis</b>", "Dr Ida Fictive", "À dire au téléphone"} {
			if !strings.Contains(file.text(), want) {
				t.Errorf("the file does not show %q", want)
			}
		}
		file = b.submit(file, "/prendre", nil).sound()
		if !strings.Contains(file.text(), "Personne Inventée") || !strings.Contains(file.text(), "En cours") {
			t.Errorf("after taking: %s", file.text())
		}
		file = b.submit(file, "/note", url.Values{"kind": {"call"}, "text": {"Rappelé la mère"}}).sound()
		if !strings.Contains(file.text(), "Rappelé la mère") {
			t.Error("the note is not on the timeline")
		}
		file = b.submit(file, "/attendre", url.Values{"who": {"le pédiatre, bilan"}, "until": {"2026-03-20"}}).sound()
		if !strings.Contains(file.text(), "le pédiatre, bilan") || !strings.Contains(file.text(), "vendredi 20 mars 2026") {
			t.Errorf("after waiting: %s", file.text())
		}
		file = b.submit(file, "/clore", url.Values{"reason": {"out-of-scope"}, "words": {"Orientée vers le CAMSP"}}).sound()
		if !strings.Contains(file.text(), "Close") || !strings.Contains(file.text(), "Orientée vers le CAMSP") {
			t.Errorf("after closing: %s", file.text())
		}
		for _, basket := range []string{"triage", "complete", "hand", "expert", "answer", "late", "closed"} {
			if p := b.get("/bureau?liste=" + basket).sound(); p.Status != 200 {
				t.Errorf("basket %s: %d", basket, p.Status)
			}
		}
	})
}

func TestDeskKeepsWhatWasTyped(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b, other := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Nurse)
		seen := b.get("/bureau/demandes/" + id)
		if p := b.submit(seen, "/attendre", url.Values{"who": {"le pédiatre"}, "until": {"hier"}}).sound(); p.Status != 422 || !strings.Contains(p.Body, `value="le pédiatre"`) {
			t.Errorf("refused: %d, typed words kept: %t", p.Status, strings.Contains(p.Body, `value="le pédiatre"`))
		}
		other.submit(other.get("/bureau/demandes/"+id), "/prendre", nil)
		late := b.submit(seen, "/attendre", url.Values{"who": {"le pédiatre"}, "until": {"2026-03-20"}}).sound()
		if late.Status != 409 || !strings.Contains(late.Body, `value="le pédiatre"`) {
			t.Errorf("conflict: %d %s", late.Status, late.text())
		}
		if again := b.submit(late, "/attendre", nil).sound(); again.Status != 200 || !strings.Contains(again.text(), "le pédiatre") {
			t.Errorf("the same words sent again: %d %s", again.Status, again.text())
		}
	})
}

func TestPatientPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		first, second := string(arrive(t, s, "reunion", nil)), string(arrive(t, s, "reunion", func(f *request.Fields) { f.FamilyName = "Payé Inventer" }))
		b := staff(t, s, "reunion", access.Secretary)
		form := b.get("/bureau/demandes/" + first + "/patient").sound()
		bad := b.submit(form, "/patient", url.Values{"ins": {"277076322082910"}, "note": {"Après 17 h"}}).sound()
		if bad.Status != 422 || !strings.Contains(bad.Body, "277076322082910") || !strings.Contains(bad.Body, "Après 17 h") {
			t.Errorf("an INS without qualified identity: %d", bad.Status)
		}
		file := b.submit(bad, "/patient", url.Values{"ins": {""}}).sound()
		if file.Status != 200 || !strings.Contains(file.text(), "PAYET-INVENTÉ Lou") || !strings.Contains(file.text(), "Identité provisoire") {
			t.Errorf("identified: %d %s", file.Status, file.text())
		}
		twin := b.get("/bureau/demandes/" + second + "/patient").sound()
		if !strings.Contains(twin.text(), "nom proche à l’oreille") {
			t.Fatalf("no candidate: %s", twin.text())
		}
		if linked := b.submit(twin, "/patient/lier", nil).sound(); !strings.Contains(linked.text(), "PAYET-INVENTÉ Lou") {
			t.Errorf("linked: %s", linked.text())
		}
		again := b.get("/bureau/demandes/" + second + "/patient").sound()
		if ok := b.submit(again, "/patient", url.Values{"first_names": {"Lou Marie"}}); ok.Status != 200 {
			t.Errorf("corrected: %d %s", ok.Status, ok.text())
		}
		if stale := b.submit(again, "/patient", url.Values{"first_names": {"Louise"}}).sound(); stale.Status != 409 || !strings.Contains(stale.Body, "Louise") {
			t.Errorf("corrected twice from one page: %d", stale.Status)
		}
	})
}

// TestDeskDoors knocks at every route of the desk: without a session, without
// the right, from another platform, and for a request that does not exist.
func TestDeskDoors(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		stranger, director, elsewhere, nurse := newBrowser(t, s), staff(t, s, "reunion", access.Director), staff(t, s, "guyane", access.Nurse), staff(t, s, "reunion", access.Nurse)
		gets := []string{"", "/patient", "/signes", "/orientation"}
		posts := []string{"/prendre", "/attribuer", "/attendre", "/note", "/clore", "/patient", "/patient/lier", "/signes", "/orientation", "/choix"}
		right := url.Values{"version": {"1"}, "kind": {"note"}, "text": {"x"}, "who": {"x"}, "until": {"2026-03-20"}, "reason": {"withdrawn"}, "do": {"drop"}, "sign": {"HP:0000365"},
			"owner": {"x"}, "choice": {"none"}, "birth_name": {"x"}, "first_names": {"x"}, "sex": {"female"}, "identity": {"PROV"}, "patient": {""}}
		for method, tails := range map[string][]string{"GET": gets, "POST": posts} {
			for _, tail := range tails {
				here, nowhere := "/bureau/demandes/"+id+tail, "/bureau/demandes/"+string(phare.NewID())+tail
				if p := stranger.do(method, here, right); !strings.HasPrefix(p.Path, "/connexion") {
					t.Errorf("%s %s without session ends at %s", method, tail, p.Path)
				}
				if p := director.do(method, here, right); p.Status != 403 {
					t.Errorf("%s %s without right: %d", method, tail, p.Status)
				}
				theirs, none := elsewhere.do(method, here, right), nurse.do(method, nowhere, right)
				if theirs.Status != 404 || none.Status != 404 || theirs.text() != none.text() {
					t.Errorf("%s %s: other platform %d, unknown %d", method, tail, theirs.Status, none.Status)
				}
			}
		}
		if n := count(t, s.db, "event"); n != 1 {
			t.Errorf("refusals left %d events, want the one of the submission", n)
		}
	})
}
