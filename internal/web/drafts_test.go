package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
)

// A machine that begins forms without end is held back at its address, with a
// sentence in the visitor's language and nothing lost. Whoever has begun there
// goes on and sends; another address, and the desk, notice nothing.
func TestFloodOfForms(t *testing.T) {
	s := oneSite(t)
	post := func(path, remote, lang string, v url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
		r.RemoteAddr = remote
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		return w
	}
	const village = "192.0.2.1:1234" // where the browsers of the tests sit
	begin := func(remote, lang string) (string, *httptest.ResponseRecorder) {
		v := gpAnswers()
		form := request.NewForm()
		v.Set("form", form)
		v.Set("platform", "reunion")
		v.Set("later", "1")
		return form, post("/demande/medecin", remote, lang, v)
	}
	first, w := begin(village, "fr")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("the first form: %d", w.Code)
	}
	kept, turned := 1, 0
	for range 229 {
		switch _, w := begin(village, "fr"); w.Code {
		case http.StatusSeeOther:
			kept++
		case http.StatusTooManyRequests:
			turned++
		default:
			t.Fatalf("status %d", w.Code)
		}
	}
	// 200 at once, and one more every nine seconds that the loop takes.
	if kept < 200 || turned < 10 {
		t.Errorf("%d forms kept and %d turned away of 230", kept, turned)
	}
	if n := count(t, s.db, "draft"); n != kept {
		t.Errorf("%d drafts are stored, want %d", n, kept)
	}
	for lang, want := range map[string]string{"fr": "Trop de formulaires arrivent de votre connexion", "en": "Too many forms are coming from your connection"} {
		_, w := begin(village, lang)
		if w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), want) || !strings.Contains(w.Body.String(), "Payet-Inventé") {
			t.Errorf("%s: %d, the sentence or what was typed is not there", lang, w.Code)
		}
		if strings.Contains(w.Body.String(), "gardé 30 jours") || strings.Contains(w.Body.String(), "kept for 30 days") {
			t.Errorf("%s: the page says that it is kept", lang)
		}
	}
	if w := post("/demande/famille", village, "fr", url.Values{"form": {request.NewForm()}, "diagnosis": {"none"}, "etape": {"territoire"}, "platform": {"reunion"}, "commune": {"Cilaos"}}); w.Code != http.StatusTooManyRequests || !strings.Contains(w.Body.String(), "Cilaos") {
		t.Errorf("a family's form: %d", w.Code)
	}

	whole := gpAnswers()
	whole.Set("form", request.NewForm())
	whole.Set("platform", "reunion")
	if w := post("/demande/medecin", village, "fr", whole); w.Code != http.StatusSeeOther {
		t.Errorf("a form that is whole at once: %d", w.Code)
	}

	again := gpAnswers()
	again.Set("form", first)
	again.Set("platform", "reunion")
	again.Set("story", "Une phrase de plus.")
	if w := post("/demande/medecin", village, "fr", again); w.Code != http.StatusSeeOther {
		t.Errorf("going on with a form that was begun: %d", w.Code)
	}
	if w := post("/demande/"+first+"/envoyer", village, "fr", nil); w.Code != http.StatusSeeOther || count(t, s.db, "request") != 1 {
		t.Errorf("sending it: %d", w.Code)
	}
	if _, w := begin("203.0.113.8:1000", "fr"); w.Code != http.StatusSeeOther {
		t.Errorf("from another address: %d", w.Code)
	}
	nurse := staff(t, s, "reunion", access.Nurse) // at the same address
	for range 3 {
		v := gpAnswers()
		v.Set("form", request.NewForm())
		v.Set("platform", "reunion")
		if p := nurse.post("/demande/medecin", v); p.Status != http.StatusOK {
			t.Errorf("from the desk: %d", p.Status)
		}
	}
}
