package orientation

import (
	"cmp"
	"math"
	"slices"
)

// The histogram that finds the best profiles has slots of 1/16 nat.
const (
	slots     = 4096
	slotShift = 12
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

// bounded is a profile and a score that it cannot exceed.
type bounded struct {
	most    int64
	profile int32
}

// best finds the heads of the depth best profiles. Two bounds from above save
// most of the work: the sum over signs, since signs that nobody saw only take
// away, and that sum less what the untouched branches of a profile take away
// for certain. Profiles are settled from the highest bounds down, until none
// reaches the last head wanted.
func (e *Engine) best(f *frame, r *reading, depth int) {
	f.sums.clear()
	for _, p := range f.touched {
		f.sums.add(int64(f.cell[p].score))
	}
	e.untouched(f, r)
	f.best.clear()
	least, above := minScore, slots
	for n := 3 * depth; above > 0; n *= 2 {
		low := min(slotFor(&f.sums, n), above-1)
		if least > minScore { // nothing under least is wanted, and all above it
			low = min(slotOf(least), above-1)
		}
		f.queue = f.queue[:0]
		for _, p := range f.touched {
			s := int64(f.cell[p].score)
			if slot := slotOf(s); slot >= low && slot < above && s >= least {
				if most := s - e.sure(f, r, p); most >= least {
					f.queue = append(f.queue, bounded{most, p})
				}
			}
		}
		least = e.settleQueue(f, r, depth, least)
		above = low
		if above <= slotOf(least) && least > minScore {
			break
		}
	}
	f.heads = slices.DeleteFunc(f.heads, func(h head) bool { return h.score < least })
	sortHeads(f.heads)
	f.heads = f.heads[:min(depth, len(f.heads))]
}

// settleQueue settles the queue, its best parts first, and returns the score
// that counts from then on.
func (e *Engine) settleQueue(f *frame, r *reading, depth int, least int64) int64 {
	f.best.clear()
	for _, b := range f.queue {
		f.best.add(b.most)
	}
	above := int64(math.MaxInt64)
	for _, n := range [...]int{depth, 2 * depth, 4 * depth, math.MaxInt} {
		part := minScore
		if n < len(f.queue) {
			part = int64(slotFor(&f.best, n)) << slotShift
		}
		for _, b := range f.queue {
			if b.most >= max(part, least) && b.most < above {
				e.settle(f, r, b.profile, least)
			}
		}
		least, above = max(least, f.leastOf(depth)), part
		if above <= least {
			break
		}
	}
	return least
}

// untouched lists the branches in which the person has no sign.
func (e *Engine) untouched(f *frame, r *reading) {
	touched := uint64(0)
	for _, s := range r.signs {
		touched |= e.branches.of[s]
	}
	f.far = f.far[:0]
	for b := range e.branches.n {
		if touched>>b&1 == 0 {
			f.far = append(f.far, int32(b))
		}
	}
}

// sure is a part of what the unseen signs of p take away: those that are only
// in branches where the person has none share nothing with her. One is taken
// off for what rounding each sign may have spared.
func (e *Engine) sure(f *frame, r *reading, p int32) int64 {
	mass := e.branches.massOf(p)
	sum := int64(0)
	for _, b := range f.far {
		sum += int64(mass[b])
	}
	return max(e.missed(r, p)*(sum*massUnit)>>16-e.signs.most, 0)
}

// leastOf returns a score that at least depth heads reach, and few more.
func (f *frame) leastOf(depth int) int64 {
	f.ends.clear()
	for _, h := range f.heads {
		f.ends.add(h.score)
	}
	if slot := slotFor(&f.ends, depth); slot > 0 {
		return int64(slot) << slotShift
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

func slotOf(score int64) int { return int(min(max(score>>slotShift, 0), slots-1)) }

func sortHeads(heads []head) {
	slices.SortFunc(heads, func(a, b head) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.profile, b.profile))
	})
}
