package web

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whose word is taken for the visitor's address: only that of a named proxy,
// and of what it says only what it saw itself.
func TestVisitor(t *testing.T) {
	for _, tt := range []struct{ name, trusted, peer, forwarded, want string }{
		{"no proxy", "", "203.0.113.9:1", "", "203.0.113.9"},
		{"a header that anyone can write", "", "203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		{"the proxy of this machine, by default", "", "127.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"the same, by IPv6", "", "[::1]:1", "198.51.100.1", "198.51.100.1"},
		{"the visitor wrote one before", "", "127.0.0.1:1", "10.0.0.1, 198.51.100.1", "198.51.100.1"},
		{"a proxy elsewhere, not named", "", "10.1.2.3:1", "198.51.100.1", "10.1.2.3"},
		{"a proxy elsewhere, named", "10.1.2.3", "10.1.2.3:1", "198.51.100.1", "198.51.100.1"},
		{"its neighbour", "10.1.2.3", "10.1.2.4:1", "198.51.100.1", "10.1.2.4"},
		{"named, then this machine is not believed", "10.1.2.3", "127.0.0.1:1", "198.51.100.1", "127.0.0.1"},
		{"two proxies in a row", "10.1.2.0/24 127.0.0.1", "127.0.0.1:1", "198.51.100.1, 10.1.2.7", "198.51.100.1"},
		{"two proxies, one not named", "127.0.0.1", "127.0.0.1:1", "198.51.100.1, 10.1.2.7", "10.1.2.7"},
		{"words instead of an address", "", "127.0.0.1:1", "unknown", "127.0.0.1"},
		{"words before the visitor", "", "127.0.0.1:1", "<script>, 198.51.100.1", "198.51.100.1"},
		{"with a port", "", "127.0.0.1:1", "198.51.100.1:4711", "198.51.100.1"},
		{"IPv6 with a port is its network", "", "127.0.0.1:1", "[2001:db8:1:2:3::4]:4711", "2001:db8:1:2::/64"},
		{"IPv4 written as IPv6", "", "127.0.0.1:1", "::ffff:198.51.100.1", "198.51.100.1"},
		{"a proxy that listens on both", "10.1.2.3", "[::ffff:10.1.2.3]:1", "198.51.100.1", "198.51.100.1"},
		{"only ourselves", "", "127.0.0.1:1", "127.0.0.1", "127.0.0.1"},
	} {
		trusted, err := ParseProxiesOrOwn(strings.Fields(tt.trusted))
		if err != nil {
			t.Fatal(err)
		}
		var got string
		h := (&proxies{trusted: trusted}).behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = callerOf(r) }))
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Behind a named proxy on another machine, a thousand visitors are a thousand
// addresses; behind one that nobody named they are one, and the log says what
// to type, once, without naming a visitor.
func TestVisitorsBehindAnotherMachine(t *testing.T) {
	var told bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&told, nil)))
	defer slog.SetDefault(before)
	count := func(trusted string) int {
		nets, err := ParseProxiesOrOwn(strings.Fields(trusted))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]bool{}
		h := (&proxies{trusted: nets}).behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { all[callerOf(r)] = true }))
		for i := range 1000 {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = "10.9.8.7:5000"
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.18.%d.%d", i/250, 1+i%250))
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		return len(all)
	}
	if n := count("10.9.8.0/24"); n != 1000 {
		t.Errorf("%d addresses, want 1000", n)
	}
	if told.Len() > 0 {
		t.Errorf("said without cause: %s", told.String())
	}
	if n := count(""); n != 1 {
		t.Errorf("%d addresses from a proxy that nobody named", n)
	}
	if s := told.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "--trusted-proxy") || !strings.Contains(s, "10.9.8.7") || strings.Contains(s, "198.1") {
		t.Errorf("told %q", s)
	}
}

func TestParseProxies(t *testing.T) {
	for _, bad := range []string{"proxy", "10.0.0.0/33", "0.0.0.0/0", "::/0", "128.0.0.0/1", "::ffff:10.0.0.1", "10.1.2.3:80"} {
		if _, err := ParseProxies([]string{bad}); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
	all, err := ParseProxies([]string{" 10.1.2.3/24 ", "", "2001:db8::1"})
	if err != nil || len(all) != 2 || all[0].String() != "10.1.2.0/24" || all[1].String() != "2001:db8::1/128" {
		t.Errorf("%v %v", all, err)
	}
}
