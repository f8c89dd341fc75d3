package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"phare/internal/access"
)

// A flood of sign-ins from one place is turned away before it costs a hash of
// the password; someone at another place still gets in.
func TestFloodOfSignIns(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	begun, in, turned := time.Now(), 0, 0
	for range 130 {
		p := b.post("/connexion", url.Values{"login": {""}, "password": {"x"}, "code": {"0"}})
		switch p.Status {
		case http.StatusTooManyRequests:
			turned++
		case http.StatusUnprocessableEntity:
			in++
		default:
			t.Fatalf("status %d", p.Status)
		}
	}
	// A hundred at once, then four hundred an hour: on a slow machine a few more.
	if most := 101 + int(time.Since(begun).Hours()*400); in < 100 || in > most || turned == 0 {
		t.Errorf("%d of 130 let in, %d turned away, want 100 to %d", in, turned, most)
	}
}

// endless is a form whose end never comes; it says when it is waited for.
type endless struct {
	waiting chan<- struct{}
	end     <-chan struct{}
}

func (e endless) Read([]byte) (int, error) {
	e.waiting <- struct{}{}
	<-e.end
	return 0, io.EOF
}

// Twenty strangers who search and never finish their form take no place of the
// readers: the desk still reads.
func TestStrangersTakeNoPlace(t *testing.T) {
	const strangers = 20
	s := oneSite(t)
	nurse := staff(t, s, "reunion", access.Nurse)
	waiting, end := make(chan struct{}, 10*strangers), make(chan struct{})
	var gone sync.WaitGroup
	for range strangers {
		r := httptest.NewRequest(http.MethodPost, "/bureau/recherche", endless{waiting, end})
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		gone.Go(func() { s.h.ServeHTTP(httptest.NewRecorder(), r) })
	}
	for range strangers {
		<-waiting
	}
	if p := nurse.get("/bureau"); p.Status != http.StatusOK {
		t.Errorf("the desk is shut: %d", p.Status)
	}
	close(end)
	gone.Wait()
}
