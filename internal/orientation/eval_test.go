package orientation

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func threeDiseases() *Engine {
	k := made(tree(), []sign{{3, 1, 1}}, []sign{{4, 1, 1}}, []sign{{3, 1, 1}})
	return New(k)
}

func TestRankFile(t *testing.T) {
	in := `{"id":"a","obs":["HP:1000003","HP:1000004","HP:1999999"],"exc":["HP:5555555"],"sex":"MALE","onset":null,"last":"P3Y"}

not a case
{"id":"b","obs":[],"d":"OMIM:001"}
`
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(in))
	z.Close()
	for name, source := range map[string]*bytes.Buffer{"plain": bytes.NewBufferString(in), "gzip": &zipped} {
		var out bytes.Buffer
		st, err := RankFile(t.Context(), threeDiseases(), source, &out, "")
		if err != nil || st.Cases != 2 || st.Bad != 1 || st.Reported != 1 || st.Abstains != 2 {
			t.Errorf("%s: stats %+v, %v", name, st, err)
		}
		var got []Answer
		for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
			var a Answer
			if err := json.Unmarshal([]byte(line), &a); err != nil {
				t.Fatalf("%s: %v in %q", name, err, line)
			}
			got = append(got, a)
		}
		if len(got) != 3 {
			t.Fatalf("%s: %d lines out of 3", name, len(got))
		}
		a := got[0]
		if a.ID != "a" || len(a.Diseases) != 3 || a.Diseases[0].Aliases == nil || a.Replaced["HP:1999999"] != "HP:1000003" || len(a.Unknown) != 1 {
			t.Errorf("%s: first answer %+v", name, a)
		}
		if !strings.Contains(got[1].Error, "line 3") || got[2].ID != "b" || len(got[2].Diseases) != 0 || got[2].Error != "" {
			t.Errorf("%s: answers %+v", name, got[1:])
		}
	}
}

func TestRankFileStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := RankFile(ctx, threeDiseases(), strings.NewReader(`{"id":"a"}`), &bytes.Buffer{}, ""); err == nil {
		t.Error("a cancelled run ends well")
	}
	if _, err := RankFile(t.Context(), threeDiseases(), strings.NewReader("\x1f\x8bnot gzip"), &bytes.Buffer{}, ""); err == nil {
		t.Error("a damaged archive ends well")
	}
}

// Four cases: OMIM:002 found first; OMIM:001 tied with OMIM:003, so second,
// twice; one whose disease the knowledge does not have.
func TestEvalByHand(t *testing.T) {
	in := `{"id":"1","obs":["HP:1000004"],"d":"OMIM:002","novel":true}
{"id":"2","obs":["HP:1000003"],"d":"OMIM:001"}
{"id":"3","obs":["HP:1000003"],"d":"OMIM:001"}
{"id":"4","obs":["HP:1000003"],"d":"OMIM:999"}
{"id":"5","obs":["HP:1000003"],"d":"OMIM:001","ann":false}
{"id":"6","obs":["HP:1000003"]}
`
	fig, err := Eval(t.Context(), threeDiseases(), strings.NewReader(in), EvalOptions{})
	if err != nil || fig.Cases != 5 || fig.Unranked != 2 || fig.Bad != 1 {
		t.Fatalf("figures %+v, %v", fig, err)
	}
	for _, want := range []struct {
		set, by, name string
		value         float64
	}{
		{"all", "case", "top-1", 1.0 / 3}, {"all", "case", "top-3", 1}, {"all", "case", "mrr", 2.0 / 3},
		{"all", "disease", "top-1", 0.5}, {"all", "disease", "mrr", 0.75},
		{"novel", "case", "top-1", 1}, {"few", "case", "mrr", 2.0 / 3},
	} {
		if got, ok := fig.Value(want.set, want.by, want.name); !ok || math.Abs(got-want.value) > 1e-9 {
			t.Errorf("%s by %s %s = %v, want %v", want.set, want.by, want.name, got, want.value)
		}
	}
	again, _ := Eval(t.Context(), threeDiseases(), strings.NewReader(in), EvalOptions{})
	fig.Micros, again.Micros = 0, 0
	var a, b strings.Builder
	fig.Write(&a)
	again.Write(&b)
	if a.String() != b.String() || !strings.Contains(a.String(), "all by case") {
		t.Errorf("two runs print\n%s\n%s", &a, &b)
	}
}

// With two diseases, one always found and one never, a resampled mean over
// diseases is 0, 1/2 or 1, each end drawn in a quarter of the rounds.
func TestIntervalOverDiseases(t *testing.T) {
	f := Figures{Rounds: 1000}
	f.measure([]outcome{{truth: "a", rank: 1}, {truth: "b"}})
	for _, x := range f.Sets {
		if m := x.Measures[0]; x.Set == "all" && (m.Value != 0.5 || m.Low != 0 || m.High != 1) {
			t.Errorf("%s: %+v, want 0.5 in [0, 1]", x.By, m)
		}
	}
}

func TestDegrade(t *testing.T) {
	e := threeDiseases()
	c := &Case{ID: "a", Observed: []string{"HP:1000003", "HP:1000004", "HP:1000002", "HP:0000118"}}
	for way, want := range map[Degrade]int{"": 4, DegradeFew: 3, DegradeParents: 4, DegradeWrong: 7} {
		one, err := e.degrade(c, way)
		two, _ := e.degrade(c, way)
		if err != nil || len(one) != want || !slices.Equal(one, two) {
			t.Errorf("%q gives %v, then %v, %v; want %d signs, the same twice", way, one, two, err, want)
		}
	}
	changed := 0
	for i := range 20 {
		signs, _ := e.degrade(&Case{ID: fmt.Sprint(i), Observed: []string{"HP:1000003"}}, DegradeParents)
		switch signs[0] {
		case "HP:1000002": // its only parent
			changed++
		case "HP:1000003":
		default:
			t.Errorf("HP:1000003 became %s", signs[0])
		}
	}
	if changed == 0 || changed == 20 {
		t.Errorf("%d of 20 signs were made less precise, want about half", changed)
	}
	if _, err := e.degrade(c, "slowly"); err == nil {
		t.Error("an unknown way is taken")
	}
}

// Two diseases: a has two cases, one right and sure, one wrong and unsure; b has
// one, right and unsure. Each disease weighs one.
func TestCalibrationByHand(t *testing.T) {
	sure, unsure := sureness{disease: Strong, network: Strong, share: unit, first: unit}, sureness{disease: Weak, network: Weak, share: unit / 4}
	f := Figures{}
	f.calibrate([]outcome{
		{truth: "a", rank: 1, network: 1, novel: true, sure: sure},
		{truth: "a", rank: 20, network: 5, novel: true, sure: unsure},
		{truth: "b", rank: 2, network: 1, novel: true, sure: unsure},
		{truth: "c", rank: 2, network: 1, sure: sure},  // not novel
		{truth: "d", rank: 2, novel: true, sure: sure}, // no network
	})
	c := f.Calibration
	want := []Reliability{{"strong", 1, 0.25, 1, 1, 1}, {"weak", 2, 0.75, 2.0 / 3, 0, 1}}
	for i, w := range want {
		got := c.Networks[i]
		if got.Said != w.Said || got.Cases != w.Cases || math.Abs(got.Part-w.Part) > 1e-9 || math.Abs(got.Right-w.Right) > 1e-9 {
			t.Errorf("networks: %+v, want %+v", got, w)
		}
	}
	first, last := c.Coverage[0], c.Coverage[len(c.Coverage)-1]
	if first.Coverage != 0.25 || first.Network != 0 || last.Coverage != 1 || math.Abs(last.Network-0.25) > 1e-9 || math.Abs(last.Disease-0.25) > 1e-9 {
		t.Errorf("coverage from %+v to %+v", first, last)
	}
	none := Figures{}
	if none.calibrate(nil); none.Calibration != nil {
		t.Error("no case is calibrated")
	}
}
