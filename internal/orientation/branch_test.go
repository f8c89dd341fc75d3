package orientation

import (
	"math/rand/v2"
	"testing"
)

// TestBoundHolds compares the part of the loss that is sure to the whole, for
// every profile of made knowledge, and wants it to be worth something.
func TestBoundHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	some := 0
	for range 40 {
		k := random(rng, 60, 60)
		e := New(k)
		f := e.newFrame()
		for range 5 {
			f.reset()
			r := e.read(ask(rng, k), &Result{})
			e.weigh(f, &r)
			e.spread(f, &r)
			e.untouched(f)
			for p := range int32(len(e.families)) {
				whole := int64(0)
				for _, s := range e.signs.of(p) {
					whole += loss(e.missed(&r, p), int64(s.freq()), int64(e.openOf(f, s.term)))
				}
				sure := e.sure(f, &r, p)
				if sure > whole {
					t.Fatalf("%s: %d is sure of a loss of %d", e.names[p].own, sure, whole)
				}
				if sure > 0 {
					some++
				}
			}
		}
	}
	if some == 0 {
		t.Error("no bound was ever above nothing")
	}
}
