package web_test

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/web"
)

// A village sends twenty-five forms within a minute: all of them arrive. When
// the queue is longer than a page can be held, the form is kept, and sending
// again later is all it takes; the desk never waits.
func villageIsNeverRefused(t *testing.T, w town) {
	w.server.QuickLane(10*time.Millisecond, time.Second)
	send := func(session string) (string, func() int) {
		form := request.NewForm()
		_, err := request.SaveDraft(t.Context(), w.db, access.Anyone("reunion"), form, func(f *request.Fields) { *f = w.here.fields() })
		must(t, err)
		return form, func() int {
			r := w.knock(t, knock{method: http.MethodPost, path: "/demande/" + form + "/envoyer", session: session})
			if r.Code == http.StatusTooManyRequests {
				if r.Header().Get("Retry-After") == "" || !strings.Contains(r.Body.String(), "est gardée") || !strings.Contains(r.Body.String(), "/demande/"+form+"/envoyer") {
					t.Errorf("the page of the queue: %s %s", r.Header(), r.Body)
				}
			}
			return r.Code
		}
	}
	before := count(t, w.db, "request")
	for i := range 25 {
		if _, do := send(""); do() != http.StatusSeeOther {
			t.Fatalf("form %d was not taken", i+1)
		}
	}
	if n := count(t, w.db, "request") - before; n != 25 {
		t.Errorf("%d of 25 arrived", n)
	}
	w.server.QuickLane(300*time.Millisecond, 50*time.Millisecond) // no turn is that soon
	_, late := send("")
	if code := late(); code != http.StatusTooManyRequests {
		t.Fatalf("beyond what a page is held for: %d", code)
	}
	if _, do := send(w.here.session[access.Nurse]); do() != http.StatusSeeOther {
		t.Error("the desk had to wait")
	}
	w.server.QuickLane(10*time.Millisecond, 50*time.Millisecond)
	for try := 0; ; try++ { // its turn comes although nothing else does
		if late() == http.StatusSeeOther {
			break
		}
		if try > 100 {
			t.Fatal("the turn never came")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if n := count(t, w.db, "request") - before; n != 27 {
		t.Errorf("%d of 27 arrived", n)
	}
}

// Each class of route takes the form it is made for, and says so of more.
func TestBodiesByClass(t *testing.T) {
	s := oneSite(t)
	anyone, nurse := newBrowser(t, s), staff(t, s, "reunion", access.Nurse)
	for _, tt := range []struct {
		who         *browser
		path        string
		bytes, want int
	}{
		{anyone, "/connexion", 12 << 10, 422}, {anyone, "/connexion", 20 << 10, 413},
		{anyone, "/suivi", 12 << 10, 422}, {anyone, "/suivi", 20 << 10, 413},
		{anyone, "/secours", 12 << 10, 422}, {anyone, "/secours", 20 << 10, 413}, {anyone, "/invitation/" + unknownToken, 20 << 10, 413},
		{anyone, "/suivi/acces", 20 << 10, 413}, {anyone, "/connexion/cle", 20 << 10, 413},
		{anyone, "/reponse/" + unknownToken, 20 << 10, 413},
		{nurse, "/bureau/recherche", 12 << 10, 200}, {nurse, "/bureau/recherche", 20 << 10, 413},
		{anyone, "/demande/medecin", 200 << 10, 422}, {anyone, "/demande/medecin", 300 << 10, 413},
	} {
		body := url.Values{"filler": {strings.Repeat("x", tt.bytes)}, "form": {request.NewForm()}}
		if p := tt.who.post(tt.path, body); p.Status != tt.want {
			t.Errorf("%s with %d bytes: %d, want %d", tt.path, tt.bytes, p.Status, tt.want)
		}
	}
}

// Two hundred visitors who never finish a sentence hold connections, not the
// desk: an ordinary visitor is served meanwhile, and each of them is cut off.
func TestSlowVisitors(t *testing.T) {
	server := web.HTTPServer(oneSite(t).h, log.New(io.Discard, "", 0))
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Fatalf("a limit is missing: %+v", server)
	}
	server.ReadHeaderTimeout, server.ReadTimeout = 700*time.Millisecond, 900*time.Millisecond
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go server.Serve(listener)
	defer server.Close()
	slow := []string{
		"GET / HTTP/1.1\r\nHost: phare.example\r\nX-A: ", // headers without end
		"POST /rien HTTP/1.1\r\nHost: phare.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\na=b", // a form without end, nowhere
		"", // says nothing
		"POST /suivi HTTP/1.1\r\nHost: phare.example\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\na", // a body that no handler reads
	}
	conns := make([]net.Conn, 200)
	for i := range conns {
		conns[i], err = net.Dial("tcp", listener.Addr().String())
		must(t, err)
		defer conns[i].Close()
		fmt.Fprint(conns[i], slow[i%len(slow)])
	}
	for range 5 {
		r, err := http.Get("http://" + listener.Addr().String() + "/suivi")
		must(t, err)
		r.Body.Close()
		if r.StatusCode != http.StatusOK {
			t.Fatalf("an ordinary visitor got %d", r.StatusCode)
		}
	}
	for i, c := range conns {
		c.SetReadDeadline(time.Now().Add(60 * time.Second)) // far beyond: what is tested is that it ends
		if _, err := io.Copy(io.Discard, bufio.NewReader(c)); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Fatalf("slow visitor %d was not cut off: %v", i, err)
		}
	}
}
