package extract

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"phare/internal/term"
)

// pattern is one phrase of a list: words in order.
type pattern struct {
	kind    patternKind
	elems   []element
	term    int32 // of signs and abbreviations
	cue     cueKind
	measure int32 // of measures
	lang    lang
	when    condition
}

type patternKind uint8

const (
	signPattern patternKind = iota
	abbrPattern
	dropPattern
	cuePattern
	measurePattern
)

// element is one place of a phrase.
type element struct {
	words    []int32  // any of these
	prefixes []string // or a word that begins like this
	capitals []string // or these letters, written in capitals
	exact    []string // in cues: the words as they are written
	shout    bool     // capitals only, however long
	optional bool
	gap      int // instead: up to so many words of any kind
}

// gapWords is what "…" in a phrase lets pass.
const gapWords = 3

// phrases compiles the rows that are phrases.
func (b *book) phrases(rows []row, banned map[string]bool) error {
	b.byWord = make([][]int32, 0)
	kinds := map[string]patternKind{rowSign: signPattern, rowAbbr: abbrPattern, rowDrop: dropPattern, rowCue: cuePattern, rowMeasure: measurePattern}
	for _, x := range rows {
		kind, ok := kinds[x.kind]
		if !ok {
			continue
		}
		p := pattern{kind: kind, lang: langOf(x.lang), term: -1}
		if kind == cuePattern {
			p.cue = cueKinds[x.what]
		}
		if kind == signPattern || kind == abbrPattern || kind == measurePattern {
			t, status := b.k.TermByID(x.what)
			if status == term.IDUnknown || !b.k.Terms[t].Phenotype {
				continue // the starter does not have every sign
			}
			p.term = t
		}
		if kind == measurePattern {
			limit, err := boundOf(x.when)
			if err != nil {
				return fmt.Errorf("%s: %w", x.at, err)
			}
			p.measure = int32(len(b.measures))
			b.measures = append(b.measures, measure{limit, p.term})
		} else {
			p.when = conditionOf(x.when)
		}
		for _, phrase := range x.phrases {
			if folded := term.Fold(phrase); !x.site && (banned["- "+folded] || banned[x.what+" "+folded]) {
				continue
			}
			if err := b.phrase(p, phrase); err != nil {
				return fmt.Errorf("%s: %w", x.at, err)
			}
		}
	}
	return nil
}

// phrase compiles one phrase like p. In signs the words that say nothing are
// left out, in cues they count.
func (b *book) phrase(p pattern, phrase string) error {
	parts := strings.Fields(partsOf.Replace(phrase))
	p.elems = b.elements(parts, p.kind, p.kind != cuePattern)
	p.shout()
	if len(p.elems) == 1 && len(parts) > 1 { // "dans sa bulle" is not "bulle"
		p.elems = b.elements(parts, p.kind, false)
		p.shout()
	}
	if len(p.elems) == 0 || p.elems[0].optional || p.elems[0].gap > 0 {
		return fmt.Errorf("%q: a phrase must begin with a word that is needed", phrase)
	}
	if last := p.elems[len(p.elems)-1]; last.gap > 0 {
		return fmt.Errorf("%q: a phrase must end with a word", phrase)
	}
	at := int32(len(b.patterns))
	b.patterns = append(b.patterns, p)
	for _, w := range p.elems[0].words {
		for int(w) >= len(b.byWord) {
			b.byWord = append(b.byWord, nil)
		}
		b.byWord[w] = append(b.byWord[w], at)
	}
	for _, start := range append(p.elems[0].prefixes, p.elems[0].capitals...) {
		key := startOf(strings.ToLower(start))
		b.byStart[key] = append(b.byStart[key], at)
	}
	return nil
}

// shout asks for capitals where small letters are a word: in English, and in
// the list of abbreviations.
func (p *pattern) shout() {
	for i := range p.elems {
		p.elems[i].shout = p.kind == abbrPattern || p.lang&english != 0
	}
}

// partsOf parts elided and joined words.
var partsOf = strings.NewReplacer("’", " ", "'", " ", "-", " ", "...", "…")

// elements reads the parts of a phrase; with drop, small words are left out.
func (b *book) elements(parts []string, kind patternKind, drop bool) (all []element) {
	for _, part := range parts {
		if drop && len(parts) > 1 && (part == "ne" || part == "n") {
			continue // speech leaves it out; negated adds it
		}
		if e, ok := b.element(part, kind, drop); ok {
			all = append(all, e)
		}
	}
	return all
}

// startOf is the key of words that begin with a wildcard.
func startOf(folded string) string { return folded[:min(len(folded), 2)] }

// element reads "a|b", "a*", "a?" or "…"; keep is false for a word that counts
// for nothing.
func (b *book) element(part string, kind patternKind, drop bool) (e element, keep bool) {
	if part == "…" {
		return element{gap: gapWords}, true
	}
	part, e.optional = strings.CutSuffix(part, "?")
	for choice := range strings.SplitSeq(part, "|") {
		stemmed, wild := strings.CutSuffix(choice, "*")
		folded := term.Fold(stemmed)
		if folded == "" {
			continue
		}
		if wild {
			e.prefixes = append(e.prefixes, strings.ReplaceAll(folded, " ", ""))
			continue
		}
		if kind == abbrPattern || kind != cuePattern && unicode.IsUpper(rune(choice[0])) && choice == strings.ToUpper(choice) {
			e.capitals = append(e.capitals, strings.ReplaceAll(folded, " ", ""))
			continue
		}
		for w := range strings.FieldsSeq(folded) {
			id := b.word(w)
			if drop && b.kinds[id]&isSmall != 0 && !strings.Contains(part, "|") {
				continue
			}
			b.kinds[id] |= isKnown
			e.words = append(e.words, id)
			if kind == cuePattern {
				e.exact = append(e.exact, w)
			}
		}
	}
	return e, len(e.words)+len(e.prefixes)+len(e.capitals) > 0
}

// cost says at which cost a token can stand at this place; -1: it cannot.
func (e *element) cost(t *token) int {
	best := -1
	if len(e.exact) > 0 {
		if slices.Contains(e.exact, t.fold) {
			return 0
		}
	} else {
		for _, w := range e.words {
			if cost := t.has(w); cost >= 0 && (best < 0 || cost < best) {
				best = cost
			}
		}
	}
	for _, p := range e.prefixes {
		if strings.HasPrefix(t.fold, p) {
			return 0
		}
	}
	for _, c := range e.capitals {
		if t.fold == c && (t.upper || len(c) == 1 && t.capital || len(c) > 2 && !e.shout) {
			return 0
		}
	}
	return best
}

// alone says whether a word read at this cost may be a sign by itself: not when
// it is another word that is like it, the form of a verb, or short and misspelt.
func (t *token) alone(cost int) bool {
	return cost == 0 || cost == costRelated || cost == costTypo && len(t.stem) >= 8
}

// fits says whether a token can stand at this place; whole: it is the whole
// phrase.
func (e *element) fits(t *token, whole bool) bool {
	cost := e.cost(t)
	return cost >= 0 && (!whole || t.alone(cost))
}

// from matches the elements of p from element e on, at token i; used collects
// the tokens that fit. It gives the token after the last.
func (r *reading) from(p *pattern, e, i int, used []int) ([]int, bool) {
	if e == len(p.elems) {
		return used, true
	}
	el := &p.elems[e]
	if el.gap > 0 {
		for skip := 0; skip <= el.gap+2 && i+skip < len(r.tokens)-1; skip++ {
			if skip > 0 && r.tokens[i+skip-1].before&(wall|sepComma) != 0 && len(used) > 0 {
				break
			}
			if skip > el.gap && !r.tokens[i+skip-1].stop {
				break
			}
			if got, ok := r.from(p, e+1, i+skip, used); ok {
				return got, true
			}
		}
		return nil, false
	}
	if i < len(r.tokens)-1 && (len(used) == 0 || !r.parted(i, p.kind)) {
		t := &r.tokens[i]
		if el.fits(t, len(p.elems) == 1) {
			if got, ok := r.from(p, e+1, i+1, append(used, i)); ok {
				return got, true
			}
		}
		if len(used) > 0 && p.kind != cuePattern && p.kind != abbrPattern && (t.stop || t.light) && i-used[len(used)-1] < 4 {
			if got, ok := r.from(p, e, i+1, used); ok {
				return got, true
			}
		}
	}
	if el.optional {
		return r.from(p, e+1, i, used)
	}
	return nil, false
}

// parted says whether something stands before token i that a phrase does not
// reach across.
func (r *reading) parted(i int, kind patternKind) bool {
	if kind == cuePattern {
		return r.tokens[i].before&(wall&^sepColon|sepComma) != 0
	}
	return r.tokens[i].before&(wall|sepComma) != 0
}

// holds checks the condition of a phrase against its sentence.
func (r *reading) holds(c *condition, at int) bool {
	if len(c.some) == 0 && len(c.none) == 0 {
		return true
	}
	found := len(c.some) == 0
	for i := max(at-12, 0); i < min(at+13, len(r.tokens)-1); i++ {
		if r.tokens[i].sentence != r.tokens[at].sentence {
			continue
		}
		for _, w := range c.none {
			if near(r.tokens[i].fold, w) {
				return false
			}
		}
		for _, w := range c.some {
			found = found || near(r.tokens[i].fold, w)
		}
	}
	return found
}

// near compares with a word of a condition, which may end in a wildcard.
func near(folded, want string) bool {
	if start, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(folded, start)
	}
	return folded == want
}
