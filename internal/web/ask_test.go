package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"phare/internal/store"
)

// gpAnswers is a complete request of an invented physician.
func gpAnswers() url.Values {
	return url.Values{
		"platform": {"reunion"}, "diagnosis": {"none"}, "family_name": {"Payet-Inventé"}, "first_name": {"Lou"},
		"birth_date": {"12/03/2019"}, "sex": {"female"}, "commune": {"Saint-Paul"},
		"question": {"Quel centre pour une ataxie de l’enfant ?"}, "story": {"Marche instable depuis deux ans.\nChutes."},
		"urgency": {"soon"}, "name": {"Dr Ida Fictive"}, "place": {"Cabinet, Saint-Paul"}, "phone": {"0262 00 12 34"},
		"mail": {"ida.fictive@example.org"}, "consent": {"yes"},
	}
}

var secretShape = regexp.MustCompile(`\b\d{3} \d{3} \d{4}\b`)

func count(t *testing.T, db *store.DB, table string) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], "SELECT count(*) FROM "+table)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reference and secret of a receipt.
func readReceipt(t *testing.T, p page) (reference, secret string) {
	t.Helper()
	for _, n := range p.class("ref") {
		if s := words(n); strings.HasPrefix(s, "MR-") && reference == "" {
			reference = s
		} else if secretShape.MatchString(s) {
			secret = s
		}
	}
	if reference == "" {
		t.Fatalf("no reference on %s: %s", p.Path, p.text())
	}
	return reference, secret
}

func TestGPLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		b.get("/demande").check()
		p := b.get("/demande/medecin")
		p.check()
		p = b.send(p, gpAnswers())
		p.check()
		if p.Status != 200 || !strings.HasSuffix(p.Path, "/verifier") {
			t.Fatalf("after the form: %d %s %s", p.Status, p.Path, p.text())
		}
		for _, typed := range []string{"Payet-Inventé", "Quel centre pour une ataxie", "12/03/2019", "Chutes.", "Non renseigné"} {
			if !strings.Contains(p.text(), typed) {
				t.Errorf("the check page does not show %q", typed)
			}
		}
		p = b.send(p, nil)
		p.check()
		reference, secret := readReceipt(t, p)
		if p.Status != 200 || secret == "" {
			t.Fatalf("receipt %d without a secret: %s", p.Status, p.text())
		}
		if again := b.get(p.Path); secretShape.MatchString(again.text()) || !strings.Contains(again.text(), reference) {
			t.Errorf("the receipt seen again: %s", again.text())
		}
		if back := b.get(strings.Replace(p.Path, "recu", "verifier", 1)); !strings.HasSuffix(back.Path, "/recu") || strings.Contains(back.text(), "Payet") {
			t.Errorf("going back shows %s: %s", back.Path, back.text())
		}
		track := newBrowser(t, s)
		p = track.get("/suivi")
		p.check()
		p = track.send(p, url.Values{"reference": {strings.ToLower(strings.ReplaceAll(reference, "-", " "))}, "secret": {secret}})
		p.check()
		if p.Status != 200 || !strings.Contains(p.text(), reference) || len(p.class("done")) != 1 {
			t.Errorf("tracking: %d %s", p.Status, p.text())
		}
		for _, hidden := range []string{"Payet", "Lou", "ataxie", "Fictive"} {
			if strings.Contains(p.Body, hidden) {
				t.Errorf("tracking shows %q", hidden)
			}
		}
		if n := count(t, s.db, "request"); n != 1 || count(t, s.db, "draft") != 0 || count(t, s.db, "message") != 1 {
			t.Errorf("%d requests, %d drafts, %d messages", n, count(t, s.db, "draft"), count(t, s.db, "message"))
		}
	})
}
