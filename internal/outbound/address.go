package outbound

import "net/netip"

// reserved are the networks that no public web server has, beside those that
// package netip knows: private, loopback, link-local, multicast.
func reserved() []netip.Prefix {
	var all []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}

// carriers are networks of IPv6 that hold an IPv4 address, and where in it: the
// address inside is what counts.
var carriers = []struct {
	net netip.Prefix
	at  int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},  // NAT64
	{netip.MustParsePrefix("64:ff9b:1::/48"), 0}, // NAT64 of one's own network: never public
	{netip.MustParsePrefix("2002::/16"), 2},      // 6to4
}

// public refuses every address that is not one of the public internet's.
func public(host string, ip netip.Addr) error {
	if ip.Zone() != "" {
		return &Refused{host, "an address of one link only"}
	}
	ip = ip.Unmap()
	for _, c := range carriers {
		if !c.net.Contains(ip) {
			continue
		}
		if c.at == 0 {
			return &Refused{host, "its address is inside a network"}
		}
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[c.at : c.at+4]))
		break
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return &Refused{host, "its address is inside a network"}
	}
	for _, p := range reserved() {
		if p.Contains(ip) {
			return &Refused{host, "its address is reserved"}
		}
	}
	return nil
}
