package knowledge

import (
	"fmt"
	"strconv"
	"strings"

	"phare/internal/term"
)

// tally gathers every line about one sign of one disease. Lines are summed,
// never overwritten: several papers about one sign each count.
type tally struct {
	n, m     int32 // patients with the sign, of patients looked at
	counted  bool  // at least one n/m line
	bare     bool  // a line that names the sign and no frequency
	absent   bool  // NOT, or excluded (0 %)
	percents []int32
	classes  []term.FreqClass
	hpoa     bool // seen in phenotype.hpoa
	orphanet bool // seen in Orphanet's own files
}

// freqIDs are the HPO frequency classes.
var freqIDs = map[string]term.FreqClass{
	"HP:0040280": term.FreqObligate,
	"HP:0040281": term.FreqVeryFrequent,
	"HP:0040282": term.FreqFrequent,
	"HP:0040283": term.FreqOccasional,
	"HP:0040284": term.FreqVeryRare,
	"HP:0040285": term.FreqExcluded,
}

// add takes the frequency column of one line: "3/7", "17%", an HPO class or nothing.
func (t *tally) add(freq string) error {
	n, m, isCount := strings.Cut(freq, "/")
	switch {
	case freq == "":
		t.bare = true
	case strings.HasPrefix(freq, "HP:"):
		return t.addClass(freq)
	case strings.HasSuffix(freq, "%"):
		return t.addPercent(freq)
	case isCount:
		return t.addCount(n, m)
	default:
		return fmt.Errorf("frequency %q is neither n/m, nor a percentage, nor an HPO class", freq)
	}
	return nil
}

func (t *tally) addClass(id string) error {
	c, ok := freqIDs[id]
	switch {
	case !ok:
		return fmt.Errorf("frequency %s is not an HPO frequency class", id)
	case c == term.FreqExcluded:
		t.absent = true
	default:
		t.classes = append(t.classes, c)
	}
	return nil
}

func (t *tally) addPercent(freq string) error {
	p, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(freq, "%")), 64)
	switch {
	case err != nil || !(p >= 0 && p <= 100):
		return fmt.Errorf("frequency %q is not a percentage", freq)
	case p == 0:
		t.absent = true
	default:
		t.percents = append(t.percents, max(1, int32(p*10+0.5)))
	}
	return nil
}

func (t *tally) addCount(a, b string) error {
	n, err1 := strconv.ParseInt(strings.TrimSpace(a), 10, 32)
	m, err2 := strconv.ParseInt(strings.TrimSpace(b), 10, 32)
	if err1 != nil || err2 != nil || n < 0 || m <= 0 || n > m {
		return fmt.Errorf("frequency \"%s/%s\" is not n of m patients", a, b)
	}
	t.n, t.m, t.counted = t.n+int32(n), t.m+int32(m), true
	return nil
}

// positive reports that some line says that the sign is seen.
func (t *tally) positive() bool {
	return t.n > 0 || t.bare || len(t.percents) > 0 || len(t.classes) > 0
}

// conflict reports that sources say both that the sign is seen and that it is absent.
func (t *tally) conflict() bool { return t.absent && t.positive() }

// freq is the frequency that the lines give together. Counts win; a sign that
// one line asserts and that others looked for in vain (0/n) has no known
// frequency, since the assertion has no count to add to theirs.
func (t *tally) freq() term.Freq {
	f := term.Freq{Percent: -1}
	if t.n > 0 {
		f.N, f.M = t.n, t.m
	}
	if len(t.percents) > 0 {
		sum := int32(0)
		for _, p := range t.percents {
			sum += p
		}
		f.Percent = (sum + int32(len(t.percents))/2) / int32(len(t.percents))
		f.Class = classOf(f.Percent)
		return f
	}
	if len(t.classes) > 0 {
		f.Class = meanClass(t.classes)
	}
	return f
}

// midpoints are those of the HPO classes, in thousandths.
var midpoints = [...]int32{
	term.FreqObligate: 1000, term.FreqVeryFrequent: 895, term.FreqFrequent: 545,
	term.FreqOccasional: 170, term.FreqVeryRare: 25, term.FreqExcluded: 0,
}

// meanClass is the class of the mean of several classes.
func meanClass(classes []term.FreqClass) term.FreqClass {
	sum := int32(0)
	for _, c := range classes {
		sum += midpoints[c]
	}
	if mean := sum / int32(len(classes)); len(classes) > 1 {
		return classOf(mean)
	}
	return classes[0]
}

// classOf is the HPO class of a frequency above 0, in thousandths. The bounds
// of HPO leave gaps (4 to 5 %, 29 to 30 %, 79 to 80 %): they go to the lower class.
func classOf(thousandths int32) term.FreqClass {
	switch {
	case thousandths >= 1000:
		return term.FreqObligate
	case thousandths >= 800:
		return term.FreqVeryFrequent
	case thousandths >= 300:
		return term.FreqFrequent
	case thousandths >= 50:
		return term.FreqOccasional
	}
	return term.FreqVeryRare
}

// orphaFreq reads Orphanet's words, "Very frequent (99-80%)", in any language:
// the bounds in brackets say which class it is. ok is false for other words.
func orphaFreq(s string) (c term.FreqClass, ok bool) {
	i, j := strings.LastIndexByte(s, '('), strings.LastIndexByte(s, ')')
	if i < 0 || j < i {
		return term.FreqUnknown, false
	}
	switch strings.ReplaceAll(s[i+1:j], " ", "") {
	case "100%":
		return term.FreqObligate, true
	case "99-80%":
		return term.FreqVeryFrequent, true
	case "79-30%":
		return term.FreqFrequent, true
	case "29-5%":
		return term.FreqOccasional, true
	case "<4-1%", "4-1%":
		return term.FreqVeryRare, true
	case "0%":
		return term.FreqExcluded, true
	}
	return term.FreqUnknown, false
}
