package orientation

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"phare/internal/term"
)

// plainRank answers as the method reads, profile by profile and sign by sign, from
// the first tables: no merged lists, no covering, no bounds. Rank must give the
// same bit for bit.
func plainRank(e *Engine, q Query) Result {
	res := Result{Engine: Version, Knowledge: e.k.Meta.Digest, Query: q}
	r := e.read(q, &res)
	s := plainSigns(e, &r)
	floor := int64(0)
	for _, w := range s.weight {
		floor += e.floorOf(w)
	}
	var heads []head
	for p := range int32(len(e.families)) {
		if r.candidates != "" && !e.names[p].from(r.candidates) {
			continue
		}
		gain := int64(0)
		for i := range r.signs {
			gain += s.gain[i][p] // of the best of the sign and its ancestors
		}
		if gain > 0 {
			heads = append(heads, head{p, gain + e.onset.of(p, r.onset) - s.unseen(e, &r, p)})
		}
	}
	slices.SortFunc(heads, func(a, b head) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.profile, b.profile))
	})
	res.Abstain = abstain(len(r.signs), s.information)
	shares, total := weights(heads)
	res.Networks = e.networks(heads, shares, total, res.Abstain != "")
	res.Entries = make([]Entry, min(r.limit, len(heads)))
	for i := range res.Entries {
		x := e.entry(heads[i])
		x.Score, x.Support = heads[i].score+floor, Weak
		if i < len(shares) && res.Abstain == "" {
			x.Support = support(shares[i], total, entrySupport)
		}
		res.Entries[i] = x
	}
	return res
}

// plainly is what plainRank knows of the person's signs.
type plainly struct {
	weight      []int64
	information int64
	said        map[int32]bool    // the signs and their ancestors
	gain        []map[int32]int64 // by sign and profile
	open        map[int32]int64   // by term, as far as it was asked for
}

func plainSigns(e *Engine, r *reading) *plainly {
	s := &plainly{said: map[int32]bool{}, open: map[int32]int64{}}
	for _, t := range r.signs {
		w, ic := unit, int64(e.ic[t])
		if said := s.most(e, t); ic > 0 {
			lost := unit * said * redundantTenths / (10 * ic)
			s.information += ic * (unit - lost) / unit
			if n := int64(len(r.signs)); n < fullSigns && said < ic {
				lost = lost * n / fullSigns
			}
			w -= lost
		}
		s.weight = append(s.weight, w)
		for _, a := range e.anc.of(t) {
			s.said[a] = true
		}
		gain := map[int32]int64{}
		for _, n := range e.near(nil, t) {
			for _, x := range e.worth(n) {
				p := int32(x >> liftBits)
				gain[p] = max(gain[p], e.gainOf(n, x, w))
			}
		}
		s.gain = append(s.gain, gain)
	}
	return s
}

// most is the highest information content of what t shares with the signs.
func (s *plainly) most(e *Engine, t int32) (ic int64) {
	for _, a := range e.anc.of(t) {
		if s.said[a] {
			ic = max(ic, int64(e.ic[a]))
		}
	}
	return ic
}

// left is the part of the information of t that the signs do not say.
func (s *plainly) left(e *Engine, t int32) int64 {
	open, ok := s.open[t]
	if !ok && e.ic[t] > 0 {
		open = unit - s.most(e, t)*unit/int64(e.ic[t])
		s.open[t] = open
	}
	return open
}

// unseen is what signs that nobody saw, or that were excluded, take away.
func (s *plainly) unseen(e *Engine, r *reading, p int32) (sum int64) {
	contradicted := 0
	missed := e.missed(r, p)
	for _, x := range e.signs.of(p) {
		open := s.left(e, x.term)
		sum += missed * int64(x.freq()) / unit * open / unit
		denied := slices.ContainsFunc(r.excluded, func(y int32) bool {
			return slices.Contains(e.anc.of(x.term), y) && s.left(e, y) > 0
		})
		if x.firm() && denied && open > 0 && contradicted < maxContradictions {
			contradicted++
			sum += contradictionWeight * open / unit
		}
	}
	return sum
}

func TestPlainMethodGivesTheSame(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for i := range 40 {
		k := random(rng, 30+i, 10+40*i)
		if i%10 == 0 { // some families that counted a sign often
			for d := range k.Diseases {
				k.Diseases[d].Signs[0].Freq = term.Freq{N: 30, M: 30, Percent: -1}
			}
		}
		e := New(k)
		for range 12 {
			samePlainly(t, e, odd(rng, k))
		}
	}
}

// TestPlainMethodGivesTheSameOnRealCases asks one development case in eighty,
// and as many random questions to the full knowledge.
func TestPlainMethodGivesTheSameOnRealCases(t *testing.T) {
	k := officialKnowledge(t)
	e := New(k)
	rng := rand.New(rand.NewPCG(33, 34))
	n := 0
	err := devCases(t, func(c *Case) {
		if n++; n%80 != 0 {
			return
		}
		q := c.Query()
		q.Limit = answerLimit
		samePlainly(t, e, q)
		samePlainly(t, e, odd(rng, k))
	})
	if err != nil || n < 5000 {
		t.Errorf("%d cases, %v", n, err)
	}
}

func samePlainly(t *testing.T, e *Engine, q Query) {
	t.Helper()
	want, got := plainRank(e, q), e.Rank(q)
	if a, b := text(t, got), text(t, want); a != b {
		t.Fatalf("%+v gives\n%s\nplainly\n%s", q, a, b)
	}
}

// odd makes questions of all sorts: none, few and many signs, the root, unknown
// ids, all signs of a disease, excluded signs that are broad, precise, observed
// or a disease's own, any onset, any limit, one source of codes.
func odd(rng *rand.Rand, k *term.Knowledge) Query {
	q := Query{
		Onset: []string{"", "", "HP:0003577", "P3Y", "HP:0003581", "soon", "HP:0410280"}[rng.IntN(7)],
		Limit: []int{0, 1, 7, 100, 30000}[rng.IntN(5)],
	}
	if rng.IntN(8) == 0 {
		q.Candidates = []string{"OMIM", "ORPHA", "none"}[rng.IntN(3)]
	}
	some := func(n int) (ids []string) {
		for range n {
			ids = append(ids, k.Terms[rng.IntN(len(k.Terms))].ID)
		}
		return ids
	}
	own := func() (ids []string) {
		for _, s := range k.Diseases[rng.IntN(len(k.Diseases))].Signs {
			ids = append(ids, k.Terms[s.Term].ID)
		}
		return ids
	}
	q.Observed = some(rng.IntN(10))
	switch rng.IntN(8) {
	case 0:
		q.Observed = some(rng.IntN(200))
	case 1:
		q.Observed = append(q.Observed, "HP:0000001", "HP:0000118", "HP:9999999")
	case 2, 3, 4:
		q.Observed = append(q.Observed, own()...)
	}
	q.Excluded = some(rng.IntN(6))
	switch rng.IntN(4) {
	case 0:
		q.Excluded = append(q.Excluded, own()...)
	case 1:
		q.Excluded = append(q.Excluded, q.Observed...)
	case 2:
		q.Excluded = append(q.Excluded, "HP:0000707", "HP:0000118")
	}
	return q
}

// Every quotient by an inverse is that of the division.
func TestInverseDividesExactly(t *testing.T) {
	rng := rand.New(rand.NewPCG(35, 36))
	for i := range 200_000 {
		ic := int32(1 + rng.IntN(1<<20-1))
		if i < 3000 {
			ic = int32(i + 1)
		}
		for _, said := range []int32{0, 1, ic / 2, ic - 1, ic, int32(rng.IntN(int(ic) + 1))} {
			if got, want := int64(part(said, inverse(ic))), int64(said)*unit/int64(ic); got != want {
				t.Fatalf("%d of %d is %d, want %d", said, ic, got, want)
			}
		}
	}
}
