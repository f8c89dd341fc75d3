package orientation

import (
	"cmp"
	"slices"

	"phare"
	"phare/internal/term"
)

// RankExplained is Rank with the lines of the first n entries.
func (e *Engine) RankExplained(q Query, n int) (Result, error) {
	res := e.Rank(q)
	for i := range res.Entries[:min(max(n, 0), len(res.Entries))] {
		x, err := e.Explain(q, res.Entries[i].Family)
		if err != nil {
			return Result{}, err
		}
		res.Entries[i].Lines = x.Lines
	}
	return res, nil
}

// Explain says why an entry has its score: one line for each sign of the
// person and for each sign of the disease that nobody saw. The weights of the
// lines sum to the score that Rank gives. The entry is named as in a Result:
// by family, or by disease when q asks for the candidates of one source. One
// that is not listed can be explained too; its support is left empty.
func (e *Engine) Explain(q Query, entry string) (Entry, error) {
	f := e.frames.Get().(*frame)
	defer e.frames.Put(f)
	f.open()
	r := e.read(q, &Result{})
	e.weigh(f, &r)
	floor := e.gather(f, &r)
	h, ok := e.headOf(f, &r, entry)
	if !ok {
		return Entry{}, phare.Fault(phare.NotFound, "orientation.entry.unknown")
	}
	x := e.entry(h, r.candidates)
	x.Score = h.score + floor
	x.Lines = e.lines(f, &r, h.profile)
	if w := e.onset.of(h.profile, r.onset); w != 0 {
		x.Lines = append(x.Lines, Line{Kind: Onset, Term: q.Onset, Weight: w})
	}
	return x, nil
}

// Ceilings are the weights that the signs of q would have for the disease of
// which each says most, by sign: what a Line's weight can be measured against.
func (e *Engine) Ceilings(q Query) map[string]int64 {
	f := e.frames.Get().(*frame)
	defer e.frames.Put(f)
	f.open()
	r := e.read(q, &Result{})
	e.weigh(f, &r)
	all := make(map[string]int64, len(r.signs))
	for i, s := range r.signs {
		gain := int64(0)
		for _, n := range e.near(nil, s) {
			for _, posting := range e.worth(n) {
				gain = max(gain, e.gainOf(n, posting, r.weight[i]))
			}
		}
		all[e.term(s).ID] = e.floorOf(r.weight[i]) + gain
	}
	return all
}

// headOf finds the profile that stands for an entry, as best does: among
// those that share a sign with the person if there are any.
func (e *Engine) headOf(f *frame, r *reading, entry string) (head, bool) {
	var members []int32
	if r.candidates != "" {
		if i, ok := slices.BinarySearchFunc(e.k.Diseases, entry, func(d term.Disease, id string) int { return cmp.Compare(d.ID, id) }); ok {
			members = []int32{int32(i)}
		}
	} else if i, ok := slices.BinarySearchFunc(e.k.Families, entry, func(f term.Family, id string) int { return cmp.Compare(f.ID, id) }); ok {
		members = e.k.Families[i].Members
	}
	for _, any := range []bool{false, true} {
		for _, m := range members {
			p, ok := slices.BinarySearch(e.owner, m)
			if ok && !any {
				_, ok = slices.BinarySearch(f.touched, int32(p))
			}
			if ok {
				e.settle(f, r, int32(p), minScore)
			}
		}
		if len(f.heads) > 0 {
			return f.heads[0], true
		}
	}
	return head{}, false
}

// lines explains the score of profile p but for the onset.
func (e *Engine) lines(f *frame, r *reading, p int32) []Line {
	d := &e.k.Diseases[e.owner[p]]
	var list []Line
	for i, s := range r.signs {
		list = append(list, e.seenLine(d, p, s, r.weight[i]))
	}
	for _, s := range e.signs.of(p) {
		if f.cover[s.term].query() != f.query {
			e.cover(f, s.term)
		}
		if l, ok := e.unseenLine(f, r, d, s.term); ok {
			l.Weight = -loss(r, s.freq, f.cover[s.term].open())
			list = append(list, l)
		}
	}
	order := []Kind{Supports, Partial, Missing, Contrary, NotAsked}
	slices.SortStableFunc(list, func(a, b Line) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(size(b.Weight), size(a.Weight)), cmp.Compare(a.Term, b.Term))
	})
	return list
}

func size(w int64) int64 { return max(w, -w) }

// seenLine explains what a sign s of the person says about profile p.
func (e *Engine) seenLine(d *term.Disease, p, s int32, weight int64) Line {
	best, gain := neighbour{-1, 0}, int64(-1)
	has := false
	for _, n := range e.near(nil, s) {
		list := e.worth(n)
		at := slices.IndexFunc(list, func(x uint32) bool { return x>>liftBits == uint32(p) })
		if at < 0 {
			continue
		}
		has = has || n.distance == 0
		if g := e.gainOf(n, list[at], weight); g > gain {
			best, gain = n, g
		}
	}
	l := Line{Kind: Missing, Term: e.term(s).ID, Weight: e.floorOf(weight) + max(gain, 0)}
	switch {
	case has:
		l.Kind = Supports
		e.cite(&l, d, s)
	case gain >= 0:
		l.Kind, l.Shared = Partial, e.term(best.term).ID
		e.cite(&l, d, best.term)
	}
	if !has && slices.ContainsFunc(e.anc.of(s), func(a int32) bool { return slices.Contains(d.Absent, e.origin[a]) }) {
		l.Kind = Contrary
	}
	return l
}

// cite adds to a line the sign of the disease that it was compared to: the
// most frequent one that is t or says more.
func (e *Engine) cite(l *Line, d *term.Disease, t int32) {
	best := -1
	for i := range d.Signs {
		if slices.Contains(e.anc.of(e.place[d.Signs[i].Term]), t) && (best < 0 || share(d.Signs[i].Freq) > share(d.Signs[best].Freq)) {
			best = i
		}
	}
	if best < 0 {
		return
	}
	s := &d.Signs[best]
	if id := e.k.Terms[s.Term].ID; id != l.Term {
		l.Via = id
	}
	l.Freq, l.Sources = s.Freq, s.Sources
}

// unseenLine explains a sign s of the disease d; false when the person has it.
func (e *Engine) unseenLine(f *frame, r *reading, d *term.Disease, s int32) (Line, bool) {
	l := Line{Kind: NotAsked, Term: e.term(s).ID}
	for _, x := range r.excluded {
		if slices.Contains(e.anc.of(s), x) {
			l.Kind = Contrary
			if x != s {
				l.Via = e.term(x).ID
			}
			break
		}
	}
	for i := range d.Signs {
		if d.Signs[i].Term == e.origin[s] {
			l.Freq, l.Sources = d.Signs[i].Freq, d.Signs[i].Sources
		}
	}
	return l, l.Kind == Contrary || f.cover[s].open() > 0
}
