package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
)

// rowOf is what stands in the line of the work list that leads to a request.
func (p page) rowOf(id phare.ID) string {
	p.t.Helper()
	for _, tr := range p.all("tr") {
		for n := range tr.Descendants() {
			if to, _ := attr(n, "href"); strings.HasSuffix(to, string(id)) {
				var words []string
				for n := range tr.Descendants() {
					if n.Type == html.TextNode {
						words = append(words, n.Data)
					}
					if said, ok := attr(n, "title"); ok {
						words = append(words, said)
					}
				}
				return strings.Join(words, " ")
			}
		}
	}
	return ""
}

// Ask 18: what a colleague holds is found by one filter, whose address can be kept,
// and given to another at once; nothing in the address tells of a patient.
func TestListFiltersAndGives(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		one := arrive(t, s, "reunion", nil)
		two := arrive(t, s, "reunion", func(f *request.Fields) { f.FamilyName, f.Urgency = "Hoarau-Fictif", request.Urgent })
		b, other := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Secretary)
		list := b.get("/bureau").sound()
		_, form := list.formTo("/bureau/attribuer")
		var to string
		for _, o := range list.all("option") {
			if value, _ := attr(o, "value"); len(value) == 26 {
				to = value
			}
		}
		var picks []string
		for _, n := range list.all("input") {
			if name, _ := attr(n, "name"); name == "pick" {
				value, _ := attr(n, "value")
				picks = append(picks, value)
			}
		}
		if len(picks) != 2 || to == "" {
			t.Fatalf("picks %v, colleague %q", picks, to)
		}
		if none := b.post("/bureau/attribuer", url.Values{"retour": form["retour"], "owner": {to}}).sound(); none.Status != 422 || !strings.Contains(none.text(), "Cochez au moins une demande") {
			t.Errorf("nothing ticked: %d", none.Status)
		}
		stale := strings.Replace(picks[0], "~1~", "~7~", 1)
		given := b.post("/bureau/attribuer", url.Values{"retour": form["retour"], "owner": {to}, "pick": {stale, picks[1]}}).sound()
		if said := given.text(); given.Status != 200 || !strings.Contains(said, "1 confiée à") || !strings.Contains(said, "Pas confiées") {
			t.Errorf("one given, one changed meanwhile: %d %s", given.Status, said)
		}
		b.post("/bureau/attribuer", url.Values{"owner": {to}, "pick": {picks[0]}}).sound()
		held := b.get("/bureau?porteur=" + to).sound()
		if held.rowOf(one) == "" || held.rowOf(two) == "" {
			t.Errorf("held by a colleague: %s", held.text())
		}
		urgent := b.get("/bureau?porteur=" + to + "&urgence=urgent&de=gp&qui=toutes").sound()
		if urgent.rowOf(one) != "" || urgent.rowOf(two) == "" {
			t.Errorf("urgent ones alone: %s", urgent.text())
		}
		if empty := b.get("/bureau?urgence=routine").sound(); !strings.Contains(empty.text(), "ne répond à ces filtres") {
			t.Errorf("an empty list does not say why: %s", empty.text())
		}
		for _, n := range held.all("a") {
			to, _ := attr(n, "href")
			for _, name := range []string{"Payet", "Hoarau", "2019"} {
				if strings.HasPrefix(to, "/bureau?") && strings.Contains(to, name) {
					t.Errorf("the address %s tells of a patient", to)
				}
			}
		}
		if counts := b.get("/bureau/comptes?urgence=urgent"); counts.Status != 200 || !strings.Contains(counts.Body, `"hand":"1"`) {
			t.Errorf("counts: %d %s", counts.Status, counts.Body)
		}
		if mine := other.get("/bureau?qui=moi").sound(); mine.Status != 200 {
			t.Errorf("mine: %d", mine.Status)
		}
	})
}

// A request is taken from the list, which stays as it was, without JavaScript.
func TestTakeFromList(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b := staff(t, s, "reunion", access.Nurse)
		list := b.get("/bureau?liste=triage&urgence=soon").sound()
		var take string
		for _, n := range list.all("button") {
			if name, _ := attr(n, "name"); name == "take" {
				take, _ = attr(n, "value")
			}
		}
		_, form := list.formTo("/bureau/attribuer")
		taken := b.post("/bureau/prendre", url.Values{"take": {take}, "retour": form["retour"]}).sound()
		if taken.Status != 200 || !strings.Contains(taken.text(), "est à vous") || taken.rowOf(id) != "" || !strings.Contains(taken.Body, "liste=triage") {
			t.Errorf("taken: %d %s", taken.Status, taken.text())
		}
		if again := b.post("/bureau/prendre", url.Values{"take": {take}}).sound(); again.Status != 422 && again.Status != 409 {
			t.Errorf("taken twice from one list: %d", again.Status)
		}
		if row := b.get("/bureau").rowOf(id); !strings.Contains(row, "depuis aujourd’hui") {
			t.Errorf("the row does not say since when it is held: %s", row)
		}
	})
}

// The case is one line of time from the first signs on; a fact is typed with as
// much of its date as is known, struck out with a reason, and never lost.
func TestFactsOnTheLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		file := b.get("/bureau/demandes/" + id).sound()
		bad := b.submit(file, "/avant", url.Values{"about": {"exam"}, "lines": {"31/02/2019 IRM"}, "source": {"letter"}, "origin": {"Dr Inventé"}}).sound()
		if bad.Status != 422 || !strings.Contains(bad.Body, "31/02/2019 IRM") || !strings.Contains(bad.text(), "n’existe pas") {
			t.Errorf("a date that does not exist: %d", bad.Status)
		}
		b.submit(file, "/avant", url.Values{"about": {"onset"}, "lines": {"09/2020 marche instable"}, "source": {"family"}, "origin": {"la mère"}}).sound()
		file = b.submit(file, "/avant", url.Values{"about": {"exam"}, "lines": {"03/2021 IRM normale\n2022 EMG normal"}, "source": {"letter"}, "again": {"yes"}}).sound()
		for _, want := range []string{"mars 2021", "IRM normale", "2022", "déjà fait, ne pas refaire", "septembre 2020", "la famille le dit", "Premiers signes il y a 5 ans et 6 mois", "sans diagnostic"} {
			if !strings.Contains(file.text(), want) {
				t.Errorf("the line does not show %q", want)
			}
		}
		old := b.get("/bureau/demandes/" + id + "?ordre=ancien&voir=before").sound().text()
		if first, last := strings.Index(old, "marche instable"), strings.Index(old, "EMG normal"); first < 0 || last < first || strings.Contains(old, "Demande reçue") {
			t.Errorf("the oldest first, and only what was before: %s", old)
		}
		action, v := file.formTo("/avant/rayer")
		if none := b.post(action, v).sound(); none.Status != 422 {
			t.Errorf("struck out without a reason: %d", none.Status)
		}
		v.Set("strike_why", "autre patient")
		if struck := b.post(action, v).sound(); !strings.Contains(struck.text(), "autre patient") || !strings.Contains(struck.text(), "EMG normal") {
			t.Errorf("struck out: %s", struck.text())
		}
	})
}

// Ask 21: what others did since my last visit stands on top of the file, is marked on
// its line and in the work list; what I did myself does not.
func TestNewsOfAFile(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b, other := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Nurse)
		file := b.get("/bureau/demandes/" + string(id))
		clock := s.db.Now()
		s.db.Now = func() time.Time { return clock.Add(5 * time.Minute) }
		mine := b.submit(file, "/note", url.Values{"kind": {"note"}, "text": {"de moi"}}).sound()
		if strings.Contains(mine.text(), "Depuis votre dernière visite") || strings.Contains(b.get("/bureau").rowOf(id), "Du nouveau") {
			t.Error("what I wrote is new to me")
		}
		s.db.Now = func() time.Time { return clock.Add(10 * time.Minute) }
		other.submit(other.get("/bureau/demandes/"+string(id)), "/note", url.Values{"kind": {"call"}, "text": {"d’une autre"}}).sound()
		if !strings.Contains(b.get("/bureau").Body, "Du nouveau depuis votre dernière visite") {
			t.Error("no mark in the work list")
		}
		s.db.Now = func() time.Time { return clock.Add(15 * time.Minute) }
		if quick := b.get("/bureau/demandes/" + string(id)); quick.Status != 200 {
			t.Fatal(quick.Status)
		}
		// Another visit, with news meanwhile.
		s.db.Now = func() time.Time { return clock.Add(16 * time.Minute) }
		other.submit(other.get("/bureau/demandes/"+string(id)), "/note", url.Values{"kind": {"call"}, "text": {"le soir"}}).sound()
		for _, idle := range []time.Duration{30, 40, 50} { // the session stays awake on the work list
			s.db.Now = func() time.Time { return clock.Add(idle * time.Minute) }
			b.get("/bureau")
		}
		again := b.get("/bureau/demandes/" + string(id)).sound()
		if said := again.text(); !strings.Contains(said, "Depuis votre dernière visite") || !strings.Contains(said, "1 nouveauté") || strings.Count(said, "nouveau ") == 0 {
			t.Errorf("the next visit: %s", said)
		}
		if strings.Contains(b.get("/bureau").Body, "Du nouveau depuis votre dernière visite") {
			t.Error("the mark stays after I looked")
		}
	})
}

// Who knows what is told without a guess: nothing sent is said, what was handed over
// is noted, and what is known of it since is added by itself.
func TestWhoKnowsWhat(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", func(f *request.Fields) {
			f.Who, f.Relation, f.Doctor = request.Family, "parent", "Dr Traitant Inventé"
		}))
		b := staff(t, s, "reunion", access.Nurse)
		file := b.get("/bureau/demandes/" + id).sound()
		if !strings.Contains(file.text(), "Dr Traitant Inventé") || !strings.Contains(file.text(), "rien d’envoyé") {
			t.Errorf("nothing was sent to the médecin traitant: %s", file.text())
		}
		if bad := b.submit(file, "/remise", url.Values{"whom": {"other"}, "what": {"sheet.family"}, "how": {"hand"}}).sound(); bad.Status != 422 || !strings.Contains(bad.text(), "Écrivez le nom") {
			t.Errorf("to someone without a name: %d", bad.Status)
		}
		file = b.submit(file, "/remise", url.Values{"whom": {"doctor"}, "what": {"letter.professional"}, "how": {"post"}}).sound()
		if !strings.Contains(file.text(), "par la poste") {
			t.Errorf("not noted: %s", file.text())
		}
		action, v := file.formTo("/remise/suite")
		v.Set("fact", "received")
		if file = b.post(action, v).sound(); !strings.Contains(file.text(), "Noter : a répondu") || strings.Contains(file.text(), "Noter : reçu") {
			t.Errorf("received, and nothing else: %s", file.text())
		}
	})
}

// Ask 28: the sheet prints on one page, at once, and that it was printed is in the
// file. Who is outside the circle has none.
func TestCaseSheet(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := arrive(t, s, "reunion", nil)
		b, out := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Secretary)
		address := "/bureau/demandes/" + string(id) + "/fiche"
		sheet := b.get(address + "?pour=famille").sound()
		if !strings.Contains(sheet.text(), "Fiche à emporter") || !strings.Contains(sheet.text(), "Payet-Inventé") && !strings.Contains(sheet.text(), "PAYET-INVENTÉ") {
			t.Errorf("the sheet of a family: %s", sheet.text())
		}
		if before := b.get("/bureau/demandes/" + string(id)).text(); strings.Contains(before, "Fiche en mots simples imprimée") {
			t.Error("looked at is not printed")
		}
		printed := b.submit(sheet, "/fiche", nil).sound()
		if printed.Status != 200 || !strings.Contains(printed.text(), "C’est noté") {
			t.Errorf("printed: %d %s", printed.Status, printed.text())
		}
		file := b.get("/bureau/demandes/" + string(id)).sound().text()
		if !strings.Contains(file, "Fiche en mots simples imprimée") || !strings.Contains(file, "imprimée") {
			t.Errorf("the printing is not in the file: %s", file)
		}
		for _, ending := range []string{".pdf", ".odt"} {
			if p := b.get(address + ending); p.Status != 200 || len(p.Body) < 1000 {
				t.Errorf("%s: %d, %d bytes", ending, p.Status, len(p.Body))
			}
		}
		b.submit(b.get("/bureau/demandes/"+string(id)), "/confidentiel", url.Values{"secrecy": {"connue ici"}})
		if walled := out.get(address); strings.Contains(walled.text(), "Fiche de liaison") {
			t.Error("the sheet is shown outside the circle")
		}
	})
}

// Lesson 2: closing is proposed only when nothing is awaited.
func TestClosingIsProposed(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Nurse)
		if file := b.get("/bureau/demandes/" + id).sound(); !strings.Contains(file.Body, "/clore") {
			t.Error("nothing is open, and closing is not proposed")
		}
		nurse, _, _ := askAda(t, s)
		asked := question(t, s).Request
		file := nurse.get("/bureau/demandes/" + string(asked)).sound()
		if strings.Contains(file.Body, "/clore") || !strings.Contains(file.text(), "un avis est attendu de") {
			t.Error("an opinion is awaited, and closing is proposed")
		}
		if known := file.text(); !strings.Contains(known, "pas encore ouvert") {
			t.Errorf("that the question was not opened is not said: %s", known)
		}
		// Ask 13: how many opinions were asked for and came, on the list.
		if row := nurse.get("/bureau?liste=expert").sound().rowOf(asked); !strings.Contains(row, "0 avis sur 1") {
			t.Errorf("the row does not count opinions: %s", row)
		}
	})
}
