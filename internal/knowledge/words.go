package knowledge

import (
	"strings"
)

// onsetWords maps Orphanet's ages of onset to the HPO onset terms that mean the
// same. Neither edges nor names agree exactly: Orphanet's infancy reaches 23
// months, HPO's infantile onset 12. "All ages" is every one of them.
var onsetWords = map[string][]string{
	"antenatal":         {"HP:0030674"},
	"neonatal":          {"HP:0003623"},
	"infancy":           {"HP:0003593"},
	"childhood":         {"HP:0011463"},
	"adolescent":        {"HP:0003621"},
	"adult":             {"HP:0003581"},
	"elderly":           {"HP:0003584"},
	"all ages":          {"HP:0030674", "HP:0003623", "HP:0003593", "HP:0011463", "HP:0003621", "HP:0003581", "HP:0003584"},
	"no data available": {},
	"":                  {},
}

// inheritanceWords maps Orphanet's modes of inheritance to HPO's. "Not
// applicable" and "Unknown" say nothing that HPO has a term for.
var inheritanceWords = map[string][]string{
	"autosomal recessive":       {"HP:0000007"},
	"autosomal dominant":        {"HP:0000006"},
	"x-linked recessive":        {"HP:0001419"},
	"x-linked dominant":         {"HP:0001423"},
	"mitochondrial inheritance": {"HP:0001427"},
	"multigenic/multifactorial": {"HP:0001426"},
	"oligogenic":                {"HP:0010983"},
	"y-linked":                  {"HP:0001450"},
	"semi-dominant":             {"HP:0032113"},
	"not applicable":            {},
	"unknown":                   {},
	"no data available":         {},
	"not yet documented":        {},
	"":                          {},
}

// hpoWords adds the HPO ids of some words, and counts words that are not known.
func hpoWords(list *[]string, known map[string][]string, word string, fr *FileReport) {
	ids, ok := known[strings.ToLower(clean(word))]
	if !ok {
		fr.note("unknown words for onset or inheritance: " + clean(word))
	}
	*list = append(*list, ids...)
}

// types are Orphanet's types by the number that does not change with the
// language of the file.
var types = map[string]string{
	"21394": "Disease",
	"21401": "Malformation syndrome",
	"21408": "Biological anomaly",
	"21415": "Morphological anomaly",
	"21422": "Clinical syndrome",
	"21429": "Particular clinical situation in a disease or syndrome",
	"21436": "Clinical group",
	"21443": "Etiological subtype",
	"21450": "Clinical subtype",
	"21457": "Histopathological subtype",
	"36561": "Category",
}

// causal reports that a gene's relation to a disease is one of cause or of
// major susceptibility: genes that only modify a disease, play a role in its
// look, or are candidates are left out.
func causal(relation string) bool {
	r := strings.ToLower(relation)
	for _, weak := range []string{"modif", "role in the phenotype", "rôle dans le phénotype", "candidat"} {
		if strings.Contains(r, weak) {
			return false
		}
	}
	return true
}

// prevalenceKnown reports that a class says something.
func prevalenceKnown(class string) bool {
	switch strings.ToLower(class) {
	case "", "unknown", "no data", "not yet documented", "inconnue", "non encore documentée":
		return false
	}
	return true
}

// relation is the first word of Orphanet's mapping relation: E, BTNT, NTBT, ND.
func relation(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return word
}
