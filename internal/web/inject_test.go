package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare"
	"phare/internal/access"
	"phare/internal/store/storetest"
)

// evil is what a person could type to become markup, script, a template, a
// formula or another header.
const evil = `Zqx"'><bait onload=alert(1)></textarea><!-- ]]>{{.}} =1+1 %0d%0aA:b &lt;`

// Words that people type stay words, in every page, file and address.
func TestWordsStayWords(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	w.here = nil // its own desk has staff of every role
	s := w.open(t, access.Platform{ID: "martinique", Name: "Plateforme <i>d’ailleurs</i>", Zone: "America/Martinique", Territory: "972", Phone: "0596 00 00 01", Mail: "ailleurs@phare.example"}, evil, "0696 98 76 54")
	w.here = s
	shown := 0
	for _, r := range w.server.Routes() {
		method, _, _ := strings.Cut(r.Pattern, " ")
		if strings.Contains(r.Pattern, "deconnexion") {
			continue
		}
		for _, c := range callers() {
			if c.name == "elsewhere" {
				continue
			}
			k := knock{method: method, path: example(t, s, r.Pattern, c.name), session: c.session(w), body: brought(w, c.name)}
			if method == http.MethodPost && c.name != "reader" {
				k.body = map[string][]string{}
				for _, name := range fieldNames(t) {
					k.body.Set(name, evil)
				}
				k.body.Set("form", string(phare.NewID())) // a name of a form, not words
			}
			if method == http.MethodGet {
				k.path += "?voix=famille&q=" + strings.NewReplacer(" ", "+", "%", "%25", "&", "%26", "#", "%23", ";", "%3b").Replace(evil)
			}
			got := w.knock(t, k)
			what := c.name + " " + k.method + " " + r.Pattern
			for name, values := range got.Header() {
				v := strings.ToLower(strings.Join(values, " "))
				for _, id := range s.form { // drawn by chance: any letters can stand in it
					v = strings.ReplaceAll(v, id, "")
				}
				if strings.Contains(v, "zqx") || name == "Set-Cookie" && strings.HasPrefix(v, "a=") {
					t.Errorf("%s: header %s: %s", what, name, v)
				}
			}
			switch kind := got.Header().Get("Content-Type"); {
			case strings.HasPrefix(kind, "text/html"):
				shown += checkNoMarkup(t, what, got.Body.String())
			case strings.Contains(kind, "opendocument"):
				checkWellFormed(t, what, got.Body.Bytes())
			}
		}
	}
	if shown < 50 {
		t.Errorf("the words were seen on %d pages only", shown)
	}
}

// checkNoMarkup says whether the words stand on a page: 1, or 0.
func checkNoMarkup(t *testing.T, what, body string) (seen int) {
	t.Helper()
	checkInert(t, what, body)
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Data == "bait" && n.Type == html.ElementNode || n.Type == html.CommentNode {
			t.Errorf("%s: typed words became <%s>", what, n.Data)
		}
		if n.Type == html.TextNode && strings.Contains(n.Data, "<bait onload") {
			seen = 1
		}
	}
	return seen
}

// checkWellFormed parses every XML part of an ODT.
func checkWellFormed(t *testing.T, what string, file []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	must(t, err)
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") {
			continue
		}
		r, err := f.Open()
		must(t, err)
		d := xml.NewDecoder(r)
		for err == nil {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %s in the file: %v", what, f.Name, err)
		}
	}
}
