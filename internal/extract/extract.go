// Package extract reads a letter or a message, French or English, and finds the
// signs (terms of HPO) that its words name, each with its status: present,
// absent, of the family, or uncertain, and with the words that decided it.
//
// It is a dictionary and rules: all names of the terms in a term.Knowledge, and
// the word lists in lists/ that a person can edit (their format is described in
// doc/signs.md). It keeps nothing of what it reads, asks no network and guesses
// nothing that is not in a list; it proposes, and a person decides.
//
// An Extractor never changes once made and may be used by many at once. The
// same text always gives the same answer.
package extract

import (
	"io"
	"slices"
	"sync"

	"phare/internal/term"
)

// Status is what a text says of a sign.
type Status string

// The statuses, as they are written in files.
const (
	Present   Status = "present"
	Absent    Status = "absent"
	Family    Status = "family"    // a relative has it
	Uncertain Status = "uncertain" // suspected, asked, to be ruled out
)

// Mention is one place of a text that names a sign.
type Mention struct {
	Sign   string // id of the term
	Label  string // its preferred name in the language of the text
	Status Status
	Start  int    // first byte of the words
	End    int    // byte after them
	Text   string // the words
	Cue    Cue    // what decided the status; none for a plain statement
}

// Cue is the words that decided a status.
type Cue struct {
	Text       string
	Start, End int // bytes, as in Mention; both 0 when there is none
}

// Options are what a site can add.
type Options struct {
	Extra io.Reader // a word list of the site, read after the built-in ones; may be nil
	Name  string    // how errors call it
}

// MaxText is the longest text, in bytes, that is read; Find ignores the rest.
const MaxText = 200_000

// Extractor finds signs in texts.
type Extractor struct {
	k    *term.Knowledge
	book *book
	pool sync.Pool // *reading
}

// New makes an Extractor of the names in k, which Seal or Decode has made
// ready, and of the built-in word lists.
func New(k *term.Knowledge) *Extractor {
	x, err := NewWith(k, Options{})
	if err != nil { // the built-in lists; a test reads them
		panic(err)
	}
	return x
}

// NewWith makes an Extractor as New does, with the options of a site. Its
// errors name the list and the line.
func NewWith(k *term.Knowledge, o Options) (*Extractor, error) {
	rows, err := builtin()
	if err != nil {
		return nil, err
	}
	if o.Extra != nil {
		own, err := readList(o.Name, o.Extra)
		if err != nil {
			return nil, err
		}
		for _, x := range own {
			x.site = true
			rows = append(rows, x)
		}
	}
	b, err := newBook(k, rows)
	if err != nil {
		return nil, err
	}
	x := &Extractor{k: k, book: b}
	x.pool.New = func() any { return &reading{book: b, stamp: make([]uint32, len(b.uses.start))} }
	return x, nil
}

// Find gives the mentions in text, in order, none inside another. lang is "fr"
// or "en"; anything else lets Find guess.
func (x *Extractor) Find(lang, text string) []Mention {
	text = clip(text)
	r := x.pool.Get().(*reading)
	defer x.pool.Put(r)
	r.read(lang, text)
	found := r.signs()
	var all []Mention
	for _, c := range r.judge(found) {
		t := x.k.TermName(c.term, r.tongue())
		m := Mention{Sign: x.k.Terms[c.term].ID, Label: t, Status: c.status, Start: c.start, End: c.end, Text: text[c.start:c.end]}
		if c.cueEnd > 0 {
			m.Cue = Cue{Text: text[c.cueStart:c.cueEnd], Start: c.cueStart, End: c.cueEnd}
		}
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b Mention) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	return all
}

// clip cuts text to MaxText at the beginning of a letter.
func clip(text string) string {
	if len(text) <= MaxText {
		return text
	}
	n := MaxText
	for n > 0 && text[n]&0xC0 == 0x80 {
		n--
	}
	return text[:n]
}
