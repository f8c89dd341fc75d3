package orientation

import (
	"cmp"
	"slices"
)

// minSigns is the number of signs under which a list is not worth showing bare.
const minSigns = 3

// vagueUnder is the information, in nats and weighed for redundancy, under
// which signs are too common among rare diseases to choose by.
const vagueUnder = 4 * unit

// redundantTenths is the part of its weight that a sign loses when another
// sign already says all of it.
const redundantTenths = 9

// fullSigns is the number of signs from which what nobody saw and what two
// signs have in common count in full. Who tells fewer has left out much that is
// there, and may have told two things of one organ because both are: both count
// n fifths of it.
const fullSigns = 5

// reading is a Query as the engine understands it.
type reading struct {
	signs      []int32 // most informative first
	weight     []int64 // of each sign, unit
	excluded   []int32
	onset      []int // bins
	candidates string
	limit      int
	missed     int64 // weight of a disease's sign that nobody saw, unit
}

// read finds the terms of q and reports in res what it could not use.
func (e *Engine) read(q Query, res *Result) reading {
	r := reading{onset: binsOf(q.Onset), candidates: q.Candidates, limit: q.Limit}
	if r.limit <= 0 {
		r.limit = Limit
	}
	if q.Onset != "" && r.onset == nil {
		res.Unknown = append(res.Unknown, q.Onset)
	}
	r.signs = e.terms(q.Observed, res)
	r.excluded = e.terms(q.Excluded, res)
	res.Signs = make([]string, len(r.signs))
	for i, s := range r.signs {
		res.Signs[i] = e.term(s).ID
	}
	slices.SortFunc(r.signs, func(a, b int32) int {
		return cmp.Or(cmp.Compare(e.ic[b], e.ic[a]), cmp.Compare(e.origin[a], e.origin[b]))
	})
	for len(r.signs) > maxSigns {
		last := len(r.signs) - 1
		res.Ignored = append(res.Ignored, e.term(r.signs[last]).ID)
		r.signs = r.signs[:last]
	}
	n := int64(len(r.signs))
	r.missed = unit * 6 * n * r.told() / (fullSigns * 10 * (n + 30))
	return r
}

// told is how far a query tells a person, in parts of fullSigns.
func (r *reading) told() int64 { return int64(min(len(r.signs), fullSigns)) }

// terms returns the terms that ids name, without doubles, in their order.
func (e *Engine) terms(ids []string, res *Result) []int32 {
	list := make([]int32, 0, len(ids))
	for _, id := range ids {
		t, ok := e.ids[id]
		switch {
		case !ok:
			res.Unknown = append(res.Unknown, id)
			continue
		case !e.term(t).Phenotype:
			res.NotSigns = append(res.NotSigns, id)
			continue
		case e.term(t).ID != id:
			if res.Replaced == nil {
				res.Replaced = map[string]string{}
			}
			res.Replaced[id] = e.term(t).ID
		}
		if !slices.Contains(list, t) {
			list = append(list, t)
		}
	}
	return list
}

// deny notes in f what the excluded signs deny: themselves and all that is more
// precise, but nothing that a sign of the person says.
func (e *Engine) deny(f *frame, r *reading) {
	for _, s := range r.excluded {
		if e.openOf(f, s) == 0 {
			continue // a sign of the person, or broader than one
		}
		f.denying = append(f.denying, s)
		for _, x := range e.firmUnder.of(s) {
			f.denied[x] = true
		}
	}
}

// denies reports whether an excluded sign denies term t.
func (e *Engine) denies(f *frame, t int32) bool {
	return slices.ContainsFunc(e.anc.of(t), func(a int32) bool { return slices.Contains(f.denying, a) })
}

// weigh gives each sign its weight: the less, the more of it an already
// counted sign says, which with few signs matters only if it says all of it. It
// notes in f what the signs imply, and returns how much they say together, to
// abstain by: there what they share counts in full, however few they are.
func (e *Engine) weigh(f *frame, r *reading) (information int64) {
	r.weight = make([]int64, len(r.signs))
	for i, s := range r.signs {
		said := int32(0)
		for _, a := range e.anc.of(s) {
			said = max(said, f.said[a])
			if f.said[a] == 0 {
				f.said[a] = e.ic[a]
				f.implied = append(f.implied, a)
			}
		}
		ic, lost := int64(e.ic[s]), int64(0)
		if ic > 0 {
			lost = unit * int64(said) * redundantTenths / (10 * ic)
		}
		information += ic * (unit - lost) / unit
		if int64(said) < ic {
			lost = lost * r.told() / fullSigns
		}
		r.weight[i] = unit - lost
	}
	return information
}

// abstain says why a list of these signs should not be shown bare, if so.
func abstain(signs int, information int64) string {
	switch {
	case signs < minSigns:
		return AbstainFew
	case information < vagueUnder:
		return AbstainVague
	}
	return ""
}
