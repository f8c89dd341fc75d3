package orientation

import (
	"cmp"
	"math/bits"
	"slices"
)

// covering tells, for each term, which part of its information the person's
// signs leave open: 1 less the highest information content that it shares with
// one of them, over its own. All terms that a profile can name are gone through
// once for each query, parents first, but for whole branches that it leaves out.
type covering struct {
	step   []step
	flow   []flow
	unseen []int32 // by term: what is open when nothing is said, unit
}

// step hands what is said of a parent on to its child.
type step struct {
	child, parent int32
	inverse       uint64 // of the child's information content
}

// flow is the steps to children in the same branches.
type flow struct {
	in       uint64 // those branches
	from, to int32
}

// inverseBits is the fraction of an inverse. What is divided has under 36 bits
// and stands for at most the divisor, which has under 20, so that all quotients
// are exact.
const inverseBits = 60

func inverse(ic int32) uint64 { return 1<<inverseBits/uint64(ic) + 1 }

// part is said over the information content that inv is the inverse of, unit.
func part(said int32, inv uint64) int32 {
	hi, lo := bits.Mul64(uint64(said)<<16, inv)
	return int32(hi<<(64-inverseBits) | lo>>inverseBits)
}

// covering makes the steps to all terms that a profile names or implies.
func (e *Engine) cover() {
	c := &e.covering
	nt := len(e.ic)
	c.unseen = make([]int32, nt)
	used := make([]bool, nt)
	for _, s := range e.signs.item {
		used[s.term] = true
	}
	order := make([]int32, 0, nt)
	for t := int32(nt) - 1; t >= 0; t-- { // children before parents
		if e.ic[t] > 0 {
			c.unseen[t] = int32(unit)
		}
		if !used[t] {
			continue
		}
		order = append(order, t)
		for _, p := range e.up.of(t) {
			used[p] = true
		}
	}
	slices.SortFunc(order, func(a, b int32) int { // a child is in all branches of its parents
		x, y := e.branches.of[a], e.branches.of[b]
		return cmp.Or(cmp.Compare(bits.OnesCount64(x), bits.OnesCount64(y)), cmp.Compare(x, y), cmp.Compare(a, b))
	})
	for _, t := range order {
		if e.ic[t] <= 0 {
			continue
		}
		in := e.branches.of[t]
		if n := len(c.flow); n == 0 || c.flow[n-1].in != in {
			c.flow = append(c.flow, flow{in, int32(len(c.step)), 0})
		}
		inv := inverse(e.ic[t])
		for _, p := range e.up.of(t) {
			c.step = append(c.step, step{t, p, inv})
		}
		if len(e.up.of(t)) == 0 {
			c.step = append(c.step, step{t, t, inv})
		}
		c.flow[len(c.flow)-1].to = int32(len(c.step))
	}
}

// spread finds what is open in f, after weigh has marked the ancestors of the
// person's signs.
func (e *Engine) spread(f *frame, r *reading) {
	copy(f.open, e.covering.unseen)
	f.branches = 0
	for _, s := range r.signs {
		f.branches |= e.branches.of[s]
	}
	for _, w := range e.covering.flow {
		if w.in&f.branches == 0 {
			continue
		}
		for _, x := range e.covering.step[w.from:w.to] {
			said := max(f.said[x.child], f.said[x.parent])
			f.said[x.child] = said
			f.open[x.child] = int32(unit) - part(said, x.inverse)
		}
	}
}

// openOf is what is open of any term, also of one that no profile names.
func (e *Engine) openOf(f *frame, t int32) int64 {
	if e.ic[t] <= 0 {
		return 0
	}
	said := int32(0)
	for _, a := range e.anc.of(t) {
		said = max(said, f.said[a])
	}
	return unit - int64(said)*unit/int64(e.ic[t])
}
