package orientation

import (
	"math"
	"slices"
)

// What an expected sign that nobody saw, or that was excluded, may cost.
const (
	wholeMissed         = 4        // nats: what a disease loses of whose signs none was seen
	contradictionWeight = unit / 2 // what an excluded sign takes from a disease that hardly ever lacks it
	maxContradictions   = 2        // so many are counted
)

// minScore is under every score.
const minScore = int64(math.MinInt64)

// frame is the scratch space of one Rank. Ticks tell what belongs to the
// current query, so that little has to be cleared.
type frame struct {
	query   int32   // current query
	cover   []spot  // by term
	cell    []cell  // by profile
	touched []int32 // profiles that have a score
	near    []neighbour
	far     []int32   // branches without a sign of the person
	queue   []bounded // profiles to settle
	sums    histogram // of the scores of cells
	best    histogram // of the bounds of the queue
	ends    histogram // of the scores of heads
	heads   []head
}

// cell is what a profile has got so far.
type cell struct {
	score int32  // sum over signs
	last  uint32 // the last sign that gave it something, from 1, and below signShift the gain
}

// A gain fits under signShift, as many signs as a query may have above it.
const (
	signShift = 20
	maxSigns  = 1000
)

// cover is what the person's signs say of a term, in one word because it is
// read for every sign of every profile settled: from the top the query that
// made it, whether an excluded sign denies the term, the part of its
// information that they do not say (unit), and the highest information content
// that it shares with one of them (unit).
type cover uint64

// The widths of a cover: said holds ln of over 8 million profiles, open 1 unit.
const (
	saidBits = 20
	openBits = 17
	denied   = cover(1) << (saidBits + openBits)
	// maxQuery is the last tick of a frame before it is cleared.
	maxQuery = 1<<(63-saidBits-openBits) - 1
)

func coverOf(query, open, said int32) cover {
	return cover(query)<<(saidBits+openBits+1) | cover(open)<<saidBits | cover(said)
}

func (c cover) query() int32 { return int32(c >> (saidBits + openBits + 1)) }
func (c cover) denied() bool { return c&denied != 0 }
func (c cover) open() int32  { return int32(c >> saidBits & (1<<openBits - 1)) }
func (c cover) said() int32  { return int32(c & (1<<saidBits - 1)) }

// neighbour is a term near a sign, and how many steps up it is.
type neighbour struct {
	term     int32
	distance int32
}

// head is a profile that is settled.
type head struct {
	profile int32
	score   int64
}

func (e *Engine) newFrame() *frame {
	np := len(e.families)
	return &frame{cover: slices.Clone(e.spots), cell: make([]cell, np), touched: make([]int32, np)}
}

// open makes f ready for a new query.
func (f *frame) open() {
	if f.query == maxQuery {
		for t := range f.cover {
			f.cover[t].cover = 0
		}
		f.query = 0
	}
	f.query++
	clear(f.cell)
	f.touched, f.heads = f.touched[:0], f.heads[:0]
}

// Rank answers q. Entries carry no lines: see Explain.
func (e *Engine) Rank(q Query) Result {
	f := e.frames.Get().(*frame)
	defer e.frames.Put(f)
	f.open()
	res := Result{Engine: Version, Knowledge: e.k.Meta.Digest, Query: q}
	r := e.read(q, &res)
	res.Abstain = abstain(len(r.signs), e.weigh(f, &r))
	e.deny(f, &r)
	floor := e.gather(f, &r)
	e.best(f, &r, max(r.limit, networkDepth))
	shares, total := weights(f.heads)
	res.Networks = e.networks(f.heads, shares, total, res.Abstain != "")
	res.Entries = make([]Entry, 0, min(r.limit, len(f.heads)))
	for i, h := range f.heads[:cap(res.Entries)] {
		x := e.entry(h)
		x.Score = h.score + floor
		x.Support = Weak
		if i < len(shares) && res.Abstain == "" {
			x.Support = support(shares[i], total, entrySupport)
		}
		res.Entries = append(res.Entries, x)
	}
	return res
}

// gather adds up the gains of all signs by profile and returns what all
// profiles have in common.
func (e *Engine) gather(f *frame, r *reading) (floor int64) {
	for i, s := range r.signs {
		f.near = e.near(f.near[:0], s)
		for _, n := range f.near {
			e.add(f, n, uint32(i+1), r.weight[i])
		}
		floor += e.floorOf(r.weight[i])
	}
	if r.candidates != "" {
		for p := range f.cell {
			if !e.names[p].from(r.candidates) {
				f.cell[p].score = 0
			}
		}
	}
	f.touched = f.touched[:len(f.cell)]
	n := 0
	for p := range f.cell {
		f.touched[n] = int32(p) // kept if n moves on, without a branch
		if f.cell[p].score > 0 {
			n++
		}
	}
	f.touched = f.touched[:n]
	for _, b := range r.onset {
		column := e.onset.weight[b]
		if len(r.onset) == 1 { // as below, without the division
			for _, p := range f.touched {
				f.cell[p].score += column[p]
			}
			break
		}
		for _, p := range f.touched {
			f.cell[p].score += column[p] / int32(len(r.onset))
		}
	}
	return floor
}

func (e *Engine) floorOf(weight int64) int64 { return weight * e.floor / unit }

func (e *Engine) gainOf(n neighbour, posting uint32, weight int64) int64 {
	return weight * int64(e.gain[n.distance][posting&liftMask]) >> 16
}

// add gives the profiles of one term near a sign their gain, if it is more
// than what another term near that sign gave them.
func (e *Engine) add(f *frame, n neighbour, sign uint32, weight int64) {
	gains := (*[liftSteps]int32)(e.gain[n.distance])
	cells := f.cell
	nothing := sign << signShift
	for _, x := range e.worth(n) {
		c := &cells[x>>liftBits]
		g := uint32(weight * int64(gains[x&liftMask]) >> 16)
		had := max(c.last, nothing) // a gain of an earlier sign is less
		has := max(had, nothing|g)
		c.score += int32(has - had)
		c.last = has
	}
}

// near lists the terms that can speak for sign s: itself, then its ancestors
// up to levels steps, the shortest way. What all diseases have says nothing.
func (e *Engine) near(list []neighbour, s int32) []neighbour {
	list = append(list, neighbour{s, 0})
	for from, d := 0, int32(1); d <= levels; d++ {
		to := len(list)
		for ; from < to; from++ {
			for _, p := range e.up.of(list[from].term) {
				if e.ic[p] > 0 && !slices.ContainsFunc(list, func(n neighbour) bool { return n.term == p }) {
					list = append(list, neighbour{p, d})
				}
			}
		}
	}
	return list
}

// settle computes the full score of profile p and keeps it, unless it falls
// under least.
func (e *Engine) settle(f *frame, r *reading, p int32, least int64) {
	score := int64(f.cell[p].score)
	missed := e.missed(r, p)
	contradicted := 0
	for _, s := range e.signs.of(p) {
		c := f.cover[s.term].cover
		if c.query() != f.query {
			c = e.cover(f, s.term)
		}
		score -= loss(missed, s.freq(), c.open())
		if s.firm() && c.denied() {
			score -= contradiction(c, &contradicted)
		}
		if score < least {
			return
		}
	}
	f.heads = append(f.heads, head{p, score})
}

// missed is the weight of a sign of profile p that nobody saw, unit: one part
// grows with the number of the person's signs, the other is the share of all
// that is expected in the disease.
func (e *Engine) missed(r *reading, p int32) int64 {
	return r.missed + int64(e.signs.whole[p])
}

// loss is what a sign of a disease takes away when this part of it, open, is
// in none of the person's signs.
func loss(missed int64, freq, open int32) int64 {
	return missed * int64(freq) >> 16 * int64(open) >> 16
}

// contradiction is what an excluded sign takes from a disease that hardly
// anybody has without it, after so many others; it never gives anything.
func contradiction(c cover, others *int) int64 {
	if *others == maxContradictions || c.open() == 0 {
		return 0
	}
	*others++
	return contradictionWeight * int64(c.open()) / unit
}

// covered is the cover of a term, made if need be.
func (e *Engine) covered(f *frame, t int32) cover {
	if c := f.cover[t].cover; c.query() == f.query {
		return c
	}
	return e.cover(f, t)
}

// cover fills in the cover of a term from that of its parents: the information
// content never falls on the way down, so the nearest marked ones rule.
func (e *Engine) cover(f *frame, s int32) cover {
	n := &f.cover[s]
	said, deny := int32(0), cover(0)
	switch {
	case n.up >= 0:
		c := f.cover[n.up].cover
		if c.query() != f.query {
			c = e.cover(f, n.up)
		}
		said, deny = c.said(), c&denied
	case n.up == manyParents:
		for _, p := range e.up.of(s) {
			c := f.cover[p].cover
			if c.query() != f.query {
				c = e.cover(f, p)
			}
			said = max(said, c.said())
			deny |= c & denied
		}
	}
	open := int32(0)
	if n.ic > 0 {
		open = int32(unit - int64(said)*unit/int64(n.ic))
	}
	c := coverOf(f.query, open, said) | deny
	n.cover = c
	return c
}

// entry names the codes of a head.
func (e *Engine) entry(h head) Entry {
	n := &e.names[h.profile]
	return Entry{Family: n.family, Aliases: n.aliases, Profile: n.own}
}
