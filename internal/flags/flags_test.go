package flags

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func table(t *testing.T) Table {
	t.Helper()
	all, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The guide names four clinical pictures and seven situations; each line says
// where it is from, and no medical line passes for verified.
func TestBuiltin(t *testing.T) {
	all := table(t)
	for kind, n := range map[Kind]int{Picture: 4, Situation: 7} {
		if got := len(all.Of(kind)); got != n {
			t.Errorf("%d lines of kind %s, the guide has %d", got, kind, n)
		}
	}
	if len(all.Of(Urgent)) < 10 || len(all.Of(Soon)) < 1 {
		t.Errorf("%d urgent and %d soon", len(all.Of(Urgent)), len(all.Of(Soon)))
	}
	for _, i := range all.Items {
		if alarm := i.Kind == Urgent || i.Kind == Soon; alarm && i.VerifiedOn != "" {
			t.Errorf("%s is marked as verified: by which physician? The page must then say so", i.ID)
		}
		if i.Kind == Urgent && (!strings.Contains(i.DoFR, "15") || !strings.Contains(i.DoEN, "15")) {
			t.Errorf("%s is urgent and does not say to call 15", i.ID)
		}
		for _, s := range []string{i.FR, i.DoFR, i.Source} {
			if strings.ContainsAny(s, "'\"") || strings.Contains(s, " :") || strings.Contains(s, " ;") || strings.Contains(s, " ?") || strings.Contains(s, "« ") {
				t.Errorf("%s: typography of %q", i.ID, s)
			}
		}
	}
}

// small is a table with one line of each kind, and a second alarm.
func small() Table {
	t := Table{Version: "2026-11-23"}
	for _, x := range []struct {
		id   string
		kind Kind
	}{{"p", Picture}, {"s", Situation}, {"d", Soon}, {"u", Urgent}, {"v", Urgent}} {
		t.Items = append(t.Items, Item{ID: x.id, Kind: x.kind, FR: "f", EN: "e", DoFR: "f", DoEN: "e", Source: "s"})
	}
	return t
}

// Each rule, and what stands above it. An answer is one letter for p s d u v:
// y, n, or ? for "I do not know"; a blank is no answer at all.
func TestRules(t *testing.T) {
	tests := []struct {
		name, answers string
		do            Action
		because, also string
		doubt         bool
		open          string
	}{
		{"nothing is there", "nnnnn", None, "", "", false, ""},
		{"an alarm alone", "nnnyn", Call, "u", "", false, ""},
		{"two alarms", "nnnyy", Call, "uv", "", false, ""},
		{"an alarm stands above all else", "yyyny", Call, "v", "psd", false, ""},
		{"an alarm, and nothing else is known", "   y ", Call, "u", "", false, "ps"},
		{"a specialist soon", "nnynn", Phone, "d", "", false, ""},
		{"soon stands above a picture", "ynynn", Phone, "d", "p", false, ""},
		{"soon, and an alarm is not ruled out", "nny?n", Phone, "d", "", true, ""},
		{"a picture", "ynnnn", Ask, "p", "", false, ""},
		{"a situation alone is enough", "nynnn", Ask, "s", "", false, ""},
		{"both", "yynnn", Ask, "ps", "", false, ""},
		{"a picture, and an alarm is not ruled out", "ynn?n", Ask, "p", "", true, ""},
		{"a picture, and no word about the alarms", "yn   ", Ask, "p", "", true, ""},
		{"a situation is not known", "n?nnn", Again, "s", "", false, "s"},
		{"an alarm is not known", "nnnn?", Again, "v", "", true, ""},
		{"soon is not known", "nn?nn", Again, "d", "", true, ""},
		{"nothing is known", "?????", Again, "psduv", "", true, "ps"},
		{"nothing was said", "     ", Again, "psduv", "", true, "ps"},
		{"a word that is no answer is no answer", "xnnnn", Again, "p", "", false, "p"},
	}
	ids := func(all []Item) (s string) {
		for _, i := range all {
			s += i.ID
		}
		return s
	}
	all := small()
	used := map[Action]bool{}
	for _, tt := range tests {
		a := Answers{}
		for n, c := range tt.answers {
			if c != ' ' {
				a[all.Items[n].ID] = map[rune]Answer{'y': Yes, 'n': No, '?': Unknown, 'x': "perhaps"}[c]
			}
		}
		got := Assess(all, a)
		if got.Do != tt.do || ids(got.Because) != tt.because || ids(got.Also) != tt.also || got.Doubt != tt.doubt || ids(got.Open) != tt.open {
			t.Errorf("%s (%s): %s because %s also %s doubt %t open %s", tt.name, tt.answers, got.Do, ids(got.Because), ids(got.Also), got.Doubt, ids(got.Open))
		}
		used[got.Do] = true
	}
	for _, do := range Actions() {
		if !used[do] {
			t.Errorf("no case leads to %s", do)
		}
	}
}

// Saying yes to one more line never makes the outcome less pressing, whatever
// else was said; and "I do not know" never reassures more than "no" does.
func TestMoreIsNeverLess(t *testing.T) {
	all := table(t)
	draw := rand.New(rand.NewPCG(7, 11))
	press := func(a Answers) int { return slices.Index(Actions(), Assess(all, a).Do) }
	for range 2000 {
		a := Answers{}
		for _, i := range all.Items {
			if x := draw.IntN(12); x < 10 {
				a[i.ID] = No
			} else if x == 10 {
				a[i.ID] = []Answer{Yes, Unknown, ""}[draw.IntN(3)]
			}
		}
		i := all.Items[draw.IntN(len(all.Items))]
		a[i.ID] = No
		no := press(a)
		a[i.ID] = Unknown
		unknown := press(a)
		a[i.ID] = Yes
		if yes := press(a); yes > unknown || unknown > no {
			t.Fatalf("%s: no %d, unknown %d, yes %d with %v", i.ID, no, unknown, yes, a)
		}
	}
}

// A mistake in an edited table is told with its line, and the table refused.
func TestParse(t *testing.T) {
	text, err := Source()
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	for _, tt := range []struct{ from, to, want string }{
		{"# version: 2026-11-23", "", "version"},
		{"# version: 2026-11-23", "# version: hier", "version"},
		{"id\tkind", "kind\tid", "t.tsv:6"},
		{"tableau-inhabituel\tpicture", "tableau-inhabituel\timage", "t.tsv:7"},
		{"tableau-inhabituel\t", "Tableau inhabituel\t", "t.tsv:7"},
		{"plusieurs-organes\t", "tableau-inhabituel\t", "t.tsv:8"},
		{"\t2026-11-23\n", "\t23/11/2026\n", "t.tsv:7"},
		{"\t2026-11-23\n", "\n", "t.tsv:7"},
		{"\tCall 15 or 112.\t", "\t\t", "what to do"},
		{"\turgent\t", "\tsoon\t", "no line is of kind urgent"},
	} {
		n := 1
		if strings.Contains(tt.from, "urgent") {
			n = -1
		}
		if _, err := Parse("t.tsv", strings.Replace(good, tt.from, tt.to, n)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q made %q: %v, want an error with %q", tt.from, tt.to, err, tt.want)
		}
	}
	if _, err := Parse("t.tsv", good); err != nil {
		t.Error(err)
	}
	if _, err := Load("nowhere.tsv"); err == nil {
		t.Error("a table that is not there was loaded")
	}
}

// FuzzParse holds that no text stops the reader, and that whatever it accepts
// can say "call".
func FuzzParse(f *testing.F) {
	text, err := Source()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("# version: 2026-11-23\n")
	f.Fuzz(func(t *testing.T, s string) {
		all, err := Parse("t", s)
		if err != nil {
			return
		}
		a := Answers{all.Of(Urgent)[0].ID: Yes}
		if got := Assess(all, a).Do; got != Call {
			t.Errorf("an alarm leads to %s", got)
		}
	})
}
