package term

// sizes are the lengths of the tables, read before them so that each index can
// be judged where it stands.
type sizes struct{ terms, diseases, families, networks, flags int }

func (d *decoder) knowledge() *Knowledge {
	k := &Knowledge{Meta: d.meta()}
	d.place = "sizes"
	n := sizes{d.countOf(8), d.countOf(18), d.countOf(3), d.countOf(10), d.countOf(5)} // bytes of the smallest
	if d.err != nil {
		return k
	}
	k.Terms = make([]Term, n.terms)
	k.Diseases = make([]Disease, n.diseases)
	k.Families = make([]Family, n.families)
	k.Networks = make([]Network, n.networks)
	k.RedFlags = make([]RedFlag, n.flags)
	each(d, "term", n.terms, func(i int) { k.Terms[i] = d.term(n) })
	each(d, "disease", n.diseases, func(i int) { d.disease(&k.Diseases[i], n) })
	each(d, "family", n.families, func(i int) {
		k.Families[i] = Family{ID: d.str(), Members: d.indexes(n.diseases), Networks: d.networkLinks(n)}
	})
	each(d, "network", n.networks, func(i int) { k.Networks[i] = d.networkRecord(n) })
	each(d, "red flag", n.flags, func(i int) {
		k.RedFlags[i] = RedFlag{ID: d.str(), FR: d.str(), EN: d.str(), Urgent: d.bool(), Source: d.str()}
	})
	return k
}

// each reads n records, keeping their number for errors, up to the first fault.
func each(d *decoder, place string, n int, read func(i int)) {
	for i := 0; i < n && d.err == nil; i++ {
		d.place, d.n = place, i+1
		read(i)
	}
	if d.err == nil {
		d.n = 0
	}
}

func (d *decoder) meta() Meta {
	d.place = "meta"
	m := Meta{Name: d.str()}
	n := d.count()
	for i := 0; i < n && d.err == nil; i++ {
		m.Sources = append(m.Sources, Source{
			File: d.str(), Title: d.str(), Version: d.str(), Licence: d.str(),
			Attribution: d.str(), Digest: d.str(), Rows: int(d.int32()),
		})
	}
	return m
}

func (d *decoder) term(n sizes) Term {
	return Term{
		ID: d.str(), EN: d.str(), FR: d.str(), Definition: d.str(),
		Synonyms: d.labels(), Parents: d.indexes(n.terms), AltIDs: d.strs(), Phenotype: d.bool(),
	}
}

func (d *decoder) labels() []Label {
	out := d.label.take(d.count())
	for i := range out {
		out[i] = Label{Text: d.str(), Lang: d.str(), Plain: d.bool()}
	}
	return out
}

func (d *decoder) networkLinks(n sizes) []NetworkLink {
	out := d.network.take(d.count())
	for i := range out {
		out[i] = NetworkLink{Network: int32(d.upTo(n.networks, "network")), Rule: d.str()}
	}
	return out
}

func (d *decoder) networkRecord(n sizes) Network {
	return Network{
		Slug: d.str(), Name: d.str(), ScopeFR: d.str(), ScopeEN: d.str(), Lead: d.str(), Site: d.str(),
		Verified: d.bool(), Source: d.str(), VerifiedOn: d.str(), Signs: d.indexes(n.terms),
	}
}

func (d *decoder) disease(out *Disease, n sizes) {
	out.ID, out.EN, out.FR = d.str(), d.str(), d.str()
	out.Synonyms = d.labels()
	out.Definition, out.Type = d.str(), d.str()
	out.Family = int32(d.upTo(n.families, "family"))
	out.Signs = d.signs(n)
	out.Absent = d.indexes(n.terms)
	out.Onsets, out.Inheritance, out.Genes, out.Parents = d.strs(), d.strs(), d.strs(), d.strs()
	out.Prevalence = d.prev.take(d.count())
	for i := range out.Prevalence {
		out.Prevalence[i] = Prevalence{Kind: d.str(), Class: d.str(), Place: d.str()}
	}
	out.Links = d.link.take(d.count())
	for i := range out.Links {
		out.Links[i] = Link{ID: d.str(), Relation: d.str()}
	}
	out.MovedTo = d.str()
	out.Networks = d.networkLinks(n)
	out.Territories = d.strs()
}

func (d *decoder) signs(n sizes) []Sign {
	out := d.sign.take(d.count())
	prev := int32(0)
	for i := range out {
		prev = d.step(prev, n.terms)
		out[i] = Sign{Term: prev, Freq: d.freq(), Sources: d.strs()}
	}
	return out
}

func (d *decoder) freq() Freq {
	head := d.upTo(freqPercent<<1, "frequency")
	f := Freq{Class: FreqClass(head & freqClass), Percent: -1}
	if head&freqCount != 0 {
		f.N, f.M = d.int32(), d.int32()
	}
	if head&freqPercent != 0 {
		f.Percent = d.int32()
	}
	return f
}
