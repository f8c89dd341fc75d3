package sms

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare/internal/mail"
)

func TestPlaces(t *testing.T) {
	for _, tt := range []struct {
		words string
		n     int
		lacks rune
	}{
		{"Demande", 7, 0},
		{"é à è ù", 7, 0},
		{"10 €", 5, 0}, // the euro takes two
		{"[a]", 5, 0},
		{"être", 0, 'ê'}, // and ç, small: GSM has only the capital
		{"ça", 0, 'ç'},
		{"l’avis", 1, '’'},
	} {
		if n, lacks := Places(tt.words); n != tt.n || lacks != tt.lacks {
			t.Errorf("%q: %d %q, want %d %q", tt.words, n, lacks, tt.n, tt.lacks)
		}
	}
	if got := Plain("l’avis\u202f: «\u00a0œuf\u00a0»…"); got != `l'avis : " oeuf "...` {
		t.Errorf("plain: %q", got)
	}
}

func text(words string) mail.Text {
	return mail.Text{ID: "m1", To: "+262692000001", Words: words, At: time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)}
}

// One message is one file, however often it is sent; what is no single SMS is
// refused for good.
func TestFolder(t *testing.T) {
	dir := Folder(t.TempDir())
	for range 3 {
		if _, err := dir.Text(t.Context(), text("Demande enregistrée")); err != nil {
			t.Fatal(err)
		}
	}
	got, err := dir.Read(10)
	if err != nil || len(got) != 1 || got[0].Words != "Demande enregistrée" || got[0].To != "+262692000001" || got[0].ID != "m1" {
		t.Errorf("%+v %v", got, err)
	}
	for name, bad := range map[string]mail.Text{
		"161 places": text(strings.Repeat("a", 161)), "ê": text("être"), "no number": {ID: "m2", To: "12", Words: "a"},
	} {
		_, err := dir.Text(t.Context(), bad)
		if final, ok := errors.AsType[*mail.Final](err); !ok || final.Why != mail.WhyRefused {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := dir.Text(t.Context(), text(strings.Repeat("a", 160))); err != nil {
		t.Errorf("160 places: %v", err)
	}
}

// gateway is one at url, in the hospital's own network, as an operator's file
// describes it.
func gateway(t *testing.T, url, more string) *Gateway {
	t.Helper()
	dir := t.TempDir()
	token, hook, file := filepath.Join(dir, "token"), filepath.Join(dir, "hook"), filepath.Join(dir, "sms.toml")
	for path, words := range map[string]string{
		token: "t0ken\n", hook: "a-token-of-twenty-signs\n",
		file: "url = '" + url + "'\ninternal = true\ntoken_file = '" + token + "'\nfrom = 'Phare'\nid_field = 'messages.0.id'\n" +
			"body = '{\"to\": {{json .To}}, \"text\": {{json .Text}}, \"ref\": {{json .ID}}, \"from\": {{json .From}}}'\n" + more +
			"\n[hook]\ntoken_file = '" + hook + "'\n",
	} {
		if err := os.WriteFile(path, []byte(words), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// The provider gets what the operator's template says, and its name of the
// message is kept. What it refuses is final; what nobody knows the end of is
// tried again only where a repeat is dropped.
func TestGateway(t *testing.T) {
	var body, auth, key string
	status := http.StatusOK
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body, auth, key = string(b), r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key")
		w.WriteHeader(status)
		io.WriteString(w, `{"messages": [{"id": 4711}]}`)
	}))
	defer provider.Close()
	g := gateway(t, provider.URL, "")
	id, err := g.Text(t.Context(), text(`Demande "MR" lue`))
	if err != nil || id != "4711" || auth != "Bearer t0ken" || key != "m1" || body != `{"to": "+262692000001", "text": "Demande \"MR\" lue", "ref": "m1", "from": "Phare"}` {
		t.Errorf("%q %v %q %q %s", id, err, auth, key, body)
	}
	for code, why := range map[int]string{400: mail.WhyRefused, 422: mail.WhyRefused, 500: mail.WhyUnsure, 401: "", 302: "", 429: "", 503: ""} {
		status = code
		_, err := g.Text(t.Context(), text("a"))
		final, ok := errors.AsType[*mail.Final](err)
		if err == nil || ok != (why != "") || ok && final.Why != why {
			t.Errorf("%d: %v", code, err)
		}
	}
	status = 500
	if _, err := gateway(t, provider.URL, "drops_repeats = true").Text(t.Context(), text("a")); err == nil {
		t.Error("a failure counts as sent")
	} else if _, ok := errors.AsType[*mail.Final](err); ok {
		t.Errorf("not tried again where repeats are dropped: %v", err)
	}
	provider.Close() // nobody listens: it cannot have left
	if _, err := g.Text(t.Context(), text("a")); err == nil {
		t.Error("nobody listens, and it counts as sent")
	} else if _, ok := errors.AsType[*mail.Final](err); ok {
		t.Errorf("a call that never left is not tried again: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.Text(ctx, text("a")); err == nil {
		t.Error("a call that was stopped counts as sent")
	}
}

// The operator's faults are found when the program starts.
func TestLoadRefuses(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short")
	os.WriteFile(short, []byte("abc"), 0o600)
	for name, file := range map[string]string{
		"no https":       "url = 'http://sms.example.org'\nbody = '{}'",
		"no body":        "url = 'https://sms.example.org'",
		"unknown field":  "url = 'https://sms.example.org'\nbody = '{{.Nom}}'",
		"unknown word":   "url = 'https://sms.example.org'\nbody = '{}'\ncolour = 'red'",
		"missing token":  "url = 'https://sms.example.org'\nbody = '{}'\ntoken_file = '/nowhere'",
		"too short hook": "url = 'https://sms.example.org'\nbody = '{}'\n[hook]\ntoken_file = '" + short + "'",
	} {
		path := filepath.Join(t.TempDir(), "sms.toml")
		os.WriteFile(path, []byte(file), 0o600)
		if _, err := Load(path); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestHook(t *testing.T) {
	h := Hook{Token: "a-token-of-twenty-signs"}
	if h.Knows("") || h.Knows("a-token-of-twenty-sign") || !h.Knows(h.Token) || (Hook{}).Knows("") {
		t.Error("the token does not decide")
	}
	for body, want := range map[string]Report{
		`{"id": "9", "from": "+262692000001", "text": " 1 "}`: {ID: "9", From: "+262692000001", Text: "1", Answered: true},
		`{"id": 4711, "status": "delivered"}`:                 {ID: "4711", Status: Delivered},
		`{"id": "4711", "status": "FAILED", "from": "x"}`:     {ID: "4711", Status: Failed, From: "x"},
		`{"id": "4711", "status": "queued"}`:                  {ID: "4711"},
		`nonsense`:                                            {},
	} {
		if got := h.Read("application/json", []byte(body)); got != want {
			t.Errorf("%s: %+v", body, got)
		}
	}
	h = Hook{ID: "msgid", From: "sender", Text: "body", Status: "dlr", Delivered: []string{"1"}, Failed: []string{"2", "16"}}
	if got := h.Read("application/x-www-form-urlencoded", []byte("msgid=7&dlr=16")); got != (Report{ID: "7", Status: Failed}) {
		t.Errorf("%+v", got)
	}
}
