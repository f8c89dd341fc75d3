package term_test

import (
	"slices"
	"testing"

	"phare/internal/term"
)

// made is a small Knowledge with one of everything, its figures invented. It
// is not yet sealed, so that tests can spoil it.
func made() *term.Knowledge {
	k := &term.Knowledge{
		Meta: term.Meta{Name: "starter", Sources: []term.Source{{
			File: "signs.tsv", Title: "Invented signs", Version: "1", Licence: "CC0",
			Attribution: "Made for tests.", Digest: "00", Rows: 12,
		}}},
		Terms: []term.Term{
			{ID: "HP:0000001", EN: "All"},
			{ID: "HP:0000118", EN: "Phenotypic abnormality", FR: "Anomalie phénotypique", Parents: []int32{0}, Phenotype: true},
			{ID: "HP:0000252", EN: "Microcephaly", FR: "Microcéphalie", Parents: []int32{1}, Phenotype: true,
				AltIDs: []string{"HP:0001366"}, Synonyms: []term.Label{
					{Text: "Small head", Lang: "en", Plain: true}, {Text: "Petite tête", Lang: "fr", Plain: true}}},
			{ID: "HP:0000316", EN: "Hypertelorism", FR: "Hypertélorisme", Parents: []int32{1}, Phenotype: true},
			{ID: "HP:0000365", EN: "Hearing impairment", FR: "Déficience auditive", Parents: []int32{1}, Phenotype: true,
				Synonyms: []term.Label{{Text: "Deafness", Lang: "en", Plain: true}, {Text: "Surdité", Lang: "fr", Plain: true}}},
			{ID: "HP:0000969", EN: "Edema", FR: "Œdème", Parents: []int32{1}, Phenotype: true},
			{ID: "HP:0001250", EN: "Seizure", FR: "Crise d’épilepsie", Parents: []int32{1}, Phenotype: true,
				Definition: "An intermittent abnormality of nervous system physiology.",
				Synonyms:   []term.Label{{Text: "Epilepsy", Lang: "en"}, {Text: "Épilepsie", Lang: "fr"}, {Text: "Convulsions", Lang: "fr", Plain: true}}},
			{ID: "HP:0002069", EN: "Bilateral tonic-clonic seizure", FR: "Crise tonicoclonique bilatérale", Parents: []int32{6}, Phenotype: true},
			{ID: "HP:0002123", EN: "Generalized myoclonic seizure", Parents: []int32{6, 7}, Phenotype: true},
			{ID: "HP:0003577", EN: "Congenital onset", FR: "Début congénital", Parents: []int32{0}},
		},
		Diseases: []term.Disease{
			{ID: "OMIM:154700", EN: "Marfan syndrome", FR: "Syndrome de Marfan", Family: 0,
				Synonyms: []term.Label{{Text: "MFS", Lang: "en"}},
				Signs: []term.Sign{
					{Term: 3, Freq: term.Freq{N: 3, M: 10, Percent: -1}, Sources: []string{"HPOA"}},
					{Term: 4, Freq: term.Freq{Class: term.FreqFrequent, Percent: 450}, Sources: []string{"HPOA", "ORPHANET"}}},
				Absent: []int32{2, 6}, Onsets: []string{"HP:0003577"}, Inheritance: []string{"HP:0000006"},
				Genes: []string{"FBN1"}, Links: []term.Link{{ID: "ORPHA:558", Relation: "E"}},
				Networks: []term.NetworkLink{{Network: 0, Rule: "starter"}}, Territories: []string{"974"}},
			{ID: "ORPHA:232", EN: "Sickle cell anemia", FR: "Drépanocytose", Family: 1, Type: "Disease",
				Prevalence: []term.Prevalence{{Kind: "Point prevalence", Class: "1-5 / 10 000", Place: "Europe"}},
				Signs:      []term.Sign{{Term: 5, Freq: term.Freq{Class: term.FreqOccasional, Percent: -1}, Sources: []string{"HPOA"}}}},
			{ID: "ORPHA:558", EN: "Marfan syndrome", FR: "Syndrome de Marfan", Family: 0, Parents: []string{"ORPHA:98023"},
				Signs: []term.Sign{{Term: 8, Freq: term.Freq{Percent: -1}, Sources: []string{"HPOA", "ORPHANET"}}}},
			{ID: "ORPHA:99", EN: "Old name of Marfan syndrome", Family: 2, MovedTo: "ORPHA:558"},
		},
		Families: []term.Family{
			{ID: "OMIM:154700", Members: []int32{0, 2}, Networks: []term.NetworkLink{{Network: 0, Rule: "starter"}}},
			{ID: "ORPHA:232", Members: []int32{1}},
			{ID: "ORPHA:99", Members: []int32{3}},
		},
		Networks: []term.Network{{Slug: "fava-multi", Name: "FAVA-Multi", ScopeFR: "Vaisseaux", ScopeEN: "Vessels",
			Lead: "Paris", Site: "https://example.org", Verified: true, Source: "test", VerifiedOn: "2026-01-02", Signs: []int32{5, 3}}},
		RedFlags: []term.RedFlag{{ID: "fever", FR: "Fièvre avec purpura", EN: "Fever with purpura", Urgent: true, Source: "test"}},
	}
	return k
}

// sealed is made, ready for lookups.
func sealed(t testing.TB) *term.Knowledge {
	t.Helper()
	k := made()
	if err := term.Seal(k); err != nil {
		t.Fatal(err)
	}
	return k
}

func ids(k *term.Knowledge, terms []int32) []string {
	var out []string
	for _, t := range terms {
		out = append(out, k.Terms[t].ID)
	}
	slices.Sort(out)
	return out
}
