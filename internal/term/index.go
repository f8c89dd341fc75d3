package term

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
	"strings"
	"sync"
)

// Index finds terms and diseases by what a person types. It never changes once
// made and may be used by many at once.
type Index struct {
	k        *Knowledge
	everyday []everydayRow
	terms    *shelf
	diseases *shelf
}

// NewIndex reads all names of k, which Seal or Decode has made ready.
func NewIndex(k *Knowledge) *Index {
	ix := &Index{k: k, everyday: everydayRows()}
	var both sync.WaitGroup
	both.Go(func() { ix.terms = termShelf(k, ix.everyday) })
	both.Go(func() { ix.diseases = diseaseShelf(k, ix.everyday) })
	both.Wait()
	return ix
}

// shelf holds names to be searched, of terms or of diseases.
type shelf struct {
	names   []name
	prior   []int16   // by owner: what to add when names fit equally well
	words   []string  // all folded words of all names, sorted
	weight  []uint16  // by word: how much it says, rare words more
	keyOf   []int32   // by word: its key
	uses    csr       // by word: the names in which it is
	keys    []string  // sounds of the words, sorted
	sets    []uint32  // by key: its letters
	sizes   []uint8   // by key: its length, at most 255
	spelt   csr       // by key: its words
	scratch sync.Pool // *scratch
}

// name is one name on a shelf.
type name struct {
	owner int32 // what a result lists once: a term, or a family of diseases
	item  int32 // the term or disease that bears the name
	which int32 // where its text is, see nameText
	hash  uint32
	total uint16 // weight of its words, compounds apart
	kind  nameKind
}

type nameKind uint8

const (
	inFrench nameKind = 1 << iota
	isPlain
	isPreferred
)

// Values of name.which below zero; others are numbers of synonyms.
const (
	preferredEN = -1
	preferredFR = -2
	everyday    = -3 // and below: line of the table of everyday words
)

// csr lists numbers by row: row i is all[start[i]:start[i+1]].
type csr struct{ start, all []int32 }

func (c csr) row(i int32) []int32 { return c.all[c.start[i]:c.start[i+1]] }

// newCSR groups the columns of pairs by row, keeping their order.
func newCSR(rows int, pairs func(yield func(row, column int32))) csr {
	c := csr{start: make([]int32, rows+1)}
	pairs(func(row, _ int32) { c.start[row+1]++ })
	for i := range rows {
		c.start[i+1] += c.start[i]
	}
	c.all = make([]int32, c.start[rows])
	at := slices.Clone(c.start)
	pairs(func(row, column int32) {
		c.all[at[row]] = column
		at[row]++
	})
	return c
}

// gatherer collects names and their words before they are sorted.
type gatherer struct {
	names  []name
	known  map[string]int32
	words  []string
	inName []int32 // words of all names, one name after the other
	own    []int32 // where each name's own words end in inName
	ends   []int32 // and where the compounds after them end
	buf    []byte
}

func newGatherer(names int) *gatherer {
	return &gatherer{
		names: make([]name, 0, names), own: make([]int32, 0, names), ends: make([]int32, 0, names),
		inName: make([]int32, 0, 5*names), known: make(map[string]int32, names/3),
	}
}

func (g *gatherer) add(n name, text string) {
	if text == "" {
		return
	}
	g.buf = appendFold(g.buf[:0], text)
	n.hash = hash(g.buf)
	from := len(g.inName)
	for start, i := 0, 0; i <= len(g.buf); i++ {
		if i == len(g.buf) || g.buf[i] == ' ' {
			g.word(g.buf[start:i], from)
			start = i + 1
		}
	}
	g.own = append(g.own, int32(len(g.inName)))
	if strings.IndexByte(text, '-') > 0 {
		g.compounds(text, from)
	}
	g.names = append(g.names, n)
	g.ends = append(g.ends, int32(len(g.inName)))
}

// compounds adds "tonicoclonique" for "tonico-clonique".
func (g *gatherer) compounds(text string, from int) {
	for part := range strings.FieldsSeq(text) {
		if strings.IndexByte(part, '-') > 0 {
			g.word([]byte(strings.ReplaceAll(Fold(part), " ", "")), from)
		}
	}
}

// word adds w to the name whose words begin at from, once.
func (g *gatherer) word(w []byte, from int) {
	if len(w) == 0 {
		return
	}
	id, ok := g.known[string(w)]
	if !ok {
		id = int32(len(g.words))
		g.words = append(g.words, string(w))
		g.known[g.words[id]] = id
	}
	if !slices.Contains(g.inName[from:], id) {
		g.inName = append(g.inName, id)
	}
}

// shelf sorts what was gathered; prior has one value for each owner.
func (g *gatherer) shelf(prior []int16) *shelf {
	s := &shelf{names: g.names, prior: prior, words: slices.Sorted(slices.Values(g.words))}
	rank := make([]int32, len(g.words))
	for i, w := range s.words {
		rank[g.known[w]] = int32(i)
	}
	s.uses = newCSR(len(s.words), func(yield func(row, column int32)) {
		from := int32(0)
		for i, end := range g.ends {
			for _, w := range g.inName[from:end] {
				yield(rank[w], int32(i))
			}
			from = end
		}
	})
	s.sound()
	s.weigh()
	from := int32(0)
	for i, end := range g.own {
		for _, w := range g.inName[from:end] {
			s.names[i].total += s.weight[rank[w]]
		}
		from = g.ends[i]
	}
	s.scratch.New = func() any { return newScratch(len(s.names)) }
	return s
}

// sound fills in the keys and what belongs to them.
func (s *shelf) sound() {
	type sounding struct {
		key  string
		word int32
	}
	all := make([]sounding, len(s.words))
	for i, w := range s.words {
		all[i] = sounding{sound(w), int32(i)}
	}
	slices.SortFunc(all, func(a, b sounding) int { return cmp.Or(strings.Compare(a.key, b.key), cmp.Compare(a.word, b.word)) })
	s.keyOf = make([]int32, len(s.words))
	for i, a := range all {
		if i == 0 || a.key != all[i-1].key {
			s.keys = append(s.keys, a.key)
			s.sets = append(s.sets, letters(a.key))
			s.sizes = append(s.sizes, uint8(min(len(a.key), 255)))
		}
		s.keyOf[a.word] = int32(len(s.keys) - 1)
	}
	s.spelt = newCSR(len(s.keys), func(yield func(row, column int32)) {
		for w, k := range s.keyOf {
			yield(k, int32(w))
		}
	})
}

// weigh gives each word its weight: all spellings of a word weigh the same.
func (s *shelf) weigh() {
	s.weight = make([]uint16, len(s.words))
	for k := range s.keys {
		uses := 0
		for _, w := range s.spelt.row(int32(k)) {
			uses += len(s.uses.row(w))
		}
		for _, w := range s.spelt.row(int32(k)) {
			s.weight[w] = s.worth(s.words[w], uses)
		}
	}
}

// worth is the weight of a word used in so many names: from 4 for one in every
// second name, 4 more each time that the uses halve.
func (s *shelf) worth(word string, uses int) uint16 {
	if filler(word) {
		return 2
	}
	return uint16(4 * max(1, bits.Len(uint(len(s.names)/max(uses, 1)))))
}

// filler says that a word joins others and says little by itself.
func filler(w string) bool {
	switch w {
	case "a", "au", "aux", "avec", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "n", "ne", "ou",
		"par", "pas", "pour", "qui", "s", "se", "sur", "un", "une",
		"an", "and", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with":
		return true
	}
	return false
}

// hash is FNV-1a.
func hash(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// prefixed gives the range of sorted words that begin with w.
func prefixed(sorted []string, w string) (from, to int) {
	from = sort.SearchStrings(sorted, w)
	to = from + sort.Search(len(sorted)-from, func(i int) bool { return !strings.HasPrefix(sorted[from+i], w) })
	return from, to
}
