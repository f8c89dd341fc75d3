package term_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"phare/internal/term"
)

type typed struct{ what, lang, query, id string }

func readTyped(t *testing.T) []typed {
	t.Helper()
	b, err := os.ReadFile("testdata/search.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var all []typed
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 4 && !strings.HasPrefix(line, "#") {
			all = append(all, typed{f[0], f[1], f[2], f[3]})
		}
	}
	if len(all) < 120 {
		t.Fatalf("only %d queries in the table", len(all))
	}
	return all
}

// answers gives the ids of the first five hits, and those of their families.
func answers(k *term.Knowledge, ix *term.Index, q typed) []string {
	var got []string
	if q.what == "sign" {
		for _, h := range ix.Terms(q.query, q.lang, 5) {
			got = append(got, k.Terms[h.Index].ID)
		}
		return got
	}
	for _, h := range ix.Diseases(q.query, q.lang, 5) {
		for _, m := range k.Families[k.Diseases[h.Index].Family].Members {
			got = append(got, k.Diseases[m].ID)
		}
	}
	return got
}

// TestTyped asks the whole of HPO and Orphanet what people type; 98 in 100
// right answers must be among the first five.
func TestTyped(t *testing.T) {
	k := full(t)
	ix := term.NewIndex(k)
	all, missed := readTyped(t), 0
	for _, q := range all {
		if got := answers(k, ix, q); !slices.Contains(got, q.id) {
			missed++
			t.Logf("%s %s %q: want %s, got %v", q.what, q.lang, q.query, q.id, got)
		}
	}
	t.Logf("%d of %d right answers among the first five", len(all)-missed, len(all))
	if missed*50 > len(all) {
		t.Errorf("%d of %d queries missed", missed, len(all))
	}
}

// benchmarks give the true figures.
func TestSearchSpeed(t *testing.T) {
	k := full(t)
	ix := term.NewIndex(k)
	for _, q := range readTyped(t) {
		best := time.Hour
		for range 5 {
			start := time.Now()
			answers(k, ix, q)
			best = min(best, time.Since(start))
		}
		if best > 20*time.Millisecond {
			t.Errorf("%q took %v", q.query, best)
		}
	}
}
