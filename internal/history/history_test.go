package history

import (
	"testing"
	"time"

	"phare"
)

var today = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// A date is typed as one remembers it, and kept as much as is known of it.
func TestParseDate(t *testing.T) {
	for typed, want := range map[string]string{
		"2019": "2019", "03/2019": "2019-03", "3/2019": "2019-03", "12/03/2019": "2019-03-12", "1.3.2019": "2019-03-01", "2019-03": "2019-03", "2019-03-12": "2019-03-12",
		"23/11/2026": "2026-11-23", "11/2026": "2026-11", "2026": "2026", // as late as today
		"24/11/2026": "", "12/2026": "", "2027": "", // after today
		"13/2019": "", "30/02/2019": "", "1850": "", "00/2019": "", "hier": "", "": "", "19": "", "2019/03": "",
	} {
		if got, ok := ParseDate(typed, today); got != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
}

func TestParseLine(t *testing.T) {
	for line, want := range map[string]struct {
		date, words string
		ok          bool
	}{
		"2019 chutes répétées":            {"2019", "chutes répétées", true},
		"03/2019 : IRM normale":           {"2019-03", "IRM normale", true},
		"2019: marche tardive":            {"2019", "marche tardive", true},
		"marche tardive":                  {"", "marche tardive", true},
		"3 chutes en un mois":             {"", "3 chutes en un mois", true}, // a number, no date
		"2019":                            {"2019", "", true},
		"31/02/2019 échographie":          {"", "", false}, // looks like a date, and is none
		"2031 échographie":                {"", "", false},
		"Dr Inventé, 2019, pas de lésion": {"", "Dr Inventé, 2019, pas de lésion", true},
	} {
		date, words, ok := ParseLine(line, today)
		if ok != want.ok || ok && (date != want.date || words != want.words) {
			t.Errorf("%q is %q, %q, %v", line, date, words, ok)
		}
	}
}

// The clock of errance, worked out by hand.
func TestClock(t *testing.T) {
	on := func(kind Kind, date string) Fact { return Fact{Kind: kind, Date: date} }
	for name, tt := range map[string]struct {
		facts []Fact
		want  Errance
	}{
		"nothing known":                   {nil, Errance{}},
		"first signs without a date":      {[]Fact{on(Onset, "")}, Errance{}},
		"an examination is no first sign": {[]Fact{on(Exam, "2019")}, Errance{}},
		"six years and two months":        {[]Fact{on(Onset, "2020-09")}, Errance{Known: true, Years: 6, Months: 2}},
		"the earliest counts":             {[]Fact{on(Onset, "2021-01"), on(Onset, "2020-09")}, Errance{Known: true, Years: 6, Months: 2}},
		"a day too few":                   {[]Fact{on(Onset, "2020-09-24")}, Errance{Known: true, Years: 6, Months: 1}},
		"to the day":                      {[]Fact{on(Onset, "2020-09-23")}, Errance{Known: true, Years: 6, Months: 2}},
		"a year alone is about":           {[]Fact{on(Onset, "2020")}, Errance{Known: true, About: true, Years: 6}}, // mid-2020 to November 2026: 6.3
		"ended by a diagnosis":            {[]Fact{on(Onset, "2015-05"), on(Diagnosis, "2019-07")}, Errance{Known: true, Found: true, Years: 4, Months: 2}},
		"two years alone":                 {[]Fact{on(Onset, "2015"), on(Diagnosis, "2019")}, Errance{Known: true, Found: true, About: true, Years: 4}},
		"a diagnosis without a date":      {[]Fact{on(Onset, "2020-09"), on(Diagnosis, "")}, Errance{Known: true, Years: 6, Months: 2}},
		"today":                           {[]Fact{on(Onset, "2026-11-23")}, Errance{Known: true}},
		"what was struck out is gone":     {[]Fact{{Kind: Onset, Date: "2001", EndedAt: today}, on(Onset, "2020-09")}, Errance{Known: true, Years: 6, Months: 2}},
	} {
		if got := Clock(tt.facts, "", today); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestAccept(t *testing.T) {
	good := Entry{Kind: Exam, Lines: "03/2019 IRM normale\n\n2020 EMG\n", Source: Family, Again: true}
	facts, err := good.accept(today)
	if err != nil || len(facts) != 2 || facts[1].Date != "2020" || facts[1].Words != "EMG" || !facts[0].Again {
		t.Fatalf("%+v %v", facts, err)
	}
	for name, change := range map[string]func(*Entry){
		"no kind": func(e *Entry) { e.Kind = "" }, "no source": func(e *Entry) { e.Source = "" }, "no line": func(e *Entry) { e.Lines = " \n" },
		"a document that is not named": func(e *Entry) { e.Source = Document }, "a false date": func(e *Entry) { e.Lines = "31/02/2019 IRM" },
		"a date alone": func(e *Entry) { e.Lines = "2019" },
	} {
		e := good
		change(&e)
		if _, err := e.accept(today); phare.KindOf(err) != phare.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Entry{Kind: Onset, Lines: "2019", Source: Family}).accept(today); err != nil {
		t.Errorf("of first signs the date alone is enough: %v", err)
	}
}
