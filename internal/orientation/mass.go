package orientation

// masses are rows of small sums, one row for each profile: of what it expects in
// each branch alone. Rows are short so that the processor's caches hold many.
type masses struct {
	words int // a row has so many, of lanes sums
	item  []uint64
	unit  int64 // the step of a sum, unit; none is rounded up
}

const (
	lanes    = 8
	laneBits = 64 / lanes
	laneMask = 1<<laneBits - 1
	// evenLanes are every other one; a sum of all of a row of up to 32 words fits
	// above one.
	evenLanes = laneMask | laneMask<<16 | laneMask<<32 | laneMask<<48
)

func newMasses(profiles, parts int, unit int64) masses {
	words := (parts + lanes - 1) / lanes
	return masses{words, make([]uint64, profiles*words), unit}
}

func (m *masses) of(p int32) []uint64 { return m.item[int(p)*m.words : int(p+1)*m.words] }

// put stores the sums of p, unit.
func (m *masses) put(p int32, sums []int64) {
	row := m.of(p)
	for i, x := range sums {
		row[i/lanes] |= uint64(min(x/m.unit, laneMask)) << (i % lanes * laneBits)
	}
}

// among is the sum of p over the parts that a mask names, unit.
func (m *masses) among(p int32, mask []uint64) int64 {
	sums := uint64(0)
	row := m.of(p)
	for i, x := range mask[:len(row)] {
		x &= row[i]
		sums += x&evenLanes + x>>laneBits&evenLanes
	}
	return int64(sums*(1|1<<16|1<<32|1<<48)>>48) * m.unit // of its four parts
}

// ahead reads a word of the row of each of a queue, so that rows that are in no
// cache come at once and not one after the other.
func (m *masses) ahead(f *frame, queue []int32) {
	if m.words == 0 {
		return
	}
	seen, last := uint64(0), m.words-1
	for _, p := range queue {
		at := int(p) * m.words
		seen ^= m.item[at] ^ m.item[at+last]
	}
	f.ahead ^= seen
}

// set adds part i to a mask.
func set(mask []uint64, i int) { mask[i/lanes] |= laneMask << (i % lanes * laneBits) }
