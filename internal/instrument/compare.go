package instrument

import (
	"slices"
	"strings"
)

// What a difference is about, besides the sections of a sheet.
const (
	AboutHead     = "head" // title, sources, notes
	AboutQuestion = "question"
	AboutOutcome  = "outcome"
)

// Difference is one thing that an edited text says otherwise than the one in
// use: a question, an end, a part of a sheet.
type Difference struct {
	What   string // Added, Removed or Changed
	About  string
	Name   string // words of the question or end; empty for what has one name only
	Urgent bool   // it is, was, or leads straight to an urgent end
	Points []Point
}

// Changed is what became of a thing that is in both texts.
const Changed = "changed"

// Point is one sentence of a difference.
type Point struct {
	Key  string // under "instrument.diff."
	Args map[string]any
}

// points gathers sentences.
type points []Point

func (p *points) add(key string, args ...any) {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	*p = append(*p, Point{"instrument.diff." + key, m})
}

// changed tells one line that may be new, gone or other.
func (p *points) changed(key, before, after string) {
	switch {
	case before == after:
	case before == "":
		p.add(key+".added", "Words", after)
	case after == "":
		p.add(key+".removed", "Words", before)
	default:
		p.add(key+".changed", "Words", before, "Now", after)
	}
}

// lists tells which lines are new and which are gone.
func (p *points) lists(key string, before, after []string) {
	for _, s := range after {
		if !slices.Contains(before, s) {
			p.add(key+".added", "Words", s)
		}
	}
	for _, s := range before {
		if !slices.Contains(after, s) {
			p.add(key+".removed", "Words", s)
		}
	}
}

// Compare tells in words what an edited text says otherwise than the one in use.
// Comments and the order of the lines are not told.
func Compare(ref Ref, inUse, edited string) []Difference {
	if ref.Kind == KindSheet {
		return compareSheets(ReadSheet(inUse), ReadSheet(edited))
	}
	before, _ := ParseTree(inUse, Networks())
	after, _ := ParseTree(edited, Networks())
	return compareTrees(before, after)
}

func compareTrees(before, after Tree) (all []Difference) {
	if head := headPoints(before, after); head != nil {
		all = append(all, Difference{What: Changed, About: AboutHead, Points: head})
	}
	c := &comparer{before: before, after: after, met: map[string]bool{}}
	for _, n := range after.Nodes {
		if d, differs := c.node(n); differs {
			all = append(all, d)
		}
	}
	for _, n := range before.Nodes {
		if !c.met[n.ID] {
			d := Difference{What: Removed, About: about(n), Name: n.Text, Urgent: c.leads(before, n)}
			d.Points = c.inside(n, Node{Text: n.Text, Outcome: blank(n)})
			all = append(all, d)
		}
	}
	return all
}

func headPoints(before, after Tree) (p points) {
	p.changed("title", before.Title, after.Title)
	p.lists("source", before.Sources, after.Sources)
	p.lists("note", before.Notes, after.Notes)
	a, okA := before.Start()
	b, okB := after.Start()
	if okA && okB && a.ID != b.ID && a.Text != b.Text {
		p.add("start", "Words", a.Text, "Now", b.Text)
	}
	return p
}

// comparer pairs the nodes of two trees.
type comparer struct {
	before, after Tree
	met           map[string]bool // nodes of before that have their pair
}

// pair is the node of before that n goes on: by its name, else by its words.
func (c *comparer) pair(n Node) (Node, bool) {
	old, ok := c.before.Node(n.ID)
	if !ok || (old.Outcome == nil) != (n.Outcome == nil) {
		i := slices.IndexFunc(c.before.Nodes, func(x Node) bool {
			_, taken := c.after.Node(x.ID)
			return !taken && about(x) == about(n) && plain(x.Text) == plain(n.Text)
		})
		if i < 0 {
			return Node{}, false
		}
		old = c.before.Nodes[i]
	}
	return old, true
}

// node tells what is new or other about one node of the edited tree.
func (c *comparer) node(n Node) (d Difference, differs bool) {
	d = Difference{What: Changed, About: about(n), Name: n.Text, Urgent: c.leads(c.after, n)}
	old, ok := c.pair(n)
	if !ok {
		d.What = Added
		d.Points = c.inside(Node{Text: n.Text, Outcome: blank(n)}, n)
		return d, true
	}
	c.met[old.ID] = true
	d.Name, d.Urgent = old.Text, d.Urgent || c.leads(c.before, old)
	d.Points = c.inside(old, n)
	return d, d.Points != nil
}

// leads says whether a node is an urgent end or has an answer that leads to one.
func (c *comparer) leads(t Tree, n Node) bool {
	return n.isUrgent() || slices.ContainsFunc(n.Answers, func(a Answer) bool {
		to, _ := t.Node(a.Target)
		return to.isUrgent()
	})
}

func about(n Node) string {
	if n.Outcome == nil {
		return AboutQuestion
	}
	return AboutOutcome
}

// blank is an end that says nothing, to compare a new or a former one with; nil
// for a question.
func blank(n Node) *Outcome {
	if n.Outcome == nil {
		return nil
	}
	return &Outcome{Urgency: Routine}
}

// inside tells what is other between two nodes of the same kind.
func (c *comparer) inside(old, n Node) (p points) {
	if old.Text != n.Text {
		p.add("words", "Words", old.Text, "Now", n.Text)
	}
	if n.Outcome != nil {
		p.outcome(*old.Outcome, *n.Outcome)
		return p
	}
	p.changed("help", old.Help, n.Help)
	c.answers(&p, old, n)
	return p
}

// answers tells what became of each answer of a question.
func (c *comparer) answers(p *points, old, n Node) {
	var kept, order []string
	for _, a := range old.Answers {
		from, _ := c.before.Node(a.Target)
		if b, ok := sameAnswer(n, a.Text); ok {
			kept = append(kept, plain(a.Text))
			to, _ := c.after.Node(b.Target)
			if was, paired := c.pair(to); !paired || was.ID != from.ID {
				p.add("answer.moved", "Words", a.Text, "From", from.Text, "To", to.Text)
			}
			continue
		}
		p.add("answer.removed", "Words", a.Text, "To", from.Text)
	}
	for _, b := range n.Answers {
		if _, ok := sameAnswer(old, b.Text); ok {
			order = append(order, plain(b.Text))
			continue
		}
		to, _ := c.after.Node(b.Target)
		p.add("answer.added", "Words", b.Text, "To", to.Text)
	}
	if !slices.Equal(kept, order) {
		p.add("answer.order")
	}
}

// outcome tells what an end says otherwise.
func (p *points) outcome(old, now Outcome) {
	if old.Urgency != now.Urgency {
		p.add("urgency." + now.Urgency)
	}
	if old.Evoke != now.Evoke {
		if now.Evoke {
			p.add("evoke.added")
		} else {
			p.add("evoke.removed")
		}
	}
	p.lists("network", networkNames(old.Networks), networkNames(now.Networks))
	p.changed("refer", old.Refer, now.Refer)
	p.lists("advice", old.Advice, now.Advice)
}

func networkNames(slugs []string) (all []string) {
	for _, n := range named(slugs) {
		all = append(all, n.Name)
	}
	return all
}

// compareSheets tells the parts of a sheet that differ; a line that went from one
// part to another is told as such, where it now stands.
func compareSheets(before, after Sheet) (all []Difference) {
	var head points
	head.changed("title", before.Title, after.Title)
	head.changed("summary", before.Summary, after.Summary)
	if head != nil {
		all = append(all, Difference{What: Changed, About: AboutHead, Points: head})
	}
	was, is := sectionsOf(before), sectionsOf(after)
	for _, name := range Sections() {
		var p points
		for _, s := range after.Items[name] {
			switch from := was[s]; {
			case from == "":
				p.add("item.added", "Words", s)
			case from != name:
				p.add("item.moved", "Words", s, "From", from)
			}
		}
		for _, s := range before.Items[name] {
			if is[s] == "" {
				p.add("item.removed", "Words", s)
			}
		}
		if p != nil {
			all = append(all, Difference{What: Changed, About: name, Urgent: name == SectionUrgent, Points: p})
		}
	}
	return all
}

// sectionsOf says in which part each line of a sheet stands.
func sectionsOf(s Sheet) map[string]string {
	at := map[string]string{}
	for name, items := range s.Items {
		for _, item := range items {
			at[item] = name
		}
	}
	return at
}

// Review is what a physician reads before signing: what the text says otherwise
// than the one in use, and the ways to an urgent end that it has no more.
type Review struct {
	Text    string // as it will stand once it is signed
	Changes []Difference
	Losses  []Loss
	Print   string // names this text over that one: it comes back with the signature
}

// Review compares the latest text with the one in use.
func (i Instrument) Review() Review { return review(i.Ref, i.InUse, i.Latest) }

func review(ref Ref, inUse, latest Version) Review {
	r := Review{Text: Validated(latest.Text), Print: digest(inUse.edition(), inUse.Text, latest.edition(), latest.Text)}
	before := inUse.Text
	if strings.TrimSpace(before) == strings.TrimSpace(latest.Text) {
		return r
	}
	r.Changes = Compare(ref, Validated(before), r.Text)
	r.Losses = Losses(ref, before, latest.Text)
	return r
}
