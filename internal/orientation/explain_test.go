package orientation

import (
	"encoding/json"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"phare"
	"phare/internal/term"
)

func TestLinesSumToTheScore(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 40 {
		k := random(rng, 50, 40)
		e := New(k)
		for _, candidates := range []string{"", "OMIM"} {
			q := ask(rng, k)
			q.Excluded = ask(rng, k).Observed
			q.Candidates = candidates
			for _, x := range e.Rank(q).Entries {
				y, err := e.Explain(q, x.Family)
				if err != nil {
					t.Fatal(err)
				}
				sum := int64(0)
				for _, l := range y.Lines {
					sum += l.Weight
				}
				if sum != x.Score || y.Score != x.Score || y.Profile != x.Profile {
					t.Fatalf("%s of %s: lines sum to %d, Explain says %d of %s, Rank %d", x.Family, x.Profile, sum, y.Score, y.Profile, x.Score)
				}
			}
		}
	}
}

// What is not listed is explained too: what shares no sign, what is no candidate,
// what stands after the last entry. It has the score that it would have.
func TestLinesOfWhatIsNotListedSum(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	unlisted, withOnset := 0, 0
	for range 40 {
		k := random(rng, 50, 40)
		e := New(k)
		q := ask(rng, k)
		q.Excluded, q.Onset, q.Limit = ask(rng, k).Observed, "HP:0003577", 40
		whole := map[string]int64{}
		for _, x := range e.Rank(q).Entries {
			whole[x.Family] = x.Score
		}
		q.Candidates, q.Limit = "ORPHA", 3
		for p := range e.families {
			id := e.names[p].family
			y, err := e.Explain(q, id)
			if err != nil {
				t.Fatal(err)
			}
			sum := int64(0)
			for _, l := range y.Lines {
				sum += l.Weight
			}
			score, ok := whole[id]
			if sum != y.Score || ok && y.Score != score {
				t.Fatalf("%s: lines sum to %d, Explain says %d, Rank %d (%v)", id, sum, y.Score, score, ok)
			}
			if !ok {
				unlisted++
				if slices.ContainsFunc(y.Lines, func(l Line) bool { return l.Kind == Onset }) {
					withOnset++
				}
			}
		}
	}
	if unlisted == 0 || withOnset == 0 {
		t.Errorf("%d without a sign in common, %d of them with a known onset: nothing was tried", unlisted, withOnset)
	}
}

func TestKindsOfLines(t *testing.T) {
	terms := append(tree(),
		term.Term{ID: "HP:1000006", Parents: []int32{2}, Phenotype: true}, // beside B, under A
		term.Term{ID: "HP:1000007", Parents: []int32{3}, Phenotype: true}, // under B
	)
	diseases := [][]sign{{{4, 1, 1}, {7, 9, 10}}}
	for range 20 {
		diseases = append(diseases, []sign{{4, 1, 1}})
	}
	diseases = append(diseases, []sign{{2, 1, 1}})
	k := made(terms, diseases...)
	k.Diseases[0].Onsets = []string{"HP:0003577"}
	k.Diseases[1].Onsets = []string{"HP:0003584"}
	tests := []struct {
		name               string
		observed, excluded string
		want               Line // Weight: only its sign counts
	}{
		{"the sign itself", "HP:1000007", "", Line{Kind: Supports, Term: "HP:1000007", Weight: 1}},
		{"a broader sign", "HP:1000003", "", Line{Kind: Supports, Term: "HP:1000003", Via: "HP:1000007", Weight: 1}},
		{"a neighbour", "HP:1000006", "", Line{Kind: Partial, Term: "HP:1000006", Via: "HP:1000007", Shared: "HP:1000002", Weight: 1}},
		{"nobody saw it", "HP:1000007", "", Line{Kind: NotAsked, Term: "HP:1000004", Weight: -1}},
		{"excluded", "HP:1000007", "HP:1000004", Line{Kind: Contrary, Term: "HP:1000004", Weight: -1}},
		{"a broader one excluded", "HP:1000004", "HP:1000002", Line{Kind: Contrary, Term: "HP:1000007", Via: "HP:1000002", Weight: -1}},
		{"the age", "HP:1000007", "", Line{Kind: Onset, Term: "P0D", Weight: 1}},
	}
	e := New(k)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := Query{Observed: []string{tt.observed}, Onset: "P0D"}
			if tt.excluded != "" {
				q.Excluded = []string{tt.excluded}
			}
			x, err := e.Explain(q, "OMIM:001")
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(x.Lines, func(l Line) bool { return l.Kind == tt.want.Kind && l.Term == tt.want.Term })
			if at < 0 {
				t.Fatalf("no such line in %+v", x.Lines)
			}
			l := x.Lines[at]
			if l.Via != tt.want.Via || l.Shared != tt.want.Shared || l.Weight*tt.want.Weight <= 0 {
				t.Errorf("line %+v, want %+v", l, tt.want)
			}
			if l.Kind != Onset && (len(l.Sources) == 0 || l.Freq.M == 0) {
				t.Errorf("line %+v has no source or frequency", l)
			}
		})
	}
}

func TestMissingAndRecordedAsAbsent(t *testing.T) {
	k := made(tree(), []sign{{3, 1, 1}}, []sign{{4, 1, 1}})
	q := Query{Observed: []string{"HP:1000003", "HP:1000004"}}
	for _, want := range []Kind{Missing, Contrary} {
		if want == Contrary {
			k.Diseases[0].Absent = []int32{4}
		}
		x, err := New(k).Explain(q, "OMIM:001")
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(x.Lines, func(l Line) bool { return l.Term == "HP:1000004" })
		if at < 0 || x.Lines[at].Kind != want || x.Lines[at].Weight >= 0 {
			t.Errorf("lines %+v, want HP:1000004 as %s and against", x.Lines, want)
		}
	}
}

func TestExplainUnknownEntry(t *testing.T) {
	_, err := New(made(tree(), []sign{{3, 1, 1}})).Explain(Query{Observed: []string{"HP:1000003"}}, "OMIM:9")
	if phare.KindOf(err) != phare.NotFound {
		t.Errorf("error %v, want one of kind NotFound", err)
	}
}

func TestReplay(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	k := random(rng, 60, 80)
	e := New(k)
	q := ask(rng, k)
	res, err := e.RankExplained(q, 2)
	if err != nil {
		t.Fatal(err)
	}
	stored := func() (r Result) {
		if err := json.Unmarshal([]byte(text(t, res)), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	tests := []struct {
		name  string
		spoil func(r *Result)
		want  error
	}{
		{"as stored", func(*Result) {}, nil},
		{"the oldest version", func(r *Result) { r.Engine = "nb-1" }, ErrVersion},
		{"the version before", func(r *Result) { r.Engine = "nb-2" }, ErrVersion},
		{"another knowledge", func(r *Result) { r.Knowledge = "older" }, ErrKnowledge},
		{"a score", func(r *Result) { r.Entries[0].Score++ }, ErrDiffers},
		{"an entry gone", func(r *Result) { r.Entries = r.Entries[1:] }, ErrDiffers},
		{"a line", func(r *Result) { r.Entries[0].Lines[0].Weight++ }, ErrDiffers},
		{"a network", func(r *Result) { r.Networks[0].Score++ }, ErrDiffers},
		{"the question", func(r *Result) { r.Query.Observed = r.Query.Observed[1:] }, ErrDiffers},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := stored()
			tt.spoil(&r)
			if err := e.Replay(r); !errors.Is(err, tt.want) {
				t.Errorf("Replay = %v, want %v", err, tt.want)
			}
		})
	}
}

// A ceiling is what a sign weighs for the disease of which it says most: no
// line of any disease is heavier, and one is as heavy.
func TestCeilings(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for range 40 {
		k := random(rng, 50, 40)
		e, q := New(k), ask(rng, k)
		heaviest := map[string]int64{}
		for _, f := range k.Families {
			x, err := e.Explain(q, f.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range x.Lines {
				if w, ok := heaviest[l.Term]; slices.Contains(q.Observed, l.Term) && l.Kind != NotAsked && (!ok || l.Weight > w) {
					heaviest[l.Term] = l.Weight
				}
			}
		}
		if got := e.Ceilings(q); !maps.Equal(got, heaviest) {
			t.Fatalf("ceilings of %v: %v, want %v", q.Observed, got, heaviest)
		}
	}
}
