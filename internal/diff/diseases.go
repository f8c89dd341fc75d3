package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"phare/internal/term"
)

func (c *comparison) diseases() {
	da, db := c.a.Diseases, c.b.Diseases
	both(len(da), len(db), func(i, j int) (string, string) { return da[i].ID, db[j].ID }, func(i, j int) {
		switch {
		case j < 0:
			c.add(Change{Kind: "disease.removed", ID: da[i].ID, Name: nameOf(&da[i])})
		case i < 0:
			c.add(Change{Kind: "disease.added", ID: db[j].ID, Name: nameOf(&db[j])})
		default:
			c.disease(&da[i], &db[j])
		}
	})
}

func nameOf(d *term.Disease) string { return cmp.Or(d.EN, d.FR) }

func (c *comparison) disease(a, b *term.Disease) {
	id, name := b.ID, nameOf(b)
	c.one("disease.moved", id, name, a.MovedTo, b.MovedTo)
	c.one("disease.name.en", id, name, a.EN, b.EN)
	c.one("disease.name.fr", id, name, a.FR, b.FR)
	c.one("disease.type", id, name, a.Type, b.Type)
	c.signsOf(a, b)
	c.absentOf(a, b)
	c.list("disease.onset", id, name, a.Onsets, b.Onsets)
	c.list("disease.inheritance", id, name, a.Inheritance, b.Inheritance)
	c.list("disease.genes", id, name, a.Genes, b.Genes)
	was, is := slugs(c.a, a.Networks), slugs(c.b, b.Networks)
	c.list("disease.networks", id, name, was, is)
	if slices.Equal(was, is) {
		c.list("disease.rule", id, name, rules(a.Networks), rules(b.Networks))
	}
	c.list("disease.territories", id, name, a.Territories, b.Territories)
	c.list("disease.class", id, name, a.Parents, b.Parents)
	c.list("disease.prevalence", id, name, figures(a.Prevalence), figures(b.Prevalence))
	c.list("disease.links", id, name, links(a.Links), links(b.Links))
	c.list("disease.words", id, name, labels(a.Synonyms), labels(b.Synonyms))
	c.one("disease.words", id, name, a.Definition, b.Definition)
}

// signsOf compares the signs of one disease by the ids that b has for them: a
// sign that was only replaced is the same sign.
func (c *comparison) signsOf(a, b *term.Disease) {
	was, is := map[string]term.Sign{}, map[string]term.Sign{}
	for _, s := range a.Signs {
		id := c.now(s.Term)
		if _, twice := was[id]; !twice || id == c.a.Terms[s.Term].ID { // two signs that b joined: the one that stays speaks
			was[id] = s
		}
	}
	for _, s := range b.Signs {
		is[c.b.Terms[s.Term].ID] = s
	}
	name := nameOf(b)
	for id, s := range was {
		now, stays := is[id]
		if !stays {
			c.add(Change{Kind: "disease.sign.removed", ID: b.ID, Name: name, Other: id, Was: c.a.Terms[s.Term].EN + ", " + often(s.Freq)})
			continue
		}
		if s.Freq != now.Freq {
			c.add(Change{Kind: "disease.sign.frequency", ID: b.ID, Name: name, Other: id, Was: often(s.Freq), Is: often(now.Freq)})
		}
		if !slices.Equal(s.Sources, now.Sources) {
			c.add(Change{Kind: "disease.sign.source", ID: b.ID, Name: name, Other: id, Was: strings.Join(s.Sources, ", "), Is: strings.Join(now.Sources, ", ")})
		}
	}
	for id, s := range is {
		if _, had := was[id]; !had {
			c.add(Change{Kind: "disease.sign.added", ID: b.ID, Name: name, Other: id, Is: c.b.Terms[s.Term].EN + ", " + often(s.Freq)})
		}
	}
}

func (c *comparison) absentOf(a, b *term.Disease) {
	was, is := make([]string, len(a.Absent)), make([]string, len(b.Absent))
	for i, t := range a.Absent {
		was[i] = c.now(t)
	}
	for i, t := range b.Absent {
		is[i] = c.b.Terms[t].ID
	}
	was, is = sorted(was), sorted(is)
	for _, id := range was {
		if _, stays := slices.BinarySearch(is, id); !stays {
			c.add(Change{Kind: "disease.absent.removed", ID: b.ID, Name: nameOf(b), Other: id})
		}
	}
	for _, id := range is {
		if _, had := slices.BinarySearch(was, id); !had {
			c.add(Change{Kind: "disease.absent.added", ID: b.ID, Name: nameOf(b), Other: id})
		}
	}
}

// often writes a frequency with all that is known of it.
func often(f term.Freq) string {
	var parts []string
	if f.M != 0 || f.N != 0 {
		parts = append(parts, fmt.Sprintf("%d of %d", f.N, f.M))
	}
	if f.Percent >= 0 {
		parts = append(parts, fmt.Sprintf("%d.%d %%", f.Percent/10, f.Percent%10))
	}
	if f.Class != term.FreqUnknown {
		parts = append(parts, classes[f.Class])
	}
	if len(parts) == 0 {
		return "frequency not said"
	}
	return strings.Join(parts, ", ")
}

var classes = [...]string{term.FreqUnknown: "", term.FreqObligate: "obligate", term.FreqVeryFrequent: "very frequent",
	term.FreqFrequent: "frequent", term.FreqOccasional: "occasional", term.FreqVeryRare: "very rare", term.FreqExcluded: "excluded"}

func slugs(k *term.Knowledge, list []term.NetworkLink) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = k.Networks[l.Network].Slug
	}
	return out
}

func rules(list []term.NetworkLink) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.Rule
	}
	return out
}

func figures(list []term.Prevalence) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Kind + ": " + p.Class + " (" + p.Place + ")"
	}
	return out
}

func links(list []term.Link) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.ID + " " + l.Relation
	}
	return out
}

// families compares which codes mean the same disease, pair by pair, and what
// families of the same name are shown with.
func (c *comparison) families() {
	was, is := pairs(c.a), pairs(c.b)
	both(len(was), len(is), func(i, j int) (string, string) { return was[i].key(), is[j].key() }, func(i, j int) {
		switch {
		case j < 0:
			c.add(Change{Kind: "family.linked.removed", ID: was[i].a, Other: was[i].b})
		case i < 0:
			c.add(Change{Kind: "family.linked.added", ID: is[j].a, Other: is[j].b})
		}
	})
	fa, fb := c.a.Families, c.b.Families
	both(len(fa), len(fb), func(i, j int) (string, string) { return fa[i].ID, fb[j].ID }, func(i, j int) {
		if i >= 0 && j >= 0 {
			c.list("family.networks", fb[j].ID, "", ruled(c.a, fa[i].Networks), ruled(c.b, fb[j].Networks))
		}
	})
	c.firsts()
}

// ruled are the networks of a family, each with its rule.
func ruled(k *term.Knowledge, list []term.NetworkLink) []string {
	out := slugs(k, list)
	for i, l := range list {
		out[i] += " (" + l.Rule + ")"
	}
	return out
}

// firsts finds the families that are now shown under another of their codes.
func (c *comparison) firsts() {
	for i := range c.b.Families {
		f := &c.b.Families[i]
		var old []string // the families that its members were in
		for _, m := range f.Members {
			if d, ok := find(c.a, c.b.Diseases[m].ID); ok {
				old = append(old, c.a.Families[c.a.Diseases[d].Family].ID)
			}
		}
		if len(old) > 0 && !slices.Contains(old, f.ID) {
			c.add(Change{Kind: "family.first", ID: f.ID, Was: strings.Join(sorted(old), ", "), Is: f.ID})
		}
	}
}

// find is the place of the disease with exactly this id.
func find(k *term.Knowledge, id string) (int, bool) {
	return slices.BinarySearchFunc(k.Diseases, id, func(d term.Disease, id string) int { return cmp.Compare(d.ID, id) })
}

// pair is two codes of one family, in order.
type pair struct{ a, b string }

func (p pair) key() string { return p.a + " " + p.b }

// pairs lists the pairs of all families, sorted.
func pairs(k *term.Knowledge) []pair {
	var all []pair
	for i := range k.Families {
		m := k.Families[i].Members
		for x := range m {
			for y := x + 1; y < len(m); y++ {
				all = append(all, pair{k.Diseases[m[x]].ID, k.Diseases[m[y]].ID})
			}
		}
	}
	slices.SortFunc(all, func(p, q pair) int { return cmp.Compare(p.key(), q.key()) })
	return all
}

func (c *comparison) networks() {
	na, nb := c.a.Networks, c.b.Networks
	both(len(na), len(nb), func(i, j int) (string, string) { return na[i].Slug, nb[j].Slug }, func(i, j int) {
		switch {
		case j < 0:
			c.add(Change{Kind: "network.removed", ID: na[i].Slug, Name: na[i].Name})
		case i < 0:
			c.add(Change{Kind: "network.added", ID: nb[j].Slug, Name: nb[j].Name})
		default:
			a, b := &na[i], &nb[j]
			c.list("network.facts", b.Slug, b.Name, words(a), words(b))
			was, is := make([]string, len(a.Signs)), make([]string, len(b.Signs))
			for x, t := range a.Signs {
				was[x] = c.now(t)
			}
			for x, t := range b.Signs {
				is[x] = c.b.Terms[t].ID
			}
			c.list("network.signs", b.Slug, b.Name, was, is)
		}
	})
}

func words(n *term.Network) []string {
	verified := "not verified"
	if n.Verified {
		verified = "verified"
	}
	return []string{n.Name, n.ScopeFR, n.ScopeEN, n.Lead, n.Site, verified, n.Source, n.VerifiedOn}
}

// flags compares the red flags, whose order is that of the page.
func (c *comparison) flags() {
	var was, is []string // those that stay
	for _, a := range c.a.RedFlags {
		i := slices.IndexFunc(c.b.RedFlags, func(b term.RedFlag) bool { return b.ID == a.ID })
		if i < 0 {
			c.add(Change{Kind: "flag.removed", ID: a.ID, Was: a.FR})
			continue
		}
		was = append(was, a.ID)
		c.one("flag.changed", a.ID, "", said(a), said(c.b.RedFlags[i]))
	}
	for _, b := range c.b.RedFlags {
		if slices.ContainsFunc(c.a.RedFlags, func(a term.RedFlag) bool { return a.ID == b.ID }) {
			is = append(is, b.ID)
			continue
		}
		c.add(Change{Kind: "flag.added", ID: b.ID, Is: b.FR})
	}
	c.list("flag.order", "", "", was, is)
}

func said(f term.RedFlag) string {
	s := f.FR + " / " + f.EN + " (" + f.Source + ")"
	if f.Urgent {
		s += ", urgent"
	}
	return s
}
