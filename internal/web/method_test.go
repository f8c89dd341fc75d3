package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store/storetest"
)

// A known address asked in a way that it does not know answers 405 and says
// which it knows; it never runs a handler. An unknown address answers 404.
func TestMethods(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	handler := w.server.Handler()
	ask := func(method, path, lang string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Accept-Language", lang)
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		return rec
	}
	tests := []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodPut, "/suivi", http.StatusMethodNotAllowed, "GET, HEAD, POST"},
		{http.MethodDelete, "/bureau", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodPost, "/bureau", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodGet, "/deconnexion", http.StatusMethodNotAllowed, "POST"},
		{http.MethodOptions, "/", http.StatusMethodNotAllowed, "GET, HEAD"},
		{"INVENTED", "/healthz", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodPost, "/static/phare.css", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodPatch, "/avis/inconnu", http.StatusMethodNotAllowed, "GET, HEAD, POST"},
		{http.MethodPut, "/nulle-part", http.StatusNotFound, ""},
		{http.MethodGet, "/nulle-part", http.StatusNotFound, ""},
		{http.MethodHead, "/suivi", http.StatusOK, ""},
	}
	for _, tt := range tests {
		got := ask(tt.method, tt.path, "fr")
		if got.Code != tt.status || got.Header().Get("Allow") != tt.allow {
			t.Errorf("%s %s: %d, Allow %q; want %d, %q", tt.method, tt.path, got.Code, got.Header().Get("Allow"), tt.status, tt.allow)
		}
	}
	for lang, want := range map[string]string{"fr": "on ne peut pas lui demander cela", "en": "cannot do what was asked"} {
		if body := ask(http.MethodPut, "/suivi", lang).Body.String(); !strings.Contains(body, want) {
			t.Errorf("in %s no %q", lang, want)
		}
	}
}

// Who has signed in is led back to where they begin, anyone else to the front page.
func TestErrorLeadsHome(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	for role, home := range map[access.Role]string{"": "/", access.Secretary: "/bureau", access.Director: "/rapport", access.Admin: "/bureau/equipe"} {
		for path, status := range map[string]int{"/nulle-part": http.StatusNotFound, "/deconnexion": http.StatusMethodNotAllowed} {
			got := w.knock(t, knock{method: http.MethodGet, path: path, session: w.here.session[role]})
			if want := `<p><a href="` + home + `">`; got.Code != status || !strings.Contains(got.Body.String(), want) {
				t.Errorf("%s at %s: %d, without %s", role, path, got.Code, want)
			}
		}
	}
	refused := w.knock(t, knock{method: http.MethodGet, path: "/bureau", session: w.here.session[access.Director]})
	if refused.Code != http.StatusForbidden || !strings.Contains(refused.Body.String(), `<p><a href="/rapport">`) {
		t.Errorf("a director at the work list: %d", refused.Code)
	}
}
