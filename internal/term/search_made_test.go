package term_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"phare/internal/term"
)

// TestTerms asks a small Knowledge, so that the rules hold without the official
// files too.
func TestTerms(t *testing.T) {
	k := sealed(t)
	ix := term.NewIndex(k)
	tests := []struct{ query, lang, want, matched, how string }{
		{"HP:0001250", "fr", "HP:0001250", "Crise d’épilepsie", term.HowID},
		{"hp 1250", "en", "HP:0001250", "Seizure", term.HowID},
		{"1366", "en", "HP:0000252", "Microcephaly", term.HowID}, // an alternative id
		{"microcéphalie", "fr", "HP:0000252", "Microcéphalie", term.HowExact},
		{"Microcephaly", "en", "HP:0000252", "Microcephaly", term.HowExact},
		{"microcéphalie", "en", "HP:0000252", "Microcéphalie", term.HowExact},
		{"microcephalies", "fr", "HP:0000252", "Microcéphalie", term.HowWords},
		{"microc", "fr", "HP:0000252", "Microcéphalie", term.HowPrefix},
		{"mircocephalie", "fr", "HP:0000252", "Microcéphalie", term.HowTypo},
		{"tete petite", "fr", "HP:0000252", "Petite tête", term.HowPlain},
		{"small heads", "en", "HP:0000252", "Small head", term.HowPlain},
		{"epilepsy", "en", "HP:0001250", "Epilepsy", term.HowSynonym},
		{"crise d'epilepsie", "fr", "HP:0001250", "Crise d’épilepsie", term.HowExact},
		{"oedemes", "fr", "HP:0000969", "Œdème", term.HowWords},
		{"oedema", "en", "HP:0000969", "Edema", term.HowWords},
		{"œdème", "en", "HP:0000969", "Œdème", term.HowExact},
		{"tonico clonique bilaterale", "fr", "HP:0002069", "Crise tonicoclonique bilatérale", term.HowWords},
		{"tonicclonic", "en", "HP:0002069", "Bilateral tonic-clonic seizure", term.HowWords},
		{"hypertelorisme xyzzy", "fr", "HP:0000316", "Hypertélorisme", term.HowWords},
		{"déficience auditive", "fr", "HP:0000365", "Déficience auditive", term.HowExact},
	}
	for _, tt := range tests {
		hits := ix.Terms(tt.query, tt.lang, 5)
		if len(hits) == 0 {
			t.Errorf("%q: nothing found", tt.query)
			continue
		}
		h := hits[0]
		if k.Terms[h.Index].ID != tt.want || h.Matched.Text != tt.matched || h.How != tt.how {
			t.Errorf("%q in %s: %s by %q (%s), want %s by %q (%s)",
				tt.query, tt.lang, k.Terms[h.Index].ID, h.Matched.Text, h.How, tt.want, tt.matched, tt.how)
		}
	}
}

// TestTermsOffersOnlySigns: an onset, the roots and unknown codes are no signs.
func TestTermsOffersOnlySigns(t *testing.T) {
	k := sealed(t)
	ix := term.NewIndex(k)
	for _, query := range []string{"", "   ", "'-", "HP:0003577", "début congénital", "Phenotypic abnormality", "HP:9999999", "999999999999999999999", "zzzzzzzz", "\xff\xfe"} {
		for _, h := range ix.Terms(query, "fr", 5) {
			if !k.Terms[h.Index].Phenotype || k.Terms[h.Index].ID == term.RootSign {
				t.Errorf("%q offers %s", query, k.Terms[h.Index].ID)
			}
		}
	}
	if hits := ix.Terms("hypnose", "fr", 5); len(hits) != 0 {
		t.Errorf("hypnose, two letters from anything, finds %v", hits)
	}
	if hits := ix.Terms("microcéphalie", "fr", 0); len(hits) != 0 {
		t.Errorf("limit 0 gave %d hits", len(hits))
	}
	if hits := ix.Terms("a", "fr", 1); len(hits) > 1 {
		t.Errorf("limit 1 gave %d hits", len(hits))
	}
}

func TestDiseases(t *testing.T) {
	k := sealed(t)
	ix := term.NewIndex(k)
	tests := []struct{ query, lang, want, how string }{
		{"marfan", "fr", "OMIM:154700", term.HowWords},
		{"Syndrome de Marfan", "fr", "OMIM:154700", term.HowExact},
		{"MFS", "fr", "OMIM:154700", term.HowSynonym},
		{"ORPHA:558", "fr", "ORPHA:558", term.HowID},
		{"orpha232", "fr", "ORPHA:232", term.HowID},
		{"154700", "fr", "OMIM:154700", term.HowID},
		{"omim 154 700", "fr", "OMIM:154700", term.HowID},
		{"ORPHA 99", "fr", "ORPHA:558", term.HowID},                       // moved
		{"old name of marfan syndrome", "en", "ORPHA:558", term.HowExact}, // moved
		{"drepanocitose", "fr", "ORPHA:232", term.HowWords},
		{"drepnaocytose", "fr", "ORPHA:232", term.HowTypo},
		{"anémie falciforme", "fr", "ORPHA:232", term.HowPlain},
	}
	for _, tt := range tests {
		hits := ix.Diseases(tt.query, tt.lang, 5)
		if len(hits) == 0 || k.Diseases[hits[0].Index].ID != tt.want {
			t.Errorf("%q: %v, want %s", tt.query, hits, tt.want)
		} else if hits[0].How != tt.how {
			t.Errorf("%q answers by %s, want %s", tt.query, hits[0].How, tt.how)
		}
	}
	if hits := ix.Diseases("marfan", "fr", 5); len(hits) != 1 {
		t.Errorf("one family came %d times", len(hits))
	}
}

// TestEveryday checks the form of the table and, with the official files, that
// each of its ids is live and a sign or a disease.
func TestEveryday(t *testing.T) {
	b, err := os.ReadFile("everyday.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	var ids []string
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(f) != 3 || f[1] != "fr" && f[1] != "en" {
			t.Fatalf("bad row %q", line)
		}
		ids = append(ids, f[0])
		for text := range strings.SplitSeq(f[2], ";") {
			key := f[0] + f[1] + term.Fold(text)
			if strings.TrimSpace(text) == "" || seen[key] {
				t.Errorf("%s: %q is empty or repeated", f[0], text)
			}
			seen[key] = true
		}
	}
	k := full(t)
	for _, id := range ids {
		i, status := k.TermByID(id)
		_, disease := k.DiseaseByID(id)
		if !disease && (status != term.IDLive || !k.Terms[i].Phenotype) {
			t.Errorf("%s is neither a sign nor a disease", id)
		}
	}
}

func FuzzSearch(f *testing.F) {
	k := sealed(f)
	ix := term.NewIndex(k)
	for _, s := range []string{"microcéphalie", "HP:0001250", "a", "d’", "\xff", strings.Repeat("crise ", 200), "ﬁ-œ", "tonico-clonique"} {
		f.Add(s, "fr", 5)
	}
	f.Fuzz(func(t *testing.T, query, lang string, limit int) {
		for _, h := range ix.Terms(query, lang, limit) {
			if !k.Terms[h.Index].Phenotype || h.Score <= 0 || !utf8.ValidString(h.Matched.Text) {
				t.Errorf("%q gives %+v", query, h)
			}
		}
		if hits := ix.Diseases(query, lang, limit); len(hits) > max(limit, 0) {
			t.Errorf("%q gives %d hits, limit %d", query, len(hits), limit)
		}
	})
}

// TestSearchLater checks that an index made from a file answers like one made
// from memory.
func TestSearchLater(t *testing.T) {
	k := sealed(t)
	var b bytes.Buffer
	if err := term.Encode(&b, k); err != nil {
		t.Fatal(err)
	}
	again, err := term.Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	one, two := term.NewIndex(k).Terms("crise", "fr", 9), term.NewIndex(again).Terms("crise", "fr", 9)
	if len(one) == 0 || len(one) != len(two) {
		t.Fatalf("%v and %v", one, two)
	}
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("hit %d: %v and %v", i, one[i], two[i])
		}
	}
}

// TestSearchTogether lets many ask one index at once; each must get what it
// would get alone.
func TestSearchTogether(t *testing.T) {
	ix := term.NewIndex(sealed(t))
	queries := []string{"crise", "microcephalie", "mircocephalie", "tete petite", "surdite"}
	alone := make([][]term.Hit, len(queries))
	for i, q := range queries {
		alone[i] = ix.Terms(q, "fr", 5)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 50 * len(queries) {
				q := i % len(queries)
				if got := ix.Terms(queries[q], "fr", 5); !slices.Equal(got, alone[q]) {
					t.Errorf("%q: %v, alone %v", queries[q], got, alone[q])
				}
			}
		})
	}
	all.Wait()
}
