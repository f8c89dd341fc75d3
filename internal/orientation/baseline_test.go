package orientation

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"phare/internal/term"
)

// TestBaselines prints published methods beside ours, in one run, on the same
// cases, families and rules of rank. They are written from their descriptions,
// in floating point, on the signs of the best code of each family.
func TestBaselines(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it ranks by four methods, one of them slow")
	}
	e := New(officialKnowledge(t))
	b := newBaseline(e)
	methods := []struct {
		name  string
		score func(q []int32) []float64
	}{{"simGIC", b.simGIC}, {"Resnik BMA", b.bestMatch}, {"LIRICAL-like", b.lirical}}
	outcomes := make([][]outcome, len(methods)+1)
	known := e.truths()
	err := devCases(t, func(c *Case) {
		family, ok := known[c.Truth]
		if !ok || c.Rankable != nil && !*c.Rankable || digest(c.ID)%4 != 0 {
			return
		}
		res, _, err := e.evalCase(c, EvalOptions{Observed: true})
		if err != nil {
			t.Fatal(err)
		}
		o := outcome{truth: c.Truth, novel: c.Novel, few: len(res.Signs) <= fewSigns, rank: rankOf(&res, c.Truth)}
		outcomes[len(methods)] = append(outcomes[len(methods)], o)
		q := e.terms(c.Observed, &Result{})
		for i, m := range methods {
			o.rank = b.rank(m.score(q), family)
			outcomes[i] = append(outcomes[i], o)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	top := map[string]float64{}
	for i, all := range outcomes {
		f := Figures{Rounds: 100, Seed: 1}
		f.measure(all)
		name := Version
		if i < len(methods) {
			name = methods[i].name
		}
		for _, by := range []string{"case", "disease"} {
			fmt.Fprintf(&text, "%-20s novel by %-8s", name, by)
			for _, m := range []string{"top-1", "top-3", "top-10"} {
				v, _ := f.Value("novel", by, m)
				fmt.Fprintf(&text, " %s %5.1f", m, 100*v)
			}
			text.WriteByte('\n')
		}
		top[name], _ = f.Value("novel", "disease", "top-10")
	}
	t.Logf("one case in four, %d cases:\n%s", len(outcomes[0]), text.String())
	for _, m := range methods {
		if top[m.name] >= top[Version] {
			t.Errorf("%s finds %.3f of the diseases in the first ten, ours %.3f", m.name, top[m.name], top[Version])
		}
	}
}

// baseline holds each code's own signs and all that they imply.
type baseline struct {
	e       *Engine
	family  []int32
	signs   [][]int32
	freq    []map[int32]float64 // of the signs and, as the highest below, of what they imply
	ic      []float64
	mean    []float64 // frequency of a sign over all codes
	closure [][]int32 // sorted
	weight  []float64 // information of the closure
	holders [][]int32 // codes by term of their closure
}

func newBaseline(e *Engine) *baseline {
	b := &baseline{e: e, ic: make([]float64, len(e.origin)), mean: make([]float64, len(e.origin)), holders: make([][]int32, len(e.origin))}
	for i := range e.k.Diseases {
		d := &e.k.Diseases[i]
		freq := map[int32]float64{}
		var signs []int32
		for _, s := range d.Signs {
			t := e.place[s.Term]
			if !e.k.Terms[s.Term].Phenotype {
				continue
			}
			signs = append(signs, t)
			hits, seen := patients(s.Freq)
			if s.Freq.M == 0 && s.Freq.Class == term.FreqUnknown && s.Freq.Percent <= 0 {
				hits = seen // LIRICAL takes a sign without frequency as always there
			}
			for _, a := range e.anc.of(t) {
				freq[a] = max(freq[a], float64(hits)/float64(seen))
			}
		}
		if len(signs) == 0 {
			continue
		}
		at := int32(len(b.family))
		b.family, b.signs, b.freq = append(b.family, d.Family), append(b.signs, signs), append(b.freq, freq)
		for t, f := range freq {
			b.holders[t] = append(b.holders[t], at)
			b.mean[t] += f
		}
	}
	n := float64(len(b.family))
	for t := range b.ic {
		b.ic[t] = math.Log(n / float64(max(len(b.holders[t]), 1)))
		b.mean[t] /= n
	}
	for _, freq := range b.freq {
		sum := 0.0
		var list []int32
		for t := range freq {
			list = append(list, t)
		}
		slices.Sort(list)
		for _, t := range list {
			sum += b.ic[t]
		}
		b.closure, b.weight = append(b.closure, list), append(b.weight, sum)
	}
	return b
}

// rank is the worst rank of a family among ties, by its best code.
func (b *baseline) rank(score []float64, family int32) int {
	best := map[int32]float64{}
	for i, f := range b.family {
		if s, ok := best[f]; !ok || score[i] > s {
			best[f] = score[i]
		}
	}
	rank := 0
	for _, s := range best {
		if s >= best[family] {
			rank++
		}
	}
	return rank
}

// simGIC is the information of what both imply over that of what either does.
func (b *baseline) simGIC(q []int32) []float64 {
	implied := map[int32]bool{}
	for _, s := range q {
		for _, a := range b.e.anc.of(s) {
			implied[a] = true
		}
	}
	shared := make([]float64, len(b.family))
	whole := 0.0
	for _, a := range sortedKeys(implied) {
		whole += b.ic[a]
		for _, d := range b.holders[a] {
			shared[d] += b.ic[a]
		}
	}
	for d := range shared {
		shared[d] /= max(whole+b.weight[d]-shared[d], 1e-9)
	}
	return shared
}

// bestMatch is the mean, over both sides, of the information that each sign
// shares with the best of the other side (Resnik, best match average).
func (b *baseline) bestMatch(q []int32) []float64 {
	score := make([]float64, len(b.family))
	for _, s := range q {
		best := make([]float64, len(b.family))
		for _, a := range b.e.anc.of(s) {
			for _, d := range b.holders[a] {
				best[d] = max(best[d], b.ic[a])
			}
		}
		for d, x := range best {
			score[d] += x / float64(2*len(q))
		}
	}
	said := make([]float64, len(b.ic))
	for _, s := range q {
		for _, a := range b.e.anc.of(s) {
			said[a] = b.ic[a]
		}
	}
	for t := range int32(len(said)) { // parents come first
		for _, p := range b.e.up.of(t) {
			said[t] = max(said[t], said[p])
		}
	}
	for d, signs := range b.signs {
		for _, s := range signs {
			score[d] += said[s] / float64(2*len(signs))
		}
	}
	return score
}

// lirical is the sum of the logarithms of likelihood ratios in the manner of
// LIRICAL, whose program was not run: a sign
// that the disease has or implies by its frequency over the mean; else by the
// nearest thing that both imply, spread over its descendants; at least 1/100.
func (b *baseline) lirical(q []int32) []float64 {
	score := make([]float64, len(b.family))
	for _, s := range q {
		ancestors := slices.Clone(b.e.anc.of(s))
		slices.SortFunc(ancestors, func(x, y int32) int { return cmp.Or(cmp.Compare(b.ic[y], b.ic[x]), cmp.Compare(y, x)) })
		found := make([]bool, len(b.family))
		for i, a := range ancestors {
			if b.ic[a] <= 0 {
				break
			}
			for _, d := range b.holders[a] {
				if found[d] {
					continue
				}
				found[d] = true
				if a == s || i == 0 {
					score[d] += math.Log(max(b.freq[d][a]/b.mean[s], 0.01))
					continue
				}
				// What is shared is less telling the more codes have it.
				part := b.freq[d][a] * b.mean[s] / b.mean[a]
				score[d] += math.Log(max(part/max(b.mean[s], 1e-9)*math.Exp(-(b.ic[s]-b.ic[a])), 0.01))
			}
		}
		for d, ok := range found {
			if !ok {
				score[d] += math.Log(0.01)
			}
		}
	}
	return score
}

func sortedKeys(m map[int32]bool) (list []int32) {
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
