package knowledge

import (
	"archive/zip"
	"bytes"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare/internal/term"
)

// all are the made files that go together.
var all = []string{
	"hp.json", "phenotype.hpoa", "hp-fr.babelon.tsv", "hp-fr.synonyms.tsv", "packets",
	"ORPHAnomenclature_en_2023.xml", "ORPHAnomenclature_fr_2022.xml",
	"ORPHAclassification_991_made_en_2023.xml", "ORPHAclassification_992_made_en_2023.xml",
	"en_product7.xml", "natural_history.csv", "orpha_fr_names.json", "orpha_fsmr.tsv",
}

func TestAnnotations(t *testing.T) {
	k, rep := build(t, Options{Dir: folder(t, "hp.json", "phenotype.hpoa")})
	cobalt := disease(t, k, "OMIM:990001")
	if got, want := signs(k, cobalt), map[string]term.Freq{"HP:9900002": {N: 3, M: 9, Percent: -1}}; !reflect.DeepEqual(got, want) {
		t.Errorf("lines about one sign are summed, also under an alternative id: %v, want %v", got, want)
	}
	if got, want := absent(k, cobalt), []string{"HP:9900003", "HP:9900004", "HP:9900005"}; !slices.Equal(got, want) {
		t.Errorf("0/n, HP:0040285 and NOT are absent: %v, want %v", got, want)
	}
	if !slices.Equal(cobalt.Onsets, []string{"HP:0003593"}) || !slices.Equal(cobalt.Inheritance, []string{"HP:0000006"}) {
		t.Errorf("onsets %v, inheritance %v", cobalt.Onsets, cobalt.Inheritance)
	}
	laugh := signs(k, disease(t, k, "OMIM:990002"))
	want := map[string]term.Freq{
		"HP:9900005": {Percent: 170, Class: term.FreqOccasional},
		"HP:9900004": {Percent: -1, Class: term.FreqFrequent},
		"HP:9900002": {Percent: -1},
		"HP:9900003": {N: 4, M: 4, Percent: -1}, // by way of two obsolete ids
	}
	if !reflect.DeepEqual(laugh, want) {
		t.Errorf("signs %v, want %v", laugh, want)
	}
	f := rep.Files[1]
	if !slices.Equal(f.Unknown, []string{"HP:9900011 (line 23, obsolete without replacement)"}) {
		t.Errorf("unknown ids %v", f.Unknown)
	}
	if len(f.Faults) != 1 || !strings.HasPrefix(f.Faults[0], "line 22:") {
		t.Errorf("faults %v", f.Faults)
	}
	for reason, n := range map[string]int{
		"aspect H (past history or modifier)":                 1,
		"aspect M (past history or modifier)":                 1,
		"aspect C, but neither onset nor mode of inheritance": 1,
		"onset, course or inheritance recorded as absent":     1,
		"unknown HPO id": 1, "row not understood": 1,
	} {
		if f.Skipped[reason] != n {
			t.Errorf("left out %d for %q, want %d", f.Skipped[reason], reason, n)
		}
	}
}

func TestOntology(t *testing.T) {
	fromJSON, rep := build(t, Options{Dir: folder(t, "hp.json", "phenotype.hpoa")})
	fromOBO, _ := build(t, Options{Dir: folder(t, "hp.obo", "phenotype.hpoa")})
	if !reflect.DeepEqual(fromJSON.Terms, fromOBO.Terms) {
		t.Errorf("hp.json and hp.obo differ:\n%+v\n%+v", fromJSON.Terms, fromOBO.Terms)
	}
	if rep.Files[0].Version != "2025-05-06" || rep.Files[0].Taken != 13 || rep.Files[0].Skipped["obsolete term"] != 3 {
		t.Errorf("report %+v", rep.Files[0])
	}
	for _, tt := range []struct {
		id, live string
		status   term.IDStatus
	}{
		{"HP:9900012", "HP:9900002", term.IDReplaced},
		{"HP:9900010", "HP:9900003", term.IDReplaced},
		{"HP:9900013", "HP:9900003", term.IDReplaced}, // replaced twice
		{"HP:9900005", "HP:9900005", term.IDLive},     // another term claims it as its alternative
		{"HP:9900011", "", term.IDUnknown},
		{"HP:9900099", "", term.IDUnknown}, // a property, not a term
	} {
		i, status := fromJSON.TermByID(tt.id)
		if status != tt.status || tt.live != "" && fromJSON.Terms[i].ID != tt.live {
			t.Errorf("%s is %v", tt.id, status)
		}
	}
	blue, _ := fromJSON.TermByID("HP:9900002")
	want := []term.Label{{Text: "Cobalt thumb", Lang: "en"}, {Text: "Thumb turned blue", Lang: "en", Plain: true}}
	if got := fromJSON.Terms[blue]; !reflect.DeepEqual(got.Synonyms, want) || got.Definition != `A thumb that is "blue".` || !got.Phenotype {
		t.Errorf("%+v", got)
	}
	if onset, _ := fromJSON.TermByID("HP:0003577"); fromJSON.Terms[onset].Phenotype {
		t.Error("an onset is not a sign")
	}
}

func TestFrench(t *testing.T) {
	dir := folder(t, "hp.json", "phenotype.hpoa", "hp-fr.babelon.tsv", "hp-fr.synonyms.tsv")
	k, rep := build(t, Options{Dir: dir, FrenchLabels: map[string]string{"HP:9900004": "Hoquet chantant"}})
	names := func(id string) (fr string, synonyms []string) {
		i, _ := k.TermByID(id)
		for _, l := range k.Terms[i].Synonyms {
			if l.Lang == "fr" {
				synonyms = append(synonyms, l.Text)
			}
		}
		return k.Terms[i].FR, synonyms
	}
	for _, tt := range []struct {
		id, fr   string
		synonyms []string
	}{
		{"HP:9900002", "Pouce bleu", []string{"Pouce bleu congénital", "Pouce azur"}}, // first official label; English and repeated words dropped
		{"HP:9900003", "Pouce allongé", []string{"Pouce étiré"}},                      // the obsolete term's label is a synonym
		{"HP:9900004", "Hoquet chantant", []string{"Hoquet variable"}},                // ours first, the official one findable
		{"HP:9900005", "", []string{"Rire nocturne"}},                                 // another term's label is no synonym
	} {
		if fr, syn := names(tt.id); fr != tt.fr || !slices.Equal(syn, tt.synonyms) {
			t.Errorf("%s: %q %q, want %q %q", tt.id, fr, syn, tt.fr, tt.synonyms)
		}
	}
	if got := rep.Files[1].Unknown; !slices.Equal(got, []string{"HP:9900077 (line 10)"}) {
		t.Errorf("unknown ids %v", got)
	}
}

func TestOrphanet(t *testing.T) {
	k, rep := build(t, Options{Dir: folder(t, all...)})
	cobalt := disease(t, k, "ORPHA:9900001")
	if got, want := signs(k, cobalt), map[string]term.Freq{
		"HP:9900002": {Percent: -1, Class: term.FreqVeryFrequent},
		"HP:9900003": {Percent: -1, Class: term.FreqOccasional},
		"HP:9900001": {Percent: -1}, // frequency in words nobody knows
	}; !reflect.DeepEqual(got, want) {
		t.Errorf("signs %v, want %v", got, want)
	}
	if got := absent(k, cobalt); !slices.Equal(got, []string{"HP:9900004"}) {
		t.Errorf("excluded by Orphanet, whatever an older code that moved here says: %v", got)
	}
	if cobalt.EN != "Cobalt syndrome" || cobalt.FR != "Syndrome de Müller à pouces bleus" || cobalt.Type != "Disease" {
		t.Errorf("newest name and type, French of the pack: %q %q %q", cobalt.EN, cobalt.FR, cobalt.Type)
	}
	if cobalt.Definition != "A disease with very blue thumbs (<1 / 1 000 000)." {
		t.Errorf("definition %q", cobalt.Definition)
	}
	if !slices.Equal(cobalt.Genes, []string{"BLUE1"}) || len(cobalt.Prevalence) != 1 {
		t.Errorf("genes %v, prevalence %v", cobalt.Genes, cobalt.Prevalence)
	}
	laugh := disease(t, k, "ORPHA:9900002")
	if !slices.Equal(laugh.Parents, []string{"ORPHA:9900003"}) || !slices.Equal(laugh.Onsets, []string{"HP:0003581", "HP:0003623"}) || len(laugh.Prevalence) != 1 {
		t.Errorf("single objects are lists too: %+v", laugh)
	}
	if laugh.FR != "Rire sans cause" {
		t.Errorf("French name from the older table: %q", laugh.FR)
	}
	group := disease(t, k, "ORPHA:9900003")
	if group.Type != "Category" || !slices.Equal(group.Parents, []string{"ORPHA:98004"}) || !slices.Equal(group.Inheritance, []string{"HP:0000006"}) {
		t.Errorf("filled from classification and natural history: %+v", group)
	}
	notes := strings.Join(rep.Notes, "\n")
	for _, want := range []string{
		"2 ORPHA codes changed their type between the editions here: ORPHA:9900001 Clinical subtype → Disease, ORPHA:9900002",
		"3 ORPHA codes of older files are not in use according to packets (2025-12-09) and are left out: 98004, 9900006, 9900008",
		"ORPHA:9900007 moved to ORPHA:9900001: 1 sign",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in\n%s", want, notes)
		}
	}
	if n := rep.Files[3].Skipped["ORPHA sign that Orphanet's newer file no longer has"]; rep.Files[3].File != "phenotype.hpoa" || n != 1 {
		t.Errorf("%s: %d signs withdrawn", rep.Files[3].File, n)
	}
}

func TestFamilies(t *testing.T) {
	k, _ := build(t, Options{Dir: folder(t, all...)})
	family := func(id string) term.Family { return k.Families[disease(t, k, id).Family] }
	members := func(f term.Family) (ids []string) {
		for _, m := range f.Members {
			ids = append(ids, k.Diseases[m].ID)
		}
		return ids
	}
	for _, tt := range []struct {
		of, face string
		members  []string
	}{
		{"OMIM:990001", "OMIM:990001", []string{"OMIM:990001", "ORPHA:9900001", "ORPHA:9900007"}}, // exact, and the code that moved
		{"OMIM:990002", "OMIM:990002", []string{"OMIM:990002"}},                                   // BTNT stays apart
		{"ORPHA:9900002", "OMIM:990009", []string{"OMIM:990009", "ORPHA:9900002"}},                // an OMIM code without signs of its own
		{"ORPHA:9900003", "ORPHA:9900003", []string{"ORPHA:9900003"}},
	} {
		if f := family(tt.of); f.ID != tt.face || !slices.Equal(members(f), tt.members) {
			t.Errorf("family of %s: %s %v, want %s %v", tt.of, f.ID, members(f), tt.face, tt.members)
		}
	}
	if d := disease(t, k, "OMIM:990009"); d.EN != "Laughter without a cause" || d.FR != "Rire sans cause" || len(d.Signs) != 0 {
		t.Errorf("twin %+v", d)
	}
	moved := disease(t, k, "ORPHA:9900007")
	if moved.MovedTo != "ORPHA:9900001" || len(moved.Signs) != 0 || moved.EN != "Code that has moved" {
		t.Errorf("moved %+v", moved)
	}
	want := []term.Link{{ID: "ORPHA:9900001", Relation: "NTBT"}}
	if got := disease(t, k, "OMIM:990002").Links; !reflect.DeepEqual(got, want) {
		t.Errorf("the link back is turned round: %v", got)
	}
}

func TestNetworks(t *testing.T) {
	rulesOf := func(k *term.Knowledge, list []term.NetworkLink) (out []string) {
		for _, l := range list {
			out = append(out, k.Networks[l.Network].Slug+": "+l.Rule)
		}
		return out
	}
	k, rep := build(t, Options{Dir: folder(t, all...)})
	if len(k.Networks) != 23 {
		t.Errorf("%d networks", len(k.Networks))
	}
	for _, tt := range []struct {
		id   string
		want []string
	}{
		{"ORPHA:9900001", []string{"defiscience: ancestor 1", "fai2r: head 98006"}},
		{"ORPHA:9900002", nil}, // the table says: outside the networks; the rule is not asked
		{"OMIM:990002", []string{"defiscience: via ORPHA:9900001 (NTBT), ancestor 1", "fai2r: via ORPHA:9900001 (NTBT), head 98006"}},
	} {
		if got := rulesOf(k, disease(t, k, tt.id).Networks); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.id, got, tt.want)
		}
	}
	if got := rulesOf(k, k.Families[disease(t, k, "OMIM:990001").Family].Networks); len(got) != 2 {
		t.Errorf("a family has the networks of its members: %v", got)
	}
	table := rep.Files[len(rep.Files)-2]
	if table.Title != licences[roleFSMR].title || table.Skipped["no network: hors-FSMR (cancers rares, INCa)"] != 1 {
		t.Errorf("report %+v", table)
	}
	without := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "orpha_fsmr.tsv" })
	k, _ = build(t, Options{Dir: folder(t, without...)})
	if got := rulesOf(k, disease(t, k, "ORPHA:9900001").Networks); !slices.Equal(got, []string{"brain-team: head 98006"}) {
		t.Errorf("by rule: %v", got)
	}
	if got := rulesOf(k, disease(t, k, "ORPHA:9900002").Networks); !slices.Equal(got, []string{"marih: head 98004"}) {
		t.Errorf("by rule: %v", got)
	}
}

// Products 1, 4, 6, 7 and 9 stand in for the packets.
func TestProducts(t *testing.T) {
	k, rep := build(t, Options{Dir: folder(t, "hp.json", "en_product1.xml", "en_product4.xml", "en_product6.xml",
		"en_product7.xml", "en_product9_prev.xml", "en_product9_ages.xml")})
	cobalt := disease(t, k, "ORPHA:9900001")
	want := map[string]term.Freq{
		"HP:9900002": {Percent: -1, Class: term.FreqObligate},
		"HP:9900003": {Percent: -1, Class: term.FreqVeryRare}, // by its obsolete id
	}
	if got := signs(k, cobalt); !reflect.DeepEqual(got, want) || !slices.Equal(absent(k, cobalt), []string{"HP:9900004"}) {
		t.Errorf("signs %v, absent %v", got, absent(k, cobalt))
	}
	links := []term.Link{{ID: "ICD-10:Q99.9", Relation: "NTBT"}, {ID: "OMIM:990001", Relation: "E"}}
	if !reflect.DeepEqual(cobalt.Links, links) {
		t.Errorf("links %v", cobalt.Links)
	}
	if d := disease(t, k, "ORPHA:9900007"); d.MovedTo != "ORPHA:9900001" {
		t.Errorf("product 1 knows what moved: %+v", d)
	}
	if d := disease(t, k, "ORPHA:9900002"); !slices.Equal(d.Genes, []string{"HAHA1"}) {
		t.Errorf("genes %v", d.Genes)
	}
	group := disease(t, k, "ORPHA:9900003")
	if len(group.Prevalence) != 1 || group.Prevalence[0].Place != "Réunion" { // ISO-8859-1
		t.Errorf("prevalence %v", group.Prevalence)
	}
	if !slices.Equal(group.Onsets, []string{"HP:0003584"}) || !slices.Equal(group.Inheritance, []string{"HP:0001419"}) {
		t.Errorf("onsets %v, inheritance %v", group.Onsets, group.Inheritance)
	}
	for _, f := range rep.Files {
		if f.Title == licences[roleProduct4].title && !slices.Equal(f.Unknown, []string{"HP:9900078 (line 5)"}) {
			t.Errorf("unknown ids %v", f.Unknown)
		}
	}
}

// Every way of packing the same files gives the same diseases.
func TestPacking(t *testing.T) {
	plain, _ := build(t, Options{Dir: folder(t, all...)})
	again, _ := build(t, Options{Dir: folder(t, all...)})
	if plain.Meta.Digest == "" || plain.Meta.Digest != again.Meta.Digest {
		t.Errorf("the same folder gave %s and %s", plain.Meta.Digest, again.Meta.Digest)
	}
	dir := t.TempDir()
	var pack bytes.Buffer
	z := zip.NewWriter(&pack)
	for _, name := range all {
		switch {
		case name == "packets":
			write(t, filepath.Join(dir, "orphapacket.tar.gz"), zipped(t, tarOf(t)))
		case strings.HasPrefix(name, "ORPHA"):
			w, err := z.Create("pack/" + name)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(fixture(t, name))
		default:
			write(t, filepath.Join(dir, name+".gz"), zipped(t, fixture(t, name)))
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "pack.zip"), pack.Bytes())
	packed, _ := build(t, Options{Dir: dir})
	if !reflect.DeepEqual(plain.Diseases, packed.Diseases) || !reflect.DeepEqual(plain.Terms, packed.Terms) {
		t.Error("packed files give other diseases or terms")
	}
}

// Our own knowledge is laid over the official files.
func TestStarter(t *testing.T) {
	own := &term.Knowledge{
		Meta: term.Meta{Name: "starter", Sources: []term.Source{{File: "own.tsv", Title: "our tables"}}},
		Terms: []term.Term{{ID: "HP:9900004", EN: "Singing hiccup", FR: "Hoquet qui chante",
			Synonyms: []term.Label{{Text: "il chante en hoquetant", Lang: "fr", Plain: true}}}},
		Diseases: []term.Disease{{ID: "ORPHA:9900002", EN: "x", FR: "Rires", Territories: []string{"974"}, Networks: []term.NetworkLink{{Network: 0, Rule: "starter"}},
			Synonyms: []term.Label{{Text: "fou rire", Lang: "fr", Plain: true}}}},
		Networks: []term.Network{{Slug: "defiscience", Name: "DéfiScience", Signs: []int32{0}}},
		RedFlags: []term.RedFlag{{ID: "hiccup", FR: "Hoquet", EN: "Hiccup"}},
	}
	k, _ := build(t, Options{Dir: folder(t, all...), Starter: own})
	i, _ := k.TermByID("HP:9900004")
	if got := k.Terms[i]; got.FR != "Hoquet qui chante" || !slices.Contains(got.Synonyms, own.Terms[0].Synonyms[0]) {
		t.Errorf("term %+v", got)
	}
	d := disease(t, k, "ORPHA:9900002")
	if d.FR != "Rire sans cause" || !slices.Equal(d.Territories, []string{"974"}) || !slices.Contains(d.Synonyms, own.Diseases[0].Synonyms[0]) {
		t.Errorf("disease %+v", d)
	}
	if want := []term.NetworkLink{{Network: 0, Rule: "starter"}}; !reflect.DeepEqual(d.Networks, want) {
		t.Errorf("networks of the disease %+v", d.Networks)
	}
	if len(k.Networks) != 1 || !slices.Equal(k.Networks[0].Signs, []int32{i}) || len(k.RedFlags) != 1 {
		t.Errorf("networks %+v, red flags %+v", k.Networks, k.RedFlags)
	}
	if last := k.Meta.Sources[len(k.Meta.Sources)-1]; last.File != "own.tsv" {
		t.Errorf("sources end with %+v", last)
	}
}
