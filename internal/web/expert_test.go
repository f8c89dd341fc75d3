package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/expertise"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// inHand is a request that a nurse has taken, and her browser.
func inHand(t *testing.T, s site) (nurse *browser, id phare.ID) {
	t.Helper()
	nurse = staff(t, s, "reunion", access.Nurse)
	id = arrive(t, s, "reunion", nil)
	p := nurse.get("/bureau/demandes/" + string(id))
	p = nurse.submit(p, "/prendre", nil)
	if p.Status != http.StatusOK {
		t.Fatalf("taking: %d %s", p.Status, p.text())
	}
	return nurse, id
}

var toAda = url.Values{"recipient": {"Pr Ada Imaginaire"}, "place": {"Centre inventé"}, "zone": {"Europe/Paris"}, "mail": {"ada@hopital.example"},
	"story": {"L’enfant tombe depuis deux ans."}, "do": {"preview"}}

// askAda walks from the file to a question that is sent, and returns its token.
func askAda(t *testing.T, s site) (nurse *browser, id phare.ID, token string) {
	t.Helper()
	nurse, id = inHand(t, s)
	p := nurse.get("/bureau/demandes/" + string(id) + "/question")
	p.check()
	p = nurse.submit(p, "/question", toAda)
	p.check()
	p = nurse.submit(p, "/question", url.Values{"do": {"send"}})
	p.check()
	if p.Status != http.StatusOK || !strings.Contains(p.Path, "/question/") {
		t.Fatalf("sending ends at %s (%d): %s", p.Path, p.Status, p.text())
	}
	for _, n := range p.all("textarea") {
		if id, _ := attr(n, "id"); id == "link" {
			link := words(n)
			if !strings.HasPrefix(link, "http://phare.example/avis/") {
				t.Fatalf("link %q", link)
			}
			return nurse, "", strings.TrimPrefix(link, "http://phare.example/avis/")
		}
	}
	t.Fatalf("no link: %s", p.text())
	return nil, "", ""
}

func question(t *testing.T, s site) (q expertise.Question) {
	t.Helper()
	nurse := access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse}
	var id phare.ID
	err := s.db.Read(t.Context(), func(v *store.View) (err error) {
		id, err = store.One(v, store.Value[phare.ID], `SELECT request FROM question`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := expertise.Of(t.Context(), s.db, nurse, id)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d questions, %v", len(all), err)
	}
	return all[0]
}

// The whole way, without JavaScript: asked, opened, answered, read by us.
func TestExpertLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		var logs bytes.Buffer
		old := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
		defer slog.SetDefault(old)
		nurse, _, token := askAda(t, s)
		expert := newBrowser(t, s)
		door := expert.get("/avis/" + token)
		door.check()
		if text := door.text(); strings.Contains(text, "ataxie") || strings.Contains(text, "tombe") || !strings.Contains(text, "Ouvrir la question") {
			t.Errorf("door: %s", text)
		}
		if text := door.text(); !strings.Contains(text, "Paris") || !strings.Contains(text, "La Réunion") {
			t.Errorf("the due date is not in both local times: %s", text)
		}
		shown := expert.submit(door, "/avis/"+token, url.Values{"do": {"open"}})
		shown.check()
		text := shown.text()
		for _, want := range []string{"Quel centre pour une ataxie", "6 ans", "féminin", "L’enfant tombe"} {
			if !strings.Contains(text, want) {
				t.Errorf("the case lacks %q: %s", want, text)
			}
		}
		for _, secret := range []string{"Payet", "Lou", "Fictive", "0262 00 12 34", "2019"} {
			if strings.Contains(shown.Body, secret) {
				t.Errorf("the expert sees %q", secret)
			}
		}
		if n := len(shown.Body); n > 60<<10 {
			t.Errorf("the page weighs %d bytes", n)
		}
		thanks := expert.submit(shown, "/avis/"+token, url.Values{"do": {"answer"}, "opinion": {"Penser à Friedreich."}, "signed": {"Pr Ada Imaginaire"}, "rpps": {"123"}})
		thanks.check()
		if !strings.Contains(thanks.text(), "Merci") || strings.Contains(thanks.text(), "Friedreich") {
			t.Errorf("thanks: %s", thanks.text())
		}
		filed := expert.submit(thanks, "/avis/"+token, url.Values{"do": {"open"}})
		filed.check()
		if !strings.Contains(filed.text(), "Penser à Friedreich.") || !strings.Contains(filed.text(), "à vérifier") {
			t.Errorf("filed: %s", filed.text())
		}
		q := question(t, s)
		file := nurse.get("/bureau/demandes/" + string(q.Request))
		file.check()
		if !strings.Contains(file.text(), "Penser à Friedreich.") || !strings.Contains(file.text(), "1 sur 1") {
			t.Errorf("file: %s", file.text())
		}
		file = nurse.submit(file, "/lu", nil)
		if question(t, s).ReadAt.IsZero() {
			t.Error("not read by us")
		}
		if strings.Contains(file.Body, token) || strings.Contains(logs.String(), token) {
			t.Error("the token is on the file page or in the logs")
		}
	})
}

// Every typed word comes back with what must change, on each of the forms.
func TestExpertFaults(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, id := inHand(t, s)
		p := nurse.get("/bureau/demandes/" + string(id) + "/question")
		if strings.Contains(p.Body, "expertise.override") || len(p.class("late")) > 0 {
			t.Error("consent is asked about, though it was given")
		}
		p = nurse.submit(p, "/question", url.Values{"do": {"preview"}, "mail": {"ada@"}, "story": {"Mots gardés."}})
		p.check()
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "Mots gardés.") || len(p.class("fault")) != 2 {
			t.Errorf("form: %d, %d faults: %s", p.Status, len(p.class("fault")), p.text())
		}
		leak := url.Values{}
		for name, values := range toAda {
			leak[name] = values
		}
		leak["story"] = []string{"Lou tombe."}
		p = nurse.submit(p, "/question", leak)
		p.check()
		if marks := p.all("mark"); p.Status != http.StatusOK || len(marks) != 2 || words(marks[1]) != "Lou" {
			t.Errorf("preview: %d with %d marks: %s", p.Status, len(marks), p.text())
		}
		p = nurse.submit(p, "/question", url.Values{"do": {"send"}})
		p.check()
		if p.Status != http.StatusUnprocessableEntity || count(t, s.db, "question") != 0 {
			t.Errorf("sent with a name in it: %d", p.Status)
		}
		back := nurse.submit(p, "/question", url.Values{"do": {"edit"}})
		back.check()
		if _, v := back.formTo("/question"); v.Get("story") != "Lou tombe." || v.Get("mail") != "ada@hopital.example" || v.Get("zone") != "Europe/Paris" {
			t.Errorf("edit lost words: %v", v)
		}
		p = nurse.submit(p, "/question", url.Values{"do": {"send"}, "reread": {"yes"}})
		if p.Status != http.StatusOK || count(t, s.db, "question") != 1 {
			t.Errorf("read again: %d %s", p.Status, p.text())
		}
	})
	eachSite(t, func(t *testing.T, s site) {
		_, _, token := askAda(t, s)
		expert := newBrowser(t, s)
		p := expert.post("/avis/"+token, url.Values{"do": {"answer"}, "exams": {"Un examen gardé."}})
		p.check()
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Body, "Un examen gardé.") || !strings.Contains(p.text(), "Quel centre") {
			t.Errorf("answer: %d %s", p.Status, p.text())
		}
		p = expert.post("/avis/"+token, url.Values{"do": {"refuse"}, "reason": {"missing-data"}})
		p.check()
		if p.Status != http.StatusUnprocessableEntity || len(p.class("fault")) != 1 {
			t.Errorf("refusal: %d %s", p.Status, p.text())
		}
		p = expert.post("/avis/"+token, url.Values{"do": {"refuse"}, "reason": {"missing-data"}, "note": {"L’IRM"}})
		p.check()
		if !strings.Contains(p.text(), "Merci") {
			t.Errorf("refused: %s", p.text())
		}
		if p = expert.post("/avis/"+token, url.Values{"do": {"open"}}); strings.Contains(p.text(), "Quel centre") {
			t.Errorf("who refused still sees the case: %s", p.text())
		}
		p = expert.post("/avis/"+token, url.Values{"do": {"answer"}, "opinion": {"Finalement, oui."}, "signed": {"Pr Ada"}})
		p.check()
		if p.Status != http.StatusConflict || !strings.Contains(p.text(), "Finalement, oui.") || question(t, s).State != expertise.Refused {
			t.Errorf("answer after a refusal: %d %s", p.Status, p.text())
		}
	})
}

// Fifty robots look, with GET and HEAD; nothing moves, and the person gets in.
func TestRobotsAtTheDoor(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		_, _, token := askAda(t, s)
		entries := count(t, s.db, "audit")
		for i := range 50 {
			w := httptest.NewRecorder()
			s.h.ServeHTTP(w, httptest.NewRequest([]string{"GET", "HEAD"}[i%2], "/avis/"+token, nil))
			if w.Code != http.StatusOK || w.Header().Get("Referrer-Policy") != "no-referrer" || w.Header().Get("Cache-Control") != "no-store" || len(w.Result().Cookies()) > 0 {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
		}
		if q := question(t, s); !q.OpenedAt.IsZero() || count(t, s.db, "audit") != entries {
			t.Error("a look changed something")
		}
		p := newBrowser(t, s).post("/avis/"+token, url.Values{"do": {"open"}})
		if p.Status != http.StatusOK || question(t, s).OpenedAt.IsZero() {
			t.Errorf("the person does not get in: %d", p.Status)
		}
		again := newBrowser(t, s).get("/avis/" + token) // a later visit: the button again, not the case
		if strings.Contains(again.text(), "tombe") || !strings.Contains(again.text(), "Ouvrir la question") {
			t.Errorf("later: %s", again.text())
		}
	})
}

// What never existed, what a newer link replaced and what is garbled look the
// same; what has ended says so to its bearer, without a word of the case.
func TestEndedLinks(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, _, token := askAda(t, s)
		b := newBrowser(t, s)
		q := question(t, s)
		file := nurse.get("/bureau/demandes/" + string(q.Request))
		sent := nurse.submit(file, "/renouveler", nil)
		sent.check()
		fresh := ""
		for _, n := range sent.all("textarea") {
			fresh = strings.TrimPrefix(words(n), "http://phare.example/avis/")
		}
		unknown := b.get("/avis/" + access.NewToken())
		for _, dead := range []string{token, token[:20], "x", url.PathEscape("../bureau")} {
			for _, p := range []page{b.get("/avis/" + dead), b.post("/avis/"+dead, url.Values{"do": {"answer"}, "opinion": {"x"}, "signed": {"y"}})} {
				if p.Status != http.StatusNotFound || p.text() != unknown.text() {
					t.Errorf("%q: %d %s", dead, p.Status, p.text())
				}
			}
		}
		nurse.submit(nurse.get("/bureau/demandes/"+string(q.Request)), "/retirer", url.Values{"why": {"demandé par erreur"}})
		p := b.get("/avis/" + fresh)
		p.check()
		if p.Status != http.StatusGone || !strings.Contains(p.text(), "n’attend plus") || strings.Contains(p.text(), "erreur") {
			t.Errorf("withdrawn: %d %s", p.Status, p.text())
		}
		p = b.post("/avis/"+fresh, url.Values{"do": {"answer"}, "opinion": {"Trop tard mais gardé."}, "signed": {"Pr Ada"}})
		p.check()
		if p.Status != http.StatusGone || !strings.Contains(p.text(), "Trop tard mais gardé.") {
			t.Errorf("an opinion too late is lost: %d %s", p.Status, p.text())
		}
	})
	eachSite(t, func(t *testing.T, s site) {
		_, _, token := askAda(t, s)
		s.db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, 20) }
		p := newBrowser(t, s).get("/avis/" + token)
		p.check()
		if p.Status != http.StatusGone || !strings.Contains(p.text(), "appelez la plateforme") || !strings.Contains(p.text(), "0262 00 00 01") {
			t.Errorf("expired: %d %s", p.Status, p.text())
		}
	})
}

// The link is shown for a while to the desk that made it, and to no other.
func TestLinkShown(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, id := inHand(t, s)
		p := nurse.submit(nurse.get("/bureau/demandes/"+string(id)+"/question"), "/question", toAda)
		preview := p
		p = nurse.submit(preview, "/question", url.Values{"do": {"send"}})
		again := nurse.submit(preview, "/question", url.Values{"do": {"send"}}) // a double click
		if again.Path != p.Path || again.text() != p.text() || count(t, s.db, "question") != 1 {
			t.Errorf("sent twice: %s", again.text())
		}
		if other := staff(t, s, "guyane", access.Nurse).get(p.Path); other.Status != http.StatusNotFound {
			t.Errorf("another desk sees the link: %d", other.Status)
		}
		if out := newBrowser(t, s).get(p.Path); !strings.HasPrefix(out.Path, "/connexion") {
			t.Errorf("anyone sees %s", out.Path)
		}
		if sec := staff(t, s, "reunion", access.Secretary).get(p.Path); sec.Status != http.StatusForbidden {
			t.Errorf("the secretary sees the link: %d", sec.Status)
		}
		s.db.Now = func() time.Time { return storetest.Noon.Add(16 * time.Minute) }
		if late := nurse.get(p.Path); len(late.all("textarea")) != 0 || late.Status != http.StatusOK {
			t.Errorf("the link is still shown: %s", late.text())
		}
	})
}

// Without consent the form asks why.
func TestAskWithoutConsentPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, id := inHand(t, s)
		storetest.Replace(t, s.db, "request.fields", `"consent":"yes"`, `"consent":""`)
		p := nurse.submit(nurse.get("/bureau/demandes/"+string(id)+"/question"), "/question", toAda)
		p.check()
		if p.Status != http.StatusUnprocessableEntity || len(p.class("fault")) != 1 || !strings.Contains(p.text(), "autorité parentale") {
			t.Errorf("%d %s", p.Status, p.text())
		}
		p = nurse.submit(p, "/question", url.Values{"override_kind": {"late"}, "override": {"Accord dit au téléphone"}, "do": {"preview"}})
		p.check()
		if p.Status != http.StatusOK || !strings.Contains(p.text(), "Accord dit au téléphone") {
			t.Errorf("%d %s", p.Status, p.text())
		}
	})
}

// Until the desk has taken a request, and after its end, the form is not offered.
func TestAskOnlyInHand(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse := staff(t, s, "reunion", access.Nurse)
		id := arrive(t, s, "reunion", nil)
		if p := nurse.get("/bureau/demandes/" + string(id) + "/question"); p.Status != http.StatusConflict {
			t.Errorf("%d %s", p.Status, p.text())
		}
		file := nurse.get("/bureau/demandes/" + string(id))
		for _, a := range file.all("a") {
			if to, _ := attr(a, "href"); strings.HasSuffix(to, "/question") {
				t.Error("the file offers to ask an expert")
			}
		}
		if request.Received.CanBecome(request.Asked) {
			t.Error("a request nobody took can be asked about")
		}
	})
}
