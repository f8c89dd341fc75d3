package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store"
)

// signed is a file in hand with signs, all present, and its address.
func signed(t *testing.T, s site, b *browser, codes ...string) string {
	t.Helper()
	at := "/bureau/demandes/" + string(arrive(t, s, "reunion", nil))
	b.submit(b.get(at), "/prendre", nil)
	add := url.Values{"do": {"add"}}
	for _, code := range codes {
		add.Set("sign."+code, "present")
	}
	b.post(at+"/signes", add)
	return at
}

// part is what a text says between two of its words.
func part(t *testing.T, all, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(all, from)
	if !ok {
		t.Fatalf("%q is not there: %s", from, all)
	}
	rest, _, _ = strings.Cut(rest, to)
	return rest
}

// Brisk reflexes are near lost ones in the ontology, and their contrary: a
// disease that has lost ones is not said to be supported by brisk ones. A more
// precise form of what was entered is not said to be unasked.
func TestContraryAndPrecise(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := signed(t, s, b, "HP:0001347", "HP:0001252", "HP:0003324")
		page := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		list := plainSpaces(words(page.class("diseases")[0]))
		disease := part(t, list, "OMIM:253300", "OMIM:")
		precise := part(t, disease, "À préciser", "Signes du patient")
		if !strings.Contains(precise, "Vous avez saisi Hypotonie ; dans cette maladie, c’est plus précisément : Hypotonie néonatale") {
			t.Errorf("to be made more precise: %s", precise)
		}
		if against := part(t, disease, "de sens contraire", "À rechercher"); !strings.Contains(against, "Réflexes vifs (dans les sources : Abolition des réflexes)") {
			t.Errorf("the contrary is not told apart: %s", against)
		}
		if asked := part(t, disease, "À rechercher, non demandés", "Appui"); strings.Contains(asked, "Hypotonie") || !strings.Contains(asked, "Thorax en cloche") {
			t.Errorf("not asked: %s", asked)
		}
		if strings.Contains(strings.ReplaceAll(disease, "Signes voisins éloignés", ""), "Signes voisins") {
			t.Errorf("the contrary stands among the neighbours: %s", disease)
		}
	})
}

// A team of two networks of the list stands under both: in full under the
// first, with a link up to there under the other.
func TestTeamOfTwoNetworks(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := signed(t, s, b, "HP:0001251", "HP:0001639", "HP:0001260", "HP:0003324")
		page := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		const team = "Centre des maladies neuromusculaires et neurologiques rares"
		whole, above := 0, 0
		for _, n := range page.class("network") {
			switch said := words(n); {
			case strings.Contains(said, team) && strings.Contains(said, "voir plus haut"):
				above++
			case strings.Contains(said, team):
				whole++
			}
		}
		if whole != 1 || above != 2 { // BRAIN-TEAM, FILNEMUS and FilSLAN are all proposed
			t.Fatalf("the team stands %d times in full and %d times with a link: %s", whole, above, page.text())
		}
		links := 0
		for _, a := range page.all("a") {
			if to, _ := attr(a, "href"); to == "#team-om-neuromus-974" {
				links++
			}
		}
		for _, li := range page.all("li") {
			if id, _ := attr(li, "id"); id == "team-om-neuromus-974" {
				links += 10
			}
		}
		if links != 12 {
			t.Errorf("links and their end count %d, want two and one", links)
		}
	})
}

// A list that the signs have left behind says so, offers to search again, and
// takes a choice only with a word; what was chosen says what is next, in the
// reason's own words.
func TestStaleList(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := signed(t, s, b, "HP:0001251", "HP:0001639", "HP:0001260")
		fresh := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		if strings.Contains(fresh.text(), "plus à jour") || strings.Contains(fresh.text(), "sans chercher à nouveau") {
			t.Error("a list of the signs as they are is called old")
		}
		b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0002650": {"present"}})
		choice := url.Values{"choice": {"organisation:om-neuromus-974"}}
		if p := b.submit(fresh, "/choix", choice).sound(); p.Status != 422 || !strings.Contains(p.text(), "n’est plus celle des signes d’aujourd’hui") || p.picked() != 1 {
			t.Errorf("a choice from a page that was open meanwhile: %d, %d picked", p.Status, p.picked())
		}
		old := b.get(at + "/orientation").sound()
		for _, want := range []string{"n’est plus à jour", "Cette liste vient des signes d’avant", "Garder ce choix sans chercher à nouveau", "Chercher à nouveau"} {
			if !strings.Contains(old.text(), want) {
				t.Errorf("the old list lacks %q", want)
			}
		}
		if strings.Contains(reasonLabel(old), "facultatif") || !strings.Contains(reasonLabel(fresh), "facultatif") {
			t.Errorf("an old list asks for a word %q, a fresh one %q", reasonLabel(old), reasonLabel(fresh))
		}
		if p := b.submit(old, "/choix", choice).sound(); p.Status != 422 {
			t.Errorf("a choice from an old list without a word: %d", p.Status)
		}
		if n := count(t, s.db, "choice"); n != 0 {
			t.Errorf("%d choices were kept", n)
		}
		choice.Set("reason", "Déjà convenu avec eux")
		b.submit(old, "/choix", choice)
		if file := b.get(at).sound().text(); !strings.Contains(file, "Écrire à l’équipe choisie") || !strings.Contains(plainSpaces(file), "« Déjà convenu avec eux »") {
			t.Errorf("the file: %s", file)
		}
		b.submit(old, "/choix", url.Values{"other": {"Dr Ailleurs"}, "why": {"else"}, "reason": {"Il connaît la fratrie"}})
		file := plainSpaces(b.get(at).sound().text())
		if !strings.Contains(file, "Joindre la personne ou l’équipe choisie") || !strings.Contains(file, "« Il connaît la fratrie »") || strings.Contains(file, "que j’écris ci-dessous") {
			t.Errorf("the file after another choice: %s", file)
		}
	})
}

// reasonLabel is what the page says beside the words of a choice.
func reasonLabel(p page) string {
	for _, l := range p.all("label") {
		if to, _ := attr(l, "for"); to == "f-reason" {
			return words(l)
		}
	}
	return ""
}

// The sheet that is printed says who, what, whom to call, what was chosen and
// by whom, before the annex with the points.
func TestResultSheet(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Physician)
		at := signed(t, s, b, "HP:0001251", "HP:0001639", "HP:0001260")
		must(t, s.db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "x", Verb: "x", Subject: "x"}, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE organisation SET phone = '0262 00 11 22' WHERE id = 'om-neuromus-974'`)
		}))
		page := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		to := ""
		for _, a := range page.all("a") {
			if href, _ := attr(a, "href"); strings.HasPrefix(href, at+"/orientation/") {
				to = href
			}
		}
		before := plainSpaces(words(b.get(to).sound().class("result-sheet")[0]))
		if !strings.Contains(before, "Aucun choix n’a été noté") || !strings.Contains(before, "L. P.") {
			t.Errorf("before any choice: %s", before)
		}
		b.submit(page, "/choix", url.Values{"choice": {"organisation:om-neuromus-974"}, "why": {"near"}})
		printed := b.get(to).sound()
		sheet := plainSpaces(words(printed.class("result-sheet")[0]))
		for _, want := range []string{"Ataxie", "BRAIN-TEAM", "Appui", "signes partagés", "0262 00 11 22", "c’est plus près", "première proposition", "Ces propositions aident", "n’est pas exclue"} {
			if !strings.Contains(sheet, want) {
				t.Errorf("the sheet lacks %q: %s", want, sheet)
			}
		}
		if strings.Contains(sheet, "comparables dans ce seul résultat") || strings.Contains(sheet, "Payet-Inventé") {
			t.Error("the sheet shows points, or the name")
		}
		if annex := words(printed.class("annex")[0]); !strings.Contains(annex, "comparables dans ce seul résultat") {
			t.Errorf("the annex: %s", annex)
		}
	})
}
