package orientation

import (
	"math"
	"testing"
)

func TestFixedPointAgainstMath(t *testing.T) {
	l := newLogs()
	for _, x := range []uint64{1, 2, 3, 7, 10, 255, 256, 257, 1000, 1 << 30, 1<<30 + 1, 1<<40 - 1, 1<<62 + 12345} {
		got, want := float64(l.ln(x))/float64(one), math.Log(float64(x))
		if math.Abs(got-want) > 5e-8 {
			t.Errorf("ln(%d) = %.9f, want %.9f", x, got, want)
		}
	}
	for _, x := range []float64{0, -1e-6, -0.5, -1, -5, -12, -20, 0.3, 1, 4, 11.9} {
		got, want := float64(exp(int64(x*float64(one))))/float64(one), math.Exp(x)
		if math.Abs(got-want) > 2e-8*math.Max(1, want) {
			t.Errorf("exp(%g) = %.9f, want %.9f", x, got, want)
		}
	}
	if exp(-100*one) != 0 {
		t.Error("exp(-100) is not 0")
	}
}

func TestAges(t *testing.T) {
	tests := []struct {
		in   string
		want int // bin; -1: not an age
	}{
		{"P0D", congenital}, {"P1D", neonatal}, {"P27D", neonatal}, {"P4W", infantile}, {"P11M", infantile},
		{"P1Y", childhood}, {"P4Y11M", childhood}, {"P5Y", juvenile}, {"P15Y11M", juvenile}, {"P16Y", young},
		{"P39Y", young}, {"P40Y", middle}, {"P60Y", late}, {"P2.5Y", childhood}, {"P3YT6H", childhood},
		{"HP:0003577", congenital}, {"HP:0034198", antenatal}, {"HP:0003584", late},
		{"", -1}, {"P", congenital}, {"2 years", -1}, {"PxY", -1}, {"P3", -1}, {"P-3Y", -1}, {"HP:0001250", -1}, {"P99999999999999999999Y", -1},
	}
	for _, tt := range tests {
		got := binsOf(tt.in)
		if tt.want < 0 && got != nil || tt.want >= 0 && (len(got) != 1 || got[0] != tt.want) {
			t.Errorf("bins of %q = %v, want %d", tt.in, got, tt.want)
		}
	}
	if got := binsOf("HP:0003581"); len(got) != 3 {
		t.Errorf("adult onset is %v, want three bins", got)
	}
}

// Two diseases, one of congenital and one of late onset: 6 sixths each, one
// added to each of nine bins, 21 in all. The ratio for the disease's own bin is
// (6 + 6×2×7/21) / (6 + 12) over 7/21 = 10/18 × 3 = 1.6667; 0.6 ln of it is 0.30650.
// For the other bin it is 4/18 × 3 = 0.6667, so -0.24328.
func TestOnsetByHand(t *testing.T) {
	k := made(tree(), []sign{{3, 1, 1}}, []sign{{3, 1, 1}}, []sign{{3, 1, 1}})
	k.Diseases[0].Onsets = []string{"HP:0003577"}
	k.Diseases[1].Onsets = []string{"HP:0003584"}
	e := New(k)
	for p, want := range []float64{0.30650, -0.24328, 0} {
		near(t, k.Diseases[p].ID, e.onset.of(int32(p), []int{congenital}), want, 0.0001)
	}
	got := names(e.Rank(Query{Observed: []string{"HP:1000003"}, Onset: "P70Y"}))
	if want := "OMIM:002"; len(got) != 3 || got[0] != want || got[2] != "OMIM:001" {
		t.Errorf("late onset ranks %v", got)
	}
}
