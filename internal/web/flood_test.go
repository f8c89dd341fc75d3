package web_test

import (
	"net/http"
	"net/url"
	"testing"
)

// A flood of sign-ins from one place is turned away before it costs a hash of
// the password; someone at another place still gets in.
func TestFloodOfSignIns(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	turned := 0
	for range 130 {
		p := b.post("/connexion", url.Values{"login": {""}, "password": {"x"}, "code": {"0"}})
		switch p.Status {
		case http.StatusTooManyRequests:
			turned++
		case http.StatusUnprocessableEntity:
			if turned > 0 {
				t.Fatal("let in again within the flood")
			}
		default:
			t.Fatalf("status %d", p.Status)
		}
	}
	if turned < 20 || turned > 35 {
		t.Errorf("%d of 130 turned away, want about 30", turned)
	}
}
