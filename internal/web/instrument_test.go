package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"phare/internal/access"
	"phare/internal/instrument"
)

// buttons are the values of the buttons called name, by their words.
func (p page) buttons(name string) map[string]string {
	all := map[string]string{}
	for _, n := range p.all("button") {
		if is, _ := attr(n, "name"); is == name {
			value, _ := attr(n, "value")
			all[words(n)] = value
		}
	}
	return all
}

// answer presses the button of one answer on a walk, as a browser does: with
// what the form holds.
func (b *browser) answer(p page, said string) page {
	b.t.Helper()
	step, ok := p.buttons("p")[said]
	if !ok {
		b.t.Fatalf("no answer %q: %s", said, p.text())
	}
	q := url.Values{}
	action := ""
	for _, f := range p.all("form") {
		if m, _ := attr(f, "method"); m != "get" {
			continue
		}
		action, _ = attr(f, "action")
		for x := range f.Descendants() {
			if n, _ := attr(x, "name"); x.Type == html.ElementNode && x.Data == "input" {
				v, _ := attr(x, "value")
				q.Add(n, v)
			}
		}
	}
	q.Add("p", step)
	return b.get(action + "?" + q.Encode())
}

// link is where the link with these words leads.
func (p page) link(said string) string {
	p.t.Helper()
	for _, n := range p.all("a") {
		if strings.Contains(words(n), said) {
			to, _ := attr(n, "href")
			return to
		}
	}
	p.t.Fatalf("%s has no link %q: %s", p.Path, said, p.text())
	return ""
}

// A secretary walks the tree for a request, takes a step back, comes to the
// end and joins it; the file tells the way, once.
func TestWalkLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		b := staff(t, s, "reunion", access.Secretary)
		p := b.get(b.get("/bureau/demandes/" + id).link("Parcourir l’arbre")).sound()
		if !strings.Contains(p.text(), "Payet-Inventé") || !strings.Contains(p.text(), "non signé") {
			t.Errorf("the walk does not say for whom, or that nobody signed: %s", p.text())
		}
		p = b.answer(p, "Non")
		p = b.answer(p, "Non, ou on ne sait pas")
		p = b.answer(p, "Un adulte").sound()
		if strings.Contains(p.Path, "Payet") || strings.Trim(strings.ReplaceAll(p.Path[strings.Index(p.Path, "?"):], "p=", ""), "?&=.v0123456789-abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("the address holds %s", p.Path)
		}
		p = b.get(p.link("Qui est concerné")) // "Changer", beside that question
		if n := len(p.buttons("p")); n != 4 || strings.Contains(p.text(), "Un adulte Changer") {
			t.Errorf("taken back, %d answers: %s", n, p.text())
		}
		p = b.answer(p, "Un bébé de moins d’un an")
		p = b.answer(p, "Il est encore jaune après deux semaines, ou ses selles sont blanches").sound()
		for _, want := range []string{"Bilan à l’hôpital le jour même", "URGENT", "FILFOIE", "pas de diagnostic"} {
			if !strings.Contains(p.text(), want) {
				t.Errorf("the end lacks %q: %s", want, p.text())
			}
		}
		for _, want := range []string{"/annuaire?q=filfoie", "/bureau/recueil/filfoie"} {
			if got := b.get(want); got.Status != http.StatusOK || !strings.Contains(p.Body, want) {
				t.Errorf("the end does not lead to %s: %d", want, got.Status)
			}
		}
		for range 2 { // pressed twice
			p := b.submit(p, "/arbre", nil).sound()
			if p.Path != "/bureau/demandes/"+id+"#walks" && p.Path != "/bureau/demandes/"+id {
				t.Fatalf("joined, at %s: %s", p.Path, p.text())
			}
			if n := strings.Count(p.text(), "Arbre décisionnel joint"); n != 1 || !strings.Contains(p.text(), "Il est encore jaune") || !strings.Contains(p.text(), "non signé") {
				t.Errorf("told %d times: %s", n, p.text())
			}
		}
		nurse := staff(t, s, "reunion", access.Nurse)
		p = nurse.get("/bureau/demandes/" + id + "/orientation").sound()
		if p.buttons("network")["Équipes FILFOIE"] != "filfoie" || !strings.Contains(p.text(), "D’après l’arbre décisionnel Bilan à l’hôpital le jour même") {
			t.Errorf("the tree is not on the page of teams: %s", p.text())
		}
		if p = nurse.submit(p, "/orientation", url.Values{"network": {"filfoie"}}).sound(); !strings.Contains(p.text(), "vous avez choisi cette filière") {
			t.Errorf("the tree does not lead to its teams: %s", p.text())
		}
	})
}

// Without a request, the end is joined by a reference; a wrong one is said, and
// the walk is still there.
func TestWalkByReference(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		theirs := string(arrive(t, s, "guyane", nil))
		b := staff(t, s, "reunion", access.Nurse)
		reference := b.get("/bureau/demandes/" + id).class("ref")[0].FirstChild.Data
		elsewhere := staff(t, s, "guyane", access.Nurse).get("/bureau/demandes/" + theirs).class("ref")[0].FirstChild.Data
		end := b.answer(b.get("/bureau/arbre/parcours"), "Oui").sound()
		for _, typed := range []string{"", "MR-0000-0000", "n’importe", elsewhere} {
			p := b.submit(end, "/joindre", url.Values{"reference": {typed}}).sound()
			if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "Aucune demande de cette plateforme") || !strings.Contains(p.text(), "Appeler le 15") {
				t.Errorf("%q: %d %s", typed, p.Status, p.text())
			}
			if _, v := p.formTo("/joindre"); v.Get("reference") != typed || v.Get("p") != "danger.1" {
				t.Errorf("%q was not kept: %v", typed, v)
			}
		}
		p := b.submit(end, "/joindre", url.Values{"reference": {strings.ToLower(reference)}}).sound()
		for _, want := range []string{"Est-ce bien cette demande", "Payet-Inventé", "12/03/2019", reference, "Appeler le 15"} {
			if !strings.Contains(p.text(), want) {
				t.Errorf("not confirmed with %q: %s", want, p.text())
			}
		}
		if n := count(t, s.db, "instrument_walk"); n != 0 {
			t.Errorf("%d walks are joined before anyone confirmed", n)
		}
		action, v := p.formTo("/joindre")
		if v.Get("confirm") != id {
			t.Fatalf("the first form does not confirm: %v", v)
		}
		v.Set("reference", elsewhere) // another page's confirmation
		if q := b.post(action, v); q.Status != http.StatusUnprocessableEntity || count(t, s.db, "instrument_walk") != 0 {
			t.Errorf("confirmed with another reference: %d", q.Status)
		}
		v.Set("reference", reference)
		v.Set("confirm", theirs)
		if q := b.post(action, v); !strings.Contains(q.text(), "Est-ce bien cette demande") || count(t, s.db, "instrument_walk") != 0 {
			t.Errorf("confirmed for another request: %d", q.Status)
		}
		for range 2 { // pressed twice
			q := b.submit(p, "/joindre", nil).sound()
			if q.Path != "/bureau/demandes/"+id+"/arbre/joint" || !strings.Contains(q.text(), "C’est joint") || !strings.Contains(q.text(), "Payet-Inventé") || count(t, s.db, "instrument_walk") != 1 {
				t.Errorf("at %s: %s", q.Path, q.text())
			}
			if file := b.get(q.link("Ouvrir la demande")); !strings.Contains(file.text(), "Arbre décisionnel joint") {
				t.Errorf("the link leads to %s: %s", file.Path, file.text())
			}
		}
		v = url.Values{"v": {"0"}, "p": {"danger.3"}, "reference": {reference}}
		if q := b.post("/bureau/arbre/joindre", v); strings.Contains(q.text(), "Payet") || q.Status != http.StatusUnprocessableEntity {
			t.Errorf("half a walk tells whose request it is: %d %s", q.Status, q.text())
		}
		for _, q := range []string{"?p=nulle.1", "?p=danger.9", "?p=x", "?v=99&p=danger.3&p=besoin.1", "?v=x&p=Payet"} {
			p := b.get("/bureau/arbre/parcours" + q)
			if p.Status != http.StatusConflict || !strings.Contains(p.text(), "L’arbre a changé") || len(p.buttons("p")) != 3 {
				t.Errorf("%s: %d %s", q, p.Status, p.text())
			}
		}
	})
}

// The nurse edits, a loop is told and what was typed stays; she previews, saves,
// cannot sign; the physician reads the change and signs; the director sees it then.
func TestEditLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, doctor, director := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician), staff(t, s, "reunion", access.Director)
		p := nurse.get(nurse.get("/bureau/arbre").sound().link("Modifier")).sound()
		_, v := p.formTo("/modifier")
		typed := v.Get("text")
		if strings.Contains(p.Body, `value="sign"`) {
			t.Error("a nurse is offered to sign")
		}
		if p := nurse.submit(p, "/modifier", url.Values{"do": {"sign"}, "text": {typed + "\n# signée par une autre"}}); p.Status != http.StatusForbidden || count(t, s.db, "instrument_version") != 0 {
			t.Errorf("a nurse who signs: %d, %d texts kept", p.Status, count(t, s.db, "instrument_version"))
		}
		broken := strings.Replace(typed, "réponse: Oui, le diagnostic est posé => besoin", "réponse: Oui, le diagnostic est posé => danger", 1)
		for _, do := range []string{"save", "preview"} {
			p := nurse.submit(p, "/modifier", url.Values{"do": {do}, "text": {broken}}).sound()
			_, kept := p.formTo("/modifier")
			if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "fait tourner en rond (danger → connue → danger)") || strings.TrimSpace(kept.Get("text")) != broken {
				t.Errorf("%s: %d %s", do, p.Status, p.text())
			}
		}
		better := strings.Replace(typed, "question danger: ", "question danger: Une chose d’abord. ", 1)
		seen := nurse.submit(p, "/modifier", url.Values{"do": {"preview"}, "text": {better}}).sound()
		if seen.Status != http.StatusOK || len(seen.all("svg")) == 0 || strings.Contains(nurse.get("/bureau/arbre").text(), "Une chose d’abord") {
			t.Errorf("preview: %d", seen.Status)
		}
		draft := nurse.submit(seen, "/modifier", url.Values{"do": {"save"}}).sound()
		if draft.Path != "/bureau/arbre?v=1" || !strings.Contains(draft.text(), "Brouillon, version 1") || strings.Contains(draft.Body, "/signer") {
			t.Errorf("saved, at %s: %s", draft.Path, draft.text())
		}
		if try := nurse.get("/bureau/arbre/parcours?v=1&p=danger.1").sound(); !strings.Contains(try.text(), "brouillon") || strings.Contains(try.Body, "/joindre") {
			t.Errorf("a draft's end can be joined: %s", try.text())
		}
		if p := director.get("/bureau/arbre?v=1"); p.Status != http.StatusNotFound || strings.Contains(director.get("/bureau/arbre").sound().text(), "Une chose") {
			t.Errorf("a director sees a draft: %d", p.Status)
		}
		changes := doctor.get("/bureau/arbre/versions").sound()
		if len(changes.all("ins")) != 1 || len(changes.all("del")) != 1 || !strings.Contains(words(changes.all("ins")[0]), "Ajouté : question danger: Une chose d’abord") {
			t.Errorf("changes: %s", changes.text())
		}
		review := doctor.get(doctor.get("/bureau/arbre?v=1").sound().link("Relire et signer")).sound()
		for _, want := range []string{"Modifié Question « Y a-t-il un danger maintenant", "chemin vers URGENT", "se dit maintenant « Une chose d’abord", "que personne n’a signé"} {
			if !strings.Contains(review.text(), want) {
				t.Errorf("the review lacks %q: %s", want, review.text())
			}
		}
		signed := doctor.submit(review, "/signer", nil).sound()
		if !strings.Contains(signed.text(), "Version 1, signée par") || !strings.Contains(director.get("/bureau/arbre").text(), "Une chose d’abord") {
			t.Errorf("signed: %s", signed.text())
		}
		// A colleague saved meanwhile: both texts are there, nothing is lost.
		late := nurse.submit(p, "/modifier", url.Values{"do": {"save"}, "text": {strings.Replace(typed, "note: ", "note: Autre. ", 1)}}).sound()
		if _, kept := late.formTo("/modifier"); late.Status != http.StatusConflict || !strings.Contains(kept.Get("text"), "Autre.") || kept.Get("version") != "1" || !strings.Contains(late.text(), "Une chose d’abord") {
			t.Errorf("conflict: %d %s", late.Status, late.text())
		}
		if p := nurse.get("/bureau/arbre/modifier?v=0"); !strings.Contains(p.Body, "question danger: Y a-t-il") {
			t.Error("an older text cannot be taken up again")
		}
	})
}

// The picture and the list say the same; every page is one of the checker's.
func TestTreePage(t *testing.T) {
	s := oneSite(t)
	b := staff(t, s, "reunion", access.Admin)
	p := b.get("/bureau/arbre").sound()
	p.check()
	list := ""
	for _, n := range p.class("outline") {
		list = words(n)
	}
	drawn := ""
	for _, n := range p.all("svg") {
		drawn += " " + words(n)
	}
	tree, _ := instrument.ParseTree(instrument.Starter(instrument.TreeRef()).Text, instrument.Networks())
	for _, n := range tree.Nodes {
		if !strings.Contains(list, strings.Join(strings.Fields(n.Text), " ")) {
			t.Errorf("the list lacks %q", n.Text)
		}
		if !strings.Contains(drawn, strings.Fields(n.Text)[0]) {
			t.Errorf("the picture lacks %q", n.Text)
		}
	}
	if !strings.Contains(drawn, "non signé") || !strings.Contains(p.text(), "à valider par un médecin") {
		t.Error("the starter does not say on every page that nobody signed it")
	}
}

// The list of sheets, a sheet on the page and on paper, edited and signed.
func TestSheetPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		doctor := staff(t, s, "reunion", access.Physician)
		list := doctor.get("/bureau/recueil").sound()
		if n := strings.Count(list.text(), "À valider par un médecin"); n != 23 {
			t.Errorf("%d sheets to validate", n)
		}
		p := doctor.get("/bureau/recueil/mcgre").sound()
		p.check()
		for _, want := range []string{"Anémie hémolytique", "0262 00 00 01", "à valider par un médecin", "Ne pas attendre"} {
			if !strings.Contains(p.text(), want) {
				t.Errorf("the sheet lacks %q", want)
			}
		}
		for ending, magic := range map[string]string{"pdf": "%PDF-", "odt": "PK"} {
			if f := doctor.get("/bureau/recueil/mcgre/fiche." + ending); !strings.HasPrefix(f.Body, magic) {
				t.Errorf("%s: %.20q", ending, f.Body)
			}
		}
		edit := doctor.get(p.link("Modifier")).sound()
		_, v := edit.formTo("/modifier")
		long := doctor.submit(edit, "/modifier", url.Values{"do": {"save"}, "text": {v.Get("text") + strings.Repeat("\n- "+strings.Repeat("mot ", 75), 10)}}).sound()
		if !strings.Contains(long.text(), "ne tient pas sur une page") {
			t.Errorf("a long sheet: %s", long.text())
		}
		review := doctor.submit(edit, "/modifier", url.Values{"do": {"sign"}, "text": {strings.Replace(v.Get("text"), "appeler:\n", "appeler:\n- La consultation du mardi\n", 1)}}).sound()
		if review.Path != "/bureau/recueil/mcgre/signer" || !strings.Contains(review.text(), "Modifié Qui appeler Ajouté : « La consultation du mardi ».") || count(t, s.db, "instrument_version WHERE signer <> ''") != 0 {
			t.Errorf("nothing to review, at %s: %s", review.Path, review.text())
		}
		p = doctor.submit(review, "/signer", nil).sound()
		if strings.Contains(p.text(), "à valider") {
			t.Errorf("signed, it is still to be validated: %s", p.text())
		}
		if !strings.Contains(p.text(), "Version 1, signée par") || !strings.Contains(p.text(), "La consultation du mardi") {
			t.Errorf("signed: %s", p.text())
		}
		paper := doctor.get("/bureau/recueil/mcgre/fiche.pdf").Body
		if body := unpacked("application/pdf", []byte(paper)); !bytes.Contains(body, wide("consultation du mardi")) {
			t.Error("the paper lacks what was signed")
		}
		if n := strings.Count(doctor.get("/bureau/recueil").text(), "À valider par un médecin"); n != 22 {
			t.Errorf("%d sheets to validate", n)
		}
		if p := doctor.get("/bureau/recueil/xyzzyx"); p.Status != http.StatusNotFound {
			t.Errorf("a network that is not there: %d", p.Status)
		}
	})
}

// In English the pages are in English; the desk's own words say that they are French.
func TestInstrumentsInEnglish(t *testing.T) {
	s := oneSite(t)
	b := staff(t, s, "reunion", access.Physician)
	b.get("/bureau/arbre?lang=en")
	for _, path := range []string{"/bureau/arbre", "/bureau/arbre/parcours", "/bureau/arbre/parcours?p=danger.1", "/bureau/arbre/modifier", "/bureau/arbre/versions", "/bureau/arbre/signer", "/bureau/recueil", "/bureau/recueil/orkid", "/bureau/recueil/orkid/signer"} {
		p := b.get(path).sound()
		for _, french := range []string{"Modifier", "Parcourir", "signé", "Réponses", "Enregistrer", "Filières :"} {
			for n := range p.doc.Descendants() {
				if n.Type == html.TextNode && strings.Contains(n.Data, french) && !inFrench(n) {
					t.Errorf("%s says %q", path, n.Data)
				}
			}
		}
		for _, english := range []string{"Refer to", "Networks:", "Change", "Added:", "Removed:", "see above", "Strong signs", "Not signed", "To be validated"} {
			for n := range p.doc.Descendants() {
				if n.Type == html.TextNode && strings.Contains(n.Data, english) && inFrench(n) {
					t.Errorf("%s reads %q aloud as French", path, n.Data)
				}
			}
		}
	}
}

// inFrench says whether an element around n is marked as French.
func inFrench(n *html.Node) bool {
	for x := range n.Ancestors() {
		if lang, ok := attr(x, "lang"); ok {
			return lang == "fr"
		}
	}
	return false
}
