package orientation

import (
	"cmp"
	"math/bits"
	"slices"
)

// covering tells which part of the information of a term the person's signs
// leave open: 1 less the highest information content that it shares with one of
// them, over its own. It has the terms that a profile names or implies, in
// numbers of its own: parents before children, and those of the same branches
// together. A query goes through them once, but for branches that it leaves out.
type covering struct {
	number  []int32 // by term; -1 for one that it does not have
	step    []step
	flow    []flow
	inverse []uint64 // of the information content, by number
	unseen  []int32  // what is open when nothing is said, unit
}

// maxNamed is the most terms that profiles may name or imply; HPO has 19,000,
// of which 12,500 are. Their numbers need no check then, and few bits.
const maxNamed = 1 << 16

// step hands what is said of a parent on to its child.
type step struct{ child, parent uint16 }

// flow is the steps to children in the same branches, and these children.
type flow struct {
	in          uint64 // those branches
	from, to    int32  // the steps
	first, last int32  // the children; last is the one after
}

// An inverse has 63 bits of fraction. What is divided has under 36 bits and
// stands for at most the divisor, which has under 20, so that all quotients are
// exact.
func inverse(ic int32) uint64 { return 1<<63/uint64(ic) + 1 }

// part is said over the information content that inv is the inverse of, unit.
func part(said int32, inv uint64) int32 {
	hi, _ := bits.Mul64(uint64(said)<<17, inv)
	return int32(hi)
}

// cover makes the covering and the lists of expected signs, which use its
// numbers.
func (e *Engine) cover() {
	c := &e.covering
	c.number = make([]int32, len(e.ic))
	order := e.named()
	if len(order) > maxNamed {
		panic("orientation: the knowledge names more than 65,536 terms; widen expected and step in internal/orientation")
	}
	slices.SortFunc(order, func(a, b int32) int { // a child is in all branches of its parents
		x, y := e.branches.of[a], e.branches.of[b]
		return cmp.Or(cmp.Compare(bits.OnesCount64(x), bits.OnesCount64(y)), cmp.Compare(x, y), cmp.Compare(a, b))
	})
	for t := range c.number {
		c.number[t] = -1
	}
	c.unseen, c.inverse = make([]int32, len(order)), make([]uint64, len(order))
	for i, t := range order {
		c.number[t] = int32(i)
		if e.ic[t] <= 0 {
			continue // nothing can be open
		}
		c.unseen[i] = int32(unit)
		in := e.branches.of[t]
		if n := len(c.flow); n == 0 || c.flow[n-1].in != in {
			c.flow = append(c.flow, flow{in: in, from: int32(len(c.step)), first: int32(i)})
		}
		c.inverse[i] = inverse(e.ic[t])
		for _, p := range e.up.of(t) {
			c.step = append(c.step, step{uint16(i), uint16(c.number[p])})
		}
		w := &c.flow[len(c.flow)-1]
		w.to, w.last = int32(len(c.step)), int32(i+1)
	}
	e.expected()
}

// expectRoom is the room after the last list, for what reads ahead.
const expectRoom = 33

// expected makes the lists of signs that a query reads.
func (e *Engine) expected() {
	number := e.covering.number
	e.expect = make([]expected, len(e.signs.item)+expectRoom)
	e.firm.start = []int32{0}
	firm := make([]bool, len(number))
	for p := range int32(len(e.families)) {
		for i, s := range e.signs.of(p) {
			e.expect[int(e.signs.start[p])+i] = expected(number[s.term])<<16 | expected(s.freq())
			if s.firm() {
				e.firm.item = append(e.firm.item, number[s.term])
				firm[s.term] = true
			}
		}
		e.firm.end()
	}
	under := make([][]int32, len(number))
	for t, ok := range firm {
		if ok {
			for _, a := range e.anc.of(int32(t)) {
				under[a] = append(under[a], number[t])
			}
		}
	}
	e.firmUnder.start = []int32{0}
	for _, list := range under {
		e.firmUnder.item = append(e.firmUnder.item, list...)
		e.firmUnder.end()
	}
}

// named lists the terms that a profile names or implies.
func (e *Engine) named() (list []int32) {
	named := make([]bool, len(e.ic))
	for _, s := range e.signs.item {
		named[s.term] = true
	}
	for t := int32(len(named)) - 1; t >= 0; t-- { // children before parents
		if !named[t] {
			continue
		}
		list = append(list, t)
		for _, p := range e.up.of(t) {
			named[p] = true
		}
	}
	return list
}

// spread finds what is open in f, after weigh has said what the person's signs
// imply.
func (e *Engine) spread(f *frame, r *reading) {
	clear(f.heard[:len(e.covering.unseen)])
	for _, t := range f.implied {
		if i := e.covering.number[t]; i >= 0 {
			f.heard[i] = e.ic[t]
		}
	}
	f.branches = 0
	for _, s := range r.signs {
		f.branches |= e.branches.of[s]
	}
	copy(f.open[:], e.covering.unseen)
	for _, w := range e.covering.flow {
		if w.in&f.branches != 0 {
			handDown(&f.heard, e.covering.step[w.from:w.to])
			leave(f.open[w.first:w.last], f.heard[w.first:w.last], e.covering.inverse[w.first:w.last])
		}
	}
}

// handDown takes some steps.
func handDown(heard *[maxNamed]int32, steps []step) {
	for _, x := range steps {
		heard[x.child] = max(heard[x.child], heard[x.parent])
	}
}

// leave works out what is open of some terms.
func leave(open, heard []int32, inverse []uint64) {
	open, heard = open[:len(inverse)], heard[:len(inverse)]
	for i, inv := range inverse {
		open[i] = int32(unit) - part(heard[i], inv)
	}
}

// openOf is what is open of any term.
func (e *Engine) openOf(f *frame, t int32) int32 {
	if i := e.covering.number[t]; i >= 0 {
		return f.open[i]
	}
	if e.ic[t] <= 0 {
		return 0
	}
	said := int32(0)
	for _, a := range e.anc.of(t) {
		said = max(said, f.said[a])
	}
	return int32(unit - int64(said)*unit/int64(e.ic[t]))
}
