package web_test

import (
	"net/http"
	"testing"
)

// A language chosen on one page holds on the next ones.
func TestLanguageStays(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	lang := func(p page) string {
		l, _ := attr(p.all("html")[0], "lang")
		return l
	}
	if got := lang(b.get("/")); got != "fr" {
		t.Fatalf("the first page speaks %q", got)
	}
	if got := lang(b.get("/?lang=en")); got != "en" {
		t.Errorf("the page asked for in English speaks %q", got)
	}
	if p := b.get("/demande"); p.Status != http.StatusOK || lang(p) != "en" {
		t.Errorf("the next page speaks %q", lang(p))
	}
	if got := lang(b.get("/?lang=fr")); got != "fr" || lang(b.get("/demande")) != "fr" {
		t.Error("French does not come back")
	}
}
