package extract

import (
	"slices"
	"sort"
	"strings"
)

// misspelt finds the words that a misspelt one may be: one letter too many, too
// few, wrong, or two swapped. Such words share their first or their last half,
// so that two sorted lists are enough.
type misspelt struct {
	forward  []spelt
	backward []spelt // of the words read from the end
}

type spelt struct {
	word string
	id   int32
}

// shortest is the length of a stem, in bytes, whose misspellings are sought.
const shortest = 5

func newMisspelt(b *book) (m misspelt) {
	for id, w := range b.words {
		if len(w) < shortest || len(w) > 32 || b.kinds[id]&isKnown == 0 || w[0] <= '9' {
			continue
		}
		m.forward = append(m.forward, spelt{w, int32(id)})
		m.backward = append(m.backward, spelt{reversed(w), int32(id)})
	}
	byWord := func(x, y spelt) int { return strings.Compare(x.word, y.word) }
	slices.SortFunc(m.forward, byWord)
	slices.SortFunc(m.backward, byWord)
	return m
}

func reversed(w string) string {
	b := []byte(w)
	slices.Reverse(b)
	return string(b)
}

// misread gives the words of the book that differ from a stem by one letter, at
// most two; none when the first letter differs.
func (r *reading) misread(s string) (ids []int32) {
	if len(s) < shortest || len(s) > 32 {
		return nil
	}
	m := &r.book.near
	half := len(s) / 2
	try := func(w spelt, typed string) {
		if len(ids) < 2 && !slices.Contains(ids, w.id) && oneOff(typed, w.word) {
			if word := r.book.words[w.id]; word[0] == s[0] {
				ids = append(ids, w.id)
			}
		}
	}
	for _, w := range beginning(m.forward, s[:half]) {
		try(w, s)
	}
	back := reversed(s)
	for _, w := range beginning(m.backward, back[:half]) {
		try(w, back)
	}
	return ids
}

func beginning(all []spelt, start string) []spelt {
	from := sort.Search(len(all), func(i int) bool { return all[i].word >= start })
	to := from + sort.Search(len(all)-from, func(i int) bool { return !strings.HasPrefix(all[from+i].word, start) })
	return all[from:to]
}

// oneOff says whether one change makes b of a.
func oneOff(a, b string) bool {
	if d := len(a) - len(b); d > 1 || d < -1 {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	if a == "" || b == "" {
		return len(a)+len(b) == 1
	}
	switch {
	case len(a) == len(b):
		return a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
	case len(a) > len(b):
		return a[1:] == b
	}
	return a == b[1:]
}
