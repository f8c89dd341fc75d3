package diff_test

import (
	"testing"

	"phare/internal/term"
)

// made is a small invented Knowledge with one of everything, not yet sealed.
func made() *term.Knowledge {
	none := term.Freq{Percent: -1}
	return &term.Knowledge{
		Meta: term.Meta{Name: "built", Sources: []term.Source{
			{File: "hp.json", Title: "Signs", Version: "1", Licence: "free", Attribution: "Made.", Digest: "00", Rows: 6},
			{File: "x.tsv", Title: "Tables", Version: "1", Licence: "free", Attribution: "Made.", Digest: "01", Rows: 2}}},
		Terms: []term.Term{
			{ID: "HP:0000001", EN: "All"},
			{ID: "HP:0000118", EN: "Phenotypic abnormality", Parents: []int32{0}, Phenotype: true},
			{ID: "HP:0000252", EN: "Small head", FR: "Petite tête", Definition: "d", Parents: []int32{1}, AltIDs: []string{"HP:0009999"},
				Phenotype: true, Synonyms: []term.Label{{Text: "s", Lang: "en"}}},
			{ID: "HP:0000316", EN: "Wide eyes", Parents: []int32{1}, Phenotype: true},
			{ID: "HP:0001250", EN: "Seizure", Parents: []int32{1}, Phenotype: true},
			{ID: "HP:0002069", EN: "Long seizure", Parents: []int32{4}, Phenotype: true},
		},
		Diseases: []term.Disease{
			{ID: "OMIM:1", EN: "One", FR: "Un", Family: 0, Type: "Disease", Definition: "d", Synonyms: []term.Label{{Text: "s", Lang: "en"}},
				Signs: []term.Sign{
					{Term: 2, Freq: term.Freq{N: 3, M: 5, Percent: -1}, Sources: []string{"HPOA"}},
					{Term: 4, Freq: none, Sources: []string{"HPOA"}}},
				Absent: []int32{3}, Onsets: []string{"HP:0003577"}, Inheritance: []string{"HP:0000006"}, Genes: []string{"G1"},
				Parents: []string{"ORPHA:9"}, Prevalence: []term.Prevalence{{Kind: "k", Class: "c", Place: "p"}},
				Links: []term.Link{{ID: "ORPHA:2", Relation: "E"}}, Networks: []term.NetworkLink{{Network: 0, Rule: "starter"}},
				Territories: []string{"974"}},
			{ID: "OMIM:3", EN: "Three", Family: 1, Signs: []term.Sign{{Term: 3, Freq: none, Sources: []string{"HPOA"}}}},
			{ID: "ORPHA:2", EN: "Two", Family: 0},
			{ID: "ORPHA:4", EN: "Four", Family: 2, MovedTo: "ORPHA:2"},
		},
		Families: []term.Family{
			{ID: "OMIM:1", Members: []int32{0, 2}, Networks: []term.NetworkLink{{Network: 0, Rule: "starter"}}},
			{ID: "OMIM:3", Members: []int32{1}},
			{ID: "ORPHA:4", Members: []int32{3}},
		},
		Networks: []term.Network{
			{Slug: "net-a", Name: "A", ScopeFR: "f", ScopeEN: "e", Lead: "l", Site: "https://example.org", Source: "s", VerifiedOn: "2026-01-02", Signs: []int32{2, 3}},
			{Slug: "net-b", Name: "B"}},
		RedFlags: []term.RedFlag{{ID: "fever", FR: "Fièvre", EN: "Fever", Source: "s"}, {ID: "pain", FR: "Douleur", EN: "Pain"}},
	}
}

// sealed is made, changed and made ready.
func sealed(t testing.TB, change func(*term.Knowledge)) *term.Knowledge {
	t.Helper()
	k := made()
	if change != nil {
		change(k)
	}
	if err := term.Seal(k); err != nil {
		t.Fatal(err)
	}
	return k
}
