package orientation

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Degrade is a way to make the signs of a case worse, to see what is lost.
type Degrade string

// The ways. Which signs are hit depends on the id of the case alone.
const (
	DegradeFew     Degrade = "few"     // three signs of the case, the others forgotten
	DegradeParents Degrade = "parents" // half of the signs said less precisely
	DegradeWrong   Degrade = "wrong"   // three signs too many
)

// degrade returns the signs of a case as a less careful reader would give them.
func (e *Engine) degrade(c *Case, way Degrade) ([]string, error) {
	rng := rand.New(rand.NewPCG(digest(c.ID), 1))
	signs := slices.Clone(c.Observed)
	switch way {
	case "":
	case DegradeFew:
		rng.Shuffle(len(signs), func(i, j int) { signs[i], signs[j] = signs[j], signs[i] })
		signs = signs[:min(3, len(signs))]
	case DegradeParents:
		for i, id := range signs {
			t, ok := e.ids[id]
			if !ok || rng.IntN(2) == 0 {
				continue
			}
			if up := e.up.of(t); len(up) > 0 {
				if p := e.term(up[rng.IntN(len(up))]); p.Phenotype {
					signs[i] = p.ID
				}
			}
		}
	case DegradeWrong:
		for range 3 {
			if n := len(e.signs.item); n > 0 {
				signs = append(signs, e.term(e.signs.item[rng.IntN(n)].term).ID)
			}
		}
	default:
		return nil, fmt.Errorf("%q is no way to degrade a case", way)
	}
	return signs, nil
}
