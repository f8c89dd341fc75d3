package orientation

import "math/bits"

// Every number of the engine is an integer, at build and at query, so that a
// result is the same bit for bit on every processor: no compiler may fuse,
// reorder or round it otherwise. Shares and logarithms are made in 30 bits of
// fraction; weights and scores are kept in 16.
const (
	one   = int64(1) << 30 // 1 in the arithmetic of the tables
	unit  = int64(1) << 16 // 1 nat in weights and scores, 1 in shares of weights
	ln2   = int64(744261118)
	toFix = 14 // shift from 30 to 16 bits of fraction
)

// logs computes logarithms from a small table of its own.
type logs struct {
	step [256]int64 // ln(1 + i/256), 30 bits
}

func newLogs() *logs {
	l := &logs{}
	for i := range l.step {
		// ln(a/b) = 2 atanh((a-b)/(a+b))
		z := one * int64(i) / int64(512+i)
		sum, power := int64(0), z
		for k := int64(1); power != 0; k += 2 {
			sum += power / k
			power = mul(mul(power, z), z)
		}
		l.step[i] = 2 * sum
	}
	return l
}

// ln returns the natural logarithm of x > 0 in 30 bits of fraction.
func (l *logs) ln(x uint64) int64 {
	n := bits.Len64(x) - 1
	m := x << (63 - n)        // 1 <= m < 2 in 63 bits of fraction
	i := m >> 55 & 0xff       // the table's step below it
	base := (256 + i) << 55   // that step in the same scale
	r := (m - base) >> 25     // distance in 38 bits
	z := int64(r / (256 + i)) // and as a share of the step, in 30 bits
	zz := mul(z, z)           // ln(1+z) by its series; z < 1/256
	zzz := mul(zz, z)         //
	s := z - zz/2 + zzz/3     //
	s -= mul(zz, zz) / 4      //
	return int64(n)*ln2 + l.step[i] + s
}

// exp returns e^x of x in 30 bits of fraction, for x <= 16.
func exp(x int64) int64 {
	k := x / ln2
	r := x - k*ln2
	if r < 0 {
		k, r = k-1, r+ln2
	}
	sum, power := one, r
	for i := int64(1); power != 0; {
		sum += power
		i++
		power = mul(power, r) / i
	}
	switch {
	case k >= 0:
		return sum << k
	case k < -62:
		return 0
	}
	return sum >> -k
}

// mul multiplies two numbers of 30 bits of fraction, the second in [0, 1<<33).
func mul(a, b int64) int64 {
	if a < 0 {
		return -mul(-a, b)
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(hi<<34 | lo>>30)
}
