package orientation

import (
	"math/bits"
	"slices"
)

// branches cut the ontology into the terms right under those that every
// profile has. A sign that is in no branch of the person's signs shares no
// information with them.
type branches struct {
	n      int
	of     []uint64 // by term: the branches that it is in
	masses          // of the shares of the signs in each branch alone
}

// massUnit is the step of a mass, unit.
const massUnit = unit / 8

// maxBranches bounds the branches; HPO has about 25. What is in a further one
// is counted in none, which only makes a bound less tight.
const maxBranches = 60

// otherBranch marks what the bound must not count.
const otherBranch = uint64(1) << 63

// alone reports whether in is one branch.
func (b *branches) alone(in uint64) bool { return in&(in-1) == 0 && in != otherBranch && in != 0 }

// branch finds the branches and the mass of each profile in them.
func (e *Engine) branch() {
	b := &e.branches
	b.of = make([]uint64, len(e.origin))
	for t := range int32(len(e.origin)) { // parents come first
		if e.ic[t] <= 0 {
			continue
		}
		up := e.up.of(t)
		for _, p := range up {
			b.of[t] |= b.of[p]
		}
		switch root := slices.ContainsFunc(up, func(p int32) bool { return e.ic[p] <= 0 }); {
		case len(up) > 0 && !root:
		case b.n < maxBranches:
			b.of[t] |= 1 << b.n
			b.n++
		default:
			b.of[t] |= otherBranch
		}
	}
	b.masses = newMasses(len(e.families), b.n, massUnit)
	sums := make([]int64, b.n)
	for p := range int32(len(e.families)) {
		clear(sums)
		for _, s := range e.signs.of(p) {
			if in := b.of[s.term]; b.alone(in) {
				sums[bits.TrailingZeros64(in)] += int64(s.freq())
			}
		}
		b.put(p, sums)
	}
}

// untouched notes in f the branches in which the person has no sign.
func (e *Engine) untouched(f *frame) {
	clear(f.far)
	for b := range e.branches.n {
		if f.branches>>b&1 == 0 {
			set(f.far, b)
		}
	}
}

// sure is a part of what the unseen signs of p take away: those that are only
// in branches where the person has none share nothing with her. Two are taken
// off for what rounding each sign may have spared.
func (e *Engine) sure(f *frame, r *reading, p int32) int64 {
	return max(e.missed(r, p)*e.branches.among(p, f.far)>>16-2*e.signs.most, 0)
}
