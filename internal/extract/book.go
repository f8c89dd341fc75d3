package extract

import (
	"cmp"
	"slices"
	"strings"

	"phare/internal/term"
)

// book is everything that is looked up: the words, the names that they make
// up, the phrases of the lists.
type book struct {
	k        *term.Knowledge
	stems    map[string]int32 // word → its id
	words    []string         // by id
	kinds    []wordKind       // by id
	same     map[int32][]likeness
	exact    map[string]lang // words that stand for themselves only
	names    []name
	inName   []int32 // words of all names, one name after the other
	uses     csr     // by word: the names of which it is the rarest word
	prior    []uint8 // by term: how often diseases have it
	patterns []pattern
	byWord   [][]int32          // by word: the patterns that begin with it
	byStart  map[string][]int32 // by the first letters: patterns that begin with a wildcard
	measures []measure
	near     misspelt
}

type wordKind uint8

const (
	isStop  wordKind = 1 << iota
	isSmall          // a stop word that is left out of names
	isLight
	isJoin
	isCommon
	isWeak
	isKnown // a word of a name or of a phrase
)

// name is one way to call a term.
type name struct {
	term    int32
	first   int32 // of inName
	n       uint8
	quality uint8
	lang    lang
	capital bool // an abbreviation: only capitals mean it
}

type lang uint8

const (
	french lang = 1 << iota
	english
)

func langOf(s string) lang {
	switch s {
	case "fr":
		return french
	case "en":
		return english
	}
	return french | english
}

// likeness is a word that another can be read as.
type likeness struct {
	id   int32
	lang lang
}

// How much a name is worth among equals.
const (
	fromPlain     = 2
	fromSynonym   = 4
	fromPreferred = 8
)

// mostWords is the longest name that is sought; longer ones are definitions.
const mostWords = 7

// csr lists numbers by row: row i is all[start[i]:start[i+1]].
type csr struct{ start, all []int32 }

func (c csr) row(i int32) []int32 {
	if int(i)+1 >= len(c.start) {
		return nil
	}
	return c.all[c.start[i]:c.start[i+1]]
}

func newBook(k *term.Knowledge, rows []row) (*book, error) {
	b := &book{k: k, stems: make(map[string]int32, 1<<15), same: map[int32][]likeness{}, exact: map[string]lang{}, byStart: map[string][]int32{}}
	b.priors()
	banned := b.smallWords(rows)
	g := gatherer{book: b, forms: make(map[string]int32, 1<<15), banned: banned, other: make(map[string]bool, 1<<14)}
	g.all()
	if err := b.phrases(rows, banned); err != nil {
		return nil, err
	}
	b.sameWords(rows)
	b.anchor()
	b.near = newMisspelt(b)
	return b, nil
}

// word gives the id of a folded word, new if need be.
func (b *book) word(folded string) int32 { return b.wordOfStem(stem(folded)) }

func (b *book) wordOfStem(s string) int32 {
	id, ok := b.stems[s]
	if !ok {
		id = int32(len(b.words))
		b.stems[s] = id
		b.words = append(b.words, s)
		b.kinds = append(b.kinds, 0)
	}
	return id
}

// smallWords reads the rows about single words, and what "not" bans: names of
// the knowledge, and if the site says so (true) phrases of the built-in lists.
func (b *book) smallWords(rows []row) map[string]bool {
	banned := map[string]bool{}
	kind := map[string]wordKind{rowStop: isStop, rowLight: isLight, rowCommon: isCommon, rowWeak: isWeak}
	for _, x := range rows {
		if x.kind == rowNot {
			for _, p := range x.phrases {
				banned[x.what+" "+term.Fold(p)] = x.site
			}
		}
		for _, p := range x.phrases {
			if x.kind == rowExact {
				b.exact[term.Fold(p)] |= langOf(x.lang)
			}
			if bit := kind[x.kind]; bit != 0 {
				if x.kind == rowStop && x.what == "join" {
					bit |= isJoin | isSmall
				}
				if x.kind == rowStop && x.what == "small" {
					bit |= isSmall
				}
				for w := range strings.FieldsSeq(term.Fold(p)) {
					b.kinds[b.word(w)] |= bit
				}
			}
		}
	}
	return banned
}

// sameWords reads which words can be read as others: "same fr rein rénal néphrétique".
func (b *book) sameWords(rows []row) {
	for _, x := range rows {
		if x.kind != rowSame {
			continue
		}
		to := b.word(term.Fold(x.what))
		for _, p := range x.phrases {
			from := b.word(term.Fold(p))
			b.kinds[from] |= isKnown
			if from != to {
				b.same[from] = append(b.same[from], likeness{to, langOf(x.lang)})
			}
		}
	}
}

// priors counts how many diseases have each sign, in powers of two.
func (b *book) priors() {
	uses := make([]int, len(b.k.Terms))
	for i := range b.k.Diseases {
		for _, s := range b.k.Diseases[i].Signs {
			uses[s.Term]++
		}
	}
	b.prior = make([]uint8, len(uses))
	for i, n := range uses {
		for ; n > 0; n >>= 1 {
			b.prior[i]++
		}
	}
}

// gatherer puts the names of the knowledge into the book.
type gatherer struct {
	book   *book
	forms  map[string]int32 // folded word → id
	banned map[string]bool
	other  map[string]bool // words of definitions
	buf    []int32
}

func (g *gatherer) all() {
	for i := range g.book.k.Terms {
		t := &g.book.k.Terms[i]
		if !t.Phenotype || t.ID == term.RootSign {
			continue
		}
		at := int32(i)
		g.add(at, term.Label{Text: t.EN, Lang: "en"}, fromPreferred)
		g.add(at, term.Label{Text: t.FR, Lang: "fr"}, fromPreferred)
		for _, l := range t.Synonyms {
			q := uint8(fromSynonym)
			if l.Plain {
				q = fromPlain
			}
			g.add(at, l, q)
		}
	}
	for i := range g.book.k.Terms { // words of definitions are no misspellings
		for w := range strings.FieldsSeq(g.book.k.Terms[i].Definition) {
			if len(w) >= shortest {
				g.seen(w)
			}
		}
	}
	for id, l := range term.Everyday() {
		if t, status := g.book.k.TermByID(id); status != term.IDUnknown && g.book.k.Terms[t].Phenotype {
			g.add(t, l, fromPlain)
		}
	}
}

// seen notes a word that is written right.
func (g *gatherer) seen(w string) {
	if w = strings.ToLower(strings.TrimRight(w, ".,;:()")); g.other[w] || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return
	}
	g.other[w] = true
	g.book.kinds[g.book.word(w)] |= isCommon
}

// add puts one name into the book, unless it is banned or too long.
func (g *gatherer) add(t int32, l term.Label, quality uint8) {
	if l.Text == "" {
		return
	}
	b := g.book
	folded := term.Fold(l.Text)
	if _, never := g.banned["- "+folded]; never {
		return
	}
	if _, never := g.banned[b.k.Terms[t].ID+" "+folded]; never {
		return
	}
	g.buf = g.buf[:0]
	letters, all := 0, 0
	for w := range strings.SplitSeq(folded, " ") {
		id, ok := g.forms[w]
		if !ok {
			id = b.word(w)
			g.forms[w] = id
		}
		all++
		if b.kinds[id]&isSmall != 0 {
			if article(w) {
				all--
			}
			continue
		}
		letters += len(w)
		if !slices.Contains(g.buf, id) {
			g.buf = append(g.buf, id)
		}
	}
	n := name{term: t, quality: quality, lang: langOf(l.Lang)}
	if len(g.buf) == 0 || len(g.buf) > mostWords || letters < 3 || len(g.buf) == 1 && all > 1 {
		return // "en retard" is not "retard"
	}
	n.capital = len(g.buf) == 1 && letters <= 5 && strings.ToUpper(strings.TrimSuffix(l.Text, "s")) == strings.TrimSuffix(l.Text, "s")
	g.keep(n)
	g.keepStrong(n)
}

// article says whether a small word says nothing at all of those beside it.
func article(w string) bool {
	switch w {
	case "le", "la", "les", "l", "un", "une", "de", "du", "des", "d", "the", "an", "of", "et", "and", "ou", "or":
		return true
	}
	return false
}

// keep puts the name whose words are in g.buf into the book.
func (g *gatherer) keep(n name) {
	b := g.book
	n.first, n.n = int32(len(b.inName)), uint8(len(g.buf))
	for _, id := range g.buf {
		b.kinds[id] |= isKnown
	}
	b.inName = append(b.inName, g.buf...)
	b.names = append(b.names, n)
}

// keepStrong keeps the name a second time without the words that it may do
// without, when two or more are left.
func (g *gatherer) keepStrong(n name) {
	all := len(g.buf)
	g.buf = slices.DeleteFunc(g.buf, func(id int32) bool { return g.book.kinds[id]&isWeak != 0 })
	if len(g.buf) > 1 && len(g.buf) < all {
		n.quality = 0
		g.keep(n)
	}
}

func (b *book) wordsOf(n *name) []int32 { return b.inName[n.first : n.first+int32(n.n)] }

// anchor lists each name under its rarest word.
func (b *book) anchor() {
	count := make([]int32, len(b.words))
	for _, w := range b.inName {
		count[w]++
	}
	rarest := make([]int32, len(b.names))
	b.uses.start = make([]int32, len(b.words)+1)
	for i := range b.names {
		ws := b.wordsOf(&b.names[i])
		rarest[i] = slices.MinFunc(ws, func(x, y int32) int { return cmp.Or(cmp.Compare(count[x], count[y]), cmp.Compare(x, y)) })
		b.uses.start[rarest[i]+1]++
	}
	for i := range b.words {
		b.uses.start[i+1] += b.uses.start[i]
	}
	b.uses.all = make([]int32, len(b.names))
	at := slices.Clone(b.uses.start)
	for i, w := range rarest {
		b.uses.all[at[w]] = int32(i)
		at[w]++
	}
}
