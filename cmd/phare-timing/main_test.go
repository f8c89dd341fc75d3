package main

import (
	"math/rand/v2"
	"testing"
	"time"
)

// drawn makes timings around a middle, as noisy as real ones.
func drawn(r *rand.Rand, middle time.Duration) (all []time.Duration) {
	for range 2000 {
		all = append(all, middle+time.Duration(r.NormFloat64()*float64(100*time.Microsecond)))
	}
	return all
}

// The tool holds equal classes for equal and sees a difference of a quarter of
// the noise, which no eye would see; also when the other one is the slower.
func TestTellsClassesApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tt := range []struct {
		apart time.Duration
		want  bool
	}{{0, false}, {25 * time.Microsecond, true}, {-25 * time.Microsecond, true}, {1500 * time.Microsecond, true}} {
		a, b := &class{name: "a", times: drawn(r, 5*time.Millisecond)}, &class{name: "b", times: drawn(r, 5*time.Millisecond+tt.apart)}
		if got := tell([]*class{a, b}); got != tt.want {
			t.Errorf("%v apart: told apart %v, want %v", tt.apart, got, tt.want)
		}
	}
}
