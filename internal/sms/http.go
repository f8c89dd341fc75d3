package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/template"
	"time"

	"github.com/BurntSushi/toml"

	"phare/internal/mail"
	"phare/internal/outbound"
)

// Settings are the operator's file about the gateway; doc/operator.md explains
// each line.
type Settings struct {
	URL       string `toml:"url"`
	TokenFile string `toml:"token_file"` // its content follows "Bearer " in Authorization, or is Header alone
	Header    string `toml:"header"`     // name of the header that holds the token; empty: Authorization: Bearer
	Body      string `toml:"body"`       // template of what is posted: {{json .To}}, {{query .Text}} …
	Type      string `toml:"type"`       // its media type; empty: application/json
	From      string `toml:"from"`       // name or number of the sender, {{.From}}
	Provider  string `toml:"id_field"`   // path in the JSON answer of the gateway's own name of the message: "messages.0.id"
	Repeats   bool   `toml:"drops_repeats"`
	Internal  bool   `toml:"internal"` // the gateway stands in the hospital's own network

	Hook Hook `toml:"hook"`
}

// Hook is how the gateway reports what became of messages, and what people
// answer. Without a token nothing is listened to.
type Hook struct {
	TokenFile string   `toml:"token_file"`
	From      string   `toml:"from_field"`
	Text      string   `toml:"text_field"`
	ID        string   `toml:"id_field"`
	Status    string   `toml:"status_field"`
	Delivered []string `toml:"delivered"` // values of the status that say so
	Failed    []string `toml:"failed"`
	Token     string   `toml:"-"`
}

// Gateway sends through a provider.
type Gateway struct {
	Settings
	token  string
	body   *template.Template
	client *http.Client
}

const longestAnswer = 64 << 10

// Load reads the operator's file.
func Load(path string) (*Gateway, error) {
	g := &Gateway{}
	meta, err := toml.DecodeFile(path, &g.Settings)
	if err != nil {
		return nil, fmt.Errorf("SMS gateway %s: %w", path, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("SMS gateway %s: %q is not a setting", path, extra[0])
	}
	if err := g.prepare(); err != nil {
		return nil, fmt.Errorf("SMS gateway %s: %w", path, err)
	}
	return g, nil
}

func (g *Gateway) prepare() error {
	at, err := url.Parse(g.URL)
	if err != nil || at.Scheme != "https" && !g.Internal || at.Host == "" {
		return fmt.Errorf("url %q must be https:// (http only with internal = true)", g.URL)
	}
	if g.token, err = secretFrom(g.TokenFile); err != nil {
		return err
	}
	if g.Hook.Token, err = secretFrom(g.Hook.TokenFile); err != nil {
		return err
	}
	if g.Hook.Token != "" && len(g.Hook.Token) < 20 {
		return errors.New("the token of the hook is shorter than 20 characters")
	}
	if g.Type == "" {
		g.Type = "application/json"
	}
	g.body, err = template.New("body").Option("missingkey=error").Funcs(template.FuncMap{
		"json":  func(s string) (string, error) { b, err := json.Marshal(s); return string(b), err },
		"query": url.QueryEscape,
	}).Parse(g.Body)
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	if _, err := g.fill(mail.Text{To: "+262692000000", Words: "essai"}); err != nil || g.Body == "" {
		return fmt.Errorf("body must be a template over .To .Text .ID .From: %w", errors.Join(err))
	}
	rules := outbound.Rules{Hosts: []string{at.Host}, Timeout: 30 * time.Second}
	if g.Internal {
		rules.Internal = []string{at.Host}
	}
	g.client = outbound.Client(rules)
	return nil
}

// secretFrom is the content of a file; without a file there is none.
func secretFrom(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	if s := strings.TrimSpace(string(b)); s != "" {
		return s, nil
	}
	return "", fmt.Errorf("token: %s is empty", path)
}

func (g *Gateway) fill(t mail.Text) ([]byte, error) {
	var b bytes.Buffer
	err := g.body.Execute(&b, map[string]string{"To": t.To, "Text": t.Words, "ID": string(t.ID), "From": g.From})
	return b.Bytes(), err
}

// Text gives one message to the provider. A refusal (4xx) is final. Of an answer
// that did not come nobody knows whether the message left: it is tried again
// only with a provider that drops repeats by their id.
func (g *Gateway) Text(ctx context.Context, t mail.Text) (provider string, err error) {
	if t.Words, err = checked(t); err != nil {
		return "", err
	}
	body, err := g.fill(t)
	if err != nil {
		return "", err
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	q.Header.Set("Content-Type", g.Type)
	q.Header.Set("Idempotency-Key", string(t.ID))
	switch {
	case g.token != "" && g.Header != "":
		q.Header.Set(g.Header, g.token)
	case g.token != "":
		q.Header.Set("Authorization", "Bearer "+g.token)
	}
	r, err := g.client.Do(q)
	if err != nil {
		_, refused := errors.AsType[*outbound.Refused](err)
		op, dial := errors.AsType[*net.OpError](err)
		if refused || dial && op.Op == "dial" {
			return "", err // it never left
		}
		return "", g.unsure(err)
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(r.Body, longestAnswer))
	switch {
	case r.StatusCode == http.StatusTooManyRequests || r.StatusCode == http.StatusServiceUnavailable:
		return "", fmt.Errorf("the gateway asks to wait: %s", r.Status)
	case r.StatusCode >= 500:
		return "", g.unsure(fmt.Errorf("the gateway failed: %s", r.Status))
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden || r.StatusCode/100 == 3:
		return "", fmt.Errorf("the gateway does not let us in: %s", r.Status) // the operator's to mend
	case r.StatusCode >= 400:
		return "", &mail.Final{Why: mail.WhyRefused, Err: fmt.Errorf("the gateway refused it: %s", r.Status)}
	case err != nil:
		return "", nil // it was taken; its name there is not known
	}
	return at(answer, g.Provider), nil
}

// unsure is a failure after which the message may have left.
func (g *Gateway) unsure(err error) error {
	if g.Repeats {
		return err
	}
	return &mail.Final{Why: mail.WhyUnsure, Err: err}
}

// at is the text or number at a path of a JSON document: "messages.0.id".
func at(doc []byte, path string) string {
	if path == "" {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var x any
	if d.Decode(&x) != nil {
		return ""
	}
	for part := range strings.SplitSeq(path, ".") {
		switch now := x.(type) {
		case map[string]any:
			x = now[part]
		case []any:
			n := 0
			if _, err := fmt.Sscanf(part, "%d", &n); err != nil || n < 0 || n >= len(now) {
				return ""
			}
			x = now[n]
		default:
			return ""
		}
	}
	switch x := x.(type) {
	case string:
		return x
	case json.Number:
		return x.String()
	}
	return ""
}
