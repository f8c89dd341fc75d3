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
// lines sum to the score that Rank gives. The entry is named as in a Result, by
// its family. One that is not listed can be explained too; its support is left
// empty.
func (e *Engine) Explain(q Query, entry string) (Entry, error) {
	f := e.frames.Get().(*frame)
	defer e.frames.Put(f)
	f.reset()
	r := e.read(q, &Result{})
	e.weigh(f, &r)
	e.spread(f, &r)
	e.deny(f, &r)
	floor := e.gather(f, &r)
	p, ok := e.profileOf(entry)
	if !ok {
		return Entry{}, phare.Fault(phare.NotFound, "orientation.entry.unknown")
	}
	gains := int64(f.score[p]) + e.onset.of(p, r.onset) // found or not
	h := head{p, e.full(f, &r, p, gains, minScore)}
	x := e.entry(h)
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
	f.reset()
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

// profileOf finds the profile of a family.
func (e *Engine) profileOf(family string) (int32, bool) {
	f, ok := slices.BinarySearchFunc(e.k.Families, family, func(f term.Family, id string) int { return cmp.Compare(f.ID, id) })
	if !ok {
		return 0, false
	}
	p, ok := slices.BinarySearch(e.families, int32(f))
	return int32(p), ok
}

// lines explains the score of profile p but for the onset.
func (e *Engine) lines(f *frame, r *reading, p int32) []Line {
	src := e.sources(p)
	var list []Line
	for i, s := range r.signs {
		list = append(list, e.seenLine(&src, p, s, r.weight[i]))
	}
	missed, contradicted := e.missed(r, p), 0
	for _, s := range e.signs.of(p) {
		open, denied := e.openOf(f, s.term), e.denies(f, s.term)
		l, ok := e.unseenLine(&src, r, open, denied, s.term)
		l.Weight = -loss(missed, int64(s.freq()), int64(open))
		if s.firm() && denied {
			l.Weight -= contradiction(open, &contradicted)
		}
		if ok {
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

// sources are the codes that speak in profile p: those of the family, the face
// first, then the broader ones.
type sources struct {
	codes []*term.Disease
	own   int // so many are of the family
}

func (e *Engine) sources(p int32) (s sources) {
	n := &e.names[p]
	for _, m := range e.k.Families[e.families[p]].Members {
		if d := &e.k.Diseases[m]; d.ID == n.own {
			s.codes = slices.Insert(s.codes, 0, d)
		} else {
			s.codes = append(s.codes, d)
		}
	}
	s.own = len(s.codes)
	for _, d := range e.broader(e.families[p]) {
		s.codes = append(s.codes, &e.k.Diseases[d])
	}
	return s
}

// seenLine explains what a sign s of the person says about profile p.
func (e *Engine) seenLine(src *sources, p, s int32, weight int64) Line {
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
		e.cite(&l, src, s)
	case gain >= 0:
		l.Kind, l.Shared = Partial, e.term(best.term).ID
		e.cite(&l, src, best.term)
	}
	if !has && e.absent(src, s) {
		l.Kind = Contrary
	}
	return l
}

// absent reports whether a code of the family is recorded without sign s.
func (e *Engine) absent(src *sources, s int32) bool {
	return slices.ContainsFunc(src.codes[:src.own], func(d *term.Disease) bool {
		return slices.ContainsFunc(e.anc.of(s), func(a int32) bool { return slices.Contains(d.Absent, e.origin[a]) })
	})
}

// cite adds to a line the sign of the disease that it was compared to: the
// most frequent one that is t or says more, of the first code that has one.
func (e *Engine) cite(l *Line, src *sources, t int32) {
	var best *term.Sign
	part := func(s *term.Sign) int64 { hits, seen := patients(s.Freq); return one * hits / seen }
	for i, d := range src.codes {
		if best != nil && i >= src.own {
			break // a broader code is cited for what the family's own do not have
		}
		for j := range d.Signs {
			s := &d.Signs[j]
			if slices.Contains(e.anc.of(e.place[s.Term]), t) && (best == nil || part(s) > part(best)) {
				best, l.Code = s, d.ID
			}
		}
	}
	if best == nil {
		return
	}
	if id := e.k.Terms[best.Term].ID; id != l.Term {
		l.Via = id
	}
	l.Freq, l.Sources = best.Freq, best.Sources
}

// unseenLine explains a sign s of the disease; false when the person has it.
func (e *Engine) unseenLine(src *sources, r *reading, open int32, denied bool, s int32) (Line, bool) {
	l := Line{Kind: NotAsked, Term: e.term(s).ID}
	for _, x := range r.excluded {
		if denied && slices.Contains(e.anc.of(s), x) {
			l.Kind = Contrary
			if x != s {
				l.Via = e.term(x).ID
			}
			break
		}
	}
	at := -1
	for i, d := range src.codes {
		if at = slices.IndexFunc(d.Signs, func(x term.Sign) bool { return x.Term == e.origin[s] }); at >= 0 {
			l.Freq, l.Sources, l.Code = d.Signs[at].Freq, d.Signs[at].Sources, src.codes[i].ID
			break
		}
	}
	return l, l.Kind == Contrary || open > 0
}
