package orientation

import "slices"

// Kinds of line that only a reader meets: they are worked out when a result is
// shown. What is stored has the kind in brackets, with the same weight.
const (
	Opposite Kind = "opposite" // seen in the person; the disease has a neighbour that goes the other way (Partial)
	Far      Kind = "far"      // seen in the person; the disease has but a distant neighbour (Partial)
	Precise  Kind = "precise"  // a more precise sign of the disease than the one that was entered, Via (NotAsked)
)

// Reword gives an answer as a person should read it: a neighbour that goes the
// other way is set apart from those that speak for a disease, and a more precise
// form of an entered sign from those that nobody asked about. Scores, weights
// and the order of diseases stay; the lines of res are not touched.
func (o *Opposites) Reword(res Result) Result {
	res.Entries = slices.Clone(res.Entries)
	for i := range res.Entries {
		lines := slices.Clone(res.Entries[i].Lines)
		for j, l := range lines {
			switch l.Kind {
			case Partial:
				if o.Opposed(l.Term, l.Via) {
					lines[j].Kind = Opposite
				}
			case NotAsked:
				if entered := o.entered(l.Term, res.Signs); entered != "" {
					lines[j].Kind, lines[j].Via = Precise, entered
				}
			}
		}
		res.Entries[i].Lines = lines
	}
	return res
}

// entered is the most precise of the signs of which id is a more precise form,
// or empty.
func (o *Opposites) entered(id string, signs []string) (best string) {
	t, _ := o.k.TermByID(id)
	depth := -1
	for _, s := range signs {
		x, _ := o.k.TermByID(s)
		if t >= 0 && x >= 0 && x != t && o.k.IsA(t, x) && o.k.Depth(x) > depth {
			best, depth = s, o.k.Depth(x)
		}
	}
	return best
}
