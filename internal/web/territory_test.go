package web

import (
	"slices"
	"testing"

	"phare/internal/starter"
	"phare/internal/term"
)

// What is published of the desk's own departments is shown, of all codes of the
// family, and nothing of elsewhere.
func TestFrequencies(t *testing.T) {
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	family := k.Families[k.Diseases[0].Family]
	k.Diseases[family.Members[len(family.Members)-1]].Prevalence = []term.Prevalence{
		{Kind: "Prevalence at birth", Class: ">1 / 1000", Place: "Guadeloupe"},
		{Kind: "Prevalence at birth", Class: "1-5 / 10 000", Place: "Reunion"},
		{Kind: "Prevalence at birth", Class: "1-5 / 10 000", Place: "Reunion"},
		{Kind: "Point prevalence", Class: "Unknown", Place: "Reunion"},
		{Kind: "Cases/families", Class: "", Place: "Reunion"},
		{Kind: "Point prevalence", Class: "1-9 / 100 000", Place: "Worldwide"},
	}
	s := &Server{Config: Config{Knowledge: k}}
	for territory, want := range map[string][]frequencyView{
		"974 976": {{"974", "birth", "1-5 / 10 000"}}, "971": {{"971", "birth", ">1 / 1000"}}, "973": nil, "OCC": nil,
	} {
		if got := s.frequencies(family.ID, territory); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", territory, got, want)
		}
	}
}
