package web_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare/internal/access"
	"phare/internal/sms"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/web"
)

// site is the whole site on one engine, with two desks.
type site struct {
	db  *store.DB
	key access.Key
	h   http.Handler
}

// eachSite runs f on a site of each engine.
func eachSite(t *testing.T, f func(t *testing.T, s site)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { f(t, newSite(t, db)) })
}

// gatewayToken is what the SMS gateway of a site shows.
const gatewayToken = "a-token-of-twenty-signs"

// oneSite is a site on SQLite, for what no engine can change.
func oneSite(t *testing.T) site { return newSite(t, storetest.Open(t, "sqlite")) }

func newSite(t *testing.T, db *store.DB) site {
	t.Helper()
	for i, p := range []access.Platform{
		{ID: "reunion", Name: "Plateforme de La Réunion et Mayotte", Zone: "Indian/Reunion", Team: "Équipe de coordination", Host: "Hôpital inventé, Saint-Denis", Phone: "0262 00 00 01"},
		{ID: "guyane", Name: "Plateforme de Guyane", Zone: "America/Cayenne", Team: "Équipe de Cayenne", Host: "Hôpital inventé, Cayenne", Phone: "0594 00 00 01"},
	} {
		p.Position = i
		if err := access.AddPlatform(t.Context(), db, p); err != nil {
			t.Fatal(err)
		}
	}
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	key := access.NewKey()
	server, err := web.New(web.Config{DB: db, Key: key, Text: words, Base: "http://phare.example", Version: "essai", SMS: sms.Hook{Token: gatewayToken}})
	if err != nil {
		t.Fatal(err)
	}
	return site{db, key, server.Handler()}
}

// browser is a browser without JavaScript: it keeps cookies, follows redirects
// and fills in the forms it is shown.
type browser struct {
	t    *testing.T
	h    http.Handler
	jar  http.CookieJar
	sent int // bytes of pages received
}

func newBrowser(t *testing.T, s site) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, h: s.h, jar: jar}
}

// page is what came back, after redirects.
type page struct {
	t      *testing.T
	Status int
	Path   string // with its query
	Body   string
	doc    *html.Node
}

func (b *browser) get(path string) page { return b.do(http.MethodGet, path, nil) }

func (b *browser) post(path string, v url.Values) page { return b.do(http.MethodPost, path, v) }

func (b *browser) do(method, path string, v url.Values) page {
	b.t.Helper()
	for range 5 {
		at, err := url.Parse("http://phare.example" + path)
		if err != nil {
			b.t.Fatal(err)
		}
		r := httptest.NewRequest(method, at.RequestURI(), strings.NewReader(v.Encode()))
		r.Header.Set("Accept-Language", "fr")
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for _, c := range b.jar.Cookies(at) {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		b.h.ServeHTTP(w, r)
		b.jar.SetCookies(at, w.Result().Cookies())
		b.sent += w.Body.Len()
		if to := w.Header().Get("Location"); to != "" {
			method, path, v = http.MethodGet, to, nil
			continue
		}
		doc, err := html.Parse(strings.NewReader(w.Body.String()))
		if err != nil {
			b.t.Fatal(err)
		}
		return page{b.t, w.Code, path, w.Body.String(), doc}
	}
	b.t.Fatalf("%s redirects for ever", path)
	return page{}
}

// all returns the elements with one name.
func (p page) all(name string) (found []*html.Node) {
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// words is the text of an element, its blanks folded.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// text is what a reader sees in the main part.
func (p page) text() string {
	p.t.Helper()
	for _, n := range p.all("main") {
		return words(n)
	}
	p.t.Fatalf("%s has no main", p.Path)
	return ""
}

// class returns the elements that have a class.
func (p page) class(name string) (found []*html.Node) {
	for n := range p.doc.Descendants() {
		if c, _ := attr(n, "class"); n.Type == html.ElementNode && strings.Contains(" "+c+" ", " "+name+" ") {
			found = append(found, n)
		}
	}
	return found
}

// form returns where the first posting form of the main part goes, and what it holds.
func (p page) form() (action string, v url.Values) {
	p.t.Helper()
	main := p.all("main")
	if len(main) == 0 {
		p.t.Fatalf("%s has no main", p.Path)
	}
	v = url.Values{}
	for n := range main[0].Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		if m, _ := attr(n, "method"); m != "post" {
			continue
		}
		action, _ = attr(n, "action")
		for x := range n.Descendants() {
			fillFrom(v, x)
		}
		return action, v
	}
	p.t.Fatalf("%s has no form: %s", p.Path, p.text())
	return "", nil
}

func fillFrom(v url.Values, x *html.Node) {
	name, _ := attr(x, "name")
	value, _ := attr(x, "value")
	kind, _ := attr(x, "type")
	_, checked := attr(x, "checked")
	switch {
	case name == "" || x.Type != html.ElementNode:
	case x.Data == "input" && (kind == "radio" || kind == "checkbox"):
		if checked {
			v.Add(name, value)
		}
	case x.Data == "input" && kind == "hidden":
		v.Add(name, value) // a browser sends each of them
	case x.Data == "input":
		v.Set(name, value)
	case x.Data == "textarea":
		v.Set(name, "")
		if x.FirstChild != nil {
			v.Set(name, x.FirstChild.Data)
		}
	case x.Data == "select":
		for o := range x.Descendants() {
			if _, on := attr(o, "selected"); on {
				value, _ := attr(o, "value")
				v.Set(name, value)
			}
		}
	}
}

// send fills in the form of p and posts it.
func (b *browser) send(p page, answers url.Values) page {
	b.t.Helper()
	action, v := p.form()
	for name, values := range answers {
		v[name] = values
	}
	return b.post(action, v)
}

// missing is what a message that no catalogue has looks like.
var missing = regexp.MustCompile(`\[[a-z]+\.[a-z0-9_.-]+\]`)

// checkPage finds what no page may lack: one h1, a title, a label for each
// field, no id twice, and for each link inside the page its target.
func (p page) check() {
	p.t.Helper()
	if n := len(p.all("h1")); n != 1 {
		p.t.Errorf("%s has %d h1", p.Path, n)
	}
	ids, labels := map[string]int{}, map[string]bool{}
	for n := range p.doc.Descendants() {
		if id, ok := attr(n, "id"); ok {
			ids[id]++
		}
		if target, ok := attr(n, "for"); ok && n.Data == "label" {
			labels[target] = true
		}
	}
	for id, n := range ids {
		if n > 1 {
			p.t.Errorf("%s has the id %s %d times", p.Path, id, n)
		}
	}
	for n := range p.doc.Descendants() {
		if to, ok := attr(n, "href"); ok && strings.HasPrefix(to, "#") && ids[to[1:]] == 0 {
			p.t.Errorf("%s links to %s, which is not there", p.Path, to)
		}
		if by, ok := attr(n, "aria-describedby"); ok {
			for id := range strings.FieldsSeq(by) {
				if ids[id] == 0 {
					p.t.Errorf("%s: described by %s, which is not there", p.Path, id)
				}
			}
		}
		kind, _ := attr(n, "type")
		id, _ := attr(n, "id")
		if n.Data == "textarea" || n.Data == "select" || n.Data == "input" && kind != "hidden" && kind != "radio" {
			if !labels[id] && !within(n, "label") {
				p.t.Errorf("%s: the field %q has no label", p.Path, id)
			}
		}
	}
	if missing.MatchString(p.Body) {
		p.t.Errorf("%s shows a message that no catalogue has: %q", p.Path, missing.FindString(p.Body))
	}
}

// within says whether a node stands in an element of that name.
func within(n *html.Node, name string) bool {
	for above := n.Parent; above != nil; above = above.Parent {
		if above.Data == name {
			return true
		}
	}
	return false
}

// firstButton is the name of the button that Enter presses in a form.
func firstButton(form *html.Node) string {
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && n.Data == "button" {
			name, _ := attr(n, "name")
			return name
		}
	}
	return ""
}
