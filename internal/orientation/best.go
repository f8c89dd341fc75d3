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
	first := f.reachedBy(depth + depth/2)
	queue, n := f.queue[:len(f.found)+1], 0
	for _, x := range f.found {
		queue[n] = x // kept if n moves on, without a branch
		if x.estimate >= first {
			n++
		}
	}
	e.settle(f, r, queue[:n], minScore)
	if least := f.leastOf(depth); n < len(f.found) {
		rest := e.bound(f, r, first, least)
		second := f.reachedBy(3 * depth)
		for _, better := range [...]bool{true, false} {
			n := 0
			for _, x := range rest {
				queue[n] = x
				if x.estimate >= second == better && int64(x.most) >= least {
					n++
				}
			}
			e.settle(f, r, queue[:n], least)
			least = max(least, f.leastOf(depth))
		}
	}
	least := f.leastOf(depth)
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
	sum, missed := e.signs.sum, r.missed
	f.guess.clear()
	for i := range f.found {
		x := &f.found[i]
		x.estimate = x.gains - int32(missed*int64(sum[x.profile])>>16)
	}
	for i := 0; i < len(f.found); i += sample {
		f.guess.add(int64(f.found[i].estimate))
	}
}

// reachedBy returns an estimate that about n profiles reach.
func (f *frame) reachedBy(n int) int32 {
	if slot := slotFor(&f.guess, n/sample); slot > 0 && n < len(f.found) {
		return int32(int64(slot)<<slotShift + slotLow)
	}
	return math.MinInt32
}

// bound returns what was found with an estimate under above and can reach least.
func (e *Engine) bound(f *frame, r *reading, above int32, least int64) []found {
	e.untouched(f)
	rest, n := f.rest[:len(f.found)+1], 0
	for _, x := range f.found {
		rest[n] = x
		if int64(x.gains) >= least {
			n++
		}
	}
	rest = rest[:n]
	n = 0
	for _, x := range rest {
		x.most = x.gains - int32(e.sure(f, r, x.profile))
		rest[n] = x
		if x.estimate < above && int64(x.most) >= least {
			n++
		}
	}
	return rest[:n]
}

// settle computes the full scores of a queue and keeps them, unless they fall
// under least.
func (e *Engine) settle(f *frame, r *reading, queue []found, least int64) {
	for _, x := range queue {
		signs := e.expect[e.signs.start[x.profile]:e.signs.start[x.profile+1]]
		score := unseen(&f.open, signs, e.missed(r, x.profile), int64(x.gains), least)
		if score < least {
			continue
		}
		if score -= e.contradicted(f, x.profile); score >= least {
			f.heads = append(f.heads, head{x.profile, score})
		}
	}
}

// unseen takes from a score what the signs that nobody saw do, or enough of it
// to fall under least.
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

func sortHeads(heads []head) {
	slices.SortFunc(heads, func(a, b head) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.profile, b.profile)
	})
}
