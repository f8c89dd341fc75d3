package web

import (
	"net/http"
	"net/netip"
	"strings"

	"phare/internal/access"
)

// originOf is where a visit comes from, as a list of sessions shows it.
func originOf(r *http.Request) access.Origin {
	return access.Origin{Device: device(r.UserAgent()), Network: network(callerOf(r))}
}

// browsers and systems are marks in a User-Agent and the names that people know,
// the particular before the general: nearly all say that they are Safari too.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS", "Chrome"}, {"Safari/", "Safari"}}
	systems = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"},
		{"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// device is a User-Agent in two words, or empty.
func device(agent string) string {
	name := func(all [][2]string) string {
		for _, x := range all {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	return strings.Trim(name(browsers)+" · "+name(systems), " ·")
}

// network is a network address without its last part: enough to know one's
// hospital from one's home, not enough to find a person.
func network(address string) string {
	if p, err := netip.ParsePrefix(address); err == nil {
		short, _ := p.Addr().Prefix(48) // 48 is always a length of an IPv6 prefix
		return strings.TrimSuffix(short.String(), "/48")
	}
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Is4() {
		return ""
	}
	cut := ip.String()
	return cut[:strings.LastIndexByte(cut, '.')] + ".x"
}
