package term

import (
	"bytes"
	"testing"
)

// FuzzDecode puts a right header and digest around any body, so that the parser
// itself meets the bytes. It must answer, and what it accepts must encode to
// something that it accepts again with the same meaning.
func FuzzDecode(f *testing.F) {
	k := &Knowledge{
		Meta: Meta{Name: "x", Sources: []Source{{File: "f", Rows: 3}}},
		Terms: []Term{
			{ID: "HP:0000118", EN: "Phenotypic abnormality", Phenotype: true, AltIDs: []string{"HP:1"}},
			{ID: "HP:0000252", EN: "Microcephaly", Phenotype: true, Parents: []int32{0}, Synonyms: []Label{{Text: "s", Lang: "fr"}}},
		},
		Diseases: []Disease{{ID: "ORPHA:1", EN: "d", Genes: []string{"A", "B"}, Absent: []int32{0},
			Signs:      []Sign{{Term: 1, Freq: Freq{N: 1, M: 2, Percent: 20}, Sources: []string{"HPOA"}}},
			Prevalence: []Prevalence{{Kind: "p"}}, Links: []Link{{ID: "OMIM:1"}}, Networks: []NetworkLink{{Rule: "r"}}}},
		Families: []Family{{ID: "ORPHA:1", Members: []int32{0}}},
		Networks: []Network{{Slug: "n", Signs: []int32{1}}},
		RedFlags: []RedFlag{{ID: "r", FR: "f", EN: "e"}},
	}
	for _, seed := range []*Knowledge{k, {}} {
		b, err := encoded(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b[headerSize : len(b)-32])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		head := append([]byte(magic), version)
		head = append(head, make([]byte, headerSize-len(head))...)
		got, err := Decode(finish(append(head, body...)))
		if err != nil {
			if got != nil {
				t.Fatal("a knowledge came with an error")
			}
			return
		}
		first, err := encoded(got)
		if err != nil {
			t.Fatalf("accepted, but cannot be written: %v", err)
		}
		again, err := Decode(first)
		if err != nil {
			t.Fatalf("written, but cannot be read: %v", err)
		}
		if second, err := encoded(again); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("reading and writing changed it: %v", err)
		}
	})
}
