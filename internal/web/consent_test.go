package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// ticking moves the clock of a site on, a minute each time it is called, so that what
// was said and what has left stand in an order.
func ticking(s site) func() {
	now := storetest.Noon
	return func() {
		now = now.Add(time.Minute)
		at := now
		s.db.Now = func() time.Time { return at }
	}
}

// A line is noted on the page, from the file; what was typed is kept; the file, the
// desk's list and the page say who is still to be told, and telling them ends it.
func TestConsentPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		later := ticking(s)
		_, _, token := askAda(t, s)
		nurse := staff(t, s, "reunion", access.Nurse)
		list, err := request.List(t.Context(), s.db, access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse}, request.Filter{Find: "payet"})
		must(t, err)
		at := "/bureau/demandes/" + string(list.Rows[0].ID)
		expert := newBrowser(t, s)
		expert.post("/avis/"+token, url.Values{"do": {"open"}})
		file := nurse.get(at).sound()
		if !strings.Contains(file.text(), "Accords et oppositions") || !strings.Contains(file.text(), "Contact pour la recherche Rien de noté") {
			t.Errorf("the file: %s", file.text())
		}
		page := nurse.get(at + "/accords").sound()
		if !strings.Contains(page.text(), "Case cochée sur le formulaire") || !strings.Contains(page.text(), "Question à un expert · Pr Ada Imaginaire") || strings.Contains(page.text(), "à prévenir") {
			t.Errorf("before: %s", page.text())
		}
		page = nurse.get(at + "/accords?quoi=outside").sound()
		refused := nurse.submit(page, "/accords", url.Values{"to": {"Pr Gardé"}, "outcome": {"withdrawn"}}).sound()
		if refused.Status != http.StatusUnprocessableEntity || len(refused.class("fault")) == 0 || !strings.Contains(refused.Body, "Pr Gardé") {
			t.Errorf("faults: %d %s", refused.Status, refused.text())
		}
		later()
		page = nurse.submit(refused, "/accords", url.Values{"kind": {"any"}, "to": {""}, "outcome": {"withdrawn"}, "giver": {"parent"}, "giver_name": {"Rosa Inventée"}, "how": {"phone"}, "assent": {"yes"}}).sound()
		for _, want := range []string{"C’est noté.", "Refus ou retrait", "Rosa Inventée", "à prévenir", "Le lien est fermé", "L’enfant"} {
			if !strings.Contains(page.text(), want) {
				t.Errorf("after: no %q in %s", want, page.text())
			}
		}
		if home := nurse.get("/bureau").sound(); !strings.Contains(home.text(), "Prévenir après un refus") {
			t.Error("the desk's page says nothing")
		}
		if owing := nurse.get("/bureau/accords").sound(); !strings.Contains(owing.text(), list.Rows[0].Reference) {
			t.Errorf("the list: %s", owing.text())
		}
		if file = nurse.get(at).sound(); !strings.Contains(file.text(), "à prévenir d’un refus") || strings.Contains(file.text(), "Accord recueilli") {
			t.Errorf("the file after: %s", file.text())
		}
		page = nurse.submit(page, "/prevenu", url.Values{"how": {"phone"}}).sound()
		if strings.Contains(page.text(), "à prévenir") || !strings.Contains(page.text(), "prévenu par téléphone") {
			t.Errorf("told: %s", page.text())
		}
		if home := nurse.get("/bureau"); strings.Contains(home.text(), "Prévenir après un refus") {
			t.Error("the desk's page still says that somebody is to be told")
		}
		// A line noted in error is taken back by a physician, and stays to be read.
		if p := nurse.submit(page, "/accords", url.Values{"do": {"void"}, "words": {"Noté dans le mauvais dossier."}}).sound(); !strings.Contains(p.text(), "Seul un médecin") {
			t.Errorf("a nurse takes a refusal back: %s", p.text())
		}
		doctor := staff(t, s, "reunion", access.Physician)
		later()
		page = doctor.submit(doctor.get(at+"/accords"), "/accords", url.Values{"do": {"void"}, "words": {"Noté dans le mauvais dossier."}}).sound()
		if !strings.Contains(page.text(), "noté par erreur, ne compte plus") || !strings.Contains(page.text(), "Historique (3)") {
			t.Errorf("taken back: %s", page.text())
		}
		for _, lang := range []string{"fr", "en"} {
			if sheet := nurse.get(at + "/accords/fiche?langue=" + lang).sound(); sheet.Status != http.StatusOK {
				t.Errorf("sheet in %s: %d", lang, sheet.Status)
			}
			if pdf := nurse.get(at + "/accords/fiche.pdf?langue=" + lang); !strings.HasPrefix(pdf.Body, "%PDF-") {
				t.Errorf("no PDF in %s: %d", lang, pdf.Status)
			}
		}
	})
}

// Ask 26: a letter that may not leave leads to where its consent is noted, or where a
// physician writes why it leaves all the same; the same for the answer.
func TestStoppedLetter(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		later := ticking(s)
		nurse, id := inHand(t, s)
		doctor := staff(t, s, "reunion", access.Physician)
		at := "/bureau/demandes/" + string(id)
		nurse.submit(nurse.get(at+"/reponse"), "/reponse", url.Values{"do": {"save"}, "professional": {"Voir le centre."}, "family": {"Nous vous appelons."}})
		doctor.submit(doctor.get(at+"/reponse"), "/reponse", url.Values{"do": {"sign"}})
		later()
		said := url.Values{"outcome": {"opposed"}, "kind": {"any"}, "giver": {"patient"}, "how": {"oral"}}
		nurse.submit(nurse.get(at+"/accords?quoi=team"), "/accords", said)
		later()
		for _, path := range []string{"/lettre", "/lettre.pdf", "/lettre.odt"} {
			p := nurse.get(at + path).sound()
			if p.Status != http.StatusConflict || !strings.Contains(p.text(), "s’oppose au partage") || strings.Contains(p.text(), "Voir le centre.") {
				t.Errorf("%s: %d %s", path, p.Status, p.text())
			}
			if p = nurse.get(at + path + "?voix=famille"); p.Status != http.StatusOK {
				t.Errorf("%s for the family, of whom nothing was said: %d", path, p.Status)
			}
		}
		p := nurse.submit(nurse.get(at+"/reponse"), "/envoyer", url.Values{"way": {"post"}}).sound()
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "Transmettre quand même") {
			t.Errorf("the answer: %d %s", p.Status, p.text())
		}
		p = nurse.submit(p, "/envoyer", url.Values{"way": {"post"}, "override_kind": {"vital"}, "override": {"Un danger pour l’enfant."}}).sound()
		if !strings.Contains(p.text(), "seul un médecin") || !strings.Contains(p.Body, "Un danger pour l’enfant.") {
			t.Errorf("a nurse against a no: %d %s", p.Status, p.text())
		}
		p = doctor.submit(doctor.get(at+"/lettre"), "/outre", url.Values{"override_kind": {"vital"}, "override": {"Un danger pour l’enfant."}}).sound()
		if !strings.Contains(p.text(), "La raison est écrite") {
			t.Errorf("the physician's reason: %d %s", p.Status, p.text())
		}
		if p = nurse.get(at + "/lettre"); p.Status != http.StatusOK || !strings.Contains(p.text(), "Voir le centre.") {
			t.Errorf("the letter, after it: %d %s", p.Status, p.text())
		}
		if p = nurse.get(at + "/accords").sound(); !strings.Contains(p.text(), "Transmis malgré l’absence d’accord") {
			t.Errorf("the list does not show it: %s", p.text())
		}
	})
}

// The patient needs nobody's leave to hear the answer to their own request.
func TestOwnAnswer(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		l := newLeaving(t, s)
		id := l.file(t, func(f *request.Fields) { ofParent(f); f.Relation = "self" })
		l.answer(t, id)
		for _, purpose := range []string{consent.Team, consent.Relatives} {
			l.note(t, id, purpose, consent.Opposed, nil)
		}
		l.note(t, id, consent.Outside, consent.Refused, nil)
		must(t, l.send(t, id))
	})
}

// The family's own view tells what was noted and since when: no recipient, and
// nothing of what a child said about parents.
func TestFamilySeesItsConsents(t *testing.T) {
	storetestTown(t, func(t *testing.T, w town) {
		ask := func() *httptest.ResponseRecorder {
			return w.knock(t, knock{method: "POST", path: "/suivi/acces", body: url.Values{"reference": {w.here.reference["signed"]}, "secret": {w.here.secret["signed"]}}})
		}
		l := &leaving{site: w.site, now: storetest.Noon, nurse: w.here.actor[access.Nurse]}
		id := w.here.request["signed"]
		l.note(t, id, consent.Relatives, consent.Opposed, func(d *consent.Draft) { d.Giver = "patient" })
		l.note(t, id, consent.Outside, consent.Refused, func(d *consent.Draft) {
			d.Kind, d.To = consent.Expert, "Centre de la maladie inventée"
		})
		page := ask()
		body := page.Body.String()
		if page.Code != http.StatusOK || !strings.Contains(body, "Vos accords") || !strings.Contains(body, "Contact pour la recherche") {
			t.Errorf("%d: %s", page.Code, body)
		}
		for _, not := range []string{"Informer les proches", "maladie inventée", "Rosa"} {
			if strings.Contains(body, not) {
				t.Errorf("the family reads %q", not)
			}
		}
	})
}

func storetestTown(t *testing.T, f func(*testing.T, town)) {
	t.Helper()
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	f(t, w)
}
