package phare_test

import (
	"testing"
	"time"

	"phare"
)

// IDs made later sort later, and neither they nor forms ever repeat.
func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	last := phare.ID("")
	for range 5 {
		time.Sleep(2 * time.Millisecond)
		id := phare.NewID()
		if id <= last || len(id) != 26 {
			t.Errorf("%q after %q", id, last)
		}
		last = id
	}
	for range 20_000 {
		for _, s := range []string{string(phare.NewID()), phare.NewForm()} {
			if seen[s] || len(s) != phare.FormLength {
				t.Fatalf("%q repeats or is too long", s)
			}
			seen[s] = true
		}
	}
}
