package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	asked "phare/internal/person"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A person asks on the tracking page and reads there where it stands and nothing else;
// the desk sees it in its list, decides with a reason, and a copy comes down in one press.
func TestRightsOnPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		got, err := request.Submit(t.Context(), db, w.key, access.Anyone(w.here.platform), request.NewForm(), request.Fields{Who: request.GP, Platform: w.here.platform, Diagnosis: request.NoDiagnosis,
			FamilyName: "Droite", FirstName: "Lou", BirthDate: "2019", Sex: "male", Question: "Quel centre ?", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
		must(t, err)
		visit := func(role access.Role, method, path string, body url.Values) (int, string, []byte) {
			r := w.knock(t, knock{method: method, path: path, session: w.here.session[role], body: body})
			return r.Code, visible(r.Body.String()), r.Body.Bytes()
		}
		file := "/bureau/demandes/" + string(got.Request) + "/droits"

		_, page, raw := visit(access.Public, "POST", "/suivi", url.Values{"reference": {got.Reference}, "secret": {got.Secret}})
		_, rest, _ := strings.Cut(string(raw), `name="pass" value="`)
		pass, _, _ := strings.Cut(rest, `"`)
		for _, words := range []string{"Que demandez-vous\u202f?", "Vous êtes…", "Corriger ce qui est faux."} {
			if !strings.Contains(page, words) {
				t.Errorf("the form of the tracking page does not say %q", words)
			}
		}
		if pass == "" || !strings.Contains(page, "Demander une copie, une correction") {
			t.Fatalf("no way to ask on the tracking page: %s", page)
		}
		ask := url.Values{"reference": {got.Reference}, "pass": {pass}, "kind": {"complaint"}, "giver": {"requester"}}
		if code, page, _ := visit(access.Public, "POST", "/suivi/droits", ask); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Écrivez ce qui est demandé.") {
			t.Errorf("a complaint without words: %d", code)
		}
		ask.Set("words", "Trop long, dit Rosa Inventée.")
		if code, page, _ := visit(access.Public, "POST", "/suivi/droits", ask); code != http.StatusOK || !strings.Contains(page, "Votre demande sur vos données est bien reçue.") || !strings.Contains(page, "Réclamation, ") || strings.Contains(page, "Rosa Inventée") {
			t.Errorf("asked on the tracking page: %d %s", code, page)
		}

		for _, role := range []access.Role{access.Secretary, access.Nurse, access.Physician} {
			if _, page, _ := visit(role, "GET", "/bureau", nil); !strings.Contains(page, "Droits des personnes") || !strings.Contains(page, "à répondre avant le") {
				t.Errorf("the desk's first page tells a %s nothing of it: %s", role, page)
			}
		}
		if _, page, _ := visit(access.Secretary, "GET", "/bureau/droits-personnes", nil); !strings.Contains(page, got.Reference) || !strings.Contains(page, "Réclamation") || strings.Contains(page, "Droite") {
			t.Errorf("the list of the desk: %s", page)
		}
		code, page, _ := visit(access.Nurse, "POST", file, url.Values{"kind": {"oppose"}, "purpose": {"research"}, "giver": {"parent"}, "way": {"phone"}})
		if code != http.StatusSeeOther {
			t.Errorf("an objection noted: %d %s", code, page)
		}
		if _, page, _ := visit(access.Physician, "GET", file, nil); !strings.Contains(page, "à la recherche") || !strings.Contains(page, "Rosa Inventée") || !strings.Contains(page, "CNIL") {
			t.Errorf("the page of the file: %s", page)
		}
		all, err := asked.Of(t.Context(), db, w.here.actor[access.Physician], got.Request)
		must(t, err)
		for _, a := range all.Asks {
			if code, _, _ := visit(access.Physician, "POST", file+"/"+string(a.ID)+"/decider", url.Values{"state": {"granted"}, "why": {"RAISONSANTÉ"}, "version": {"1"}}); code != http.StatusSeeOther {
				t.Errorf("%s decided: %d", a.Kind, code)
			}
			if r := w.knock(t, knock{method: "GET", path: file + "/" + string(a.ID) + "/lettre.pdf", session: w.here.session[access.Secretary]}); r.Code != http.StatusOK || !strings.HasPrefix(r.Body.String(), "%PDF") {
				t.Errorf("the letter about %s: %d", a.Kind, r.Code)
			}
		}
		if _, page, _ := visit(access.Public, "POST", "/suivi", url.Values{"reference": {got.Reference}, "secret": {got.Secret}}); !strings.Contains(page, "acceptée") || !strings.Contains(page, "en donne la raison par lettre ou au téléphone") || strings.Contains(page, "RAISONSANTÉ") {
			t.Errorf("the tracking page does not say that it was decided: %s", page)
		}

		// A fault, then made: the page says so, lists the copy, and gives it.
		making := url.Values{"scope": {"whole"}, "way": {"hand"}}
		if code, _, _ = visit(access.Physician, "POST", file+"/copie", making); code != http.StatusUnprocessableEntity {
			t.Errorf("a copy for nobody: %d", code)
		}
		making.Set("recipient", "Rosa Inventée")
		if code, _, _ = visit(access.Physician, "POST", file+"/copie", making); code != http.StatusSeeOther {
			t.Errorf("a copy made: %d", code)
		}
		_, page, raw = visit(access.Physician, "GET", file+"?fait=copy.made", nil)
		_, rest, _ = strings.Cut(string(raw), `action="/bureau/demandes/`+string(got.Request)+"/copies/")
		made, _, _ := strings.Cut(rest, `"`)
		if !strings.Contains(page, "La copie est faite.") || strings.Contains(page, "Il y a un problème") || made == "" {
			t.Errorf("after a copy: %s", page)
		}
		code, _, raw = visit(access.Physician, "POST", "/bureau/demandes/"+string(got.Request)+"/copies/"+made, nil)
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatalf("the copy: %d %v", code, err)
		}
		kinds := map[string]bool{}
		for _, f := range z.File {
			r, err := f.Open()
			must(t, err)
			b, err := io.ReadAll(r)
			must(t, err)
			_, kind, _ := strings.Cut(f.Name, ".")
			kinds[kind] = len(b) > 0
		}
		if !kinds["pdf"] || !kinds["json"] {
			t.Errorf("the copy holds %v", kinds)
		}
		if _, page, _ := visit(access.Physician, "GET", file, nil); !strings.Contains(page, "en main propre") {
			t.Error("that a copy was made is not on the page")
		}
		if _, page, _ := visit(access.Public, "GET", "/vos-droits", nil); !strings.Contains(page, "Nous répondons en un mois.") || !strings.Contains(page, "CNIL") || !strings.Contains(page, "0262") {
			t.Errorf("the public page: %s", page)
		}
	})
}

// A document that a third party sent can be kept out of a copy, its name too; so can it
// be on the page by its tick.
func TestDocumentApart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id, by := w.here.request["asked"], w.here.actor[access.Physician]
		page := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(id) + "/droits", session: w.here.session[access.Physician]}).Body.String()
		if !strings.Contains(page, `name="apart" value="`+string(w.here.piece)+`"`) {
			t.Error("the page does not offer the document")
		}
		files := 0
		for i, apart := range [][]phare.ID{nil, {w.here.piece}} {
			must(t, asked.Make(t.Context(), db, w.key, by, id, asked.Making{Scope: asked.Whole, Way: asked.ByHand, Recipient: "le père", Apart: apart}))
			r, err := asked.Of(t.Context(), db, by, id)
			must(t, err)
			for _, c := range r.Copies {
				d, err := asked.Take(t.Context(), db, by, id, c.ID)
				must(t, err)
				if d.Apart != len(apart) {
					continue
				}
				b, err := json.Marshal(d)
				must(t, err)
				if i == 0 {
					files = len(d.Files)
				}
				if len(d.Files) != files-i || bytes.Contains(b, []byte("lettre.png")) != (i == 0) {
					t.Errorf("%d apart: %d files of %d, %s", d.Apart, len(d.Files), files, b)
				}
			}
		}
		if files == 0 {
			t.Error("the file has no document")
		}
	})
}
