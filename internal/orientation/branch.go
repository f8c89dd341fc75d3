package orientation

import (
	"math/bits"
	"slices"
)

// branches cut the ontology into the terms right under those that every
// profile has. A sign that is in no branch of the person's signs shares no
// information with them.
type branches struct {
	n     int
	of    []uint64 // by term: the branches that it is in
	mass  []uint64 // by profile: rows of the sums of the shares of the signs in each branch alone, massUnit, not rounded up
	words int      // a row has so many words of lanes branches
}

// A word of a row has lanes masses. Rows are short so that the processor's
// caches hold many.
const (
	lanes    = 8
	laneBits = 64 / lanes
	laneMask = 1<<laneBits - 1
	// evenLanes are every other one; a sum of all masses of a row fits above one.
	evenLanes = laneMask | laneMask<<16 | laneMask<<32 | laneMask<<48
)

// massUnit is the step of a mass, unit.
const massUnit = unit / 8

// maxBranches bounds the branches; HPO has about 25. What is in a further one
// is counted in none, which only makes a bound less tight.
const maxBranches = 60

// otherBranch marks what the bound must not count.
const otherBranch = uint64(1) << 63

func (b *branches) massOf(p int32) []uint64 { return b.mass[int(p)*b.words : int(p+1)*b.words] }

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
	b.words = (b.n + lanes - 1) / lanes
	b.mass = make([]uint64, len(e.families)*b.words)
	sum := make([]int64, b.n)
	for p := range int32(len(e.families)) {
		clear(sum)
		for _, s := range e.signs.of(p) {
			if in := b.of[s.term]; in&(in-1) == 0 && in != otherBranch && in != 0 {
				sum[bits.TrailingZeros64(in)] += int64(s.freq())
			}
		}
		row := b.massOf(p)
		for i, x := range sum {
			row[i/lanes] |= uint64(min(x/massUnit, laneMask)) << (i % lanes * laneBits)
		}
	}
}

// untouched notes in f the branches in which the person has no sign.
func (e *Engine) untouched(f *frame) {
	clear(f.far)
	for b := range e.branches.n {
		if f.branches>>b&1 == 0 {
			f.far[b/lanes] |= laneMask << (b % lanes * laneBits)
		}
	}
}

// sure is a part of what the unseen signs of p take away: those that are only
// in branches where the person has none share nothing with her. One is taken
// off for what rounding each sign may have spared.
func (e *Engine) sure(f *frame, r *reading, p int32) int64 {
	sums := uint64(0)
	for i, x := range e.branches.massOf(p) {
		x &= f.far[i]
		sums += x&evenLanes + x>>laneBits&evenLanes
	}
	sum := int64(sums * (1 | 1<<16 | 1<<32 | 1<<48) >> 48) // of its four parts
	return max(e.missed(r, p)*(sum*massUnit)>>16-e.signs.most, 0)
}
