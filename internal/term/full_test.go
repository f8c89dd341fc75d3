package term_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"phare/internal/term"
)

// shared finds the folder of official files, or skips the test and says why.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("PHARE_SHARED")
	if dir == "" {
		dir, _ = os.Getwd()
		for dir != "/" {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			dir = filepath.Dir(dir)
		}
		dir = filepath.Join(dir, "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		t.Skipf("official files not found in %s; set PHARE_SHARED to their folder", dir)
	}
	return filepath.Join(dir, "data")
}

// full gives the whole of HPO with its annotations, and the French names there
// are: the file named by PHARE_KNOWLEDGE, else what readFull makes of the
// official files.
func full(t testing.TB) *term.Knowledge {
	t.Helper()
	if path := os.Getenv("PHARE_KNOWLEDGE"); path != "" {
		k, err := term.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := readFull(t, shared(t))
	if err := term.Seal(k); err != nil {
		t.Fatal(err)
	}
	return k
}

// readFull is a reader for tests of search and speed, not the importer: names,
// parents and which signs a disease has, no more.
func readFull(t testing.TB, dir string) *term.Knowledge {
	terms := readTerms(t, dir)
	french := map[string]string{}
	lines(t, filepath.Join(dir, "hp-fr.babelon.tsv.gz"), func(f []string) {
		if len(f) > 6 && f[3] == "rdfs:label" && french[f[0]] == "" {
			french[f[0]] = f[6]
		}
	})
	lines(t, filepath.Join(dir, "hp-fr.synonyms.tsv.gz"), func(f []string) {
		if tm := terms[f[0]]; tm != nil {
			for text := range strings.SplitSeq(f[1], "|") {
				tm.Synonyms = append(tm.Synonyms, term.Label{Text: text, Lang: "fr"})
			}
		}
	})
	k := &term.Knowledge{Meta: term.Meta{Name: "built"}}
	at := map[string]int32{}
	for i, id := range slices.Sorted(maps.Keys(terms)) {
		at[id] = int32(i)
	}
	for _, id := range slices.Sorted(maps.Keys(terms)) {
		tm := terms[id]
		tm.FR = french[id]
		for _, p := range tm.AltIDs { // parents, until here
			tm.Parents = append(tm.Parents, at[p])
		}
		tm.AltIDs = nil
		k.Terms = append(k.Terms, *tm)
	}
	markSigns(k)
	readDiseases(t, dir, k, at)
	return k
}

func readTerms(t testing.TB, dir string) map[string]*term.Term {
	var doc struct {
		Graphs []struct {
			Nodes []struct {
				ID, Lbl, Type string
				Meta          struct {
					Deprecated bool
					Definition struct{ Val string }
					Synonyms   []struct{ SynonymType, Val string }
				}
			}
			Edges []struct{ Sub, Pred, Obj string }
		}
	}
	r := open(t, filepath.Join(dir, "hp.v2025-05-06.json.gz"))
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	short := func(id string) string { return strings.ReplaceAll(filepath.Base(id), "_", ":") }
	terms := map[string]*term.Term{}
	for _, n := range doc.Graphs[0].Nodes {
		if id := short(n.ID); n.Type == "CLASS" && !n.Meta.Deprecated && strings.HasPrefix(id, "HP:") {
			tm := &term.Term{ID: id, EN: n.Lbl, Definition: n.Meta.Definition.Val}
			for _, s := range n.Meta.Synonyms {
				tm.Synonyms = append(tm.Synonyms, term.Label{Text: s.Val, Lang: "en", Plain: strings.HasSuffix(s.SynonymType, "#layperson")})
			}
			terms[id] = tm
		}
	}
	for _, e := range doc.Graphs[0].Edges {
		if tm := terms[short(e.Sub)]; tm != nil && e.Pred == "is_a" {
			tm.AltIDs = append(tm.AltIDs, short(e.Obj))
		}
	}
	return terms
}

func markSigns(k *term.Knowledge) {
	for changed := true; changed; {
		changed = false
		for i := range k.Terms {
			tm := &k.Terms[i]
			if !tm.Phenotype && (tm.ID == term.RootSign || slices.ContainsFunc(tm.Parents, func(p int32) bool { return k.Terms[p].Phenotype })) {
				tm.Phenotype, changed = true, true
			}
		}
	}
}

func readDiseases(t testing.TB, dir string, k *term.Knowledge, at map[string]int32) {
	names, signs := map[string]string{}, map[string]map[int32]int{}
	lines(t, filepath.Join(dir, "phenotype.v2025-05-06.hpoa.gz"), func(f []string) {
		if len(f) < 11 || strings.HasPrefix(f[0], "#") || f[0] == "database_id" {
			return
		}
		names[f[0]] = f[1]
		if f[10] == "P" && f[2] == "" {
			if signs[f[0]] == nil {
				signs[f[0]] = map[int32]int{}
			}
			signs[f[0]][at[f[3]]]++
		}
	})
	french := map[string]string{}
	if err := json.NewDecoder(open(t, filepath.Join(dir, "orpha_fr_names.json.gz"))).Decode(&french); err != nil {
		t.Fatal(err)
	}
	for code := range french {
		if id := "ORPHA:" + code; names[id] == "" {
			names[id] = french[code]
		}
	}
	for i, id := range slices.Sorted(maps.Keys(names)) {
		d := term.Disease{ID: id, EN: names[id], FR: french[strings.TrimPrefix(id, "ORPHA:")], Family: int32(i)}
		for _, s := range slices.Sorted(maps.Keys(signs[id])) {
			d.Signs = append(d.Signs, term.Sign{Term: s, Freq: term.Freq{N: int32(signs[id][s]), M: 20, Percent: -1}, Sources: []string{"HPOA"}})
		}
		k.Diseases = append(k.Diseases, d)
		k.Families = append(k.Families, term.Family{ID: id, Members: []int32{int32(i)}})
	}
}

func open(t testing.TB, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func lines(t testing.TB, path string, row func(fields []string)) {
	t.Helper()
	s := bufio.NewScanner(open(t, path))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		row(strings.Split(s.Text(), "\t"))
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}
