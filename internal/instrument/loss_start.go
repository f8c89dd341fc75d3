package instrument

import "slices"

// passed tells where a person can now go round a question with an urgent answer
// that nobody could go round in the text in use: a new first question before it,
// or one put between an answer and the question that it led to.
func (c *lossFinder) passed() {
	first, ok := c.before.Start()
	start, also := c.after.Start()
	if !ok || !also {
		return
	}
	told := len(c.found)
	for _, guards := range c.before.guards(first) {
		c.around(start, guards, told)
	}
	for _, q := range c.before.Nodes {
		now, asked := c.after.same(q)
		for _, a := range q.Answers {
			to, _ := c.before.Node(a.Target)
			other, still := sameAnswer(now, a.Text)
			if next, ok := c.after.Node(other.Target); asked && still && ok && c.before.asks(to) && c.after.leads(next, []Node{to}) {
				c.around(next, []Node{to}, told)
			}
		}
	}
	// Nobody goes round it, and yet it is not asked first: the words for 15 come later.
	if same, asked := c.after.same(first); asked && same.ID != start.ID && len(c.found) == told && c.before.asks(first) {
		c.add("start", "Question", first.Text, "Words", start.Text, "End", names(c.before.direct(first)))
	}
}

// around names every answer, below a node of the edited tree, after which none of
// the guards can be asked any more though an end follows that is not urgent.
func (c *lossFinder) around(from Node, guards []Node, told int) {
	if !slices.ContainsFunc(guards, func(g Node) bool { _, ok := c.after.same(g); return ok }) {
		return // they are gone, which was told; what cannot be reached is refused
	}
	var ends []Node
	for _, g := range guards {
		ends = append(ends, c.before.direct(g)...)
	}
	seen := map[string]bool{}
	var visit func(n Node)
	visit = func(n Node) {
		if seen[n.ID] || c.after.stands(n, guards) {
			return
		}
		seen[n.ID] = true
		for _, a := range n.Answers {
			next, _ := c.after.Node(a.Target)
			switch {
			case c.after.leads(next, guards):
				visit(next)
			case c.after.leads(next, nil):
				c.once(told, "Question", n.Text, "Answer", a.Text, "Words", guards[0].Text, "End", names(ends))
			}
		}
	}
	visit(from)
}

// once adds a way round that is not among those added since.
func (c *lossFinder) once(since int, args ...string) {
	n := len(c.found)
	c.add("around", args...)
	l := c.found[n]
	if slices.ContainsFunc(c.found[since:n], func(x Loss) bool {
		return x.Args["Question"] == l.Args["Question"] && x.Args["Answer"] == l.Args["Answer"] && x.Args["Words"] == l.Args["Words"]
	}) {
		c.found = c.found[:n]
	}
}

// guards are the questions with an urgent answer that every way from the start to
// an end without urgency passes, each alone; where there is none, all of them
// together if none of those ways goes round them all.
func (t Tree) guards(start Node) (all [][]Node) {
	var together []Node
	for _, q := range t.Nodes {
		if !t.asks(q) {
			continue
		}
		together = append(together, q)
		if !t.slips(start, []Node{q}) {
			all = append(all, []Node{q})
		}
	}
	if all == nil && together != nil && !t.slips(start, together) {
		return [][]Node{together}
	}
	return all
}

// asks says whether an answer of a question is an urgent end.
func (t Tree) asks(q Node) bool { return t.direct(q) != nil }

// direct are the urgent ends that the answers of a question are.
func (t Tree) direct(q Node) (ends []Node) {
	for _, a := range q.Answers {
		if to, ok := t.Node(a.Target); ok && to.isUrgent() {
			ends = append(ends, to)
		}
	}
	return ends
}

// stands says whether a question of the tree stands for one of some questions.
func (t Tree) stands(n Node, questions []Node) bool {
	return slices.ContainsFunc(questions, func(q Node) bool { same, ok := t.same(q); return ok && same.ID == n.ID })
}

// slips says whether an end without urgency can be reached without any of some
// questions.
func (t Tree) slips(from Node, without []Node) bool {
	return t.finds(from, without, func(n Node) bool { return n.Outcome != nil && !n.isUrgent() })
}

// leads says whether one of some questions can be reached; of none, whether an end
// without urgency can.
func (t Tree) leads(from Node, to []Node) bool {
	if to == nil {
		return t.slips(from, nil)
	}
	return t.finds(from, nil, func(n Node) bool { return t.stands(n, to) })
}

// finds looks for a node below another. It ends in a tree that goes in a circle.
func (t Tree) finds(from Node, without []Node, wanted func(Node) bool) bool {
	seen := map[string]bool{}
	var visit func(n Node) bool
	visit = func(n Node) bool {
		if seen[n.ID] || t.stands(n, without) {
			return false
		}
		seen[n.ID] = true
		return wanted(n) || slices.ContainsFunc(n.Answers, func(a Answer) bool {
			to, ok := t.Node(a.Target)
			return ok && visit(to)
		})
	}
	return visit(from)
}
