package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// csp is written out here: a change of it is a decision, not an accident.
const csp = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'none'; script-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// sandbox is the policy of a document that a stranger sent.
const sandbox = "sandbox; default-src 'none'; frame-ancestors 'none'"

// checkHeaders holds one answer to what every answer carries.
func checkHeaders(t *testing.T, what string, r *httptest.ResponseRecorder, https bool) {
	t.Helper()
	want := map[string]string{"Content-Security-Policy": csp, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"}
	if https {
		want["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
	}
	if strings.HasPrefix(r.Header().Get("Content-Disposition"), "attachment") && strings.Contains(what, "/pieces/") {
		want["Content-Security-Policy"] = sandbox // a document of a stranger: even less
	}
	for name, value := range want {
		if got := r.Header()[name]; len(got) != 1 || got[0] != value {
			t.Errorf("%s: %s is %q, want %q", what, name, got, value)
		}
	}
	if r.Body.Len() > 0 && r.Header().Get("Content-Type") == "" {
		t.Errorf("%s: no content type", what)
	}
	for _, c := range r.Result().Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode && c.SameSite != http.SameSiteStrictMode || c.Secure != https || c.Domain != "" {
			t.Errorf("%s: cookie %s", what, c.Raw)
		}
		if host := strings.HasPrefix(c.Name, "__Host-") && c.Path == "/"; https && !host && !strings.HasPrefix(c.Name, "__Secure-") {
			t.Errorf("%s: cookie %s has no prefix", what, c.Raw)
		}
	}
}

// checkInert wants a page without script or style of its own, whose forms go to
// this site.
func checkInert(t *testing.T, what, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		src, hasSrc := attr(n, "src")
		if n.Data == "style" || n.Data == "script" && (!hasSrc || n.FirstChild != nil) || n.Data == "base" || n.Data == "iframe" || n.Data == "object" {
			t.Errorf("%s: <%s> on the page", what, n.Data)
		}
		if hasSrc && !strings.HasPrefix(src, "/static/") {
			t.Errorf("%s: %s from %s", what, n.Data, src)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("%s: <%s %s=%q>", what, n.Data, a.Key, a.Val)
			}
			if (a.Key == "action" || a.Key == "formaction") && (!strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//")) {
				t.Errorf("%s: a form goes to %s", what, a.Val)
			}
		}
		if kind, _ := attr(n, "type"); n.Data == "input" && kind == "radio" && n.Parent.Data != "label" {
			t.Errorf("%s: a choice without its label", what)
		}
	}
}

// Every answer of every route, to every caller, carries the headers; every page
// is inert and labels its fields.
func TestHeadersAndPages(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	pages := 0
	visit := func(k knock) {
		r := w.knock(t, k)
		what := k.method + " " + k.path
		checkHeaders(t, what, r, false)
		if !strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") || r.Header().Get("Location") != "" {
			return
		}
		pages++
		body := r.Body.String()
		checkInert(t, what, body)
		doc, err := html.Parse(strings.NewReader(body))
		must(t, err)
		page{t, r.Code, what, body, doc}.check()
	}
	for _, r := range w.server.Routes() {
		method, _, _ := strings.Cut(r.Pattern, " ")
		if strings.Contains(r.Pattern, "deconnexion") {
			continue
		}
		for _, c := range callers() {
			visit(knock{method: method, path: example(t, w.here, r.Pattern, c.name), session: c.session(w), body: brought(w, c.name)})
		}
		visit(knock{method: method, path: nowhere(r.Pattern), session: w.here.session[access.Physician]})
	}
	for _, path := range []string{"/nulle-part", "/static/rien", "/healthz", "/readyz", "/bureau/", "/%2e%2e/x"} {
		visit(knock{method: http.MethodGet, path: path})
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodTrace} {
		visit(knock{method: method, path: "/bureau", session: w.here.session[access.Nurse]})
	}
	if pages < 200 {
		t.Errorf("only %d pages were seen", pages)
	}
}

// With a public https address the cookies are bound to this host and to TLS.
func TestHeadersOverTLS(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "https://phare.example")
	for _, r := range w.server.Routes() {
		method, _, _ := strings.Cut(r.Pattern, " ")
		path := example(t, w.here, r.Pattern, "anyone")
		checkHeaders(t, r.Pattern, w.knock(t, knock{method: method, path: path}), true)
	}
	english := w.knock(t, knock{method: http.MethodGet, path: "/?lang=en"})
	checkHeaders(t, "the language", english, true)
	if c := english.Result().Cookies(); len(c) != 1 || c[0].Name != "__Host-lang" {
		t.Errorf("choosing a language sets %v", c)
	}
	if again := w.knock(t, knock{method: http.MethodGet, path: "/suivi", header: map[string]string{"Cookie": "__Host-lang=en"}}); again.Header().Get("Content-Language") != "en" {
		t.Error("the language was forgotten")
	}
	out := w.knock(t, knock{method: http.MethodPost, path: "/deconnexion"})
	c := out.Result().Cookies()
	if len(c) != 1 || c[0].Name != "__Host-phare" || c[0].Path != "/" || c[0].MaxAge >= 0 {
		t.Errorf("signing out sets %v", c)
	}
}

// What is kept for long is only what is named after its content.
func TestStaticIsKept(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	home := w.knock(t, knock{method: http.MethodGet, path: "/"})
	doc, err := html.Parse(home.Body)
	must(t, err)
	seen := 0
	for n := range doc.Descendants() {
		for _, name := range []string{"href", "src"} {
			to, _ := attr(n, name)
			if !strings.HasPrefix(to, "/static/") {
				continue
			}
			seen++
			r := w.knock(t, knock{method: http.MethodGet, path: to})
			if r.Code != http.StatusOK || !strings.Contains(r.Header().Get("Cache-Control"), "immutable") || r.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d %v", to, r.Code, r.Header())
			}
			bare, _, _ := strings.Cut(to, "?")
			if r := w.knock(t, knock{method: http.MethodGet, path: bare}); r.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s without its sum is kept: %s", bare, r.Header().Get("Cache-Control"))
			}
		}
	}
	if seen < 3 {
		t.Errorf("only %d files", seen)
	}
	// The exceptions from no-store, all of them: files under their sum.
	for _, path := range []string{"/", "/suivi", "/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt", "/nulle-part", "/static/phare.css"} {
		if got := w.knock(t, knock{method: http.MethodGet, path: path}).Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}

// A post that another site makes a browser send does nothing, on any route.
func TestCrossSitePosts(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	before := digest(t, db, "reunion") + digest(t, db, "guyane")
	for _, foreign := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
		{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://phare.example.evil.example"},
	} {
		for _, r := range w.server.Routes() {
			if method, _, _ := strings.Cut(r.Pattern, " "); method != http.MethodPost {
				continue
			}
			k := knock{method: http.MethodPost, path: example(t, w.here, r.Pattern, "expert"), session: w.here.session[access.Nurse],
				body: url.Values{"version": {"3"}, "kind": {"note"}, "text": {"x"}, "do": {"open"}}, header: foreign}
			if got := w.knock(t, k); got.Code != http.StatusForbidden {
				t.Errorf("%s with %v: %d", r.Pattern, foreign, got.Code)
			}
		}
	}
	if after := digest(t, db, "reunion") + digest(t, db, "guyane"); after != before {
		t.Errorf("something was done: %s, was %s", after, before)
	}
	note := knock{method: http.MethodPost, path: "/bureau/demandes/" + string(w.here.request["asked"]) + "/note", session: w.here.session[access.Nurse],
		body: url.Values{"kind": {"note"}, "text": {"x"}}, header: map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://phare.example"}}
	if got := w.knock(t, note); got.Code != http.StatusSeeOther {
		t.Errorf("our own post: %d", got.Code)
	}
}

// Robots follow links and ask for their heads: nothing that a person or a
// secret's count depends on may move, and the person still gets in.
func TestRobotsChangeNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		before := digest(t, db, "reunion")
		for range 25 {
			for _, method := range []string{http.MethodHead, http.MethodGet} {
				for _, path := range []string{"/avis/" + w.here.link["asked"], "/reponse/" + w.here.answer, "/suivi", "/demande/" + w.here.form["draft"] + "/verifier", "/demande/" + w.here.form["closed"] + "/recu"} {
					if r := w.knock(t, knock{method: method, path: path}); r.Code >= 400 {
						t.Fatalf("%s %s: %d", method, path, r.Code)
					}
				}
			}
		}
		if after := digest(t, db, "reunion"); after != before {
			t.Errorf("links were opened: %s, was %s", after, before)
		}
		open := knock{method: http.MethodPost, path: "/avis/" + w.here.link["asked"], body: url.Values{"do": {"open"}}}
		if r := w.knock(t, open); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "Ici marche mal.") {
			t.Errorf("the expert after the robots: %d", r.Code)
		}
	})
}

// Another method than the route's reaches nothing.
func TestOtherMethods(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	before := digest(t, db, "reunion")
	known := map[string]bool{}
	for _, r := range w.server.Routes() {
		known[r.Pattern] = true
	}
	for _, r := range w.server.Routes() {
		_, path, _ := strings.Cut(r.Pattern, " ")
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
			if known[method+" "+path] {
				continue
			}
			k := knock{method: method, path: example(t, w.here, r.Pattern, "expert"), session: w.here.session[access.Physician]}
			if got := w.knock(t, k).Code; got != http.StatusNotFound && got != http.StatusMethodNotAllowed && !(method == http.MethodPost || method == http.MethodGet) {
				t.Errorf("%s %s: %d", method, path, got)
			}
		}
	}
	if after := digest(t, db, "reunion"); after != before {
		t.Errorf("something was done: %s, was %s", after, before)
	}
}
