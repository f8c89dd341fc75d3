// Package outbound is the only way from Phare to another web server. It promises
// that nothing which someone typed, and no name that changes its address
// between two questions, makes Phare talk to a machine of the hospital's own
// network: only public addresses are dialled, and those internal hosts that the
// operator names. Redirects are off, or each is checked like the first address.
//
// Mail and the database have clients of their own, whose one destination is a
// setting.
package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Rules say where a client may go. All of it comes from the configuration,
// nothing from a form.
type Rules struct {
	Hosts     []string      // the only hosts that may be asked, "host" or "host:port"; nil: any public one
	Internal  []string      // hosts inside the hospital's network that may be asked, "host" or "host:port"
	Redirects int           // how many are followed, never from https to http; 0: none, the redirect is the answer
	Timeout   time.Duration // for the whole of one request; 0: the caller's context bounds it
	TLS       *tls.Config   // roots and client certificate of an internal host; nil: the system's
}

// Refused says that an address was not asked, and why.
type Refused struct{ Host, Why string }

// Error names the host and the reason, and what to do when it is right.
func (e *Refused) Error() string {
	return fmt.Sprintf("%s was not asked: %s (if it is a machine of this hospital, name it as an internal host)", e.Host, e.Why)
}

// ErrDowngrade is a redirect from https to http.
var ErrDowngrade = errors.New("redirected from https to http")

// Client makes a client that keeps the rules.
func Client(r Rules) *http.Client {
	return (&guard{rules: r, proxy: http.ProxyFromEnvironment, resolve: net.DefaultResolver.LookupNetIP, dial: (&net.Dialer{Timeout: 15 * time.Second}).DialContext}).client()
}

// guard checks each request before it is sent and each address before it is dialled.
type guard struct {
	rules     Rules
	proxy     func(*http.Request) (*url.URL, error)
	resolve   func(ctx context.Context, network, host string) ([]netip.Addr, error)
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	transport http.RoundTripper
}

func (g *guard) client() *http.Client {
	g.transport = &http.Transport{
		Proxy: g.proxy, DialContext: g.connect, TLSClientConfig: g.rules.TLS, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: time.Minute, IdleConnTimeout: time.Minute,
		MaxIdleConns: 8, MaxConnsPerHost: 8, MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{Transport: g, CheckRedirect: g.follow, Timeout: g.rules.Timeout}
}

// RoundTrip asks, if the address may be asked. Each step of a redirect comes by here.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.check(r.URL); err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	return g.transport.RoundTrip(r)
}

func (g *guard) follow(r *http.Request, via []*http.Request) error {
	switch {
	case g.rules.Redirects == 0:
		return http.ErrUseLastResponse
	case len(via) > g.rules.Redirects:
		return fmt.Errorf("redirected more than %d times", g.rules.Redirects)
	case via[len(via)-1].URL.Scheme == "https" && r.URL.Scheme != "https":
		return ErrDowngrade
	}
	return nil
}

// check refuses what can be refused by the address alone. What a name stands
// for is checked when it is dialled; a proxy that the operator has set resolves
// names itself, so that its own rules hold there.
func (g *guard) check(u *url.URL) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return &Refused{host, "only http and https are spoken"}
	case host == "" || u.User != nil || strings.ContainsAny(host, " %\\@#?/"):
		return &Refused{host, "not a plain host"}
	case listed(g.rules.Internal, host, u.Port()):
		return nil
	case g.rules.Hosts != nil && !listed(g.rules.Hosts, host, u.Port()):
		return &Refused{host, "it is not one of the hosts of the configuration"}
	case u.Port() != "" && u.Port() != "443" && u.Port() != "80" && !slices.Contains(g.rules.Hosts, net.JoinHostPort(host, u.Port())):
		return &Refused{host, "port " + u.Port() + " is not one of the web's"}
	case host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local"):
		return &Refused{host, "the name stands for this machine or network"}
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return public(host, ip)
	}
	if !strings.Contains(host, ".") || strings.Trim(host[strings.LastIndexByte(host, '.')+1:], "0123456789abcdefx") == "" && strings.ContainsAny(host[strings.LastIndexByte(host, '.')+1:], "0123456789") {
		return &Refused{host, "neither a public name nor an address"} // 127.1, 0x7f000001, 2130706433, intranet
	}
	return nil
}

// listed says whether a host, or host and port, is in a list of the configuration.
func listed(list []string, host, port string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		s = strings.ToLower(s)
		return s == host || port != "" && s == net.JoinHostPort(host, port)
	})
}

// connect dials an address that was resolved and checked here, so that no second
// answer of the name's server is ever used. One address inside is enough to
// refuse the name.
func (g *guard) connect(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if listed(g.rules.Internal, strings.ToLower(host), port) || g.isProxy(host, port) {
		return g.dial(ctx, network, address)
	}
	all, err := g.resolve(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	for _, ip := range all {
		if err := public(host, ip); err != nil {
			return nil, err
		}
	}
	err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	var failed error = err
	for _, ip := range all {
		conn, e := g.dial(ctx, network, net.JoinHostPort(ip.Unmap().String(), port))
		if e == nil {
			return conn, nil
		}
		failed = e
	}
	return nil, failed
}

// isProxy says whether this is the proxy that the environment names.
func (g *guard) isProxy(host, port string) bool {
	if g.proxy == nil {
		return false
	}
	for _, scheme := range []string{"https", "http"} {
		u, err := g.proxy(&http.Request{URL: &url.URL{Scheme: scheme, Host: "phare.example.org"}})
		if err == nil && u != nil && u.Hostname() == host && (u.Port() == port || u.Port() == "") {
			return true
		}
	}
	return false
}
