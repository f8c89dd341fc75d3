package notice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"phare/internal/orientation"
)

// The first page rounds as the notice does: what is right down, so that what is
// wrong is never made smaller.
func TestFirstPage(t *testing.T) {
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	disease, ok := Find(f.Diseases(), "families", "novel", "case")
	network, also := Find(f.Networks(), "families", "novel", "case")
	if !ok || !also {
		t.Fatal("no such rows")
	}
	down := func(x float64) int { return int(100 * x) }
	d, n := disease.Cells[0], network.Cells[0]
	want := fmt.Sprintf("comes first in %d %% of them (95 %% interval %d–%d) and the right network in %d %% (%d–%d)",
		down(d.Value), down(d.Low), down(d.High), down(n.Value), down(n.Low), down(n.High))
	if !strings.Contains(string(readme), want) {
		t.Errorf("README.md does not say: %s", want)
	}
}

const again = "run: phare rank figures --knowledge FILE --cases ../shared/bench/dev.jsonl.gz"

// The page and the document say the same, of the engine that this program has.
func TestOneSource(t *testing.T) {
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Runs {
		if r.Engine != orientation.Version {
			t.Errorf("the figures are of engine %s, this is %s; %s", r.Engine, orientation.Version, again)
		}
	}
	text, err := os.ReadFile("../../doc/orientation.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.Quote(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if want != string(text) {
		t.Errorf("doc/orientation.md does not quote the figures of figures.json; %s", again)
	}
}

// The figures that flatter least are there: cases whose paper the sources do not
// cite, cases with few signs, and how many cases could not be ranked at all.
func TestBadFiguresAreThere(t *testing.T) {
	f, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range [][]Row{f.Diseases(), f.Networks()} {
		for _, set := range []string{"all", "novel", "few"} {
			for _, by := range []string{"case", "disease"} {
				row, ok := Find(rows, "families", set, by)
				if !ok || row.Cases == 0 || len(row.Cells) < 2 {
					t.Errorf("no figures for %s by %s: %+v", set, by, row)
				}
				for _, m := range row.Cells {
					if m.Value <= 0 || m.Value > 1 || m.Low > m.Value || m.High < m.Value {
						t.Errorf("%s by %s: %+v", set, by, m)
					}
				}
			}
		}
	}
	if f.Runs[0].Unranked == 0 || f.On == "" {
		t.Errorf("%d left out, on %q", f.Runs[0].Unranked, f.On)
	}
	if _, ok := Find(f.Diseases(), "families", "none", "case"); ok {
		t.Error("a set that nobody measured was found")
	}
}

func TestQuote(t *testing.T) {
	f := Figures{On: "2026-01-02", Runs: []orientation.Figures{{Engine: "e", Candidates: "c", Cases: 3, Unranked: 1, Rounds: 9, Micros: 7,
		Sets:     []orientation.Figure{{Set: "all", By: "case", Cases: 2, Diseases: 1, Measures: []orientation.Measured{{Name: "top-1", Value: .5, Low: .25, High: 1}, {Name: "other"}, {Name: "mrr", Value: .5, Low: .25, High: 1}}}},
		Networks: []orientation.Figure{{Set: "all", By: "case", Cases: 2, Diseases: 1, Measures: []orientation.Measured{{Name: "first", Value: 1, Low: 1, High: 1}}}}}}}
	got, err := f.Quote("a\n" + begin + "old\n" + end + "z\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"a\n", "Engine e, measured on 2026-01-02: 3 cases, of which 1 ", "| c, all, by case | 2 / 1 | 50.0 [25.0-100.0] | 0.500 [0.250-1.000] |", "| c, all, by case | 2 / 1 | 100.0 [100.0-100.0] |", "z\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if strings.Contains(got, "old") || strings.Contains(got, "other") {
		t.Errorf("too much is in %s", got)
	}
	if twice, err := f.Quote(got); twice != got || err != nil {
		t.Errorf("quoting twice changes the document: %v", err)
	}
	for _, bad := range []string{"", begin, end, end + begin} {
		if _, err := f.Quote(bad); err == nil {
			t.Errorf("%q was taken for a document with marks", bad)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	var back Figures
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	f.Runs[0].Micros = 0
	if !reflect.DeepEqual(back, f) {
		t.Errorf("written and read: %+v, want %+v", back, f)
	}
}
