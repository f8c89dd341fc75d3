package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
)

// OwnProxies are the proxies that are believed unless the operator names
// others: those on this machine.
func OwnProxies() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// ParseProxies reads the operator's list of proxies: addresses or networks
// (CIDR). A network so wide that it holds visitors is an error: each of them
// could then give any address as its own.
func ParseProxies(list []string) (all []netip.Prefix, err error) {
	for _, word := range list {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil {
			ip, e := netip.ParseAddr(word)
			if e != nil {
				return nil, fmt.Errorf("trusted proxy %q is neither an address nor a network such as 10.1.2.0/24", word)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		if p.Addr().Is4In6() {
			return nil, fmt.Errorf("trusted proxy %q: write the IPv4 address without ::ffff:", word)
		}
		if p.Addr().Is4() && p.Bits() < 8 || p.Addr().Is6() && p.Bits() < 16 {
			return nil, fmt.Errorf("trusted proxy %q is too wide: name the proxies, not everyone", word)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// ParseProxiesOrOwn is ParseProxies, or OwnProxies for an empty list.
func ParseProxiesOrOwn(list []string) ([]netip.Prefix, error) {
	all, err := ParseProxies(list)
	if err == nil && len(all) == 0 {
		return OwnProxies(), nil
	}
	return all, err
}

// proxies knows whose word about the visitor's address is taken.
type proxies struct {
	trusted []netip.Prefix
	warn    sync.Once
}

func (p *proxies) trusts(ip netip.Addr) bool {
	for _, net := range p.trusted {
		if net.Contains(ip) {
			return true
		}
	}
	return false
}

// behind puts the visitor's own address in the place of a trusted proxy's. It
// reads X-Forwarded-For from its end, past our own proxies, to the first address
// that one of them saw; what stands before it anyone can have written.
func (p *proxies) behind(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		peer, err := netip.ParseAddr(host)
		seen := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		if err != nil || seen == "" {
			next.ServeHTTP(w, r)
			return
		}
		peer = peer.Unmap()
		if !p.trusts(peer) {
			if peer.IsPrivate() { // a visitor from outside who writes the header is no news
				p.warn.Do(func() {
					slog.Warn("X-Forwarded-For from a machine that is not a trusted proxy was ignored, so all its visitors count as one address; if it is your proxy, name it with --trusted-proxy", "proxy", peer.String())
				})
			}
			next.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		r.RemoteAddr = net.JoinHostPort(p.visitor(peer, seen).String(), "0")
		next.ServeHTTP(w, r)
	})
}

func (p *proxies) visitor(peer netip.Addr, seen string) netip.Addr {
	all := strings.Split(seen, ",")
	for i := len(all) - 1; i >= 0; i-- {
		ip, err := parseSeen(all[i])
		if err != nil {
			return peer // whoever is behind this cannot be told
		}
		peer = ip
		if !p.trusts(ip) {
			return ip
		}
	}
	return peer
}

// parseSeen reads one entry; some proxies add the port.
func parseSeen(s string) (netip.Addr, error) {
	s = strings.TrimSpace(s)
	ip, err := netip.ParseAddr(strings.Trim(s, "[]"))
	if err != nil {
		var at netip.AddrPort
		if at, err = netip.ParseAddrPort(s); err == nil {
			ip = at.Addr()
		}
	}
	return ip.Unmap().WithZone(""), err
}

// callerOf is the network address of the visitor, for limits. An IPv6 caller is
// its /64.
func callerOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip.Is6() && !ip.Is4In6() {
		p, _ := ip.Prefix(64) // 64 is always a length of an IPv6 prefix
		return p.String()
	}
	return ip.Unmap().String()
}
