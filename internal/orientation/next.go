package orientation

import (
	"cmp"
	"regexp"
	"slices"

	"phare/internal/term"
)

// Question is a sign worth asking about next, because the answer would tell
// the networks still in play apart. It proposes; it scores nothing.
type Question struct {
	Term   string   `json:"term"`
	Value  int64    `json:"value"`  // what a yes is expected to tell of the network, 1/65536 nat
	Yes    int64    `json:"yes"`    // how likely a yes seems, 1/65536; to order, not to show
	Plain  bool     `json:"plain"`  // the term has everyday words in French: a family can answer
	Raises []string `json:"raises"` // slugs of the networks that a yes would raise, most first
	Lowers []string `json:"lowers"` // and of those that it would lower
}

// Parameters of Next, chosen on one half of the diseases of the development
// cases (phare rank eval --questions 5 --half tune). None matters much. What a
// no would tell is left out: the ranking hardly uses it, and it did not help.
const (
	askDepth  = 100        // families that are read
	askFlat   = 15         // tenths: temperature of the softmax, which is too sure of itself with few signs
	askPlain  = 130        // hundredths: value of a sign that has everyday words
	askInPlay = 20         // thousandths: share from which a network is in play
	askLeast  = unit / 100 // value under which nothing separates
	askCommon = 2 * unit   // information under which a sign is too general to ask about
	askSame   = 7          // tenths of its value that a further question for the same network keeps
)

// neoplasm is the branch that is never put to a family: its everyday words are
// those of a diagnosis.
const neoplasm = "HP:0002664"

// Next proposes up to n signs to look for, the best first: those of which a yes
// is expected to tell most about the network, given the families that Rank puts
// first. It leaves out what the person has, what follows from it, what is
// excluded, and what was asked before, and it does not ask twice about one
// thing. It returns none when nothing would tell the networks apart.
func (e *Engine) Next(q Query, n int) []Question {
	q.Limit = askDepth
	t := e.table(e.Rank(q))
	if t == nil {
		return nil
	}
	t.leaveOut(q)
	return t.pick(t.value(), n)
}

// joint holds, for the networks in play, how likely each is together with each
// sign, 30 bits. Only signs of a family in play have a row.
type joint struct {
	e        *Engine
	networks []int32 // in play
	share    []int64 // of each, summing to one
	row      []int32 // by term: its row, or 0
	terms    []int32 // by row; row 0 is not used
	cell     []int64 // rows of len(networks)
	out      []bool  // by term: not to be asked
	said     []bool  // by term: the person has it
}

// table makes the joint of an answer; nil when fewer than two networks are in
// play.
func (e *Engine) table(res Result) *joint {
	lead := e.leading(res)
	sum := make([]int64, len(e.k.Networks))
	for _, f := range lead {
		sum[f.network] += f.weight
	}
	t := &joint{e: e, row: make([]int32, len(e.origin)), terms: []int32{-1}}
	at := make([]int, len(sum))
	total := int64(0)
	for n, s := range sum {
		if s > 0 && s >= one*askInPlay/1000 {
			at[n] = len(t.networks) + 1
			t.networks, t.share = append(t.networks, int32(n)), append(t.share, s)
			total += s
		}
	}
	if len(t.networks) < 2 {
		return nil
	}
	for i := range t.share {
		t.share[i] = t.share[i] << 16 / (total >> 14)
	}
	t.cell = make([]int64, len(t.networks))
	c := e.newClosing()
	for _, f := range lead {
		if n := at[f.network]; n > 0 {
			t.add(c, f.family, n-1, f.weight<<16/(total>>14))
		}
	}
	return t
}

// leader is a family that stands first in an answer.
type leader struct {
	family, network int32
	weight          int64 // 30 bits; those of an answer sum to at most one
}

// leading are the first families of an answer that have a network, counted for
// their first choice.
func (e *Engine) leading(res Result) (lead []leader) {
	total := int64(0)
	for _, x := range res.Entries {
		f := e.familyOf(x.Profile)
		if f < 0 || len(e.k.Families[f].Networks) == 0 {
			continue
		}
		w := exp((x.Score - res.Entries[0].Score) << toFix * 10 / askFlat)
		lead = append(lead, leader{f, e.k.Families[f].Networks[0].Network, w})
		total += w
	}
	for i := range lead {
		lead[i].weight = lead[i].weight << 16 / max(total>>14, 1)
	}
	return lead
}

// familyOf finds the family of a disease; -1 for a code that is not known.
func (e *Engine) familyOf(disease string) int32 {
	i, ok := slices.BinarySearchFunc(e.k.Diseases, disease, func(d term.Disease, id string) int { return cmp.Compare(d.ID, id) })
	if !ok {
		return -1
	}
	return e.k.Diseases[i].Family
}

// closing computes the closure of one family after the other.
type closing struct {
	e    *Engine
	at   []int64 // share by term
	seen []int32
	turn int32
	list []int32
}

func (e *Engine) newClosing() *closing {
	return &closing{e: e, at: make([]int64, len(e.origin)), seen: make([]int32, len(e.origin))}
}

// of lists the signs of a family, with all their ancestors; their shares are in
// at.
func (c *closing) of(family int32) []int32 {
	c.turn++
	c.list = c.list[:0]
	for _, s := range c.e.recorded(family) {
		for _, a := range c.e.anc.of(s.term) {
			if c.seen[a] != c.turn {
				c.seen[a], c.at[a] = c.turn, 0
				c.list = append(c.list, a)
			}
		}
		c.at[s.term] = max(c.at[s.term], int64(s.freq())<<toFix)
	}
	slices.Sort(c.list)
	for _, t := range slices.Backward(c.list) { // children before parents
		for _, up := range c.e.up.of(t) {
			hi, lo := max(c.at[up], c.at[t]), min(c.at[up], c.at[t])
			c.at[up] = hi + mul(one-hi, lo)*spreadUp/10
		}
	}
	return c.list
}

// recorded are the signs that the sources give a family.
func (e *Engine) recorded(family int32) []ownSign {
	p, ok := slices.BinarySearch(e.families, family)
	if !ok {
		return nil
	}
	return e.signs.of(int32(p))
}

// add counts a family of a network in.
func (t *joint) add(c *closing, family int32, network int, weight int64) {
	for _, s := range c.of(family) {
		r := t.row[s]
		if r == 0 {
			r = int32(len(t.terms))
			t.row[s], t.terms = r, append(t.terms, s)
			for range t.networks {
				t.cell = append(t.cell, 0)
			}
		}
		t.cell[int(r)*len(t.networks)+network] += mul(c.at[s], weight)
	}
}

// leaveOut marks what is not asked: signs that the person has with all that
// they imply, and what is excluded or was asked before with all that implies it.
func (t *joint) leaveOut(q Query) {
	e := t.e
	t.out, t.said = make([]bool, len(e.origin)), make([]bool, len(e.origin))
	for _, s := range e.terms(q.Observed, &Result{}) {
		for _, a := range e.anc.of(s) {
			t.out[a], t.said[a] = true, true
		}
	}
	gone := append(e.terms(q.Excluded, &Result{}), e.terms(q.Asked, &Result{})...)
	for _, s := range t.terms[1:] {
		t.out[s] = t.out[s] || slices.ContainsFunc(gone, func(g int32) bool { return slices.Contains(e.anc.of(s), g) })
	}
}

// valued is a candidate.
type valued struct {
	term       int32
	value, yes int64
}

// value weighs every candidate, the best first.
func (t *joint) value() []valued {
	e, l := t.e, newLogs()
	prior := make([]int64, len(t.share))
	for i, s := range t.share {
		prior[i] = l.ln(uint64(s))
	}
	var all []valued
	for r, s := range t.terms {
		if r == 0 || t.out[s] || int64(e.ic[s]) < askCommon {
			continue
		}
		v := t.tell(l, r, prior)
		v.value = v.value * (unit - t.overlap(s, t.said)*redundantTenths/10) / unit
		if e.plain(s) {
			v.value = v.value * askPlain / 100
		}
		if v.value >= askLeast {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b valued) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(e.term(a.term).ID, e.term(b.term).ID))
	})
	return all
}

// yes is how likely each network is together with a yes: where the sources do
// not have the sign, as likely as the ranking takes it to be.
func (t *joint) yes(row int) []int64 {
	s := t.terms[row]
	back := exp(-int64(t.e.ic[s])<<toFix*backPower/10) * 3 / 10
	list := make([]int64, len(t.networks))
	for n := range list {
		list[n] = t.cell[row*len(list)+n]*7/10 + mul(back, t.share[n]) + 1
	}
	return list
}

// tell is what a yes to one row says of the network, times how likely it is.
func (t *joint) tell(l *logs, row int, prior []int64) valued {
	yes := t.yes(row)
	sum := int64(0)
	for _, y := range yes {
		sum += y
	}
	value, all := int64(0), l.ln(uint64(sum))
	for n, y := range yes {
		value += mulSigned(y, l.ln(uint64(y))-prior[n]-all+30*ln2)
	}
	return valued{t.terms[row], value >> toFix, sum >> toFix}
}

func mulSigned(a, b int64) int64 {
	if b < 0 {
		return -mul(a, -b)
	}
	return mul(a, b)
}

// overlap is the part of the information of s that marked terms share, unit.
func (t *joint) overlap(s int32, marked []bool) int64 {
	best := int32(0)
	for _, a := range t.e.anc.of(s) {
		if marked[a] {
			best = max(best, t.e.ic[a])
		}
	}
	return int64(best) * unit / max(int64(t.e.ic[s]), 1)
}

// pick takes the best of all, then the best that is about something else, and
// would rather raise another network.
func (t *joint) pick(all []valued, n int) []Question {
	var picked []Question
	near := make([]bool, len(t.e.origin))
	under := map[int32]bool{}
	raised := map[string]int{}
	for len(picked) < n {
		best, most, question := -1, int64(0), Question{}
		for i, v := range all {
			if v.value <= most {
				break
			}
			if t.overlap(v.term, near)*2 > unit || slices.ContainsFunc(t.e.anc.of(v.term), func(a int32) bool { return under[a] }) {
				continue
			}
			x := t.question(v)
			worth := v.value
			for range raised[first(x.Raises)] {
				worth = worth * askSame / 10
			}
			if worth > most {
				best, most, question = i, worth, x
			}
		}
		if best < 0 || most < askLeast {
			break
		}
		picked = append(picked, question)
		raised[first(question.Raises)]++
		under[all[best].term] = true
		for _, a := range t.e.anc.of(all[best].term) {
			near[a] = true
		}
	}
	return picked
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// Which networks a question names: at most so many each way, when their share
// would move by at least a fiftieth.
const (
	namedNetworks = 2
	namedFrom     = one / 50
)

// question says what a yes would move.
func (t *joint) question(v valued) Question {
	q := Question{Term: t.e.term(v.term).ID, Value: v.value, Yes: v.yes, Plain: t.e.plain(v.term), Raises: []string{}, Lowers: []string{}}
	yes := t.yes(int(t.row[v.term]))
	sum := int64(0)
	for _, y := range yes {
		sum += y
	}
	type move struct {
		slug string
		by   int64
	}
	moves := make([]move, len(yes))
	for n, y := range yes {
		moves[n] = move{t.e.k.Networks[t.networks[n]].Slug, y<<30/sum - t.share[n]}
	}
	slices.SortFunc(moves, func(a, b move) int { return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.slug, b.slug)) })
	for _, m := range moves {
		if m.by >= namedFrom && len(q.Raises) < namedNetworks {
			q.Raises = append(q.Raises, m.slug)
		}
	}
	for _, m := range slices.Backward(moves) {
		if -m.by >= namedFrom && len(q.Lowers) < namedNetworks {
			q.Lowers = append(q.Lowers, m.slug)
		}
	}
	return q
}

// plain says whether a family can be asked about a sign in everyday words.
func (e *Engine) plain(s int32) bool {
	if n, ok := e.ids[neoplasm]; ok && slices.Contains(e.anc.of(s), n) {
		return false
	}
	all := e.term(s).Synonyms
	i := slices.IndexFunc(all, func(l term.Label) bool { return l.Plain && l.Lang == "fr" })
	return i >= 0 && !examined.MatchString(all[i].Text)
}

// examined are everyday words for what only an examination, a laboratory, a
// picture or a tracing shows: no family has seen it.
var examined = regexp.MustCompile(`(?i)réflexe|souffle au cœur|fond d.œil|prise de sang|analyse|échographi|biopsie|scanner|radio|caryotype|` +
	`\b(IRM|EEG|ECG|TSH|CRP|QT)\b|créatinine|ferritine|prolactine|cortisol|lactates|ammoniac|triglycérides|cholestérol|plaquettes|lymphocytes|neutrophiles|éosinophiles|globules|enzymes|anticorps|calcium|potassium|magnésium|phosphore`)
