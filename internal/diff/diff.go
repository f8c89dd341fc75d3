// Package diff says what a new knowledge file changes: which facts (Facts) and
// which rankings (Ranking, Tally). It promises that nothing that differs between
// two knowledges goes unnamed, that the same pair always gives the same list in
// the same order, and that it reads only: it stores nothing and knows nothing
// of patients.
package diff

import (
	"cmp"
	"slices"

	"phare/internal/term"
)

// Kind names one sort of change, as "sign.added".
type Kind string

// kind is a Kind and its heading for people.
type kind struct {
	name  Kind
	title string
}

// kinds are all kinds, in the order of every list. The last word of a name
// tells added from removed; all others are changes of something that stays.
var kinds = []kind{
	{"file.name", "kind of file"},
	{"source.added", "sources added"},
	{"source.removed", "sources removed"},
	{"source.version", "sources in another version"},
	{"source.licence", "sources under another licence or attribution"},
	{"source.content", "sources with another content or name"},
	{"sign.added", "signs added"},
	{"sign.removed", "signs removed, without replacement"},
	{"sign.replaced", "signs now obsolete, with their replacement"},
	{"sign.name.en", "signs renamed in English"},
	{"sign.name.fr", "signs renamed in French"},
	{"sign.parents", "signs moved under other parents"},
	{"sign.usable", "terms that began or ceased to be usable as signs"},
	{"sign.ids", "signs with other alternative ids"},
	{"sign.words", "signs with other synonyms or another definition"},
	{"disease.added", "diseases added"},
	{"disease.removed", "diseases removed"},
	{"disease.moved", "diseases whose code moved"},
	{"disease.name.en", "diseases renamed in English"},
	{"disease.name.fr", "diseases renamed in French"},
	{"disease.type", "diseases of another type"},
	{"family.linked.added", "pairs of codes that now mean one disease"},
	{"family.linked.removed", "pairs of codes that no longer mean one disease"},
	{"family.networks", "families with other networks or rules"},
	{"family.first", "families whose code shown first changed"},
	{"disease.sign.added", "signs added to a disease"},
	{"disease.sign.removed", "signs removed from a disease"},
	{"disease.sign.frequency", "signs of a disease with another frequency"},
	{"disease.sign.source", "signs of a disease from other sources"},
	{"disease.absent.added", "signs now recorded as absent in a disease"},
	{"disease.absent.removed", "signs no longer recorded as absent in a disease"},
	{"disease.onset", "diseases with other ages of onset"},
	{"disease.inheritance", "diseases with another inheritance"},
	{"disease.genes", "diseases with other genes"},
	{"disease.networks", "diseases with other networks"},
	{"disease.rule", "diseases whose networks come from another rule"},
	{"disease.territories", "diseases with other territories"},
	{"disease.class", "diseases elsewhere in the classification"},
	{"disease.prevalence", "diseases with another prevalence"},
	{"disease.links", "diseases with other cross-references"},
	{"disease.words", "diseases with other synonyms or another definition"},
	{"network.added", "networks added"},
	{"network.removed", "networks removed"},
	{"network.facts", "networks with another name, scope, seat, site or source"},
	{"network.signs", "networks with other signs of first orientation"},
	{"flag.added", "red flags added"},
	{"flag.removed", "red flags removed"},
	{"flag.changed", "red flags changed"},
	{"flag.order", "red flags in another order"},
	{"file.other", "a difference that this list cannot name"},
}

// Change is one difference. Was and Is say it in words; the side on which the
// thing does not exist is empty.
type Change struct {
	Kind  Kind   `json:"kind"`
	ID    string `json:"id"`              // of the sign, disease, network, source or flag
	Name  string `json:"name,omitempty"`  // as the newer knowledge that has it calls it
	Other string `json:"other,omitempty"` // the sign of a disease, the other code of a family
	Was   string `json:"was,omitempty"`
	Is    string `json:"is,omitempty"`
}

// Side describes one of the two knowledges.
type Side struct {
	Name     string `json:"name"`
	Digest   string `json:"digest"`
	Signs    int    `json:"signs"`
	Diseases int    `json:"diseases"`
	Families int    `json:"families"`
	Networks int    `json:"networks"`
}

// Facts is all that differs between two knowledges.
type Facts struct {
	Old     Side         `json:"old"`
	New     Side         `json:"new"`
	Equal   bool         `json:"equal"`
	Counts  map[Kind]int `json:"counts"` // kinds with changes only
	Touched int          `json:"diseases_with_other_signs"`
	Changes []Change     `json:"changes"` // by kind in a fixed order, then by id
}

// Compare lists what b changes of a. Both must be sealed or decoded. A sign
// that b replaced counts as one change, not again in each disease that has it.
func Compare(a, b *term.Knowledge) Facts {
	c := &comparison{a: a, b: b}
	f := Facts{Old: side(a), New: side(b), Counts: map[Kind]int{}, Changes: []Change{}}
	if f.Equal = a.Meta.Digest == b.Meta.Digest; f.Equal {
		return f
	}
	c.one("file.name", "", "", a.Meta.Name, b.Meta.Name)
	c.sources()
	c.signs()
	c.diseases()
	c.families()
	c.networks()
	c.flags()
	if len(c.changes) == 0 {
		c.add(Change{Kind: "file.other", Was: a.Meta.Digest, Is: b.Meta.Digest})
	}
	slices.SortStableFunc(c.changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(rankOf(x.Kind), rankOf(y.Kind)), cmp.Compare(x.ID, y.ID), cmp.Compare(x.Other, y.Other))
	})
	f.Changes = c.changes
	touched := map[string]bool{}
	for _, x := range f.Changes {
		f.Counts[x.Kind]++
		switch x.Kind {
		case "disease.sign.added", "disease.sign.removed", "disease.sign.frequency", "disease.absent.added", "disease.absent.removed":
			touched[x.ID] = true
		}
	}
	f.Touched = len(touched)
	return f
}

func side(k *term.Knowledge) Side {
	return Side{k.Meta.Name, k.Meta.Digest, k.Signs(), len(k.Diseases), len(k.Families), len(k.Networks)}
}

func rankOf(name Kind) int {
	return slices.IndexFunc(kinds, func(k kind) bool { return k.name == name })
}

// comparison gathers the changes from a to b.
type comparison struct {
	a, b    *term.Knowledge
	changes []Change
}

func (c *comparison) add(x Change) { c.changes = append(c.changes, x) }

// one adds a change if was and is differ.
func (c *comparison) one(k Kind, id, name, was, is string) {
	if was != is {
		c.add(Change{Kind: k, ID: id, Name: name, Was: was, Is: is})
	}
}

// both walks two lists that are sorted by id in one step: at gives the ids, and
// each is called with an index of either, -1 where the list lacks it.
func both(n, m int, at func(i, j int) (string, string), each func(i, j int)) {
	for i, j := 0, 0; i < n || j < m; {
		order := 0
		switch {
		case i == n:
			order = 1
		case j == m:
			order = -1
		default:
			a, b := at(i, j)
			order = cmp.Compare(a, b)
		}
		switch {
		case order < 0:
			each(i, -1)
			i++
		case order > 0:
			each(-1, j)
			j++
		default:
			each(i, j)
			i, j = i+1, j+1
		}
	}
}
