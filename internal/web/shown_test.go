package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// Signs are read in the reader's language by their code; one that the knowledge
// lacks keeps the label it was entered with.
func TestSignsInTheReadersLanguage(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + string(id)
		b.submit(b.get(at), "/prendre", nil)
		by := access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse}
		must(t, request.SetSigns(t.Context(), s.db, by, id, []request.Sign{
			{HPO: "HP:0001251", Presence: request.Present, Label: "Ataxie"}, {HPO: "HP:9999999", Presence: request.Absent, Label: "Signe gardé"}}))
		for lang, want := range map[string]string{"fr": "Ataxie", "en": "Ataxia"} {
			for _, path := range []string{"", "/signes", "/orientation", "/reponse"} {
				p := b.get(at + path + "?lang=" + lang).sound()
				lists := p.class("signs")
				if len(lists) != 1 || !strings.Contains(words(lists[0]), want+" HP:0001251") || !strings.Contains(words(lists[0]), "Signe gardé") {
					t.Errorf("%s in %s does not name %q", path, lang, want)
				}
			}
		}
	})
}

// Colons and quotes on English pages have no French blanks.
func TestEnglishPoint(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", func(f *request.Fields) { f.Diagnosis, f.Disease, f.Lang = request.Suspected, "Friedreich", "en" })
		b := staff(t, s, "reunion", access.Nurse)
		at := "/bureau/demandes/" + string(id)
		b.submit(b.get(at), "/prendre", nil)
		pages := []page{b.get(at + "?lang=en"), b.get(at + "/patient"), b.get(at + "/reponse"), b.get(at + "/orientation")}
		pages = append(pages, b.submit(b.get(at+"/signes"), "/signes", url.Values{"q": {"ataxia"}}))
		for _, p := range pages {
			p.sound()
			for _, french := range []string{" :", "\u00a0:", "\u202f:", "«", "»"} {
				if strings.Contains(p.text(), french) {
					t.Errorf("%s holds %q: %s", p.Path, french, p.text())
				}
			}
		}
	})
}

// The desk sees who the patient is and how the requester wants to hear from it,
// when that was said, and the answer is offered to leave that way.
func TestWishes(t *testing.T) {
	for _, tt := range []struct {
		change      func(*request.Fields)
		shown, miss []string
		way         string
	}{
		{func(f *request.Fields) { f.News, f.Place, f.Commune = "post", "1 rue Inventée", "Cilaos" },
			[]string{"Préfère avoir des nouvelles par la poste", "Commune de résidence Cilaos", "Sexe Féminin"}, nil, "post"},
		{func(f *request.Fields) { f.News, f.Mail = "phone", "ida@fictive.example" },
			[]string{"Préfère avoir des nouvelles par téléphone"}, []string{"Commune de résidence"}, "phone"},
		{func(f *request.Fields) { f.Sex, f.Mail = "unknown", "ida@fictive.example" },
			nil, []string{"Préfère", "Commune de résidence", "Sexe"}, "mail"},
	} {
		s := oneSite(t)
		at := "/bureau/demandes/" + string(arrive(t, s, "reunion", tt.change))
		nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
		file := nurse.submit(nurse.get(at), "/prendre", nil).sound()
		for _, want := range tt.shown {
			if !strings.Contains(file.text(), want) {
				t.Errorf("the file lacks %q: %s", want, file.text())
			}
		}
		for _, never := range tt.miss {
			if strings.Contains(file.text(), never) {
				t.Errorf("the file holds %q: %s", never, file.text())
			}
		}
		signed := doctor.submit(doctor.get(at+"/reponse"), "/reponse", url.Values{"do": {"sign"}, "professional": {"a"}, "family": {"b"}}).sound()
		if _, v := signed.formTo("/envoyer"); v.Get("way") != tt.way {
			t.Errorf("offered to leave by %q, want %q", v.Get("way"), tt.way)
		}
	}
}

// The receipt can be used on paper, and tracking says that the answer has left.
func TestReceiptAndSent(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "https://phare.example")
	b := newBrowser(t, w.site)
	if p := b.get("/demande/" + w.here.form["closed"] + "/recu"); !strings.Contains(p.text(), "Pour la suivre https://phare.example/suivi") {
		t.Errorf("the receipt does not say where to follow it: %s", p.text())
	}
	for stage, sent := range map[string]bool{"signed": false, "closed": true} {
		p := b.post("/suivi", url.Values{"reference": {w.here.reference[stage]}, "secret": {w.here.secret[stage]}})
		p.check()
		if got := strings.Contains(p.text(), "Réponse envoyée le "); got != sent || sent && !strings.Contains(p.text(), "si vous ne l’avez pas reçue, appelez le 0262 00 00 01.") {
			t.Errorf("%s: %s", stage, p.text())
		}
	}
}

// An opinion can be marked as read while the request is in hand; the signature
// of the answer says that it was, and a closed request is not worked on.
func TestMarkRead(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	holds := func(what string, p page, offered, read bool) {
		t.Helper()
		p.sound()
		if got := strings.Contains(p.text(), "Marquer comme lu"); p.Status != 200 || got != offered {
			t.Errorf("%s: %d, offered %t: %s", what, p.Status, got, p.text())
		}
		if got := !strings.Contains(p.text(), "Lue par nous pas encore"); got != read {
			t.Errorf("%s: read %t: %s", what, got, p.text())
		}
	}
	at := "/bureau/demandes/" + string(w.here.request["answered"])
	doctor := staff(t, w.site, "reunion", access.Physician)
	holds("in hand", doctor.get(at), true, false)
	doctor.submit(doctor.get(at+"/reponse"), "/reponse", url.Values{"do": {"sign"}, "professional": {"a"}, "family": {"b"}})
	holds("signed", doctor.get(at), false, true)
	doctor.submit(doctor.get(at+"/reponse"), "/envoyer", url.Values{"way": {"post"}})
	holds("sent", doctor.get(at), false, true)

	at = "/bureau/demandes/" + string(w.there.request["answered"])
	doctor = staff(t, w.site, "guyane", access.Physician)
	_, v := doctor.get(at).formTo("/attribuer") // the page proposes to close only what was read; the verb takes it
	doctor.post(at+"/clore", url.Values{"version": v["version"], "reason": {request.Withdrawn}})
	holds("withdrawn", doctor.get(at), false, false)
}
