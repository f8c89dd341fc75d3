package casefile

import (
	"fmt"
	"strings"
	"testing"

	"phare/internal/document"
	"phare/internal/kin"
	"phare/internal/need"
	"phare/internal/text"
)

// Ask 28: needs and when to call stand on the sheet. The family's, which is left on
// tables, holds no word of another person: no name, number or language of a relative,
// not who picks up, not what was noted, not whom the desk waits for by name.
func TestSheetAround(t *testing.T) {
	const other = "AUTRUI"
	c := told()
	c.People = kin.People{Today: "2026-11-23", Contact: kin.Contact{Language: "shimaoré", Interpreter: "yes", Zone: "Indian/Mayotte"},
		Related: []kin.Related{
			{Kind: kin.Mother, Name: other + " mère", Phone: "0692000001", Told: kin.Everything, Language: other},
			{Kind: kin.Father, Name: other + " père", Phone: "0692000002", Told: kin.Nothing},
			{Kind: kin.Relative, Name: other + " oncle", Phone: "0692000003", Told: kin.Appointments, Until: "2026-01-01"},
		},
		Rules: []kin.Rule{
			{NotBefore: "17:00", Days: "12345", Answers: other + " voisine", Note: other + " note"},
			{Number: "0692000001", NotAfter: "20:00"},
			{Number: "0692 00 00 02", Never: true},
		}}
	task := need.Task{Whom: "office", Who: other + " MDPH", Words: other + " dossier", Since: day(-3), DueAt: day(9)}
	c.Needs = []need.Line{
		{Need: need.Need{Kind: "school", Label: "School", State: "closed", Outcome: need.Met, Words: other, Remark: other}},
		{Need: need.Need{Kind: "mdph", Label: "x", State: "awaiting", Words: other}, Tasks: []need.Task{task}},
		{Need: need.Need{Kind: "own-1", Label: "Répit du samedi", State: "todo"}},
	}
	words := catalog(t)
	read := func(what, lang string) string {
		t.Helper()
		d := Sheet(words, c, what, lang)
		if n := document.Pages(d); n != 1 {
			t.Errorf("%s in %s: %d pages", what, lang, n)
		}
		all := strings.ReplaceAll(strings.ReplaceAll(fmt.Sprint(d.Blocks), "\u202f", " "), "\u00a0", " ")
		for _, missing := range []string{"[sheet.", "[need.", "[kin."} {
			if strings.Contains(all, missing) {
				t.Errorf("%s in %s lacks a sentence: %s", what, lang, all)
			}
		}
		return all
	}
	holds := func(what, all string, wanted ...string) {
		t.Helper()
		for _, w := range wanted {
			if !strings.Contains(all, w) {
				t.Errorf("%s: no %q in %s", what, w, all)
			}
		}
	}
	professional := read(SheetProfessional, "fr")
	holds("for professionals", professional, "Scolarité : une réponse a été trouvée", "Médico-social, MDPH", "attendu de : AUTRUI MDPH, AUTRUI dossier", "Répit du samedi",
		"AUTRUI mère, mère, 0692000001", "on peut tout lui dire", "ne pas appeler avant 17 h", "lundi, mardi", "Interprète nécessaire", "Mayotte")
	for _, no := range []string{"père", "0692000002", "0692 00 00 02", "oncle"} { // told nothing; and no longer
		if strings.Contains(professional, no) {
			t.Errorf("for professionals: %q", no)
		}
	}
	if strings.Index(professional, "Répit du samedi") > strings.Index(professional, "Scolarité :") {
		t.Error("what is open does not stand first")
	}
	family := read(SheetFamily, "fr")
	holds("for a family", family, "Quand nous vous appelons", "ne pas appeler avant 17 h", "une administration", "l’équipe va s’en occuper", "une réponse a été trouvée")
	for _, lang := range text.Langs {
		read(SheetProfessional, lang)
		for _, no := range []string{other, "0692", "20 h", "20:00", "shimaoré"} {
			if all := read(SheetFamily, lang); strings.Contains(all, no) {
				t.Errorf("for a family in %s: %q in %s", lang, no, all)
			}
		}
	}
}
