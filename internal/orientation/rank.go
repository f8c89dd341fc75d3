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

// frame is the scratch space of one Rank.
type frame struct {
	said     []int32         // by term: the information content of what the person's signs imply, unit
	implied  []int32         // those terms
	heard    [maxNamed]int32 // by number in covering: the highest information content shared with a sign, unit
	open     [maxNamed]int32 // by number in covering: the part that is not said, unit
	branches uint64          // those in which the person has a sign
	far      []uint64        // and the others, as masks over a row of masses
	ahead    uint64          // of what was read ahead, so that it is not left out
	denying  []int32         // excluded signs that deny something
	denied   []bool          // by number in covering: a firm sign that one of them denies
	score    []int32         // by profile, whole shelves: sum of the gains and, if found, the onset; the score does not exceed it
	found    []int32         // profiles that share a sign with the person
	estimate []int32         // the same of their full scores
	queue    []int32         // profiles to settle
	rest     []int32         // profiles that may be settled
	guess    histogram       // of the estimates of found
	ends     histogram       // of the scores of heads
	heads    []head
	keys     []int64 // of heads, to sort them
}

// maxSigns is the most signs that are counted.
const maxSigns = 1000

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
	np, nc := len(e.families), len(e.covering.unseen)
	return &frame{
		said: make([]int32, len(e.ic)), denied: make([]bool, nc),
		far: make([]uint64, e.branches.words), score: make([]int32, int(e.merged.gains.n)*shelfSize),
		found: make([]int32, np+1), estimate: make([]int32, np+1), queue: make([]int32, np+1), rest: make([]int32, np+1),
	}
}

// reset makes f ready for a new query.
func (f *frame) reset() {
	for _, t := range f.implied {
		f.said[t] = 0
	}
	if len(f.denying) > 0 {
		clear(f.denied)
	}
	f.implied, f.denying, f.heads = f.implied[:0], f.denying[:0], f.heads[:0]
}

// Rank answers q. Entries carry no lines: see Explain.
func (e *Engine) Rank(q Query) Result {
	f := e.frames.Get().(*frame)
	defer e.frames.Put(f)
	f.reset()
	res := Result{Engine: Version, Knowledge: e.k.Meta.Digest, Query: q}
	r := e.read(q, &res)
	res.Abstain = abstain(len(r.signs), e.weigh(f, &r))
	e.spread(f, &r)
	e.deny(f, &r)
	floor := e.gather(f, &r)
	e.began(f, &r)
	e.best(f, &r, max(r.limit, networkDepth))
	shares, total := weights(f.heads)
	res.Networks = e.networks(f.heads, shares, total, res.Abstain != "")
	res.Entries = make([]Entry, min(r.limit, len(f.heads)))
	for i := range res.Entries {
		h, n, x := f.heads[i], &e.names[f.heads[i].profile], &res.Entries[i]
		x.Family, x.Aliases, x.Profile = n.family, n.aliases, n.own
		x.Score, x.Support = h.score+floor, Weak
		if i < len(shares) && res.Abstain == "" {
			x.Support = support(shares[i], total, entrySupport)
		}
	}
	return res
}

// gather adds up the gains of all signs by profile, shelf by shelf, finds what
// gained, and returns what all profiles have in common.
func (e *Engine) gather(f *frame, r *reading) (floor int64) {
	for _, w := range r.weight {
		floor += e.floorOf(w)
	}
	e.ahead(f, r)
	clear(f.score)
	f.found, f.estimate = f.found[:cap(f.found)], f.estimate[:cap(f.found)]
	n, sum := 0, e.signs.sum
	for shelf := range e.merged.gains.n {
		from := shelf << shelfBits
		score := (*[shelfSize]int32)(f.score[from:])
		for i, s := range r.signs {
			e.add(score, s, shelf, uint64(r.weight[i]))
		}
		n += f.gainers(n, from, sum[from:min(int(from)+shelfSize, len(sum))], r.missed)
	}
	f.found, f.estimate = f.found[:n], f.estimate[:n]
	return floor
}

// ahead reads the beginnings of the lists of the signs, so that those that are in
// no cache come at once and not one after the other.
func (e *Engine) ahead(f *frame, r *reading) {
	m, seen := &e.merged, uint64(0)
	for _, s := range r.signs {
		for shelf := range m.gains.n {
			if list := m.gains.of(m.whole[s], shelf); len(list) > 0 {
				seen ^= uint64(list[0])
			}
			if list := m.surplus.of(m.own[s], shelf); len(list) > 0 {
				seen ^= uint64(list[0].less)
			}
		}
	}
	f.ahead ^= seen
}

// gainers puts into found, after n others, what gained on a shelf whose first
// profile is from, and returns how many; sum is the shares of the signs of each
// profile together. It guesses at the full score, less what all profiles lose: as
// if none of their signs had been seen.
//
//go:noinline
func (f *frame) gainers(n int, from int32, sum []int32, missed int64) int {
	found, estimate, score := f.found[n:], f.estimate[n:], (*[shelfSize]int32)(f.score[from:])
	n = 0
	for i, sum := range sum[:min(shelfSize, len(sum))] {
		s := score[i&(shelfSize-1)]
		found[n] = from + int32(i) // kept if n moves on, without a branch
		estimate[n] = s - int32(missed*int64(sum)>>16)
		if s > 0 {
			n++
		}
	}
	return n
}

// estimateOf is the same estimate of a profile that was found, onset included.
func (e *Engine) estimateOf(f *frame, r *reading, p int32) int32 {
	return f.score[p] - int32(r.missed*int64(e.signs.sum[p])>>16)
}

// began keeps of what was found what can be an answer, and adds what the age at
// onset says.
func (e *Engine) began(f *frame, r *reading) {
	if r.candidates != "" {
		n := 0
		for i, p := range f.found {
			if e.names[p].from(r.candidates) {
				f.found[n], f.estimate[n] = p, f.estimate[i]
				n++
			}
		}
		f.found, f.estimate = f.found[:n], f.estimate[:n]
	}
	for _, b := range r.onset {
		column, parts := e.onset.weight[b], int32(len(r.onset))
		for i, p := range f.found {
			w := column[p]
			if parts > 1 {
				w /= parts
			}
			f.score[p] += w
			f.estimate[i] += w
		}
	}
}

// add gives the profiles of a shelf what they gain by sign s.
func (e *Engine) add(score *[shelfSize]int32, s, shelf int32, weight uint64) {
	m := &e.merged
	for _, x := range m.gains.of(m.whole[s], shelf) {
		score[x.place()] += x.at(weight)
	}
	for _, x := range m.surplus.of(m.own[s], shelf) {
		score[x.place()] += x.at(weight) - x.less.at(weight)
	}
}

func (e *Engine) floorOf(weight int64) int64 { return weight * e.floor / unit }

func (e *Engine) gainOf(n neighbour, posting uint32, weight int64) int64 {
	return weight * int64(e.gain[n.distance][posting&liftMask]) >> 16
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

// missed is the weight of a sign of profile p that nobody saw, unit: one part
// grows with the number of the person's signs, the other is the share of all
// that is expected in the disease.
func (e *Engine) missed(r *reading, p int32) int64 {
	return r.missed + int64(e.signs.whole[p])
}

// loss is what a sign of a disease takes away when this part of it, open, is
// in none of the person's signs.
func loss(missed, freq, open int64) int64 {
	return missed * freq >> 16 * open >> 16
}

// contradicted is what the excluded signs take from profile p.
func (e *Engine) contradicted(f *frame, p int32) (sum int64) {
	n := 0
	for _, s := range e.firm.of(p) {
		if f.denied[s] {
			sum += contradiction(f.open[s], &n)
		}
	}
	return sum
}

// contradiction is what an excluded sign takes from a disease that hardly
// anybody has without it, after so many others; it never gives anything.
func contradiction(open int32, others *int) int64 {
	if *others == maxContradictions || open == 0 {
		return 0
	}
	*others++
	return contradictionWeight * int64(open) / unit
}

// entry names the codes of a head.
func (e *Engine) entry(h head) Entry {
	n := &e.names[h.profile]
	return Entry{Family: n.family, Aliases: n.aliases, Profile: n.own}
}
