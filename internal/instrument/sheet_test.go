package instrument

import (
	"reflect"
	"strings"
	"testing"

	"phare/internal/document"
)

const goodSheet = `fiche: ESSAI — maladies d’essai
résumé: Une phrase.

signes urgents:
- ne pas attendre

signes forts:
- un signe [HP:0003701]
– un autre

questions:
- Depuis quand ?

appeler:
- la plateforme`

func TestSheetChecks(t *testing.T) {
	words := catalog(t)
	swap := func(old, new string) string { return strings.Replace(goodSheet, old, new, 1) }
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"good":            {goodSheet, nil},
		"as typed":        {swap("signes forts:", "Signes  forts :"), nil},
		"no-break spaces": {swap("appeler:", "appeler\u202f:"), nil},
		"empty":           {"", []string{"0 sheet.strong", "0 sheet.questions", "0 sheet.call", "1 sheet.title"}},
		"no title":        {swap("fiche: ESSAI — maladies d’essai\n", ""), []string{"1 sheet.title"}},
		"title twice":     {goodSheet + "\nfiche: autre", []string{"16 twice"}},
		"title unsaid":    {swap("fiche: ESSAI — maladies d’essai", "fiche:"), []string{"1 notext"}},
		"unknown part":    {swap("questions:", "interrogatoire:"), []string{"11 sheet.line"}},
		"no dash":         {swap("- Depuis quand ?", "Depuis quand ?"), []string{"12 sheet.line"}},
		"before any part": {"- rien\n" + goodSheet, []string{"1 sheet.early"}},
		"part twice":      {goodSheet + "\nquestions:\n- encore ?", []string{"16 twice"}},
		"on its line":     {swap("questions:\n", "questions: Depuis quand ?\n"), []string{"11 sheet.sameline"}},
		"nobody to call":  {swap("\n\nappeler:\n- la plateforme", ""), []string{"0 sheet.call"}},
		"empty part":      {swap("\n- Depuis quand ?", ""), []string{"0 sheet.questions"}},
		"thirteen lines":  {goodSheet + strings.Repeat("\n- encore", 12), []string{"27 sheet.items"}},
		"two pages":       {goodSheet + strings.Repeat("\n- "+strings.Repeat("des mots nombreux ", 17), 11), []string{"0 sheet.page"}},
	} {
		_, all := ParseSheet(tt.text)
		if got := keys(all); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		told(t, words, name, all)
	}
	s, _ := ParseSheet(goodSheet)
	if s.Title != "ESSAI — maladies d’essai" || !reflect.DeepEqual(s.Items[SectionStrong], []string{"un signe [HP:0003701]", "un autre"}) {
		t.Errorf("read %+v", s)
	}
	var order []string
	for _, x := range s.Sections() {
		order = append(order, x.Name)
	}
	if !reflect.DeepEqual(order, []string{SectionUrgent, SectionStrong, SectionQuestions, SectionCall}) {
		t.Errorf("sections %q", order)
	}
}

// The paper has all that the sheet says, whom to call, and who stands for it.
func TestSheetDocument(t *testing.T) {
	s := ReadSheet(goodSheet)
	d := s.Document(Page{Words: catalog(t), Lang: "fr", Desk: "Plateforme d’essai", Phone: "0262 00 00 01", Teams: []string{"Centre d’essai · Ville"}, Status: "non signé"})
	signed := s.Document(Page{Words: catalog(t), Lang: "fr", Status: "signée par X", Signed: true})
	if d.Blocks[1].Kind != document.Note || d.Blocks[1].Text != "non signé" || signed.Blocks[1].Kind == document.Note {
		t.Error("only an unsigned sheet says so at its head")
	}
	all := d.Footer
	for _, b := range d.Blocks {
		all += "\n" + b.Text
		for _, r := range b.Rows {
			all += "\n" + strings.Join(r, "\n")
		}
	}
	for _, want := range []string{"ESSAI", "Une phrase.", "ne pas attendre", "un signe [HP:0003701]", "Depuis quand", "Plateforme d’essai", "0262 00 00 01", "Centre d’essai · Ville", "non signé", "15 ou 112", "Signes forts"} {
		if !strings.Contains(all, want) {
			t.Errorf("the paper lacks %q", want)
		}
	}
	if n := document.Pages(d); n != 1 {
		t.Errorf("%d pages", n)
	}
}

// FuzzSheet: no text breaks the reader, and a sheet that is accepted has what a
// person on the telephone needs.
func FuzzSheet(f *testing.F) {
	f.Add(goodSheet)
	f.Add("fiche:\n- \nquestions: x")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 4000 { // laying a page out is slow
			return
		}
		sheet, all := ParseSheet(s)
		for _, c := range all {
			if c.Line < 0 || c.Line > strings.Count(s, "\n")+1 {
				t.Errorf("%s at line %d", c.Key, c.Line)
			}
		}
		if len(Refusals(all)) == 0 && (sheet.Title == "" || len(sheet.Items[SectionCall]) == 0) {
			t.Errorf("accepted %+v", sheet)
		}
	})
}
