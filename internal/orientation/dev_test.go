package orientation

import (
	"encoding/json"
	"flag"
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
	for _, o := range []EvalOptions{
		{}, {Observed: true}, {Observed: true, Candidates: "OMIM"},
		{Degrade: DegradeFew}, {Degrade: DegradeParents}, {Degrade: DegradeWrong},
	} {
		o.Every, o.Seed = every, 1
		in, err := os.Open(filepath.Join(shared(t), "bench", "dev.jsonl.gz"))
		if err != nil {
			t.Fatal(err)
		}
		fig, err := Eval(t.Context(), e, in, o)
		in.Close()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("candidates %q, worse by %q: %d µs a case", o.Candidates, o.Degrade, fig.Micros)
		if o == (EvalOptions{Every: every, Seed: 1}) {
			goodEnough(t, &fig)
		}
		fig.Micros, fig.Knowledge = 0, "built from the official files"
		if o.Observed || o.Degrade != "" {
			fig.Calibration = nil // one is enough
		}
		if err := fig.Write(&b); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
	}
	if every == 1 {
		golden(t, filepath.Join("testdata", "dev_figures.txt"), b.String())
	}
}

// goodEnough compares to nb-1, which found these parts of the novel cases by
// disease: a change of method that falls back under it is a fault.
func goodEnough(t *testing.T, fig *Figures) {
	for name, least := range map[string]float64{"top-3": 49.7, "top-10": 62.4, "first": 72.6, "first-3": 92.6} {
		if got, _ := fig.Value("novel", "disease", name); 100*got < least {
			t.Errorf("%s is %.1f, nb-1 had %.1f", name, 100*got, least)
		}
	}
	words := fig.Calibration
	if words == nil || words.Networks[0].Said != string(Strong) || words.Networks[0].Right < 0.8 || words.Diseases[0].Right < 0.6 {
		t.Errorf("strong is not right for 8 first networks and 6 first diseases in 10: %+v", words)
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
	return EachCase(t.Context(), in, func(c *Case, bad error) error {
		f(c)
		return bad
	})
}

// A line of results holds the best hundred diseases and all networks.
func TestRankFileDepth(t *testing.T) {
	var out strings.Builder
	line := strings.NewReader(`{"id":"a","obs":["HP:0001250","HP:0001249","HP:0000252"]}`)
	if _, err := RankFile(t.Context(), New(officialKnowledge(t)), line, &out, ""); err != nil {
		t.Fatal(err)
	}
	var a Answer
	if err := json.Unmarshal([]byte(out.String()), &a); err != nil || len(a.Diseases) != 100 || len(a.Networks) != 23 {
		t.Errorf("%d diseases, %d networks, %v", len(a.Diseases), len(a.Networks), err)
	}
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
		q := queries[i%len(queries)]
		q.Limit = answerLimit
		e.Rank(q)
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
