package orientation

import (
	"cmp"
	"slices"
	"strings"

	"phare/internal/term"
)

// One profile stands for one family: what the sources of all its codes say of
// a sign is summed, as patients. Codes that Orphanet calls broader than one of
// them speak for a tenth.
const (
	priorHits, priorSeen = 60, 400  // hundredths of a patient added to n and to m: 0.6 of 4
	plainHits, plainSeen = 270, 300 // the same for a sign without a frequency: 0.9 of 3
	classSeen            = 1000     // the same for a class or percentage: mid-point of 10
	ownWeight            = 10       // tenths: weight of the codes of the family
	broaderWeight        = 1        // tenths: weight of a broader code
)

// evidence sums up what sources say, by term. It is scratch space of New.
type evidence struct {
	told  []told  // by term
	terms []int32 // those with something in told
}

// told is what sources say of one sign, in thousandths of patients but for
// firm counts.
type told struct {
	hits, seen int64
	// What the codes of the family themselves count, to tell signs that are
	// never missing: patients, and whether a source says it for certain.
	ownHits, ownSeen int64
	certain          bool
}

// A sign is firm when the family's own sources have it in at least firmTenths
// of patients, and one of them counted at least firmSeen or calls it obligate.
const (
	firmTenths = 8
	firmSeen   = 10
)

func (s *told) firm() bool {
	return s.certain && s.ownHits*10 >= s.ownSeen*firmTenths
}

// profiles takes the families of which a code has signs.
func (e *Engine) profiles() {
	v := evidence{told: make([]told, len(e.k.Terms))}
	e.signs.start, e.nets.start = []int32{0}, []int32{0}
	for f := range e.k.Families {
		face := int32(-1)
		for _, m := range e.k.Families[f].Members {
			if e.take(&v, &e.k.Diseases[m], ownWeight) > 0 && (face < 0 || e.k.Diseases[m].ID == e.k.Families[f].ID) {
				face = m
			}
		}
		if face < 0 {
			continue
		}
		for _, d := range e.broader(int32(f)) {
			e.take(&v, &e.k.Diseases[d], broaderWeight)
		}
		e.profile(&v)
		e.families = append(e.families, int32(f))
		e.names = append(e.names, e.nameOf(f, face))
		for _, n := range e.k.Families[f].Networks {
			e.nets.item = append(e.nets.item, n.Network)
		}
		e.nets.end()
	}
}

// take adds the signs of one code and returns how many there are.
func (e *Engine) take(v *evidence, d *term.Disease, weight int64) (n int) {
	for _, s := range d.Signs {
		t := e.place[s.Term]
		if !e.k.Terms[s.Term].Phenotype {
			continue
		}
		n++
		x := &v.told[t]
		if x.seen == 0 {
			v.terms = append(v.terms, t)
		}
		hits, seen := patients(s.Freq)
		x.hits += hits * weight
		x.seen += seen * weight
		if weight == ownWeight && (s.Freq.M > 0 || s.Freq.Class != term.FreqUnknown) {
			x.ownHits += hits
			x.ownSeen += seen
			x.certain = x.certain || s.Freq.Class == term.FreqObligate || s.Freq.M >= firmSeen
		}
	}
	return n
}

// profile turns what was gathered into the next profile, most frequent signs
// first, and makes room for another.
func (e *Engine) profile(v *evidence) {
	from := len(e.signs.item)
	total := int64(0)
	for _, t := range v.terms {
		x := &v.told[t]
		freq := one * (x.hits + 10*priorHits) / (x.seen + 10*priorSeen) >> toFix
		total += freq
		own := ownSign{term: t, said: uint32(freq)}
		if x.firm() {
			own.said |= firmBit
		}
		e.signs.item = append(e.signs.item, own)
		*x = told{}
	}
	v.terms = v.terms[:0]
	slices.SortFunc(e.signs.item[from:], func(a, b ownSign) int {
		return cmp.Or(cmp.Compare(b.freq(), a.freq()), cmp.Compare(a.term, b.term))
	})
	e.signs.start = append(e.signs.start, int32(len(e.signs.item)))
	e.signs.sum = append(e.signs.sum, int32(total))
	e.signs.whole = append(e.signs.whole, int32(wholeMissed*unit*unit/max(total, unit/16)))
	e.signs.most = max(e.signs.most, int64(len(e.signs.item)-from))
}

// broader are the codes outside a family that Orphanet calls broader than one
// of its codes.
func (e *Engine) broader(family int32) (list []int32) {
	for _, m := range e.k.Families[family].Members {
		for _, l := range e.k.Diseases[m].Links {
			if l.Relation != "NTBT" {
				continue
			}
			at, ok := slices.BinarySearchFunc(e.k.Diseases, l.ID, func(d term.Disease, id string) int { return cmp.Compare(d.ID, id) })
			if d := int32(at); ok && e.k.Diseases[d].Family != family && !slices.Contains(list, d) {
				list = append(list, d)
			}
		}
	}
	return list
}

// patients is a frequency as hundredths of patients with the sign, and looked at.
func patients(f term.Freq) (hits, seen int64) {
	switch {
	case f.M > 0:
		return 100 * int64(f.N), 100 * int64(f.M)
	case f.Percent > 0:
		return int64(f.Percent), classSeen
	case f.Class != term.FreqUnknown && f.Class < term.FreqExcluded:
		return classHits(f.Class), classSeen
	}
	return plainHits, plainSeen
}

// classHits is the mid-point of a class among 10 patients, in hundredths.
func classHits(c term.FreqClass) int64 {
	switch c {
	case term.FreqObligate:
		return 1000
	case term.FreqVeryFrequent:
		return 900
	case term.FreqFrequent:
		return 550
	case term.FreqOccasional:
		return 170
	default:
		return 30
	}
}

// nameOf says how a family is called; face is its code whose signs come first.
func (e *Engine) nameOf(f int, face int32) name {
	fam := &e.k.Families[f]
	n := name{own: e.k.Diseases[face].ID, family: fam.ID}
	for _, m := range fam.Members {
		if id := e.k.Diseases[m].ID; id != fam.ID {
			n.aliases = append(n.aliases, id)
		}
	}
	return n
}

// from reports whether a code of the family is of a source: its prefix.
func (n *name) from(source string) bool {
	is := func(id string) bool {
		prefix, _, _ := strings.Cut(id, ":")
		return prefix == source
	}
	return is(n.family) || slices.ContainsFunc(n.aliases, is)
}
