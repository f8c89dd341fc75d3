package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/instrument"
	"phare/internal/term"
)

// ticks are the marks of the ways to an urgent end that a page asks to tick, by
// their sentences.
func (p page) ticks() map[string]string {
	all := map[string]string{}
	for _, n := range p.all("input") {
		if name, _ := attr(n, "name"); name == "agreed" {
			value, _ := attr(n, "value")
			all[words(n.Parent)] = value
		}
	}
	return all
}

// A way to 15 or 112 that an edit takes away is named by its question and answer,
// must be ticked to save, again after any change, and again to sign.
func TestLossLine(t *testing.T) {
	const said = "J’ai vu que la réponse « La personne hésite » à la question « Y a-t-il un danger maintenant ? » ne mène plus à URGENT « Appeler le 15 ou le 112 tout de suite », mais à « Un médecin a-t-il déjà nommé une maladie rare ? »."
	eachSite(t, func(t *testing.T, s site) {
		nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
		edit := nurse.get("/bureau/arbre/modifier").sound()
		_, v := edit.formTo("/modifier")
		poor := strings.Replace(v.Get("text"), "hésite => appeler-15", "hésite => connue", 1)
		if len(edit.ticks()) != 0 {
			t.Error("ticks, before anything was changed")
		}
		seen := nurse.submit(edit, "/modifier", url.Values{"do": {"preview"}, "text": {poor}}).sound()
		if seen.Status != http.StatusOK || seen.ticks()[oneSpaced(said)] == "" {
			t.Fatalf("the preview does not tell: %d %v", seen.Status, seen.ticks())
		}
		refused := nurse.submit(seen, "/modifier", url.Values{"do": {"save"}, "agreed": nil}).sound()
		if refused.Status != http.StatusUnprocessableEntity || count(t, s.db, "instrument_version") != 0 || !strings.Contains(refused.text(), "Rétablissez-le, ou cochez") {
			t.Fatalf("saved without a tick: %d %s", refused.Status, refused.text())
		}
		mark := refused.ticks()[oneSpaced(said)]
		if to := refused.link("Rétablissez-le"); to != "#f-loss-"+mark {
			t.Errorf("the problem jumps to %s, not to its tick", to)
		}
		other := strings.Replace(poor, "note: Cet", "note: Notre. Cet", 1) // ticked, then typed on
		refused = nurse.submit(refused, "/modifier", url.Values{"do": {"save"}, "agreed": {mark}, "text": {other}}).sound()
		again := refused.ticks()[oneSpaced(said)]
		if refused.Status != http.StatusUnprocessableEntity || again == "" || again == mark || count(t, s.db, "instrument_version") != 0 {
			t.Fatalf("the tick of another text is one: %d", refused.Status)
		}
		draft := nurse.submit(refused, "/modifier", url.Values{"do": {"save"}, "agreed": {again}}).sound()
		if draft.Path != "/bureau/arbre?v=1" {
			t.Fatalf("ticked, at %s: %s", draft.Path, draft.text())
		}
		review := doctor.get("/bureau/arbre/signer").sound()
		mark = review.ticks()[oneSpaced(said)]
		if mark == "" || !strings.Contains(review.text(), "La réponse « La personne hésite » menait à « Appeler le 15") {
			t.Fatalf("the page of signing does not tell: %s", review.text())
		}
		refused = doctor.submit(review, "/signer", url.Values{"agreed": nil}).sound()
		if refused.Status != http.StatusUnprocessableEntity || count(t, s.db, "instrument_version WHERE signer <> ''") != 0 || refused.ticks()[oneSpaced(said)] == "" {
			t.Fatalf("signed without a tick: %d %s", refused.Status, refused.text())
		}
		// The nurse saves once more while the physician reads: nothing is signed unseen.
		late := nurse.get("/bureau/arbre/modifier").sound()
		_, v = late.formTo("/modifier")
		for m := range late.ticks() {
			if m != oneSpaced(said) {
				t.Errorf("asks for %q", m)
			}
		}
		late = nurse.submit(late, "/modifier", url.Values{"do": {"save"}, "text": {v.Get("text") + "\nconseil: Une phrase de plus."}}).sound()
		if late = nurse.submit(late, "/modifier", url.Values{"do": {"save"}, "agreed": {late.ticks()[oneSpaced(said)]}}); late.Path != "/bureau/arbre?v=2" {
			t.Fatalf("at %s: %s", late.Path, late.text())
		}
		if p := doctor.submit(refused, "/signer", url.Values{"agreed": {mark}}); p.Status != http.StatusConflict || count(t, s.db, "instrument_version WHERE signer <> ''") != 0 {
			t.Errorf("a text is signed that nobody read: %d", p.Status)
		}
		review = doctor.get("/bureau/arbre/signer").sound()
		signed := doctor.submit(review, "/signer", url.Values{"agreed": {review.ticks()[oneSpaced(said)]}}).sound()
		if !strings.Contains(signed.text(), "Version 2, signée par") {
			t.Errorf("signed: %s", signed.text())
		}
		if p := doctor.get("/bureau/arbre/signer").sound(); !strings.Contains(p.text(), "rien à signer") {
			t.Errorf("again: %s", p.text())
		}
	})
}

// oneSpaced is a sentence as words shows it.
func oneSpaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// A text with faults quotes each faulty line with its number, the list of problems
// jumps there, and it is kept where the person asks for it: found again, shown as
// such, neither walked nor drawn nor signed.
func TestUnfinishedLine(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		nurse, doctor := staff(t, s, "reunion", access.Nurse), staff(t, s, "reunion", access.Physician)
		edit := nurse.get("/bureau/arbre/modifier").sound()
		if strings.Contains(edit.Body, `value="keep"`) {
			t.Error("a text without faults can be kept as one to correct")
		}
		_, v := edit.formTo("/modifier")
		broken := strings.Replace(v.Get("text"), "réponse: Oui, le diagnostic est posé => besoin", "reponce: Oui, le diagnostic est posé => besoin", 1)
		at := strings.Count(broken[:strings.Index(broken, "reponce")], "\n") + 1
		p := nurse.submit(edit, "/modifier", url.Values{"do": {"save"}, "text": {"\r\n\r\n" + broken + "\r\n"}}).sound()
		place := p.link("n’est pas compris")
		found := false
		for _, n := range p.class("line") {
			if id, _ := attr(n, "id"); "#"+id == place {
				found = strings.Contains(words(n), "reponce: Oui") && strings.Contains(words(n), "n’est pas compris")
			}
		}
		if p.Status != http.StatusUnprocessableEntity || place != "#f-line-"+strconv.Itoa(at) || !found {
			t.Fatalf("line %d: the problem jumps to %s, found %v", at, place, found)
		}
		kept := nurse.submit(p, "/modifier", url.Values{"do": {"keep"}}).sound()
		if kept.Path != "/bureau/arbre?v=1" || !strings.Contains(kept.text(), "À corriger") || len(kept.all("svg")) != 0 || !strings.Contains(kept.text(), "reponce: Oui") {
			t.Fatalf("kept, at %s: %s", kept.Path, kept.text())
		}
		for _, path := range []string{"/bureau/arbre", "/bureau/arbre/versions"} {
			if p := nurse.get(path).sound(); !strings.Contains(strings.ToLower(p.text()), "à corriger") {
				t.Errorf("%s does not find it again: %s", path, p.text())
			}
		}
		if p := nurse.get("/bureau/arbre/parcours?v=1").sound(); strings.Contains(p.text(), "brouillon") || p.buttons("p")["Oui"] == "" || !strings.Contains(p.Body, `name="v" value="0"`) {
			t.Errorf("it is walked: %s", p.text())
		}
		if p := doctor.get("/bureau/arbre/signer").sound(); !strings.Contains(p.text(), "ne peut pas être signé") || strings.Contains(p.Body, `name="print"`) {
			t.Errorf("it can be signed: %s", p.text())
		}
		p = nurse.get(kept.link("Corriger ce brouillon")).sound()
		if _, v := p.formTo("/modifier"); !strings.Contains(v.Get("text"), "reponce") || len(p.class("line")) == 0 || p.link("n’est pas compris") != place {
			t.Errorf("taken up again, its line is not told: %s", p.text())
		}
		_, v = p.formTo("/modifier")
		p = nurse.submit(p, "/modifier", url.Values{"do": {"save"}, "text": {strings.Replace(v.Get("text"), "reponce", "réponse", 1)}}).sound()
		if strings.Contains(p.text(), "À corriger") || p.Path != "/bureau/arbre?v=2" {
			t.Errorf("mended, at %s: %s", p.Path, p.text())
		}
		// A sheet too: not on paper, and marked in the list.
		edit = nurse.get("/bureau/recueil/g2m/modifier")
		nurse.submit(edit, "/modifier", url.Values{"do": {"keep"}, "text": {"fiche: G2M — essai"}}).sound()
		for _, ending := range []string{"pdf", "odt"} {
			if p := nurse.get("/bureau/recueil/g2m/fiche." + ending + "?v=1"); p.Status != http.StatusNotFound {
				t.Errorf("%s of a sheet with faults: %d", ending, p.Status)
			}
		}
		if n := strings.Count(nurse.get("/bureau/recueil").text(), "À corriger"); n != 1 {
			t.Errorf("the list marks %d sheets", n)
		}
	})
}

// Once signed, neither the tree's sources, its picture, a walk, a sheet nor its
// paper say that they are still to be validated.
func TestSignedIsValidated(t *testing.T) {
	s := oneSite(t)
	doctor := staff(t, s, "reunion", access.Physician)
	for _, at := range []string{"/bureau/arbre", "/bureau/recueil/orkid"} {
		if before := doctor.get(at).sound(); !strings.Contains(before.text(), "à valider") {
			t.Errorf("%s does not say that nobody signed it", at)
		}
		review := doctor.get(doctor.get(at).link("Relire et signer")).sound()
		if !strings.Contains(review.text(), "Une fois signé, il ne dira plus") || len(review.class("whole")) != 1 || !strings.Contains(review.text(), "connaissance médicale générale") {
			t.Errorf("%s: the whole text is not there to read: %s", at, review.text())
		}
		doctor.submit(review, "/signer", nil)
	}
	for _, at := range []string{"/bureau/arbre", "/bureau/arbre/modifier", "/bureau/arbre/parcours", "/bureau/arbre/parcours?p=danger.1", "/bureau/recueil/orkid", "/bureau/recueil/orkid/modifier"} {
		if p := doctor.get(at).sound(); strings.Contains(p.Body, "à valider") || strings.Contains(p.Body, "À valider") {
			t.Errorf("%s still says that it is to be validated", at)
		}
	}
	paper := unpacked("application/pdf", []byte(doctor.get("/bureau/recueil/orkid/fiche.pdf").Body))
	if bytes.Contains(paper, wide("à valider")) || !bytes.Contains(paper, wide("connaissance médicale")) {
		t.Error("its paper still says that it is to be validated")
	}
}

// Networks stand in the order of a French list wherever one chooses among them.
func TestNetworksInOrder(t *testing.T) {
	eachKnowing(t, false, func(t *testing.T, s site) {
		id := string(arrive(t, s, "reunion", nil))
		p := staff(t, s, "reunion", access.Nurse).get("/bureau/demandes/" + id + "/orientation").sound()
		var names []string
		for _, n := range p.all("option") {
			if of, _ := attr(n.Parent, "name"); of == "network" && words(n) != "—" {
				names = append(names, words(n))
			}
		}
		if len(names) != 23 || !slices.IsSortedFunc(names, term.CompareNames) || slices.Index(names, "DéfiScience") > slices.Index(names, "FAI²R") || slices.Index(names, "MaRIH") > slices.Index(names, "MHEMO") {
			t.Errorf("the menu: %v", names)
		}
	})
	var listed []string
	for _, n := range instrument.Networks() {
		listed = append(listed, n.Name)
	}
	if len(listed) != 23 || !slices.IsSortedFunc(listed, term.CompareNames) {
		t.Errorf("the sheets: %v", listed)
	}
}

// Who may switch the module finds it from every page of the desk.
func TestModuleInMenu(t *testing.T) {
	s := oneSite(t)
	for role, want := range map[access.Role]bool{access.Physician: true, access.Admin: true, access.Nurse: false, access.Secretary: false, access.Director: false} {
		if got := strings.Contains(staff(t, s, "reunion", role).get("/bureau/arbre").Body, `href="/bureau/module"`); got != want {
			t.Errorf("%s finds the module: %v", role, got)
		}
	}
}
