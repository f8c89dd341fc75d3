package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/audit"
	"phare/internal/circle"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// aPicture is a small whole PNG.
func aPicture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// posting is one part of a posted body: a field, or a file when it has a name.
type posting struct{ name, file, kind, body string }

// bodyOf writes parts as a browser does, and says their type.
func bodyOf(t testing.TB, parts ...posting) (body []byte, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="`+p.name+`"`)
		if p.kind != "" {
			h.Set("Content-Disposition", `form-data; name="`+p.name+`"; filename="`+strings.ReplaceAll(p.file, `"`, `\"`)+`"`)
			h.Set("Content-Type", p.kind)
		}
		x, err := w.CreatePart(h)
		if err == nil {
			_, err = x.Write([]byte(p.body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// file is a part that holds one.
func file(name, kind, body string) posting { return posting{"file", name, kind, body} }

// post sends parts to the site.
func (w town) post(t testing.TB, path, session string, parts ...posting) *httptest.ResponseRecorder {
	t.Helper()
	body, kind := bodyOf(t, parts...)
	r := httptest.NewRequest(http.MethodPost, "http://phare.example"+path, bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept-Language", "fr")
	if session != "" {
		r.AddCookie(&http.Cookie{Name: "phare", Value: session})
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return rec
}

const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`

// A requester joins documents before sending: one that is refused costs neither
// the others nor an answer, and is named; all of it goes with the request.
func TestJoinToForm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		form := w.here.form["ready"]
		at := "/demande/" + form + "/pieces"
		good := string(aPicture(t))
		if p := w.knock(t, knock{method: "GET", path: at}); p.Code != 200 || !strings.Contains(p.Body.String(), `enctype="multipart/form-data"`) {
			t.Fatalf("%d", p.Code)
		}
		p := w.post(t, at, "", file("compte rendu.png", "image/png", good), file("dessin <b>.svg", "image/svg+xml", svg), file("", "application/octet-stream", ""))
		page := p.Body.String()
		if p.Code != 422 || !strings.Contains(page, "dessin b.svg") || !strings.Contains(page, "compte rendu.png") || strings.Contains(page, "<b>.svg") {
			t.Errorf("a good and a bad one: %d", p.Code)
		}
		if p := w.post(t, at, "", file("scan.dcm", "application/dicom", strings.Repeat("\x00", 128)+"DICM")); p.Code != 422 {
			t.Errorf("a scan by anyone: %d", p.Code)
		}
		if p := w.post(t, at, "", file("", "application/octet-stream", "")); p.Code != 422 || !strings.Contains(p.Body.String(), "Choisissez un document") {
			t.Errorf("nothing chosen: %d", p.Code)
		}
		check := w.knock(t, knock{method: "GET", path: "/demande/" + form + "/verifier"}).Body.String()
		if !strings.Contains(check, "compte rendu.png") || !strings.Contains(check, "quelle équipe") {
			t.Error("the check page lost the document or an answer")
		}
		if p := w.knock(t, knock{method: "POST", path: "/demande/" + form + "/envoyer"}); p.Code != 303 {
			t.Fatalf("sending: %d", p.Code)
		}
		receipt, err := request.FindReceipt(t.Context(), db, w.key, access.Anyone("reunion"), form)
		must(t, err)
		seen := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(receipt.Request), session: w.here.session[access.Nurse]}).Body.String()
		if !strings.Contains(seen, "compte rendu.png") || !strings.Contains(seen, "du demandeur") || !strings.Contains(seen, "Non analysée") {
			t.Error("the desk does not see the document, whose it is and that it was not scanned")
		}
		for added, words := range map[string]string{"1": "Le document est enregistré.", "2": "Les documents sont enregistrés."} {
			if p := w.knock(t, knock{method: "GET", path: at + "?ajout=" + added}); !strings.Contains(p.Body.String(), words) {
				t.Errorf("%s joined: not %q", added, words)
			}
		}
		// After it was sent the names are not shown again.
		late := w.post(t, at, "", file("suite.png", "image/png", good+"x"))
		after := w.knock(t, knock{method: "GET", path: at}).Body.String()
		if late.Code != 303 || strings.Contains(after, "compte rendu.png") {
			t.Errorf("after sending: %d", late.Code)
		}
	})
}

// A file leaves as a file and as nothing else, and the look is written down.
func TestPieceOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		at := "/bureau/demandes/" + string(w.here.request["asked"]) + "/pieces/" + string(w.here.piece)
		p := w.knock(t, knock{method: "GET", path: at, session: w.here.session[access.Secretary]})
		for name, want := range map[string]string{
			"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
			"Content-Disposition":     `attachment; filename="Ici lettre.png"; filename*=UTF-8''Ici%20lettre.png`,
		} {
			if got := p.Header().Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if _, err := png.Decode(p.Body); p.Code != 200 || err != nil {
			t.Errorf("%d, %v", p.Code, err)
		}
		looks, err := audit.ForTeam(t.Context(), db, w.here.actor[access.Physician], w.here.request["asked"])
		must(t, err)
		n := 0
		for _, l := range looks.Looks {
			if l.Kind == "document" {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d looks at a document are told, want 1", n)
		}
		gone := "/bureau/demandes/" + string(w.here.request["answered"]) + "/pieces/" + string(w.here.withdrawn)
		if p := w.knock(t, knock{method: "GET", path: gone, session: w.here.session[access.Nurse]}); p.Code != 409 {
			t.Errorf("a withdrawn one: %d", p.Code)
		}
	})
}

// The desk joins and withdraws; a refusal stands beside the field, and the page
// of the file around it.
func TestPiecesOfDesk(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	nurse, at := w.here.session[access.Nurse], "/bureau/demandes/"+string(w.here.request["received"])
	bad := w.post(t, at+"/pieces", nurse, file("page.png", "image/png", svg))
	if page := bad.Body.String(); bad.Code != 422 || !strings.Contains(page, "page.png") || !strings.Contains(page, "quelle équipe") {
		t.Errorf("an SVG: %d", bad.Code)
	}
	names := "../../etc/passwd\u202egnp.png"
	if p := w.post(t, at+"/pieces", nurse, file(names, "image/png", string(aPicture(t)))); p.Code != 303 {
		t.Fatalf("%d", p.Code)
	}
	var id string
	must(t, w.db.Read(t.Context(), func(v *store.View) (err error) {
		id, err = store.One(v, store.Value[string], `SELECT id FROM attachment WHERE request = $1`, w.here.request["received"])
		return err
	}))
	page := w.knock(t, knock{method: "GET", path: at, session: nurse}).Body.String()
	if !strings.Contains(page, "passwdgnp.png") || strings.Contains(page, "\u202e") || strings.Contains(page, "etc/") {
		t.Error("the name is not made safe")
	}
	if p := w.knock(t, knock{method: "POST", path: at + "/pieces/" + id + "/retirer", session: nurse, body: url.Values{"withdrawal": {""}}}); p.Code != 422 || !strings.Contains(p.Body.String(), "Dites pourquoi") {
		t.Errorf("without a reason: %d", p.Code)
	}
	if p := w.knock(t, knock{method: "POST", path: at + "/pieces/" + id + "/retirer", session: nurse, body: url.Values{"withdrawal": {"autre patient"}}}); p.Code != 303 {
		t.Errorf("with a reason: %d", p.Code)
	}
	page = w.knock(t, knock{method: "GET", path: at, session: nurse}).Body.String()
	if !strings.Contains(page, "autre patient") || !strings.Contains(page, "/remettre") || strings.Contains(page, "/pieces/"+id+`"`) {
		t.Error("the page does not say that it was withdrawn, and why")
	}
}

// Whoever has the reference and its code adds a document; a wrong code reads no
// file, and is never written into the page.
func TestJoinByReference(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	good := file("suite.png", "image/png", string(aPicture(t)))
	pass := func(secret string) []posting {
		return []posting{{name: "reference", body: w.here.reference["received"]}, {name: "secret", body: secret}, good}
	}
	if p := w.post(t, "/suivi/pieces", "", pass(w.here.secret["received"])...); p.Code != 200 || !strings.Contains(p.Body.String(), "Documents reçus") || strings.Contains(p.Body.String(), w.here.secret["received"]) {
		t.Errorf("with the code: %d", p.Code)
	}
	p := w.post(t, "/suivi/pieces", "", pass("0000000000")...)
	if p.Code != 422 || !strings.Contains(p.Body.String(), w.here.reference["received"]) || strings.Contains(p.Body.String(), "0000000000") {
		t.Errorf("with a wrong code: %d", p.Code)
	}
	if p := w.post(t, "/suivi/pieces", "", good); p.Code != 422 {
		t.Errorf("with no code: %d", p.Code)
	}
	if p := w.post(t, "/suivi/pieces", "", good, posting{name: "reference", body: w.here.reference["received"]}, posting{name: "secret", body: w.here.secret["received"]}); p.Code != 422 {
		t.Errorf("with the code behind the file: %d", p.Code)
	}
	var n int
	must(t, w.db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM attachment WHERE request = $1`, w.here.request["received"])
		return err
	}))
	if n != 1 {
		t.Errorf("%d documents were joined, want 1", n)
	}
}

// From a tracking page that was opened, documents are joined without the code, and
// the page that follows has it neither; one that is closed does not offer it.
func TestJoinFromTracking(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	open := func(stage string) string {
		p := w.knock(t, knock{method: "POST", path: "/suivi", body: url.Values{"reference": {w.here.reference[stage]}, "secret": {w.here.secret[stage]}}})
		if p.Code != 200 {
			t.Fatalf("%s: %d", stage, p.Code)
		}
		return p.Body.String()
	}
	page, secret := open("received"), w.here.secret["received"]
	_, rest, _ := strings.Cut(page, `name="pass" value="`)
	pass, _, _ := strings.Cut(rest, `"`)
	if pass == "" || strings.Contains(page, secret) {
		t.Fatalf("pass %q", pass)
	}
	send := func(pass string, parts ...posting) *httptest.ResponseRecorder {
		return w.post(t, "/suivi/pieces", "", append([]posting{{name: "reference", body: w.here.reference["received"]}, {name: "pass", body: pass}}, parts...)...)
	}
	p := send(pass, file("Zoé Essai.png", "image/png", string(aPicture(t))))
	if p.Code != 200 || !strings.Contains(p.Body.String(), pass) || strings.Contains(p.Body.String(), `name="secret"`) {
		t.Errorf("with the pass: %d", p.Code)
	}
	if p := send(pass, file("a.svg", "image/svg+xml", svg)); p.Code != 422 || !strings.Contains(p.Body.String(), pass) {
		t.Errorf("a document that is refused: %d", p.Code)
	}
	if p := send("1."+pass, file("b.png", "image/png", string(aPicture(t)))); p.Code != 422 || !strings.Contains(p.Body.String(), `name="secret"`) || strings.Contains(p.Body.String(), `name="pass"`) {
		t.Errorf("with another pass: %d", p.Code)
	}
	if page := open("received"); !strings.Contains(page, "Documents reçus") || strings.Contains(page, "Zoé Essai") {
		t.Error("tracking does not tell that a document came, or tells its name")
	}
	// Nothing chosen costs no pass, and it leads back to the state of the request.
	if p := send(pass, file("", "application/octet-stream", "")); p.Code != 422 || !strings.Contains(p.Body.String(), pass) || strings.Contains(p.Body.String(), `name="secret"`) {
		t.Errorf("nothing chosen: %d", p.Code)
	}
	if p := send("1."+pass, file("", "application/octet-stream", "")); p.Code != 422 || strings.Contains(p.Body.String(), pass) {
		t.Errorf("nothing chosen, with another pass: %d", p.Code)
	}
	again := func(pass string) *httptest.ResponseRecorder {
		return w.knock(t, knock{method: "POST", path: "/suivi", body: url.Values{"reference": {w.here.reference["received"]}, "pass": {pass}}})
	}
	if p := again(pass); p.Code != 200 || !strings.Contains(p.Body.String(), `value="`+pass+`"`) || !regexp.MustCompile(`<li>Photo, \d`).MatchString(p.Body.String()) || !strings.Contains(p.Body.String(), "encore en joindre : 4.") {
		t.Errorf("tracking by the pass: %d %s", p.Code, visible(p.Body.String()))
	}
	if p := again("1." + pass); p.Code != 422 || strings.Contains(p.Body.String(), "Documents reçus") || strings.Contains(p.Body.String(), pass) {
		t.Errorf("tracking by another pass: %d", p.Code)
	}
	if p := again(""); p.Code != 422 {
		t.Errorf("tracking by nothing: %d", p.Code)
	}
	// At five no more is offered.
	w.post(t, "/suivi/pieces", "", append([]posting{{name: "reference", body: w.here.reference["received"]}, {name: "pass", body: pass}}, three(t)...)...)
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 30))))
	last := send(pass, file("fin.png", "image/png", b.String())).Body.String()
	if strings.Contains(last, `type="file"`) || !strings.Contains(last, "déjà 5 documents") || !strings.Contains(last, `action="/suivi"`) {
		t.Errorf("after the fifth: %s", visible(last))
	}
	if page := again(pass).Body.String(); strings.Contains(page, `type="file"`) || !strings.Contains(page, "déjà 5 documents") {
		t.Error("tracking offers a sixth document")
	}
	if page := open("closed"); strings.Contains(page, `type="file"`) || strings.Contains(page, `name="pass"`) {
		t.Error("a closed request offers to join documents")
	}
	for _, at := range []string{"/recu", "/pieces"} {
		p := w.knock(t, knock{method: "GET", path: "/demande/" + w.here.form["closed"] + at})
		if p.Code != 200 || strings.Contains(p.Body.String(), `type="file"`) || strings.Contains(p.Body.String(), `/pieces"`) {
			t.Errorf("%s of a closed request: %d", at, p.Code)
		}
	}
}

// No other page takes a body of parts, and a body that is broken or endless is
// told so.
func TestUploadEdges(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	good := file("a.png", "image/png", string(aPicture(t)))
	for _, path := range []string{"/suivi", "/demande/famille", "/connexion"} {
		if p := w.post(t, path, "", good); p.Code != 422 {
			t.Errorf("%s takes files: %d", path, p.Code)
		}
	}
	at := "/demande/" + w.here.form["ready"] + "/pieces"
	body, kind := bodyOf(t, good)
	for name, send := range map[string]*http.Request{
		"cut":         httptest.NewRequest("POST", at, bytes.NewReader(body[:len(body)-60])),
		"no boundary": httptest.NewRequest("POST", at, bytes.NewReader(body)),
		"too long":    httptest.NewRequest("POST", at, io.MultiReader(bytes.NewReader(body[:len(body)-60]), zeros(27<<20))),
		"noise":       httptest.NewRequest("POST", at, strings.NewReader(strings.Repeat("--", 1000))),
	} {
		send.Header.Set("Content-Type", kind)
		if name == "no boundary" {
			send.Header.Set("Content-Type", "multipart/form-data")
		}
		rec := httptest.NewRecorder()
		w.h.ServeHTTP(rec, send)
		if rec.Code != 422 {
			t.Errorf("%s: %d", name, rec.Code)
		}
	}
	if p := w.knock(t, knock{method: "GET", path: at}); strings.Contains(p.Body.String(), "a.png") {
		t.Error("a file that did not come whole was kept")
	}
}

func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// Five hundred who send a document one byte at a time neither stop a form nor
// another document; the ones beyond the places are told to come back.
func TestSlowUploads(t *testing.T) {
	const slow = 500
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	waiting, end := make(chan struct{}, 10*slow), make(chan struct{})
	var gone sync.WaitGroup
	var turned atomic.Int64
	for i := range slow {
		head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n"
		r := httptest.NewRequest(http.MethodPost, "/demande/"+w.here.form["draft"]+"/pieces", io.MultiReader(strings.NewReader(head), endless{waiting, end}))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:1", i/200, i%200)
		gone.Go(func() {
			rec := httptest.NewRecorder()
			w.h.ServeHTTP(rec, r)
			if rec.Code == http.StatusServiceUnavailable {
				turned.Add(1)
				waiting <- struct{}{}
			}
		})
	}
	for range slow {
		<-waiting
	}
	if n := turned.Load(); n != slow-180 {
		t.Errorf("%d of %d were turned away, want %d", n, slow, slow-180)
	}
	if p := w.post(t, "/bureau/demandes/"+string(w.here.request["asked"])+"/pieces", w.here.session[access.Nurse], file("b.png", "image/png", string(aPicture(t)))); p.Code != 303 {
		t.Errorf("the desk’s own documents are shut out: %d", p.Code)
	}
	if p := w.knock(t, knock{method: "POST", path: "/demande/" + w.here.form["ready"] + "/envoyer", from: "203.0.113.9"}); p.Code != 303 {
		t.Errorf("a form is shut out: %d", p.Code)
	}
	if p := w.knock(t, knock{method: "GET", path: "/bureau", session: w.here.session[access.Nurse], from: "203.0.113.10"}); p.Code != 200 {
		t.Errorf("the desk is shut: %d", p.Code)
	}
	close(end)
	gone.Wait()
	if p := w.post(t, "/demande/"+w.here.form["draft"]+"/pieces", "", file("b.png", "image/png", string(aPicture(t)))); p.Code != 303 {
		t.Errorf("afterwards: %d", p.Code)
	}
}

// Who finds no place for a document in time is told when to come back.
func TestBusyUpload(t *testing.T) {
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
	at, good := "/demande/"+w.here.form["ready"]+"/pieces", file("b.png", "image/png", string(aPicture(t)))
	if p := w.post(t, at, "", good); p.Code != http.StatusServiceUnavailable || p.Header().Get("Retry-After") == "" {
		t.Errorf("%d, come back after %q", p.Code, p.Header().Get("Retry-After"))
	}
	slow.Close()
	must(t, <-done)
	run.WaitAtMost(time.Minute, time.Minute)
	if p := w.post(t, at, "", good); p.Code != 303 {
		t.Errorf("afterwards: %d", p.Code)
	}
}

// By an exceptional access a document has its name and no link; its address answers
// with a refusal of its own and never leads to the file, which a browser that was
// told to save would then save as a page.
func TestPieceByGlass(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id, reader := w.here.request["walled"], w.here.actor[access.Physician]
		file, session := "/bureau/demandes/"+string(id), w.here.session[access.Physician]
		at := file + "/pieces/" + string(w.here.narrow[w.here.piece])
		link := `href="` + at + `" download`
		must(t, circle.Break(t.Context(), db, reader, id, circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}))
		page := w.knock(t, knock{method: "GET", path: file, session: session})
		if body := page.Body.String(); page.Code != 200 || strings.Contains(body, link) || !strings.Contains(strings.Join(strings.Fields(visible(body)), " "), "compte rendu.png non donné en accès exceptionnel") {
			t.Errorf("by glass: %d %s", page.Code, visible(body))
		}
		if body := w.knock(t, knock{method: "GET", path: file, session: w.here.session[access.Nurse]}).Body.String(); !strings.Contains(body, link) || strings.Contains(body, "non donné") {
			t.Error("its circle has no link")
		}
		for name, session := range map[string]string{"glass": session, "wall": w.here.session[access.Secretary]} {
			for _, method := range []string{"GET", "HEAD"} {
				p := w.knock(t, knock{method: method, path: at, session: session})
				if body := p.Body.String(); p.Code != 403 || p.Header().Get("Location") != "" || p.Header().Get("Content-Disposition") != "" || strings.Contains(body, "lettre") || strings.Contains(body, "Iciprénominventé") {
					t.Errorf("%s %s: %d %s", method, name, p.Code, visible(body))
				} else if method == "GET" && !strings.Contains(body, "pas en accès exceptionnel") {
					t.Errorf("%s: no words: %s", name, visible(body))
				}
			}
		}
	})
}

// The page of a request marks a document that nobody opened, and its next action
// leads to the list; once it was opened neither is there.
func TestNewPiece(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	id := w.here.request["asked"]
	must(t, request.AttachByReference(t.Context(), w.db, access.Anyone("reunion"), id, w.takenAs(t, "suite.png", []byte(three(t)[1].body))))
	at, session := "/bureau/demandes/"+string(id), w.here.session[access.Nurse]
	page := w.knock(t, knock{method: "GET", path: at, session: session}).Body.String()
	if !strings.Contains(page, `<a href="#pieces">Lire le nouveau document</a>`) || strings.Count(page, `<span class="tag blue">nouveau</span>`) != 1 {
		t.Error("a new document is not marked, or nothing leads to it")
	}
	link := regexp.MustCompile(`href="(` + at + `/pieces/[^"]*)" download><strong>suite.png`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("no link")
	}
	if p := w.knock(t, knock{method: "GET", path: link[1], session: session}); p.Code != 200 {
		t.Fatalf("%d", p.Code)
	}
	page = w.knock(t, knock{method: "GET", path: at, session: session}).Body.String()
	if strings.Contains(page, "Lire le nouveau document") || strings.Contains(page, ">nouveau<") {
		t.Error("it was opened and is still new")
	}
}

// Two documents that are joined at once are told of as two.
func TestJoinTwo(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	at := "/demande/" + w.here.form["ready"] + "/pieces"
	if p := w.post(t, at, "", three(t)[:2]...); p.Header().Get("Location") != at+"?ajout=2" {
		t.Errorf("%d %s", p.Code, p.Header().Get("Location"))
	}
}
