package knowledge

import (
	"testing"

	"phare/internal/term"
)

func TestTally(t *testing.T) {
	none := term.Freq{Percent: -1}
	for _, tt := range []struct {
		name  string
		lines []string
		want  term.Freq
		seen  bool
	}{
		{"counts add up", []string{"1/2", "3/4", "0/10"}, term.Freq{N: 4, M: 16, Percent: -1}, true},
		{"nobody of n", []string{"0/3", "0/4"}, none, false},
		{"excluded", []string{"HP:0040285"}, none, false},
		{"nought per cent", []string{"0%"}, none, false},
		{"asserted once, sought in vain elsewhere", []string{"", "0/5"}, none, true},
		{"excluded once, counted elsewhere", []string{"HP:0040285", "1/5"}, term.Freq{N: 1, M: 5, Percent: -1}, true},
		{"class", []string{"HP:0040281"}, term.Freq{Percent: -1, Class: term.FreqVeryFrequent}, true},
		{"mean of classes", []string{"HP:0040281", "HP:0040284"}, term.Freq{Percent: -1, Class: term.FreqFrequent}, true},
		{"per cent", []string{"17%"}, term.Freq{Percent: 170, Class: term.FreqOccasional}, true},
		{"mean per cent", []string{"10%", "20.5 %"}, term.Freq{Percent: 153, Class: term.FreqOccasional}, true},
		{"all", []string{"100%"}, term.Freq{Percent: 1000, Class: term.FreqObligate}, true},
		{"hardly any", []string{"0.01%"}, term.Freq{Percent: 1, Class: term.FreqVeryRare}, true},
		{"counts and class", []string{"1/4", "HP:0040282"}, term.Freq{N: 1, M: 4, Percent: -1, Class: term.FreqFrequent}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s tally
			for _, l := range tt.lines {
				if err := s.add(l); err != nil {
					t.Fatal(err)
				}
			}
			if s.freq() != tt.want || s.positive() != tt.seen {
				t.Errorf("%+v seen %v, want %+v seen %v", s.freq(), s.positive(), tt.want, tt.seen)
			}
		})
	}
}

func TestTallyRefuses(t *testing.T) {
	for _, freq := range []string{"5/3", "1/0", "-1/3", "a/b", "1/2/3", "150%", "-3%", "%", "often", "HP:0000118", "NaN%", "1/99999999999"} {
		var s tally
		if err := s.add(freq); err == nil || s.positive() {
			t.Errorf("%q taken as %+v", freq, s)
		}
	}
}

func TestOrphaFrequency(t *testing.T) {
	for words, want := range map[string]term.FreqClass{
		"Obligate (100%)":         term.FreqObligate,
		"Very frequent (99-80%)":  term.FreqVeryFrequent,
		"Très fréquent (99-80%)":  term.FreqVeryFrequent,
		"Frequent (79-30%)":       term.FreqFrequent,
		"Occasional (29-5%)":      term.FreqOccasional,
		"Very rare (<4-1%)":       term.FreqVeryRare,
		"Excluded (0%)":           term.FreqExcluded,
		"Exclu (0 %)":             term.FreqExcluded,
		"Now and then":            term.FreqUnknown,
		"Something else (3 of 4)": term.FreqUnknown,
	} {
		got, ok := orphaFreq(words)
		if got != want || ok != (want != term.FreqUnknown) {
			t.Errorf("%q is %v %v", words, got, ok)
		}
	}
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"DéfiScience": "defiscience", "FAI²R": "fai2r", "AnDDI-Rares": "anddi-rares", "FAVA-Multi": "fava-multi", "MUCO-CFTR": "muco-cftr",
	} {
		if got := slug(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
