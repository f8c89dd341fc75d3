package knowledge

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// spoil is a way of damaging a folder.
type spoil func(t *testing.T, dir string)

// swap replaces the first occurrence of a text in a file.
func swap(name, old, new string) spoil {
	return func(t *testing.T, dir string) {
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(data, []byte(old)) {
			t.Fatalf("%s has no %q: %v", name, old, err)
		}
		write(t, path, bytes.Replace(data, []byte(old), []byte(new), 1))
	}
}

// cutAt ends a file before a text.
func cutAt(name, mark string) spoil {
	return func(t *testing.T, dir string) {
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		i := bytes.Index(data, []byte(mark))
		if err != nil || i < 0 {
			t.Fatalf("%s has no %q: %v", name, mark, err)
		}
		write(t, path, data[:i])
	}
}

// put adds a file.
func put(name string, data []byte) spoil {
	return func(t *testing.T, dir string) { write(t, filepath.Join(dir, name), data) }
}

// drop removes files or folders.
func drop(names ...string) spoil {
	return func(t *testing.T, dir string) {
		for _, name := range names {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A file that cannot be trusted stops the build, with its name, its line and
// what to do.
func TestDamage(t *testing.T) {
	base := []string{"hp.json", "phenotype.hpoa", "hp-fr.babelon.tsv", "packets", "ORPHAnomenclature_en_2023.xml", "orpha_fsmr.tsv", "natural_history.csv"}
	tests := []struct {
		name  string
		spoil spoil
		want  []string // parts of the message
	}{
		{"no ontology", drop("hp.json"), []string{"hp.json or hp.obo", "phare knowledge fetch"}},
		{"no annotations", drop("phenotype.hpoa", "packets"), []string{"phenotype.hpoa", "ORPHApackets", "en_product4.xml"}},
		{"ontology cut", cutAt("hp.json", `"edges"`), []string{"hp.json:41:", "ends in the middle", "download it again"}},
		{"ontology broken", swap("hp.json", `"lbl" : "Blue thumb",`, `"lbl" : "Blue thumb"`), []string{"hp.json:9:", "download it again"}},
		{"another ontology", swap("hp.json", "obo/hp.json", "obo/mondo.json"), []string{"hp.json:1:", "not those of the official file"}},
		{"ontology without its root", swap("hp.json", `HP_0000118", "lbl"`, `HP_0000119", "lbl"`), []string{"hp.json", "HP:0000118"}},
		{"two ontologies", put("hp.obo", fixture(t, "hp.obo")), []string{"hp.json", "hp.obo", "keep one"}},
		{"a web page", put("phenotype.hpoa", []byte("<!DOCTYPE html><html>not found</html>")), []string{"phenotype.hpoa:1:", "download the right one"}},
		{"annotations cut", cutAt("phenotype.hpoa", "\tPCS\t\tHP:0040281"), []string{"phenotype.hpoa:21:", "5 columns instead of 12"}},
		{"row with a column less", swap("phenotype.hpoa", "\tPMID:0", ""), []string{"phenotype.hpoa:5:", "11 columns instead of 12"}},
		{"no column names", swap("phenotype.hpoa", "database_id\t", "id\t"), []string{"phenotype.hpoa:1:"}},
		{"annotations not UTF-8", swap("phenotype.hpoa", "Cobalt", "Cob\xe9lt"), []string{"phenotype.hpoa:5:", "UTF-8"}},
		{"annotations of the far future", swap("phenotype.hpoa", "releases/2025-05-06", "releases/2026-06-01"), []string{"phenotype.hpoa", "2026-06-01", "2025-05-06", "same release"}},
		{"annotations of another ontology", swap("phenotype.hpoa", "aspect\tbiocuration\n", "aspect\tbiocuration\n"+strings.Repeat("OMIM:990001\tx\t\tHP:8800001\tx\tPCS\t\t\t\t\tP\tx\n", 9)), []string{"phenotype.hpoa", "10 of 31 lines"}},
		{"German labels", swap("hp-fr.babelon.tsv", "\ten\tfr\t", "\ten\tde\t"), []string{"hp-fr.babelon.tsv:2:", `"de"`}},
		{"packet broken", swap("packets/ORPHApacket_9900002.json", `"Label": "L`, `"Label" "L`), []string{"packets/ORPHApacket_9900002.json:8:", "download it again"}},
		{"packet without code", swap("packets/ORPHApacket_9900002.json", `"ORPHAcode": "9900002"`, `"ORPHAcode": ""`), []string{"ORPHApacket_9900002.json", "no ORPHAcode"}},
		{"packets twice", put("orphapacket.tar.gz", zipped(t, tarOf(t))), []string{"orphapacket.tar.gz", "packets", "keep one"}},
		{"XML cut", cutAt("ORPHAnomenclature_en_2023.xml", "</Disorder>"), []string{"ORPHAnomenclature_en_2023.xml:18:", "ends in the middle"}},
		{"XML badly nested", swap("ORPHAnomenclature_en_2023.xml", "</DisorderType>", "</DisorderTyp>"), []string{"ORPHAnomenclature_en_2023.xml:10:", "DisorderTyp"}},
		{"XML of nobody", swap("ORPHAnomenclature_en_2023.xml", "<JDBOR", "<OTHER"), []string{"ORPHAnomenclature_en_2023.xml:1:"}},
		{"XML in an odd encoding", swap("ORPHAnomenclature_en_2023.xml", "ISO-8859-1", "EBCDIC-FR"), []string{"ORPHAnomenclature_en_2023.xml:1:", "EBCDIC-FR"}},
		{"gzip cut", put("hp-fr.synonyms.tsv.gz", zipped(t, fixture(t, "hp-fr.synonyms.tsv"))[:120]), []string{"hp-fr.synonyms.tsv.gz"}},
		{"zip cut", put("pack.zip", []byte("PK\x03\x04 and no more")), []string{"pack.zip", "download it again"}},
		{"FSMR line", swap("orpha_fsmr.tsv", "9900001\tCobalt", "99,1\tCobalt"), []string{"orpha_fsmr.tsv:2:", "99,1"}},
		{"table line", swap("natural_history.csv", `"Thumb group, all"`, `"Thumb group, all`), []string{"natural_history.csv:2:"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, base...)
			tt.spoil(t, dir)
			_, rep, err := Build(Options{Dir: dir})
			if err == nil {
				t.Fatal("built all the same")
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if rep == nil || strings.Contains(err.Error(), dir+"/") {
				t.Errorf("no report, or a name that is not the one people gave: %v", err)
			}
		})
	}
}

// Files that no reader knows are listed, not an error; hidden ones are passed over.
func TestIgnored(t *testing.T) {
	dir := folder(t, "hp.json", "phenotype.hpoa")
	write(t, filepath.Join(dir, "notes.txt"), []byte("remember the milk\n"))
	write(t, filepath.Join(dir, ".hp.json.origin"), []byte("{}"))
	write(t, filepath.Join(dir, "empty"), nil)
	_, rep := build(t, Options{Dir: dir})
	if got := strings.Join(rep.Ignored, " "); got != "empty notes.txt" {
		t.Errorf("ignored %q", got)
	}
	var b bytes.Buffer
	if err := rep.Write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"notes.txt\n  not a file this program knows", "left out: unknown HPO id", "HP:9900011 (line 23", "families"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("report does not say %q:\n%s", want, b.String())
		}
	}
}

// Another release of the ontology is a warning while it is near.
func TestNearRelease(t *testing.T) {
	dir := folder(t, "hp.json", "phenotype.hpoa")
	data := bytes.Replace(fixture(t, "phenotype.hpoa"), []byte("releases/2025-05-06"), []byte("releases/2025-03-03"), 1)
	write(t, filepath.Join(dir, "phenotype.hpoa"), data)
	_, rep := build(t, Options{Dir: dir})
	if notes := strings.Join(rep.Notes, "\n"); !strings.Contains(notes, "2025-03-03") {
		t.Errorf("notes %q", notes)
	}
}

// A byte-order mark says UTF-8, whatever the header says.
func TestByteOrderMark(t *testing.T) {
	dir := folder(t, "hp.json", "en_product4.xml", "en_product9_prev.xml")
	data := bytes.Replace(fixture(t, "en_product9_prev.xml"), []byte("R\xe9union"), []byte("Réunion"), 1)
	write(t, filepath.Join(dir, "en_product9_prev.xml"), append([]byte("\ufeff"), data...))
	k, _ := build(t, Options{Dir: dir})
	if p := disease(t, k, "ORPHA:9900003").Prevalence; len(p) != 1 || p[0].Place != "Réunion" {
		t.Errorf("prevalence %v", p)
	}
}
