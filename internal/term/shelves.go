package term

import (
	_ "embed"
	"iter"
	"math/bits"
	"strings"
)

//go:embed everyday.tsv
var everydayTable string

// everydayRow is one line of everyday.tsv.
type everydayRow struct {
	id    string
	label Label
}

// everydayRows reads the table of wordings that people type and HPO has not:
// plain French, abbreviations. A test checks its form and its ids.
func everydayRows() []everydayRow {
	var rows []everydayRow
	for line := range strings.Lines(everydayTable) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 3 || f[0] == "" || f[0][0] == '#' {
			continue
		}
		for text := range strings.SplitSeq(f[2], ";") {
			rows = append(rows, everydayRow{f[0], Label{Text: strings.TrimSpace(text), Lang: f[1], Plain: true}})
		}
	}
	return rows
}

func kindOf(l Label, preferred bool) (k nameKind) {
	if l.Lang == "fr" {
		k |= inFrench
	}
	if l.Plain {
		k |= isPlain
	}
	if preferred {
		k |= isPreferred
	}
	return k
}

// termShelf holds the names of the terms that are signs.
func termShelf(k *Knowledge, rows []everydayRow) *shelf {
	g := newGatherer(4 * len(k.Terms))
	for i := range k.Terms {
		t := &k.Terms[i]
		if !t.Phenotype || t.ID == RootSign {
			continue
		}
		n := name{owner: int32(i), item: int32(i)}
		g.named(n, t.EN, t.FR, t.Synonyms)
	}
	for row, r := range rows {
		t, status := k.TermByID(r.id)
		if status != IDUnknown && k.Terms[t].Phenotype {
			n := name{owner: t, item: t, which: everyday - int32(row), kind: kindOf(r.label, false)}
			g.add(n, r.label.Text)
		}
	}
	return g.shelf(termPrior(k))
}

// termPrior favours signs that many diseases have, and general ones.
func termPrior(k *Knowledge) []int16 {
	uses := make([]uint, len(k.Terms))
	for i := range k.Diseases {
		for _, s := range k.Diseases[i].Signs {
			uses[s.Term]++
		}
	}
	prior := make([]int16, len(k.Terms))
	for t := range prior {
		prior[t] = int16(6*bits.Len(uses[t]) - 3*min(k.Depth(int32(t)), 16))
	}
	return prior
}

// diseaseShelf holds the names of all diseases; the owner is the family, so
// that the same disease under OMIM and ORPHA comes once. Names of a code that
// moved lead to the code that replaced it.
func diseaseShelf(k *Knowledge, rows []everydayRow) *shelf {
	g := newGatherer(4 * len(k.Diseases))
	for i := range k.Diseases {
		d := &k.Diseases[i]
		target, ok := k.DiseaseByID(d.ID)
		if !ok {
			continue
		}
		n := name{owner: k.Diseases[target].Family, item: int32(i)}
		g.named(n, d.EN, d.FR, d.Synonyms)
	}
	for row, r := range rows {
		if d, ok := k.DiseaseByID(r.id); ok {
			n := name{owner: k.Diseases[d].Family, item: d, which: everyday - int32(row), kind: kindOf(r.label, false)}
			g.add(n, r.label.Text)
		}
	}
	return g.shelf(diseasePrior(k))
}

func (g *gatherer) named(n name, en, fr string, synonyms []Label) {
	n.which, n.kind = preferredEN, isPreferred
	g.add(n, en)
	n.which, n.kind = preferredFR, isPreferred|inFrench
	g.add(n, fr)
	for j, l := range synonyms {
		n.which, n.kind = int32(j), kindOf(l, false)
		g.add(n, l.Text)
	}
}

// diseasePrior favours families with many signs known, and diseases before the
// groups and categories of the classification.
func diseasePrior(k *Knowledge) []int16 {
	prior := make([]int16, len(k.Families))
	for f := range prior {
		signs, group := 0, true
		for _, m := range k.Families[f].Members {
			signs = max(signs, len(k.Diseases[m].Signs))
			kind := strings.ToLower(k.Diseases[m].Type)
			group = group && (strings.Contains(kind, "group") || strings.Contains(kind, "categor"))
		}
		prior[f] = int16(5 * bits.Len(uint(signs)))
		if group {
			prior[f] -= 15
		}
	}
	return prior
}

func (ix *Index) termText(n name) Label {
	t := &ix.k.Terms[n.item]
	return ix.text(n, t.EN, t.FR, t.Synonyms)
}

func (ix *Index) diseaseText(n name) Label {
	d := &ix.k.Diseases[n.item]
	return ix.text(n, d.EN, d.FR, d.Synonyms)
}

// text gives the words of n, a name of what is called en, fr and synonyms.
func (ix *Index) text(n name, en, fr string, synonyms []Label) Label {
	switch {
	case n.which <= everyday:
		return ix.everyday[everyday-n.which].label
	case n.which == preferredEN:
		return Label{Text: en, Lang: "en"}
	case n.which == preferredFR:
		return Label{Text: fr, Lang: "fr"}
	}
	return synonyms[n.which]
}

// Everyday gives the wordings that people type and HPO has not, with the id of
// the sign or disease that each means; an id need not be in a Knowledge.
func Everyday() iter.Seq2[string, Label] {
	return func(yield func(string, Label) bool) {
		for _, r := range everydayRows() {
			if !yield(r.id, r.label) {
				return
			}
		}
	}
}
