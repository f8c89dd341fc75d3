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

// Each compulsory answer left out is refused, and every other word is still there.
func TestGPFaults(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		for name, at := range map[string]string{
			"platform": "platform", "diagnosis": "diagnosis", "family_name": "family_name", "first_name": "first_name",
			"birth_date": "birth_date", "question": "question", "urgency": "urgency", "name": "name", "consent": "consent",
		} {
			b := newBrowser(t, s)
			v := gpAnswers()
			v.Set("story", `<script>alert("x")</script> & 'guillemets'`)
			v.Del(name)
			v.Set(name, "")
			p := b.send(b.get("/demande/medecin"), v)
			p.check()
			refuses(t, p, at)
			keeps(t, p, v)
			if len(p.Body) > 50<<10 {
				t.Errorf("the page weighs %d bytes", len(p.Body))
			}
			if name == "platform" {
				continue // without a desk there is nowhere to keep the draft
			}
			action, held := p.form()
			again := newBrowser(t, s).get("/demande/" + held.Get("form") + "/medecin")
			keeps(t, again, v)
			if action != "/demande/medecin" {
				t.Errorf("the form goes to %s", action)
			}
		}
		if n := count(t, s.db, "request"); n != 0 {
			t.Errorf("%d requests were stored", n)
		}
	})
}

func TestDraftOfGP(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.send(b.get("/demande/medecin"), url.Values{"platform": {"reunion"}, "story": {"À finir ce soir"}, "later": {"1"}})
		p.check()
		if p.Status != 200 || !strings.HasSuffix(p.Path, "/medecin") {
			t.Fatalf("%d %s", p.Status, p.Path)
		}
		keeps(t, p, url.Values{"story": {"À finir ce soir"}})
		for _, path := range []string{"/demande/" + strings.Repeat("0", 26) + "/medecin", "/demande/" + strings.Repeat("0", 26) + "/nom", "/demande/x/verifier", "/demande/x/recu", p.Path + "x"} {
			if got := b.get(path); got.Status != 404 {
				t.Errorf("GET %s = %d", path, got.Status)
			}
		}
	})
}

// Two clicks, and the second one shows the secret as the first would have.
func TestSendTwice(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		check := b.send(b.get("/demande/medecin"), gpAnswers())
		action, _ := check.form()
		first, second := b.post(action, nil), b.post(action, nil)
		r1, s1 := readReceipt(t, first)
		r2, s2 := readReceipt(t, second)
		if r1 != r2 || s1 != s2 || s1 == "" || count(t, s.db, "request") != 1 {
			t.Errorf("%s %s, then %s %s", r1, s1, r2, s2)
		}
		// Someone else with the address of the receipt sees no secret.
		if p := newBrowser(t, s).get(first.Path); secretShape.MatchString(p.text()) {
			t.Error("another browser sees the secret")
		}
	})
}

// A form edited after it was sent is never dropped: the new words are shown, and
// go to the team as a complement.
func TestEditedAfterSending(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		form := b.get("/demande/medecin")
		receipt := b.send(b.send(form, gpAnswers()), nil)
		reference, _ := readReceipt(t, receipt)

		same := b.send(form, gpAnswers())
		if !strings.HasSuffix(same.Path, "/recu") {
			t.Errorf("the same form again leads to %s", same.Path)
		}
		v := gpAnswers()
		v.Set("question", "Et pour sa sœur ?")
		v.Set("sex", "male")
		v.Set("platform", "guyane")
		p := b.send(form, v)
		p.check()
		if !strings.Contains(p.text(), reference) || strings.Contains(p.text(), "Payet") {
			t.Errorf("edited form: %s", p.text())
		}
		_, held := p.form()
		for _, changed := range []string{"Et pour sa sœur ?", "Masculin", "Plateforme de Guyane"} {
			if !strings.Contains(held.Get("words"), changed) {
				t.Errorf("the complement lacks %q: %q", changed, held.Get("words"))
			}
		}
		empty := b.send(p, url.Values{"words": {""}})
		refuses(t, empty, "words")
		p = b.send(p, nil)
		p.check()
		if count(t, s.db, "event WHERE kind = 'complement'") != 1 || count(t, s.db, "request") != 1 || count(t, s.db, "draft") != 0 || !strings.Contains(p.text(), "complément est arrivé") {
			t.Errorf("after the complement: %s", p.text())
		}
	})
}

// Every public page in English too, on a screen reader's terms.
func TestEnglish(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	for _, path := range []string{"/demande?lang=en", "/demande/medecin?lang=en&platform=guyane", "/demande/famille?lang=en", "/suivi?lang=en"} {
		p := b.get(path)
		p.check()
		if lang, _ := attr(p.all("html")[0], "lang"); lang != "en" || strings.Contains(p.text(), "é") && !strings.Contains(p.text(), "Réunion") {
			t.Errorf("%s speaks %s: %s", path, lang, p.text())
		}
	}
	_, held := b.get("/demande/medecin?platform=guyane").form()
	if held.Get("platform") != "guyane" {
		t.Errorf("the chosen territory is lost: %v", held)
	}
}
