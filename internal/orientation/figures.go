package orientation

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
)

// tally sums the measures over the cases of one disease.
type tally struct {
	n   float64
	sum []float64
}

// measure fills in the figures of all subsets.
func (f *Figures) measure(all []outcome) {
	subsets := []struct {
		name string
		has  func(outcome) bool
	}{
		{"all", func(outcome) bool { return true }},
		{"novel", func(o outcome) bool { return o.novel }},
		{"few", func(o outcome) bool { return o.few }},
	}
	var diseases []string
	for _, k := range tops {
		diseases = append(diseases, fmt.Sprint("top-", k))
	}
	diseases = append(diseases, "mrr")
	networks := []string{"first", "first-3"}
	for _, s := range subsets {
		f.Sets = append(f.Sets, f.figures(s.name, diseases, tallies(all, s.has, scoreDisease))...)
		hasNetwork := func(o outcome) bool { return s.has(o) && o.network > 0 }
		f.Networks = append(f.Networks, f.figures(s.name, networks, tallies(all, hasNetwork, scoreNetwork))...)
	}
}

func scoreDisease(o outcome) []float64 {
	m := make([]float64, len(tops)+1)
	if o.rank == 0 {
		return m
	}
	for i, k := range tops {
		if o.rank <= k {
			m[i] = 1
		}
	}
	m[len(tops)] = 1 / float64(o.rank)
	return m
}

func scoreNetwork(o outcome) []float64 {
	m := make([]float64, 2)
	if o.network == 1 {
		m[0] = 1
	}
	if o.network <= 3 {
		m[1] = 1
	}
	return m
}

// tallies sums by disease, in the order of their ids.
func tallies(all []outcome, has func(outcome) bool, score func(outcome) []float64) []tally {
	by := map[string]*tally{}
	var ids []string
	for _, o := range all {
		if !has(o) {
			continue
		}
		m := score(o)
		t := by[o.truth]
		if t == nil {
			t = &tally{sum: make([]float64, len(m))}
			by[o.truth] = t
			ids = append(ids, o.truth)
		}
		t.n++
		for i, x := range m {
			t.sum[i] += x
		}
	}
	slices.Sort(ids)
	list := make([]tally, len(ids))
	for i, id := range ids {
		list[i] = *by[id]
	}
	return list
}

// figures returns one line by case and one by disease. Whole diseases are
// drawn in each round, since cases of one disease are alike.
func (f *Figures) figures(set string, names []string, list []tally) []Figure {
	if len(list) == 0 {
		return nil
	}
	cases := 0.0
	for _, t := range list {
		cases += t.n
	}
	out := []Figure{
		{Set: set, By: "case", Cases: int(cases), Diseases: len(list)},
		{Set: set, By: "disease", Cases: int(cases), Diseases: len(list)},
	}
	rng := rand.New(rand.NewPCG(f.Seed, uint64(len(list))))
	drawn := make([]tally, len(list))
	rounds := make([][2][]float64, f.Rounds)
	for r := range rounds {
		for i := range drawn {
			drawn[i] = list[rng.IntN(len(list))]
		}
		rounds[r] = means(drawn)
	}
	value := means(list)
	for by := range out {
		for m, name := range names {
			column := make([]float64, len(rounds))
			for r := range rounds {
				column[r] = rounds[r][by][m]
			}
			slices.Sort(column)
			n := len(column)
			out[by].Measures = append(out[by].Measures, Measured{name, value[by][m], column[n*25/1000], column[n-1-n*25/1000]})
		}
	}
	return out
}

// means returns the mean of each measure over cases, then over diseases.
func means(list []tally) (by [2][]float64) {
	k := len(list[0].sum)
	by[0], by[1] = make([]float64, k), make([]float64, k)
	n := 0.0
	for _, t := range list {
		n += t.n
		for i, x := range t.sum {
			by[0][i] += x
			by[1][i] += x / t.n
		}
	}
	for i := range k {
		by[0][i] /= n
		by[1][i] /= float64(len(list))
	}
	return by
}

// Write prints the figures as a table that a person reads. Shares are per
// cent, the interval in brackets.
func (f *Figures) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "engine %s, knowledge %s\n", f.Engine, f.Knowledge)
	fmt.Fprintf(&b, "candidates %s; %d cases, %d left out because the sources have no signs of their disease", f.Candidates, f.Cases, f.Unranked)
	fmt.Fprintf(&b, "; %d unreadable lines; %d cases with ids reported\n", f.Bad, f.Reported)
	fmt.Fprintf(&b, "95 %% intervals: %d bootstrap rounds over diseases, seed %d\n", f.Rounds, f.Seed)
	if f.Degrade != "" {
		fmt.Fprintf(&b, "signs made worse: %s\n", f.Degrade)
	}
	if f.Observed {
		b.WriteString("without the excluded signs\n")
	}
	writeFigures(&b, "Diseases", f.Sets)
	writeFigures(&b, "Networks, where the disease has one", f.Networks)
	if f.Calibration != nil {
		f.Calibration.write(&b)
	}
	if f.Micros > 0 {
		fmt.Fprintf(&b, "\nmean time of a ranking: %d µs\n", f.Micros)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeFigures(b *strings.Builder, title string, list []Figure) {
	fmt.Fprintf(b, "\n%s\n", title)
	if len(list) == 0 {
		b.WriteString("no case\n")
		return
	}
	fmt.Fprintf(b, "%-17s%7s%9s", "set", "cases", "diseases")
	for _, m := range list[0].Measures {
		fmt.Fprintf(b, "  %19s", m.Name)
	}
	b.WriteByte('\n')
	for _, x := range list {
		fmt.Fprintf(b, "%-17s%7d%9d", x.Set+" by "+x.By, x.Cases, x.Diseases)
		for _, m := range x.Measures {
			scale, format := 100.0, "%.1f [%.1f-%.1f]"
			if m.Name == "mrr" {
				scale, format = 1, "%.3f [%.3f-%.3f]"
			}
			fmt.Fprintf(b, "  %19s", fmt.Sprintf(format, scale*m.Value, scale*m.Low, scale*m.High))
		}
		b.WriteByte('\n')
	}
}

// Value returns one figure, for tests and reports; false when there is none.
func (f *Figures) Value(set, by, name string) (float64, bool) {
	for _, x := range slices.Concat(f.Sets, f.Networks) {
		for _, m := range x.Measures {
			if x.Set == set && x.By == by && m.Name == name {
				return m.Value, true
			}
		}
	}
	return 0, false
}
