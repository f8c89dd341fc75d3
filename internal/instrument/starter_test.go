package instrument

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/starter"
)

// The starters are what our tables say: a sheet for each network with each of
// its signs, on one page; a tree that is fine and reaches every network. Each
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
		strong := strings.Join(s.Items[SectionStrong], "\n")
		for _, sign := range n.Signs {
			if id := know.Terms[sign].ID; !strings.Contains(strong, "["+id+"]") {
				t.Errorf("%s lacks the sign %s %s", n.Slug, id, know.Terms[sign].FR)
			}
		}
		if len(s.Items[SectionStrong]) != len(n.Signs) {
			t.Errorf("%s has %d strong signs, the table %d", n.Slug, len(s.Items[SectionStrong]), len(n.Signs))
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
