package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
)

// familyAnswers are the answers of an invented mother, page by page; the first
// ones are wrong where a page must refuse something, and fault names the field.
func familyAnswers() []struct {
	slug, fault string
	wrong, good url.Values
} {
	return []struct {
		slug, fault string
		wrong, good url.Values
	}{
		{"diagnostic", "diagnosis", url.Values{}, url.Values{"diagnosis": {"unknown"}}},
		{"territoire", "platform", url.Values{"commune": {"Maripasoula"}}, url.Values{"platform": {"guyane"}, "commune": {"Maripasoula"}}},
		{"depuis", "", nil, url.Values{"since": {"depuis la naissance"}}},
		{"pour-qui", "relation", url.Values{}, url.Values{"relation": {"parent"}}},
		{"nom", "first_name", url.Values{"first_name": {""}}, url.Values{"first_name": {"Ana"}}},
		{"naissance", "birth_date", url.Values{"birth_date": {"avant-hier soir"}, "sex": {"female"}}, url.Values{"birth_date": {""}, "unsure": {"birth_date"}, "sex": {"female"}}},
		{"histoire", "story", url.Values{"story": {"  "}}, url.Values{"story": {"Elle tombe souvent.\nDepuis <deux> ans."}}},
		{"deja-fait", "", nil, url.Values{"unsure": {"done"}}},
		{"attente", "", nil, url.Values{"question": {"Comprendre"}}},
		{"urgence", "urgency", url.Values{}, url.Values{"urgency": {"routine"}}},
		{"vous-joindre", "phone", url.Values{"name": {"Rosa Inventée"}, "phone": {"06"}}, url.Values{"name": {"Rosa Inventée"}, "place": {"Centre de santé inventé"}, "phone": {""}}},
		{"medecin-traitant", "", nil, url.Values{"doctor": {"Dr Fictif, Cayenne"}, "aware": {"no"}}},
		{"accord", "consent", url.Values{}, url.Values{"consent": {"yes"}}},
	}
}

func TestFamilyLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.get("/demande/famille")
		for i, step := range familyAnswers() {
			p.check()
			light(t, p)
			if slug := p.Path[strings.LastIndex(p.Path, "/")+1:]; i > 1 && slug != step.slug {
				t.Fatalf("page %d is %s, want %s", i+1, slug, step.slug)
			}
			asked := []string{"nom", "naissance", "accord"}
			if said := p.text(); slices.Contains(asked, step.slug) && (!strings.Contains(said, "enfant") || strings.Contains(said, "personne malade")) {
				t.Errorf("a parent is asked at %s about someone else: %s", step.slug, said)
			}
			if step.fault != "" {
				p = b.send(p, step.wrong)
				p.check()
				refuses(t, p, step.fault)
				keeps(t, p, step.wrong)
			}
			p = b.send(p, step.good)
		}
		p.check()
		if !strings.HasSuffix(p.Path, "/verifier") || p.Status != 200 || len(p.class("faults")) != 0 {
			t.Fatalf("after the last page: %s %d %s", p.Path, p.Status, p.text())
		}
		for _, shown := range []string{"Plateforme de Guyane", "Je ne sais pas", "Depuis <deux> ans.", "Pour mon enfant", "Dr Fictif, Cayenne", "depuis la naissance", "Pas encore", "Non renseigné", "Pour qui Pour mon enfant", "Ce que vous attendez de nous Comprendre"} {
			if !strings.Contains(p.text(), shown) {
				t.Errorf("the check page does not show %q", shown)
			}
		}
		// A change comes back to the check page; another browser goes on with the address alone.
		other := newBrowser(t, s)
		edit := strings.Replace(p.Path, "verifier", "attente?retour=verifier", 1)
		p = other.get(edit)
		keeps(t, p, url.Values{"question": {"Comprendre"}})
		if p = other.send(p, url.Values{"question": {"Comprendre et agir"}}); !strings.HasSuffix(p.Path, "/verifier") || !strings.Contains(p.text(), "Comprendre et agir") {
			t.Fatalf("after a change: %s %s", p.Path, p.text())
		}
		p = other.send(p, nil)
		if reference, secret := readReceipt(t, p); secret == "" || reference == "" {
			t.Errorf("receipt: %s", p.text())
		}
		if b.sent > 200<<10 {
			t.Errorf("the whole family form weighs %d bytes", b.sent)
		}
	})
}

// light is the budget of a public page: 10 KB of HTML.
func light(t *testing.T, p page) {
	t.Helper()
	if len(p.Body) > 10<<10 {
		t.Errorf("%s weighs %d bytes", p.Path, len(p.Body))
	}
}

// refuses wants a page that says what is wrong, at the top and beside the field.
func refuses(t *testing.T, p page, field string) {
	t.Helper()
	if p.Status != 422 || len(p.class("faults")) != 1 || len(p.class("fault")) == 0 {
		t.Fatalf("%s: status %d: %s", p.Path, p.Status, p.text())
	}
	for _, a := range p.all("a") {
		if to, _ := attr(a, "href"); to == "#f-"+field {
			return
		}
	}
	t.Errorf("%s has no link to the fault on %s: %s", p.Path, field, p.text())
}

// keeps wants every typed value still in the form.
func keeps(t *testing.T, p page, typed url.Values) {
	t.Helper()
	_, held := p.form()
	for name := range typed {
		if got := strings.TrimSpace(held.Get(name)); got != strings.TrimSpace(typed.Get(name)) {
			t.Errorf("%s lost %s: %q, typed %q", p.Path, name, got, typed.Get(name))
		}
	}
}

// A family that does not know how urgent it is is in no hurry, and the choice
// stays as it was made; a professional must choose.
func TestUrgencyNotKnown(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.get("/demande/famille")
		for _, step := range familyAnswers() {
			if step.slug == "urgence" {
				step.good = url.Values{"urgency": {"unknown"}}
			}
			p = b.send(p, step.good)
		}
		if !strings.Contains(p.text(), "Délai Je ne sais pas") {
			t.Errorf("the check page: %s", p.text())
		}
		again := b.get(strings.Replace(p.Path, "verifier", "urgence", 1))
		again.check()
		keeps(t, again, url.Values{"urgency": {"unknown"}})
		readReceipt(t, b.send(p, nil))
		found, err := request.List(t.Context(), s.db, access.Actor{ID: "x", Platform: "guyane", Role: access.Nurse}, request.Filter{})
		if err != nil || len(found.Rows) != 1 || found.Rows[0].Urgency != request.Routine {
			t.Fatalf("on the list: %+v, %v", found.Rows, err)
		}
		if r := found.Rows[0]; !r.NextAt.Equal(r.CreatedAt.Add(request.NewsWithin(request.Routine))) {
			t.Errorf("news promised by %v", r.NextAt)
		}
		gp := b.get("/demande/medecin?platform=guyane")
		answers := gpAnswers()
		answers.Set("urgency", "unknown")
		refuses(t, b.send(gp, answers), "urgency")
	})
}

// A patient who asks for themselves is not asked their name again; if it turns
// out that someone else asks, that person's name is wanted.
func TestForOneself(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		b := newBrowser(t, s)
		p := b.send(b.get("/demande/famille?platform=guyane"), url.Values{"diagnosis": {"none"}})
		at := strings.TrimSuffix(p.Path, "territoire")
		b.send(b.get(at+"pour-qui"), url.Values{"relation": {"self"}})
		for slug, question := range map[string]string{"nom": "Comment vous appelez-vous", "naissance": "Quand êtes-vous né(e)"} {
			if h1 := words(b.get(at + slug).all("h1")[0]); !strings.HasPrefix(h1, question) {
				t.Errorf("a patient is asked %q", h1)
			}
		}
		b.send(b.get(at+"nom"), url.Values{"first_name": {"Ana"}, "family_name": {"Inventée"}})
		for _, n := range b.get(at + "vous-joindre").all("label") {
			if to, _ := attr(n, "for"); to == "f-name" {
				t.Error("a patient is asked their name twice")
			}
		}
		b.send(b.get(at+"vous-joindre"), url.Values{"phone": {"0594 00 00 00"}})
		if p = b.get(at + "verifier"); !strings.Contains(p.text(), "Nom du demandeur Ana Inventée") {
			t.Errorf("requester: %s", p.text())
		}
		b.send(b.get(at+"pour-qui"), url.Values{"relation": {"relative"}})
		p = b.get(at + "verifier")
		p.check()
		if !strings.Contains(p.text(), "Nom du demandeur Écrivez votre nom.") {
			t.Errorf("requester: %s", p.text())
		}
		if p = b.send(p, nil); p.Status != 422 || count(t, s.db, "request") != 0 {
			t.Errorf("an incomplete form was sent: %d %s", p.Status, p.text())
		}
	})
}
