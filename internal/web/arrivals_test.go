package web

import (
	"net/http"
	"testing"

	"phare/internal/access"
	"phare/internal/text"
)

// One address, or one account, has twenty places at once; the desk is known by its
// accounts, so that an address that is full, its hospital's too, shuts none out.
func TestArrivals(t *testing.T) {
	const most = 20
	var a arrivals
	nurse := func(id string) access.Actor {
		return access.Actor{ID: id, Platform: "ici", Role: access.Nurse}
	}
	const hospital = "192.0.2.1"
	enter := func(name, caller string, by access.Actor, want bool) (leave func()) {
		t.Helper()
		leave, ok := a.enter(caller, by)
		if ok != want {
			t.Errorf("%s: %v, want %v", name, ok, want)
		}
		return leave
	}
	var gone []func()
	for range most {
		gone = append(gone, enter("anyone", hospital, access.Anyone(""), true))
	}
	enter("anyone, once more", hospital, access.Anyone(""), false)
	gone = append(gone, enter("another address", "192.0.2.2", access.Anyone(""), true))
	for range most {
		gone = append(gone, enter("a nurse", hospital, nurse("a"), true))
	}
	enter("the nurse, once more", hospital, nurse("a"), false)
	enter("the nurse, from another address", "192.0.2.3", nurse("a"), false)
	gone = append(gone, enter("her colleague at the same address", hospital, nurse("b"), true))
	gone[0]()
	gone[0] = enter("anyone, where one has left", hospital, access.Anyone(""), true)
	for _, leave := range gone {
		leave()
	}
	if a.all != 0 || len(a.by) != 0 {
		t.Errorf("%d places are held, of %v, when all have left", a.all, a.by)
	}
}

// Of IPv6 the inspection of files counts the 48 bits that one customer can have.
func TestSiteOf(t *testing.T) {
	for remote, want := range map[string]string{
		"[2001:db8:1:2::3]:80": "2001:db8:1::/48", "[2001:db8:1:ffff::3]:80": "2001:db8:1::/48", "[2001:db8:2::3]:80": "2001:db8:2::/48",
		"192.0.2.7:80": "192.0.2.7", "[::ffff:192.0.2.7]:80": "192.0.2.7", "": "",
	} {
		if got := siteOf(callerOf(&http.Request{RemoteAddr: remote})); got != want {
			t.Errorf("%q is %q, want %q", remote, got, want)
		}
	}
}

// What is under a tenth of a megabyte is told in kilobytes.
func TestSize(t *testing.T) {
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{}
	s.Text = words
	for n, want := range map[int64]string{1: "1 Ko", 1499: "1 Ko", 31_000: "31 Ko", 99_999: "100 Ko", 100_000: "0,1 Mo", 1_450_000: "1,5 Mo", 12_000_000: "12 Mo"} {
		if got := s.size("fr", n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}
