package report

import (
	"math"
	"slices"
)

// told is how much a reader is told of a count.
type told int

const (
	exact   told = iota
	few          // that it is not zero and under the least
	many         // nothing, but a delay that stands on it, and so on LeastActivity or more
	nothing      // that it is not zero
)

// cell is one count: what it is, what is told of it, and between which numbers
// that and all the others leave it.
type cell struct {
	n, least int
	delay    bool // a delay stands on it
	told     told
	lo, hi   int
}

func (c *cell) hidden() bool { return c.told != exact }

// hidesDelay reports whether the delay that stands on the count is hidden too.
func (c *cell) hidesDelay() bool { return c.told == few || c.told == nothing }

// less tells less of a count.
func (c *cell) less() {
	switch {
	case c.told != exact:
		c.told = nothing
	case c.n < c.least:
		c.told = few
	case c.delay:
		c.told = many
	default:
		c.told = nothing
	}
}

// endless is more than a desk will ever count, and sums of it are still numbers.
const endless = math.MaxInt32

func (c *cell) start() {
	switch c.told {
	case exact:
		c.lo, c.hi = c.n, c.n
	case few:
		c.lo, c.hi = 1, c.least-1
	case many:
		c.lo, c.hi = LeastActivity, endless
	case nothing:
		c.lo, c.hi = 1, endless
	}
}

// narrow reports whether a reader knows a hidden count too well: to less than
// five, and better than that it is under the least.
func (c *cell) narrow() bool {
	return c.hidden() && c.hi-c.lo < LeastActivity && (c.lo > 1 || c.hi < c.least-1)
}

// tighten narrows the bounds of a count and reports whether that told something.
func (c *cell) tighten(lo, hi int) bool {
	if lo <= c.lo && hi >= c.hi {
		return false
	}
	c.lo, c.hi = max(lo, c.lo), min(hi, c.hi)
	return true
}

// link says that the parts together are at most the total or, covering it, at
// least the total.
type link struct {
	total *cell
	parts []*cell
	cover bool
}

// bound tightens what it links and reports whether anything was.
func (l *link) bound() (some bool) {
	lo, hi := 0, 0
	for _, c := range l.parts {
		lo, hi = lo+c.lo, hi+c.hi
	}
	if l.cover {
		some = l.total.tighten(0, hi)
	} else {
		some = l.total.tighten(lo, endless)
	}
	for _, c := range l.parts {
		if l.cover {
			some = c.tighten(l.total.lo-(hi-c.hi), endless) || some
		} else {
			some = c.tighten(0, l.total.hi-(lo-c.lo)) || some
		}
	}
	return some
}

// smallest is the smallest part that is shown, zeros aside.
func (l *link) smallest() (least *cell) {
	for _, c := range l.parts {
		if c.told == exact && c.n > 0 && (least == nil || c.n < least.n) {
			least = c
		}
	}
	return least
}

// ways are what could be told less of, so that a link tells less, the least
// loss first; some are empty.
func (l *link) ways() (all [4][]*cell) {
	for _, c := range append([]*cell{l.total}, l.parts...) {
		switch c.told {
		case few:
			all[0] = append(all[0], c)
		case many:
			all[2] = append(all[2], c)
		}
	}
	if c := l.smallest(); c != nil {
		all[1] = []*cell{c}
	}
	if l.total.told == exact && l.total.n > 0 {
		all[3] = []*cell{l.total}
	}
	return all
}

// close hides every small count and then what would give one away, until none
// of the hidden is known too well. Each turn tells less, so that it ends.
func (b *book) close() {
	for _, c := range b.all {
		if c.n > 0 && c.n < c.least {
			c.less()
		}
	}
	for _, key := range []string{"network", "centre"} {
		pair(b.rows[key])
	}
	for c := b.known(); c != nil && b.loosen(c); {
		c = b.known()
	}
}

// pair hides a second network or centre with the only hidden one. Nothing gives
// that away for certain, but most requests go to one: what is missing from the
// number of those oriented would nearly.
func pair(rows []*cell) {
	hidden := 0
	for _, c := range rows {
		if c.hidden() {
			hidden++
		}
	}
	if next := (&link{parts: rows}).smallest(); hidden == 1 && next != nil {
		next.less()
	}
}

// known is the first hidden count that a reader knows too well, if there is one.
func (b *book) known() *cell {
	b.bound()
	if i := slices.IndexFunc(b.all, (*cell).narrow); i >= 0 {
		return b.all[i]
	}
	return nil
}

// bound works out what a reader can. The rounds are limited for the sake of
// form: a year settles within a few.
func (b *book) bound() {
	for _, c := range b.all {
		c.start()
	}
	for some, round := true, 0; some && round < 100; round++ {
		some = false
		for i := range b.links {
			some = b.links[i].bound() || some
		}
	}
}

// loosen tells less of one thing or another, so that a count is known less
// well, and reports whether there was anything left to do.
func (b *book) loosen(c *cell) bool {
	step := b.step(c)
	for _, x := range step {
		x.less()
	}
	return len(step) > 0
}

// step is what helps a count by itself at the least loss or, where nothing
// does, a first step: rather near the count than far, and a total last, for it
// is what is read first.
func (b *book) step(c *cell) []*cell {
	type step struct {
		cost int
		way  []*cell
	}
	var all []step
	for _, l := range b.links {
		near := l.total == c || slices.Contains(l.parts, c)
		for cost, way := range l.ways() {
			if len(way) == 0 {
				continue
			}
			if !near {
				cost += 4
			}
			if way[0] == l.total && way[0].told == exact {
				cost += 8
			}
			all = append(all, step{cost, way})
		}
	}
	slices.SortStableFunc(all, func(a, b step) int { return a.cost - b.cost })
	for _, s := range all {
		if b.helps(s.way, c) {
			return s.way
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all[0].way
}

// helps reports whether telling less of some counts is enough for one of them.
func (b *book) helps(way []*cell, c *cell) bool {
	before := make([]told, len(way))
	for i, x := range way {
		before[i] = x.told
		x.less()
	}
	b.bound()
	enough := !c.narrow()
	for i, x := range way {
		x.told = before[i]
	}
	return enough
}
