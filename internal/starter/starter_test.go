package starter

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"phare/internal/term"
)

// The tables hold together, and are as large as the demo needs.
func TestTables(t *testing.T) {
	k, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(k.Networks) != 23 {
		t.Errorf("%d networks, want 23", len(k.Networks))
	}
	if len(k.Terms) < 950 {
		t.Errorf("%d terms, want about 1,000", len(k.Terms))
	}
	diseases, covered := 0, map[int32]int{}
	for _, d := range k.Diseases {
		if !strings.HasPrefix(d.ID, "ORPHA:") {
			continue
		}
		diseases++
		if len(d.Signs) < 6 {
			t.Errorf("%s %s has only %d signs", d.ID, d.EN, len(d.Signs))
		}
		if len(d.Networks) == 0 || d.FR == "" || d.EN == "" || len(d.Onsets) == 0 {
			t.Errorf("%s lacks a network, a name or an onset", d.ID)
		}
		for _, n := range d.Networks {
			covered[n.Network]++
		}
	}
	if diseases < 300 {
		t.Errorf("%d diseases, want at least 300", diseases)
	}
	for i, n := range k.Networks {
		if covered[int32(i)] == 0 {
			t.Errorf("no disease of network %s", n.Slug)
		}
		if n.VerifiedOn == "" && n.Verified {
			t.Errorf("network %s is verified on no date", n.Slug)
		}
	}
	urgent := 0
	for _, f := range k.RedFlags {
		if f.Urgent {
			urgent++
		}
	}
	if urgent < 5 || len(k.RedFlags)-urgent < 7 {
		t.Errorf("%d red flags of which %d urgent", len(k.RedFlags), urgent)
	}
}

// The diseases that matter overseas are there, each known to matter where it does.
func TestOverseas(t *testing.T) {
	k, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, territory := range map[string]string{
		"ORPHA:232":    "971", // sickle cell
		"ORPHA:99852":  "974", // Ravine
		"ORPHA:75496":  "974", // B4GALT7, "Larsen de La Réunion"
		"ORPHA:365":    "973", // Pompe
		"ORPHA:267":    "974", // LGMD R1
		"ORPHA:95":     "974", // Friedreich
		"ORPHA:85451":  "972", // ATTR V142I
		"ORPHA:3463":   "",
		"ORPHA:98878":  "",
		"ORPHA:289326": "972",
	} {
		i, ok := k.DiseaseByID(id)
		if !ok {
			t.Errorf("%s is missing", id)
			continue
		}
		d := k.Diseases[i]
		if territory != "" && !strings.Contains(strings.Join(d.Territories, " "), territory) {
			t.Errorf("%s %s: territories %v, want %s", id, d.EN, d.Territories, territory)
		}
	}
}

const (
	termHead    = "id\tparents\ten\tfr\tplain_fr\tplain_en\tsyn_fr\tsyn_en\n"
	diseaseHead = "orpha\tomim\tfr\ten\tsyn_fr\tsyn_en\tnetworks\tinheritance\tonset\tterritories\tgenes\tsigns\tsource\n"
	networkHead = "slug\tname\tscope_fr\tscope_en\tlead\tsite\tverified\tsource\tverified_on\tsigns\n"
)

// A mistake in a table is told with its file and line.
func TestFaultsNameTheLine(t *testing.T) {
	good := map[string]string{
		"tables/terms/1.tsv":    "# c\n" + termHead + "HP:0000118\t\tAll\tTout\t\t\t\t\nHP:0000001\tHP:0000118\tA\tB\t\t\t\t\n",
		"tables/networks.tsv":   networkHead + "n\tN\t\t\t\texample.org\tno\t\t\tHP:0000001\n",
		"tables/diseases/1.tsv": diseaseHead + "1\t100001\tF\tE\t\t\tn\tAD\tadult\t974\tG\tHP:0000001:O\ts\n",
	}
	tests := []struct{ file, from, to, want string }{
		{"", "", "", ""},
		{"tables/terms/1.tsv", "\tHP:0000118\tA", "\tHP:9\tA", "terms/1.tsv:4"},
		{"tables/terms/1.tsv", "HP:0000001\t", "HP:0000118\t", "terms/1.tsv:4"},
		{"tables/terms/1.tsv", "plain_fr\t", "", "terms/1.tsv:2"},
		{"tables/diseases/1.tsv", ":O", ":Z", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "HP:0000001:O", "HP:0000009:O", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "\tn\t", "\tm\t", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "adult", "old", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "974", "999", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "100001", "1", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "100001", "100001:E", "diseases/1.tsv:2"},
		{"tables/diseases/1.tsv", "100001", "100001;100001", "diseases/1.tsv:2"},
		{"tables/networks.tsv", "HP:0000001", "HP:0000009", "networks.tsv:2"},
	}
	for _, tt := range tests {
		files := fstest.MapFS{}
		for name, text := range good {
			if name == tt.file {
				text = strings.Replace(text, tt.from, tt.to, 1)
			}
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
		k, err := load(files)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("the good tables fail: %v", err)
		case tt.want == "" && (len(k.Families) != 1 || k.Families[0].ID != "OMIM:100001" || k.Diseases[1].Signs[0].Freq.Class != term.FreqObligate):
			t.Errorf("the good tables give %+v", k)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s with %q: %v, want an error at %s", tt.file, tt.to, err, tt.want)
		}
	}
}

// A code that names a neighbour is a link; only an exact one is ranked with its disease.
func TestFamiliesAreExact(t *testing.T) {
	files := fstest.MapFS{
		"tables/terms/1.tsv":    {Data: []byte(termHead + "HP:0000118\t\tAll\tTout\t\t\t\t\nHP:0000001\tHP:0000118\tA\tB\t\t\t\t\n")},
		"tables/networks.tsv":   {Data: []byte(networkHead + "n\tN\t\t\t\t\tno\t\t\t\n")},
		"tables/diseases/1.tsv": {Data: []byte(diseaseHead + "1\t100001:BTNT;100002;100003:NTBT\tF\tE\t\t\tn\t\t\t\t\tHP:0000001:O\ts\n")},
	}
	k, err := load(files)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range k.Diseases {
		ids = append(ids, d.ID)
	}
	if got := strings.Join(ids, " "); got != "OMIM:100002 ORPHA:1" || len(k.Families) != 1 {
		t.Errorf("diseases %s in %d families", got, len(k.Families))
	}
	want := []term.Link{{ID: "OMIM:100001", Relation: "BTNT"}, {ID: "OMIM:100002", Relation: "E"}, {ID: "OMIM:100003", Relation: "NTBT"}}
	i, _ := k.DiseaseByID("ORPHA:1")
	if got := k.Diseases[i].Links; !slices.Equal(got, want) {
		t.Errorf("links %v, want %v", got, want)
	}
}
