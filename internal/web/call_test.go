package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// callAnswers are what an invented secretary types while an invented mother calls.
func callAnswers() url.Values {
	return url.Values{"urgency": {"soon"}, "channel": {"phone"}, "who": {"family"}, "name": {"Mme S."}, "phone": {"0692 00 00 00"},
		"story": {"« Il tombe, j’en <peux> plus »"}, "promised": {"L’infirmière rappelle demain."}}
}

// Section 3.5: the desk notes a call on one page, urgency first; the request exists
// at once, and the next page says what to say.
func TestCallLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		desk := staff(t, s, "reunion", access.Secretary)
		p := desk.get("/bureau/appel")
		p.check()
		if first := p.all("fieldset")[0]; !strings.Contains(words(first), "Quand faut-il des nouvelles") {
			t.Errorf("the first question is %q", words(first))
		}
		if !strings.Contains(p.text(), "raccrochez et appelez le 15") {
			t.Error("the page does not say what to say in an emergency")
		}
		wrong := callAnswers()
		wrong.Del("urgency")
		wrong.Set("phone", "")
		p = desk.send(p, wrong)
		p.check()
		refuses(t, p, "urgency")
		keeps(t, p, url.Values{"story": wrong["story"], "name": wrong["name"], "who": wrong["who"]})
		if count(t, s.db, "request") != 0 {
			t.Error("a call without its urgency became a request")
		}
		p = desk.send(p, callAnswers())
		p.check()
		reference, secret := readReceipt(t, p)
		for _, said := range []string{"Vous aurez des nouvelles au plus tard", "appelez le 15", spelled(reference), "L’infirmière rappelle demain."} {
			if !strings.Contains(p.text(), said) {
				t.Errorf("the page does not say %q: %s", said, p.text())
			}
		}
		if secret == "" || !strings.HasSuffix(p.Path, "/dire") {
			t.Errorf("at %s, secret %q", p.Path, secret)
		}
		track := newBrowser(t, s)
		if got := track.send(track.get("/suivi"), url.Values{"reference": {reference}, "secret": {secret}}); got.Status != 200 || !strings.Contains(got.text(), reference) {
			t.Errorf("the caller tracks: %d", got.Status)
		}
		again := desk.get(p.Path)
		if strings.Contains(again.text(), "Il tombe") {
			t.Error("the receipt shows the caller's words")
		}
	})
}

func spelled(reference string) string {
	return strings.Join(strings.Split(strings.ReplaceAll(reference, "-", ""), ""), " · ")
}

// Ask 23, on the pages: what was noted stands in the form that completes it, the
// file shows the words first said and what changed, and a later look conflicts.
func TestCompleteOnPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		desk := staff(t, s, "reunion", access.Secretary)
		said := desk.send(desk.get("/bureau/appel"), callAnswers())
		var to string
		for _, a := range said.all("a") {
			if at, _ := attr(a, "href"); strings.HasSuffix(at, "/completer") {
				to = at
			}
		}
		form := desk.get(to)
		form.check()
		keeps(t, form, url.Values{"story": callAnswers()["story"], "phone": callAnswers()["phone"], "name": callAnswers()["name"], "urgency": {"soon"}, "who": {"family"}})
		stale := form
		bad := desk.send(form, url.Values{"mail": {"pas une adresse"}, "first_name": {"Ivo"}})
		bad.check()
		refuses(t, bad, "mail")
		keeps(t, bad, url.Values{"first_name": {"Ivo"}})
		file := desk.send(bad, url.Values{"mail": {""}, "first_name": {"Ivo"}, "family_name": {"Inventé"}, "birth_date": {"02/03/2020"}, "relation": {"parent"}, "diagnosis": {"none"}, "since": {"2024"}, "consent": {"yes"}})
		file.check()
		for _, shown := range []string{"Ivo", "« Il tombe, j’en <peux> plus »", "Mots de l’appel ou de la lettre", "Demande complétée", "Prénom : Non renseigné → Ivo", "Sans diagnostic depuis 2024"} {
			if !strings.Contains(file.text(), shown) {
				t.Errorf("the file does not show %q: %s", shown, file.text())
			}
		}
		if strings.Contains(file.text(), "Il manque encore") {
			t.Errorf("something is still missing: %s", file.text())
		}
		late := desk.send(stale, url.Values{"first_name": {"Eva"}})
		if late.Status != 409 {
			t.Errorf("an older page: %d", late.Status)
		}
		keeps(t, late, url.Values{"first_name": {"Eva"}})
		// A requester's own form is not the desk's to change.
		b := newBrowser(t, s)
		readReceipt(t, b.send(b.send(b.get("/demande/medecin"), gpAnswers()), nil))
		var own string
		must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
			own, err = store.One(v, store.Value[string], `SELECT id FROM request WHERE who = 'gp'`)
			return err
		}))
		if p := desk.get("/bureau/demandes/" + own + "/completer"); p.Status != 409 {
			t.Errorf("a physician's own request is offered to be changed: %d", p.Status)
		}
		if p := desk.get("/bureau/demandes/" + own); strings.Contains(p.Body, "/completer") {
			t.Error("its file leads there")
		}
	})
}

// Drafts of calls are found again by who wrote them, go on where they were, and
// can be forgotten; a letter asks when it came and takes its scan.
func TestCallDraftsAndLetters(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		desk, other := staff(t, s, "reunion", access.Secretary), staff(t, s, "reunion", access.Nurse)
		later := url.Values{"name": {"M. Interrompu"}, "story": {"« Je rappelle »"}, "later": {"1"}}
		p := desk.send(desk.get("/bureau/appel"), later)
		p.check()
		keeps(t, p, url.Values{"name": later["name"], "story": later["story"]})
		caller := newBrowser(t, s) // goes on at home, by the code that was read aloud
		home := caller.send(caller.get("/reprendre"), url.Values{"code": {codeOn(t, p)}})
		home.check()
		if home.Status != 200 || !strings.HasSuffix(home.Path, "/diagnostic") {
			t.Errorf("the caller goes on at %s: %d", home.Path, home.Status)
		}
		if list := desk.get("/bureau/appel"); !strings.Contains(list.text(), "M. Interrompu") {
			t.Errorf("the author does not find it: %s", list.text())
		}
		if list := other.get("/bureau/appel"); strings.Contains(list.text(), "Interrompu") || other.get(p.Path).Status != 404 {
			t.Error("a colleague finds it")
		}
		letter := callAnswers()
		letter.Set("channel", "letter")
		refuses(t, desk.send(desk.get(p.Path), letter), "came")
		letter.Set("came", "27/02/2026")
		said := desk.send(desk.get(p.Path), letter)
		said.check()
		readReceipt(t, said)
		if action, _ := said.form(); !strings.HasSuffix(action, "/pieces") {
			t.Errorf("the scan goes to %s", action)
		}
		file := desk.get(strings.TrimSuffix(func() string { a, _ := said.form(); return a }(), "/pieces"))
		for _, shown := range []string{"Lettre", "reçu le 27/02/2026"} {
			if !strings.Contains(file.text(), shown) {
				t.Errorf("the file does not show %q: %s", shown, file.text())
			}
		}
		if count(t, s.db, "draft") != 0 || count(t, s.db, "request") != 1 {
			t.Errorf("%d drafts, %d requests", count(t, s.db, "draft"), count(t, s.db, "request"))
		}
		p = desk.send(desk.get("/bureau/appel"), later)
		desk.post(p.Path+"/oublier", nil)
		if count(t, s.db, "draft") != 0 {
			t.Error("a draft that was to be forgotten is there")
		}
	})
}

// Who writes again is shown on the file, with a calm sentence and a link.
func TestAgainOnPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		var refs []string
		for range 2 {
			f := completeFamily()
			got, err := request.Submit(t.Context(), s.db, s.key, access.Anyone("reunion"), request.NewForm(), f)
			must(t, err)
			refs = append(refs, got.Reference)
		}
		desk := staff(t, s, "reunion", access.Nurse)
		var last string
		must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
			last, err = store.One(v, store.Value[string], `SELECT id FROM request WHERE reference = $1`, refs[1])
			return err
		}))
		p := desk.get("/bureau/demandes/" + last)
		p.check()
		if !strings.Contains(p.text(), "Même contact") || !strings.Contains(p.text(), refs[0]) || count(t, s.db, "request") != 2 {
			t.Errorf("who writes again is not recognised: %s", p.text())
		}
	})
}

// Ask 23: while the caller still talks, who may be meant is looked for: by the
// button without a script, as a fragment for the script. What was typed stays,
// nothing is created, each look is written down, and the
// limit of the identity page holds here too.
func TestCallSeek(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		secretary := w.here.session[access.Secretary]
		page := w.knock(t, knock{method: "GET", path: "/bureau/appel", session: secretary}).Body.String()
		if !strings.Contains(page, `data-seek="/bureau/appel/chercher"`) || !strings.Contains(page, `formaction="/bureau/appel/chercher"`) || !strings.Contains(page, "data-seek-found") {
			t.Error("the page of calls has no button to look, or nothing for its script")
		}
		if first := strings.Index(page, "<button hidden>"); first < 0 || first > strings.Index(page, "formaction=") {
			t.Error("Enter in a field looks for somebody instead of noting the call")
		}
		typed := callAnswers()
		typed.Set("family_name", "Pareille")
		typed.Set("first_name", w.here.mark+"prénominventé")
		people, requests, drafts, before := count(t, db, "patient"), count(t, db, "request"), count(t, db, "draft"), count(t, db, "audit")
		r := w.knock(t, knock{method: "POST", path: "/bureau/appel/chercher", session: secretary, body: typed})
		body := r.Body.String()
		if r.Code != 200 || !strings.Contains(body, `value="Pareille"`) || !strings.Contains(body, "Il tombe, j’en &lt;peux&gt; plus") || !strings.Contains(body, "<details open>") {
			t.Errorf("the button: %d, without what was typed", r.Code)
		}
		if !strings.Contains(body, w.here.reference["asked"]) || !strings.Contains(body, `target="_blank"`) || strings.Contains(body, "/lier") || strings.Contains(body, w.there.mark) || strings.Contains(body, w.here.reference["walled"]) {
			t.Error("who is known is not shown, or more than that")
		}
		if count(t, db, "audit") < before+2 { // the search, and each person shown
			t.Error("a search on a call left no entry")
		}
		r = w.knock(t, knock{method: "POST", path: "/bureau/appel/chercher", session: secretary, body: typed, header: map[string]string{"X-Phare-Fragment": "1"}})
		if body := r.Body.String(); r.Code != 200 || strings.Contains(body, "<html") || strings.Contains(body, "Il tombe") || !strings.Contains(body, w.here.reference["asked"]) {
			t.Errorf("the fragment: %d %s", r.Code, body)
		}
		if count(t, db, "patient") != people || count(t, db, "request") != requests || count(t, db, "draft") != drafts {
			t.Error("a search created something")
		}
		slow := false
		for range 80 {
			slow = slow || strings.Contains(w.knock(t, knock{method: "POST", path: "/bureau/appel/chercher", session: secretary, body: typed}).Body.String(), "Attendez un instant")
		}
		if !slow {
			t.Error("eighty searches in a moment are all answered")
		}
	})
}
