package instrument

import (
	"strconv"
	"strings"

	"phare"
)

// Step is one answer given on a walk. Its text form, "danger.2", stands in
// addresses: the id of a question and the place of the answer, nothing else.
type Step struct {
	Node   string
	Answer int // from 1
}

// String is the text form.
func (s Step) String() string { return s.Node + "." + strconv.Itoa(s.Answer) }

// ParseSteps reads the steps of an address.
func ParseSteps(words []string) (steps []Step, err error) {
	if len(words) > mostSteps {
		return nil, phare.Fault(phare.NotFound, "error.notfound")
	}
	for _, w := range words {
		id, number, _ := strings.Cut(w, ".")
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > mostAnswers || !validID(id) {
			return nil, phare.Fault(phare.NotFound, "error.notfound")
		}
		steps = append(steps, Step{id, n})
	}
	return steps, nil
}

// Taken is one step in words, as it was shown.
type Taken struct {
	Node     string `json:"node"`
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Walk follows the steps from the start: what was asked and answered, and where
// that leads. Steps that do not fit the tree are NotFound: it has changed.
func (t Tree) Walk(steps []Step) (taken []Taken, at Node, err error) {
	at, ok := t.Start()
	for _, s := range steps {
		if !ok || s.Node != at.ID || s.Answer > len(at.Answers) {
			return nil, Node{}, phare.Fault(phare.NotFound, "error.notfound")
		}
		a := at.Answers[s.Answer-1]
		taken = append(taken, Taken{at.ID, at.Text, a.Text})
		at, ok = t.Node(a.Target)
	}
	if !ok {
		return nil, Node{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	return taken, at, nil
}

// Branch is a node of the tree as a nested list. What stands in the list already
// is named again, not unfolded again.
type Branch struct {
	Node
	Again bool
	Ways  []Way
}

// Way is one answer, and what it leads to.
type Way struct {
	Answer string
	To     Branch
}

// Outline is the whole tree as a nested list, for who does not see the picture.
// The tree has no Refusals.
func (t Tree) Outline() Branch {
	start, ok := t.Start()
	if !ok {
		return Branch{}
	}
	return t.outline(start, map[string]bool{})
}

func (t Tree) outline(n Node, seen map[string]bool) Branch {
	if seen[n.ID] {
		return Branch{Node: n, Again: true}
	}
	seen[n.ID] = true
	b := Branch{Node: n}
	for _, a := range n.Answers {
		to, _ := t.Node(a.Target)
		b.Ways = append(b.Ways, Way{a.Text, t.outline(to, seen)})
	}
	return b
}
