package knowledge

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// record is what one Orphanet source says of one code. Fields that the source
// does not have stay empty.
type record struct {
	code        string // "558", without prefix
	en, fr      string
	synonyms    []term.Label
	definition  string
	typ         string // English, "Disease"
	inactive    string // why the code is not in use, as the source says it; empty when it is
	movedTo     string // code that replaced it
	parents     []string
	links       []term.Link
	signs       []orphaSign
	genes       []string
	prevalence  []term.Prevalence
	onsets      []string // HPO ids
	inheritance []string // HPO ids
	networks    []term.NetworkLink
	head        string // preferential parent (linearisation)
	signsFrom   string // date of the edition that signs come from
	typBefore   string // type in an older edition, when it differs
	enBefore    string // name in an older edition, when it differs
	frFirst     string // language of the definition, "fr" while no English one is known
}

// orphaSign is one sign as Orphanet has it.
type orphaSign struct {
	term int32
	freq term.FreqClass // FreqUnknown when the words are not known
}

// edition is one Orphanet source as read.
type edition struct {
	f       *file
	fr      *FileReport
	date    string // of extraction, "2025-12-09 10:41:42"; empty when the source does not say
	records []*record
	index   map[string]*record
	list    bool // names every code in use, so that absence from it means something
}

func newEdition(f *file, fr *FileReport) *edition {
	return &edition{f: f, fr: fr, index: map[string]*record{}}
}

// record returns the record of a code, new if need be.
func (e *edition) record(code string) *record {
	r := e.index[code]
	if r == nil {
		r = &record{code: code}
		e.index[code] = r
		e.records = append(e.records, r)
	}
	return r
}

// name sets a name in the edition's language.
func (r *record) name(lang, text string) {
	if lang == "fr" {
		r.fr = text
	} else {
		r.en = text
	}
}

// define sets the definition, without the mark-up that Orphanet leaves in it.
func (r *record) define(lang, text string) {
	r.definition, r.frFirst = clean(unmark(text)), ""
	if lang == "fr" {
		r.frFirst = "fr"
	}
}

// under adds what an older source says where r says nothing. Whole fields are
// taken, never mixed, so that each has one source.
func (r *record) under(o *record) {
	if r.typ != "" && o.typ != "" && r.typ != o.typ {
		r.typBefore = o.typ
	}
	if r.en != "" && o.en != "" && r.en != o.en {
		r.enBefore = o.en
	}
	fill(&r.en, o.en)
	fill(&r.fr, o.fr)
	fill(&r.typ, o.typ)
	fill(&r.head, o.head)
	fill(&r.movedTo, o.movedTo)
	if r.definition == "" || r.frFirst == "fr" && o.frFirst == "" && o.definition != "" {
		r.definition, r.frFirst = o.definition, o.frFirst
	}
	if len(r.signs) == 0 && len(o.signs) > 0 {
		r.signs, r.signsFrom = o.signs, o.signsFrom
	}
	for _, lang := range []string{"en", "fr"} {
		if !hasLang(r.synonyms, lang) {
			r.synonyms = append(r.synonyms, ofLang(o.synonyms, lang)...)
		}
	}
	fillList(&r.parents, o.parents)
	fillLinks(r, o)
	fillList(&r.genes, o.genes)
	fillList(&r.prevalence, o.prevalence)
	fillList(&r.onsets, o.onsets)
	fillList(&r.inheritance, o.inheritance)
	fillList(&r.networks, o.networks)
}

func fill(have *string, other string) {
	if *have == "" {
		*have = other
	}
}

func fillList[T any](have *[]T, other []T) {
	if len(*have) == 0 {
		*have = slices.Clone(other)
	}
}

// fillLinks fills cross-references by target system: the packets have only
// OMIM, product 1 has the others too.
func fillLinks(r, o *record) {
	have := map[string]bool{}
	for _, l := range r.links {
		have[system(l.ID)] = true
	}
	for _, l := range o.links {
		if !have[system(l.ID)] {
			r.links = append(r.links, l)
		}
	}
}

// system is the part of an id before its colon.
func system(id string) string {
	s, _, _ := strings.Cut(id, ":")
	return s
}

func hasLang(list []term.Label, lang string) bool {
	return slices.ContainsFunc(list, func(l term.Label) bool { return l.Lang == lang })
}

func ofLang(list []term.Label, lang string) []term.Label {
	var out []term.Label
	for _, l := range list {
		if l.Lang == lang {
			out = append(out, l)
		}
	}
	return out
}

// unmark removes the HTML tags (<i>, <sub>) of Orphanet's definitions.
func unmark(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '<' && i+1 < len(s) && (s[i+1] == '/' || s[i+1] >= 'a' && s[i+1] <= 'z'):
			depth++
		case s[i] == '>' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
