package term

import (
	"slices"
	"strconv"
	"strings"
)

// Hit is one answer of a search.
type Hit struct {
	Index   int32  // into Knowledge.Terms or Knowledge.Diseases
	Matched Label  // the name that answered, as it is written
	Score   int    // higher is better; comparable within one search only
	How     string // one of the How constants
}

// How a hit answers what was typed.
const (
	HowID      = "id"      // its code
	HowExact   = "exact"   // its preferred name, whole
	HowPrefix  = "prefix"  // its preferred name, not typed to the end
	HowWords   = "words"   // words of its preferred name
	HowSynonym = "synonym" // another name of the profession
	HowPlain   = "plain"   // words of everyday life
	HowTypo    = "typo"    // any of these, with a letter or two wrong
)

// Terms finds the signs that a person means by query, best first, at most limit
// (and never more than 50). It searches French and English alike and puts lang,
// the reader's, first among equals. Only phenotypic abnormalities are offered.
func (ix *Index) Terms(query, lang string, limit int) []Hit {
	if id, ok := termCode(query); ok {
		t, status := ix.k.TermByID(id)
		if status == IDUnknown || !ix.k.Terms[t].Phenotype || limit < 1 {
			return nil
		}
		return []Hit{{Index: t, Matched: ix.k.TermLabel(t, lang), Score: topScore, How: HowID}}
	}
	return ix.terms.search(query, lang, limit, ix.termText)
}

// Diseases finds diseases as Terms finds signs. A family of codes that name the
// same disease comes once, as the member whose name or code answered.
func (ix *Index) Diseases(query, lang string, limit int) []Hit {
	if ids := diseaseCodes(query); ids != nil {
		var hits []Hit
		for _, id := range ids {
			if d, ok := ix.k.DiseaseByID(id); ok && len(hits) < limit {
				hits = append(hits, Hit{Index: d, Matched: ix.k.DiseaseLabel(d, lang), Score: topScore, How: HowID})
			}
		}
		return hits
	}
	hits := ix.diseases.search(query, lang, limit, ix.diseaseText)
	for i, h := range hits {
		if to, ok := ix.k.DiseaseByID(ix.k.Diseases[h.Index].ID); ok {
			hits[i].Index = to // a code that moved
		}
	}
	return hits
}

// topScore is above any that words can reach.
const topScore = 2000

// code parts s into the letters before and the digits after them; blanks and
// signs between do not matter, and anything else makes ok false.
func code(s string) (prefix string, number int, ok bool) {
	s = strings.ReplaceAll(Fold(s[:min(len(s), maxQuery)]), " ", "")
	digits := strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz")
	number, err := strconv.Atoi(digits)
	return s[:len(s)-len(digits)], number, err == nil && len(digits) <= 9
}

func termCode(s string) (string, bool) {
	prefix, n, ok := code(s)
	if !ok || prefix != "hp" && prefix != "hpo" && prefix != "" {
		return "", false
	}
	id := strconv.Itoa(n)
	return "HP:" + strings.Repeat("0", max(0, 7-len(id))) + id, true
}

// diseaseCodes gives the ids that s may mean: a bare number may be of any source.
func diseaseCodes(s string) []string {
	prefix, n, ok := code(s)
	if !ok {
		return nil
	}
	id := strconv.Itoa(n)
	switch prefix {
	case "orpha", "orphanet", "orphacode", "orphanumber":
		return []string{"ORPHA:" + id}
	case "omim", "mim":
		return []string{"OMIM:" + id}
	case "decipher":
		return []string{"DECIPHER:" + id}
	case "":
		return []string{"OMIM:" + id, "ORPHA:" + id}
	}
	return nil
}

// search finds names and gives one hit an owner.
func (s *shelf) search(query, lang string, limit int, text func(name) Label) []Hit {
	folded := Fold(strings.ToValidUTF8(query[:min(len(query), maxQuery)], ""))
	words := split(folded)
	limit = min(limit, maxHits)
	if len(words) == 0 || limit < 1 {
		return nil
	}
	x := s.scratch.Get().(*scratch)
	defer s.scratch.Put(x)
	r := ranking{shelf: s, x: x, folded: folded, hash: hash([]byte(folded)), lang: lang}
	all := s.ask(words, false)
	top := r.rank(all)
	if len(top) == 0 || !r.complete(all, top[0]) {
		all = s.ask(words, true)
		top = r.rank(all)
	}
	hits := make([]Hit, 0, len(top))
	for _, t := range top {
		label := text(s.names[t.name])
		hits = append(hits, Hit{
			Index: s.names[t.name].item, Matched: label,
			Score: t.score + r.phrase(label.Text), How: r.how(t.name, all),
		})
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return b.Score - a.Score })
	return hits[:min(limit, len(hits))]
}

// ranking is one search under way.
type ranking struct {
	shelf  *shelf
	x      *scratch
	folded string
	hash   uint32
	lang   string
}

type ranked struct {
	name  int32
	score int
}

// kept is how many names are looked at closely.
const kept = maxHits + 14

// rank scores every name that the words lead to and keeps the best name of each
// of the best owners.
func (r *ranking) rank(all []asked) []ranked {
	s, x := r.shelf, r.x
	s.mark(x, all)
	sum := 0
	for _, a := range all {
		if a.first == a.last && len(a.found) > 0 {
			sum += a.weight
		}
	}
	top := make([]ranked, 0, kept+1)
	for _, n := range x.touched {
		score := r.score(n, all, sum)
		if score == 0 || len(top) == kept && score <= top[kept-1].score {
			continue
		}
		top = r.keep(top, ranked{n, score})
	}
	return top
}

// keep puts c into top, sorted and one an owner, dropping the last if need be.
func (r *ranking) keep(top []ranked, c ranked) []ranked {
	owner := r.shelf.names[c.name].owner
	for i, t := range top {
		if r.shelf.names[t.name].owner != owner {
			continue
		}
		if t.score >= c.score {
			return top
		}
		top = slices.Delete(top, i, i+1)
		break
	}
	at, _ := slices.BinarySearchFunc(top, c, func(a, b ranked) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return int(a.name - b.name)
	})
	top = slices.Insert(top, at, c)
	return top[:min(len(top), kept)]
}

// What else counts, beside how much of the query and of the name fit. Both of
// these come to 1000 and 300.
const (
	wholeName  = 150 // the query is the name
	startsName = 40  // the query is how the name begins
	inName     = 20  // its words stand together in the name
	ownTongue  = 30
	preferred  = 20
	plainWords = 12
	leastFit   = 300 // of 1000: a name that answers less is no answer
)

func (r *ranking) score(n int32, all []asked, sum int) int {
	e, nm := &r.x.cells[n], &r.shelf.names[n]
	fit := 0
	for _, a := range all {
		if a.first == a.last {
			fit += a.weight * int(e.fit[a.first])
		}
	}
	fit = fit * 10 / max(sum, 1)
	if fit < leastFit {
		return 0
	}
	score := fit + 300*min(int(e.matched), int(nm.total))/max(int(nm.total), 1) + int(r.shelf.prior[nm.owner])
	if nm.hash == r.hash {
		score += wholeName
	}
	if (r.lang == "fr") == (nm.kind&inFrench != 0) {
		score += ownTongue
	}
	if nm.kind&isPreferred != 0 {
		score += preferred
	}
	if nm.kind&isPlain != 0 {
		score += plainWords
	}
	return max(score, 1)
}

// phrase looks at the order of the words, which score does not.
func (r *ranking) phrase(text string) int {
	name := Fold(text)
	switch {
	case strings.HasPrefix(name, r.folded):
		return startsName
	case strings.Contains(name, r.folded):
		return inName
	}
	return 0
}

// complete says whether t answers every word that says something.
func (r *ranking) complete(all []asked, t ranked) bool {
	e := &r.x.cells[t.name]
	for _, a := range all {
		if a.first == a.last && e.fit[a.first] == 0 && !filler(a.text) {
			return false
		}
	}
	return true
}

// how names the way in which a name answers.
func (r *ranking) how(n int32, all []asked) string {
	e, nm := &r.x.cells[n], &r.shelf.names[n]
	typo, begun := false, false
	for _, a := range all {
		fit := e.fit[a.first]
		typo = typo || a.first == a.last && fit > 0 && fit < beginsLeft
		begun = begun || fit > 0 && fit < sameSound
	}
	switch {
	case typo:
		return HowTypo
	case nm.kind&isPlain != 0:
		return HowPlain
	case nm.kind&isPreferred == 0:
		return HowSynonym
	case nm.hash == r.hash:
		return HowExact
	case begun:
		return HowPrefix
	}
	return HowWords
}
