package knowledge

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"phare/internal/term"
)

// shared finds the folder of official files beside the repository, or skips.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("PHARE_SHARED")
	if dir == "" {
		at, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
				break
			}
			if at == filepath.Dir(at) {
				t.Fatal("no go.mod above this folder")
			}
			at = filepath.Dir(at)
		}
		dir = filepath.Join(at, "..", "shared")
	}
	dir = filepath.Join(dir, "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the official files are not here (%v): set PHARE_SHARED to the folder that holds data/", err)
	}
	return dir
}

// The whole of the real files, held against what is known of them: the figures
// were counted from the files by other means than this package.
func TestBuildShared(t *testing.T) {
	dir := shared(t)
	start := time.Now()
	k, rep := build(t, Options{Dir: dir})
	t.Logf("built in %v", time.Since(start).Round(time.Millisecond))

	count := map[string]int{}
	for _, total := range rep.Totals {
		count[total.What] = total.N
	}
	for what, want := range map[string]int{
		"terms":                          19177, // classes; HP:0034334 is a property, not a term
		"phenotype terms":                18507,
		"OMIM diseases with signs":       8354,
		"DECIPHER diseases with signs":   47,
		"ORPHA diseases":                 9986, // 9,960 packets and 26 codes that only the annotations have
		"ORPHA codes moved to another":   287,  // 288, of which one is in use again
		"networks":                       23,
		"ORPHA diseases with signs":      4365,
		"families of more than one code": 3737,
	} {
		if count[what] != want {
			t.Errorf("%d %s, want %d", count[what], what, want)
		}
	}
	files := map[string]*FileReport{}
	for _, f := range rep.Files {
		files[f.Title] = f
	}
	hpoa := files[licences[roleHPOA].title]
	if hpoa.Taken+hpoa.skips() != 272060+hpoa.Skipped["ORPHA sign that Orphanet's newer file no longer has"] {
		t.Errorf("%d lines taken and %d left out do not make all of the file", hpoa.Taken, hpoa.skips())
	}
	if n := hpoa.Remarks["lines with NOT, read as absent"]; n < 704 || n > 711 {
		t.Errorf("%d lines with NOT", n)
	}
	if hpoa.Version != "2025-05-06" || hpoa.Missing != 0 {
		t.Errorf("annotations %s, %d unknown ids", hpoa.Version, hpoa.Missing)
	}
	if n := files[licences[rolePackets].title].Taken; n != 9960 {
		t.Errorf("%d packets", n)
	}
	landmarks(t, k)
	t.Run("rules", func(t *testing.T) { rulesAgree(t, dir, k) })
}

// landmarks are entries that people will look for.
func landmarks(t *testing.T, k *term.Knowledge) {
	if d := disease(t, k, "ORPHA:294049"); d.MovedTo != "ORPHA:75496" {
		t.Errorf("294049 moved to %q", d.MovedTo)
	}
	disease(t, k, "ORPHA:616874")
	ravine := disease(t, k, "ORPHA:99852")
	got := signs(k, ravine)
	for id, class := range map[string]term.FreqClass{
		"HP:0002039": term.FreqObligate, "HP:0001508": term.FreqObligate, "HP:0002448": term.FreqObligate, "HP:0004325": term.FreqObligate,
		"HP:0001251": term.FreqVeryFrequent, "HP:0001257": term.FreqVeryFrequent,
	} {
		if got[id].Class != class {
			t.Errorf("Ravine: %s is %+v", id, got[id])
		}
	}
	if !slices.Contains(ravine.Parents, "ORPHA:68356") || !slices.Equal(ravine.Genes, []string{"SLC7A2-IT1"}) {
		t.Errorf("Ravine: parents %v, genes %v", ravine.Parents, ravine.Genes)
	}
	if d := disease(t, k, "ORPHA:85451"); d.Type != "Clinical subtype" {
		t.Errorf("85451 is %q", d.Type)
	}
	if d := disease(t, k, "ORPHA:251365"); d.EN != "Sickle cell S-C disease" {
		t.Errorf("251365 is %q", d.EN)
	}
	// Marfan: the OMIM code is type 1, one family with it; the ORPHA code people
	// know is broader, so another family, with a link.
	marfan := disease(t, k, "OMIM:154700")
	if !slices.Contains(marfan.Links, term.Link{ID: "ORPHA:558", Relation: "NTBT"}) || marfan.Family != disease(t, k, "ORPHA:284963").Family || marfan.Family == disease(t, k, "ORPHA:558").Family {
		t.Errorf("Marfan: links %v", marfan.Links)
	}
	if len(k.Families[marfan.Family].Networks) == 0 {
		t.Error("Marfan has no network")
	}
	spleen, _ := k.TermByID("HP:0001744")
	if k.Terms[spleen].FR != "Splénomégalie" {
		t.Errorf("HP:0001744 is %q", k.Terms[spleen].FR)
	}
	for i := range k.Diseases {
		d := &k.Diseases[i]
		for _, s := range d.Signs {
			if _, both := slices.BinarySearch(d.Absent, s.Term); both {
				t.Errorf("%s has %s both as a sign and as absent", d.ID, k.Terms[s.Term].ID)
			}
		}
	}
}

// rulesAgree: without the table, the rules give the networks that it has.
func rulesAgree(t *testing.T, from string, byTable *term.Knowledge) {
	if testing.Short() {
		t.Skip("a second build of the real files: not in a short run")
	}
	dir := t.TempDir()
	list, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if f.Name() != "orpha_fsmr_proposed.tsv.gz" {
			if err := os.Symlink(filepath.Join(from, f.Name()), filepath.Join(dir, f.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	byRule, _ := build(t, Options{Dir: dir})
	same, other := 0, 0
	for i := range byTable.Diseases {
		a, b := &byTable.Diseases[i], &byRule.Diseases[i]
		if a.ID != b.ID {
			t.Fatalf("%s and %s", a.ID, b.ID)
		}
		switch {
		case system(a.ID) != "ORPHA" || len(a.Networks)+len(b.Networks) == 0:
		case len(a.Networks) > 0 && len(b.Networks) > 0 && a.Networks[0].Network == b.Networks[0].Network:
			same++
		default:
			other++
			t.Logf("%s: table %v, rule %v", a.ID, a.Networks, b.Networks)
		}
	}
	if other > 0 || same < 7170 {
		t.Errorf("%d ORPHA codes with the same first network, %d with another", same, other)
	}
}

func BenchmarkBuild(b *testing.B) {
	dir := shared(b)
	for b.Loop() {
		if _, _, err := Build(Options{Dir: dir}); err != nil {
			b.Fatal(err)
		}
	}
}
