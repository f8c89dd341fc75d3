package consent

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
)

// said makes a record: each word is what, of which kind, of whom, an hour after the
// one before.
func said(words ...Line) (r Record) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for i, l := range words {
		l.ID, l.At = phare.ID(rune('a'+i)), at.Add(time.Duration(i)*time.Hour)
		l.SaidOn = "2026-03-02"
		r.Lines = append(r.Lines, l)
	}
	r.Now, r.Today = at.Add(24*time.Hour), "2026-03-03"
	return r
}

func out(kind, to, outcome string) Line {
	return Line{Purpose: Outside, Kind: kind, Outcome: outcome, About: About{To: to}}
}

// Ask 25: what one person may see is said of them by name, file by file; the latest
// word counts, but a no that names someone is lifted only by a yes that names them.
func TestJudge(t *testing.T) {
	ada := ToExpert("", "Pr Ada Imaginaire", "Centre inventé")
	bob := ToExpert("", "Dr Bob Inventé", "")
	tests := []struct {
		name     string
		lines    []Line
		ada, bob Standing
	}{
		{"nothing", nil, None, None},
		{"the box of the form", []Line{out(form, "", Given)}, Yes, Yes},
		{"all experts", []Line{out(Expert, "", Given)}, Yes, Yes},
		{"everyone", []Line{out(Any, "", Given)}, Yes, Yes},
		{"another kind", []Line{out("school", "", Given)}, None, None},
		{"one by name", []Line{out(Expert, "pr ADA imaginaire", Given)}, Yes, None},
		{"a no to a shorter form of a name", []Line{out(Any, "", Given), out(Expert, "Imaginaire", Refused)}, No, Yes},
		{"a no to a longer form of a place", []Line{out(Any, "", Given), out(Any, "Le centre inventé de Paris", Refused)}, No, Yes},
		{"a yes to a shorter form is for nobody", []Line{out(Expert, "Imaginaire", Given)}, None, None},
		{"one by place", []Line{out(Expert, "Centre invente", Given)}, Yes, None},
		{"all but one", []Line{out(Expert, "", Given), out(Expert, "Pr Ada Imaginaire", Refused)}, No, Yes},
		{"all, later, is not her", []Line{out(Expert, "Pr Ada Imaginaire", Refused), out(Expert, "", Given)}, No, Yes},
		{"and then her by name", []Line{out(Expert, "Pr Ada Imaginaire", Refused), out(Expert, "", Given), out(Expert, "Pr Ada Imaginaire", Given)}, Yes, Yes},
		{"nobody, and then one", []Line{out(Any, "", Refused), out(Expert, "Pr Ada Imaginaire", Given)}, Yes, No},
		{"one, and then nobody", []Line{out(Expert, "Pr Ada Imaginaire", Given), out(Any, "", Withdrawn)}, No, No},
		{"withdrawn from the form", []Line{out(form, "", Given), out(Any, "", Withdrawn)}, No, No},
		{"a no to all kinds, a yes to one", []Line{out(Any, "", Refused), out(Expert, "", Given)}, Yes, Yes},
		{"a no to experts, a yes to all", []Line{out(Expert, "", Refused), out(Any, "", Given)}, No, No},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := said(tt.lines...)
			if got := r.Judge(ada).Standing; got != tt.ada {
				t.Errorf("Ada: %s, want %s", got, tt.ada)
			}
			if got := r.Judge(bob).Standing; got != tt.bob {
				t.Errorf("Bob: %s, want %s", got, tt.bob)
			}
			may := r.May(ada) == nil
			if may != (tt.ada == Yes) {
				t.Errorf("May = %v for %s", may, tt.ada)
			}
		})
	}
}

// Different objects: a yes or a no to one says nothing of another.
func TestNeverOneBox(t *testing.T) {
	for _, p := range Purposes() {
		for _, outcome := range p.Outcomes {
			r := said(Line{Purpose: p.ID, Kind: Any, Outcome: outcome})
			for _, other := range Purposes() {
				if other.ID == p.ID {
					continue
				}
				if got, before := r.Judge(general(other)), (Record{}).Judge(general(other)); got.Standing != before.Standing {
					t.Errorf("%s %s makes %s %s", p.ID, outcome, other.ID, got.Standing)
				}
			}
		}
	}
}

// The national warehouse: silence is neither yes nor no, and what is not noted as
// handed over was not.
func TestWarehouse(t *testing.T) {
	to := Target{Purpose: "bndmr"}
	told := Line{Purpose: "info-bndmr", Kind: Any, Outcome: Given}
	if err := said().May(to); err == nil {
		t.Error("nobody was told")
	}
	if err := said(told).May(to); err != nil {
		t.Error(err)
	}
	if err := said(told, Line{Purpose: "bndmr", Kind: Any, Outcome: Opposed}).May(to); err == nil {
		t.Error("the person objected")
	}
}

// A yes ends with its last day, at the desk; a no never does.
func TestLapses(t *testing.T) {
	last := out(Expert, "", Given)
	last.Until = "2026-03-03"
	r := said(last)
	if v := r.Judge(ToExpert("", "x", "")); v.Standing != Yes {
		t.Errorf("on its last day: %s", v.Standing)
	}
	r.Today = "2026-03-04"
	if v := r.Judge(ToExpert("", "x", "")); v.Standing != Lapsed || r.May(ToExpert("", "x", "")) == nil {
		t.Errorf("the day after: %s", v.Standing)
	}
}

// Whom to ask is said: the child's parents, or the patient.
func TestWhomToAsk(t *testing.T) {
	for child, want := range map[bool]string{false: "consent.stop.outside.none", true: "consent.stop.outside.none.child"} {
		r := said()
		r.Child = child
		e, _ := r.May(ToExpert("", "x", "")).(*phare.Error)
		if e == nil || e.Key != want {
			t.Errorf("child %v: %v", child, e)
		}
	}
	for birth, child := range map[string]bool{"2008-03-04": true, "2008-03-03": false, "2008-03-02": false, "2009": true, "2008": false, "2007": false, "": false, "?": false} {
		if isChild(birth, "2026-03-03") != child {
			t.Errorf("born %q: child is not %v", birth, child)
		}
	}
}

// What left before a no was said is not looked at after it; what left after it, by
// an override, is.
func TestHolds(t *testing.T) {
	r := said(out(Expert, "", Given), out(Any, "", Withdrawn))
	no, to := r.Lines[1].At, ToExpert("", "x", "")
	if r.Holds(to, no.Add(-time.Minute)) || !r.Holds(to, no.Add(time.Minute)) {
		t.Error("what left before the no is looked at, or what left after it is not")
	}
	if !said().Holds(to, no) {
		t.Error("what left by an override, when nobody had said anything")
	}
}

func TestExcuse(t *testing.T) {
	nurse, doctor := access.Actor{Platform: "p", Role: access.Nurse}, access.Actor{Platform: "p", Role: access.Physician}
	none, no := said(), said(out(Any, "", Refused))
	tests := []struct {
		name       string
		r          Record
		by         access.Actor
		why, words string
		key        string
	}{
		{"no kind", none, nurse, "", "une raison assez longue", "consent.override.kind"},
		{"an unknown kind", none, nurse, "because", "une raison assez longue", "consent.override.kind"},
		{"fourteen characters", none, nurse, "other", "quatorze signe", "consent.override.short"},
		{"fifteen", none, nurse, "other", "quinze signes !", ""},
		{"against a no, too weak", no, doctor, "other", "une raison assez longue", "consent.override.against"},
		{"against a no, a nurse", no, nurse, "vital", "une raison assez longue", "consent.override.physician"},
		{"against a no, a physician", no, doctor, "vital", "une raison assez longue", ""},
	}
	for _, tt := range tests {
		e, _ := tt.r.excuse(tt.by, ToExpert("", "x", ""), tt.why, tt.words).(*phare.Error)
		if key := ""; e != nil && e.Key != tt.key || e == nil && tt.key != key {
			t.Errorf("%s: %v, want %q", tt.name, e, tt.key)
		}
	}
}

// The tables can be read, say where each row comes from, and whether anybody held it
// against the law.
func TestTables(t *testing.T) {
	table, err := parse(files.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	if table.Version == "" {
		t.Error("the table has no date")
	}
	marks := map[string]bool{"V": true, "2nd": true, "M": true, "GAP": true}
	rules := map[string]bool{ruleConsent: true, ruleSigned: true, ruleOpposition: true, ruleInformation: true}
	seen := map[string]bool{}
	for _, p := range table.Purposes {
		if seen[p.ID] || !marks[p.Mark] || !rules[p.Rule] || p.Source == "" || p.FR == "" || p.EN == "" || p.MeansFR == "" || p.MeansEN == "" || p.YouFR == "" || p.YouEN == "" || len(p.Outcomes) == 0 {
			t.Errorf("the row %s is not whole", p.ID)
		}
		if p.VerifiedOn != "" {
			if _, err := time.Parse(time.DateOnly, p.VerifiedOn); err != nil {
				t.Errorf("%s: %v", p.ID, err)
			}
		}
		if p.Needs != "" && !seen[p.Needs] {
			t.Errorf("%s needs %s, which stands nowhere before it", p.ID, p.Needs)
		}
		seen[p.ID] = true
	}
	for _, id := range []string{Team, Outside, Relatives} {
		if !seen[id] {
			t.Errorf("no row for %s", id)
		}
	}
	for _, x := range table.Excuses {
		if !marks[x.Mark] || x.Source == "" || x.FR == "" || x.EN == "" {
			t.Errorf("the row %s is not whole", x.ID)
		}
	}
	if last := table.Requesters[len(table.Requesters)-1]; last.Who != "*" || last.Purpose != Outside {
		t.Error("whoever is not known to care for the person is not outside")
	}
	for _, bad := range []string{"id\tfr\n", "who\trelation\tpurpose\tkind\tmark\tsource\tverified_on\na\tb\n"} {
		read := func(string) ([]byte, error) { return []byte(bad), nil }
		if _, _, err := tableNamed(read); err == nil {
			t.Errorf("%q can be read", bad)
		}
	}
}

func tableNamed(read func(string) ([]byte, error)) (string, [][]string, error) {
	return table(read, "x.tsv", "who relation purpose kind mark source verified_on")
}
