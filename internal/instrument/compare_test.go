package instrument

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare/internal/text"
)

// differences are what Compare tells, as "what about name! key words".
func differences(all []Difference) (some []string) {
	for _, d := range all {
		urgent := ""
		if d.Urgent {
			urgent = "!"
		}
		for _, p := range d.Points {
			s := fmt.Sprintf("%s %s %s%s", d.What, d.About, d.Name, urgent)
			s = strings.TrimSpace(s) + " | " + strings.TrimPrefix(p.Key, "instrument.diff.")
			for _, name := range []string{"Words", "Now", "From", "To"} {
				if x, ok := p.Args[name]; ok {
					s += " " + x.(string) + ";"
				}
			}
			some = append(some, s)
		}
	}
	return some
}

func compared(t *testing.T, words *text.Catalog, name string, all []Difference, want []string) {
	t.Helper()
	if got := differences(all); !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", name, got, want)
	}
	for _, d := range all {
		for _, p := range d.Points {
			for _, lang := range text.Langs {
				if s := words.Get(lang, p.Key, p.Args); strings.HasPrefix(s, "[") || strings.Contains(s, "<no value>") {
					t.Errorf("%s: %s says %q", name, p.Key, s)
				}
			}
		}
	}
}

// Each kind of change is told once, of its question or end; nothing is told of
// comments, blanks and names.
func TestCompareTrees(t *testing.T) {
	words := catalog(t)
	for name, tt := range map[string]struct {
		pairs []string
		want  []string
	}{
		"nothing":             {nil, nil},
		"a remark":            {[]string{"arbre: Essai", "# rien\n\narbre:   Essai"}, nil},
		"a name":              {[]string{"question bebe", "question nourrisson", "=> bebe", "=> nourrisson"}, nil},
		"the head":            {[]string{"arbre: Essai", "arbre: Autre\nsource: ici\nnote: là"}, []string{"changed head | title.changed Essai; Autre;", "changed head | source.added ici;", "changed head | note.added là;"}},
		"words of a question": {[]string{"Qui est concerné ?", "Qui est malade ?"}, []string{"changed question Qui est concerné ? | words Qui est concerné ?; Qui est malade ?;"}},
		"a help":              {[]string{"maintenant ?\n", "maintenant ?\naide: saigne\n"}, []string{"changed question Y a-t-il un danger maintenant ?! | help.added saigne;"}},
		"an answer elsewhere": {[]string{"hésite => appeler", "hésite => qui"}, []string{"changed question Y a-t-il un danger maintenant ?! | answer.moved La personne hésite; Appeler tout de suite; Qui est concerné ?;"}},
		"the order":           {[]string{"réponse: Un bébé => bebe\nréponse: Un adulte => revoir", "réponse: Un adulte => revoir\nréponse: Un bébé => bebe"}, []string{"changed question Qui est concerné ? | answer.order"}},
		"other words of an answer": {[]string{"Un adulte =>", "Un grand =>"}, []string{
			"changed question Qui est concerné ? | answer.removed Un adulte; Revoir;", "changed question Qui est concerné ? | answer.added Un grand; Revoir;"}},
		"a question more": {[]string{"Un adulte => revoir", "Un adulte => age", "question bebe", "question age: Quel âge ?\nréponse: 20 => revoir\nréponse: 60 => appeler\nquestion bebe"}, []string{
			"changed question Qui est concerné ? | answer.moved Un adulte; Revoir; Quel âge ?;",
			"added question Quel âge ?! | answer.added 20; Revoir;", "added question Quel âge ?! | answer.added 60; Appeler tout de suite;"}},
		"an end less": {[]string{"Malaise => malaise", "Malaise => jaune", "issue malaise: Avis tout de suite\nurgence: immédiate\nconseil: Par le 15.\n", ""}, []string{
			"changed question Qu’est-ce qui inquiète ?! | answer.moved Malaise; Avis tout de suite; Hôpital le jour même;",
			"removed outcome Avis tout de suite! | urgency.routine", "removed outcome Avis tout de suite! | advice.removed Par le 15.;"}},
		"an end": {[]string{"issue revoir: Revoir\nfilières: filnemus, g2m\nconseil: Rappeler.", "issue revoir: Revoir bientôt\nurgence: rapide\nfilières: g2m, orkid\névoquer: oui\norienter: le médecin\nconseil: Écrire."}, []string{
			"changed outcome Revoir | words Revoir; Revoir bientôt;", "changed outcome Revoir | urgency.soon", "changed outcome Revoir | evoke.added", "changed outcome Revoir | network.added ORKiD;",
			"changed outcome Revoir | network.removed FILNEMUS;", "changed outcome Revoir | refer.added le médecin;", "changed outcome Revoir | advice.added Écrire.;", "changed outcome Revoir | advice.removed Rappeler.;"}},
		"no urgency": {[]string{"issue jaune: Hôpital le jour même\nurgence: immédiate", "issue jaune: Hôpital le jour même"}, []string{"changed outcome Hôpital le jour même! | urgency.routine"}},
	} {
		edited := guarded
		for i := 0; i < len(tt.pairs); i += 2 {
			if !strings.Contains(edited, tt.pairs[i]) {
				t.Fatalf("%s: no %q", name, tt.pairs[i])
			}
			edited = strings.ReplaceAll(edited, tt.pairs[i], tt.pairs[i+1])
		}
		if _, all := ParseTree(edited, Networks()); len(Refusals(all)) > 0 {
			t.Fatalf("%s: %v", name, keys(all))
		}
		compared(t, words, name, Compare(TreeRef(), guarded, edited), tt.want)
	}
	// Another first question, the other ones being as they were.
	head, _, _ := strings.Cut(guarded, "question danger")
	moved := head + guarded[strings.Index(guarded, "question qui"):strings.Index(guarded, "question bebe")]
	if d := Compare(TreeRef(), guarded, moved); len(d) == 0 || !slices.Contains(differences(d), "changed head | start Y a-t-il un danger maintenant ?; Qui est concerné ?;") {
		t.Errorf("another first question: %q", differences(d))
	}
}

// A line that is new, gone or in another part of a sheet is told under its part.
func TestCompareSheets(t *testing.T) {
	const sheet = "fiche: X — y\nrésumé: r\nsignes urgents:\n- appeler le 15\nsignes forts:\n- un\n- deux\nsignes possibles:\n- trois\nquestions:\n- q ?\nappeler:\n- a"
	ref := SheetRef("g2m")
	edited := strings.NewReplacer("résumé: r", "résumé: s", "- un\n", "", "- trois", "- trois\n- deux\n- quatre", "- deux\nsignes", "signes", "- appeler le 15\n", "").Replace(sheet)
	compared(t, catalog(t), "a sheet", Compare(ref, sheet, edited), []string{
		"changed head | summary.changed r; s;", "changed urgent ! | item.removed appeler le 15;", "changed strong | item.removed un;",
		"changed possible | item.moved deux; strong;", "changed possible | item.added quatre;"})
	compared(t, catalog(t), "the same", Compare(ref, sheet, "# rien\n"+sheet), nil)
}
