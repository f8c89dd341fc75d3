package web_test

import (
	"net/http"
	"testing"
)

// A site whose database is gone says so to whoever watches it, and is still alive.
func TestReady(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		if p := b.get("/readyz"); p.Status != http.StatusOK {
			t.Errorf("ready: %d", p.Status)
		}
		s.db.Close()
		if p := b.get("/readyz"); p.Status != http.StatusServiceUnavailable {
			t.Errorf("without database: %d", p.Status)
		}
		if p := b.get("/healthz"); p.Status != http.StatusOK {
			t.Errorf("alive: %d", p.Status)
		}
	})
}
