package orientation

import (
	"math"
	"slices"
)

// The histogram that finds the best profiles has slots of 1/16 nat, the first
// for all that is under slotLow.
const (
	slots     = 4096
	slotShift = 12
	slotLow   = -32 * unit
)

type histogram struct {
	count [slots]int32
	top   int // no slot above it holds anything
}

// clear empties h.
func (h *histogram) clear() {
	clear(h.count[:h.top+1])
	h.top = 0
}

// add counts a score.
func (h *histogram) add(score int64) {
	slot := slotOf(score)
	h.count[slot]++
	h.top = max(h.top, slot)
}

// best finds the heads of the depth best profiles. Those that look best are
// settled first and give a score that counts. Bounds from above then save most
// of the others: the gains, since signs that nobody saw only take away, and the
// gains less what the branches without a sign of the person take away for certain.
func (e *Engine) best(f *frame, r *reading, depth int) {
	depth = min(depth, len(f.found))
	f.sample()
	n, first := 0, int32(math.MaxInt32)
	for try := depth * 3 / 2; n < depth && first > math.MinInt32; try *= 2 {
		first = f.reachedBy(try)
		n = seeming(f.queue, f.found, f.estimate, first)
	}
	queue := f.queue[:n]
	e.settle(f, r, queue, minScore)
	if len(queue) < len(f.found) {
		e.settleRest(f, r, depth, first)
	}
	least := f.leastOf(depth)
	f.heads = slices.DeleteFunc(f.heads, func(h head) bool { return h.score < least })
	f.sortHeads()
	f.heads = f.heads[:min(depth, len(f.heads))]
}

// settleRest settles what can be among the depth best and has an estimate under
// first, the better half before the other.
func (e *Engine) settleRest(f *frame, r *reading, depth int, first int32) {
	e.untouched(f)
	least := f.leastOf(depth)
	rest := f.rest[:f.reaching(first, least)]
	rest = e.bound(f, r, rest, least)
	second := f.reachedBy(3 * depth)
	for _, better := range [...]bool{true, false} {
		n := 0
		for _, p := range rest {
			f.queue[n] = p
			if e.estimateOf(f, r, p) >= second == better {
				n++
			}
		}
		e.settle(f, r, f.queue[:n], least)
		least = max(least, f.leastOf(depth))
	}
}

// seeming puts into a queue what has an estimate from least on, and returns how
// many. It is not inlined, so that the compiler has a register for everything; so
// are others.
//
//go:noinline
func seeming(queue, found, estimate []int32, least int32) (n int) {
	estimate = estimate[:len(found)]
	for i, p := range found {
		queue[n] = p // kept if n moves on, without a branch
		if estimate[i] >= least {
			n++
		}
	}
	return n
}

// reaching puts into rest what has an estimate under above and gains from least
// on, and returns how many.
//
//go:noinline
func (f *frame) reaching(above int32, least int64) (n int) {
	least = max(least, math.MinInt32) // so that the difference fits
	rest, score, estimate := f.rest, f.score, f.estimate[:len(f.found)]
	for i, p := range f.found {
		rest[n] = p
		if min(int64(score[p])-least, int64(above)-1-int64(estimate[i])) >= 0 {
			n++
		}
	}
	return n
}

// sampled is the part of the profiles that is looked at to find from where the
// best depth stand, one in so many.
const sampled = 4

func (f *frame) sample() {
	f.guess.clear()
	for i := 0; i < len(f.estimate); i += sampled {
		f.guess.add(int64(f.estimate[i]))
	}
}

// reachedBy returns an estimate that about n profiles reach.
func (f *frame) reachedBy(n int) int32 {
	if slot := slotFor(&f.guess, n/sampled); slot > 0 && n < len(f.found) {
		return int32(int64(slot)<<slotShift + slotLow)
	}
	return math.MinInt32
}

// bound keeps of a queue what can reach least.
func (e *Engine) bound(f *frame, r *reading, queue []int32, least int64) []int32 {
	e.branches.ahead(f, queue)
	n := 0
	for _, p := range queue {
		queue[n] = p
		if int64(f.score[p])-e.sure(f, r, p) >= least {
			n++
		}
	}
	return queue[:n]
}

// settle computes the full scores of a queue and keeps them, unless they fall
// under least. It reads the beginnings of all lists first, so that those that are
// in no cache come at once.
func (e *Engine) settle(f *frame, r *reading, queue []int32, least int64) {
	seen := expected(0)
	for _, p := range queue {
		list := e.expect[e.signs.start[p]:][:expectRoom]
		seen ^= list[0] ^ list[expectRoom/2] ^ list[expectRoom-1]
	}
	f.ahead ^= uint64(seen)
	for _, p := range queue {
		if score := e.full(f, r, p, int64(f.score[p]), least); score >= least {
			f.heads = append(f.heads, head{p, score})
		}
	}
}

// full is the score of a profile that gains so much, or something under least.
func (e *Engine) full(f *frame, r *reading, p int32, gains, least int64) int64 {
	signs := e.expect[e.signs.start[p]:e.signs.start[p+1]]
	score := unseen(&f.open, signs, e.missed(r, p), gains, least)
	if len(f.denying) > 0 && score >= least {
		score -= e.contradicted(f, p)
	}
	return score
}

// unseen takes from a score what the signs that nobody saw do, or enough of it
// to fall under least.
//
//go:noinline
func unseen(open *[maxNamed]int32, signs []expected, missed, score, least int64) int64 {
	for _, s := range signs {
		score -= loss(missed, s.share(), int64(open[s.number()]))
		if score < least {
			break
		}
	}
	return score
}

// leastOf returns a score that at least depth heads reach, and few more.
func (f *frame) leastOf(depth int) int64 {
	f.ends.clear()
	for _, h := range f.heads {
		f.ends.add(h.score)
	}
	if slot := slotFor(&f.ends, depth); slot > 0 {
		return int64(slot)<<slotShift + slotLow
	}
	return minScore
}

// slotFor returns the highest slot that n scores reach; 0 when fewer than n do.
func slotFor(h *histogram, n int) int {
	slot := h.top
	for ; slot > 0; slot-- {
		if n -= int(h.count[slot]); n <= 0 {
			break
		}
	}
	return slot
}

func slotOf(score int64) int { return int(min(max((score-slotLow)>>slotShift, 0), slots-1)) }

// sortHeads sorts by score, then profile: as one number, a complement for each
// score, since the highest comes first.
func (f *frame) sortHeads() {
	f.keys = f.keys[:0]
	for _, h := range f.heads {
		f.keys = append(f.keys, ^h.score<<profileBits|int64(h.profile))
	}
	slices.Sort(f.keys)
	for i, k := range f.keys {
		f.heads[i] = head{int32(k & (1<<profileBits - 1)), ^(k >> profileBits)}
	}
}
