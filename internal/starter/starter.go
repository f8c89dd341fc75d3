// Package starter is the knowledge that Phare carries with it, so that it is of
// use before anything is downloaded: our own tables of signs, rare diseases and
// networks (FSMR), written by hand, with the red flags of their own room.
// Sources and doubts stand in the tables. A test checks every id, label and link
// against the official files where those are present.
package starter

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"phare/internal/term"
)

//go:embed tables
var tables embed.FS

// Load reads the embedded tables into one sealed Knowledge.
func Load() (*term.Knowledge, error) { return load(tables) }

func load(files fs.FS) (*term.Knowledge, error) {
	b := &builder{k: &term.Knowledge{}, parents: map[string][]string{}, where: map[string]row{},
		terms: map[string]int32{}, networks: map[string]int32{}, diseases: map[string]bool{}, owners: map[string]string{}}
	b.k.Meta = term.Meta{Name: "starter", Sources: []term.Source{{
		File: "internal/starter/tables", Title: "Table de faits de Phare", Version: "2026-11-23",
		Licence:     "AGPL-3.0-or-later",
		Attribution: "Table de faits écrite à la main par l’équipe de Phare, à relire par un médecin. Codes : HPO et Orphanet (nomenclature ORPHA, CC BY 4.0).",
	}}}
	steps := []struct {
		glob    string
		columns []string
		add     func(row) error
	}{
		{"tables/terms/*.tsv", termColumns, b.term},
		{"tables/networks.tsv", networkColumns, b.network},
		{"tables/diseases/*.tsv", diseaseColumns, b.disease},
	}
	for i, s := range steps {
		if err := b.each(files, s.glob, s.columns, s.add); err != nil {
			return nil, err
		}
		if i == 0 {
			if err := b.sortTerms(); err != nil {
				return nil, err
			}
		}
		if i == 1 {
			b.sortNetworks()
		}
	}
	if err := b.redFlags(); err != nil {
		return nil, err
	}
	b.finish()
	return b.k, term.Seal(b.k)
}

// builder gathers rows until every reference can be made an index.
type builder struct {
	k        *term.Knowledge
	parents  map[string][]string // term → parents, until terms have their places
	where    map[string]row
	terms    map[string]int32
	networks map[string]int32
	diseases map[string]bool   // ids already there
	owners   map[string]string // OMIM id → ORPHA id that names it exactly
	families [][]string        // ids of the members, ORPHA first
}

// each reads the files that match glob and adds their rows.
func (b *builder) each(files fs.FS, glob string, columns []string, add func(row) error) error {
	names, err := fs.Glob(files, glob) // sorted
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		rows, err := parse(name, string(text), columns)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := add(r); err != nil {
				return r.fault(err)
			}
		}
		b.k.Meta.Sources[0].Rows += len(rows)
	}
	return nil
}

// sortTerms gives every term its place and turns parents into indexes.
func (b *builder) sortTerms() error {
	slices.SortFunc(b.k.Terms, func(x, y term.Term) int { return strings.Compare(x.ID, y.ID) })
	for i, t := range b.k.Terms {
		b.terms[t.ID] = int32(i)
	}
	for i := range b.k.Terms {
		t := &b.k.Terms[i]
		for _, p := range b.parents[t.ID] {
			place, ok := b.terms[p]
			if !ok {
				return b.where[t.ID].faultf("parent %s is in no table", p)
			}
			t.Parents = append(t.Parents, place)
		}
	}
	return nil
}

func (b *builder) sortNetworks() {
	slices.SortFunc(b.k.Networks, func(x, y term.Network) int { return strings.Compare(x.Slug, y.Slug) })
	for i, n := range b.k.Networks {
		b.networks[n.Slug] = int32(i)
	}
}

// finish sorts diseases, and makes the families of the codes that name the same one.
func (b *builder) finish() {
	k := b.k
	slices.SortFunc(k.Diseases, func(x, y term.Disease) int { return strings.Compare(x.ID, y.ID) })
	place := map[string]int32{}
	for i, d := range k.Diseases {
		place[d.ID] = int32(i)
	}
	for _, ids := range b.families {
		f := term.Family{ID: ids[min(1, len(ids)-1)]} // the first OMIM code, else the ORPHA one
		for _, id := range ids {
			f.Members = append(f.Members, place[id])
		}
		slices.Sort(f.Members)
		f.Networks = k.Diseases[place[ids[0]]].Networks
		k.Families = append(k.Families, f)
	}
	slices.SortFunc(k.Families, func(x, y term.Family) int { return strings.Compare(x.ID, y.ID) })
	for i, f := range k.Families {
		for _, m := range f.Members {
			k.Diseases[m].Family = int32(i)
		}
	}
}
