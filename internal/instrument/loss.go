package instrument

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strings"

	"phare"
	"phare/internal/term"
)

// Loss is a way to an urgent end (15 or 112) that the tree in use has and an
// edited one has not any more, or has with less to say. Nobody saves or signs
// such a tree without saying that they saw it.
type Loss struct {
	Key  string // of the sentence that a person ticks, in the catalogues
	Args map[string]any
	// Mark is what the tick sends: it stands for this loss, in this text, over
	// this text in use. Another text has other marks, so that it is asked again.
	Mark string
}

// Field is the name of its tick among the fields of a form.
func (l Loss) Field() string { return "loss-" + l.Mark }

// Losses are the ways to an urgent end that a text in use has and an edited one
// lacks. A text with Refusals has none: it can be neither walked nor signed.
func Losses(ref Ref, inUse, edited string) []Loss {
	if ref.Kind != KindTree {
		return nil
	}
	before, _ := ParseTree(inUse, Networks())
	after, all := ParseTree(edited, Networks())
	if len(Refusals(all)) > 0 {
		return nil
	}
	found := lost(before, after)
	for i, l := range found {
		found[i].Mark = mark(inUse, edited, l)
	}
	return found
}

// lost compares two trees.
func lost(before, after Tree) []Loss {
	c := &lossFinder{before: reach{before, map[string][]Node{}}, after: reach{after, map[string][]Node{}}}
	for _, n := range before.Nodes {
		if n.Outcome == nil {
			c.question(n)
		}
	}
	c.passed()
	return c.found
}

// mark names one loss for ever.
func mark(inUse, edited string, l Loss) string {
	words := []string{inUse, edited, l.Key}
	for _, name := range slices.Sorted(maps.Keys(l.Args)) {
		words = append(words, name, l.Args[name].(string))
	}
	return digest(words...)
}

// digest is a short name of some texts that only they have.
func digest(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// agree wants every loss to be ticked.
func agree(all []Loss, ticked []string) error {
	var faults []*phare.Error
	for _, l := range all {
		if slices.Contains(ticked, l.Mark) {
			continue
		}
		e := phare.Field(l.Field(), "instrument.loss.tick")
		if l.Args["Answer"] == nil {
			e.Key = "instrument.loss.tick.question"
		}
		e.Args = l.Args
		faults = append(faults, e)
	}
	return phare.Faults(faults...)
}

// lossFinder compares two trees, question by question of the first.
type lossFinder struct {
	before, after reach
	found         []Loss
}

// reach is a tree that remembers which urgent ends each of its nodes leads to.
type reach struct {
	Tree
	ends map[string][]Node
}

func (r reach) urgent(n Node) []Node {
	ends, known := r.ends[n.ID]
	if !known {
		ends = r.Tree.urgent(n)
		r.ends[n.ID] = ends
	}
	return ends
}

func (c *lossFinder) add(key string, args ...string) {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	c.found = append(c.found, Loss{Key: "instrument.loss." + key, Args: m})
}

// question tells what became of each answer that led, or could lead, to an
// urgent end.
func (c *lossFinder) question(q Node) {
	now, asked := c.after.same(q)
	told := false
	var ends []Node
	for _, a := range q.Answers {
		to, ok := c.before.Node(a.Target)
		below := c.before.urgent(to)
		if !ok || below == nil {
			continue
		}
		ends = append(ends, below...)
		switch {
		case asked:
			c.answer(q, now, a, to)
		case to.Outcome != nil:
			c.add("gone", "Question", q.Text, "Answer", a.Text, "End", to.Text)
			told = true
		}
	}
	if !asked && !told && ends != nil { // its own answers led to other questions only
		c.add("question", "Question", q.Text, "End", names(ends))
	}
}

// answer tells what became of one answer of a question that is still asked.
func (c *lossFinder) answer(q, now Node, a Answer, to Node) {
	said := []string{"Question", q.Text, "Answer", a.Text}
	other, ok := sameAnswer(now, a.Text)
	if !ok {
		if other, ok = c.reworded(q, now, to); !ok {
			c.add("said", append(said, "End", names(c.before.urgent(to)))...)
			return
		}
		if to.Outcome != nil {
			c.add("reworded", append(said, "End", to.Text, "Words", other.Text)...)
		}
	}
	next, _ := c.after.Node(other.Target)
	switch {
	case to.Outcome == nil:
		c.further(said, to, next)
	case next.isUrgent():
		for _, number := range numbers(to) {
			if !slices.Contains(numbers(next), number) {
				c.add("phone", append(said, "End", next.Text, "Number", number)...)
			}
		}
	case next.Outcome != nil && next.ID == to.ID:
		c.add("urgency", append(said, "End", to.Text)...)
	default:
		c.add("answer", append(said, "End", to.Text, "Words", next.Text)...)
	}
}

// further tells an answer that led on to a question with urgent ends below it. An
// end that is lost further down is told there, by its own question.
func (c *lossFinder) further(said []string, to, next Node) {
	if same, ok := c.after.same(to); ok && same.ID == next.ID || next.isUrgent() {
		return
	}
	var lost []Node
	for _, end := range c.before.urgent(to) {
		if !slices.ContainsFunc(c.after.urgent(next), func(n Node) bool { return n.ID == end.ID || plain(n.Text) == plain(end.Text) }) {
			lost = append(lost, end)
		}
	}
	if lost != nil {
		c.add("answer", append(said, "End", names(lost), "Words", next.Text)...)
	}
}

// reworded is the new answer of a question that leads where a former one led.
func (c *lossFinder) reworded(q, now Node, to Node) (Answer, bool) {
	for _, b := range now.Answers {
		if _, old := sameAnswer(q, b.Text); old {
			continue
		}
		if next, ok := c.after.Node(b.Target); ok && next.ID == to.ID && (next.Outcome == nil) == (to.Outcome == nil) {
			return b, true
		}
	}
	return Answer{}, false
}

// isUrgent says whether it is an end that asks for 15 or 112.
func (n Node) isUrgent() bool { return n.Outcome != nil && n.Outcome.Urgency == Now }

// urgent are the urgent ends that can be reached from a node, each once. It also
// ends in a tree that goes round in a circle.
func (t Tree) urgent(from Node) (ends []Node) {
	seen := map[string]bool{}
	var visit func(n Node)
	visit = func(n Node) {
		if seen[n.ID] {
			return
		}
		seen[n.ID] = true
		if n.isUrgent() {
			ends = append(ends, n)
		}
		for _, a := range n.Answers {
			if to, ok := t.Node(a.Target); ok {
				visit(to)
			}
		}
	}
	visit(from)
	return ends
}

// same is the question of a tree that stands for one of another tree: it has its
// name and at least half of its words, or all of its words under another name.
func (t Tree) same(q Node) (Node, bool) {
	if n, ok := t.Node(q.ID); ok && n.Outcome == nil && alike(q.Text, n.Text) {
		return n, true
	}
	i := slices.IndexFunc(t.Nodes, func(n Node) bool { return n.Outcome == nil && plain(n.Text) == plain(q.Text) })
	if i < 0 {
		return Node{}, false
	}
	return t.Nodes[i], true
}

// alike says whether half of the words of a sentence are in another.
func alike(old, new string) bool {
	words, others := strings.Fields(term.Fold(old)), strings.Fields(term.Fold(new))
	kept := 0
	for _, w := range words {
		if slices.Contains(others, w) {
			kept++
		}
	}
	return 2*kept >= len(words)
}

// plain is a sentence without what changes nothing in it: capitals, blanks, the
// stop at its end. Signs stay: "> 38" is not "< 38".
func plain(s string) string { return strings.TrimRight(strings.ToLower(phare.Clean(s)), " .!?…") }

// sameAnswer is the answer of a question with the same words.
func sameAnswer(q Node, words string) (Answer, bool) {
	i := slices.IndexFunc(q.Answers, func(a Answer) bool { return plain(a.Text) == plain(words) })
	if i < 0 {
		return Answer{}, false
	}
	return q.Answers[i], true
}

// names are the words of some ends, each once.
func names(ends []Node) string {
	var all []string
	for _, n := range ends {
		if !slices.Contains(all, n.Text) {
			all = append(all, n.Text)
		}
	}
	return strings.Join(all, ", ")
}

// digits are runs of figures as a telephone number is written; a short number
// that counts something ("15 minutes") is none.
var (
	digits  = regexp.MustCompile(`\d+(?:[ .\x{a0}\x{202f}-]\d+)*`)
	counted = regexp.MustCompile(`(?i)^[ \x{a0}\x{202f}]*(min|h\b|heure|jour|semaine|mois|ans?\b|fois|%|°|mg|ml|kg|cm|mm|g\b)`)
	short   = regexp.MustCompile(`^(15|17|18|11[2459]|3\d{3})$`)
)

// numbers are the telephone numbers that an end gives, without blanks.
func numbers(n Node) (all []string) {
	for _, words := range append([]string{n.Text, n.Outcome.Refer}, n.Outcome.Advice...) {
		for _, at := range digits.FindAllStringIndex(words, -1) {
			run := words[at[0]:at[1]]
			whole := strings.Map(onlyFigures, run)
			if len(whole) >= 6 {
				all = append(all, whole)
				continue
			}
			parts := strings.FieldsFunc(run, func(r rune) bool { return onlyFigures(r) < 0 })
			for i, part := range parts {
				if short.MatchString(part) && (i < len(parts)-1 || !counted.MatchString(words[at[1]:])) {
					all = append(all, part)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func onlyFigures(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
