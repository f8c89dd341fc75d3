package orientation

import (
	_ "embed"
	"slices"
	"strings"

	"phare/internal/term"
)

//go:embed opposites.tsv
var oppositesTable string

// Opposites knows which signs say the contrary of each other, though they stand
// close in the ontology: a small head and a large one, lost reflexes and brisk
// ones. It changes no score; it keeps a neighbour of the other direction from
// being worded as if it spoke for a disease.
type Opposites struct {
	k     *term.Knowledge
	poles [][]pole // of each term's own, not of its ancestors
}

// pole is one end of something that can go two ways.
type pole struct {
	about string // what goes two ways: the axis, and the label without its direction
	up    bool
}

// against says whether two poles are the two ends of one thing.
func (p pole) against(q pole) bool { return p.about == q.about && p.up != q.up }

// NewOpposites reads the directions out of the English labels, which HPO words
// alike, and the pairs that no label tells out of a small table of ours.
func NewOpposites(k *term.Knowledge) *Opposites {
	o := &Opposites{k: k, poles: make([][]pole, len(k.Terms))}
	for i := range k.Terms {
		if p, ok := poleOf(k.Terms[i].EN); ok && k.Terms[i].Phenotype {
			o.poles[i] = append(o.poles[i], p)
		}
	}
	for _, pair := range oppositePairs() {
		for side, id := range pair {
			if t, _ := k.TermByID(id); t >= 0 {
				o.poles[t] = append(o.poles[t], pole{strings.Join(pair[:], "/"), side == 0})
			}
		}
	}
	return o
}

// oppositePairs are the pairs of ids of the table.
func oppositePairs() (all [][2]string) {
	for line := range strings.Lines(oppositesTable) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) >= 2 && !strings.HasPrefix(f[0], "#") {
			all = append(all, [2]string{f[0], f[1]})
		}
	}
	return all
}

// Opposed says whether two signs go opposite ways, by themselves or by what they
// are kinds of: spasticity is a hypertonia, so it is opposed to hypotonia. A sign
// that is of both ends is opposed to neither.
func (o *Opposites) Opposed(a, b string) bool {
	x, y := o.ends(a), o.ends(b)
	both := func(p pole, own []pole) bool {
		return slices.ContainsFunc(own, func(q pole) bool { return p.against(q) })
	}
	for _, p := range x {
		if both(p, x) {
			continue
		}
		for _, q := range y {
			if p.against(q) && !both(q, y) {
				return true
			}
		}
	}
	return false
}

// ends are the poles of a term and of its ancestors.
func (o *Opposites) ends(id string) (all []pole) {
	t, _ := o.k.TermByID(id)
	if t < 0 {
		return nil
	}
	for _, a := range o.k.Ancestors(t) {
		all = append(all, o.poles[a]...)
	}
	return all
}

// direction is what one word says of an axis.
type direction struct {
	axis string
	up   bool
}

// directionWords are the words of HPO's labels that give a direction. Each axis
// stands alone: what is long is not opposed to what is narrow.
var directionWords = map[string]direction{
	"increased": {"much", true}, "elevated": {"much", true}, "raised": {"much", true}, "high": {"much", true},
	"excessive": {"much", true}, "brisk": {"much", true}, "supernumerary": {"much", true},
	"decreased": {"much", false}, "reduced": {"much", false}, "low": {"much", false}, "diminished": {"much", false},
	"absent": {"much", false}, "sparse": {"much", false},
	"large": {"size", true}, "big": {"size", true}, "enlarged": {"size", true}, "small": {"size", false},
	"tall": {"length", true}, "long": {"length", true}, "short": {"length", false}, "shortened": {"length", false},
	"wide": {"width", true}, "widened": {"width", true}, "broad": {"width", true}, "narrow": {"width", false}, "narrowed": {"width", false},
	"thick": {"thickness", true}, "thickened": {"thickness", true}, "thin": {"thickness", false},
	"precocious": {"time", true}, "accelerated": {"time", true}, "advanced": {"time", true}, "premature": {"time", true},
	"delayed": {"time", false}, "late": {"time", false},
	"upslanted": {"slant", true}, "downslanted": {"slant", false}, "upturned": {"slant", true}, "downturned": {"slant", false},
	"deep": {"depth", true}, "shallow": {"depth", false},
}

// directionPrefixes are those that stand at the head of a word.
var directionPrefixes = []struct {
	head string
	direction
}{
	{"hyper", direction{"much", true}}, {"hypo", direction{"much", false}},
	{"macro", direction{"size", true}}, {"megalo", direction{"size", true}}, {"micro", direction{"size", false}},
	{"poly", direction{"count", true}}, {"oligo", direction{"count", false}},
	{"tachy", direction{"speed", true}}, {"brady", direction{"speed", false}},
	{"dolicho", direction{"shape", true}}, {"brachy", direction{"shape", false}},
}

// idleWords say nothing of what is measured: HPO words the same thing with them
// and without.
var idleWords = []string{"of", "the", "in", "level", "concentration", "circulating", "serum", "plasma", "blood", "abnormally"}

// poleOf reads the direction of a label; false when it has none, or more than one.
func poleOf(label string) (p pole, ok bool) {
	var rest []string
	axis := ""
	for word := range strings.FieldsSeq(term.Fold(label)) {
		d, bare, found := directionOf(word)
		switch {
		case found && ok:
			return pole{}, false
		case found:
			ok, p.up, axis = true, d.up, d.axis
			if bare != "" {
				rest = append(rest, bare)
			}
		case !slices.Contains(idleWords, strings.TrimSuffix(word, "s")):
			rest = append(rest, strings.TrimSuffix(word, "s"))
		}
	}
	p.about = axis + " " + strings.Join(rest, " ")
	return p, ok && len(rest) > 0
}

// directionOf is the direction of one word, and what is left of it.
func directionOf(word string) (d direction, bare string, ok bool) {
	if d, ok := directionWords[word]; ok {
		return d, "", true
	}
	for _, p := range directionPrefixes {
		if rest, ok := strings.CutPrefix(word, p.head); ok && len(rest) > 3 && rest != "clonal" { // few clones are no contrary of many
			return p.direction, strings.TrimSuffix(rest, "s"), true
		}
	}
	return d, "", false
}
