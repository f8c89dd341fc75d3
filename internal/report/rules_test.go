package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"phare/internal/text"
)

func TestPercentile(t *testing.T) {
	hours := func(n ...int) (all []time.Duration) {
		for _, x := range n {
			all = append(all, time.Duration(x)*time.Hour)
		}
		return all
	}
	for _, tt := range []struct {
		all     []time.Duration
		percent int
		want    int
	}{
		{nil, 50, 0},
		{hours(7), 50, 7},
		{hours(7), 90, 7},
		{hours(2, 1), 50, 1},
		{hours(3, 1, 2), 50, 2},
		{hours(4, 3, 2, 1), 50, 2},
		{hours(10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 90, 9},
		{hours(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), 90, 10},
		{hours(1, 2), 0, 1},
		{hours(1, 2), 100, 2},
	} {
		if got := Percentile(tt.all, tt.percent); got != time.Duration(tt.want)*time.Hour {
			t.Errorf("Percentile(%v, %d) = %v, want %d h", tt.all, tt.percent, got, tt.want)
		}
	}
}

func TestDepartment(t *testing.T) {
	for address, want := range map[string]string{
		"":                                "",
		"Saint-Denis":                     "",
		"97400 Saint-Denis":               "974",
		"Saint-Denis (97400)":             "974",
		"1 rue Inventée\n97600 Mamoudzou": "976",
		"31000 Toulouse":                  "31",
		"20000 Ajaccio":                   "2A",
		"20200 Bastia":                    "2B",
		"2A004":                           "2A",
		"2B033 Bastia":                    "2B",
		"0262001234":                      "", // a telephone number
		"12 rue A, 97300":                 "973",
		"98800 Nouméa":                    "988",
		"00000":                           "",
		"A97400":                          "974",
	} {
		if got := department(address); got != want {
			t.Errorf("department(%q) = %q, want %q", address, got, want)
		}
	}
}

func words(t testing.TB, lang string) Words {
	t.Helper()
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Words{c, lang}
}

func TestDelay(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                             "0\u00a0min",
		59*time.Minute + time.Second:  "59\u00a0min",
		time.Hour:                     "1\u00a0h",
		47 * time.Hour:                "47\u00a0h",
		48 * time.Hour:                "2,0\u00a0jours",
		3*24*time.Hour + 12*time.Hour: "3,5\u00a0jours",
	} {
		if got := words(t, "fr").Delay(d); got != want {
			t.Errorf("Delay(%v) = %q, want %q", d, got, want)
		}
	}
}

// Whatever a label holds, the table stands and the label's cell is no formula;
// package spreadsheet tests what a formula is.
func FuzzLabels(f *testing.F) {
	for _, s := range []string{"", "=1+1", "+33", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "'=", "a=b", "\"=1\";=2", "a;=1"} {
		f.Add(s)
	}
	w := words(f, "fr")
	f.Fuzz(func(t *testing.T, label string) {
		r := Report{Tables: []Table{{Key: "network", Unit: Requests, Rows: []Row{{Label: label, N: 3}}}}}
		var b bytes.Buffer
		if err := w.CSV(&b, r); err != nil {
			t.Fatal(err)
		}
		c := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
		c.Comma = ';'
		rows, err := c.ReadAll()
		if err != nil || len(rows) != 2 || rows[1][2] != "3" {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		for _, cell := range rows[1] {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%q became the cell %q", label, cell)
			}
		}
	})
}
