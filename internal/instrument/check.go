package instrument

import (
	"slices"
	"strings"
)

// check holds the whole tree to what a walk needs.
func (p *treeParser) check(known []Network) {
	t := &p.tree
	if t.Title == "" {
		p.add(1, "instrument.check.tree.title")
	}
	if first, ok := t.Start(); !ok || first.Outcome != nil {
		p.add(max(first.Line, 1), "instrument.check.tree.start")
		return
	}
	for _, n := range t.Nodes {
		if n.Outcome == nil {
			p.question(n)
		} else if n.Outcome.isEmpty() {
			p.add(n.Line, "instrument.check.tree.empty", "Words", shorten(n.Text))
		}
	}
	g := newGraph(t)
	for _, back := range g.loops() {
		p.add(back.line, "instrument.check.tree.loop", "Words", shorten(back.answer), "More", strings.Join(back.path, " → "))
	}
	for _, i := range g.lost() {
		n := t.Nodes[i]
		p.add(n.Line, "instrument.check.tree.unreachable", "Words", shorten(n.Text), "More", n.ID)
	}
	if len(p.all) > 0 {
		return // ways are only counted where they end
	}
	if way := g.longest(0); len(way) > mostSteps {
		last := t.Nodes[way[len(way)-1]]
		p.add(last.Line, "instrument.check.tree.steps", "Words", shorten(last.Text), "Steps", len(way), "Max", mostSteps)
	}
	reached := t.Networks()
	var missing []string
	for _, n := range known {
		if !slices.Contains(reached, n.Slug) {
			missing = append(missing, n.Name)
		}
	}
	if missing != nil {
		p.warn(0, "instrument.check.tree.networks", "More", strings.Join(missing, ", "))
	}
}

// question says what keeps a question from leading on.
func (p *treeParser) question(n Node) {
	if len(n.Answers) == 0 {
		p.add(n.Line, "instrument.check.tree.deadend", "Words", shorten(n.Text))
	} else if len(n.Answers) == 1 {
		p.add(n.Line, "instrument.check.tree.oneanswer", "Words", shorten(n.Text))
	}
	for i, a := range n.Answers {
		if _, ok := p.tree.Node(a.Target); !ok {
			p.add(a.Line, "instrument.check.tree.target", "Words", shorten(a.Target))
		}
		if slices.ContainsFunc(n.Answers[:i], func(b Answer) bool { return b.Text == a.Text }) {
			p.add(a.Line, "instrument.check.twice", "Words", shorten(a.Text))
		}
	}
}

// isEmpty says whether an outcome tells nobody what to do.
func (o Outcome) isEmpty() bool {
	return o.Networks == nil && o.Refer == "" && o.Advice == nil && !o.Evoke && o.Urgency != Now
}

// graph is the tree by indexes of its nodes; an answer that leads nowhere is -1.
type graph struct {
	tree    *Tree
	next    [][]int
	reached []bool
	depth   []int // memo of longest, 0: not known
}

func newGraph(t *Tree) *graph {
	at := map[string]int{}
	for i, n := range t.Nodes {
		if _, twice := at[n.ID]; !twice {
			at[n.ID] = i
		}
	}
	g := &graph{tree: t, next: make([][]int, len(t.Nodes)), reached: make([]bool, len(t.Nodes)), depth: make([]int, len(t.Nodes))}
	for i, n := range t.Nodes {
		for _, a := range n.Answers {
			to, ok := at[a.Target]
			if !ok {
				to = -1
			}
			g.next[i] = append(g.next[i], to)
		}
	}
	return g
}

// loop is one answer that leads back to a question on its own way.
type loop struct {
	line   int
	answer string
	path   []string // ids, the first and the last the same
}

// loops walks every way from the start once; it also notes what was reached.
func (g *graph) loops() (found []loop) {
	const unseen, onWay, done = 0, 1, 2
	state := make([]int, len(g.next))
	var way []int
	var visit func(i int)
	visit = func(i int) {
		state[i], g.reached[i] = onWay, true
		way = append(way, i)
		for k, to := range g.next[i] {
			switch {
			case to < 0 || state[to] == done:
			case state[to] == unseen:
				visit(to)
			default:
				a := g.tree.Nodes[i].Answers[k]
				l := loop{line: a.Line, answer: a.Text}
				for _, j := range way[slices.Index(way, to):] {
					l.path = append(l.path, g.tree.Nodes[j].ID)
				}
				l.path = append(l.path, g.tree.Nodes[to].ID)
				found = append(found, l)
			}
		}
		way = way[:len(way)-1]
		state[i] = done
	}
	visit(0)
	return found
}

// lost are the nodes that no answer leads to, where what hangs on them is told
// with them; of those that only lead to each other, the first. Call it after loops.
func (g *graph) lost() (heads []int) {
	told := slices.Clone(g.reached)
	var tell func(i int)
	tell = func(i int) {
		told[i] = true
		for _, to := range g.next[i] {
			if to >= 0 && !told[to] {
				tell(to)
			}
		}
	}
	led := make([]bool, len(g.next))
	for i, all := range g.next {
		for _, to := range all {
			if to >= 0 && to != i && !g.reached[i] {
				led[to] = true
			}
		}
	}
	for _, wanted := range []bool{false, true} { // first those that nothing leads to
		for i := range g.next {
			if !told[i] && led[i] == wanted {
				heads = append(heads, i)
				tell(i)
			}
		}
	}
	return heads
}

// longest is the way from node i with the most questions, in a tree without loops.
func (g *graph) longest(i int) (way []int) {
	for at := i; g.tree.Nodes[at].Outcome == nil; {
		way = append(way, at)
		best := -1
		for _, to := range g.next[at] {
			if best < 0 || g.questions(to) > g.questions(best) {
				best = to
			}
		}
		at = best
	}
	return way
}

// questions is how many of them the longest way from node i has.
func (g *graph) questions(i int) int {
	if g.tree.Nodes[i].Outcome != nil {
		return 0
	}
	if g.depth[i] == 0 {
		most := 0
		for _, to := range g.next[i] {
			most = max(most, g.questions(to))
		}
		g.depth[i] = most + 1
	}
	return g.depth[i]
}
