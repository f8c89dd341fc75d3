package web_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/inspect"
	"phare/internal/store/storetest"
)

// busyTwice says whether a page tells that there is no place for a document: of one
// fault, above the form and beside its field.
func busyTwice(page string) bool {
	return strings.Count(page, "Beaucoup de documents arrivent en ce moment") == 2
}

// three are documents of which no two are the same.
func three(t *testing.T) (all []posting) {
	t.Helper()
	for i, name := range []string{"un.png", "deux.png", "trois.png"} {
		var b bytes.Buffer
		must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 9+i))))
		all = append(all, file(name, "image/png", b.String()))
	}
	return all
}

// Of one address, three hundred documents an hour are read, a hundred of them at
// once: the next one is told to come back, and nothing behind it is read. Another
// address goes on, and so does the desk at the same one.
func TestFilesPerHour(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	begun := time.Now().Add(time.Hour) // later than any other look at a clock here
	allowed := func(caller string, at time.Time) (n int) {
		for range 150 {
			if w.server.FilesFrom(caller, at) {
				n++
			}
		}
		return n
	}
	const other, village = "203.0.113.9", "192.0.2.1" // the visitors of these tests come from the second
	for _, tt := range []struct {
		caller string
		after  time.Duration
		want   int
	}{
		{other, 0, 100}, {other, 11 * time.Second, 0}, {other, 13 * time.Second, 1}, {other, 13*time.Second + 12*time.Minute + time.Second, 60}, {other, 10 * time.Hour, 100},
	} {
		if n := allowed(tt.caller, begun.Add(tt.after)); n != tt.want {
			t.Errorf("%d documents are read after %v, want %d", n, tt.after, tt.want)
		}
	}
	at, before := "/demande/"+w.here.form["ready"]+"/pieces", count(t, w.db, "attachment")
	if p := w.post(t, at, "", three(t)[0]); p.Code != http.StatusSeeOther {
		t.Errorf("the other address keeps this one out: %d", p.Code)
	}
	allowed(village, begun)
	p := w.post(t, at, "", three(t)...)
	if p.Code != http.StatusServiceUnavailable || p.Header().Get("Retry-After") == "" || !busyTwice(p.Body.String()) {
		t.Errorf("beyond the limit: %d, come back after %q, said once: %v", p.Code, p.Header().Get("Retry-After"), busyTwice(p.Body.String()))
	}
	if n := count(t, w.db, "attachment"); n != before+1 {
		t.Errorf("%d documents were kept, want the one before the limit", n-before)
	}
	if p := w.post(t, "/bureau/demandes/"+string(w.here.request["received"])+"/pieces", w.here.session[access.Nurse], three(t)...); p.Code != http.StatusSeeOther {
		t.Errorf("the desk at the same address: %d", p.Code)
	}
}

// Of documents that come when there is no place, the first is told so, once; the
// others do not wait for a place one after the other.
func TestBusyStops(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	run := w.server.Files.Inspect
	run.WaitAtMost(10*time.Millisecond, time.Minute)
	in, slow := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := run.Inspect(t.Context(), inspect.Sender{Caller: "another"}, inspect.PNG, in, io.Discard)
		done <- err
	}()
	if _, err := slow.Write([]byte("x")); err != nil { // read: the other one has the place
		t.Fatal(err)
	}
	p := w.post(t, "/demande/"+w.here.form["ready"]+"/pieces", "", three(t)...)
	if p.Code != http.StatusServiceUnavailable || !busyTwice(p.Body.String()) {
		t.Errorf("%d, said once: %v", p.Code, busyTwice(p.Body.String()))
	}
	slow.Close()
	must(t, <-done)
}

// A body has thirty parts at most: what comes behind them is not read.
func TestUploadParts(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	at, before := "/demande/"+w.here.form["ready"]+"/pieces", count(t, w.db, "attachment")
	behind := func(n int) []posting {
		return append(make([]posting, n), three(t)[0])
	}
	if p := w.post(t, at, "", behind(30)...); p.Code != http.StatusUnprocessableEntity || count(t, w.db, "attachment") != before {
		t.Errorf("a document that is part 31: %d, %d are kept", p.Code, count(t, w.db, "attachment")-before)
	}
	if p := w.post(t, at, "", behind(29)...); p.Code != http.StatusSeeOther || count(t, w.db, "attachment") != before+1 {
		t.Errorf("a document that is part 30: %d, %d are kept", p.Code, count(t, w.db, "attachment")-before)
	}
}

// Where no page of a form is kept any more since too much came from its address,
// neither is a document, and the page says why.
func TestFilesOfTooManyForms(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	w.server.KeepNone()
	before := count(t, w.db, "attachment")
	p := w.post(t, "/demande/"+w.here.form["ready"]+"/pieces", "", three(t)[0])
	if p.Code != http.StatusUnprocessableEntity || !strings.Contains(p.Body.String(), "Trop de formulaires arrivent de votre connexion") {
		t.Errorf("%d, or the page does not say why", p.Code)
	}
	if n := count(t, w.db, "attachment"); n != before {
		t.Errorf("%d documents were kept", n-before)
	}
}
