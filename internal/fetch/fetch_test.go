package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"phare/internal/outbound"
)

// content is what the test servers serve: long enough to be cut.
var content = bytes.Repeat([]byte("all that is known, twice. "), 10000)

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// site is a server that can cut its answers, and remembers what it was asked.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	ranges []string // Range header of each request
	cuts   int      // how many answers still to cut in the middle
	etag   string
	plain  bool // no ranges
}

func newSite(t *testing.T) *site {
	s := &site{etag: `"one"`}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.ranges = append(s.ranges, r.Header.Get("Range"))
	isCut := s.cuts > 0
	s.cuts = max(0, s.cuts-1)
	w.Header().Set("ETag", s.etag)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/octet-stream")
	switch {
	case isCut: // say the whole length, send the half
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:len(content)/2])
		panic(http.ErrAbortHandler)
	case s.plain:
		w.Write(content)
	default:
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

func (s *site) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.ranges, " | ")
}

func wanted(s *httptest.Server, sum string) Item {
	return Item{Name: "hp.bin", URL: s.URL + "/hp.bin", Licence: "none: made for a test", SHA256: sum}
}

// quick is a fetcher that does not wait between tries, and that may ask the
// test servers although they stand on this machine.
func quick(trust *tls.Config, servers ...*httptest.Server) *fetcher {
	var internal []string
	for _, s := range servers {
		internal = append(internal, s.Listener.Addr().String())
	}
	return &fetcher{client: outbound.Client(outbound.Rules{Internal: internal, Redirects: maxRedirects, TLS: trust}), pause: time.Millisecond}
}

// arrived checks that the file is whole and that nothing is left beside it.
func arrived(t *testing.T, dir string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, "hp.bin"))
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes arrived of %d: %v", len(got), len(content), err)
	}
	if _, err := os.Stat(filepath.Join(dir, "hp.bin.part")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the part file is still there")
	}
}

// nothing checks that no file stands under the name.
func nothing(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "hp.bin")); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file stands under the name although the download failed")
	}
}

func TestFetch(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	it := wanted(s.Server, digestOf(content))
	it.Size = int64(len(content))
	var told bytes.Buffer
	for range 2 {
		if err := Fetch(t.Context(), []Item{it}, filepath.Join(dir, "new"), []string{s.Listener.Addr().String()}, Lines(&told)); err != nil {
			t.Fatal(err)
		}
	}
	arrived(t, filepath.Join(dir, "new"))
	if got := s.asked(); got != "" || len(s.ranges) != 1 {
		t.Errorf("a complete file is not fetched again: %d requests, ranges %q", len(s.ranges), got)
	}
	if want := "hp.bin: 0.3 MB\nhp.bin: complete\nhp.bin: already here\n"; told.String() != want {
		t.Errorf("told %q, want %q", told.String(), want)
	}
}

func TestFetchResumes(t *testing.T) {
	half := fmt.Sprintf(" | bytes=%d-", len(content)/2)
	for _, tt := range []struct {
		name  string
		spoil func(*site)
		again func(*site, string) // between two runs; nil: one run
		asked string
	}{
		{"cut, taken up in the same run", func(s *site) { s.cuts = 1 }, nil, half},
		{"cut twice", func(s *site) { s.cuts = 2 }, nil, half + half},
		{"server without ranges", func(s *site) { s.cuts, s.plain = 1, true }, nil, half},
		{"cut, taken up in the next run", func(s *site) { s.cuts = tries }, func(*site, string) {}, strings.Repeat(half, tries)},
		{"another release in between", func(s *site) { s.cuts = tries }, func(s *site, _ string) { s.etag = `"two"` }, strings.Repeat(half, tries)},
		{"no mark to go by", func(s *site) { s.cuts, s.etag = tries, `W/"weak"` }, func(*site, string) {}, strings.Repeat(" | ", tries)},
		{"part longer than the file", func(s *site) { s.cuts = tries }, func(_ *site, dir string) {
			part := filepath.Join(dir, "hp.bin.part")
			if err := os.WriteFile(part, append(bytes.Clone(content), "more"...), 0o644); err != nil {
				panic(err)
			}
		}, strings.Repeat(half, tries-1) + fmt.Sprintf(" | bytes=%d- | ", len(content)+4)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, dir := newSite(t), t.TempDir()
			tt.spoil(s)
			f := quick(nil, s.Server)
			list := []Item{wanted(s.Server, "")}
			err := f.all(t.Context(), list, dir)
			if tt.again != nil {
				if err == nil {
					t.Fatal("the first run was to fail")
				}
				nothing(t, dir)
				tt.again(s, dir)
				err = f.all(t.Context(), list, dir)
			}
			if err != nil {
				t.Fatal(err)
			}
			arrived(t, dir)
			if got := s.asked(); got != tt.asked {
				t.Errorf("asked for %q, want %q", got, tt.asked)
			}
		})
	}
}

func TestFetchRefuses(t *testing.T) {
	answer := func(code int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(code)
			io.WriteString(w, body)
		}
	}
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		item   Item
		want   []string
	}{
		{"wrong checksum", answer(200, "text/plain", "other"), Item{SHA256: digestOf(content)}, []string{digestOf([]byte("other")), "thrown away"}},
		{"wrong size", answer(200, "text/plain", "other"), Item{Size: 7}, []string{"5 bytes", "7", "thrown away"}},
		{"not found", answer(404, "text/plain", "no"), Item{}, []string{"404", "--list"}},
		{"forbidden", answer(403, "text/plain", "no"), Item{}, []string{"403", "with a browser"}},
		{"server in trouble", answer(503, "text/plain", "no"), Item{}, []string{"503", "later"}},
		{"web page", answer(200, "text/html; charset=utf-8", "<html>sign in</html>"), Item{}, []string{"web page", "sign-in"}},
		{"foreign file", answer(200, "application/json", "{}"), Item{Name: "hp.json"}, []string{"hp.json", "thrown away"}},
		{"bad name", answer(200, "text/plain", "x"), Item{Name: "../hp.bin"}, []string{"plain file name", "correct the list"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, dir := httptest.NewServer(tt.answer), t.TempDir()
			defer s.Close()
			it := tt.item
			it.URL, it.Licence = s.URL, "none"
			if it.Name == "" {
				it.Name = "hp.bin"
			}
			err := quick(nil, s).all(t.Context(), []Item{it}, dir)
			if err == nil {
				t.Fatal("taken")
			}
			for _, part := range append(tt.want, it.Name, s.URL) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestFetchRedirects(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	hop := httptest.NewServer(http.RedirectHandler(s.URL+"/release", http.StatusFound))
	defer hop.Close()
	if err := quick(nil, hop, s.Server).all(t.Context(), []Item{wanted(hop, digestOf(content))}, dir); err != nil {
		t.Fatal(err)
	}
	arrived(t, dir)

	unsafe := httptest.NewTLSServer(http.RedirectHandler(s.URL, http.StatusFound))
	defer unsafe.Close()
	dir = t.TempDir()
	err := quick(unsafe.Client().Transport.(*http.Transport).TLSClientConfig, unsafe, s.Server).all(t.Context(), []Item{wanted(unsafe, "")}, dir)
	if !errors.Is(err, outbound.ErrDowngrade) || !strings.Contains(err.Error(), "not safe") {
		t.Errorf("from https to http: %v", err)
	}
	nothing(t, dir)
}

// A certificate that nobody vouches for is not got round.
func TestFetchDistrusts(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // the refusal is what is wanted
	s.StartTLS()
	defer s.Close()
	err := quick(nil, s).all(t.Context(), []Item{wanted(s, "")}, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "certificate authorities") {
		t.Errorf("%v", err)
	}
}

// One failure does not keep the others from coming.
func TestFetchGoesOn(t *testing.T) {
	s, dir := newSite(t), t.TempDir()
	lost := httptest.NewServer(http.NotFoundHandler())
	defer lost.Close()
	first := wanted(lost, "")
	first.Name = "lost.bin"
	err := quick(nil, s.Server, lost).all(t.Context(), []Item{first, wanted(s.Server, "")}, dir)
	if e, ok := errors.AsType[*Error](err); !ok || e.Name != "lost.bin" {
		t.Errorf("%v", err)
	}
	arrived(t, dir)
}

func TestFetchStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(content[:1000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	f := quick(nil, s)
	f.ui.Bytes = func(int) { stop() }
	dir := t.TempDir()
	err := f.all(ctx, []Item{wanted(s, "")}, dir)
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "again to continue") {
		t.Errorf("%v", err)
	}
	nothing(t, dir)
}

func TestAdvice(t *testing.T) {
	full := &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	if got := advice("here", full); !strings.Contains(got, "disk is full") || passing(full) {
		t.Errorf("%q", got)
	}
	closed := &os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}
	if got := advice("here", closed); !strings.Contains(got, "cannot be written") || passing(closed) {
		t.Errorf("%q", got)
	}
}

func TestAddresses(t *testing.T) {
	list, err := Addresses("")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteLicences(&b, list); err != nil {
		t.Fatal(err)
	}
	for _, it := range list {
		if !strings.HasPrefix(it.URL, "https://") || !strings.Contains(b.String(), it.Licence) {
			t.Errorf("%+v", it)
		}
	}
	const good = "[[file]]\nname = \"a\"\nurl = \"https://example.org/a\"\nlicence = \"none\"\n"
	for _, tt := range []struct{ name, text, want string }{
		{"syntax", good + "size = ten\n", "list.toml:5:"},
		{"unknown word", good + "adress = \"x\"\n", "adress"},
		{"folder in a name", strings.Replace(good, `"a"`, `"../a"`, 1), "plain file name"},
		{"no address", strings.Replace(good, "https://example.org/a", "ftp://example.org/a", 1), "web address"},
		{"no licence", strings.Replace(good, `"none"`, `" "`, 1), "no licence"},
		{"short checksum", good + "sha256 = \"abc\"\n", "64 hexadecimal"},
		{"twice", good + good, "twice"},
	} {
		path := filepath.Join(t.TempDir(), "list.toml")
		write(t, path, []byte(tt.text))
		if _, err := Addresses(path); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "list.toml")
	write(t, path, []byte(good))
	if list, err := Addresses(path); err != nil || len(list) != 1 || list[0].Name != "a" {
		t.Errorf("%v %v", list, err)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// A list cannot make the program ask a machine of the hospital that the
// operator has not named; the advice says how to name it.
func TestFetchStaysOutside(t *testing.T) {
	s := newSite(t)
	err := Fetch(t.Context(), []Item{wanted(s.Server, "")}, t.TempDir(), nil, Progress{})
	if err == nil || !strings.Contains(err.Error(), "--internal") || len(s.ranges) != 0 {
		t.Errorf("%v, asked %d times", err, len(s.ranges))
	}
}
