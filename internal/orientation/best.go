package orientation

import (
	"cmp"
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
	f.guess.clear()
	for _, x := range f.found {
		f.guess.add(e.estimate(r, x))
	}
	from := slotFor(&f.guess, depth+depth/4)
	for _, x := range f.found {
		if slotOf(e.estimate(r, x)) >= from {
			e.settle(f, r, x, minScore)
		}
	}
	if least := f.leastOf(depth); from > 0 {
		e.untouched(f)
		for _, x := range f.found {
			if int64(x.most) >= least && slotOf(e.estimate(r, x)) < from && int64(x.most)-e.sure(f, r, x.profile) >= least {
				e.settle(f, r, x, least)
			}
		}
	}
	least := f.leastOf(depth)
	f.heads = slices.DeleteFunc(f.heads, func(h head) bool { return h.score < least })
	sortHeads(f.heads)
	f.heads = f.heads[:min(depth, len(f.heads))]
}

// estimate guesses at the full score of a profile, less what all of them lose:
// as if none of its signs had been seen.
func (e *Engine) estimate(r *reading, x found) int64 {
	return int64(x.most) - r.missed*int64(e.signs.sum[x.profile])>>16
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
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.profile, b.profile))
	})
}
