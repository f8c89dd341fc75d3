package orientation

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare/internal/starter"
	"phare/internal/term"
)

// twoSides are diseases of two networks that share one sign, A, and differ in
// the others: C and its child D only left, E only right, B in both alike.
//
//	0 All  1 Phenotypic abnormality  2 A  3 B  4 C  5 D (of C)  6 E
func twoSides() *term.Knowledge {
	terms := []term.Term{{ID: "HP:0000001"}, {ID: "HP:0000118", Parents: []int32{0}, Phenotype: true}}
	for i, id := range []string{"HP:1000002", "HP:1000003", "HP:1000004", "HP:1000005", "HP:1000006"} {
		up := int32(1)
		if i == 3 {
			up = 4
		}
		terms = append(terms, term.Term{ID: id, Parents: []int32{up}, Phenotype: true})
	}
	left := []sign{{2, 9, 10}, {3, 5, 10}, {5, 9, 10}}
	right := []sign{{2, 9, 10}, {3, 5, 10}, {6, 7, 10}}
	diseases := [][]sign{left, left, right, right}
	for range 96 { // others, so that these signs say something
		diseases = append(diseases, []sign{{1, 9, 10}})
	}
	k := made(terms, diseases...)
	k.Networks = []term.Network{{Slug: "left"}, {Slug: "right"}}
	for i := range k.Families {
		k.Families[i].Networks = []term.NetworkLink{{Network: int32(i / 2 % 2)}}
	}
	return k
}

func ids(list []Question) (all []string) {
	for _, q := range list {
		all = append(all, q.Term)
	}
	return all
}

func TestNextByHand(t *testing.T) {
	k := twoSides()
	e := New(k)
	got := e.Next(Query{Observed: []string{"HP:1000002"}}, 5)
	// D is seen in more patients of its side than E; C says what D says; B is
	// alike on both sides.
	if len(got) != 2 || got[0].Term != "HP:1000004" && got[0].Term != "HP:1000005" || got[1].Term != "HP:1000006" {
		t.Fatalf("proposed %v, want C or D, then E", ids(got))
	}
	if !reflect.DeepEqual(got[0].Raises, []string{"left"}) || !reflect.DeepEqual(got[0].Lowers, []string{"right"}) {
		t.Errorf("%s raises %v and lowers %v, want left, right", got[0].Term, got[0].Raises, got[0].Lowers)
	}
	if !reflect.DeepEqual(got[1].Raises, []string{"right"}) || !reflect.DeepEqual(got[1].Lowers, []string{"left"}) {
		t.Errorf("%s raises %v and lowers %v, want right, left", got[1].Term, got[1].Raises, got[1].Lowers)
	}
	for _, q := range got {
		// Two networks alike: a yes can say at most ln 2.
		if q.Value <= 0 || q.Value > 45426 || q.Yes <= 0 || q.Yes >= unit || q.Plain {
			t.Errorf("%+v out of bounds", q)
		}
	}
	if one := e.Next(Query{Observed: []string{"HP:1000002"}}, 1); !reflect.DeepEqual(one, got[:1]) {
		t.Errorf("one question is %v, the first of five %v", one, got[0])
	}
}

func TestNextLeavesOut(t *testing.T) {
	e := New(twoSides())
	for name, c := range map[string]struct {
		q    Query
		want []string
	}{
		"nothing said":                  {Query{}, nil},
		"asked C: nor D under it":       {Query{Observed: []string{"HP:1000002"}, Asked: []string{"HP:1000004"}}, []string{"HP:1000006"}},
		"excluded C: nor D":             {Query{Observed: []string{"HP:1000002"}, Excluded: []string{"HP:1000004"}}, []string{"HP:1000006"}},
		"all asked":                     {Query{Observed: []string{"HP:1000002"}, Asked: []string{"HP:1000004", "HP:1000006"}}, nil},
		"an unknown id changes nothing": {Query{Observed: []string{"HP:1000002"}, Asked: []string{"HP:1000004", "HP:9999999"}}, []string{"HP:1000006"}},
	} {
		if got := ids(e.Next(c.q, 5)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	// D said: it implies C, and left is all that is in play.
	for _, q := range e.Next(Query{Observed: []string{"HP:1000002", "HP:1000005"}}, 5) {
		if q.Term == "HP:1000004" || q.Term == "HP:1000002" {
			t.Errorf("%s follows from what was said and is asked", q.Term)
		}
	}
}

// One network, or none, cannot be told apart from anything.
func TestNextAbstains(t *testing.T) {
	k := twoSides()
	for i := range k.Families {
		k.Families[i].Networks = k.Families[0].Networks
	}
	if got := New(k).Next(Query{Observed: []string{"HP:1000002"}}, 5); got != nil {
		t.Errorf("one network: %v", ids(got))
	}
	for i := range k.Families {
		k.Families[i].Networks = nil
	}
	if got := New(k).Next(Query{Observed: []string{"HP:1000002"}}, 5); got != nil {
		t.Errorf("no network: %v", ids(got))
	}
	if got := New(&term.Knowledge{}).Next(Query{Observed: []string{"HP:1000002"}}, 5); got != nil {
		t.Errorf("no knowledge: %v", ids(got))
	}
}

// What was asked in vain moves no score and no order.
func TestAskedNeverMovesAnything(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		k := random(rng, 40, 30)
		e := New(k)
		q := ask(rng, k)
		with := q
		with.Asked = []string{k.Terms[5].ID, k.Terms[9].ID, "HP:9999999"}
		a, b := e.Rank(q), e.Rank(with)
		b.Query = a.Query
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("asking in vain changed the answer to %v", q)
		}
	}
}

// On made knowledge of every shape the promises hold: no sign that was said,
// implied, excluded or asked; no sign twice; no two that imply each other; the
// same from new tables.
func TestNextPromises(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	proposed := 0
	for range 200 {
		k := random(rng, 60, 40)
		e, q := New(k), ask(rng, k)
		q.Asked = []string{k.Terms[1+rng.IntN(59)].ID}
		q.Excluded = []string{k.Terms[1+rng.IntN(59)].ID}
		got := e.Next(q, 5)
		proposed += len(got)
		if !reflect.DeepEqual(got, New(k).Next(q, 5)) {
			t.Fatal("two engines of one knowledge ask differently")
		}
		if len(got) > 5 {
			t.Fatalf("%d questions", len(got))
		}
		isA := func(a, b string) bool { return slices.Contains(e.anc.of(e.ids[a]), e.ids[b]) }
		for i, x := range got {
			for _, s := range q.Observed {
				if isA(s, x.Term) {
					t.Fatalf("%s is asked and follows from %s", x.Term, s)
				}
			}
			if isA(x.Term, q.Asked[0]) || isA(x.Term, q.Excluded[0]) {
				t.Fatalf("%s is asked and implies what is answered", x.Term)
			}
			for _, y := range got[:i] {
				if isA(x.Term, y.Term) || isA(y.Term, x.Term) {
					t.Fatalf("%s and %s say the same", x.Term, y.Term)
				}
			}
		}
	}
	if proposed < 50 {
		t.Errorf("only %d questions in all: the test sees nothing", proposed)
	}
}

// On the starter's diseases the questions of a muscle case have everyday words
// and reasons, and no question has the words of a cancer.
func TestNextOnStarter(t *testing.T) {
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := New(k)
	got := e.Next(Query{Observed: []string{"HP:0001251", "HP:0001639", "HP:0001260"}}, 5)
	if len(got) < 3 {
		t.Fatalf("only %v", ids(got))
	}
	plain := 0
	for _, q := range got {
		if q.Plain {
			plain++
		}
		if len(q.Raises) == 0 {
			t.Errorf("%s raises nothing", q.Term)
		}
	}
	if plain == 0 {
		t.Error("no question that a family can answer")
	}
	n, ok := e.ids[neoplasm]
	if !ok {
		t.Fatal("the starter has no neoplasm")
	}
	seen := 0
	for s := range int32(len(e.origin)) {
		if slices.Contains(e.anc.of(s), n) {
			seen++
			if e.plain(s) {
				t.Errorf("%s is put to a family", e.term(s).ID)
			}
		}
	}
	if seen == 0 {
		t.Error("no sign under neoplasm")
	}
}

// made of two cases: the answers come from what is recorded and implied.
func TestEvalAskByHand(t *testing.T) {
	e := New(twoSides())
	in := `{"id":"a","d":"OMIM:001","obs":["HP:1000002","HP:1000003","HP:1000005","HP:1000004"],"exc":["HP:1000006"],"novel":true}
{"id":"few","d":"OMIM:001","obs":["HP:1000002","HP:1000003","HP:1000005"]}
{"id":"none","d":"OMIM:999","obs":["HP:1000002","HP:1000003","HP:1000005","HP:1000004"]}
not a case
`
	fig, err := EvalAsk(t.Context(), e, strings.NewReader(in), AskOptions{Questions: 2, Rounds: 10, Seed: 1})
	if err != nil || fig.Cases != 1 || fig.Diseases != 1 {
		t.Fatalf("%d cases of %d diseases, %v; want 1 of 1", fig.Cases, fig.Diseases, err)
	}
	if len(fig.Ways) != 10 {
		t.Fatalf("%d lines, want five ways on two sets", len(fig.Ways))
	}
	for _, x := range fig.Ways {
		if len(x.First) != 3 || x.First[0] != fig.Ways[0].First[0] {
			t.Errorf("%s starts from another place: %v", x.Way, x.First)
		}
		if sum := x.Yes + x.No + x.Unknown; sum != 0 && (sum < 0.999 || sum > 1.001) {
			t.Errorf("%s: answers sum to %v", x.Way, sum)
		}
	}
	var b strings.Builder
	if err := fig.Write(&b); err != nil || !strings.Contains(b.String(), "novel, random of disease") {
		t.Errorf("%v\n%s", err, b.String())
	}
	tune, _ := EvalAsk(t.Context(), e, strings.NewReader(in), AskOptions{Questions: 1, Half: "tune", Rounds: 10})
	check, _ := EvalAsk(t.Context(), e, strings.NewReader(in), AskOptions{Questions: 1, Half: "check", Rounds: 10})
	if tune.Cases+check.Cases != 1 {
		t.Errorf("the halves hold %d and %d cases, want one in one of them", tune.Cases, check.Cases)
	}
}

// An answer is yes for what is recorded and what it implies, no for what is
// excluded and what implies it, else not known.
func TestAnswers(t *testing.T) {
	e := New(twoSides())
	c := &Case{ID: "a", Observed: []string{"HP:1000005"}, Excluded: []string{"HP:1000006"}}
	a := e.begin(c)
	for id, want := range map[string]int{"HP:1000005": 1, "HP:1000004": 1, "HP:1000006": -1, "HP:1000003": 0} {
		if got := a.answer(e.ids[id]); got != want {
			t.Errorf("%s: %d, want %d", id, got, want)
		}
	}
	if len(a.q.Observed) != 2 || !slices.Equal(a.q.Excluded, []string{"HP:1000006"}) || !slices.Equal(a.q.Asked, []string{"HP:1000003"}) {
		t.Errorf("known afterwards: %+v", a.q)
	}
}

// TestQuestionsHelp guards the reason to ask at all: on real cases the engine's
// questions raise the figure of the network, and further than random ones.
func TestQuestionsHelp(t *testing.T) {
	e := New(officialKnowledge(t))
	in, err := os.Open(filepath.Join(shared(t), "bench", "dev.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	every := 10
	if testing.Short() {
		every = 30
	}
	fig, err := EvalAsk(t.Context(), e, in, AskOptions{Questions: 5, Every: every, Rounds: 100, Seed: 1})
	if err != nil || fig.Cases < 2500/every {
		t.Fatalf("%d cases, %v", fig.Cases, err)
	}
	own := fig.Ways[0]
	if own.Way != "next" || own.First[5].Value <= own.First[0].Value {
		t.Errorf("%s: the right network is first in %v, then in %v", own.Way, own.First[0].Value, own.First[5].Value)
	}
	if x := fig.Ways[2]; x.Way != "random of 300" || x.Set != "all" || x.Ahead.Value <= 0 {
		t.Errorf("%s, %s: the engine's questions are ahead by %v", x.Set, x.Way, x.Ahead.Value)
	}
}
