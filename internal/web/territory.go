package web

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// orphanetPlaces are the departments that the sources name for themselves when
// they say how frequent a disease is, by INSEE code, and how they write them.
var orphanetPlaces = map[string][]string{
	"971": {"Guadeloupe"}, "972": {"Martinique"}, "973": {"French Guiana", "Guyane"},
	"974": {"Reunion", "Réunion", "La Réunion"}, "975": {"Saint Pierre and Miquelon"}, "976": {"Mayotte"},
	"987": {"French Polynesia"}, "988": {"New Caledonia"},
}

// frequencyView is a published frequency of a disease on the desk's territory.
type frequencyView struct{ Code, Kind, Class string }

// frequencies are what the sources say of the frequency of a family's diseases
// where the desk is. They are shown beside the list and change nothing in it:
// no figure could be had of what a desk would gain by them (doc/orientation.md).
func (s *Server) frequencies(family, territory string) (all []frequencyView) {
	d, ok := s.Knowledge.DiseaseByID(family)
	if !ok {
		return nil
	}
	for _, m := range s.Knowledge.Families[s.Knowledge.Diseases[d].Family].Members {
		for _, p := range s.Knowledge.Diseases[m].Prevalence {
			f := frequencyView{departmentOf(p, territory), frequencyKey(p.Kind), p.Class}
			if f.Code != "" && f.Kind != "" && p.Class != "" && !strings.EqualFold(p.Class, "unknown") && !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	return all
}

// departmentOf is the department of a desk's territory that a figure is of.
func departmentOf(p term.Prevalence, territory string) string {
	for code := range strings.FieldsSeq(territory) {
		if slices.Contains(orphanetPlaces[code], p.Place) {
			return code
		}
	}
	return ""
}

// frequencyKey is the name, in the catalogues, of a kind of figure.
func frequencyKey(kind string) string {
	return map[string]string{"Point prevalence": "point", "Prevalence at birth": "birth", "Annual incidence": "incidence", "Lifetime Prevalence": "lifetime"}[kind]
}
