package knowledge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"phare/internal/term"
)

// checkVersions compares the ages of the sources that describe the same things.
func (b *builder) checkVersions() error {
	if b.hpoa == nil {
		return nil
	}
	if e := b.authority(); e != nil && e.date != "" && e.date < b.hpoa.Version {
		b.rep.note("%s (%s) is older than the annotations (%s): codes newer than it have no type and no synonyms",
			e.f.name, e.fr.Version, b.hpoa.Version)
	}
	return nil
}

// assemble turns what was read into a sealed Knowledge: every table sorted,
// every reference an index.
func (b *builder) assemble() (*term.Knowledge, error) {
	k := &term.Knowledge{
		Meta:     term.Meta{Name: "built", Sources: b.sources},
		Terms:    b.onto.terms,
		Networks: b.networks(),
	}
	if s := b.opt.Starter; s != nil {
		k.RedFlags = slices.Clone(s.RedFlags)
		k.Meta.Sources = append(k.Meta.Sources, s.Meta.Sources...)
	}
	b.settleMoves()
	b.addTwins()
	for _, id := range slices.Sorted(maps.Keys(b.diseases)) {
		k.Diseases = append(k.Diseases, b.finish(b.diseases[id]))
	}
	b.overlayStarter(k)
	link(k)
	group(k)
	if err := term.Seal(k); err != nil {
		return nil, fmt.Errorf("the files do not make a sound whole: %w", err)
	}
	return k, nil
}

// settleMoves follows each moved code to the code in use. A code whose target
// is nowhere keeps its signs if it has any, and is left out otherwise. The
// signs that HPO still lists under a moved code are its target's.
func (b *builder) settleMoves() {
	lost := 0
	for _, id := range slices.Sorted(maps.Keys(b.diseases)) {
		e := b.diseases[id]
		if e.rec.movedTo == "" {
			continue
		}
		target := b.target(e)
		if target == nil {
			e.rec.movedTo = ""
			if len(e.signs)+len(e.rec.signs) == 0 {
				delete(b.diseases, id)
				lost++
			}
			continue
		}
		e.rec.movedTo = target.rec.code
		if len(e.signs) > 0 {
			b.rep.note("%s moved to %s: %s of the annotations go with it", id, target.id, plural(len(e.signs), "sign"))
		}
		for t, s := range e.signs {
			if target.signs[t] == nil {
				target.signs[t] = s
			}
		}
		e.signs, e.rec.signs, e.rec.links, e.rec.networks = nil, nil, nil, nil
	}
	if lost > 0 {
		b.rep.note("%s whose replacement is not in use either: left out", plural(lost, "moved ORPHA code"))
	}
}

// target is the disease at the end of a chain of moves; nil if there is none.
func (b *builder) target(e *entry) *entry {
	for range 8 { // no chain of Orphanet is that long; a ring would never end
		next := b.diseases["ORPHA:"+e.rec.movedTo]
		if next == nil {
			return nil
		}
		if next.rec.movedTo == "" {
			return next
		}
		e = next
	}
	return nil
}

// addTwins gives an entry to each OMIM code that Orphanet calls exactly its
// own disease and that HPO does not annotate: the family can then be found and
// shown by either code. It has the name of its twin, and no signs.
func (b *builder) addTwins() {
	for _, id := range slices.Sorted(maps.Keys(b.diseases)) {
		e := b.diseases[id]
		for _, l := range e.rec.links {
			if l.Relation == "E" && system(l.ID) == "OMIM" && b.diseases[l.ID] == nil && diseaseID.MatchString(l.ID) {
				b.disease(l.ID).name = e.rec.en
			}
		}
	}
}

// finish turns an entry into a Disease.
func (b *builder) finish(e *entry) term.Disease {
	r := &e.rec
	d := term.Disease{
		ID: e.id, EN: cmp.Or(r.en, e.name), FR: r.fr, Definition: r.definition, Type: r.typ,
		Genes: sortedSet(r.genes), Prevalence: r.prevalence, Networks: r.networks,
		Onsets:      sortedSet(slices.Concat(r.onsets, slices.Collect(maps.Keys(e.onsets)))),
		Inheritance: sortedSet(slices.Concat(r.inheritance, slices.Collect(maps.Keys(e.inheritance)))),
	}
	d.EN = cmp.Or(d.EN, d.FR, e.id)
	if r.movedTo != "" {
		d.MovedTo = "ORPHA:" + r.movedTo
	}
	for _, s := range r.synonyms {
		if !strings.EqualFold(s.Text, d.EN) && !strings.EqualFold(s.Text, d.FR) {
			d.Synonyms = append(d.Synonyms, s)
		}
	}
	for _, p := range sortedSet(r.parents) {
		d.Parents = append(d.Parents, "ORPHA:"+p)
	}
	slices.Sort(d.Parents)
	d.Links = slices.Clone(r.links)
	slices.SortFunc(d.Links, compareLinks)
	d.Links = slices.Compact(d.Links)
	b.weigh(e, &d)
	return d
}

// weigh settles the signs of a disease. Where Orphanet's own file is newer than
// the copy of it in phenotype.hpoa, signs that only the copy has were withdrawn.
func (b *builder) weigh(e *entry, d *term.Disease) {
	withdrawn := b.ownSigns(e)
	for _, t := range slices.Sorted(maps.Keys(e.signs)) {
		s := e.signs[t]
		switch {
		case withdrawn && s.hpoa && !s.orphanet:
			b.hpoa.skip("ORPHA sign that Orphanet's newer file no longer has")
		case s.positive():
			d.Signs = append(d.Signs, term.Sign{Term: t, Freq: s.freq(), Sources: s.sources()})
		default:
			d.Absent = append(d.Absent, t)
		}
	}
}

// ownSigns lays the signs of Orphanet's files over the copy of them in
// phenotype.hpoa and reports whether they are newer: the newer wins.
func (b *builder) ownSigns(e *entry) (newer bool) {
	newer = b.hpoa == nil || e.rec.signsFrom > b.hpoa.Version
	fresh := map[int32]bool{}
	for _, s := range e.rec.signs {
		if !b.onto.terms[s.term].Phenotype {
			continue
		}
		t := e.tally(s.term)
		t.orphanet = true
		if t.hpoa && !newer {
			continue
		}
		if !fresh[s.term] {
			*t, fresh[s.term] = tally{hpoa: t.hpoa, orphanet: true}, true
		}
		switch s.freq {
		case term.FreqExcluded:
			t.absent = true
		case term.FreqUnknown:
			t.bare = true
		default:
			t.classes = append(t.classes, s.freq)
		}
	}
	return newer && len(e.rec.signs) > 0
}

// sources says who has the sign.
func (t *tally) sources() []string {
	var s []string
	if t.hpoa {
		s = append(s, "HPOA")
	}
	if t.orphanet {
		s = append(s, "ORPHANET")
	}
	return s
}

// overlayStarter adds what only our own tables know of a disease: where it
// matters overseas, French names that official files lack, everyday names, and
// networks chosen by hand, which come before those found by rule.
func (b *builder) overlayStarter(k *term.Knowledge) {
	s := b.opt.Starter
	if s == nil {
		return
	}
	at, bySlug := index(k), map[string]int32{}
	for i, n := range k.Networks {
		bySlug[n.Slug] = int32(i)
	}
	for i := range s.Diseases {
		own := &s.Diseases[i]
		j, ok := at[own.ID]
		if !ok || k.Diseases[j].MovedTo != "" {
			continue
		}
		d := &k.Diseases[j]
		var networks []term.NetworkLink
		for _, n := range own.Networks {
			networks = append(networks, term.NetworkLink{Network: bySlug[s.Networks[n.Network].Slug], Rule: n.Rule})
		}
		for _, n := range d.Networks {
			networks = addNetwork(networks, n)
		}
		d.Networks = networks
		d.Territories = slices.Clone(own.Territories)
		fill(&d.FR, own.FR)
		for _, l := range own.Synonyms {
			if !strings.EqualFold(l.Text, d.EN) && !strings.EqualFold(l.Text, d.FR) {
				addLabel(&d.Synonyms, l)
			}
		}
	}
}

func sortedSet(list []string) []string {
	list = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(list)
	return slices.Compact(list)
}

func compareLinks(x, y term.Link) int {
	return cmp.Or(strings.Compare(x.ID, y.ID), strings.Compare(x.Relation, y.Relation))
}
