package diff_test

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/diff"
	"phare/internal/orientation"
)

// answer is a made result: networks and diseases in order, scores falling.
func answer(networks, diseases string) orientation.Result {
	r := orientation.Result{}
	for i, n := range strings.Fields(networks) {
		r.Networks = append(r.Networks, orientation.NetworkScore{Slug: n, Score: int64(100 - i)})
	}
	for i, d := range strings.Fields(diseases) {
		codes := strings.Split(d, "=")
		r.Entries = append(r.Entries, orientation.Entry{Family: codes[0], Profile: codes[len(codes)-1], Aliases: codes[1:], Score: int64(100 - i)})
	}
	return r
}

func TestRankings(t *testing.T) {
	was := answer("a b c d", "OMIM:1=ORPHA:2 OMIM:3")
	was.Replaced, was.Unknown = map[string]string{"HP:1": "HP:2"}, []string{"HP:8"}
	tests := []struct {
		name   string
		change func(*orientation.Result)
		want   string
	}{
		{"nothing, from another file", func(r *orientation.Result) { r.Knowledge = "other" }, ""},
		{"a score", func(r *orientation.Result) { r.Entries[1].Score-- }, "any"},
		{"the order within three, not the first", func(r *orientation.Result) { r.Networks = answer("a c b d", "").Networks }, "any"},
		{"the first two change places", func(r *orientation.Result) { r.Networks = answer("b a c d", "").Networks }, "network.first any"},
		{"the fourth rises", func(r *orientation.Result) { r.Networks = answer("a b d c", "").Networks }, "network.three any"},
		{"the third has no weight any more", func(r *orientation.Result) { r.Networks[2].Score = 0 }, "network.three any"},
		{"another disease", func(r *orientation.Result) { r.Entries = answer("", "OMIM:3 OMIM:1=ORPHA:2").Entries }, "disease.first any"},
		{"the same disease under its other code", func(r *orientation.Result) { r.Entries = answer("", "ORPHA:2 OMIM:3").Entries }, "any"},
		{"no disease", func(r *orientation.Result) { r.Entries = nil }, "disease.first any"},
		{"a sign replaced", func(r *orientation.Result) { r.Replaced = map[string]string{"HP:1": "HP:2", "HP:3": "HP:4"} }, "sign.replaced any"},
		{"replaced otherwise", func(r *orientation.Result) { r.Replaced = map[string]string{"HP:1": "HP:5"} }, ""},
		{"a sign lost", func(r *orientation.Result) { r.NotSigns = []string{"HP:8", "HP:9"} }, "sign.lost any"},
		{"abstains", func(r *orientation.Result) { r.Abstain = orientation.AbstainFew }, "abstain any"},
	}
	for _, tt := range tests {
		is := answer("a b c d", "OMIM:1=ORPHA:2 OMIM:3")
		is.Replaced, is.Unknown = was.Replaced, was.Unknown
		tt.change(&is)
		var got []string
		for _, m := range diff.Rankings(was, is) {
			got = append(got, string(m))
		}
		if !slices.Equal(got, strings.Fields(tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, got, tt.want)
		}
	}
}

// The table counts by group; details name references and ids only.
func TestTally(t *testing.T) {
	tally := diff.NewTally("one", "two")
	tally.Add(diff.Item{Reference: "REF-1", ID: "id1", Group: "one", Moves: []diff.Move{diff.FirstNetwork, diff.Anything}})
	tally.Add(diff.Item{Reference: "REF-2", ID: "id2", Group: "two"})
	tally.Damaged = append(tally.Damaged, diff.Damage{Reference: "REF-3", ID: "id3", Why: "why"})
	var short, long strings.Builder
	if err := tally.Write(&short, false); err != nil {
		t.Fatal(err)
	}
	if err := tally.Write(&long, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"DAMAGED, not compared: 1\n  REF-3  id3  why\n"} {
		if !strings.Contains(short.String(), want) {
			t.Errorf("no %q in\n%s", want, &short)
		}
	}
	rows := map[string]string{}
	for line := range strings.Lines(short.String()) {
		f := strings.Fields(line)
		if len(f) > 2 {
			rows[strings.Join(f[:len(f)-2], " ")] = strings.Join(f[len(f)-2:], " ")
		}
	}
	if rows["compared"] != "1 1" || rows["another first network"] != "1 0" || rows["another first disease"] != "0 0" {
		t.Errorf("rows %v", rows)
	}
	if strings.Contains(short.String(), "REF-1") || strings.Count(long.String(), "  REF-1  id1  one\n") != 2 || strings.Contains(long.String(), "REF-2") {
		t.Errorf("details:\n%s", &long)
	}
}
