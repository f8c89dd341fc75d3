package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// proAnswers are what each kind of requester must answer, and no more.
func proAnswers(who string) url.Values {
	v := url.Values{"platform": {"guyane"}, "diagnosis": {"none"}, "first_name": {"Ana"}, "family_name": {"Inventée"}, "birth_date": {"2015"},
		"question": {"Quelle équipe ?"}, "urgency": {"routine"}, "name": {"Léa Fictive"}, "phone": {"0594 00 00 00"}, "consent": {"yes"}, "consent_by": {"parent"}}
	switch who {
	case request.GP, request.Hospital, request.Peer, request.Centre:
		v.Del("consent_by")
	case request.Social, request.Association:
		v.Del("family_name")
		v.Set("birth_date", "")
		v.Set("unsure", "birth_date")
	}
	return v
}

// slugs of the one-page forms, by who asks.
var slugs = map[string]string{request.GP: "medecin", request.CPTS: "cpts", request.Nurse: "soignant", request.Hospital: "hopital",
	request.Social: "social", request.Association: "association", request.Peer: "plateforme", request.Centre: "centre"}

// Each kind of requester has a page in its own words, light enough, sends with no
// more than ten answers, and is named at the desk.
func TestEveryDoor(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		titles := map[string]string{}
		for who, slug := range slugs {
			b := newBrowser(t, s)
			p := b.get("/demande/" + slug)
			p.check()
			if len(p.Body) > 50<<10 {
				t.Errorf("%s weighs %d bytes", slug, len(p.Body))
			}
			title := words(p.all("h1")[0])
			if titles[title] != "" {
				t.Errorf("%s and %s are both %q", titles[title], slug, title)
			}
			titles[title] = slug
			empty := b.send(p, nil)
			empty.check()
			if n := len(empty.class("fault")); empty.Status != 422 || n > 10 {
				t.Errorf("%s sent empty: %d, %d faults", slug, empty.Status, n)
			}
			answers := proAnswers(who)
			if n := len(answers); n > 11 { // the two names can be two
				t.Errorf("%s answers %d questions", slug, n)
			}
			p = b.send(empty, answers)
			p.check()
			if !strings.HasSuffix(p.Path, "/verifier") || len(p.class("faults")) != 0 {
				t.Fatalf("%s: %s %s", slug, p.Path, p.text())
			}
			readReceipt(t, b.send(p, nil))
		}
		desk := staff(t, s, "guyane", access.Nurse)
		list := desk.get("/bureau")
		list.check()
		for _, name := range []string{"Médecin", "CPTS", "Soignant", "Hôpital", "Travailleur social", "Association", "Autre plateforme", "Centre"} {
			if !strings.Contains(list.text(), name) {
				t.Errorf("the list names no %q", name)
			}
		}
	})
}

// Who sees that they are at another's form changes and loses nothing, kept already
// or not; Enter in a field never does so.
func TestChangeOfKind(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		typed := url.Values{"first_name": {"Ana"}, "question": {"Une <école> ?"}, "phone": {"0594 00 00 00"}}
		with := func(more ...string) url.Values {
			v := url.Values{}
			for name, values := range typed {
				v[name] = values
			}
			for i := 0; i < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		p := b.send(b.get("/demande/medecin"), with("who", request.Social, "change", "1"))
		p.check()
		keeps(t, p, typed)
		if h1 := words(p.all("h1")[0]); p.Status != 200 || !strings.Contains(h1, "travailleur social") || len(p.class("faults")) != 0 {
			t.Errorf("%d %q", p.Status, h1)
		}
		p = b.send(p, with("platform", "guyane", "who", request.Nurse, "change", "1"))
		keeps(t, p, typed)
		if !strings.HasSuffix(p.Path, "/soignant") {
			t.Errorf("kept at %s", p.Path)
		}
		p = b.send(p, with("who", request.Family, "change", "1"))
		if !strings.HasSuffix(p.Path, "/diagnostic") || !strings.Contains(b.get(strings.Replace(p.Path, "diagnostic", "attente", 1)).Body, "Une &lt;école&gt; ?") {
			t.Errorf("as a family: %s", p.Path)
		}
		for _, n := range p.all("form") {
			if button := firstButton(n); button == "change" {
				t.Error("Enter changes who asks")
			}
		}
		if count(t, s.db, "draft") != 1 {
			t.Errorf("%d drafts", count(t, s.db, "draft"))
		}
	})
}

// A family draft is not shown as a one-page form, nor the other way round, and
// another path's page leads to this one's.
func TestPathsOfDrafts(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.send(b.get("/demande/famille?platform=guyane"), url.Values{"diagnosis": {"confirmed"}})
		at := strings.TrimSuffix(p.Path, "territoire")
		if at == p.Path {
			t.Fatalf("after the first answer: %s %s", p.Path, p.text())
		}
		p = b.send(b.get(at+"depuis"), url.Values{"disease": {"Maladie inventée"}, "followed": {"Hôpital inventé"}})
		if !strings.HasSuffix(p.Path, "/pour-qui") {
			t.Errorf("with a name, the page after is %s", p.Path)
		}
		if h1 := words(b.get(at + "histoire").all("h1")[0]); h1 != "Qu’est-ce qui vous amène aujourd’hui ?" {
			t.Errorf("with a name one is asked %q", h1)
		}
		b.send(b.get(at+"diagnostic"), url.Values{"diagnosis": {"none"}})
		p = b.get(at + "maladie")
		if !strings.HasSuffix(p.Path, "/depuis") {
			t.Errorf("without a name: %s", p.Path)
		}
		if check := b.get(at + "verifier"); !strings.Contains(check.text(), "Maladie inventée") {
			t.Errorf("what was typed on the other path is lost: %s", check.text())
		}
		if p := b.get(at + "medecin"); p.Status != 404 {
			t.Errorf("a family's draft on a physician's page: %d %s", p.Status, p.Path)
		}
		gp := b.send(b.get("/demande/social"), url.Values{"platform": {"guyane"}, "later": {"1"}})
		for _, slug := range []string{"histoire", "medecin", "cpts"} {
			if p := b.get(strings.Replace(gp.Path, "social", slug, 1)); !strings.HasSuffix(p.Path, "/social") || p.Status != 200 {
				t.Errorf("a social worker's draft at %s: %d %s", slug, p.Status, p.Path)
			}
		}
	})
}

// Section 1.7, lesson 14: whatever page the link dies on, another device goes on with
// the code, at the page that waits, and what was answered before is there. The
// code stands on every page from the third on, and is the same.
func TestResumeAtEachStep(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p, code := b.get("/demande/famille"), ""
		for i, step := range familyAnswers() {
			if i >= 2 {
				shown := codeOn(t, p)
				if code != "" && shown != code {
					t.Errorf("page %d shows %s, before it was %s", i+1, shown, code)
				}
				code = shown
				other := newBrowser(t, s) // the page that is open when the device dies
				again := other.send(other.get("/reprendre"), url.Values{"code": {strings.ToLower(code)}})
				again.check()
				light(t, again)
				if want := waiting(i); !strings.HasSuffix(again.Path, "/"+want) {
					t.Errorf("killed on page %d, the code leads to %s, want %s", i+1, again.Path, want)
				}
				before := familyAnswers()[i-1]
				if slug := before.slug; slug != "territoire" {
					kept := other.get(again.Path[:strings.LastIndex(again.Path, "/")+1] + slug)
					good := before.good
					if good.Has("unsure") {
						good = url.Values{"unsure": good["unsure"]}
					}
					keeps(t, kept, good)
				}
			}
			p = b.send(p, step.good)
		}
		codeOn(t, p)
		p = b.send(p, nil)
		readReceipt(t, p)
		gone := newBrowser(t, s)
		if p := gone.send(gone.get("/reprendre"), url.Values{"code": {code}}); p.Status != 422 || !strings.Contains(p.text(), "n’ouvre aucune demande") {
			t.Errorf("once sent the code gives %d %s", p.Status, p.text())
		}
	})
}

// waiting is the first page whose answer is wanted when the first n were given.
func waiting(n int) string {
	for _, step := range familyAnswers()[n:] {
		if step.fault != "" {
			return step.slug
		}
	}
	return "verifier"
}

// codeOn reads the code off a page.
func codeOn(t *testing.T, p page) string {
	t.Helper()
	for _, n := range p.class("ref") {
		if c, ok := request.ParseCode(words(n)); ok && !strings.HasPrefix(words(n), "MR-") {
			return c
		}
	}
	t.Fatalf("no code on %s: %s", p.Path, p.text())
	return ""
}

// A code that opens nothing is one page, byte for byte but for what was typed; after
// as many tries as tracking allows, nothing more is looked up, from that address.
func TestCodesAreNotGuessed(t *testing.T) {
	s := oneSite(t)
	try := func(remote, code string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/reprendre", strings.NewReader(url.Values{"code": {code}}.Encode()))
		r.RemoteAddr = remote
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		return w
	}
	form := request.NewForm()
	keep := func(f *request.Fields) { f.Who, f.Platform = request.Family, "reunion" }
	_, err := request.SaveDraft(t.Context(), s.db, access.Anyone("reunion"), form, keep)
	must(t, err)
	d, err := request.GetDraft(t.Context(), s.db, form)
	must(t, err)
	_, err = request.Submit(t.Context(), s.db, s.key, access.Anyone("reunion"), form, completeFamily())
	must(t, err)
	unknown, sent := try("198.51.100.1:1", "7777777777"), try("198.51.100.1:1", d.Code)
	if a, b := strings.ReplaceAll(unknown.Body.String(), "7777777777", ""), strings.ReplaceAll(sent.Body.String(), d.Code, ""); a != b || unknown.Code != sent.Code {
		t.Error("a code of a form that was sent is told from one that never was")
	}
	statuses := map[int]int{}
	for i := range 400 {
		statuses[try("198.51.100.1:1", fmt.Sprintf("%010d", i)).Code]++
	}
	if statuses[http.StatusTooManyRequests] < 90 {
		t.Errorf("400 tries of one address: %v", statuses)
	}
	if got := try("203.0.113.9:1", "7777777777").Code; got != http.StatusUnprocessableEntity {
		t.Errorf("another address: %d", got)
	}
}

// completeFamily are the fields of a family's form that can be sent.
func completeFamily() request.Fields {
	return request.Fields{Who: request.Family, Platform: "reunion", Diagnosis: request.NotKnown, Relation: "parent", FirstName: "Ana", Unsure: "birth_date",
		Story: "Elle tombe.", Urgency: request.Routine, Name: "Rosa Inventée", Phone: "0692 00 00 00", Consent: "yes"}
}

// The code is sent to an address that is asked for, and the page says so.
func TestCodeByMail(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.send(b.get("/demande/famille?platform=guyane"), url.Values{"diagnosis": {"none"}})
		at := strings.TrimSuffix(p.Path, "territoire")
		ask := b.post(at+"code", nil)
		ask.check()
		codeOn(t, ask)
		refuses(t, b.send(ask, url.Values{"code_mail": {"rosa"}}), "code_mail")
		sent := b.send(ask, url.Values{"code_mail": {"rosa@example.org"}})
		sent.check()
		if len(sent.class("good")) != 1 || count(t, s.db, "message WHERE kind = 'code'") != 1 {
			t.Errorf("%d %s", sent.Status, sent.text())
		}
	})
}

// What the desk sees of how a request came: the médecin traitant, the family that
// follows too, since when there is no diagnosis, who agreed.
func TestHowItCame(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		v := proAnswers(request.Nurse)
		for name, value := range map[string]string{"since": "depuis 2019", "doctor": "Dr Absent", "aware": "told", "job": "sage-femme", "close_name": "Rosa Inventée", "close_phone": "0694 11 22 33"} {
			v.Set(name, value)
		}
		reference, _ := readReceipt(t, b.send(b.send(b.get("/demande/soignant"), v), nil))
		gp := proAnswers(request.GP)
		gp.Set("treating", "yes")
		own, _ := readReceipt(t, b.send(b.send(b.get("/demande/medecin"), gp), nil))
		desk := staff(t, s, "guyane", access.Nurse)
		for ref, want := range map[string][]string{
			reference: {"Soignant", "depuis 2019", "Dr Absent", "Médecin traitant prévenu : Oui, il est prévenu", "sage-femme", "Famille : Rosa Inventée", "Un parent qui a l’autorité parentale"},
			own:       {"Médecin traitant"},
		} {
			found := desk.send(desk.get("/bureau"), url.Values{"q": {ref}})
			var id string
			must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
				id, err = store.One(v, store.Value[string], `SELECT id FROM request WHERE reference = $1`, ref)
				return err
			}))
			if !strings.Contains(found.Body, id) {
				t.Fatalf("%s is not found", ref)
			}
			file := desk.get("/bureau/demandes/" + id)
			file.check()
			for _, w := range want {
				if !strings.Contains(strings.ReplaceAll(file.text(), " ", " "), strings.ReplaceAll(w, " ", " ")) {
					t.Errorf("%s: the file does not say %q: %s", ref, w, file.text())
				}
			}
		}
	})
}
