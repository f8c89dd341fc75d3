package orientation

import (
	"math"
	"math/bits"
	"slices"
)

// spot is a term as a frame sees it: its cover, and what that is made from,
// together because most of them are not in the processor's cache.
type spot struct {
	cover cover
	ic    int32
	up    int32 // its only parent, or one of the two below
}

// A term without a parent, and one with several.
const (
	noParent    = int32(-1)
	manyParents = int32(-2)
)

func (e *Engine) spot() {
	e.spots = make([]spot, len(e.ic))
	for t := range e.spots {
		x := spot{ic: e.ic[t]}
		switch up := e.up.of(int32(t)); len(up) {
		case 0:
			x.up = noParent
		case 1:
			x.up = up[0]
		default:
			x.up = manyParents
		}
		e.spots[t] = x
	}
}

// branches cut the ontology into the terms right under those that every
// profile has. A sign that is in no branch of the person's signs shares no
// information with them.
type branches struct {
	n    int
	of   []uint64 // by term: the branches that it is in
	mass []uint16 // by profile and branch: sum of the shares of the signs in that branch only, 1/256, not rounded up
}

// massUnit is the step of a mass, unit.
const massUnit = unit / 256

// maxBranches bounds the branches; HPO has about 25. What is in a further one
// is counted in none, which only makes a bound less tight.
const maxBranches = 60

// otherBranch marks what the bound must not count.
const otherBranch = uint64(1) << 63

func (b *branches) massOf(p int32) []uint16 { return b.mass[int(p)*b.n : int(p+1)*b.n] }

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
	b.mass = make([]uint16, len(e.families)*b.n)
	sum := make([]int64, b.n)
	for p := range int32(len(e.families)) {
		clear(sum)
		for _, s := range e.signs.of(p) {
			if in := b.of[s.term]; in&(in-1) == 0 && in != otherBranch && in != 0 {
				sum[bits.TrailingZeros64(in)] += int64(s.freq())
			}
		}
		mass := b.massOf(p)
		for i, x := range sum {
			mass[i] = uint16(min(x/massUnit, math.MaxUint16))
		}
	}
}
