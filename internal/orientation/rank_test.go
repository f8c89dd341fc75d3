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
)

// The numbers below are worked out by hand from the method: a sign seen in
// 1 of 1 patients has the share (1+0.8)/(1+4) = 0.36.
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
		// lift 0.36 / 0.18^0.8 = 1.41926; ln(0.7 lift + 0.3) = 0.25734
		{"the sign of one disease", two, []string{b}, map[string]float64{"OMIM:001": 0.25734}},
		// A is in the closure of B's disease with B's share
		{"a broader sign", two, []string{a}, map[string]float64{"OMIM:001": 0.25734}},
		// 0.25734 + ln 0.3, the same for both
		{"a sign of each", two, []string{b, c}, map[string]float64{"OMIM:001": -0.94663, "OMIM:002": -0.94663}},
		// A after B: weight 1 - 0.9; 0.25734 × 1.1
		{"a sign and its parent", two, []string{a, b}, map[string]float64{"OMIM:001": 0.28307}},
		{"a sign twice", two, []string{b, b}, map[string]float64{"OMIM:001": 0.25734}},
		// lift 0.36 / 0.24^0.8 = 1.12754 → 0.08552; C unseen: 0.6/31 × 0.36 = 0.00697
		{"a sign that nobody saw", three, []string{b}, map[string]float64{"OMIM:001": 0.08552, "OMIM:003": 0.07855}},
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

func TestSlowMethodAgrees(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	compared := 0
	for range 60 {
		k := random(rng, 40, 30)
		e := New(k)
		for range 10 {
			q := ask(rng, k)
			q.Onset, q.Candidates, q.Limit = "", "OMIM", 1000
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
				score, listed := got[k.Diseases[d].ID]
				if listed == math.IsNaN(w) {
					t.Fatalf("%s listed %v, slow method %f", k.Diseases[d].ID, listed, w)
				}
				if listed {
					compared++
					near(t, k.Diseases[d].ID, score, w, 0.005*float64(len(r.signs)))
				}
			}
		}
	}
	if compared < 1000 {
		t.Errorf("only %d scores compared", compared)
	}
}

func TestExcludedSignsNeverMoveAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		k := random(rng, 40, 30)
		e := New(k)
		for range 10 {
			q := ask(rng, k)
			bare := e.Rank(q)
			q.Excluded = ask(rng, k).Observed
			with := e.Rank(q)
			if !reflect.DeepEqual(bare.Entries, with.Entries) || !reflect.DeepEqual(bare.Networks, with.Networks) {
				t.Fatalf("excluding %v changed the answer to %v", q.Excluded, q.Observed)
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

func TestFamilyTakesItsBestMember(t *testing.T) {
	k := made(tree(), []sign{{3, 1, 20}}, []sign{{3, 19, 20}}, []sign{{4, 1, 1}})
	k.Diseases[1].ID, k.Diseases[2].ID = "ORPHA:1", "ORPHA:2"
	k.Families[0].Members = []int32{0, 1}
	k.Families[1] = k.Families[2]
	k.Families[1].ID = "ORPHA:2"
	k.Families = k.Families[:2]
	k.Diseases[1].Family, k.Diseases[2].Family = 0, 1
	res := New(k).Rank(Query{Observed: []string{"HP:1000003"}})
	x := res.Entries[0]
	if len(res.Entries) != 1 || x.Family != "OMIM:001" || x.Profile != "ORPHA:1" || !slices.Equal(x.Aliases, []string{"ORPHA:1"}) {
		t.Errorf("entries %+v, want OMIM:001 alone by its member ORPHA:1", res.Entries)
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
			i := slices.Index(names(res), x.Family)
			for f := range k.Families {
				if n := k.Families[f].Networks; k.Families[f].ID == res.Entries[i].Family && len(n) > 0 {
					want[k.Networks[n[0].Network].Slug] += w
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
