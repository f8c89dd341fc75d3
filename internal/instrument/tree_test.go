package instrument

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare/internal/text"
)

func catalog(t testing.TB) *text.Catalog {
	t.Helper()
	words, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// keys are the complaints as "line key", warnings with a star.
func keys(all []Complaint) (some []string) {
	for _, c := range all {
		s := fmt.Sprintf("%d %s", c.Line, strings.TrimPrefix(c.Key, "instrument.check."))
		if c.Warning {
			s += "*"
		}
		some = append(some, s)
	}
	return some
}

// two networks are enough to know and to miss.
var two = []Network{{"filnemus", "FILNEMUS"}, {"g2m", "G2M"}}

const good = `arbre: Essai
question a: Premier ?
aide: à lire
réponse: Oui => fin
réponse: Non => b
question b: Second ?
réponse: Oui => fin
réponse: Non => rien
issue fin: Voir la filière
urgence: rapide
filières: filnemus, g2m
évoquer: oui
issue rien: Revoir
conseil: Rappeler.`

// chain is a tree whose longest way has n questions.
func chain(n int) string {
	var b strings.Builder
	b.WriteString("arbre: Essai\n")
	for i := range n {
		to := fmt.Sprintf("q%d", i+2)
		if i == n-1 {
			to = "fin"
		}
		fmt.Fprintf(&b, "question q%d: Question %d\nréponse: Oui => %s\nréponse: Non => fin\n", i+1, i+1, to)
	}
	return b.String() + "issue fin: Fin\nfilières: filnemus g2m\n"
}

// Each kind of fault is found, at its line, and told in both languages.
func TestTreeChecks(t *testing.T) {
	words := catalog(t)
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the good tree has no %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"good":                {good, nil},
		"empty":               {"", []string{"1 tree.title", "1 tree.start"}},
		"comments only":       {"# rien\n\n", []string{"1 tree.title", "1 tree.start"}},
		"no title":            {swap("arbre: Essai\n", ""), []string{"1 tree.title"}},
		"two titles":          {good + "\narbre: Autre", []string{"15 twice"}},
		"empty title":         {swap("arbre: Essai", "arbre:"), []string{"1 notext"}},
		"not a keyword":       {swap("aide: à lire", "aidez : moi"), []string{"3 tree.line"}},
		"no colon":            {swap("aide: à lire", "à lire"), []string{"3 tree.line"}},
		"starts with outcome": {"arbre: x\nissue fin: Fin\nconseil: x\n" + good[len("arbre: Essai\n"):], []string{"11 tree.sameid"}},
		"only an outcome":     {"arbre: x\nissue fin: Fin\nconseil: x", []string{"2 tree.start"}},
		"no id":               {swap("question b:", "question:"), []string{"6 tree.id"}},
		"id with accent":      {swap("question b:", "question dé:"), []string{"6 tree.id"}},
		"id in two words":     {swap("question b:", "question b c:"), []string{"6 tree.id"}},
		"id too long":         {swap("question b:", "question "+strings.Repeat("b", 41)+":"), []string{"6 tree.id"}},
		"id twice":            {swap("question b:", "question a:"), []string{"6 tree.sameid"}},
		"question unsaid":     {swap("Second ?", ""), []string{"6 notext"}},
		"outcome unsaid":      {swap("issue rien: Revoir", "issue rien:"), []string{"13 notext"}},
		"answer unsaid":       {swap("réponse: Oui => fin", "réponse: => fin"), []string{"4 notext"}},
		"no arrow":            {swap("réponse: Oui => fin", "réponse: Oui"), []string{"4 tree.arrow"}},
		"arrow to nothing":    {swap("réponse: Oui => fin", "réponse: Oui =>"), []string{"4 tree.arrow"}},
		"answer of nobody":    {"réponse: Oui => a\n" + good, []string{"1 tree.notquestion"}},
		"answer of outcome":   {good + "\nréponse: Oui => a", []string{"15 tree.notquestion"}},
		"advice of question":  {swap("aide: à lire", "conseil: à dire"), []string{"3 tree.notoutcome"}},
		"urgency":             {swap("urgence: rapide", "urgence: vite"), []string{"10 tree.urgency"}},
		"evoke":               {swap("évoquer: oui", "évoquer: peut-être"), []string{"12 tree.evoke"}},
		"unknown network":     {swap("filnemus, g2m", "filnemuss, g2m"), []string{"11 tree.network"}},
		"network unreached":   {swap("filnemus, g2m", "g2m"), []string{"0 tree.networks*"}},
		"empty outcome":       {swap("conseil: Rappeler.", ""), []string{"13 tree.empty"}},
		"unknown target":      {swap("Non => rien", "Non => riens"), []string{"8 tree.target", "13 tree.unreachable"}},
		"dead end":            {swap("réponse: Oui => fin\nréponse: Non => rien\n", ""), []string{"6 tree.deadend", "11 tree.unreachable"}},
		"one answer":          {swap("réponse: Oui => fin\nréponse: Non => rien\n", "réponse: Oui => rien\n"), []string{"6 tree.oneanswer"}},
		"answer twice":        {swap("Non => rien", "Oui => rien"), []string{"8 twice"}},
		"loop":                {swap("Oui => fin\nréponse: Non => rien", "Oui => a\nréponse: Non => rien"), []string{"7 tree.loop"}},
		"loop on itself":      {swap("Non => rien", "Non => b"), []string{"8 tree.loop", "13 tree.unreachable"}},
		"unreachable":         {good + "\nissue seule: Personne\nconseil: x", []string{"15 tree.unreachable"}},
		"a lost part":         {good + "\nquestion c: Et ?\nréponse: Oui => seule\nréponse: Non => fin\nissue seule: Personne\nconseil: x", []string{"15 tree.unreachable"}},
		"a lost circle":       {good + "\nquestion c: Et ?\nréponse: Oui => d\nréponse: Non => fin\nquestion d: Ou ?\nréponse: Oui => c\nréponse: Non => fin", []string{"15 tree.unreachable"}},
		"twelve steps":        {chain(12), nil},
		"thirteen steps":      {chain(13), []string{"38 tree.steps"}},
		"ten answers":         {swap("réponse: Non => b", strings.Repeat("réponse: x => fin\n", 9)), []string{"13 tree.answers"}},
		"long line":           {swap("à lire", strings.Repeat("é", 320)), []string{"3 longline"}},
		"long text":           {strings.Repeat("# "+strings.Repeat("x", 98)+"\n", 601), []string{"0 toolong"}},
	} {
		_, all := ParseTree(tt.text, two)
		if got := keys(all); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
		told(t, words, name, all)
	}
}

// told holds that complaints have a sentence in both languages with all its
// placeholders filled.
func told(t *testing.T, words *text.Catalog, name string, all []Complaint) {
	t.Helper()
	for _, c := range all {
		for _, lang := range text.Langs {
			s := words.Get(lang, c.Key, c.Args)
			if strings.HasPrefix(s, "[") || strings.Contains(s, "<no value>") {
				t.Errorf("%s: %s says %q", name, c.Key, s)
			}
			if c.Line > 0 && !strings.HasSuffix(c.Key, ".title") && !strings.HasSuffix(c.Key, ".start") && !strings.Contains(s, fmt.Sprint(c.Line)) {
				t.Errorf("%s: %q does not name line %d", name, s, c.Line)
			}
		}
	}
}

// A line can be written as people write it: with other arrows, accents left
// out, no-break spaces before the colon.
func TestTreeIsReadAsTyped(t *testing.T) {
	want, all := ParseTree(good, two)
	if all != nil {
		t.Fatal(keys(all))
	}
	for _, r := range [][2]string{{"=>", "->"}, {"=>", "→"}, {"réponse:", "Reponse :"}, {"réponse:", "RÉPONSE\u202f:"}, {"filières", "filieres"}, {"évoquer", "evoquer"}, {"\n", "\r\n"}, {"question a", "question  a"}} {
		got, all := ParseTree(strings.ReplaceAll(good, r[0], r[1]), two)
		if all != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("with %q: %v, %+v", r[1], keys(all), got)
		}
	}
	if a := want.Nodes[0].Answers[0]; a.Text != "Oui" || a.Target != "fin" || a.Line != 4 {
		t.Errorf("the first answer is %+v", a)
	}
	o := want.Nodes[2].Outcome
	if o.Urgency != Soon || !o.Evoke || !slices.Equal(o.Networks, []string{"filnemus", "g2m"}) || want.Nodes[3].Outcome.Urgency != Routine {
		t.Errorf("the outcome is %+v", o)
	}
}

func TestWalk(t *testing.T) {
	tree, _ := ParseTree(good, two)
	for words, want := range map[string]string{
		"": "a", "a.1": "fin", "a.2": "b", "a.2 b.2": "rien",
		"a.3": "none", "b.1": "none", "a.1 fin.1": "none", "a.2 a.1": "none", "a.0": "none", "a": "none", "a.x": "none", "A.1": "none", "a.1.1": "none",
		strings.Repeat("a.1 ", 13): "none",
	} {
		got := "none"
		if steps, err := ParseSteps(strings.Fields(words)); err == nil {
			if taken, at, err := tree.Walk(steps); err == nil {
				got = at.ID
				if len(taken) != len(steps) {
					t.Errorf("%q: %d steps taken", words, len(taken))
				}
			}
		}
		if got != want {
			t.Errorf("%q leads to %s, want %s", words, got, want)
		}
	}
	taken, _, err := tree.Walk([]Step{{"a", 2}, {"b", 1}})
	if err != nil || !reflect.DeepEqual(taken, []Taken{{"a", "Premier ?", "Non"}, {"b", "Second ?", "Oui"}}) {
		t.Errorf("taken %v, %v", taken, err)
	}
}

// The list unfolds every node once, and names it where it comes again.
func TestOutline(t *testing.T) {
	tree, _ := ParseTree(good, two)
	var b strings.Builder
	var write func(x Branch)
	write = func(x Branch) {
		b.WriteString(x.ID)
		if x.Again {
			b.WriteString("*")
		}
		for _, w := range x.Ways {
			b.WriteString("(" + w.Answer + " ")
			write(w.To)
			b.WriteString(")")
		}
	}
	write(tree.Outline())
	if got, want := b.String(), "a(Oui fin)(Non b(Oui fin*)(Non rien))"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// FuzzTree: no text breaks the reader; complaints name lines that exist; a tree
// that is accepted ends, from everywhere, and its picture shows every question
// once without two boxes meeting.
func FuzzTree(f *testing.F) {
	f.Add(good)
	f.Add(chain(13))
	f.Add(Starter(TreeRef()).Text)
	f.Add("arbre: x\nquestion a: b\nréponse: c => a\nréponse: d => a")
	f.Add("question : \n=>\n- \n:::\n\u202f:\u202f")
	f.Fuzz(func(t *testing.T, s string) {
		losses, differences := Losses(TreeRef(), s, s), Compare(TreeRef(), s, s)
		Losses(TreeRef(), guarded, s)
		Losses(TreeRef(), s, guarded)
		Compare(TreeRef(), guarded, s)
		tree, all := ParseTree(s, two)
		for _, c := range all {
			if c.Line < 0 || c.Line > strings.Count(s, "\n")+1 {
				t.Errorf("%s at line %d of %d", c.Key, c.Line, strings.Count(s, "\n")+1)
			}
		}
		if len(Refusals(all)) > 0 {
			return
		}
		if losses != nil || differences != nil {
			t.Errorf("a text differs from itself: %v %v", losses, differences)
		}
		ends(t, tree, tree.Nodes[0], 0, map[string]int{})
		drawn(t, tree)
	})
}

// ends walks every node once per depth at most.
func ends(t *testing.T, tree Tree, n Node, depth int, seen map[string]int) {
	t.Helper()
	if depth > mostSteps {
		t.Fatalf("%s comes after %d questions", n.ID, depth)
	}
	if at, ok := seen[n.ID]; ok && at >= depth {
		return
	}
	seen[n.ID] = depth
	if n.Outcome == nil && len(n.Answers) < 2 {
		t.Errorf("no way out of %s", n.ID)
	}
	for _, a := range n.Answers {
		to, ok := tree.Node(a.Target)
		if !ok {
			t.Fatalf("%s leads to %s, which is not there", n.ID, a.Target)
		}
		ends(t, tree, to, depth+1, seen)
	}
}
