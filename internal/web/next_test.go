package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
)

// answersOf are the fields of the questions on a page, in their order.
func (p page) answersOf() (names []string) {
	for _, x := range p.all("input") {
		name, _ := attr(x, "name")
		if value, _ := attr(x, "value"); strings.HasPrefix(name, "answer.") && value == "present" {
			names = append(names, name)
		}
	}
	return names
}

// studied is a file with three signs and a ranking, and its address.
func studied(t *testing.T, s site, b *browser) string {
	t.Helper()
	at := "/bureau/demandes/" + string(arrive(t, s, "reunion", nil))
	add := url.Values{"do": {"add"}}
	for _, code := range []string{"HP:0001251", "HP:0001639", "HP:0001260"} {
		add.Set("sign."+code, "present")
	}
	b.post(at+"/signes", add)
	return at
}

func TestQuestions(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := studied(t, s, b)
		if p := b.get(at + "/orientation").sound(); strings.Contains(p.text(), "Que chercher ensuite") {
			t.Error("questions before any ranking")
		}
		if p := b.get(at + "/a-chercher").sound(); !strings.Contains(p.text(), "Cherchez d’abord d’après les signes") {
			t.Errorf("a sheet before any ranking: %s", p.text())
		}
		ranked := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		asked := ranked.answersOf()
		if len(asked) < 3 || len(asked) > 5 {
			t.Fatalf("%d questions, want three to five: %s", len(asked), ranked.text())
		}
		for _, want := range []string{"Que chercher ensuite", "Est-ce que Lou", "ferait monter", "On ne sait pas"} {
			if !strings.Contains(ranked.text(), want) {
				t.Errorf("the questions do not show %q", want)
			}
		}
		if strings.Contains(ranked.text(), "Ce qui a changé") {
			t.Error("a first result says what has changed")
		}
		sheet := b.get(at + "/a-chercher").sound()
		for _, want := range []string{"Est-ce que Lou", "Elles n’annoncent aucune maladie", "Oui", "Demandé par"} {
			if !strings.Contains(sheet.text(), want) {
				t.Errorf("the sheet does not show %q", want)
			}
		}
		family, _, _ := strings.Cut(sheet.text(), "Pour qui examine")
		if strings.Contains(family, "HP:") || strings.Contains(family, "Trouble de la sensibilité profonde") || !strings.Contains(family, "Avez-vous remarqué que Lou ne sent pas où sont ses pieds") {
			t.Errorf("the words of the profession are on the family's sheet, or not those of every day: %s", family)
		}
		for _, never := range []string{"BRAIN-TEAM", "FILNEMUS", "ferait monter", "ORPHA", "OMIM"} {
			if strings.Contains(sheet.text(), never) {
				t.Errorf("the sheet for the family says %q", never)
			}
		}
		none := b.post(at+"/a-chercher", url.Values{}).sound()
		if none.Status != 422 || !strings.Contains(none.text(), "Répondez à au moins une question") || len(none.answersOf()) != len(asked) {
			t.Errorf("no answer: %d", none.Status)
		}
		if n := count(t, s.db, "orientation"); n != 1 {
			t.Errorf("%d orientations, want one", n)
		}
		answers := url.Values{asked[0]: {"present"}, asked[1]: {"absent"}, asked[2]: {"unknown"}}
		after := b.post(at+"/a-chercher", answers).sound()
		for _, want := range []string{"Ce qui a changé", "dans le même ordre : BRAIN-TEAM, DéfiScience et G2M", "Demandé, on ne sait pas", "a été demandé sans réponse connue", "1 signe absent a été noté"} {
			if !strings.Contains(after.text(), want) {
				t.Errorf("after the answers the page does not say %q", want)
			}
		}
		for _, again := range after.answersOf() {
			if answers.Has(again) {
				t.Errorf("%s is asked again", again)
			}
		}
		results := 0
		for _, x := range after.all("a") {
			if to, _ := attr(x, "href"); results == 0 && strings.HasPrefix(to, at+"/orientation/") {
				results++
				if kept := b.get(to).sound(); !strings.Contains(kept.text(), "Demandé, on ne sait pas") {
					t.Error("the result on paper leaves out what was asked in vain")
				}
			}
		}
		if results == 0 {
			t.Error("no link to the result")
		}
		b.post(at+"/a-chercher", answers)
		if n := count(t, s.db, "orientation"); n != 2 {
			t.Errorf("%d orientations after the same answers twice, want two", n)
		}
		if p := b.get(at + "/signes").sound(); !strings.Contains(p.text(), "Demandé, on ne sait pas") {
			t.Errorf("the list of signs: %s", p.text())
		}
		bad := b.post(at+"/a-chercher", url.Values{"answer.HP:9999999": {"present"}}).sound()
		if bad.Status != 422 {
			t.Errorf("a sign that is none: %d", bad.Status)
		}
		b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0002650": {"present"}})
		if p := b.get(at + "/orientation").sound(); len(p.answersOf()) != 0 || !strings.Contains(p.text(), "Cherchez à nouveau") {
			t.Error("questions that belong to other signs than those of the file")
		}
	})
}

// The fault keeps the answers that were ticked, and the words of no disease
// come with the questions of an abstention.
func TestQuestionsKeepAndHide(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Physician)
		at := "/bureau/demandes/" + string(arrive(t, s, "reunion", nil))
		b.post(at+"/signes", url.Values{"do": {"add"}, "sign.HP:0001251": {"present"}})
		p := b.post(at+"/orientation", url.Values{"do": {"rank"}}).sound()
		asked := p.answersOf()
		if len(asked) == 0 || strings.Contains(p.text(), "ferait monter") || !strings.Contains(p.text(), "aiderait à départager") {
			t.Fatalf("an abstention asks %d questions, or names networks", len(asked))
		}
		kept := b.post(at+"/a-chercher", url.Values{asked[0]: {"unknown"}, "answer.HP:9999999": {"present"}}).sound()
		found := false
		for _, x := range kept.all("input") {
			name, _ := attr(x, "name")
			value, _ := attr(x, "value")
			if _, on := attr(x, "checked"); on && name == asked[0] && value == "unknown" {
				found = true
			}
		}
		if kept.Status != 422 || !found {
			t.Errorf("%d, answer kept: %t", kept.Status, found)
		}
	})
}

// What the answers moved is said in words, with every network of the first
// three named, those that left them too; and no question is put twice.
func TestMovesInWords(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := studied(t, s, b)
		b.post(at+"/orientation", url.Values{"do": {"rank"}})
		after := b.post(at+"/a-chercher", url.Values{"answer.HP:0003324": {"present"}, "answer.HP:0003236": {"present"}, "answer.HP:0008981": {"present"}}).sound()
		since := plainSpaces(words(after.class("since")[0]))
		for _, want := range []string{"FILNEMUS monte à la 1re place (avant : ", "BRAIN-TEAM descend à la ", "n’est plus parmi les trois premières", "Les sources l’appuient maintenant"} {
			if !strings.Contains(since, want) {
				t.Errorf("lacks %q: %s", want, since)
			}
		}
		seen := map[string]bool{}
		for _, legend := range after.all("legend") {
			if _, question, ok := strings.Cut(words(legend), ". "); ok && seen[question] {
				t.Errorf("asked twice: %s", question)
			} else if ok {
				seen[question] = true
			}
		}
	})
}

// What nobody knows goes to the expert as such, and nowhere else.
func TestUnknownSignInQuestion(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := studied(t, s, b)
		b.submit(b.get(at), "/prendre", nil)
		b.post(at+"/orientation", url.Values{"do": {"rank"}})
		b.post(at+"/a-chercher", url.Values{"answer.HP:0002650": {"unknown"}})
		if p := b.get(at).sound(); !strings.Contains(p.text(), "Demandé, on ne sait pas Scoliose") {
			t.Errorf("the file: %s", p.text())
		}
		seen := b.submit(b.get(at+"/question"), "/question", toAda).sound().text()
		_, unknown, _ := strings.Cut(seen, "Demandé, non connu")
		if !strings.HasPrefix(unknown, " Scoliose") {
			t.Errorf("what the expert will see: %s", seen)
		}
		if p := b.get(at + "/reponse").sound(); strings.Contains(words(p.all("textarea")[0]), "Scoliose") {
			t.Error("the answer takes it for a sign")
		}
	})
}

func TestQuestionsWhileOff(t *testing.T) {
	eachKnowing(t, true, func(t *testing.T, s site) {
		b := staff(t, s, "reunion", access.Nurse)
		at := studied(t, s, b)
		if p := b.post(at+"/a-chercher", url.Values{"answer.HP:0002650": {"present"}}); p.Status != 403 {
			t.Errorf("answers while the module is off: %d", p.Status)
		}
		if n := count(t, s.db, "orientation"); n != 0 {
			t.Errorf("%d orientations", n)
		}
	})
}
