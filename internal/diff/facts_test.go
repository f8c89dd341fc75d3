package diff_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"phare/internal/diff"
	"phare/internal/term"
)

// lines are the changes as printed, each with its kind.
func lines(f diff.Facts) (all []string) {
	for _, c := range f.Changes {
		all = append(all, fmt.Sprintf("%s %s", c.Kind, c))
	}
	return all
}

func TestEqual(t *testing.T) {
	f := diff.Compare(sealed(t, nil), sealed(t, nil))
	if !f.Equal || len(f.Changes) != 0 || len(f.Counts) != 0 {
		t.Errorf("the same twice: %+v", f)
	}
}

// TestFacts changes one thing at a time; the list says this thing and nothing else.
func TestFacts(t *testing.T) {
	tests := []struct {
		name   string
		change func(*term.Knowledge)
		want   []string
	}{
		{"a release", func(k *term.Knowledge) { k.Meta.Sources[0].Version, k.Meta.Sources[0].Licence = "2", "paid" },
			[]string{"source.version ~ hp.json Signs: 1 → 2", "source.licence ~ hp.json Signs: free → paid"}},
		{"a release with its version in the name", func(k *term.Knowledge) { k.Meta.Sources[1].File = "y.tsv" },
			[]string{"source.content ~ y.tsv Tables: x.tsv, Tables, 2 rows, SHA-256 01 → y.tsv, Tables, 2 rows, SHA-256 01"}},
		{"a source less", func(k *term.Knowledge) { k.Meta.Sources = k.Meta.Sources[:1] }, []string{"source.removed - x.tsv Tables: 1"}},
		{"a sign more", func(k *term.Knowledge) {
			k.Terms = append(k.Terms, term.Term{ID: "HP:0009000", EN: "New", Parents: []int32{1}, Phenotype: true})
		}, []string{"sign.added + HP:0009000 New"}},
		{"a sign of its own again", func(k *term.Knowledge) {
			k.Terms[2].AltIDs = nil
			k.Terms = append(k.Terms, term.Term{ID: "HP:0009999", EN: "New", Parents: []int32{1}, Phenotype: true})
		}, []string{"sign.added + HP:0009999 New: another id of HP:0000252", "sign.ids ~ HP:0000252 Small head: HP:0009999 → nothing"}},
		{"a sign without replacement", func(k *term.Knowledge) { k.Terms = k.Terms[:5] }, []string{"sign.removed - HP:0002069 Long seizure"}},
		{"a sign replaced by its parent, under which its disease keeps it", func(k *term.Knowledge) {
			k.Terms[4].ID, k.Terms[4].AltIDs = "HP:0001251", []string{"HP:0001250"}
		}, []string{
			"sign.added + HP:0001251 Seizure", "sign.replaced ~ HP:0001250 Seizure → HP:0001251 Seizure"}},
		{"names", func(k *term.Knowledge) {
			k.Terms[2].FR, k.Terms[3].EN, k.Terms[3].FR = "Microcéphalie", "Eyes apart", "Yeux"
		},
			[]string{"sign.name.en ~ HP:0000316 Eyes apart: Wide eyes → Eyes apart",
				"sign.name.fr ~ HP:0000252 Small head: Petite tête → Microcéphalie", "sign.name.fr ~ HP:0000316 Eyes apart → Yeux"}},
		{"moved", func(k *term.Knowledge) { k.Terms[5].Parents = []int32{1} },
			[]string{"sign.parents ~ HP:0002069 Long seizure: HP:0001250 → HP:0000118"}},
		{"a disease more and one less", func(k *term.Knowledge) { k.Diseases[1].ID, k.Families[1].ID = "OMIM:5", "OMIM:5" },
			[]string{"disease.added + OMIM:5 Three", "disease.removed - OMIM:3 Three"}},
		{"renamed", func(k *term.Knowledge) { k.Diseases[0].FR = "" }, []string{"disease.name.fr ~ OMIM:1 One: Un → nothing"}},
		{"a code comes back", func(k *term.Knowledge) { k.Diseases[3].MovedTo = "" }, []string{"disease.moved ~ ORPHA:4 Four: ORPHA:2 → nothing"}},
		{"a family parts", func(k *term.Knowledge) {
			k.Families[0].Members = []int32{0}
			k.Families = slices.Insert(k.Families, 2, term.Family{ID: "ORPHA:2", Members: []int32{2}})
			k.Diseases[2].Family, k.Diseases[3].Family = 2, 3
		}, []string{"family.linked.removed - OMIM:1 · ORPHA:2", "family.first ~ ORPHA:2: OMIM:1 → ORPHA:2"}},
		{"signs of a disease", func(k *term.Knowledge) {
			k.Diseases[0].Signs = []term.Sign{{Term: 2, Freq: term.Freq{N: 4, M: 6, Percent: -1}, Sources: []string{"HPOA"}},
				{Term: 5, Freq: term.Freq{Class: term.FreqFrequent, Percent: 455}, Sources: []string{"HPOA"}}}
		}, []string{"disease.sign.added + OMIM:1 One · HP:0002069: Long seizure, 45.5 %, frequent",
			"disease.sign.removed - OMIM:1 One · HP:0001250: Seizure, frequency not said",
			"disease.sign.frequency ~ OMIM:1 One · HP:0000252: 3 of 5 → 4 of 6"}},
		{"what is absent", func(k *term.Knowledge) { k.Diseases[0].Absent = []int32{5} },
			[]string{"disease.absent.added + OMIM:1 One · HP:0002069", "disease.absent.removed - OMIM:1 One · HP:0000316"}},
		{"networks", func(k *term.Knowledge) {
			k.Diseases[0].Networks = []term.NetworkLink{{Network: 1, Rule: "head"}, {Network: 0, Rule: "starter"}}
		}, []string{"disease.networks ~ OMIM:1 One: net-a → net-b; net-a"}},
		{"a rule", func(k *term.Knowledge) { k.Diseases[0].Networks[0].Rule = "head" }, []string{"disease.rule ~ OMIM:1 One: starter → head"}},
		{"a network less", func(k *term.Knowledge) { k.Networks = k.Networks[:1] }, []string{"network.removed - net-b B"}},
		{"flags", func(k *term.Knowledge) { slices.Reverse(k.RedFlags); k.RedFlags[0].Urgent = true },
			[]string{"flag.changed ~ pain: Douleur / Pain () → Douleur / Pain (), urgent", "flag.order ~ fever; pain → pain; fever"}},
		{"what this list cannot name", func(k *term.Knowledge) { slices.Reverse(k.Meta.Sources) }, []string{"file.other"}},
	}
	for _, tt := range tests {
		f := diff.Compare(sealed(t, nil), sealed(t, tt.change))
		got := lines(f)
		if tt.name == "what this list cannot name" && len(got) == 1 {
			got[0], _, _ = strings.Cut(got[0], " ")
		}
		if f.Equal || !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, strings.Join(got, "\n     "), strings.Join(tt.want, "\n     "))
		}
	}
}

// TestNothingUnnamed changes every field of every record in turn: each must be
// seen under a name of its own, so that a field added later cannot be forgotten.
func TestNothingUnnamed(t *testing.T) {
	old := sealed(t, nil)
	records := []struct {
		name string
		of   func(*term.Knowledge) any
	}{
		{"source", func(k *term.Knowledge) any { return &k.Meta.Sources[0] }},
		{"term", func(k *term.Knowledge) any { return &k.Terms[2] }},
		{"label", func(k *term.Knowledge) any { return &k.Terms[2].Synonyms[0] }},
		{"disease", func(k *term.Knowledge) any { return &k.Diseases[0] }},
		{"sign", func(k *term.Knowledge) any { return &k.Diseases[0].Signs[0] }},
		{"frequency", func(k *term.Knowledge) any { return &k.Diseases[0].Signs[0].Freq }},
		{"prevalence", func(k *term.Knowledge) any { return &k.Diseases[0].Prevalence[0] }},
		{"link", func(k *term.Knowledge) any { return &k.Diseases[0].Links[0] }},
		{"network of a disease", func(k *term.Knowledge) any { return &k.Diseases[0].Networks[0] }},
		{"network of a family", func(k *term.Knowledge) any { return &k.Families[0].Networks[0] }},
		{"network", func(k *term.Knowledge) any { return &k.Networks[0] }},
		{"flag", func(k *term.Knowledge) any { return &k.RedFlags[0] }},
	}
	for _, r := range records {
		fields := reflect.TypeOf(r.of(made())).Elem()
		for i := range fields.NumField() {
			k := made()
			name := r.name + "." + fields.Field(i).Name
			if !spoil(reflect.ValueOf(r.of(k)).Elem().Field(i)) {
				t.Fatalf("%s: no way to change it", name)
			}
			if err := term.Seal(k); err != nil {
				continue // it cannot change alone; TestFacts changes these together
			}
			f := diff.Compare(old, k)
			if f.Equal || len(f.Changes) == 0 || f.Counts["file.other"] > 0 {
				t.Errorf("%s changed and was not named: %v", name, lines(f))
			}
		}
	}
}

// spoil makes v another value that may still hold together.
func spoil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "0")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int32:
		v.SetInt(v.Int() + 1)
	case reflect.Uint8:
		v.SetUint(v.Uint() + 1)
	case reflect.Slice:
		v.SetZero()
	case reflect.Struct:
		return spoil(v.Field(0))
	default:
		return false
	}
	return true
}

// The counts are those of the list, and the details follow them.
func TestFactsWritten(t *testing.T) {
	f := diff.Compare(sealed(t, nil), sealed(t, func(k *term.Knowledge) {
		k.Meta.Sources[0].Version = "2"
		k.Diseases[0].Signs = k.Diseases[0].Signs[:1]
		k.Diseases[0].Absent = nil
	}))
	for _, details := range []bool{false, true} {
		var b strings.Builder
		if err := f.Write(&b, details); err != nil {
			t.Fatal(err)
		}
		s := b.String()
		for _, want := range []string{"1  sources in another version", "1  signs removed from a disease", "1  diseases in all whose list", "~ hp.json Signs: 1 → 2"} {
			if !strings.Contains(s, want) {
				t.Errorf("details %v: no %q in\n%s", details, want, s)
			}
		}
		if strings.Contains(s, "OMIM:1") != details {
			t.Errorf("details %v:\n%s", details, s)
		}
	}
}
