package orientation

import (
	"cmp"
	"math"
	"slices"
)

// skipUnder is the gain, in units, under which no neighbour of a sign is worth
// reading: broad terms that most diseases have, seen from far below.
const skipUnder = unit / 4

// The histogram that finds the best profiles has slots of 1/16 nat.
const (
	slots     = 4096
	slotShift = 12
)

// frame is the scratch space of one Rank. Ticks tell what belongs to the
// current query, so that little has to be cleared.
type frame struct {
	query   int32 // current query
	tick    int32 // first stamp of the current sign
	mark    []int32
	cover   []cover
	stamp   []int32 // by profile: sign and distance that gave it last
	gain    []int64 // by profile: from the sign in hand
	score   []int64 // by profile: sum over signs
	touched []int32 // profiles that have a score
	near    []neighbour
	slot    [slots]int32
	place   []int32 // by group: index into heads
	placed  []int32 // by group: query of place
	heads   []head
}

// cover is the part of a disease's sign that the person's signs say.
type cover struct {
	query int32
	share int32 // unit
}

// neighbour is a term near a sign, and how many steps up it is.
type neighbour struct {
	term     int32
	distance int32
}

// head is the best profile of a family, or of one disease when candidates of
// one source are asked for.
type head struct {
	group, profile int32
	score          int64
}

func (e *Engine) newFrame() *frame {
	np, ng := len(e.owner), max(len(e.k.Families), len(e.k.Diseases))
	return &frame{
		mark: make([]int32, len(e.k.Terms)), cover: make([]cover, len(e.k.Terms)),
		stamp: make([]int32, np), gain: make([]int64, np), score: make([]int64, np),
		place: make([]int32, ng), placed: make([]int32, ng),
	}
}

// open makes f ready for a new query.
func (f *frame) open() {
	if f.tick > math.MaxInt32/2 || f.query == math.MaxInt32 {
		clear(f.mark)
		clear(f.cover)
		clear(f.stamp)
		clear(f.placed)
		f.query, f.tick = 0, 0
	}
	f.query++
	f.tick += levels + 1
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
	floor := e.gather(f, &r)
	e.best(f, &r, max(r.limit, networkDepth))
	shares, total := weights(f.heads)
	res.Networks = e.networks(f.heads, shares, total, res.Abstain != "")
	res.Entries = make([]Entry, 0, min(r.limit, len(f.heads)))
	for i, h := range f.heads[:cap(res.Entries)] {
		x := e.entry(h, r.candidates)
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
	first := f.tick
	for i, s := range r.signs {
		f.near = e.near(f.near[:0], s)
		for _, n := range f.near {
			e.add(f, n, r.weight[i], first)
		}
		floor += e.floorOf(r.weight[i])
		f.tick += levels + 1
	}
	if len(r.onset) > 0 {
		for _, p := range f.touched {
			f.score[p] += e.onset.of(p, r.onset)
		}
	}
	return floor
}

func (e *Engine) floorOf(weight int64) int64 { return weight * e.floor / unit }

func (e *Engine) gainOf(n neighbour, posting int32, weight int64) int64 {
	return weight * int64(e.gain[n.distance][e.lift[posting]]) / unit
}

// add gives the profiles of one term near a sign their gain. The nearest term
// that a profile has counts; among equally near ones, the best.
func (e *Engine) add(f *frame, n neighbour, weight int64, first int32) {
	from, to := e.posts.start[n.term], e.posts.start[n.term+1]
	gains := e.gain[n.distance]
	lifts := e.lift[from:to]
	now := f.tick + n.distance
	for i, p := range e.posts.item[from:to] {
		was := f.stamp[p]
		if was >= f.tick && was != now {
			continue
		}
		g := weight * int64(gains[lifts[i]]) / unit
		switch {
		case was == now:
			if more := g - f.gain[p]; more > 0 {
				f.score[p] += more
				f.gain[p] = g
			}
			continue
		case was < first:
			f.score[p] = 0
			f.touched = append(f.touched, p)
		}
		f.stamp[p] = now
		f.gain[p] = g
		f.score[p] += g
	}
}

// near lists the terms that can speak for sign s: itself, then its ancestors
// up to levels steps, the shortest way.
func (e *Engine) near(list []neighbour, s int32) []neighbour {
	list = append(list, neighbour{s, 0})
	for from, d := 0, int32(1); d <= levels; d++ {
		to := len(list)
		for ; from < to; from++ {
			for _, p := range e.k.Terms[list[from].term].Parents {
				if !slices.ContainsFunc(list, func(n neighbour) bool { return n.term == p }) {
					list = append(list, neighbour{p, d})
				}
			}
		}
	}
	return slices.DeleteFunc(list, func(n neighbour) bool {
		return n.distance > 0 && int64(e.gain[n.distance][e.peak[n.term]]) < skipUnder
	})
}

// best finds the heads of the depth best groups. The sum over signs bounds a
// score from above, since signs that nobody saw only take away, so few
// profiles need their full score.
func (e *Engine) best(f *frame, r *reading, depth int) {
	clear(f.slot[:])
	for _, p := range f.touched {
		f.slot[slotOf(f.score[p])]++
	}
	low, n := slots-1, int32(0)
	for ; low > 0; low-- {
		if n += f.slot[low]; int(n) >= depth+depth/4 {
			break
		}
	}
	for _, p := range f.touched {
		if slotOf(f.score[p]) >= low {
			e.settle(f, r, p)
		}
	}
	sortHeads(f.heads)
	least := int64(math.MinInt64)
	if len(f.heads) >= depth {
		least = f.heads[depth-1].score
	}
	for _, p := range f.touched {
		if f.score[p] >= least && slotOf(f.score[p]) < low {
			e.settle(f, r, p)
		}
	}
	sortHeads(f.heads)
	f.heads = f.heads[:min(depth, len(f.heads))]
}

func slotOf(score int64) int { return int(min(max(score>>slotShift, 0), slots-1)) }

func sortHeads(heads []head) {
	slices.SortFunc(heads, func(a, b head) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.group, b.group))
	})
}

// settle computes the full score of profile p and keeps it if it is the best
// of its group.
func (e *Engine) settle(f *frame, r *reading, p int32) {
	if !e.in(p, r.candidates) {
		return
	}
	h := head{e.group(p, r.candidates), p, f.score[p] + e.unseen(f, r, p)}
	if f.placed[h.group] != f.query {
		f.placed[h.group] = f.query
		f.place[h.group] = int32(len(f.heads))
		f.heads = append(f.heads, h)
		return
	}
	old := &f.heads[f.place[h.group]]
	if h.score > old.score || h.score == old.score && p < old.profile {
		*old = h
	}
}

// group is the family of a profile, or its disease when one source is asked
// for. Both are in the order of their ids, so ties go by id.
func (e *Engine) group(p int32, candidates string) int32 {
	if candidates != "" {
		return e.owner[p]
	}
	return e.k.Diseases[e.owner[p]].Family
}

// unseen is what the signs of the disease that nobody saw take away.
func (e *Engine) unseen(f *frame, r *reading, p int32) int64 {
	from := e.signs.start[p]
	sum := int64(0)
	for i, s := range e.signs.of(p) {
		sum -= e.unseenOf(f, r, s, e.freq[from+int32(i)])
	}
	return sum
}

func (e *Engine) unseenOf(f *frame, r *reading, s int32, freq int64) int64 {
	c := &f.cover[s]
	if c.query != f.query {
		*c = cover{f.query, int32(e.covered(f, s))}
	}
	return r.missed * freq / unit * (unit - int64(c.share)) / unit
}

// covered is the part of the information of s that the person's signs share.
func (e *Engine) covered(f *frame, s int32) int64 {
	if e.ic[s] == 0 {
		return unit
	}
	best := int64(0)
	for _, a := range e.anc.of(s) {
		if f.mark[a] == f.query {
			best = max(best, e.ic[a])
		}
	}
	return best * unit / e.ic[s]
}

// entry names the codes of a head.
func (e *Engine) entry(h head, candidates string) Entry {
	own := e.k.Diseases[e.owner[h.profile]].ID
	if candidates != "" {
		return Entry{Family: own, Profile: own}
	}
	fam := &e.k.Families[h.group]
	x := Entry{Family: fam.ID, Profile: own}
	for _, m := range fam.Members {
		if id := e.k.Diseases[m].ID; id != fam.ID {
			x.Aliases = append(x.Aliases, id)
		}
	}
	return x
}
