package term_test

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/term"
)

func TestTermByID(t *testing.T) {
	k := sealed(t)
	tests := []struct {
		id     string
		want   string
		status term.IDStatus
	}{
		{"HP:0000252", "HP:0000252", term.IDLive},
		{"HP:0001366", "HP:0000252", term.IDReplaced},
		{"HP:9999999", "", term.IDUnknown},
		{"", "", term.IDUnknown},
	}
	for _, tt := range tests {
		i, status := k.TermByID(tt.id)
		if status != tt.status || (i < 0) != (tt.want == "") || i >= 0 && k.Terms[i].ID != tt.want {
			t.Errorf("TermByID(%q) = %d, %d", tt.id, i, status)
		}
	}
}

func TestDiseaseByID(t *testing.T) {
	k := sealed(t)
	tests := map[string]string{"ORPHA:558": "ORPHA:558", "ORPHA:99": "ORPHA:558", "ORPHA:1": ""}
	for id, want := range tests {
		i, ok := k.DiseaseByID(id)
		if ok != (want != "") || ok && k.Diseases[i].ID != want {
			t.Errorf("DiseaseByID(%q) = %d, %v", id, i, ok)
		}
	}
	if i, ok := k.NetworkBySlug("fava-multi"); !ok || i != 0 {
		t.Errorf("NetworkBySlug = %d, %v", i, ok)
	}
	if i, ok := k.NetworkBySlug("none"); ok || i != -1 {
		t.Errorf("NetworkBySlug = %d, %v", i, ok)
	}
}

func TestAncestors(t *testing.T) {
	k := sealed(t)
	seizure, _ := k.TermByID("HP:0001250")
	myoclonic, _ := k.TermByID("HP:0002123")
	want := []string{"HP:0000001", "HP:0000118", "HP:0001250", "HP:0002069", "HP:0002123"}
	if got := ids(k, k.Ancestors(myoclonic)); !slices.Equal(got, want) {
		t.Errorf("Ancestors = %v, want %v", got, want)
	}
	if !k.IsA(myoclonic, seizure) || !k.IsA(seizure, seizure) || k.IsA(seizure, myoclonic) {
		t.Error("IsA is wrong about seizures")
	}
	if k.Depth(0) != 0 || k.Depth(seizure) != 2 || k.Depth(myoclonic) != 4 || k.Signs() != 8 {
		t.Errorf("depths %d %d %d, %d signs", k.Depth(0), k.Depth(seizure), k.Depth(myoclonic), k.Signs())
	}
}

func TestNames(t *testing.T) {
	k := sealed(t)
	tests := []struct{ got, want term.Label }{
		{k.TermLabel(5, "fr"), term.Label{Text: "Œdème", Lang: "fr"}},
		{k.TermLabel(5, "en"), term.Label{Text: "Edema", Lang: "en"}},
		{k.TermLabel(8, "fr"), term.Label{Text: "Generalized myoclonic seizure", Lang: "en"}},
		{k.DiseaseLabel(1, "fr"), term.Label{Text: "Drépanocytose", Lang: "fr"}},
		{k.DiseaseLabel(3, "fr"), term.Label{Text: "Old name of Marfan syndrome", Lang: "en"}},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("got %v, want %v", tt.got, tt.want)
		}
	}
}

func TestCheck(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(k *term.Knowledge)
		want  string
	}{
		{"terms not sorted", func(k *term.Knowledge) { k.Terms[3].ID = "HP:0000001" }, "terms:"},
		{"term without id", func(k *term.Knowledge) { k.Terms[0].ID = "" }, "terms:"},
		{"term without name", func(k *term.Knowledge) { k.Terms[2].EN = "" }, "HP:0000252: no English name"},
		{"parent out of range", func(k *term.Knowledge) { k.Terms[2].Parents = []int32{10} }, "parent 10 out of range"},
		{"parent twice", func(k *term.Knowledge) { k.Terms[2].Parents = []int32{1, 1} }, "parent HP:0000118 twice"},
		{"ring", func(k *term.Knowledge) { k.Terms[6].Parents = []int32{1, 8} }, "ring"},
		{"sign without parents", func(k *term.Knowledge) { k.Terms[2].Parents = nil }, "HP:0000252: is a sign"},
		{"sign under no sign", func(k *term.Knowledge) { k.Terms[2].Parents = []int32{9} }, "HP:0000252: is a sign"},
		{"alternative id twice", func(k *term.Knowledge) { k.Terms[3].AltIDs = []string{"HP:0001366"} }, "HP:0001366"},
		{"alternative id is live", func(k *term.Knowledge) { k.Terms[3].AltIDs = []string{"HP:0001250"} }, "HP:0001250"},
		{"synonym language", func(k *term.Knowledge) { k.Terms[2].Synonyms[0].Lang = "de" }, `"de"`},
		{"diseases not sorted", func(k *term.Knowledge) { k.Diseases[1].ID = "OMIM:1" }, "diseases:"},
		{"disease without name", func(k *term.Knowledge) { k.Diseases[3].EN = "" }, "ORPHA:99: no name"},
		{"family out of range", func(k *term.Knowledge) { k.Diseases[0].Family = 3 }, "family 3 out of range"},
		{"sign out of range", func(k *term.Knowledge) { k.Diseases[0].Signs[1].Term = -1 }, "sign -1 out of range"},
		{"sign repeated", func(k *term.Knowledge) { k.Diseases[0].Signs[1].Term = 3 }, "HP:0000316 repeated"},
		{"sign that is none", func(k *term.Knowledge) { k.Diseases[0].Signs[1].Term = 9 }, "HP:0003577 is not under"},
		{"excluded as sign", func(k *term.Knowledge) { k.Diseases[0].Signs[0].Freq.Class = term.FreqExcluded }, "Absent"},
		{"more than all", func(k *term.Knowledge) { k.Diseases[0].Signs[0].Freq.N = 11 }, "11 of 10"},
		{"percent forgotten", func(k *term.Knowledge) { k.Diseases[0].Signs[0].Freq.Percent = 0 }, "none is -1"},
		{"absent not sorted", func(k *term.Knowledge) { k.Diseases[0].Absent = []int32{6, 2} }, "absent sign 2 after 6"},
		{"genes not sorted", func(k *term.Knowledge) { k.Diseases[0].Genes = []string{"B", "A"} }, `gene "A"`},
		{"moved with signs", func(k *term.Knowledge) { k.Diseases[1].MovedTo = "ORPHA:558" }, "although it moved"},
		{"moved nowhere", func(k *term.Knowledge) { k.Diseases[3].MovedTo = "ORPHA:1" }, "moved to ORPHA:1"},
		{"moved in a ring", func(k *term.Knowledge) { k.Diseases[3].MovedTo = "ORPHA:99" }, "ring"},
		{"network out of range", func(k *term.Knowledge) { k.Diseases[0].Networks[0].Network = 1 }, "network 1 out of range"},
		{"families not sorted", func(k *term.Knowledge) { k.Families[1].ID = "A" }, "families:"},
		{"member out of range", func(k *term.Knowledge) { k.Families[1].Members = []int32{9} }, "member 9 out of range"},
		{"member of another", func(k *term.Knowledge) { k.Families[1].Members = []int32{1, 3} }, "ORPHA:99 says"},
		{"family without member", func(k *term.Knowledge) { k.Families[1].Members = nil }, "not that of a member"},
		{"disease left out", func(k *term.Knowledge) { k.Families[0].Members = []int32{0} }, "3 members"},
		{"network sign", func(k *term.Knowledge) { k.Networks[0].Signs = []int32{10} }, "sign 10 out of range"},
		{"red flag half said", func(k *term.Knowledge) { k.RedFlags[0].EN = "" }, `red flag "fever"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := made()
			tt.spoil(k)
			if err := term.Seal(k); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Seal = %v, want %q in it", err, tt.want)
			}
		})
	}
	if err := term.Check(&term.Knowledge{}); err != nil {
		t.Errorf("nothing at all: %v", err)
	}
}
