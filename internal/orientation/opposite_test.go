package orientation

import (
	"slices"
	"testing"

	"phare/internal/starter"
	"phare/internal/term"
)

func starters(t *testing.T) *term.Knowledge {
	t.Helper()
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestPoleOf(t *testing.T) {
	for label, want := range map[string]struct {
		about string
		up    bool
	}{
		"Microcephaly":          {"size cephaly", false},
		"Macrocephaly":          {"size cephaly", true},
		"Hypertonia":            {"much tonia", true},
		"Generalized hypotonia": {"much generalized tonia", false},
		"Elevated circulating creatine kinase levels":  {"much creatine kinase", true},
		"Reduced creatine kinase in blood":             {"much creatine kinase", false},
		"Short stature":                                {"length stature", false},
		"Delayed puberty":                              {"time puberty", false},
		"Polyclonal elevation of IgM":                  {"", false}, // many clones, few clones: no contrary
		"Ataxia":                                       {"", false},
		"Hyperactivity with increased speech":          {"", false}, // two directions: of what?
		"Polyps":                                       {"", false}, // a head with hardly a word behind it
		"Increased":                                    {"", false}, // of nothing
		"Decreased circulating concentration of blood": {"", false},
	} {
		p, ok := poleOf(label)
		if ok != (want.about != "") || ok && (p.about != want.about || p.up != want.up) {
			t.Errorf("%s: %q, up %t, %t", label, p.about, p.up, ok)
		}
	}
}

func TestOpposed(t *testing.T) {
	k := starters(t)
	o := NewOpposites(k)
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"lost reflexes and brisk ones", "HP:0001284", "HP:0001347", true},
		{"a small head and a large one", "HP:0000252", "HP:0000256", true},
		{"the same sign", "HP:0000252", "HP:0000252", false},
		{"low tone and stiffness, a kind of high tone", "HP:0001252", "HP:0001257", true},
		{"short and tall", "HP:0004322", "HP:0000098", true},
		{"a pair of the table", "HP:0002014", "HP:0002019", true},
		{"neighbours of one direction", "HP:0001263", "HP:0001249", false},
		{"a small head and a small body", "HP:0000252", "HP:0004322", false},
		{"nothing known", "HP:0000252", "HP:9999999", false},
	} {
		if got := o.Opposed(tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
		if got := o.Opposed(tt.b, tt.a); got != tt.want {
			t.Errorf("%s, the other way round: %t", tt.name, got)
		}
	}
}

// A sign that is of both ends is opposed to neither.
func TestBothEnds(t *testing.T) {
	terms := []term.Term{
		{ID: "HP:0000001", EN: "All"}, {ID: "HP:0000118", EN: "Phenotypic abnormality", Parents: []int32{0}, Phenotype: true},
		{ID: "HP:1000002", EN: "Hypertonia", Parents: []int32{1}, Phenotype: true},
		{ID: "HP:1000003", EN: "Hypotonia", Parents: []int32{1}, Phenotype: true},
		{ID: "HP:1000004", EN: "Fluctuating tone", Parents: []int32{2, 3}, Phenotype: true},
	}
	k := made(terms)
	if err := term.Seal(k); err != nil {
		t.Fatal(err)
	}
	o := NewOpposites(k)
	if !o.Opposed("HP:1000002", "HP:1000003") || o.Opposed("HP:1000004", "HP:1000003") || o.Opposed("HP:1000002", "HP:1000004") {
		t.Error("what fluctuates is taken for one end")
	}
}

// The table names live signs, each pair once, and none whose labels show it.
func TestOppositesTable(t *testing.T) {
	k := starters(t)
	pairs := oppositePairs()
	if len(pairs) < 15 {
		t.Fatalf("%d pairs", len(pairs))
	}
	bare := NewOpposites(k)
	for i := range bare.poles { // without the table
		bare.poles[i] = slices.DeleteFunc(bare.poles[i], func(p pole) bool { return p.about[:3] == "HP:" })
	}
	for i, p := range pairs {
		if slices.Index(pairs, p) != i || p[0] == p[1] || !hpo(p[0]) || !hpo(p[1]) {
			t.Errorf("%v", p)
		}
		if bare.Opposed(p[0], p[1]) {
			t.Errorf("%v: the labels say so already", p)
		}
	}
}

func hpo(id string) bool { return len(id) == 10 && id[:3] == "HP:" }

// The ids of the table are live in the official release.
func TestOppositesTableOfficial(t *testing.T) {
	k := officialKnowledge(t)
	for _, p := range oppositePairs() {
		for _, id := range p {
			if _, status := k.TermByID(id); status != term.IDLive {
				t.Errorf("%s is %v", id, status)
			}
		}
	}
}

// What is reworded keeps its weight, and what is stored stays as it was.
func TestReword(t *testing.T) {
	k := starters(t)
	o := NewOpposites(k)
	was := Result{Signs: []string{"HP:0001284", "HP:0001252"}, Entries: []Entry{{Lines: []Line{
		{Kind: Supports, Term: "HP:0001252", Weight: 3},
		{Kind: Partial, Term: "HP:0001284", Via: "HP:0001347", Weight: 2},
		{Kind: Partial, Term: "HP:0001284", Via: "HP:0001265", Weight: 2},
		{Kind: NotAsked, Term: "HP:0008936", Weight: -1}, // Axial hypotonia
		{Kind: NotAsked, Term: "HP:0001250", Weight: -1},
	}}, {}}}
	got := o.Reword(was)
	want := []struct {
		kind Kind
		via  string
	}{{Supports, ""}, {Opposite, "HP:0001347"}, {Partial, "HP:0001265"}, {Precise, "HP:0001252"}, {NotAsked, ""}}
	for i, l := range got.Entries[0].Lines {
		if l.Kind != want[i].kind || l.Via != want[i].via || l.Weight != was.Entries[0].Lines[i].Weight {
			t.Errorf("line %d: %+v", i, l)
		}
	}
	if was.Entries[0].Lines[1].Kind != Partial || was.Entries[0].Lines[3].Kind != NotAsked || got.Entries[1].Lines != nil {
		t.Error("what was given has changed, or lines were made of none")
	}
}
