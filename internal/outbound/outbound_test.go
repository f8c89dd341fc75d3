package outbound

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// spied is a guard whose names are answered and whose calls are counted here.
type spied struct {
	*guard
	dials atomic.Int32
	last  atomic.Value // the address that was dialled
	asked atomic.Int32 // names that were looked up
}

func spy(r Rules, names func(n int32, host string) []string) *spied {
	s := &spied{}
	s.guard = &guard{rules: r, resolve: func(_ context.Context, _, host string) (all []netip.Addr, err error) {
		n := s.asked.Add(1)
		if ip, err := netip.ParseAddr(host); err == nil {
			return []netip.Addr{ip}, nil
		}
		for _, a := range names(n, host) {
			all = append(all, netip.MustParseAddr(a))
		}
		return all, nil
	}, dial: func(_ context.Context, _, address string) (net.Conn, error) {
		s.dials.Add(1)
		s.last.Store(address)
		return nil, errors.New("dialled")
	}}
	return s
}

// payloads are addresses that reach a machine inside, or try to.
var payloads = []string{
	"http://127.0.0.1/", "http://127.0.0.1:22/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/",
	"http://017700000001/", "http://0/", "http://0.0.0.0/", "http://0.1.2.3/", "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://db.internal/",
	"http://nas.local/", "http://intranet/", "http://10.0.0.1/", "http://10.255.255.254/", "http://172.16.0.1/", "http://172.31.255.1/", "http://192.168.1.1/",
	"http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://100.127.255.255/", "http://198.18.0.1/", "http://192.0.0.8/", "http://192.0.2.1/", "http://224.0.0.1/",
	"http://255.255.255.255/", "http://240.0.0.1/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[::127.0.0.1]/",
	"http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::7f00:1]/",
	"http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a00:1::1]/", "http://[2001:db8::1]/", "http://[2001::1]/", "http://user:pass@public.example.org/",
	"http://public.example.org@127.0.0.1/", "https://public.example.org:22/", "https://public.example.org:5432/", "https://public.example.org:8080/", "http://inside.example.org/",
	"https://mixed.example.org/", "https://mapped.example.org/", "https://linklocal.example.org/", "https://ula.example.org/", "https://cgnat.example.org/", "file:///etc/passwd", "gopher://127.0.0.1:25/_HELO",
	"ftp://public.example.org/x", "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "jar:http://127.0.0.1!/", "http:///x", "http://%31%32%37.0.0.1/", "http://127。0。0。1/",
}

func inside(_ int32, host string) []string {
	switch host {
	case "public.example.org":
		return []string{"93.184.215.14"}
	case "inside.example.org":
		return []string{"10.1.2.3"}
	case "mixed.example.org":
		return []string{"93.184.215.14", "127.0.0.1"}
	case "mapped.example.org":
		return []string{"::ffff:192.168.0.7"}
	case "linklocal.example.org":
		return []string{"169.254.169.254"}
	case "ula.example.org":
		return []string{"fd00::7"}
	case "cgnat.example.org":
		return []string{"100.100.100.200"}
	}
	return []string{"127.0.0.1"} // what a resolver of the system may make of odd numbers
}

// No payload makes a connection; a public name does, to the address that was checked.
func TestPayloadsMakeNoConnection(t *testing.T) {
	s := spy(Rules{Redirects: 3}, inside)
	client := s.client()
	for _, p := range payloads {
		r, err := client.Get(p)
		if err == nil {
			r.Body.Close()
		}
		if err == nil || s.dials.Load() != 0 {
			t.Fatalf("%s: %v, connections to %v", p, err, s.last.Load())
		}
	}
	if len(payloads) < 60 {
		t.Errorf("only %d payloads", len(payloads))
	}
	client.Get("https://public.example.org/")
	if s.dials.Load() != 1 || s.last.Load() != "93.184.215.14:443" {
		t.Errorf("a public name: %d connections, to %v", s.dials.Load(), s.last.Load())
	}
}

// A name whose second answer is inside: the answer that was checked is the one
// that is dialled, and the next request is refused.
func TestRebinding(t *testing.T) {
	s := spy(Rules{}, func(n int32, _ string) []string {
		if n == 1 {
			return []string{"93.184.215.14"}
		}
		return []string{"127.0.0.1"}
	})
	client := s.client()
	client.Get("https://rebind.example.org/")
	if s.asked.Load() != 1 || s.last.Load() != "93.184.215.14:443" {
		t.Errorf("looked up %d times, dialled %v", s.asked.Load(), s.last.Load())
	}
	_, err := client.Get("https://rebind.example.org/")
	if _, ok := errors.AsType[*Refused](err); !ok || s.dials.Load() != 1 {
		t.Errorf("the second time: %v, %d connections", err, s.dials.Load())
	}
}

// Only hosts of the configuration, where there is a list.
func TestHostsOfTheConfiguration(t *testing.T) {
	s := spy(Rules{Hosts: []string{"public.example.org", "odd.example.org:8443"}}, func(int32, string) []string { return []string{"93.184.215.14"} })
	client := s.client()
	for at, want := range map[string]bool{"https://public.example.org/a": true, "https://PUBLIC.example.org/a": true, "https://odd.example.org:8443/": true,
		"https://other.example.org/": false, "https://public.example.org.evil.example/": false, "https://odd.example.org/": false, "https://public.example.org:8443/": false} {
		before := s.dials.Load()
		client.Get(at)
		if got := s.dials.Load() > before; got != want {
			t.Errorf("%s dialled: %v, want %v", at, got, want)
		}
	}
}

// An internal host is asked when the operator names it, on the port that was
// named; where it redirects to is checked like any address.
func TestInternalAndRedirects(t *testing.T) {
	var inner atomic.Int32
	secret := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { inner.Add(1) }))
	defer secret.Close()
	open := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer open.Close()
	host := strings.TrimPrefix(open.URL, "http://")
	none := Client(Rules{Internal: []string{host}})
	r, err := none.Get(open.URL + "/?to=" + url.QueryEscape(secret.URL))
	if err != nil || r.StatusCode != http.StatusFound || inner.Load() != 0 {
		t.Fatalf("redirects off: %v %v", r, err)
	}
	r.Body.Close()
	some := Client(Rules{Internal: []string{host}, Redirects: 2})
	if r, err := some.Get(open.URL + "/?to=" + url.QueryEscape(open.URL+"/ok")); err != nil || r.StatusCode != http.StatusOK {
		t.Errorf("a redirect within: %v", err)
	}
	for _, to := range append([]string{secret.URL}, payloads...) {
		r, err := some.Get(open.URL + "/?to=" + url.QueryEscape(to))
		if err == nil {
			r.Body.Close()
		}
		if inner.Load() != 0 {
			t.Fatalf("the redirect to %s was followed", to)
		}
		if to == secret.URL && err == nil {
			t.Error("a redirect to another port was not refused")
		}
	}
	if _, err := some.Get(open.URL + "/?to=" + url.QueryEscape("/?to=%2F%3Fto%3D%252F%253Fto%253Dx")); err == nil || !strings.Contains(err.Error(), "more than 2") {
		t.Errorf("redirects without end: %v", err)
	}
	if _, err := Client(Rules{}).Get(open.URL); err == nil {
		t.Error("an internal host that nobody named was asked")
	}
}

// The operator's proxy is dialled although it is inside; a target inside is still refused.
func TestProxyOfTheOperator(t *testing.T) {
	s := spy(Rules{}, inside)
	s.proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://10.0.0.9:3128") }
	client := s.client()
	client.Get("https://public.example.org/")
	if s.last.Load() != "10.0.0.9:3128" {
		t.Errorf("dialled %v", s.last.Load())
	}
	before := s.dials.Load()
	client.Get("http://10.0.0.1/")
	client.Get("http://localhost/")
	if s.dials.Load() != before {
		t.Error("a target inside went to the proxy")
	}
}

// Never from https to http.
func TestNoDowngrade(t *testing.T) {
	g := &guard{rules: Rules{Redirects: 3}}
	from, to := httptest.NewRequest("GET", "https://a.example.org/", nil), httptest.NewRequest("GET", "http://a.example.org/", nil)
	if err := g.follow(to, []*http.Request{from}); !errors.Is(err, ErrDowngrade) {
		t.Errorf("%v", err)
	}
	if err := g.follow(from, []*http.Request{to}); err != nil {
		t.Errorf("from http to https: %v", err)
	}
}
