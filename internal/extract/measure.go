package extract

import (
	"strconv"
	"strings"
)

// measure is a bound of a quantity, beyond which it is a sign.
type measure struct {
	bound bound
	term  int32
}

// figure is a number with its unit, as a text gives it.
type figure struct {
	value float64
	unit  string
	end   int // byte
}

// measured looks for a figure of the right unit after the name of a quantity.
func (r *reading) measured(p *pattern, first, last int) {
	m := &r.book.measures[p.measure]
	i, beyond := last+1, 0.0
	for steps := 0; i < len(r.tokens)-1 && steps < 9; steps++ {
		t := &r.tokens[i]
		if t.before&sepEnds != 0 && !(t.before&sepQuestion == 0 && t.fold[0] <= '9' && t.before&sepPara == 0 && steps == 0) {
			return
		}
		if t.fold[0] > '9' {
			side := sideOf(t.fold)
			if !t.stop && !t.light && !isUnit(t.fold) && side == 0 {
				return
			}
			beyond += side
			i++
			continue
		}
		f := r.figure(i)
		f.value += beyond
		if f.unit == m.bound.unit && m.bound.holds(f.value) {
			r.sizeFound(m, first, i, f)
			return
		}
		for i++; i < len(r.tokens)-1 && r.tokens[i].start < f.end; i++ {
		}
	}
}

// sideOf moves a figure a little past the bound that a word names: "inférieur
// au 3e percentile". Zero: no such word.
func sideOf(folded string) float64 {
	switch folded {
	case "inferieur", "inferieure", "inferieurs", "dessous", "below", "under", "less":
		return -1e-6
	case "superieur", "superieure", "superieurs", "dessus", "above", "over", "more":
		return 1e-6
	}
	return 0
}

func (r *reading) sizeFound(m *measure, first, at int, f figure) {
	c := candidate{term: m.term, figure: true, score: 260, start: r.tokens[first].start, end: f.end}
	if c.end < len(r.text) && r.text[c.end] == ')' {
		c.end++
	}
	for i := first; i <= at && c.n < len(c.at); i++ {
		if i <= first+3 || i == at {
			c.add(i)
		}
	}
	r.found = append(r.found, c)
}

// figure reads the number that begins at token i, with its sign and its unit.
func (r *reading) figure(i int) (f figure) {
	t := &r.tokens[i]
	s := r.text[t.start:]
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || (s[n] == ',' || s[n] == '.') && n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9' ||
		s[n] == ' ' && n > 0 && n+3 < len(s)+0 && isDigits(s[n+1:min(n+4, len(s))]) && (n+4 >= len(s) || s[n+4] < '0' || s[n+4] > '9')) {
		n++
	}
	number := strings.ReplaceAll(s[:n], " ", "")
	number = strings.ReplaceAll(number, ",", ".")
	if whole, part, ok := strings.Cut(number, "."); ok && len(part) == 3 && whole != "0" {
		number = whole + part // 2.900, 90,000
	}
	f.value, _ = strconv.ParseFloat(number, 64)
	before := strings.TrimRight(r.text[max(0, t.start-8):t.start], " \u00a0")
	switch {
	case strings.HasSuffix(before, "-"), strings.HasSuffix(before, "–"), strings.HasSuffix(before, "−"):
		if !r.dashBetween(i) {
			f.value = -f.value
		}
	}
	below := strings.HasSuffix(strings.TrimRight(before, "-–− "), "<")
	above := strings.HasSuffix(strings.TrimRight(before, "+ "), ">")
	rest := s[n:]
	if f.pressure(rest) {
		f.end += t.start + n
		return f
	}
	f.unit, f.end = unitOf(rest)
	f.end += t.start + n
	if below || strings.HasPrefix(f.unit, "<") {
		f.value -= 1e-6
	}
	if above {
		f.value += 1e-6
	}
	return f
}

// pressure reads "178/110" or "15/10", as millimetres of mercury; what counts
// is the worse of the two.
func (f *figure) pressure(rest string) bool {
	if len(rest) < 2 || rest[0] != '/' || rest[1] < '0' || rest[1] > '9' {
		return false
	}
	n := 1
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	low, _ := strconv.ParseFloat(rest[1:n], 64)
	if f.value < 30 {
		f.value, low = f.value*10, low*10
	}
	f.value, f.unit, f.end = max(f.value, low+50), "bp", n
	return f.value < 300 && low >= 30
}

func isDigits(s string) bool { return len(s) == 3 && strings.Trim(s, "0123456789") == "" }

// dashBetween says that the dash before token i stands between two figures.
func (r *reading) dashBetween(i int) bool {
	return i > 0 && r.tokens[i-1].number && r.tokens[i].start-r.tokens[i-1].end == 1
}

// units are the ways to write a unit, longest first where one begins another.
var units = []struct{ written, unit string }{
	{"deviations standard", "ds"}, {"derivations standard", "ds"}, {"deviation standard", "ds"}, {"standard deviations", "ds"}, {"ds", "ds"}, {"sd", "ds"}, {"et ", "ds"},
	{"eme percentile", "pct"}, {"e percentile", "pct"}, {"th percentile", "pct"}, {"rd percentile", "pct"}, {"nd percentile", "pct"}, {"th centile", "pct"}, {"rd centile", "pct"}, {"nd centile", "pct"},
	{"percentile", "pct"}, {"centile", "pct"}, {"e p", "pct"},
	{"mmhg", "mmhg"}, {"ms", "ms"}, {"mm3", "/mm3"}, {"/mm3", "/mm3"}, {"mmol/l", "mmol"}, {"mmol", "mmol"}, {"umol/l", "umol"}, {"micromol/l", "umol"}, {"mumol/l", "umol"}, {"mumol", "umol"}, {"umol", "umol"},
	{"months", "mois"}, {"month", "mois"}, {"mois", "mois"}, {"mo ", "mois"}, {"years", "ans"}, {"year", "ans"}, {"ans", "ans"}, {"weeks", "sa"}, {"week", "sa"}, {"wk", "sa"}, {"semaines", "sa"}, {"sa", "sa"},
	{"ml/min", "ml/min"}, {"mg/l", "mg/l"}, {"mg/dl", "mg/dl"}, {"g/dl", "g/dl"}, {"g/l", "g/l"}, {"g/24", "g/24h"}, {"g/j", "g/24h"}, {"ui/l", "ui"}, {"iu/l", "ui"}, {"u/l", "ui"}, {"ui", "ui"},
	{"fois", "n"}, {"times", "n"}, {"n", "n"}, {"giga", "g/l"}, {"g ", "g"}, {"cm", "cm"}, {"mm", "mm"}, {"kg", "kg"}, {"%", "%"}, {"°", "°c"}, {"bpm", "bpm"}, {"/min", "/min"},
}

// unitOf reads the unit at the beginning of s and says where it ends; "-" when
// there is none.
func unitOf(s string) (string, int) {
	at := 0
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	if strings.HasPrefix(s[at:], "\u00a0") || strings.HasPrefix(s[at:], "\u202f") {
		at += len("\u00a0")
		if s[at-1] == 0xAF || strings.HasPrefix(s[at-2:], "\u202f") {
			at++
		}
	}
	at = min(at, len(s))
	head := s[at:min(len(s), at+28)]
	folded := plainOf.Replace(strings.ToLower(head))
	for _, u := range units {
		if hasUnit(folded, u.written) {
			return u.unit, at + originalLen(head, u.written)
		}
	}
	return "-", 0
}

// hasUnit compares without accents; a unit of letters ends with its word.
func hasUnit(folded, written string) bool {
	if !strings.HasPrefix(folded, written) {
		if strings.TrimSpace(written) != written && folded == strings.TrimSpace(written) {
			return true
		}
		return false
	}
	if len(folded) == len(written) {
		return true
	}
	last, next := written[len(written)-1], folded[len(written)]
	return last < 'a' || last > 'z' || next < 'a' || next > 'z' || next == 's' && written != "d"
}

// plainOf takes the accents of small letters off, as far as units need it.
var plainOf = strings.NewReplacer("é", "e", "è", "e", "µ", "u", "μ", "u")

// originalLen is how many bytes of head the folded unit takes.
func originalLen(head, written string) int {
	n, got := 0, 0
	for i, c := range head {
		if got >= len(strings.TrimRight(written, " ")) {
			return i
		}
		got += len(plainOf.Replace(strings.ToLower(string(c))))
		n = i + len(string(c))
	}
	return n
}

// isUnit says whether a folded word belongs to figures.
func isUnit(folded string) bool {
	switch folded {
	case "ds", "sd", "cm", "kg", "mm", "ms", "mg", "ml", "percentile", "centile", "mois", "ans", "months", "month", "years", "g", "m", "l", "dl", "mmhg", "sa":
		return true
	}
	return strings.HasSuffix(folded, "mol")
}
