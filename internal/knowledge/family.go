package knowledge

import (
	"cmp"
	"slices"
	"strings"

	"phare/internal/term"
)

// inverse is a relation seen from the other end: an ORPHA code that is broader
// than an OMIM one (BTNT) makes that OMIM code narrower than it (NTBT).
var inverse = map[string]string{"E": "E", "BTNT": "NTBT", "NTBT": "BTNT", "ND": "ND"}

// link gives the OMIM end of each cross-reference its link back, and its
// networks to an OMIM disease that has no exact twin: the network of the ORPHA
// codes that it is part of, or that are part of it, with the relation named.
func link(k *term.Knowledge) {
	at := index(k)
	for i := range k.Diseases {
		from := &k.Diseases[i]
		if system(from.ID) != "ORPHA" {
			continue
		}
		for _, l := range from.Links {
			if j, ok := at[l.ID]; ok && l.ID != from.ID {
				to := &k.Diseases[j]
				to.Links = append(to.Links, term.Link{ID: from.ID, Relation: inverse[l.Relation]})
			}
		}
	}
	for i := range k.Diseases {
		d := &k.Diseases[i]
		if system(d.ID) != "ORPHA" {
			slices.SortFunc(d.Links, compareLinks)
			d.Networks = borrowed(k, at, d)
		}
	}
}

// borrowed are the networks that come to an OMIM disease over a link that is
// not exact. An exact twin that has networks shares them through the family.
func borrowed(k *term.Knowledge, at map[string]int32, d *term.Disease) []term.NetworkLink {
	var out []term.NetworkLink
	for _, l := range d.Links {
		if j, ok := at[l.ID]; ok && l.Relation == "E" && len(k.Diseases[j].Networks) > 0 {
			return nil
		}
	}
	for _, relation := range []string{"NTBT", "BTNT"} { // the broader code first
		for _, l := range d.Links {
			j, ok := at[l.ID]
			if !ok || l.Relation != relation {
				continue
			}
			for _, n := range k.Diseases[j].Networks {
				out = addNetwork(out, term.NetworkLink{Network: n.Network, Rule: "via " + l.ID + " (" + l.Relation + "), " + n.Rule})
			}
		}
	}
	return out
}

// addNetwork adds a network unless it is there.
func addNetwork(list []term.NetworkLink, n term.NetworkLink) []term.NetworkLink {
	if slices.ContainsFunc(list, func(o term.NetworkLink) bool { return o.Network == n.Network }) {
		return list
	}
	return append(list, n)
}

// index maps disease ids to their place.
func index(k *term.Knowledge) map[string]int32 {
	at := make(map[string]int32, len(k.Diseases))
	for i := range k.Diseases {
		at[k.Diseases[i].ID] = int32(i)
	}
	return at
}

// group makes the families: codes joined by exact cross-references, and moved
// codes with what replaced them. Broader and narrower codes stay apart.
func group(k *term.Knowledge) {
	at := index(k)
	root := make([]int32, len(k.Diseases))
	for i := range root {
		root[i] = int32(i)
	}
	for i := range k.Diseases {
		d := &k.Diseases[i]
		for _, l := range d.Links {
			if j, ok := at[l.ID]; ok && l.Relation == "E" {
				join(root, int32(i), j)
			}
		}
		if j, ok := at[d.MovedTo]; ok {
			join(root, int32(i), j)
		}
	}
	members := map[int32][]int32{}
	for i := range k.Diseases {
		r := top(root, int32(i))
		members[r] = append(members[r], int32(i))
	}
	for _, list := range members {
		k.Families = append(k.Families, family(k, list))
	}
	slices.SortFunc(k.Families, func(x, y term.Family) int { return strings.Compare(x.ID, y.ID) })
	for i := range k.Families {
		for _, m := range k.Families[i].Members {
			k.Diseases[m].Family = int32(i)
		}
	}
	shareNames(k)
}

// top is the representative of a disease's family so far.
func top(root []int32, i int32) int32 {
	for root[i] != i {
		root[i] = root[root[i]]
		i = root[i]
	}
	return i
}

func join(root []int32, i, j int32) {
	a, b := top(root, i), top(root, j)
	root[max(a, b)] = min(a, b)
}

// family makes the entry of one group. It shows the OMIM code if there is one;
// among several, the one with the most signs, then the first.
func family(k *term.Knowledge, members []int32) term.Family {
	best := slices.MinFunc(members, func(x, y int32) int { return compareFaces(&k.Diseases[x], &k.Diseases[y]) })
	f := term.Family{ID: k.Diseases[best].ID, Members: members}
	ordered := slices.Clone(members)
	slices.SortStableFunc(ordered, func(x, y int32) int { return compareFaces(&k.Diseases[x], &k.Diseases[y]) })
	for _, m := range ordered {
		for _, n := range k.Diseases[m].Networks {
			f.Networks = addNetwork(f.Networks, n)
		}
	}
	return f
}

// compareFaces orders the members of a family by which is shown first.
func compareFaces(x, y *term.Disease) int {
	return cmp.Or(
		strings.Compare(x.MovedTo, y.MovedTo), // a code in use before one that moved
		cmp.Compare(rank(x.ID), rank(y.ID)),
		cmp.Compare(len(y.Signs), len(x.Signs)),
		strings.Compare(x.ID, y.ID),
	)
}

// rank orders sources: OMIM, ORPHA, others.
func rank(id string) int {
	switch system(id) {
	case "OMIM":
		return 0
	case "ORPHA":
		return 1
	}
	return 2
}

// shareNames gives a French name to an OMIM disease that has none, from its
// exact ORPHA twin when there is only one.
func shareNames(k *term.Knowledge) {
	for i := range k.Families {
		names := map[string]bool{}
		for _, m := range k.Families[i].Members {
			if d := &k.Diseases[m]; d.FR != "" && d.MovedTo == "" && system(d.ID) == "ORPHA" {
				names[d.FR] = true
			}
		}
		if len(names) != 1 {
			continue
		}
		for _, m := range k.Families[i].Members {
			for name := range names {
				if d := &k.Diseases[m]; system(d.ID) == "OMIM" {
					fill(&d.FR, name)
				}
			}
		}
	}
}
