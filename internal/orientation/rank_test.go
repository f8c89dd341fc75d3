package orientation

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"phare/internal/term"
)

// The numbers below are worked out by hand from the method: a sign seen in
// 1 of 1 patients has the share (1+0.6)/(1+4) = 0.32.
func TestScoreByHand(t *testing.T) {
	two := New(made(tree(), []sign{{3, 1, 1}}, []sign{{4, 1, 1}}))
	three := New(made(tree(), []sign{{3, 1, 1}}, []sign{{4, 1, 1}}, []sign{{3, 1, 1}, {4, 1, 1}}))
	const b, a, c = "HP:1000003", "HP:1000002", "HP:1000004"
	tests := []struct {
		name     string
		engine   *Engine
		observed []string
		want     map[string]float64
	}{
		// lift 0.32 / 0.16^0.8 = 1.38629; ln(0.7 lift + 0.3) = 0.23934
		{"the sign of one disease", two, []string{b}, map[string]float64{"OMIM:001": 0.23934}},
		// A is in the closure of B's disease with B's share
		{"a broader sign", two, []string{a}, map[string]float64{"OMIM:001": 0.23934}},
		// 0.23934 + ln 0.3, the same for both
		{"a sign of each", two, []string{b, c}, map[string]float64{"OMIM:001": -0.96463, "OMIM:002": -0.96463}},
		// A after B: weight 1 - 0.9; 0.23934 × 1.1
		{"a sign and its parent", two, []string{a, b}, map[string]float64{"OMIM:001": 0.26327}},
		{"a sign twice", two, []string{b, b}, map[string]float64{"OMIM:001": 0.23934}},
		// lift 0.32 / 0.21333^0.8 = 1.10131 → 0.06852; C unseen: (0.12/31 + 4/0.64) × 0.32 = 2.00124
		{"a sign that nobody saw", three, []string{b}, map[string]float64{"OMIM:001": 0.06852, "OMIM:003": -1.93272}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := tt.engine.Rank(Query{Observed: tt.observed})
			if len(res.Entries) != len(tt.want) {
				t.Errorf("%d entries, want %d", len(res.Entries), len(tt.want))
			}
			for _, x := range res.Entries {
				near(t, x.Family, x.Score, tt.want[x.Family], 0.004)
			}
		})
	}
}

// With n signs under five, what nobody saw and what two signs share count n
// fifths of what they do from five on; what a sign says whole counts all the same.
func TestFewSigns(t *testing.T) {
	terms := tree() // A gets four more signs beside B; C has nothing to do with it
	for i := range 4 {
		terms = append(terms, term.Term{ID: fmt.Sprintf("HP:100001%d", i), Parents: []int32{2}, Phenotype: true})
	}
	// two of four diseases have A, one B: of ln 4 that B says, A says ln 2, half of it
	e := New(made(terms, []sign{{3, 1, 1}}, []sign{{6, 1, 1}}, []sign{{4, 1, 1}}, []sign{{4, 1, 1}}))
	for _, tt := range []struct {
		name     string
		n        int // signs: B, another of A, and more that are in no disease
		parent   bool
		last     float64 // weight of the second
		unspoken float64 // nats of a sign that nobody saw, but for its part of the whole
	}{
		{"one", 1, false, 1, 0.6 / 31 * 0.2},
		{"two of one organ", 2, false, 1 - 0.9*0.5*0.4, 0.6 * 2 / 32 * 0.4},
		{"a sign and its parent", 2, true, 0.1, 0.6 * 2 / 32 * 0.4},
		{"three", 3, false, 1 - 0.9*0.5*0.6, 0.6 * 3 / 33 * 0.6},
		{"four", 4, false, 1 - 0.9*0.5*0.8, 0.6 * 4 / 34 * 0.8},
		{"five", 5, false, 1 - 0.9*0.5, 0.6 * 5 / 35},
		{"six", 6, false, 1 - 0.9*0.5, 0.6 * 6 / 36},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ids := []string{"HP:1000003", "HP:1000010", "HP:1000004", "HP:1000011", "HP:1000012", "HP:1000013"}[:tt.n]
			second := int32(6)
			if tt.parent {
				ids[1], second = "HP:1000002", 2
			}
			f := e.newFrame()
			r := e.read(Query{Observed: ids}, &Result{})
			e.weigh(f, &r)
			near(t, "unspoken", r.missed, tt.unspoken, 0.0001)
			for i, s := range r.signs {
				if e.origin[s] == second {
					near(t, "weight of the second", r.weight[i], tt.last, 0.0001)
				}
			}
		})
	}
}

func TestSlowMethodAgrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	compared := 0
	for range 60 {
		k := random(rng, 40, 30)
		e := New(k)
		for range 10 {
			q := ask(rng, k)
			q.Onset, q.Limit = "", 1000
			var res Result
			r := e.read(q, &res)
			signs := make([]int32, len(r.signs))
			for i, s := range r.signs {
				signs[i] = e.origin[s]
			}
			want := slow(k, e.origin, signs)
			got := map[string]int64{}
			for _, x := range e.Rank(q).Entries {
				got[x.Family] = x.Score
			}
			for d, w := range want {
				if math.IsInf(w, 0) {
					continue // on the edge of being near enough
				}
				score, listed := got[k.Families[d].ID]
				if listed == math.IsNaN(w) {
					t.Fatalf("%s listed %v, slow method %f", k.Families[d].ID, listed, w)
				}
				if listed {
					compared++
					near(t, k.Families[d].ID, score, w, 0.006*float64(len(r.signs)))
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d scores compared", compared)
	}
}

// An excluded sign never raises a disease, and all take at most one nat from it.
func TestExcludedSignsNeverRaise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	lowered := 0
	for range 40 {
		k := random(rng, 40, 30)
		e := New(k)
		for range 10 {
			q := ask(rng, k)
			q.Limit = 1000
			bare := map[string]int64{}
			for _, x := range e.Rank(q).Entries {
				bare[x.Family] = x.Score
			}
			q.Excluded = ask(rng, k).Observed
			with := e.Rank(q).Entries
			if len(with) != len(bare) {
				t.Fatalf("excluding %v leaves %d of %d entries", q.Excluded, len(with), len(bare))
			}
			for _, x := range with {
				loss := bare[x.Family] - x.Score
				if loss < 0 || loss > unit {
					t.Fatalf("excluding %v takes %d from %s", q.Excluded, loss, x.Family)
				}
				if loss > 0 {
					lowered++
				}
			}
		}
	}
	if lowered == 0 {
		t.Error("no excluded sign ever counted")
	}
}

func TestExcludedByHand(t *testing.T) {
	obligate := term.Freq{Class: term.FreqObligate, Percent: -1}
	tests := []struct {
		name               string
		freq               term.Freq
		observed, excluded []string
		want               float64 // nats lost
	}{
		{"20 of 20 patients have it", term.Freq{N: 20, M: 20, Percent: -1}, nil, []string{"HP:1000004"}, 0.5},
		{"it is obligate", obligate, nil, []string{"HP:1000004"}, 0.5},
		{"a broader sign is excluded, and so this one", obligate, nil, []string{"HP:0000118", "HP:1000004"}, 0.5},
		{"15 of 20 have it", term.Freq{N: 15, M: 20, Percent: -1}, nil, []string{"HP:1000004"}, 0},
		{"2 of 2 have it", term.Freq{N: 2, M: 2, Percent: -1}, nil, []string{"HP:1000004"}, 0},
		{"very frequent, but nobody counted", term.Freq{Class: term.FreqVeryFrequent, Percent: -1}, nil, []string{"HP:1000004"}, 0},
		{"excluded and observed", obligate, []string{"HP:1000004"}, []string{"HP:1000004"}, 0},
		{"another is excluded", obligate, nil, []string{"HP:1000003"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := made(tree(), []sign{{2, 1, 1}, {4, 1, 1}}, []sign{{3, 1, 1}})
			k.Diseases[0].Signs[1].Freq = tt.freq
			e := New(k)
			q := Query{Observed: append([]string{"HP:1000002"}, tt.observed...)}
			bare, err := e.Explain(q, "OMIM:001")
			if err != nil {
				t.Fatal(err)
			}
			q.Excluded = tt.excluded
			with, err := e.Explain(q, "OMIM:001")
			if err != nil {
				t.Fatal(err)
			}
			near(t, "loss", bare.Score-with.Score, tt.want, 0.001)
		})
	}
}

// At most two excluded signs count, however many there are.
func TestExclusionsAreBounded(t *testing.T) {
	terms := tree()
	signs := []sign{{2, 9, 9}}
	q := Query{Observed: []string{"HP:1000002"}}
	for i := range 5 {
		id := fmt.Sprintf("HP:100001%d", i)
		signs = append(signs, sign{int32(len(terms)), 30, 30})
		terms = append(terms, term.Term{ID: id, Parents: []int32{1}, Phenotype: true})
		q.Excluded = append(q.Excluded, id)
	}
	e := New(made(terms, signs, []sign{{2, 1, 1}}))
	bare := e.Rank(Query{Observed: q.Observed})
	with := e.Rank(q)
	for _, x := range bare.Entries {
		for _, y := range with.Entries {
			if want := map[string]float64{"OMIM:001": 1, "OMIM:002": 0}[x.Family]; x.Family == y.Family {
				near(t, x.Family, x.Score-y.Score, want, 0.001)
			}
		}
	}
}

func TestShortListIsTheStartOfTheWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	k := random(rng, 300, 2000)
	e := New(k)
	for range 50 {
		q := ask(rng, k)
		q.Limit = 5000
		whole := e.Rank(q)
		q.Limit = 7
		short := e.Rank(q)
		if n := len(short.Entries); !reflect.DeepEqual(names(short), names(whole)[:n]) || n != min(7, len(whole.Entries)) {
			t.Fatalf("first %d of %v: %v, whole list %v", n, q.Observed, names(short), names(whole)[:n])
		}
		if !slices.IsSortedFunc(whole.Entries, func(a, b Entry) int {
			if a.Score != b.Score {
				return int(b.Score - a.Score)
			}
			return int(slices.Index(names(whole), a.Family) - slices.Index(names(whole), b.Family))
		}) {
			t.Fatal("entries out of order")
		}
	}
}

func names(r Result) (list []string) {
	for _, x := range r.Entries {
		list = append(list, x.Family)
	}
	return list
}

func TestTiesGoById(t *testing.T) {
	e := New(made(tree(), []sign{{4, 1, 1}}, []sign{{3, 1, 1}}, []sign{{3, 1, 1}}))
	got := names(e.Rank(Query{Observed: []string{"HP:1000003"}}))
	if want := []string{"OMIM:002", "OMIM:003"}; !slices.Equal(got, want) {
		t.Errorf("tied entries %v, want %v", got, want)
	}
}

// Two codes of one disease: 1 of 20 and 19 of 20 patients are 20 of 40, so
// 20.6/44 = 0.46818; over (0.46818/2)^0.8 = 0.31298 that is 1.49588, and
// ln(0.7 lift + 0.3) = 0.29796.
func TestFamilySumsItsCodes(t *testing.T) {
	k := made(tree(), []sign{{3, 1, 20}}, []sign{{3, 19, 20}}, []sign{{4, 1, 1}})
	k.Diseases[1].ID, k.Diseases[2].ID = "ORPHA:1", "ORPHA:2"
	k.Families[0].Members = []int32{0, 1}
	k.Families[1] = k.Families[2]
	k.Families[1].ID = "ORPHA:2"
	k.Families = k.Families[:2]
	k.Diseases[1].Family, k.Diseases[2].Family = 0, 1
	res := New(k).Rank(Query{Observed: []string{"HP:1000003"}})
	x := res.Entries[0]
	if len(res.Entries) != 1 || x.Family != "OMIM:001" || x.Profile != "OMIM:001" || !slices.Equal(x.Aliases, []string{"ORPHA:1"}) {
		t.Errorf("entries %+v, want OMIM:001 alone, alias ORPHA:1", res.Entries)
	}
	near(t, x.Family, x.Score, 0.29796, 0.004)
}

// A disease is known by a sign of its broader code alone, less than that code
// itself, and the line says whose sign it is.
func TestBroaderCodeSpeaksALittle(t *testing.T) {
	k := made(tree(), []sign{{4, 9, 10}}, []sign{{3, 9, 10}}, []sign{{4, 9, 10}})
	k.Diseases[1].ID, k.Families[1].ID = "OMIM:002", "OMIM:002"
	k.Diseases[0].Links = []term.Link{{ID: "OMIM:002", Relation: "NTBT"}}
	k.Diseases[2].Links = []term.Link{{ID: "OMIM:002", Relation: "BTNT"}} // narrower: not read
	e := New(k)
	q := Query{Observed: []string{"HP:1000003"}}
	res := e.Rank(q)
	if got, want := names(res), []string{"OMIM:002", "OMIM:001"}; !slices.Equal(got, want) {
		t.Fatalf("entries %v, want %v", got, want)
	}
	x, err := e.Explain(q, "OMIM:001")
	if err != nil || x.Lines[0].Kind != Supports || x.Lines[0].Code != "OMIM:002" {
		t.Errorf("lines %+v, %v; want the sign of OMIM:002 first", x.Lines, err)
	}
}

func TestOrderOfSignsDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 30 {
		k := random(rng, 40, 30)
		e := New(k)
		q := ask(rng, k)
		want := e.Rank(q).Entries
		rng.Shuffle(len(q.Observed), func(i, j int) { q.Observed[i], q.Observed[j] = q.Observed[j], q.Observed[i] })
		if got := e.Rank(q).Entries; !reflect.DeepEqual(got, want) {
			t.Fatalf("the order of %v changes the answer", q.Observed)
		}
	}
}

func TestSameAnswerFromManyAtOnceAndFromNewTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	k := random(rng, 100, 300)
	e := New(k)
	queries := make([]Query, 50)
	want := make([]string, len(queries))
	for i := range queries {
		queries[i] = ask(rng, k)
		want[i] = text(t, New(k).Rank(queries[i]))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, q := range queries {
				if got := text(t, e.Rank(q)); got != want[i] {
					t.Errorf("query %d: %s\nwant %s", i, got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

func text(t *testing.T, r Result) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestWhatCannotBeUsedIsReported(t *testing.T) {
	e := New(made(tree(), []sign{{3, 1, 1}}, []sign{{4, 1, 1}}))
	res := e.Rank(Query{
		Observed: []string{"HP:1999999", "HP:7777777", "HP:1000005", "HP:1000003"},
		Excluded: []string{"HP:8888888"},
		Onset:    "soon",
	})
	if want := []string{"soon", "HP:7777777", "HP:8888888"}; !slices.Equal(res.Unknown, want) {
		t.Errorf("unknown %v, want %v", res.Unknown, want)
	}
	if want := []string{"HP:1000005"}; !slices.Equal(res.NotSigns, want) {
		t.Errorf("not signs %v, want %v", res.NotSigns, want)
	}
	if want := map[string]string{"HP:1999999": "HP:1000003"}; !reflect.DeepEqual(res.Replaced, want) {
		t.Errorf("replaced %v, want %v", res.Replaced, want)
	}
	if want := []string{"HP:1000003"}; !slices.Equal(res.Signs, want) {
		t.Errorf("signs %v, want %v: the replaced id is the same sign", res.Signs, want)
	}
	if res.Abstain != AbstainFew {
		t.Errorf("abstain %q, want %q for one sign", res.Abstain, AbstainFew)
	}
}

func TestNothingToRank(t *testing.T) {
	for name, e := range map[string]*Engine{"no knowledge": New(made(nil)), "no signs": New(made(tree(), []sign{{3, 1, 1}}))} {
		res := e.Rank(Query{Observed: []string{"HP:7777777"}})
		if len(res.Entries) != 0 || res.Abstain != AbstainFew || len(res.Unknown) != 1 {
			t.Errorf("%s: %+v", name, res)
		}
	}
}

func TestAbstainsOnVagueSigns(t *testing.T) {
	many := make([][]sign, 40)
	for i := range many {
		many[i] = []sign{{2, 1, 1}, {4, 1, 1}}
	}
	e := New(made(tree(), many...))
	res := e.Rank(Query{Observed: []string{"HP:1000002", "HP:1000004", "HP:0000118"}})
	if res.Abstain != AbstainVague {
		t.Errorf("abstain %q, want %q: every disease has these signs", res.Abstain, AbstainVague)
	}
	for _, x := range res.Entries {
		if x.Support != Weak {
			t.Fatalf("support %q in an answer that abstains", x.Support)
		}
	}
}

func TestNetworksShareTheWeight(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	k := random(rng, 60, 80)
	e := New(k)
	for range 50 {
		res := e.Rank(ask(rng, k))
		if len(res.Networks) != len(k.Networks) {
			t.Fatalf("%d networks, want all %d", len(res.Networks), len(k.Networks))
		}
		want := map[string]float64{}
		total := 0.0
		for _, x := range res.Entries {
			w := math.Exp(float64(x.Score-res.Entries[0].Score) / float64(unit))
			total += w
			for f := range k.Families {
				if k.Families[f].ID != x.Family {
					continue
				}
				for i, n := range k.Families[f].Networks {
					want[k.Networks[n.Network].Slug] += w / float64(1+i) // the second of two counts half
				}
			}
		}
		for _, n := range res.Networks {
			near(t, n.Slug, n.Score, want[n.Slug]/max(total, 1), 0.001)
		}
	}
}

// TestBits is the same on every processor: a digest of all that the engine
// answers to made questions. It changes only with Version.
func TestBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	k := random(rng, 200, 300)
	e := New(k)
	all := ""
	for range 100 {
		res, err := e.RankExplained(ask(rng, k), 3)
		if err != nil {
			t.Fatal(err)
		}
		all += text(t, res)
	}
	golden(t, filepath.Join("testdata", "bits.txt"), fmt.Sprintf("%s %016x\n", Version, digest(all)))
}
