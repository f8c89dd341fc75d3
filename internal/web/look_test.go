package web_test

import (
	"strings"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// unlogged are the pages that show nobody's data though they answer to someone
// who could see some; each says why.
var unlogged = map[string]string{
	"GET /{$}":                                "the public door",
	"GET /connexion":                          "a form",
	"GET /suivi":                              "a form; what it asks for comes by POST",
	"GET /demande":                            "the doors of the public form",
	"GET /demande/medecin":                    "an empty form",
	"GET /demande/famille":                    "an empty form",
	"GET /demande/cpts":                       "an empty form",
	"GET /demande/soignant":                   "an empty form",
	"GET /demande/hopital":                    "an empty form",
	"GET /demande/social":                     "an empty form",
	"GET /demande/association":                "an empty form",
	"GET /demande/plateforme":                 "an empty form",
	"GET /demande/centre":                     "an empty form",
	"POST /demande/{form}/code":               "the code of the asker's own draft",
	"GET /reprendre":                          "a form; what it asks for comes by POST",
	"GET /bureau/appel/{form}/dire":           "the receipt of a call: a reference and a date, nothing of the patient",
	"GET /demande/{form}/recu":                "the asker's own receipt: a reference and a date, nothing of the patient",
	"GET /orientation/notice":                 "how the module errs, no patient",
	"GET /quand-y-penser":                     "a form, which keeps nothing",
	"GET /quand-y-penser/signes":              "a list of signs",
	"GET /.well-known/security.txt":           "whom to tell of a weakness",
	"GET /robots.txt":                         "for robots",
	"GET /vos-droits":                         "what one can ask, nobody's data",
	"GET /copie/{token}":                      "a door: the copy itself comes by POST, since filters of mail open addresses",
	"GET /donnees-personnelles":               "what is done with data, nobody's",
	"GET /connexion/cle":                      "a form",
	"GET /invitation/{token}":                 "a form, with the name of whoever was invited",
	"GET /secours":                            "a form",
	"GET /bureau/secours":                     "colleagues who lost a way in, no patient",
	"GET /bureau/comptes":                     "counts, no patient",
	"GET /bureau/acces":                       "one's own sessions and keys",
	"GET /bureau/acces/cle":                   "a form",
	"GET /bureau/acces/code":                  "a form, with one's own new secret",
	"GET /bureau/equipe":                      "people of the desk, no patient",
	"GET /bureau/equipe/comptes/{id}":         "people of the desk, no patient",
	"GET /bureau/equipe/revue":                "people of the desk, no patient",
	"GET /bureau/equipe/revue/{id}":           "people of the desk, no patient",
	"GET /bureau/arbre/signer":                "an instrument, no patient",
	"GET /bureau/recueil/{network}/signer":    "an instrument, no patient",
	"GET /avis/{token}":                       "a door: the question itself comes by POST, since filters of mail open addresses",
	"GET /reponse/{token}":                    "a door: the answer itself comes by POST, since filters of mail open addresses",
	"GET /demande/{form}/{step}":              "the asker's own words, before they are sent: the desk has no record of them yet",
	"GET /demande/{form}/verifier":            "the asker's own words, before they are sent",
	"GET /demande/{form}/pieces":              "the asker's own documents, before they are sent; afterwards only their number",
	"GET /suivi/pieces":                       "a form for a reference and its code: it shows nothing",
	"GET /annuaire":                           "teams and experts, no patient",
	"GET /annuaire/{entry}/parti":             "a team or an expert, no patient",
	"GET /api/v1/schema.json":                 "what a program can send, nobody's data",
	"GET /bureau/cles":                        "keys of programs, no patient",
	"GET /bureau/arbre":                       "an instrument, no patient",
	"GET /bureau/arbre/parcours":              "an instrument, no patient",
	"GET /bureau/arbre/modifier":              "an instrument, no patient",
	"GET /bureau/arbre/versions":              "an instrument, no patient",
	"GET /bureau/recueil":                     "an instrument, no patient",
	"GET /bureau/recueil/{network}":           "an instrument, no patient",
	"GET /bureau/recueil/{network}/fiche.pdf": "an instrument, no patient",
	"GET /bureau/recueil/{network}/fiche.odt": "an instrument, no patient",
	"GET /bureau/recueil/{network}/modifier":  "an instrument, no patient",
	"GET /bureau/recueil/{network}/versions":  "an instrument, no patient",
	"GET /bureau/patients/chercher":           "a form; what it asks for comes by POST",
	"GET /bureau/cercle":                      "decisions, no patient",
	"GET /bureau/droits":                      "which role may what, no patient",
	"GET /bureau/effacements":                 "references that wait for a second person, no file",
	"GET /etat":                               "the state of the site, no patient",
	"GET /bureau/releve":                      "people of the desk who are away; whose files are shown is written down",
	"GET /bureau/delais":                      "how the desk counts, no patient",
	"GET /bureau/module":                      "decisions, no patient",
	"GET /bureau/journal":                     "the state of the trail, no patient",
	"GET /rapport":                            "counts, no patient",
	"GET /rapport/{year}":                     "counts, no patient",
	"GET /rapport/{year}/{file}":              "counts, no patient",

	"POST /bureau/demandes/{id}/pieces/morceau": "how much of one's own file has come; what of it is kept leaves an entry",
}

// Every page that shows somebody's data leaves an entry in the trail each time,
// for each of those who may see it. A new page is on the list above, with its
// reason, or leaves one.
func TestEveryLookIsWrittenDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		shown := map[string]bool{}
		for _, r := range w.server.Routes() {
			method, _, _ := strings.Cut(r.Pattern, " ")
			if unlogged[r.Pattern] != "" || strings.Contains(r.Pattern, "/deconnexion") {
				continue
			}
			for _, c := range callers() {
				before := count(t, db, "audit")
				answer := w.knock(t, knock{method: method, path: example(t, w.here, r.Pattern, c.name), session: c.session(w), body: brought(w, c.name)})
				if answer.Code >= 300 && answer.Code < 400 {
					continue // it leads to a page, and shows none
				}
				// A form that is refused on the desk is shown with the file around it.
				if o := outcome(answer); o != "yes" && (o != "form" || !strings.Contains(r.Pattern, "/demandes/{id}")) {
					continue
				}
				shown[r.Pattern] = true
				if after := count(t, db, "audit"); after == before {
					t.Errorf("%s as %s: shown, and no entry was written", r.Pattern, c.name)
				}
			}
		}
		if len(shown) < 20 {
			t.Errorf("only %d pages were shown", len(shown))
		}
		for pattern := range unlogged {
			if !routed(w, pattern) {
				t.Errorf("%s is no route any more", pattern)
			}
		}
	})
}

func routed(w town, pattern string) bool {
	for _, r := range w.server.Routes() {
		if r.Pattern == pattern {
			return true
		}
	}
	return false
}
