package knowledge

import (
	"path/filepath"
	"testing"
)

// FuzzBuild puts anything in the place of one official file: the build gives a
// sound Knowledge or an error, and never panics.
func FuzzBuild(f *testing.F) {
	names := []string{"hp.json", "phenotype.hpoa", "hp-fr.babelon.tsv", "hp-fr.synonyms.tsv", "ORPHAnomenclature_en_2023.xml",
		"ORPHAclassification_991_made_en_2023.xml", "en_product4.xml", "natural_history.csv", "orpha_fsmr.tsv", "hp.obo"}
	for i, name := range names {
		f.Add(uint8(i), fixture(f, name))
	}
	f.Add(uint8(len(names)), fixture(f, "packets/ORPHApacket_9900001.json"))
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		base := []string{"hp.json", "phenotype.hpoa", "ORPHAnomenclature_en_2023.xml"}
		name := "packets/ORPHApacket_9900001.json"
		if int(which) < len(names) {
			name = names[which]
		} else {
			base = append(base, "packets")
		}
		dir := folder(t, base...)
		write(t, filepath.Join(dir, name), data)
		k, rep, err := Build(Options{Dir: dir})
		if (k == nil) != (err != nil) || rep == nil {
			t.Errorf("knowledge %v, report %v, error %v", k != nil, rep != nil, err)
		}
	})
}
