package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare/internal/demo"
	"phare/internal/request"
)

// served is the real program, with the demo, that reads an inbox.
type served struct {
	*testing.T
	base, inbox string
}

func serveDemo(t *testing.T) served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	s := served{t, "http://" + addr, t.TempDir()}
	data, log := t.TempDir(), &bytes.Buffer{}
	cmd := exec.Command("phare", "serve", "--demo", "--addr", addr, "--data", data, "--db", filepath.Join(data, "demo.db"), "--inbox", s.inbox)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil || strings.Contains(log.String(), "ERROR") || strings.Contains(log.String(), "Zulouqui") {
			t.Errorf("%v\n%s", err, log)
		}
	})
	for range 1200 {
		if r, err := http.Get(s.base + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return s
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the program did not start")
	return s
}

// enter signs in as one of the invented people.
func (s served) enter(login string) *http.Client {
	s.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	if page := s.post(c, "/connexion", url.Values{"login": {login}, "password": {demo.Password}}); strings.Contains(page, `name="password"`) {
		s.Fatalf("%s does not come in: %s", login, page)
	}
	return c
}

func (s served) post(c *http.Client, path string, form url.Values) string {
	s.Helper()
	r, err := c.PostForm(s.base+path, form)
	return s.body(r, err)
}

func (s served) get(c *http.Client, path string) string {
	s.Helper()
	r, err := c.Get(s.base + path)
	return s.body(r, err)
}

func (s served) body(r *http.Response, err error) string {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		s.Fatal(err)
	}
	return fmt.Sprintf("%d %s", r.StatusCode, b)
}

// A message that a gateway writes into the folder waits for the desk, once, and its
// file is moved; the log does not name it. `phare serve --inbox DIR`.
func TestServeInbox(t *testing.T) {
	s := serveDemo(t)
	dir := filepath.Join(s.inbox, "reunion")
	raw := "From: Dr Zulouqui Inventé <dr@cabinet.invalid>\r\nSubject: Enfant Zulouqui\r\nMessage-ID: <1@cabinet.invalid>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour, une demande inventée.\r\n"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-time.Minute) // it is whole: a file that still changes is left alone
	for _, name := range []string{"Enfant Zulouqui.eml", "encore.eml"} {
		part := filepath.Join(dir, name+".part")
		if err := os.WriteFile(part, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(part, then, then); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(part, strings.TrimSuffix(part, ".part")); err != nil {
			t.Fatal(err)
		}
	}
	secretary := s.enter("secretary.reunion")
	page := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		left, err := filepath.Glob(filepath.Join(dir, "*.eml"))
		if page = s.get(secretary, "/bureau/arrivees"); err == nil && len(left) == 0 {
			break
		}
	}
	if n := strings.Count(page, ">Enfant Zulouqui</a>"); n != 1 || !strings.HasPrefix(page, "200") {
		t.Errorf("it stands %d times on the page: %s", n, page)
	}
	done, err := filepath.Glob(filepath.Join(dir, "done", "*.eml"))
	if err != nil || len(done) != 2 || strings.Contains(strings.Join(done, " "), "Zulouqui") {
		t.Errorf("%v, %v", done, err)
	}
	if page := s.get(s.enter("nurse.guyane"), "/bureau/arrivees"); strings.Contains(page, "Zulouqui") {
		t.Error("another desk sees it")
	}
	if page := s.get(s.enter("admin.reunion"), "/bureau/arrivees"); strings.Contains(page, "Zulouqui") || strings.HasPrefix(page, "200") {
		t.Error("who may not triage sees it")
	}
}

// A program comes in as doc/api.md tells: an administrator makes a key, the program
// sends a request and a document, asks where it stands, and is shut out when the key
// is revoked. The desk sees who sent it. Ask 23.
func TestServePrograms(t *testing.T) {
	s := serveDemo(t)
	admin := s.enter("admin.reunion")
	page := s.post(admin, "/bureau/cles", url.Values{"form": {request.NewForm()}, "sender": {"Cabinet inventé du Port"}, "kind": {"practice"}, "send": {"yes"}, "follow": {"yes"}, "days": {"30"}})
	_, token, ok := strings.Cut(page, `<code class="key">`)
	if token, _, _ = strings.Cut(token, "<"); !ok {
		t.Fatalf("no key: %s", page)
	}
	call := func(method, path, kind string, body []byte) (int, string) {
		r, err := http.NewRequest(method, s.base+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", "cabinet-2026-000117")
		answer, err := http.DefaultClient.Do(r)
		text := s.body(answer, err)
		return answer.StatusCode, text
	}
	doc, err := os.ReadFile("../../doc/api.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(doc), "-d '")
	example, _, ok = strings.Cut(example, "'\n")
	if !ok {
		t.Fatal("doc/api.md has no example of a request")
	}
	code, text := call(http.MethodPost, "/api/v1/requests", "application/json", []byte(example))
	_, reference, _ := strings.Cut(text, `"reference":"`)
	if reference, _, _ = strings.Cut(reference, `"`); code != http.StatusCreated || reference == "" {
		t.Fatalf("the example of doc/api.md: %s", text)
	}
	if code, text := call(http.MethodPost, "/api/v1/requests", "application/json", []byte(example)); code != http.StatusOK || !strings.Contains(text, reference) {
		t.Errorf("again: %s", text)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	f, err := m.CreateFormFile("file", "compte-rendu.png")
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 300, 300))); err != nil {
		t.Fatal(err)
	}
	m.Close()
	if code, text := call(http.MethodPost, "/api/v1/requests/"+reference+"/files", m.FormDataContentType(), body.Bytes()); code != http.StatusOK || !strings.Contains(text, `"kept":1`) {
		t.Errorf("a document: %s", text)
	}
	if code, text := call(http.MethodGet, "/api/v1/requests/"+reference, "", nil); code != http.StatusOK || !strings.Contains(text, `"state":"received"`) {
		t.Errorf("where it stands: %s", text)
	}
	if list := s.get(s.enter("secretary.reunion"), "/bureau"); !strings.Contains(list, reference) {
		t.Error("the desk does not see it")
	}
	_, id, _ := strings.Cut(s.get(admin, "/bureau/cles"), `action="/bureau/cles/`)
	id, _, _ = strings.Cut(id, "/")
	s.post(admin, "/bureau/cles/"+id+"/revoquer", nil)
	if code, text := call(http.MethodGet, "/api/v1/requests/"+reference, "", nil); code != http.StatusUnauthorized {
		t.Errorf("revoked: %s", text)
	}
}
