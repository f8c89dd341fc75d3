package orientation

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"phare/internal/knowledge"
	"phare/internal/term"
)

var update = flag.Bool("update", false, "rewrite golden files")

// shared returns the folder of official files and cases, or skips the test.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("PHARE_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil && root != filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "bench", "dev.jsonl.gz")); err != nil {
		t.Skip("skipped: the development cases are absent: ", err)
	}
	return dir
}

var official = sync.OnceValues(func() (*term.Knowledge, error) {
	k, _, err := knowledge.Build(knowledge.Options{Dir: filepath.Join(os.Getenv("PHARE_SHARED"), "data")})
	return k, err
})

// officialKnowledge builds from the official files, once for all tests.
func officialKnowledge(t testing.TB) *term.Knowledge {
	t.Helper()
	t.Setenv("PHARE_SHARED", shared(t))
	k, err := official()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// benchEngine is an engine of the knowledge file that PHARE_KNOWLEDGE names, or
// of one built from the official files, which takes longer.
func benchEngine(b testing.TB) *Engine {
	if path := os.Getenv("PHARE_KNOWLEDGE"); path != "" {
		k, err := term.Load(path)
		if err != nil {
			b.Fatal(err)
		}
		return New(k)
	}
	return New(officialKnowledge(b))
}

// TestDevFigures guards the quality of the ranking as a whole: any change of
// the method or of what is read from the sources shows up as a changed number.
func TestDevFigures(t *testing.T) {
	k := officialKnowledge(t)
	e := New(k)
	every := 1
	if testing.Short() {
		every = 4
	}
	var b strings.Builder
	for _, candidates := range []string{"OMIM", ""} {
		in, err := os.Open(filepath.Join(shared(t), "bench", "dev.jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		fig, err := Eval(t.Context(), e, in, EvalOptions{Candidates: candidates, Every: every, Seed: 1})
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("candidates %q: %d µs a case", candidates, fig.Micros)
		if candidates == "OMIM" {
			parity(t, &fig, every)
		}
		fig.Micros, fig.Knowledge = 0, "built from the official files"
		if err := fig.Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	if every == 1 {
		golden(t, filepath.Join("testdata", "dev_figures.txt"), b.String())
	}
}

// parity compares to the figures published for the method on the same cases.
func parity(t *testing.T, fig *Figures, every int) {
	within := 0.5
	if every > 1 {
		within = 6 // a part of the cases is another sample
	}
	for name, want := range map[string]float64{"top-1": 59.0, "top-3": 68.6, "top-5": 72.7, "top-10": 78.0, "top-20": 83.0, "mrr": 65.6} {
		if got, _ := fig.Value("all", "case", name); math.Abs(100*got-want) > within {
			t.Errorf("%s is %.2f, want %.1f within %.1f", name, 100*got, want, within)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (%v); got:\n%s", name, err, got)
	}
}

// TestRealAnswersAddUp explains and replays a part of the real cases.
func TestRealAnswersAddUp(t *testing.T) {
	e := New(officialKnowledge(t))
	n := 0
	err := devCases(t, func(c *Case) {
		if n++; n%100 != 0 {
			return
		}
		res, err := e.RankExplained(c.Query(), 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range res.Entries[:min(5, len(res.Entries))] {
			sum := int64(0)
			for _, l := range x.Lines {
				sum += l.Weight
			}
			if sum != x.Score {
				t.Errorf("%s, %s: lines sum to %d, score %d", c.ID, x.Family, sum, x.Score)
			}
		}
		if err := e.Replay(res); err != nil {
			t.Errorf("%s: %v", c.ID, err)
		}
	})
	if err != nil || n < 5000 {
		t.Errorf("%d cases, %v", n, err)
	}
}

func devCases(t testing.TB, f func(*Case)) error {
	in, err := os.Open(filepath.Join(shared(t), "bench", "dev.jsonl.gz"))
	if err != nil {
		return err
	}
	defer in.Close()
	return eachCase(t.Context(), in, func(c *Case, bad error) error {
		f(c)
		return bad
	})
}

// BenchmarkRank ranks the development cases one after the other.
func BenchmarkRank(b *testing.B) {
	e := benchEngine(b)
	var queries []Query
	if err := devCases(b, func(c *Case) { queries = append(queries, c.Query()) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		e.Rank(queries[i%len(queries)])
	}
}

// BenchmarkExplain explains the first entry of the development cases.
func BenchmarkExplain(b *testing.B) {
	e := benchEngine(b)
	var queries []Query
	var first []string
	err := devCases(b, func(c *Case) {
		q := c.Query()
		q.Limit = 1
		if res := e.Rank(q); len(queries) < 500 && len(res.Entries) > 0 {
			queries, first = append(queries, q), append(first, res.Entries[0].Family)
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if _, err := e.Explain(queries[i%len(queries)], first[i%len(queries)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNew makes the tables from the full knowledge.
func BenchmarkNew(b *testing.B) {
	k := officialKnowledge(b)
	b.ReportAllocs()
	for b.Loop() {
		New(k)
	}
}
