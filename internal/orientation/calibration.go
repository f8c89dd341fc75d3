package orientation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// folds is the number of parts in which diseases are put to see how steady the
// words are.
const folds = 5

// Calibration says how often what was said first was right, for cases whose
// paper the sources do not cite. Every disease counts as one, however many
// cases it has.
type Calibration struct {
	Diseases []Reliability `json:"diseases"` // by word, of the first disease
	Networks []Reliability `json:"networks"` // by word, of the first network
	First    []Reliability `json:"first"`    // by share of the first disease
	Shares   []Reliability `json:"shares"`   // by share of the first network
	Coverage []Risk        `json:"coverage"` // if only the surest cases were answered
}

// Reliability is how often a first answer of one kind was right.
type Reliability struct {
	Said   string  `json:"said"` // a word, "abstains", or a share as "50-75"
	Cases  int     `json:"cases"`
	Part   float64 `json:"part"`   // of the diseases' weight
	Right  float64 `json:"right"`  // share that was right
	Lowest float64 `json:"lowest"` // the same in the worst and best of five folds of diseases
	Best   float64 `json:"best"`
}

// Risk is what goes wrong when only so large a part is answered, the answers
// with the largest share of the first network first.
type Risk struct {
	Coverage float64 `json:"coverage"`
	Network  float64 `json:"network"`   // the first network is wrong
	Networks float64 `json:"networks"`  // none of the first three is right
	Disease  float64 `json:"disease"`   // the disease is not among the first ten
	Least    int64   `json:"threshold"` // smallest share answered, 1/65536
}

// sureness is how sure an answer looks.
type sureness struct {
	abstains         bool
	disease, network Support // of the first of each
	first            int64   // share of the first disease, unit
	share            int64   // of the first network, unit
}

func surenessOf(res *Result) sureness {
	s := sureness{abstains: res.Abstain != ""}
	if list := res.Entries[:min(len(res.Entries), networkDepth)]; len(list) > 0 {
		heads := make([]head, len(list))
		for i, x := range list {
			heads[i].score = x.Score
		}
		shares, total := weights(heads)
		s.disease, s.first = list[0].Support, shares[0]*unit/total
	}
	if len(res.Networks) > 0 {
		s.network, s.share = res.Networks[0].Support, res.Networks[0].Score
	}
	return s
}

// weighed is an outcome that counts as its part of a disease.
type weighed struct {
	outcome
	weight float64
	fold   int
}

// calibrate measures what was said of the novel cases.
func (f *Figures) calibrate(all []outcome) {
	cases := map[string]float64{}
	for _, o := range all {
		if o.novel && o.network > 0 {
			cases[o.truth]++
		}
	}
	var list []weighed
	for _, o := range all {
		if n := cases[o.truth]; o.novel && o.network > 0 {
			list = append(list, weighed{o, 1 / n, int(digest(o.truth) % folds)})
		}
	}
	if len(list) == 0 {
		return
	}
	word := func(s Support, o weighed) string {
		if o.sure.abstains {
			return "abstains"
		}
		return string(s)
	}
	words := []string{string(Strong), string(Medium), string(Weak), "abstains"}
	c := &Calibration{}
	c.Diseases = reliability(list, words, func(o weighed) string { return word(o.sure.disease, o) }, func(o weighed) bool { return o.rank == 1 })
	c.Networks = reliability(list, words, func(o weighed) string { return word(o.sure.network, o) }, func(o weighed) bool { return o.network == 1 })
	c.First = reliability(list, shareBins, func(o weighed) string { return shareBin(o.sure.first) }, func(o weighed) bool { return o.rank == 1 })
	c.Shares = reliability(list, shareBins, func(o weighed) string { return shareBin(o.sure.share) }, func(o weighed) bool { return o.network == 1 })
	c.Coverage = coverage(list)
	f.Calibration = c
}

var shareBins = []string{"0-40", "40-60", "60-80", "80-95", "95-100"}

func shareBin(share int64) string {
	percent := share * 100 / unit
	for i, end := range []int64{40, 60, 80, 95} {
		if percent < end {
			return shareBins[i]
		}
	}
	return shareBins[len(shareBins)-1]
}

// reliability measures one way of saying how sure an answer is.
func reliability(list []weighed, kinds []string, kind func(weighed) string, right func(weighed) bool) (out []Reliability) {
	total := 0.0
	for _, o := range list {
		total += o.weight
	}
	for _, k := range kinds {
		r := Reliability{Said: k, Lowest: 1}
		var weight, hits [folds]float64
		for _, o := range list {
			if kind(o) != k {
				continue
			}
			r.Cases++
			weight[o.fold] += o.weight
			if right(o) {
				hits[o.fold] += o.weight
			}
		}
		sum, hit := 0.0, 0.0
		for i, w := range weight {
			sum, hit = sum+w, hit+hits[i]
			if w > 0 {
				r.Lowest, r.Best = min(r.Lowest, hits[i]/w), max(r.Best, hits[i]/w)
			}
		}
		if sum > 0 {
			r.Part, r.Right = sum/total, hit/sum
			out = append(out, r)
		}
	}
	return out
}

// coverage answers the surest part of the cases, then more and more.
func coverage(list []weighed) (out []Risk) {
	list = slices.Clone(list)
	sure := func(o weighed) int64 {
		if o.sure.abstains {
			return -1
		}
		return o.sure.share
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return cmp.Compare(sure(b), sure(a)) })
	total := 0.0
	for _, o := range list {
		total += o.weight
	}
	var r Risk
	next, weight := 1, 0.0
	for i, o := range list {
		weight += o.weight
		r.Least = max(sure(o), 0)
		if o.network > 1 {
			r.Network += o.weight
		}
		if o.network > 3 {
			r.Networks += o.weight
		}
		if o.rank == 0 || o.rank > 10 {
			r.Disease += o.weight
		}
		if weight*10 >= total*float64(next) || i == len(list)-1 {
			x := r
			x.Coverage = weight / total
			x.Network, x.Networks, x.Disease = x.Network/weight, x.Networks/weight, x.Disease/weight
			out = append(out, x)
			next = int(weight*10/total) + 1
		}
	}
	return out
}

// write prints the tables.
func (c *Calibration) write(b *strings.Builder) {
	fmt.Fprintf(b, "\nWords, novel cases, by disease: how often the first was right (worst and best of %d folds)\n", folds)
	table := func(title string, list []Reliability) {
		for _, r := range list {
			fmt.Fprintf(b, "%-26s%7d cases%6.1f %% of all%7.1f [%.1f-%.1f]\n", title+" "+r.Said, r.Cases, 100*r.Part, 100*r.Right, 100*r.Lowest, 100*r.Best)
		}
	}
	table("disease", c.Diseases)
	table("network", c.Networks)
	table("disease's share, %", c.First)
	table("network's share, %", c.Shares)
	b.WriteString("\nCoverage and risk, novel cases, by disease, surest first\n")
	fmt.Fprintf(b, "%9s%16s%20s%25s%18s\n", "answered", "network wrong", "not in first three", "disease not in first ten", "least share, %")
	for _, r := range c.Coverage {
		fmt.Fprintf(b, "%9.0f%16.1f%20.1f%25.1f%18.0f\n", 100*r.Coverage, 100*r.Network, 100*r.Networks, 100*r.Disease, 100*float64(r.Least)/float64(unit))
	}
}
