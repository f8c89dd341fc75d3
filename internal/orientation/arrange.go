package orientation

import (
	"slices"

	"phare/internal/term"
)

// arrange numbers the terms for the engine: parents before children, and
// otherwise each branch in one piece, so that what a query reads lies together.
func (e *Engine) arrange() {
	n := len(e.k.Terms)
	children := make([][]int32, n)
	waiting := make([]int, n) // parents that have no number yet
	var ready []int32
	for i := range n {
		for _, p := range e.k.Terms[i].Parents {
			children[p] = append(children[p], int32(i))
		}
		if waiting[i] = len(e.k.Terms[i].Parents); waiting[i] == 0 {
			ready = append(ready, int32(i))
		}
	}
	e.place, e.origin = make([]int32, n), make([]int32, 0, n)
	for i := range e.place {
		e.place[i] = -1
	}
	for len(ready) > 0 {
		t := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		e.number(t)
		for _, c := range children[t] {
			if waiting[c]--; waiting[c] == 0 {
				ready = append(ready, c)
			}
		}
	}
	for t := range int32(n) { // a cycle, which no checked knowledge has
		if e.place[t] < 0 {
			e.number(t)
		}
	}
	e.ids = make(map[string]int32, n+n/2)
	for t, p := range e.place {
		for _, a := range e.k.Terms[t].AltIDs {
			e.ids[a] = p
		}
	}
	for t, p := range e.place { // a live id wins over an alternative one
		e.ids[e.k.Terms[t].ID] = p
	}
}

func (e *Engine) number(t int32) {
	e.place[t] = int32(len(e.origin))
	e.origin = append(e.origin, t)
}

// term returns the term of a number of the engine.
func (e *Engine) term(t int32) *term.Term { return &e.k.Terms[e.origin[t]] }

// climb fills in the parents and ancestors of every term.
func (e *Engine) climb() {
	e.up.start, e.anc.start = []int32{0}, []int32{0}
	for t := range int32(len(e.origin)) {
		from := len(e.anc.item)
		e.anc.item = append(e.anc.item, t)
		for _, k := range e.term(t).Parents {
			p := e.place[k]
			if p >= t {
				continue // a cycle ends here
			}
			e.up.item = append(e.up.item, p)
			for _, a := range e.anc.of(p) {
				if !slices.Contains(e.anc.item[from:], a) {
					e.anc.item = append(e.anc.item, a)
				}
			}
		}
		e.up.end()
		e.anc.end()
	}
}
