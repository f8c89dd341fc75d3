package instrument

import (
	"fmt"
	"strings"
	"testing"
)

// drawn holds a picture to what a reader needs.
func drawn(t *testing.T, tree Tree) {
	t.Helper()
	full := map[string]int{}
	pages := tree.Draw()
	for i, p := range pages {
		if p.Number != i+1 || p.Of != len(pages) {
			t.Errorf("page %d of %d is numbered %d of %d", i+1, len(pages), p.Number, p.Of)
		}
		for j, b := range p.Boxes {
			if b.X < 0 || b.Y < 0 || b.X+b.W > p.Width || b.Y+b.H > p.Foot()-2 || b.H <= 0 {
				t.Errorf("page %d: the box of %s leaves the page: %+v", p.Number, b.Node, b)
			}
			for _, o := range p.Boxes[:j] {
				if b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H {
					t.Errorf("page %d: the boxes of %s and %s meet", p.Number, b.Node, o.Node)
				}
			}
			for _, l := range b.Lines {
				size := labelSize
				if l.Kind == lineText {
					size = textSize
				}
				inside := l.Y > b.Y && l.Y <= b.Y+b.H
				if label := l.Kind == lineLabel; label == inside || l.X+textWidth(l.Text, size) > b.X+b.W {
					t.Errorf("page %d: %q of %s is out of place", p.Number, l.Text, b.Node)
				}
				if strings.HasSuffix(l.Key, ".further") && (l.Page < 1 || l.Page > len(pages)) {
					t.Errorf("page %d: %s goes on on page %d", p.Number, b.Node, l.Page)
				}
			}
			if b.Kind == "question" {
				full[b.Node]++
			}
		}
	}
	for _, n := range tree.Nodes {
		if n.Outcome == nil && full[n.ID] != 1 {
			t.Errorf("the question %s is drawn %d times", n.ID, full[n.ID])
		}
	}
}

func TestDraw(t *testing.T) {
	tree, _ := ParseTree(good, two)
	pages := tree.Draw()
	if len(pages) != 1 || len(pages[0].Boxes) != 5 || len(pages[0].Links) != 4 {
		t.Fatalf("two questions with two answers each are %+v", pages)
	}
	drawn(t, tree)
	for _, n := range []int{4, 5, 12} {
		tree, all := ParseTree(chain(n), two)
		if all != nil {
			t.Fatal(keys(all))
		}
		drawn(t, tree)
	}
}

// What does not fit on one page goes on on others.
func TestDrawLarge(t *testing.T) {
	var b strings.Builder
	b.WriteString("arbre: Grand\nquestion q: Lequel ?\n")
	for i := range 9 {
		fmt.Fprintf(&b, "réponse: Réponse %d => q%d\n", i, i)
	}
	for i := range 9 {
		fmt.Fprintf(&b, "question q%d: Et alors, pour le numéro %d ?\n", i, i)
		for j := range 9 {
			fmt.Fprintf(&b, "réponse: Une réponse un peu longue, de la sorte %d => fin%d\n", j, j)
		}
	}
	for j := range 9 {
		fmt.Fprintf(&b, "issue fin%d: Fin %d\nfilières: filnemus g2m\n", j, j)
	}
	tree, all := ParseTree(b.String(), two)
	if all != nil {
		t.Fatal(keys(all))
	}
	pages := tree.Draw()
	if len(pages) < 3 {
		t.Errorf("91 boxes on %d pages", len(pages))
	}
	for _, p := range pages {
		if p.Height > pictureHeight*5/4 {
			t.Errorf("page %d is %d units high: it would be printed too small", p.Number, p.Height)
		}
	}
	drawn(t, tree)
}

func TestWrap(t *testing.T) {
	for _, s := range []string{"", "un", "Une réponse un peu longue avec des mots", strings.Repeat("m", 200), "a\u202f? b\u00a0: c", "é " + strings.Repeat("é", 90)} {
		lines := wrap(s, 150, 13)
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(s, " ", "") {
			t.Errorf("%q lost letters: %q", s, lines)
		}
		for _, l := range lines {
			if textWidth(l, 13) > 150 {
				t.Errorf("%q is wider than its box", l)
			}
		}
	}
}

// What a page of the tree costs, besides the template.
func BenchmarkDraw(b *testing.B) {
	words := Starter(TreeRef()).Text
	for b.Loop() {
		tree, _ := ParseTree(words, Networks())
		tree.Draw()
	}
}
