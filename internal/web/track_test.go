package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// strange is a well-formed reference that no request has.
const strange = "MR-0000-0000"

// Unknown reference, wrong secret and purged request get the same page, byte for
// byte but for what the visitor typed, before and after the lock.
func TestTrackTellsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		submit := func() request.Receipt {
			r, err := request.Submit(t.Context(), s.db, s.key, access.Anyone("reunion"), request.NewForm(), request.Fields{
				Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019",
				Sex: "male", Question: "Q", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
			must(t, err)
			return r
		}
		r, purged := submit(), submit()
		must(t, s.db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "request.purge", Subject: "test"}, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE request SET secret = '', fields = '{}' WHERE reference = $1 AND platform = 'reunion'`, purged.Reference)
		}))
		wrong := strings.Repeat(string('0'+(r.Secret[0]-'0'+1)%10), 10)
		b := newBrowser(t, s)
		for try := range 7 {
			var pages [3]page
			for i, reference := range []string{r.Reference, strange, purged.Reference} {
				pages[i] = b.post("/suivi", url.Values{"reference": {reference}, "secret": {wrong}})
				pages[i].check()
				pages[i].Body = strings.ReplaceAll(pages[i].Body, reference, "REFERENCE")
			}
			if pages[0].Body != pages[1].Body || pages[0].Body != pages[2].Body || pages[0].Status != 422 || pages[1].Status != 422 || pages[2].Status != 422 {
				t.Errorf("try %d tells a known reference from an unknown one", try+1)
			}
			if locked := strings.Contains(pages[0].text(), "Trop d’essais"); locked != (try >= 5) || !strings.Contains(pages[0].text(), "0262 00 00 01") {
				t.Errorf("try %d: %s", try+1, pages[0].text())
			}
		}
		p := b.post("/suivi", url.Values{"reference": {"MR-7"}, "secret": {"12"}})
		p.check()
		refuses(t, p, "secret")
		keeps(t, p, url.Values{"reference": {"MR-7"}, "secret": {"12"}})
	})
}

// One network address cannot try for ever; the others are not its hostages.
func TestTrackLimitsCallers(t *testing.T) {
	s := oneSite(t)
	try := func(remote, forwarded string) int {
		r := httptest.NewRequest("POST", "/suivi", strings.NewReader("reference=&secret="))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = remote
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		return w.Code
	}
	refused := 0
	for range 80 {
		if try("[2001:db8::1]:1000", "") == 429 {
			refused++
		}
	}
	if refused < 15 || refused > 20 {
		t.Errorf("%d of 80 tries were refused", refused)
	}
	for _, tt := range []struct {
		remote, forwarded string
		want              int
	}{
		{"[2001:db8::2]:1000", "", 429},                      // same network
		{"[2001:db8:1::1]:1000", "", 422},                    // another one
		{"203.0.113.9:1000", "2001:db8::1", 422},             // a header that anyone can write
		{"127.0.0.1:1000", "203.0.113.7, 2001:db8::77", 429}, // what our own proxy saw
		{"127.0.0.1:1000", "203.0.113.7", 422},
	} {
		if got := try(tt.remote, tt.forwarded); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}
