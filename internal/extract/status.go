package extract

import (
	"cmp"
	"slices"
)

// cueKind is what a cue decides, and for which side.
type cueKind uint8

const (
	cuePseudo     cueKind = iota // looks like a cue and is none
	cueEnd                       // ends what a cue before it reaches
	cueEndAbsent                 // ends what is denied, not what is doubted
	cueAbsent                    // for what follows
	cueAbsentBack                // for what comes before
	cueUncertain
	cueUncertainBack
	cueUncertainBoth // near, on either side
	cueFamily
	cueFamilyBack
	cueFamilyHead  // a heading: all below it
	cuePatient     // the patient again
	cuePatientHead // a heading
	cueNone        // what follows is no statement: a risk, a search, advice
	cueNoneBack
)

// cueKinds are the kinds as lists write them: > for what follows, < for what
// comes before, # for a heading.
var cueKinds = map[string]cueKind{
	"pseudo": cuePseudo, "end": cueEnd, "end>": cueEndAbsent, "absent>": cueAbsent, "absent<": cueAbsentBack,
	"uncertain>": cueUncertain, "uncertain<": cueUncertainBack, "uncertain<>": cueUncertainBoth,
	"family>": cueFamily, "family<": cueFamilyBack, "family#": cueFamilyHead,
	"patient>": cuePatient, "patient#": cuePatientHead, "none>": cueNone, "none<": cueNoneBack,
}

// cue is one cue of a text, from token first to token last.
type cue struct {
	kind        cueKind
	first, last int
}

// How far, in words, a cue reaches.
const (
	farAbsent  = 14 // from the cue or the last joint of its list
	farBack    = 7
	farNear    = 4
	farFamily  = 30
	farHeading = 400
	farList    = 120 // a whole list
)

// judge gives each sign its status and leaves out those that are no statement.
func (r *reading) judge(found []candidate) []candidate {
	r.settle()
	kept := found[:0]
	for _, c := range found {
		if r.status(&c) {
			kept = append(kept, c)
		}
	}
	return slices.DeleteFunc(kept, func(c candidate) bool { return c.figure && r.worded(&c, kept) })
}

// worded says whether a word of the text says what the figure c says, or more
// closely: "Hb 8,1 : anémie microcytaire".
func (r *reading) worded(c *candidate, all []candidate) bool {
	for i := range all {
		if o := &all[i]; !o.figure && o.term >= 0 && o.status == c.status && r.book.k.IsA(o.term, c.term) {
			return true
		}
	}
	return false
}

// settle keeps the longest of cues that overlap, and none that is a part of a
// sign, and puts them in order.
func (r *reading) settle() {
	slices.SortStableFunc(r.cues, func(a, b cue) int {
		return cmp.Or((b.last-b.first)-(a.last-a.first), a.first-b.first, int(a.kind)-int(b.kind))
	})
	taken := make([]bool, len(r.tokens))
	kept := r.cues[:0]
	for _, c := range r.cues {
		free := !r.inFigure(c)
		for i := c.first; i <= c.last; i++ {
			free = free && !taken[i] && !r.coded[i]
		}
		if !free {
			continue
		}
		for i := c.first; i <= c.last; i++ {
			taken[i] = true
		}
		kept = append(kept, c)
	}
	r.cues = kept
	slices.SortFunc(r.cues, func(a, b cue) int { return a.first - b.first })
	r.patientKin()
}

// inFigure says that a cue such as "0" is a part of a number.
func (r *reading) inFigure(c cue) bool {
	t := &r.tokens[c.first]
	rest := r.text[t.end:]
	return t.number && (len(rest) > 1 && (rest[0] == ',' || rest[0] == '.') && rest[1] >= '0' && rest[1] <= '9' || c.first > 0 && r.tokens[c.first-1].number)
}

// status decides about c; false when the words state nothing.
func (r *reading) status(c *candidate) bool {
	c.status = Present
	family, absent, uncertain := r.family(c), -1, -1
	for i, q := range r.cues {
		switch q.kind {
		case cueNone:
			if r.forward(q, c, farAbsent, true) {
				return false
			}
		case cueNoneBack:
			if r.backward(q, c, farNear) {
				return false
			}
		case cueAbsent:
			if r.forward(q, c, farAbsent, true) {
				absent = i
			}
		case cueAbsentBack:
			if r.backward(q, c, farBack) {
				absent = i
			}
		case cueUncertain:
			if r.forward(q, c, farAbsent, true) {
				uncertain = i
			}
		case cueUncertainBack:
			if r.backward(q, c, farBack) {
				uncertain = i
			}
		case cueUncertainBoth:
			if r.forward(q, c, farNear, true) || r.backward(q, c, farNear) {
				uncertain = i
			}
		}
	}
	switch {
	case family >= 0 && (absent >= 0 || r.verbDenied(c)):
		return false // nobody has it
	case r.verbDenied(c):
		c.status = Absent
		r.because(c, cue{first: c.lastToken() + 1, last: c.lastToken() + 1})
	case family < 0 && r.asked(c):
		if c.status == Present {
			c.status = Uncertain
		}
		if uncertain >= 0 && c.status == Uncertain {
			r.because(c, r.cues[uncertain])
		}
	case family >= 0:
		c.status = Family
		r.because(c, r.cues[family])
	case absent >= 0 && (uncertain < 0 || absent > uncertain):
		c.status = Absent
		r.because(c, r.cues[absent])
	case uncertain >= 0:
		c.status = Uncertain
		r.because(c, r.cues[uncertain])
	}
	return true
}

// verbDenied says whether c is a verb with its "pas" behind it: "il ne vomit
// pas", in speech "il vomit pas". "Ne … plus" is a sign of the past.
func (r *reading) verbDenied(c *candidate) bool {
	at := c.lastToken() + 1
	if r.lang != french || at >= len(r.tokens)-1 || r.tokens[at].before&(wall|sepComma) != 0 {
		return false
	}
	if f := r.tokens[at].fold; f != "pas" && f != "jamais" {
		return false
	}
	for i := max(c.first-2, 0); i <= c.first; i++ {
		if f := r.tokens[i].fold; (f == "ne" || f == "n") && r.tokens[i].sentence == r.tokens[at].sentence {
			return true
		}
	}
	next := &r.tokens[at+1]
	return next.before&(wall|sepComma) != 0 || next.joins
}

// because notes the words that decided.
func (r *reading) because(c *candidate, q cue) {
	c.cueStart, c.cueEnd = r.tokens[q.first].start, r.tokens[q.last].end
}

// forward says whether cue q, before c, reaches it.
func (r *reading) forward(q cue, c *candidate, far int, list bool) bool {
	first, last := c.first, c.lastToken()
	if q.last >= first && (q.first >= last || q.last > last) || q.first > first {
		return false
	}
	if r.tokens[q.last].sentence != r.tokens[first].sentence || first-q.last > farList {
		return false
	}
	words, colon := 0, false
	for i := q.last + 1; i <= first; i++ {
		t := &r.tokens[i]
		if t.before&(wall&^sepColon) != 0 || r.endsAt(i, q.kind) {
			return false
		}
		if t.before&sepColon != 0 {
			if i > q.last+1 && (q.kind != cueUncertain || i > q.last+4) {
				return false
			}
			colon = true // "à écarter : A, B, C"
		}
		if !colon && (t.before&(sepComma|sepSlash) != 0 || t.joins) {
			if !list || !r.goesOn(i, first) {
				return false
			}
			words = 0
		}
		words++
	}
	return words <= far || colon
}

// goesOn says whether the list that a cue governs goes on at token i, after a
// comma or a word that joins.
func (r *reading) goesOn(i, first int) bool {
	t := &r.tokens[i]
	switch t.fold {
	case "de", "d", "ni", "ou", "or", "nor", "non", "du", "des", "aucun", "aucune":
		return true
	}
	if t.joins { // et: the next word decides
		if i+1 > first {
			return true
		}
		switch n := &r.tokens[i+1]; n.fold {
		case "un", "une", "le", "la", "les", "l", "a", "est", "the", "an", "is", "has", "il", "elle", "he", "she", "son", "sa", "ses":
			return false
		}
		return true
	}
	if t.before&sepSlash != 0 {
		return true
	}
	if r.lang == english && first-i <= 3 {
		return true
	}
	for j := i; j < len(r.tokens)-1 && r.tokens[j].sentence == t.sentence && j < i+14; j++ {
		switch r.tokens[j].fold {
		case "ni", "ou", "or", "nor":
			return true
		}
		if r.endsAt(j, cueAbsent) || r.tokens[j].before&sepSemi != 0 {
			break
		}
	}
	return false
}

// endsAt says whether a cue at token i ends what another reaches.
func (r *reading) endsAt(i int, kind cueKind) bool {
	at, ok := slices.BinarySearchFunc(r.cues, i, func(c cue, i int) int { return c.first - i })
	if !ok {
		return false
	}
	switch r.cues[at].kind {
	case cueEnd, cuePatient:
		return true
	case cueEndAbsent:
		return kind == cueAbsent
	}
	return false
}

// backward says whether cue q, after c, reaches back to it.
func (r *reading) backward(q cue, c *candidate, far int) bool {
	last := c.lastToken()
	if f := r.tokens[q.last].fold; (f == "non" || f == "no") && r.tokens[q.last+1].before == 0 {
		return false // "non traité"
	}
	if r.tokens[q.first].fold == "absent" && r.lang == english && r.tokens[q.last+1].before == 0 {
		return false // "absent reflexes"
	}
	if q.first <= last || q.first-last > far || r.tokens[q.first].sentence != r.tokens[last].sentence {
		return false
	}
	for i := last + 1; i <= q.first; i++ {
		t := &r.tokens[i]
		if t.before&(sepEnds|sepSemi|sepComma|sepDash) != 0 || i < q.first && r.endsAt(i, q.kind) {
			return false
		}
		if t.before&sepColon != 0 && i < q.first || t.before&sepBracket != 0 && i < q.first {
			return false
		}
		if i < q.first && r.coded[i] && !r.joined(last, i) {
			return false // another sign is nearer
		}
	}
	return true
}

// joined says whether only words that join and signs stand between two tokens.
func (r *reading) joined(from, to int) bool {
	for i := from + 1; i <= to; i++ {
		if r.tokens[i].joins {
			return true
		}
	}
	return false
}

// asked says whether c is a question: "surdité ?", "?surdité", or in a sentence
// that asks, unless the words point to something known ("cette surdité ?").
func (r *reading) asked(c *candidate) bool {
	if c.start > 0 && r.text[c.start-1] == '?' && (c.start == 1 || r.text[c.start-2] <= ' ' || r.text[c.start-2] == '(') {
		return true
	}
	last := c.lastToken()
	for i := last + 1; i < min(last+14, len(r.tokens)); i++ {
		s := r.tokens[i].before
		if s&sepQuestion != 0 {
			if i == last+1 {
				if f := r.tokens[i].fold; f == "non" || f == "no" {
					c.status, c.cueStart, c.cueEnd = Absent, r.tokens[i].start, r.tokens[i].end
				}
				return true
			}
			return !r.pointed(c.first)
		}
		if s&(sepEnds|sepComma|sepSemi) != 0 {
			return false
		}
	}
	return false
}

// pointed says whether a word such as "cette" or "her" stands before token i.
func (r *reading) pointed(i int) bool {
	for j := i - 1; j >= max(i-3, 0) && r.tokens[j].sentence == r.tokens[i].sentence; j-- {
		switch r.tokens[j].fold {
		case "ce", "cet", "cette", "ces", "son", "sa", "ses", "this", "these", "his", "her", "their", "le", "la", "les", "l", "the":
			return true
		}
	}
	return false
}
