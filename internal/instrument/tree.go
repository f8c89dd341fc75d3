package instrument

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// Limits of a tree.
const (
	mostNodes   = 150
	mostAnswers = 9
	mostSteps   = 12 // questions on the longest way: a call of some minutes
	longestID   = 40
)

// Tree is a decision tree. The first question is where a walk begins.
type Tree struct {
	Title   string
	Sources []string
	Notes   []string
	Nodes   []Node // in the order of the text
}

// Node is a question with its answers, or an outcome.
type Node struct {
	ID      string
	Line    int // where it stands in the text
	Text    string
	Help    string // read aloud or not, beneath the question
	Answers []Answer
	Outcome *Outcome // nil for a question
}

// Answer leads from a question to another node.
type Answer struct {
	Text   string
	Target string
	Line   int
}

// How soon an outcome asks for something.
const (
	Now     = "now"     // call 15 or 112 first
	Soon    = "soon"    // within hours or days
	Routine = "routine" // the usual way
)

// Outcome is an end of the tree.
type Outcome struct {
	Urgency  string
	Evoke    bool     // a rare disease must come to mind
	Networks []string // slugs
	Refer    string   // to whom else, in words
	Advice   []string
}

// Node returns the node named id.
func (t Tree) Node(id string) (Node, bool) {
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.ID == id })
	if i < 0 {
		return Node{}, false
	}
	return t.Nodes[i], true
}

// Start is where a walk begins; false for a tree without a question.
func (t Tree) Start() (Node, bool) {
	if len(t.Nodes) == 0 {
		return Node{}, false
	}
	return t.Nodes[0], true
}

// Networks are the slugs that outcomes name, each once, in the order of the text.
func (t Tree) Networks() (slugs []string) {
	for _, n := range t.Nodes {
		if n.Outcome == nil {
			continue
		}
		for _, s := range n.Outcome.Networks {
			if !slices.Contains(slugs, s) {
				slugs = append(slugs, s)
			}
		}
	}
	return slugs
}

// ParseTree reads a tree and says all that is wrong with it. A tree without
// Refusals can be walked to an end from everywhere, in mostSteps steps at most.
func ParseTree(text string, known []Network) (Tree, []Complaint) {
	p := &treeParser{known: known}
	for _, l := range read(text, &p.complaints) {
		p.line(l)
	}
	if len(p.all) == 0 { // faults of form would only be told twice
		p.check(known)
	}
	return p.tree, p.sorted()
}

// treeParser reads line by line; what belongs to a node follows it.
type treeParser struct {
	complaints
	tree  Tree
	known []Network
	over  bool // there are too many nodes, which was said
}

// last is the node that the lines beneath belong to.
func (p *treeParser) last() *Node {
	if len(p.tree.Nodes) == 0 {
		return nil
	}
	return &p.tree.Nodes[len(p.tree.Nodes)-1]
}

func (p *treeParser) line(l line) {
	switch l.word {
	case "arbre", "source", "note":
		p.head(l)
	case "question", "issue":
		p.node(l)
	case "aide", "reponse":
		p.ofQuestion(l)
	case "urgence", "evoquer", "filiere", "filieres", "orienter", "conseil":
		p.ofOutcome(l)
	default:
		words := l.rest
		if l.word != "" {
			words = l.word
		}
		p.add(l.number, "instrument.check.tree.line", "Words", shorten(words))
	}
}

func (p *treeParser) head(l line) {
	switch {
	case l.rest == "":
		p.add(l.number, "instrument.check.notext", "Words", l.word)
	case l.word == "arbre" && p.tree.Title != "":
		p.add(l.number, "instrument.check.twice", "Words", "arbre")
	case l.word == "arbre":
		p.tree.Title = l.rest
	case l.word == "source":
		p.tree.Sources = append(p.tree.Sources, l.rest)
	default:
		p.tree.Notes = append(p.tree.Notes, l.rest)
	}
}

func (p *treeParser) node(l line) {
	switch {
	case len(p.tree.Nodes) == mostNodes:
		if !p.over {
			p.add(l.number, "instrument.check.tree.nodes", "Max", mostNodes)
		}
		p.over = true
		return
	case !validID(l.id):
		p.add(l.number, "instrument.check.tree.id", "Words", shorten(l.word+" "+l.id))
	case l.rest == "":
		p.add(l.number, "instrument.check.notext", "Words", l.word+" "+l.id)
	}
	if other, ok := p.tree.Node(l.id); ok && l.id != "" {
		p.add(l.number, "instrument.check.tree.sameid", "Words", shorten(l.id), "Other", other.Line)
	}
	n := Node{ID: l.id, Line: l.number, Text: l.rest}
	if l.word == "issue" {
		n.Outcome = &Outcome{Urgency: Routine}
	}
	p.tree.Nodes = append(p.tree.Nodes, n)
}

// validID is what names a node: it stands in addresses.
func validID(id string) bool {
	return id != "" && len(id) <= longestID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func (p *treeParser) ofQuestion(l line) {
	n := p.last()
	if n == nil || n.Outcome != nil {
		p.add(l.number, "instrument.check.tree.notquestion", "Words", shorten(l.rest))
		return
	}
	if l.word == "aide" {
		n.Help = strings.TrimSpace(n.Help + " " + l.rest)
		return
	}
	words, target, ok := cutArrow(l.rest)
	switch {
	case !ok || target == "":
		p.add(l.number, "instrument.check.tree.arrow", "Words", shorten(l.rest))
	case words == "":
		p.add(l.number, "instrument.check.notext", "Words", "réponse")
	case len(n.Answers) == mostAnswers:
		p.add(l.number, "instrument.check.tree.answers", "Words", shorten(n.Text), "Max", mostAnswers)
	default:
		n.Answers = append(n.Answers, Answer{Text: words, Target: target, Line: l.number})
	}
}

// urgencies are the words of the line "urgence:", folded.
var urgencies = map[string]string{"immediate": Now, "rapide": Soon, "habituelle": Routine}

func (p *treeParser) ofOutcome(l line) {
	n := p.last()
	if n == nil || n.Outcome == nil {
		p.add(l.number, "instrument.check.tree.notoutcome", "Words", shorten(l.rest))
		return
	}
	o := n.Outcome
	switch l.word {
	case "urgence":
		how, ok := urgencies[term.Fold(l.rest)]
		if !ok {
			p.add(l.number, "instrument.check.tree.urgency", "Words", shorten(l.rest))
			return
		}
		o.Urgency = how
	case "evoquer":
		yes := term.Fold(l.rest)
		if yes != "oui" && yes != "non" {
			p.add(l.number, "instrument.check.tree.evoke", "Words", shorten(l.rest))
			return
		}
		o.Evoke = yes == "oui"
	case "orienter":
		o.Refer = l.rest
	case "conseil":
		if l.rest != "" {
			o.Advice = append(o.Advice, l.rest)
		}
	default:
		p.networks(l, o)
	}
}

// networks reads slugs parted by commas or blanks.
func (p *treeParser) networks(l line, o *Outcome) {
	for _, slug := range strings.FieldsFunc(l.rest, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		switch {
		case !slices.ContainsFunc(p.known, func(n Network) bool { return n.Slug == slug }):
			p.add(l.number, "instrument.check.tree.network", "Words", shorten(slug))
		case !slices.Contains(o.Networks, slug):
			o.Networks = append(o.Networks, slug)
		}
	}
}
