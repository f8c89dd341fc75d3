package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"phare/internal/access"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

// security.txt names the desks' addresses and when it must not be believed any
// more: a year after someone last looked. A desk whose address would add a line
// to the file is left out.
func TestSecurityTxt(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	must(t, access.AddPlatform(t.Context(), s.db, access.Platform{ID: "mayotte", Name: "M", Zone: "Indian/Mayotte", Mail: "a@phare.example\nExpires: 2099-01-01T00:00:00Z", Position: 7}))
	if p := b.get("/.well-known/security.txt"); !strings.HasPrefix(p.Body, "Contact: http://phare.example/donnees-personnelles\nExpires: ") || strings.Contains(p.Body, "2099") {
		t.Errorf("without an address: %s", p.Body)
	}
	for i, id := range []string{"martinique", "guadeloupe"} {
		must(t, access.AddPlatform(t.Context(), s.db, access.Platform{ID: id, Name: id, Zone: "America/Martinique", Mail: "desk" + id + "@phare.example", Position: 8 + i}))
	}
	fields := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(b.get("/.well-known/security.txt").Body), "\n") {
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			t.Errorf("not a field: %q", line)
		}
		fields[name] = append(fields[name], value)
	}
	if got := strings.Join(fields["Contact"], " "); got != "mailto:deskmartinique@phare.example mailto:deskguadeloupe@phare.example" {
		t.Errorf("contacts %q", got)
	}
	if got := strings.Join(fields["Canonical"], " "); got != "http://phare.example/.well-known/security.txt" {
		t.Errorf("canonical %q", got)
	}
	reviewed, err := time.Parse(time.DateOnly, web.ContactsReviewed)
	must(t, err)
	expires, err := time.Parse(time.RFC3339, strings.Join(fields["Expires"], " "))
	must(t, err)
	if expires != reviewed.AddDate(1, 0, 0) {
		t.Errorf("expires %v, want a year after %v", expires, reviewed)
	}
}

// What the edges of a whole town must hold; one town, because a town is slow to
// build.
func TestTownEdges(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	t.Run("robots", func(t *testing.T) { robotsSeeNothing(t, w) })
	t.Run("notices", func(t *testing.T) { noticeWhereDataAreAsked(t, w) })
	t.Run("village", func(t *testing.T) { villageIsNeverRefused(t, w) })
}

// Robots may see the public doors; nothing that belongs to someone is indexed,
// even if its address got about.
func robotsSeeNothing(t *testing.T, w town) {
	body := w.knock(t, knock{method: http.MethodGet, path: "/robots.txt"}).Body.String()
	if !strings.HasSuffix(body, "Disallow: /\n") || regexp.MustCompile(`Allow: /(bureau|avis|reponse|suivi|connexion|rapport)`).MatchString(body) {
		t.Error(body)
	}
	for _, r := range w.server.Routes() {
		method, _, _ := strings.Cut(r.Pattern, " ")
		got := w.knock(t, knock{method: method, path: example(t, w.here, r.Pattern, "expert")}).Header().Get("X-Robots-Tag")
		if want := map[bool]string{true: "", false: "noindex, nofollow"}[r.Policy.Open]; got != want {
			t.Errorf("%s: X-Robots-Tag %q, want %q", r.Pattern, got, want)
		}
	}
}

// collects says whether a form of the page asks for words, and whether a short
// notice stands in it.
func collects(t *testing.T, body string) (asks, told bool) {
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		kind, _ := attr(n, "type")
		if n.Data == "textarea" || n.Data == "input" && (kind == "text" || kind == "tel" || kind == "password" || kind == "email") {
			asks = true
		}
		if class, _ := attr(n, "class"); n.Data == "p" && strings.Contains(class, "privacy") {
			for a := range n.Descendants() {
				if to, _ := attr(a, "href"); to == "/donnees-personnelles" {
					told = true
				}
			}
		}
	}
	return asks, told
}

// Each page that asks someone without an account for words says why, who reads
// them, how long they are kept and what one's rights are, with the way to more;
// staff find the way at the foot of each page.
func noticeWhereDataAreAsked(t *testing.T, w town) {
	asking := 0
	see := func(k knock) {
		r := w.knock(t, k)
		if !strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") || r.Header().Get("Location") != "" {
			return
		}
		body := r.Body.String()
		if !strings.Contains(body, `<footer`) || !strings.Contains(body[strings.Index(body, "<footer"):], `href="/donnees-personnelles"`) {
			t.Errorf("%s %s: no way to the notice at the foot", k.method, k.path)
		}
		if k.session != "" {
			return
		}
		asks, told := collects(t, body)
		if asks {
			asking++
		}
		// The self-check and its list ask for nothing that is kept; they say so.
		if asks && !told && !strings.HasPrefix(k.path, "/quand-y-penser") {
			t.Errorf("%s %s asks for words without the notice", k.method, k.path)
		}
	}
	for _, r := range w.server.Routes() {
		method, _, _ := strings.Cut(r.Pattern, " ")
		for _, who := range []string{"anyone", "expert", "reader"} {
			see(knock{method: method, path: example(t, w.here, r.Pattern, who), body: brought(w, who)})
		}
	}
	see(knock{method: http.MethodGet, path: "/bureau", session: w.here.session[access.Nurse]})
	see(knock{method: http.MethodPost, path: "/avis/" + w.here.link["asked"], body: url.Values{"do": {"open"}}})
	for _, step := range []string{"territoire", "diagnostic", "nom", "naissance", "histoire", "vous-joindre", "accord"} {
		see(knock{method: http.MethodGet, path: "/demande/" + w.here.form["draft"] + "/" + step})
	}
	if asking < 10 {
		t.Errorf("only %d pages ask for anything", asking)
	}
}

// The page names every desk and how to reach it, and the officer if there is one.
func TestPrivacyPage(t *testing.T) {
	s := oneSite(t)
	for _, at := range []string{"/donnees-personnelles", "/donnees-personnelles?lang=en"} {
		p := newBrowser(t, s).get(at)
		p.check()
		for _, want := range []string{"0262 00 00 01", "0594 00 00 01", "Hôpital inventé, Cayenne", "30", "CNIL"} {
			if !strings.Contains(p.Body, want) {
				t.Errorf("%s does not say %q", at, want)
			}
		}
	}
}
