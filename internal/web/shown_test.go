package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
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
