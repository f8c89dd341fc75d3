package web_test

import (
	"archive/zip"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// answered walks a request from the file to the sent answer and returns the
// path of the link that was queued.
func answered(t *testing.T, s site, change func(*request.Fields)) (id phare.ID, link string) {
	t.Helper()
	id = arrive(t, s, "reunion", func(f *request.Fields) {
		f.Mail = "ida@fictive.example"
		if change != nil {
			change(f)
		}
	})
	nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
	nurse.submit(nurse.get("/bureau/demandes/"+string(id)), "/prendre", nil)
	nurse.submit(nurse.get("/bureau/demandes/"+string(id)+"/reponse"), "/reponse", url.Values{"do": {"save"},
		"professional": {"# En cinq lignes\n- Voir le centre d’essai.\n\nBien à vous <b>."}, "family": {"Nous vous appelons mardi."}})
	doctor.submit(doctor.get("/bureau/demandes/"+string(id)+"/reponse"), "/reponse", url.Values{"do": {"sign"}})
	sent := nurse.submit(nurse.get("/bureau/demandes/"+string(id)+"/reponse"), "/envoyer", url.Values{"way": {"mail"}})
	if !strings.Contains(sent.text(), "Lien envoyé par courriel") {
		t.Fatalf("not sent: %s", sent.text())
	}
	link = storetest.Clear(t, s.db, "message.link", `kind = 'answer'`)[0]
	return id, strings.TrimPrefix(link, "http://phare.example")
}

// The answer is prepared, kept half done, refused a signature while it has
// places to fill, signed by a physician only, sent and counted as closed.
func TestAnswerLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", func(f *request.Fields) { f.Mail = "ida@fictive.example" }))
		nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
		file := nurse.submit(nurse.get("/bureau/demandes/"+id), "/prendre", nil)
		if !strings.Contains(file.text(), "Écrire la réponse") {
			t.Errorf("the file does not lead to the answer: %s", file.text())
		}
		page := nurse.get("/bureau/demandes/" + id + "/reponse").sound()
		_, typed := page.formTo("/reponse")
		if !strings.Contains(typed.Get("professional"), "[à compléter") || !strings.Contains(page.text(), "PAYET-INVENTÉ Lou · née le 12/03/2019") {
			t.Errorf("prepared: %s", page.text())
		}
		if strings.Contains(page.Body, `value="sign"`) {
			t.Error("a nurse is offered to sign")
		}
		page = nurse.submit(page, "/reponse", url.Values{"do": {"save"}}).sound()
		if !strings.Contains(page.text(), "Brouillon") {
			t.Errorf("saved: %s", page.text())
		}
		page = doctor.submit(doctor.get("/bureau/demandes/"+id+"/reponse").sound(), "/reponse", url.Values{"do": {"sign"}, "family": {"Nous vous appelons <mardi>."}}).sound()
		_, typed = page.formTo("/reponse")
		if page.Status != 422 || !strings.Contains(page.text(), "il reste un passage entre crochets") || typed.Get("family") != "Nous vous appelons <mardi>." {
			t.Errorf("signed over a place to fill: %d %s", page.Status, page.text())
		}
		page = doctor.submit(page, "/reponse", url.Values{"do": {"sign"}, "professional": {"Voir le centre d’essai."}}).sound()
		if page.Status != 200 || !strings.Contains(page.text(), "Signée, à envoyer") {
			t.Fatalf("not signed: %d %s", page.Status, page.text())
		}
		page = nurse.submit(nurse.get("/bureau/demandes/"+id+"/reponse"), "/envoyer", url.Values{"way": {""}}).sound()
		if page.Status != 422 || !strings.Contains(page.text(), "Choisissez comment la réponse part.") {
			t.Errorf("sent no way: %d %s", page.Status, page.text())
		}
		page = nurse.submit(page, "/envoyer", url.Values{"way": {"mail"}}).sound()
		if !strings.Contains(page.text(), "Lien envoyé par courriel") || !strings.Contains(page.text(), "Pas encore ouverte") {
			t.Errorf("not sent: %s", page.text())
		}
		file = nurse.get("/bureau/demandes/" + id).sound()
		if !strings.Contains(file.text(), "Close") || !strings.Contains(file.text(), "Réponse envoyée") {
			t.Errorf("the file: %s", file.text())
		}
	})
}

// Of two who write at once, the second loses nothing and sees the other's text.
func TestAnswerConflict(t *testing.T) {
	s := oneSite(t)
	id := string(arrive(t, s, "reunion", nil))
	one, two := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
	one.submit(one.get("/bureau/demandes/"+id), "/prendre", nil)
	mine, theirs := one.get("/bureau/demandes/"+id+"/reponse"), two.get("/bureau/demandes/"+id+"/reponse")
	two.submit(theirs, "/reponse", url.Values{"professional": {"Texte du médecin"}, "family": {"f"}})
	page := one.submit(mine, "/reponse", url.Values{"professional": {"Texte de l’infirmière"}, "family": {"g"}}).sound()
	_, typed := page.formTo("/reponse")
	if page.Status != 409 || typed.Get("professional") != "Texte de l’infirmière" || !strings.Contains(page.text(), "Texte du médecin") {
		t.Errorf("conflict: %d %s", page.Status, page.text())
	}
	if page = one.submit(page, "/reponse", nil); page.Status != 200 {
		t.Errorf("after having seen the other's text: %d", page.Status)
	}
}

// Letters leave the desk as page, ODT and PDF, for the staff of the desk alone.
func TestLetters(t *testing.T) {
	s := oneSite(t)
	id, _ := answered(t, s, nil)
	base := "/bureau/demandes/" + string(id)
	nurse := staff(t, s, "reunion", access.Nurse)
	page := nurse.get(base + "/lettre").sound()
	for _, want := range []string{"Dr Ida Fictive", "PAYET-INVENTÉ Lou", "Voir le centre d’essai.", "Bien à vous <b>.", "15 ou 112", "Personne Inventée", "ce n’est pas un diagnostic"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the letter lacks %q: %s", want, page.text())
		}
	}
	if family := nurse.get(base + "/lettre?voix=famille").sound(); !strings.Contains(family.text(), "Nous vous appelons mardi.") || strings.Contains(family.text(), "Voir le centre") {
		t.Errorf("the family's letter: %s", family.text())
	}
	if pdf := nurse.get(base + "/lettre.pdf"); !strings.HasPrefix(pdf.Body, "%PDF-") {
		t.Errorf("no PDF: %d %.40q", pdf.Status, pdf.Body)
	}
	odt := nurse.get(base + "/lettre.odt?voix=famille")
	if _, err := zip.NewReader(bytes.NewReader([]byte(odt.Body)), int64(len(odt.Body))); err != nil {
		t.Errorf("no ODT: %v", err)
	}
	for _, path := range []string{"/reponse", "/lettre", "/lettre.pdf", "/lettre.odt"} {
		if p := staff(t, s, "guyane", access.Physician).get(base + path); p.Status != http.StatusNotFound {
			t.Errorf("%s for another desk: %d", path, p.Status)
		}
		if p := staff(t, s, "reunion", access.Director).get(base + path); p.Status != http.StatusForbidden {
			t.Errorf("%s for the director: %d", path, p.Status)
		}
		if p := newBrowser(t, s).get(base + path); !strings.HasPrefix(p.Path, "/connexion") {
			t.Errorf("%s without a session: %s", path, p.Path)
		}
		if p := nurse.get("/bureau/demandes/" + string(phare.NewID()) + path); p.Status != http.StatusNotFound {
			t.Errorf("%s of no request: %d", path, p.Status)
		}
	}
}

// The secret of the receipt that the desk gives anew opens the letter; the
// door says the same whether a link exists or not.
func TestReaderDoor(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id, link := answered(t, s, nil)
		secret, err := request.Reissue(t.Context(), s.db, s.key, access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse, Name: "x"}, id)
		if err != nil {
			t.Fatal(err)
		}
		reader, made := newBrowser(t, s), answer.Path+access.NewToken()
		for range 20 { // a program that looks at mail
			reader.get(link)
		}
		door := reader.get(link).sound()
		if other := reader.get(made); strings.ReplaceAll(other.Body, made, link) != door.Body {
			t.Error("the door tells a link that exists")
		}
		wrong, none := reader.send(door, url.Values{"secret": {"0000000000"}}).sound(), reader.post(made, url.Values{"secret": {"0000000000"}})
		if wrong.Status != 422 || none.Status != 422 || strings.ReplaceAll(none.Body, made, link) != wrong.Body {
			t.Errorf("a wrong secret and an unknown link differ: %d %d", wrong.Status, none.Status)
		}
		if strings.Contains(wrong.Body, "0000000000") {
			t.Error("the secret is shown again")
		}
		letter := reader.send(wrong, url.Values{"secret": {secret}}).sound()
		if letter.Status != 200 || !strings.Contains(letter.text(), "Voir le centre d’essai.") {
			t.Fatalf("the letter: %d %s", letter.Status, letter.text())
		}
		for _, kind := range []string{"pdf", "odt"} {
			if file := reader.submit(letter, "/lettre", url.Values{"do": {kind}}); !strings.HasPrefix(file.Body, map[string]string{"pdf": "%PDF-", "odt": "PK"}[kind]) {
				t.Errorf("%s: %d %.40q", kind, file.Status, file.Body)
			}
		}
		if p := reader.post(link+"/lettre", url.Values{"do": {"pdf"}, "secret": {"1111111111"}}); p.Status != 422 {
			t.Errorf("a letter for a wrong secret: %d", p.Status)
		}
		both := reader.post(link, url.Values{"secret": {secret}, "voix": {"famille"}})
		if !strings.Contains(both.text(), "Nous vous appelons mardi.") {
			t.Errorf("a physician cannot take the family's letter: %s", both.text())
		}
		if page := staff(t, s, "reunion", access.Nurse).get("/bureau/demandes/" + string(id) + "/reponse").sound(); !strings.Contains(page.text(), "Ouverte le") {
			t.Errorf("the desk does not see that it was opened: %s", page.text())
		}
	})
}

// A family reads its own letter, whatever it asks for.
func TestReaderFamily(t *testing.T) {
	s := oneSite(t)
	id, link := answered(t, s, func(f *request.Fields) { f.Who, f.Relation = request.Family, "parent" })
	secret, err := request.Reissue(t.Context(), s.db, s.key, access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse, Name: "x"}, id)
	if err != nil {
		t.Fatal(err)
	}
	p := newBrowser(t, s).post(link, url.Values{"secret": {secret}, "voix": {""}}).sound()
	if !strings.Contains(p.text(), "Nous vous appelons mardi.") || strings.Contains(p.text(), "Voir le centre") {
		t.Errorf("the family reads: %s", p.text())
	}
	if len(p.Body) > 10<<10 {
		t.Errorf("the page weighs %d bytes", len(p.Body))
	}
}
