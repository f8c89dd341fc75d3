package instrument

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/starter"
)

// The starters are what our tables say: a sheet for each network with each of
// its signs, strong or possible, on one page; a tree that is fine and reaches every network. Each
// says that no physician has validated it.
func TestStarters(t *testing.T) {
	know, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(Networks()); n != len(know.Networks) || n != 23 {
		t.Fatalf("%d sheets for %d networks", n, len(know.Networks))
	}
	for _, n := range know.Networks {
		if !slices.Contains(Networks(), Network{n.Slug, n.Name}) {
			t.Errorf("no sheet is called %s %s", n.Slug, n.Name)
			continue
		}
		words := Starter(SheetRef(n.Slug)).Text
		s, all := ParseSheet(words)
		if all != nil {
			t.Errorf("%s: %v", n.Slug, keys(all))
		}
		strong, possible := strings.Join(s.Items[SectionStrong], "\n"), strings.Join(s.Items[SectionPossible], "\n")
		for _, sign := range n.Signs {
			if id := know.Terms[sign].ID; strings.Count(strong+possible, "["+id+"]") != 1 {
				t.Errorf("%s lacks the sign %s %s, or has it twice", n.Slug, id, know.Terms[sign].FR)
			}
		}
		if a, b := strings.Count(strong, "[HP:"), strings.Count(strong+possible, "[HP:"); a != len(s.Items[SectionStrong]) || b != len(n.Signs) {
			t.Errorf("%s has %d strong signs, %d of them of the table, and %d in all of its %d", n.Slug, len(s.Items[SectionStrong]), a, b, len(n.Signs))
		}
		for _, common := range everyday {
			if strings.Contains(strong, "["+common+"]") {
				t.Errorf("%s: one %s is not enough to think of a rare disease", n.Slug, common)
			}
		}
		for _, name := range Sections() {
			if len(s.Items[name]) == 0 {
				t.Errorf("%s has nothing in %s", n.Slug, name)
			}
		}
		unverified(t, n.Slug, words)
	}
	tree, all := ParseTree(Starter(TreeRef()).Text, Networks())
	if all != nil {
		t.Errorf("tree: %v", keys(all))
	}
	if n := len(tree.Nodes); n < 25 || n > 60 {
		t.Errorf("the tree has %d nodes", n)
	}
	first, _ := tree.Start()
	to, _ := tree.Node(first.Answers[0].Target)
	if to.Outcome == nil || to.Outcome.Urgency != Now {
		t.Error("the first question does not lead to 15 or 112")
	}
	drawn(t, tree)
	unverified(t, "tree", Starter(TreeRef()).Text)
}

// everyday are signs that are common without any rare disease: tiredness on
// effort, tingling feet, fainting, nose bleeds, itching, vomiting, fits, mouth
// ulcers, heavy periods, bruises, one pale or brown spot… No sheet says that one
// of them is enough.
var everyday = []string{"HP:0003546", "HP:0009830", "HP:0001279", "HP:0000421", "HP:0000989", "HP:0002013", "HP:0001254", "HP:0001250", "HP:0011107",
	"HP:0030880", "HP:0001369", "HP:0000132", "HP:0000978", "HP:0000957", "HP:0001053", "HP:0002719", "HP:0002205", "HP:0000819", "HP:0001935",
	"HP:0002028", "HP:0002015", "HP:0000107", "HP:0000613", "HP:0004322", "HP:0100034", "HP:0001382", "HP:0000960", "HP:0002380"}

func unverified(t *testing.T, name, words string) {
	t.Helper()
	if !strings.Contains(words, "à valider par un médecin") {
		t.Errorf("%s does not say that a physician must validate it", name)
	}
	for i, line := range strings.Split(words, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		_, said, _ := strings.Cut(line, ":")
		if strings.ContainsAny(said, "'\"") || strings.Contains(said, " ?") || strings.Contains(said, " !") || strings.Contains(said, " ;") {
			t.Errorf("%s:%d: typography: %s", name, i+1, line)
		}
	}
}

func TestDiff(t *testing.T) {
	show := func(all []Change) string {
		var b strings.Builder
		for _, c := range all {
			b.WriteString(map[string]string{Same: "=", Added: "+", Removed: "-", Skipped: "…"}[c.What] + c.Text)
		}
		return b.String()
	}
	for _, tt := range []struct{ before, after, want string }{
		{"a\nb\nc", "a\nb\nc", "=a=b=c"},
		{"a\nb\nc", "a\nc", "=a-b=c"},
		{"a\nc", "a\nb\nc", "=a+b=c"},
		{"a\nb\nc", "a\nx\nc", "=a-b+x=c"},
		{"a\nb\nc\nd", "b\nx\nd\ne", "-a=b-c+x=d+e"},
		{"", "a", "-+a"},
		{"a\na", "a", "=a-a"},
	} {
		if got := show(Diff(tt.before, tt.after)); got != tt.want {
			t.Errorf("from %q to %q: %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
	near := Near(Diff("1\n2\n3\n4\n5\n6\n7", "1\n2\n3\nx\n5\n6\n7"), 1)
	if got := show(near); got != "…=3-4+x=5…" || near[0].Count != 2 {
		t.Errorf("near: %s %+v", got, near)
	}
	long := strings.Repeat("x\n", 3000)
	if got := len(Diff(long, strings.Repeat("y\n", 3000))); got != 6001 {
		t.Errorf("%d changes", got)
	}
}
