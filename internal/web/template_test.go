package web_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare/internal/access"
	"phare/internal/store/storetest"
	"phare/internal/text"
	"phare/internal/web"
)

var action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// inlineIn names what would run or paint from inside a page. It reads tokens,
// so that parts which are no whole page are read too. The templates' own
// actions count as a word.
func inlineIn(source string) (found []string) {
	z := html.NewTokenizer(strings.NewReader(action.ReplaceAllString(source, "x")))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		t := z.Token()
		src := false
		for _, a := range t.Attr {
			src = src || a.Key == "src"
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") {
				found = append(found, "<"+t.Data+" "+a.Key+">")
			}
		}
		if t.Data == "style" || t.Data == "base" || t.Data == "iframe" || t.Data == "object" || t.Data == "embed" || t.Data == "script" && !src {
			found = append(found, "<"+t.Data+">")
		}
	}
}

// Every page of every language can be read, also one that no test shows: each is
// read only when it is first shown.
func TestEveryPageIsRead(t *testing.T) {
	words, err := text.Load()
	must(t, err)
	s, err := web.New(web.Config{DB: storetest.Open(t, "sqlite"), Key: access.NewKey(), Text: words, Base: "http://phare.example"})
	must(t, err)
	must(t, s.ReadPages())
}

// No template, shown by a test or not, holds an inline script, style or handler:
// the policy in the header would stop it, and the page would be broken.
func TestTemplatesAreInert(t *testing.T) {
	n := 0
	must(t, fs.WalkDir(os.DirFS("templates"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile("templates/" + path)
		if err != nil {
			return err
		}
		n++
		if found := inlineIn(string(b)); len(found) > 0 {
			t.Errorf("%s: %v", path, found)
		}
		return nil
	}))
	if n < 40 {
		t.Errorf("only %d templates", n)
	}
	// The reader sees what it is for.
	for _, bad := range []string{`<p style="x">`, `<td onclick="x">`, `<script>x</script>`, `<style>x</style>`, `<a href=" JavaScript:x">`,
		`<tr><td OnMouseOver={{.X}}>`, `<iframe src="/x">`, `<base href="/">`, `<img src="data:image/svg+xml,x">`} {
		if len(inlineIn(bad)) != 1 {
			t.Errorf("not seen: %s", bad)
		}
	}
}
