package orientation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"phare/internal/term"
)

// sign is n of m patients of a made disease with a made term.
type sign struct {
	term int32
	n, m int32
}

// tree is All > Phenotypic abnormality > two organs; terms by index:
//
//	0 HP:0000001  1 HP:0000118  2 A (of 1)  3 B (of A)  4 C (of 1)  5 onset (of 0)
func tree() []term.Term {
	return []term.Term{
		{ID: "HP:0000001"},
		{ID: "HP:0000118", Parents: []int32{0}, Phenotype: true},
		{ID: "HP:1000002", Parents: []int32{1}, Phenotype: true},
		{ID: "HP:1000003", Parents: []int32{2}, Phenotype: true, AltIDs: []string{"HP:1999999"}},
		{ID: "HP:1000004", Parents: []int32{1}, Phenotype: true},
		{ID: "HP:1000005", Parents: []int32{0}},
	}
}

// made puts diseases OMIM:1, OMIM:2, … over terms, each its own family.
func made(terms []term.Term, diseases ...[]sign) *term.Knowledge {
	k := &term.Knowledge{Meta: term.Meta{Digest: "made"}, Terms: terms}
	for i, signs := range diseases {
		d := term.Disease{ID: fmt.Sprintf("OMIM:%03d", i+1), Family: int32(i)}
		for _, s := range signs {
			d.Signs = append(d.Signs, term.Sign{Term: s.term, Freq: term.Freq{N: s.n, M: s.m, Percent: -1}, Sources: []string{"made"}})
		}
		k.Diseases = append(k.Diseases, d)
		k.Families = append(k.Families, term.Family{ID: d.ID, Members: []int32{int32(i)}})
	}
	return k
}

// random makes a knowledge of nt terms in a graph with some second parents,
// nd diseases in families of up to two, some narrower than another, and three
// networks.
func random(rng *rand.Rand, nt, nd int) *term.Knowledge {
	k := &term.Knowledge{Meta: term.Meta{Digest: "random"}}
	for i := range nt {
		t := term.Term{ID: fmt.Sprintf("HP:%07d", i), Phenotype: i > 0}
		if i > 0 {
			t.Parents = []int32{int32(rng.IntN(i))}
			if p := int32(rng.IntN(i)); rng.IntN(4) == 0 && p != t.Parents[0] {
				t.Parents = append(t.Parents, p)
			}
		}
		k.Terms = append(k.Terms, t)
	}
	for i := range 3 {
		k.Networks = append(k.Networks, term.Network{Slug: fmt.Sprint("net-", i)})
	}
	onsets := []string{"HP:0003577", "HP:0003581", "HP:0011463"}
	for i := range nd {
		d := term.Disease{ID: fmt.Sprintf("OMIM:%04d", i)}
		seen := map[int32]bool{}
		for range 1 + rng.IntN(8) {
			t := int32(1 + rng.IntN(nt-1))
			if seen[t] {
				continue
			}
			seen[t] = true
			m := int32(1 + rng.IntN(20))
			d.Signs = append(d.Signs, term.Sign{Term: t, Freq: term.Freq{N: 1 + int32(rng.IntN(int(m))), M: m, Percent: -1}})
		}
		slices.SortFunc(d.Signs, func(a, b term.Sign) int { return int(a.Term - b.Term) })
		if rng.IntN(2) == 0 {
			d.Onsets = []string{onsets[rng.IntN(3)]}
		}
		if rng.IntN(3) == 0 {
			d.Absent = []int32{int32(rng.IntN(nt))}
		}
		last := len(k.Families) - 1
		if last >= 0 && len(k.Families[last].Members) == 1 && rng.IntN(2) == 0 {
			k.Families[last].Members = append(k.Families[last].Members, int32(i))
		} else {
			last++
			k.Families = append(k.Families, term.Family{ID: d.ID, Members: []int32{int32(i)}})
			if n := rng.IntN(4); n < 3 {
				k.Families[last].Networks = []term.NetworkLink{{Network: int32(n)}}
				if rng.IntN(3) == 0 {
					k.Families[last].Networks = append(k.Families[last].Networks, term.NetworkLink{Network: int32((n + 1) % 3)})
				}
			}
		}
		d.Family = int32(last)
		if i > 0 && rng.IntN(5) == 0 {
			d.Links = []term.Link{{ID: k.Diseases[rng.IntN(i)].ID, Relation: []string{"NTBT", "BTNT"}[rng.IntN(2)]}}
		}
		k.Diseases = append(k.Diseases, d)
	}
	return k
}

// ask makes a random query over a random knowledge.
func ask(rng *rand.Rand, k *term.Knowledge) Query {
	q := Query{Onset: []string{"", "HP:0003577", "P3Y", "HP:0003581"}[rng.IntN(4)]}
	for range 1 + rng.IntN(8) {
		q.Observed = append(q.Observed, k.Terms[1+rng.IntN(len(k.Terms)-1)].ID)
	}
	return q
}

// slow is the method in floating point, written from its description and not
// from the engine: the score of each family without onset, NaN when it shares
// nothing with the signs, infinite when a neighbour is on the edge of counting.
func slow(k *term.Knowledge, order, signs []int32) []float64 {
	s := slowTables(k, order)
	slices.SortFunc(signs, func(a, b int32) int {
		if s.ic[a] != s.ic[b] {
			return int(math.Copysign(1, s.ic[b]-s.ic[a]))
		}
		return int(a - b)
	})
	scores := make([]float64, len(k.Families))
	hit := make([]bool, len(k.Families))
	edge := make([]bool, len(k.Families))
	for i, q := range signs {
		said := 0.0
		for _, earlier := range signs[:i] {
			said = max(said, s.shared(q, earlier))
		}
		w := 1.0
		switch few := min(1, float64(len(signs))/5); {
		case s.ic[q] > 0 && said == s.ic[q]: // another sign implies it
			w = 0.1
		case s.ic[q] > 0:
			w -= 0.9 * few * said / s.ic[q]
		}
		for d := range k.Families {
			g := math.Log(0.3)
			for a, steps := range s.up(q) {
				p, has := s.closure[d][a]
				x := math.Log(0.7*math.Pow(0.35, float64(steps))*p/math.Pow(s.back[a], 0.8) + 0.3)
				if !has || steps > 2 || steps > 0 && s.ic[a] == 0 {
					continue
				}
				gain := x - math.Log(0.3)
				if steps == 0 || gain >= 0.8 {
					g, hit[d] = max(g, x), true
				}
				if steps > 0 && math.Abs(gain-0.8) < 0.01 {
					edge[d] = true
				}
			}
			scores[d] += w * g
		}
	}
	n := float64(len(signs))
	missed := 0.6 * n / (n + 30) * min(1, n/5)
	for d := range k.Families {
		whole := 0.0
		for _, share := range s.own[d] {
			whole += share
		}
		for t, share := range s.own[d] {
			best := 0.0
			for _, q := range signs {
				best = max(best, s.shared(t, q))
			}
			if s.ic[t] > 0 {
				scores[d] -= (missed + 4/whole) * share * (1 - best/s.ic[t])
			}
		}
		switch {
		case edge[d]:
			scores[d] = math.Inf(1)
		case !hit[d]:
			scores[d] = math.NaN()
		}
	}
	return scores
}

type slowly struct {
	k       *term.Knowledge
	own     []map[int32]float64
	closure []map[int32]float64
	back    []float64
	ic      []float64
}

func slowTables(k *term.Knowledge, order []int32) *slowly {
	s := &slowly{k: k, back: make([]float64, len(k.Terms)), ic: make([]float64, len(k.Terms))}
	count := make([]float64, len(k.Terms))
	nd := float64(len(k.Families))
	for f := range k.Families {
		own := s.shares(f)
		s.own = append(s.own, own)
		c := map[int32]float64{}
		for t, share := range own {
			for a := range s.up(t) {
				c[a] += 0
			}
			c[t] = share
		}
		for _, t := range slices.Backward(order) {
			if p, ok := c[t]; ok {
				for _, up := range k.Terms[t].Parents {
					c[up] = max(c[up], p) + 0.3*(1-max(c[up], p))*min(c[up], p)
				}
				s.back[t] += p / nd
				count[t]++
			}
		}
		s.closure = append(s.closure, c)
	}
	for t := range s.ic {
		s.ic[t] = math.Log(nd / max(count[t], 1))
	}
	return s
}

// shares sums the patients of a family and a tenth of those of broader codes.
func (s *slowly) shares(f int) map[int32]float64 {
	n, m := map[int32]float64{}, map[int32]float64{}
	add := func(d *term.Disease, weight float64) {
		for _, x := range d.Signs {
			n[x.Term] += weight * float64(x.Freq.N)
			m[x.Term] += weight * float64(x.Freq.M)
		}
	}
	broader := map[string]bool{}
	for _, d := range s.k.Families[f].Members {
		add(&s.k.Diseases[d], 1)
		for _, l := range s.k.Diseases[d].Links {
			broader[l.ID] = broader[l.ID] || l.Relation == "NTBT"
		}
	}
	for i := range s.k.Diseases {
		if d := &s.k.Diseases[i]; broader[d.ID] && int(d.Family) != f {
			add(d, 0.1)
		}
	}
	share := map[int32]float64{}
	for t := range m {
		share[t] = (n[t] + 0.6) / (m[t] + 4)
	}
	return share
}

// up returns the ancestors of t, itself included, with the fewest steps.
func (s *slowly) up(t int32) map[int32]int {
	m := map[int32]int{t: 0}
	for next := []int32{t}; len(next) > 0; next = next[1:] {
		for _, p := range s.k.Terms[next[0]].Parents {
			if _, ok := m[p]; !ok {
				m[p] = m[next[0]] + 1
				next = append(next, p)
			}
		}
	}
	return m
}

func (s *slowly) shared(a, b int32) (best float64) {
	ub := s.up(b)
	for t := range s.up(a) {
		if _, ok := ub[t]; ok {
			best = max(best, s.ic[t])
		}
	}
	return best
}

func near(t *testing.T, what string, got int64, want, within float64) {
	t.Helper()
	if x := float64(got) / float64(unit); math.Abs(x-want) > within {
		t.Errorf("%s = %.5f, want %.5f", what, x, want)
	}
}
