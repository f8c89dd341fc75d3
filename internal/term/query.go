package term

import (
	"math/bits"
	"slices"
	"strings"
)

// Bounds of a query, so that no text takes long to search.
const (
	maxQuery = 400 // bytes that are read
	maxAsked = 10  // words that are sought, the rarest
	maxHits  = 50  // results
)

// How well a word of a name answers a word that was typed, in hundredths.
const (
	sameWord   = 100
	sameSound  = 94 // plural, other spelling
	beginsWord = 80 // less for each letter still to be typed, down to the next
	beginsLeft = 66
	oneTypo    = 64
	twoTypos   = 50
	otherStart = 8  // taken off when the typo is in the first letter
	openTypo   = 10 // taken off when the word is not typed to its end either
)

// candidate is a word of the shelf that may be meant.
type candidate struct {
	word int32
	fit  uint8
}

// asked is one word typed, or two typed apart that the shelf has as one.
type asked struct {
	text   string
	first  int // position of the word among those asked
	last   int // of its second half; else equal to first
	ending bool
	weight int
	found  []candidate // best first
	volume int         // names that candidates are in
}

// cell is what is known of a name during one query.
type cell struct {
	stamp   uint32
	matched uint16          // weight of its words that were asked
	fit     [maxAsked]uint8 // by word asked
}

type scratch struct {
	stamp   uint32
	cells   []cell
	touched []int32
}

func newScratch(names int) *scratch { return &scratch{cells: make([]cell, names)} }

// next begins another query.
func (x *scratch) next() {
	x.stamp++
	x.touched = x.touched[:0]
	if x.stamp == 0 { // after four thousand million
		clear(x.cells)
		x.stamp = 1
	}
}

// split gives the folded words of a query that will be sought.
func split(folded string) []string {
	words := strings.Fields(folded)
	if len(words) > maxAsked {
		words = slices.DeleteFunc(words, filler)
	}
	return words[:min(len(words), maxAsked)]
}

// ask finds what each word may mean. With typos, misspellings are sought for
// every word; else only for those found in no other way.
func (s *shelf) ask(words []string, typos bool) []asked {
	all := make([]asked, 0, 2*len(words))
	for i, w := range words {
		a := asked{text: w, first: i, last: i, ending: i == len(words)-1}
		s.direct(&a)
		if len(a.found) == 0 || typos && a.found[0].fit < sameWord {
			s.misspelt(&a)
		}
		s.measure(&a)
		all = append(all, a)
	}
	for i := 1; i < len(words); i++ {
		a := asked{text: words[i-1] + words[i], first: i - 1, last: i, ending: i == len(words)-1}
		if filler(words[i-1]) || filler(words[i]) || len(a.text) < 6 {
			continue
		}
		if s.direct(&a); len(a.found) > 0 {
			s.measure(&a)
			all = append(all, a)
		}
	}
	return all
}

// direct finds the word itself, those that sound like it, and those that begin
// with it.
func (s *shelf) direct(a *asked) {
	key := sound(a.text)
	add := func(w int32, fit uint8) { a.found = append(a.found, candidate{w, fit}) }
	if k, ok := slices.BinarySearch(s.keys, key); ok {
		for _, w := range s.spelt.row(int32(k)) {
			if s.words[w] == a.text {
				add(w, sameWord)
			} else {
				add(w, sameSound)
			}
		}
	}
	if len(a.text) < 3 && !a.ending || filler(a.text) && !a.ending {
		return
	}
	from, to := prefixed(s.words, a.text)
	for w := from; w < to; w++ {
		if s.keys[s.keyOf[w]] != key {
			add(int32(w), begins(len(s.words[w])-len(a.text)))
		}
	}
	if len(key) < 4 {
		return
	}
	from, to = prefixed(s.keys, key)
	for k := from; k < to; k++ {
		for _, w := range s.spelt.row(int32(k)) {
			if s.keys[k] != key && !strings.HasPrefix(s.words[w], a.text) {
				add(w, begins(4+len(s.keys[k])-len(key)))
			}
		}
	}
}

func begins(missing int) uint8 { return uint8(max(beginsWord-missing, beginsLeft)) }

// misspelt finds words that differ by a letter or two.
func (s *shelf) misspelt(a *asked) {
	key := sound(a.text)
	if len(a.text) < 4 || len(key) < 3 || len(key) > maxWord {
		return
	}
	limit := 1
	if len(key) >= 8 {
		limit = 2
	}
	have := len(a.found)
	set, open := letters(key), a.ending && len(key) >= 5
	for k := range s.keys {
		differ := bits.OnesCount32(set ^ s.sets[k])
		short := int(s.sizes[k]) - len(key)
		whole := differ <= 2*limit && short <= limit && -short <= limit
		begun := open && short > 0 && bits.OnesCount32(set&^s.sets[k]) <= limit
		if !whole && !begun {
			continue
		}
		fit := s.near(key, s.keys[k], limit, begun)
		if fit == 0 {
			continue
		}
		for _, w := range s.spelt.row(int32(k)) {
			if !slices.ContainsFunc(a.found[:have], func(c candidate) bool { return c.word == w }) {
				a.found = append(a.found, candidate{w, fit})
			}
		}
	}
}

// near is how well key answers the misspelt word typed; 0: it does not.
func (s *shelf) near(typed, key string, limit int, begun bool) uint8 {
	fit := 0
	switch d := distance(typed, key, limit, false); {
	case d <= 1:
		fit = oneTypo
	case d <= limit:
		fit = twoTypos
	case begun && distance(typed, key, 1, true) <= 1:
		fit = oneTypo - openTypo
	default:
		return 0
	}
	if typed[0] != key[0] {
		fit -= otherStart
	}
	return uint8(fit)
}

// measure sorts what was found and weighs the word.
func (s *shelf) measure(a *asked) {
	slices.SortFunc(a.found, func(x, y candidate) int {
		if x.fit != y.fit {
			return int(y.fit) - int(x.fit)
		}
		return int(x.word - y.word)
	})
	a.weight = 20 // of a word begun, or unknown
	if filler(a.text) {
		a.weight = 2
	} else if len(a.found) > 0 && a.found[0].fit >= sameSound {
		a.weight = int(s.weight[a.found[0].word])
	}
	for _, c := range a.found {
		a.volume += len(s.uses.row(c.word))
	}
}

// manyNames is the number of names beyond which a word only adds to names that
// a rarer word has found.
const manyNames = 4000

// mark fills in the cells of all names that the words lead to.
func (s *shelf) mark(x *scratch, all []asked) {
	x.next()
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b asked) int { return a.volume - b.volume })
	for _, a := range order {
		closed := a.volume > manyNames && len(x.touched) > 0
		for _, c := range a.found {
			for _, n := range s.uses.row(c.word) {
				e := &x.cells[n]
				if e.stamp != x.stamp {
					if closed {
						continue
					}
					*e = cell{stamp: x.stamp}
					x.touched = append(x.touched, n)
				}
				e.hit(a, c.fit, s.weight[c.word])
			}
		}
	}
}

func (e *cell) hit(a asked, fit uint8, weight uint16) {
	if e.fit[a.first] == 0 || e.fit[a.last] == 0 {
		e.matched += weight
	}
	e.fit[a.first] = max(e.fit[a.first], fit)
	e.fit[a.last] = max(e.fit[a.last], fit)
}
