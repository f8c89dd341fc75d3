package web_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Of the desk, nobody outside a file's circle writes in the form that it was, whatever
// desk they name in it; and a territory changed after sending moves nothing.
func TestFormNamesAnotherDesk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		form := w.here.form["walled"]
		gp := gpAnswers()
		gp.Set("form", form)
		step := url.Values{"diagnosis": {"none"}, "etape": {"territoire"}, "platform": {"guyane"}, "commune": {"Cayenne"}, "form": {form}}
		for _, platform := range []string{"guyane", "reunion"} {
			gp.Set("platform", platform)
			step.Set("platform", platform)
			for _, x := range w.visitors(t) {
				if x.name == "circle" {
					continue
				}
				for path, body := range map[string]url.Values{"/demande/medecin": gp, "/demande/famille": step, "/demande/" + form + "/territoire": step} {
					got := w.knock(t, knock{method: "POST", path: path, session: x.session, body: body})
					if got.Code != http.StatusForbidden && got.Code != http.StatusNotFound {
						t.Errorf("%s writes at %s, naming %s: %d %s", x.name, path, platform, got.Code, got.Header().Get("Location"))
					}
				}
			}
		}
		if n := count(t, db, "draft WHERE platform = 'guyane'"); n != 3 || count(t, db, "draft") != 6 { // those that the town begins
			t.Errorf("%d drafts of the other desk", n)
		}
		// The family itself: its words are kept, its file and its documents stay where they are.
		gp.Set("platform", "guyane")
		if got := w.knock(t, knock{method: "POST", path: "/demande/medecin", body: gp}); got.Header().Get("Location") != "/demande/"+form+"/verifier" {
			t.Fatalf("%d %s", got.Code, got.Header().Get("Location"))
		}
		if n := count(t, db, "draft WHERE platform = 'reunion'"); n != 4 {
			t.Errorf("what was changed is not with the desk that has the file: %d", n)
		}
		if got := w.knock(t, knock{method: "GET", path: "/demande/" + form + "/verifier"}); !strings.Contains(got.Body.String(), "Plateforme de là-bas") {
			t.Errorf("the territory that was typed is lost: %s", visible(got.Body.String()))
		}
		var other bytes.Buffer
		must(t, png.Encode(&other, image.NewRGBA(image.Rect(0, 0, 9, 9))))
		before := count(t, db, "attachment WHERE request = '"+string(w.here.request["walled"])+"'")
		if got := w.post(t, "/demande/"+form+"/pieces", "", file("suite.png", "image/png", other.String())); got.Code != http.StatusSeeOther {
			t.Errorf("a document after the territory was changed: %d %s", got.Code, visible(got.Body.String()))
		}
		if count(t, db, "attachment WHERE request = '"+string(w.here.request["walled"])+"'") != before+1 {
			t.Error("the document did not reach the file")
		}
	})
}

// A file is not given to who is barred from it, and to give it says that it opens;
// who manages no circle reads whom to tell of a relative.
func TestGiveToWhoMayOpen(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	id := w.here.request["walled"]
	shut := w.hire(t, "reunion", "Ici exclue", access.Nurse)
	page := func(role access.Role) (choices, words string) {
		body := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(id), session: w.here.session[role]}).Body.String()
		_, choices, _ = strings.Cut(body, `name="owner"`)
		choices, _, _ = strings.Cut(choices, "</select>")
		return choices, visible(body)
	}
	if choices, words := page(access.Nurse); !strings.Contains(choices, "Ici exclue") || !strings.Contains(words, "entre dans l’équipe de ce dossier") {
		t.Errorf("before the bar: %s", choices)
	}
	must(t, circle.Bar(t.Context(), db, w.here.actor[access.Nurse], id, shut.ID, "sa nièce"))
	if choices, words := page(access.Nurse); choices == "" || strings.Contains(choices, "Ici exclue") || strings.Contains(words, "Fermez ce dossier") {
		t.Errorf("who is barred can be given the file: %s", choices)
	}
	must(t, circle.Add(t.Context(), db, w.here.actor[access.Nurse], id, circle.Joining{Account: w.here.actor[access.Secretary].ID, Why: "appels"}))
	if _, words := page(access.Secretary); !strings.Contains(words, "Fermez ce dossier et dites-le tout de suite") {
		t.Errorf("a secretary is not told whom to tell: %s", words)
	}
}

// A file page with a fault says so in its title; what is read aloud of a button
// contains what is written on it; a telephone number stays on one line.
func TestFilePageAloud(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	file := "/bureau/demandes/" + string(w.here.request["asked"])
	fault := w.knock(t, knock{method: "POST", path: file + "/note", session: w.here.session[access.Nurse], body: url.Values{"kind": {"note"}, "text": {""}}})
	if body := fault.Body.String(); fault.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "<title>Erreur") {
		t.Errorf("%d, not an error in the title: %.300s", fault.Code, body)
	}
	if body := w.knock(t, knock{method: "GET", path: file, session: w.here.session[access.Nurse]}).Body.String(); strings.Contains(body, "<title>Erreur") {
		t.Error("a page without a fault says that there is one")
	}
	waits := w.knock(t, knock{method: "GET", path: "/bureau/effacements", session: w.here.session[access.Director]}).Body.String()
	buttons := regexp.MustCompile(`<button[^>]* aria-label="([^"]*)">([^<]*)</button>`).FindAllStringSubmatch(waits, -1)
	if len(buttons) < 2 {
		t.Fatalf("%v", buttons)
	}
	for _, b := range buttons {
		if !strings.Contains(b[1], b[2]) {
			t.Errorf("%q is read aloud as %q", b[2], b[1])
		}
	}
	if css := w.knock(t, knock{method: "GET", path: "/static/phare.css"}).Body.String(); !strings.Contains(css, `a[href^="tel:"]{white-space:nowrap}`) {
		t.Error("a telephone number that is a link may break")
	}
	receipt := w.knock(t, knock{method: "GET", path: "/demande/" + w.here.form["received"] + "/recu"}).Body.String()
	if !strings.Contains(receipt, "0262\u00a000\u00a000\u00a001") || !strings.Contains(receipt, "bien enregistrée") {
		t.Errorf("a telephone number in a sentence may break: %s", visible(receipt))
	}
}
