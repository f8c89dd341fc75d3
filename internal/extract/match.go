package extract

import (
	"cmp"
	"slices"
)

// reading is one text under way; it is used again for the next.
type reading struct {
	book   *book
	text   string
	lang   lang
	tokens []token
	stamp  []uint32 // by word of the book: the text in which it was last seen
	now    uint32
	cues   []cue
	used   []bool // by token: a word of a sign, or hidden
	coded  []bool // by token: a word of a sign
	found  []candidate
	near   [][2]int32 // scratch of misspelt
}

// candidate is a sign, or words to be hidden, that a text may mean.
type candidate struct {
	term   int32 // -1: hidden
	score  int
	at     [mostWords + 5]int16 // distances of the words from the first
	first  int                  // token
	n      int
	figure bool // a figure says it, not a word
	coord  bool // shares its head with another: "hypotonie axiale et périphérique"
	status Status
	start  int // bytes
	end    int

	cueStart, cueEnd int
}

func (c *candidate) token(i int) int { return c.first + int(c.at[i]) }

func (c *candidate) lastToken() int { return c.token(c.n - 1) }

func (r *reading) tongue() string {
	if r.lang == english {
		return "en"
	}
	return "fr"
}

// read parts text into words and looks them up.
func (r *reading) read(lang, text string) {
	r.text = text
	r.tokens = tokens(text, r.tokens)
	r.cues, r.found = r.cues[:0], r.found[:0]
	r.now++
	if r.now == 0 {
		clear(r.stamp)
		r.now = 1
	}
	r.used = append(r.used[:0], make([]bool, len(r.tokens))...)
	r.coded = append(r.coded[:0], make([]bool, len(r.tokens))...)
	if r.lang = langOf(lang); r.lang == french|english {
		r.lang = r.guess()
	}
	for i := range r.tokens {
		r.look(&r.tokens[i])
	}
}

// guess tells the language by its small words.
func (r *reading) guess() lang {
	score := 0
	for i := range r.tokens {
		switch r.tokens[i].fold {
		case "le", "la", "les", "de", "des", "du", "et", "il", "elle", "est", "un", "une", "pas", "mon", "ma", "sa", "depuis", "avec":
			score++
		case "the", "of", "and", "is", "he", "she", "with", "has", "was", "my", "her", "his", "no", "not", "for", "since":
			score--
		}
	}
	if score < 0 {
		return english
	}
	return french
}

// Costs of reading a word as another, in points; a whole word is worth 100.
const (
	costSame    = 6
	costRelated = 12
	costVerb    = 14
	costTypo    = 30
)

// look finds what words of the book a token can be.
func (r *reading) look(t *token) {
	b := r.book
	add := func(id int32, cost uint8) {
		if t.has(id) < 0 && int(t.n) < len(t.ids) {
			t.ids[t.n], t.how[t.n] = id, cost
			t.n++
			if int(id) < len(r.stamp) {
				r.stamp[id] = r.now
			}
		}
	}
	if t.fold == "" || b.exact[t.fold]&r.lang != 0 {
		return
	}
	id, ok := b.stems[t.stem]
	if ok {
		k := b.kinds[id]
		t.stop, t.light, t.joins = k&(isStop|isJoin) != 0, k&isLight != 0, k&isJoin != 0
		add(id, 0)
		for _, to := range b.same[id] {
			if to.lang&r.lang != 0 {
				add(to.id, costSame)
			}
		}
		if t.stop {
			return
		}
	}
	if t.number || t.fold[0] <= '9' {
		return
	}
	var buf [4]string
	for _, s := range related(t.stem, buf[:0]) {
		if id, ok := b.stems[s]; ok && b.kinds[id]&isKnown != 0 {
			add(id, costRelated)
		}
	}
	if base := infinitive(t.stem); base != "" && r.lang == french {
		if id, ok := b.stems[base]; ok && b.kinds[id]&isKnown != 0 {
			add(id, costVerb)
		}
	}
	if t.n == 0 && !t.upper && len(t.fold) >= 6 {
		for _, id := range r.misread(t.stem) {
			add(id, costTypo)
			for _, to := range b.same[id] {
				if to.lang&r.lang != 0 {
					add(to.id, costTypo+costSame)
				}
			}
		}
	}
}

// signs finds all candidates and keeps the best that do not share words.
func (r *reading) signs() []candidate {
	for i := range r.tokens[:len(r.tokens)-1] {
		t := &r.tokens[i]
		for j := range t.n {
			r.namesAt(i, t.ids[j], int(t.how[j]))
			if int(t.ids[j]) < len(r.book.byWord) {
				r.phrasesAt(i, r.book.byWord[t.ids[j]])
			}
		}
		if len(t.fold) > 0 && !t.number {
			r.phrasesAt(i, r.book.byStart[startOf(t.fold)])
		}
	}
	slices.SortStableFunc(r.found, func(a, b candidate) int {
		return cmp.Or(b.score-a.score, a.first-b.first, int(a.term)-int(b.term))
	})
	return r.choose()
}

// choose takes candidates from the best down. Of those that share a head, the
// second begins at its own words.
func (r *reading) choose() []candidate {
	kept := r.found[:0]
	for _, c := range r.found {
		if r.isName(&c) {
			continue
		}
		from, to, taken := -1, -1, 0
		for i := range c.n {
			if at := c.token(i); r.used[at] {
				taken++
			} else if to = at; from < 0 {
				from = at
			}
		}
		if from < 0 || taken > 0 && !c.coord {
			continue
		}
		for i := range c.n {
			r.used[c.token(i)] = true
		}
		if c.term < 0 {
			continue
		}
		for i := range c.n {
			r.coded[c.token(i)] = true
		}
		if c.end == 0 {
			c.start, c.end = r.tokens[from].start, r.tokens[to].end
		}
		kept = append(kept, c)
	}
	return kept
}

// isName says whether a single word with a capital looks like the name of a
// person: inside a sentence and before another word with a capital.
func (r *reading) isName(c *candidate) bool {
	t, next := &r.tokens[c.first], &r.tokens[c.first+1]
	return c.n == 1 && t.capital && !t.upper && t.before == 0 && next.capital && !next.upper && next.before == 0
}

// phrasesAt tries the phrases that begin at token i.
func (r *reading) phrasesAt(i int, all []int32) {
	var buf [24]int
	for _, at := range all {
		p := &r.book.patterns[at]
		if p.lang&r.lang == 0 {
			continue
		}
		if p.kind != signPattern || r.elemsSeen(p) {
			if !p.elems[0].fits(&r.tokens[i], len(p.elems) == 1) {
				continue
			}
			used, ok := r.from(p, 0, i, buf[:0])
			if !ok || len(used) == 0 || len(used) > mostWords+5 || !r.holds(&p.when, i) {
				continue
			}
			r.phraseFound(p, used)
		}
	}
}

// elemsSeen says whether each word of p is somewhere in the text.
func (r *reading) elemsSeen(p *pattern) bool {
	for i := range p.elems {
		e := &p.elems[i]
		if e.optional || e.gap > 0 || len(e.prefixes)+len(e.capitals) > 0 {
			continue
		}
		seen := false
		for _, w := range e.words {
			if int(w) >= len(r.stamp) || r.stamp[w] == r.now {
				seen = true
				break
			}
		}
		if !seen {
			return false
		}
	}
	return true
}

func (r *reading) phraseFound(p *pattern, used []int) {
	first, last := used[0], used[len(used)-1]
	switch p.kind {
	case cuePattern:
		r.cues = append(r.cues, cue{kind: p.cue, first: first, last: last})
		return
	case measurePattern:
		r.measured(p, first, last)
		return
	}
	c := candidate{term: p.term, score: 25}
	if before := first - 1; before >= 0 && (r.tokens[before].fold == "ne" || r.tokens[before].fold == "n") && r.tokens[first].before&(wall|sepComma) == 0 {
		c.add(before) // "ne marche pas" is the phrase "marche pas"
	}
	for _, at := range used {
		c.add(at)
		if !r.tokens[at].stop {
			c.score += 100
		} else {
			c.score += 10
		}
		c.score -= p.costOf(&r.tokens[at])
	}
	c.score -= 5 * (last - first + 1 - len(used))
	r.found = append(r.found, c)
}

// costOf is the least cost at which a token stands in p.
func (p *pattern) costOf(t *token) int {
	least := -1
	for i := range p.elems {
		if cost := p.elems[i].cost(t); cost >= 0 && (least < 0 || cost < least) {
			least = cost
		}
	}
	return max(least, 0)
}

// add notes a token; they come in order.
func (c *candidate) add(at int) {
	if c.n == 0 {
		c.first = at
	}
	c.at[c.n] = int16(at - c.first)
	c.n++
}
