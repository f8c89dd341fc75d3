package oidctest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Provider is a provider that a test started.
type Provider struct {
	Issuer string
	t      testing.TB
}

// Start starts a provider in a process of its own, which ends with the test.
func Start(t testing.TB) *Provider {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), environment+"=1")
	cmd.Stderr = os.Stderr
	alive, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { alive.Close(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v (does TestMain call oidctest.Serve?)", err)
	}
	return &Provider{strings.TrimSpace(line), t}
}

// Does tells the provider what to do from now on.
func (p *Provider) Does(b Behaviour) {
	p.t.Helper()
	body, err := json.Marshal(b)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.Post(p.Issuer+"/control", "application/json", bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Body.Close()
}

// Visit does what a browser does that is sent to the provider: it goes there,
// and returns the address to which it is sent back.
func (p *Provider) Visit(address string) *url.URL {
	p.t.Helper()
	c := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := c.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	to, err := r.Location()
	if err != nil {
		var b bytes.Buffer
		b.ReadFrom(r.Body)
		p.t.Fatalf("the provider refuses: %d %s", r.StatusCode, b.String())
	}
	return to
}
