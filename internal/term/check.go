package term

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Check says why k does not hold together, naming the record: tables sorted
// without repeats, indexes in range, no ring of parents, every sign but the
// root under a sign, frequencies that make sense, each disease in exactly the
// family that lists it, moved codes that lead somewhere. Nil means that
// everything else in the package may rely on it.
func Check(k *Knowledge) error {
	return cmp.Or(checkTerms(k), checkDiseases(k), checkMoves(k), checkFamilies(k), checkNetworks(k), checkFlags(k))
}

func checkTerms(k *Knowledge) error {
	if err := ascending("terms", len(k.Terms), func(i int) string { return k.Terms[i].ID }); err != nil {
		return err
	}
	alt := map[string]string{}
	for i := range k.Terms {
		t := &k.Terms[i]
		if err := checkTerm(k, t); err != nil {
			return fmt.Errorf("term %s: %w", t.ID, err)
		}
		for _, id := range t.AltIDs {
			if other, ok := alt[id]; ok {
				return fmt.Errorf("term %s: alternative id %s is also one of %s", t.ID, id, other)
			}
			alt[id] = t.ID
		}
	}
	for i := range k.Terms {
		if other, ok := alt[k.Terms[i].ID]; ok {
			return fmt.Errorf("term %s: its id is also an alternative id of %s", k.Terms[i].ID, other)
		}
	}
	if _, ring := parentsFirst(k.Terms); ring >= 0 {
		return fmt.Errorf("term %s: its parents lead in a ring", k.Terms[ring].ID)
	}
	return nil
}

func checkTerm(k *Knowledge, t *Term) error {
	if t.EN == "" {
		return errors.New("no English name")
	}
	if err := inRange(t.Parents, len(k.Terms), "parent"); err != nil {
		return err
	}
	under := t.ID == RootSign || !t.Phenotype
	for i, p := range t.Parents {
		if slices.Contains(t.Parents[:i], p) {
			return fmt.Errorf("parent %s twice", k.Terms[p].ID)
		}
		under = under || k.Terms[p].Phenotype
	}
	if !under {
		return fmt.Errorf("is a sign but has no parent that leads to %s", RootSign)
	}
	return checkLabels(t.Synonyms)
}

func checkLabels(list []Label) error {
	for _, l := range list {
		if l.Text == "" || l.Lang != "fr" && l.Lang != "en" {
			return fmt.Errorf("synonym %q in language %q", l.Text, l.Lang)
		}
	}
	return nil
}

func checkDiseases(k *Knowledge) error {
	if err := ascending("diseases", len(k.Diseases), func(i int) string { return k.Diseases[i].ID }); err != nil {
		return err
	}
	for i := range k.Diseases {
		d := &k.Diseases[i]
		err := cmp.Or(
			checkNames(d),
			checkLabels(d.Synonyms),
			inRange([]int32{d.Family}, len(k.Families), "family"),
			checkSigns(k, d),
			sortedIndexes(d.Absent, len(k.Terms), "absent sign"),
			sortedTexts(d.Onsets, "onset"),
			sortedTexts(d.Inheritance, "inheritance"),
			sortedTexts(d.Genes, "gene"),
			sortedTexts(d.Parents, "parent"),
			checkLinks(d.Networks, len(k.Networks)),
		)
		if err != nil {
			return fmt.Errorf("disease %s: %w", d.ID, err)
		}
	}
	return nil
}

func checkNames(d *Disease) error {
	if d.EN == "" && d.FR == "" {
		return errors.New("no name")
	}
	return nil
}

func checkSigns(k *Knowledge, d *Disease) error {
	if d.MovedTo != "" && len(d.Signs)+len(d.Absent) > 0 {
		return fmt.Errorf("has signs although it moved to %s", d.MovedTo)
	}
	last := int32(-1)
	for _, s := range d.Signs {
		if err := inRange([]int32{s.Term}, len(k.Terms), "sign"); err != nil {
			return err
		}
		id := k.Terms[s.Term].ID
		if s.Term <= last {
			return fmt.Errorf("sign %s repeated or not in order", id)
		}
		last = s.Term
		if !k.Terms[s.Term].Phenotype {
			return fmt.Errorf("sign %s is not under %s", id, RootSign)
		}
		if err := checkFreq(s.Freq); err != nil {
			return fmt.Errorf("sign %s: %w", id, err)
		}
	}
	return nil
}

func checkFreq(f Freq) error {
	switch {
	case f.Class >= FreqExcluded:
		return fmt.Errorf("frequency class %d: absent signs belong in Absent", f.Class)
	case f.M < 0, f.N < 0, f.N > f.M:
		return fmt.Errorf("seen in %d of %d patients", f.N, f.M)
	case f.Percent < -1, f.Percent == 0, f.Percent > 1000:
		return fmt.Errorf("frequency of %d thousandths; none is -1", f.Percent)
	}
	return nil
}

func checkMoves(k *Knowledge) error {
	at := map[string]string{}
	for i := range k.Diseases {
		at[k.Diseases[i].ID] = k.Diseases[i].MovedTo
	}
	for i := range k.Diseases {
		id := k.Diseases[i].ID
		for to, steps := at[id], 0; to != ""; steps++ {
			next, ok := at[to]
			if !ok || steps > 16 {
				return fmt.Errorf("disease %s: moved to %s, which is unknown or leads in a ring", id, to)
			}
			to = next
		}
	}
	return nil
}

func checkFamilies(k *Knowledge) error {
	if err := ascending("families", len(k.Families), func(i int) string { return k.Families[i].ID }); err != nil {
		return err
	}
	members := 0
	for i := range k.Families {
		f := &k.Families[i]
		members += len(f.Members)
		err := sortedIndexes(f.Members, len(k.Diseases), "member")
		if err == nil {
			err = cmp.Or(checkMembers(k, int32(i)), checkLinks(f.Networks, len(k.Networks)))
		}
		if err != nil {
			return fmt.Errorf("family %s: %w", f.ID, err)
		}
	}
	// Every member names this family and none is listed twice, so an equal
	// number means that no disease is left out.
	if members != len(k.Diseases) {
		return fmt.Errorf("families have %d members, there are %d diseases", members, len(k.Diseases))
	}
	return nil
}

func checkMembers(k *Knowledge, family int32) error {
	f, named := k.Families[family], false
	for _, m := range f.Members {
		if k.Diseases[m].Family != family {
			return fmt.Errorf("member %s says that it belongs to family %d", k.Diseases[m].ID, k.Diseases[m].Family)
		}
		named = named || k.Diseases[m].ID == f.ID
	}
	if !named {
		return errors.New("its id is not that of a member")
	}
	return nil
}

func checkNetworks(k *Knowledge) error {
	if err := ascending("networks", len(k.Networks), func(i int) string { return k.Networks[i].Slug }); err != nil {
		return err
	}
	for i := range k.Networks {
		if err := inRange(k.Networks[i].Signs, len(k.Terms), "sign"); err != nil {
			return fmt.Errorf("network %s: %w", k.Networks[i].Slug, err)
		}
	}
	return nil
}

func checkFlags(k *Knowledge) error {
	seen := map[string]bool{}
	for _, r := range k.RedFlags {
		if r.ID == "" || r.FR == "" || r.EN == "" || seen[r.ID] {
			return fmt.Errorf("red flag %q: repeated, or without its words in both languages", r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

func checkLinks(list []NetworkLink, networks int) error {
	for i, l := range list {
		if err := inRange([]int32{l.Network}, networks, "network"); err != nil {
			return err
		}
		if slices.ContainsFunc(list[:i], func(o NetworkLink) bool { return o.Network == l.Network }) {
			return fmt.Errorf("network %d twice", l.Network)
		}
	}
	return nil
}

// ascending says which of n keys is empty, repeated or not in order.
func ascending(table string, n int, key func(i int) string) error {
	last := ""
	for i := range n {
		if k := key(i); k <= last {
			return fmt.Errorf("%s: %q after %q: empty, repeated or not sorted", table, k, last)
		}
		last = key(i)
	}
	return nil
}

func inRange(list []int32, limit int, what string) error {
	for _, i := range list {
		if i < 0 || int(i) >= limit {
			return fmt.Errorf("%s %d out of range, there are %d", what, i, limit)
		}
	}
	return nil
}

func sortedIndexes(list []int32, limit int, what string) error {
	for i := 1; i < len(list); i++ {
		if list[i] <= list[i-1] {
			return fmt.Errorf("%s %d after %d: repeated or not sorted", what, list[i], list[i-1])
		}
	}
	return inRange(list, limit, what)
}

func sortedTexts(list []string, what string) error {
	for i, s := range list {
		if s == "" || i > 0 && s <= list[i-1] {
			return fmt.Errorf("%s %q empty, repeated or not sorted", what, s)
		}
	}
	return nil
}
