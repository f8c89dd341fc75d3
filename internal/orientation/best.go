package orientation

import (
	"cmp"
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
// settled first and give a score that counts. Two bounds from above then save
// most of the others: the gains, since signs that nobody saw only take away, and
// the gains less what the branches without a sign of the person take away for
// certain.
func (e *Engine) best(f *frame, r *reading, depth int) {
	e.estimate(f, r)
	e.untouched(f)
	least, above := minScore, int32(math.MaxInt32)
	for _, n := range [...]int{depth + depth/2, 3 * depth, len(f.found)} {
		from := f.reachedBy(n)
		queue, n := f.queue[:cap(f.queue)], 0
		for _, x := range f.found {
			queue[n] = x // kept if n moves on, without a branch
			if x.estimate >= from && x.estimate < above && int64(x.most) >= least {
				n++
			}
		}
		queue = queue[:n]
		if least > minScore {

			queue = e.bound(f, r, queue, least)

		} else {
		}
		e.settle(f, r, queue, least)
		least, above = max(least, f.leastOf(depth)), from
	}
	f.heads = slices.DeleteFunc(f.heads, func(h head) bool { return h.score < least })
	sortHeads(f.heads)
	f.heads = f.heads[:min(depth, len(f.heads))]
}

// sample is the part of the profiles that is looked at to find from where the
// best depth stand, one in so many.
const sample = 4

// estimate guesses at the full score of each profile, less what all of them lose:
// as if none of its signs had been seen.
func (e *Engine) estimate(f *frame, r *reading) {
	f.guess.clear()
	for i := range f.found {
		x := &f.found[i]
		x.estimate = x.most - int32(r.missed*int64(e.signs.sum[x.profile])>>16)
		if i%sample == 0 {
			f.guess.add(int64(x.estimate))
		}
	}
}

// reachedBy returns an estimate that about n profiles reach.
func (f *frame) reachedBy(n int) int32 {
	if slot := slotFor(&f.guess, n/sample); slot > 0 && n < len(f.found) {
		return int32(int64(slot)<<slotShift + slotLow)
	}
	return math.MinInt32
}

// bound keeps in the queue what can reach least.
func (e *Engine) bound(f *frame, r *reading, queue []found, least int64) []found {
	n := 0
	for _, x := range queue {
		queue[n] = x
		if int64(x.most)-e.sure(f, r, x.profile) >= least {
			n++
		}
	}
	return queue[:n]
}

// settle computes the full scores of a queue and keeps them, unless they fall
// under least.
func (e *Engine) settle(f *frame, r *reading, queue []found, least int64) {
next:
	for _, x := range queue {
		score, missed := int64(x.most), e.missed(r, x.profile)
		for _, s := range e.expect[e.signs.start[x.profile]:e.signs.start[x.profile+1]] {

			score -= loss(missed, int32(s.share), f.open[s.number])
			if score < least {
				continue next
			}
		}
		if score -= e.contradicted(f, x.profile); score >= least {
			f.heads = append(f.heads, head{x.profile, score})
		}
	}
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

func sortHeads(heads []head) {
	slices.SortFunc(heads, func(a, b head) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.profile, b.profile)
	})
}
