package term

import (
	"fmt"
	"slices"
)

// lookup is what prepare derives from the tables.
type lookup struct {
	terms     map[string]int32 // by ID and by each of AltIDs
	diseases  map[string]int32 // by ID, codes that moved included
	networks  map[string]int32 // by slug
	start     []int32          // term t's ancestors are closure[start[t]:start[t+1]]
	closure   []int32
	depth     []uint8 // longest way up to a root, in steps
	abnormals int32   // terms that are signs
}

// RootSign is the HPO id of Phenotypic abnormality, above all signs.
const RootSign = "HP:0000118"

// maxClosure bounds the ancestors of all terms together (HPO has 0.3 million),
// so that a malformed file cannot take all memory.
const maxClosure = 1 << 25

// IDStatus says what an id of HPO means in a Knowledge.
type IDStatus uint8

// The statuses of an id.
const (
	IDUnknown  IDStatus = iota
	IDLive              // the id of a term
	IDReplaced          // an alternative or obsolete id, resolved to its live term
)

// prepare builds the lookups. The Knowledge must have passed Check.
func (k *Knowledge) prepare() error {
	l := lookup{
		terms:    make(map[string]int32, len(k.Terms)+len(k.Terms)/4),
		diseases: make(map[string]int32, len(k.Diseases)),
		networks: make(map[string]int32, len(k.Networks)),
	}
	for i := range k.Terms {
		l.terms[k.Terms[i].ID] = int32(i)
		for _, id := range k.Terms[i].AltIDs {
			l.terms[id] = int32(i)
		}
		if k.Terms[i].Phenotype {
			l.abnormals++
		}
	}
	for i := range k.Diseases {
		l.diseases[k.Diseases[i].ID] = int32(i)
	}
	for i := range k.Networks {
		l.networks[k.Networks[i].Slug] = int32(i)
	}
	if err := l.climb(k.Terms); err != nil {
		return err
	}
	k.look = l
	return nil
}

// climb fills in closure and depth, parents before children.
func (l *lookup) climb(terms []Term) error {
	order, _ := parentsFirst(terms)
	up := make([][]int32, len(terms))
	l.depth = make([]uint8, len(terms))
	total := 0
	for _, t := range order {
		set := []int32{t}
		for _, p := range terms[t].Parents {
			set = append(set, up[p]...)
			l.depth[t] = max(l.depth[t], min(l.depth[p], 254)+1)
		}
		slices.Sort(set)
		up[t] = slices.Compact(set)
		if total += len(up[t]); total > maxClosure {
			return fmt.Errorf("the terms have more than %d ancestors together", maxClosure)
		}
	}
	l.closure = make([]int32, 0, total)
	l.start = make([]int32, len(terms)+1)
	for t := range terms {
		l.closure = append(l.closure, up[t]...)
		l.start[t+1] = int32(len(l.closure))
	}
	return nil
}

// parentsFirst orders the terms so that parents come before children. When the
// relation has a ring it gives a term of the ring, else -1.
func parentsFirst(terms []Term) (order []int32, ring int32) {
	children := make([][]int32, len(terms))
	waits := make([]int32, len(terms))
	order = make([]int32, 0, len(terms))
	for t := range terms {
		waits[t] = int32(len(terms[t].Parents))
		if waits[t] == 0 {
			order = append(order, int32(t))
		}
		for _, p := range terms[t].Parents {
			children[p] = append(children[p], int32(t))
		}
	}
	for i := 0; i < len(order); i++ {
		for _, c := range children[order[i]] {
			if waits[c]--; waits[c] == 0 {
				order = append(order, c)
			}
		}
	}
	for t := range waits {
		if waits[t] > 0 {
			return order, int32(t)
		}
	}
	return order, -1
}

// TermByID finds the term that id, written as "HP:0001250", means. An
// alternative or obsolete id gives its live term and IDReplaced; an unknown
// one gives -1.
func (k *Knowledge) TermByID(id string) (int32, IDStatus) {
	t, ok := k.look.terms[id]
	switch {
	case !ok:
		return -1, IDUnknown
	case k.Terms[t].ID != id:
		return t, IDReplaced
	}
	return t, IDLive
}

// DiseaseByID finds the disease that id ("OMIM:154700", "ORPHA:558") means. A
// code that moved gives the one that replaced it; an unknown one gives -1.
func (k *Knowledge) DiseaseByID(id string) (int32, bool) {
	d, ok := k.look.diseases[id]
	for ok && k.Diseases[d].MovedTo != "" {
		d, ok = k.look.diseases[k.Diseases[d].MovedTo] // ends: Check refuses rings
	}
	if !ok {
		return -1, false
	}
	return d, true
}

// NetworkBySlug finds the network with that slug; an unknown one gives -1.
func (k *Knowledge) NetworkBySlug(slug string) (int32, bool) {
	n, ok := k.look.networks[slug]
	if !ok {
		return -1, false
	}
	return n, true
}

// Ancestors gives the terms that t is a kind of, itself included, sorted. The
// slice belongs to k and must not be changed.
func (k *Knowledge) Ancestors(t int32) []int32 {
	a, b := k.look.start[t], k.look.start[t+1]
	return k.look.closure[a:b:b]
}

// IsA says whether a is b or a kind of it.
func (k *Knowledge) IsA(a, b int32) bool {
	_, ok := slices.BinarySearch(k.Ancestors(a), b)
	return ok
}

// Depth gives the longest way, in steps, from t up to a root.
func (k *Knowledge) Depth(t int32) int { return int(k.look.depth[t]) }

// Signs counts the terms that can be used as signs.
func (k *Knowledge) Signs() int { return int(k.look.abnormals) }

// TermLabel gives the preferred name of term t in the language of the reader
// ("fr" or "en"), or in the other one when there is none; Lang says which.
func (k *Knowledge) TermLabel(t int32, lang string) Label {
	return pick(k.Terms[t].EN, k.Terms[t].FR, lang)
}

// TermName gives the words of TermLabel.
func (k *Knowledge) TermName(t int32, lang string) string { return k.TermLabel(t, lang).Text }

// DiseaseLabel gives the preferred name of disease d as TermLabel does.
func (k *Knowledge) DiseaseLabel(d int32, lang string) Label {
	return pick(k.Diseases[d].EN, k.Diseases[d].FR, lang)
}

// DiseaseName gives the words of DiseaseLabel.
func (k *Knowledge) DiseaseName(d int32, lang string) string { return k.DiseaseLabel(d, lang).Text }

func pick(en, fr, lang string) Label {
	if fr != "" && (lang == "fr" || en == "") {
		return Label{Text: fr, Lang: "fr"}
	}
	return Label{Text: en, Lang: "en"}
}
