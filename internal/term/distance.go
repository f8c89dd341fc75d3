package term

// letters gives the set of bytes in w: one bit per letter, digits share six.
func letters(w string) (set uint32) {
	for i := range len(w) {
		if c := w[i]; c >= 'a' && c <= 'z' {
			set |= 1 << (c - 'a')
		} else {
			set |= 1 << (26 + c%6)
		}
	}
	return set
}

// maxWord is the longest word, in bytes, whose misspellings are sought.
const maxWord = 32

// distance counts the letters to insert, leave out, replace or swap with their
// neighbour to make b of a, up to limit; more gives limit+1. With open, b may
// go on after the part that fits: a is then the beginning of a word.
func distance(a, b string, limit int, open bool) int {
	if len(a) > maxWord || len(b) > maxWord && !open {
		return limit + 1
	}
	if open && len(b) > len(a)+limit {
		b = b[:len(a)+limit]
	}
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	var rows [3][maxWord + 4]int8
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = int8(j)
	}
	best := 0
	for i := 1; i <= len(a); i++ {
		row[0] = int8(i)
		best = i
		for j := 1; j <= len(b); j++ {
			d := above[j-1]
			if a[i-1] != b[j-1] {
				d = min(d, above[j], row[j-1]) + 1
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			row[j] = d
			best = min(best, int(d))
		}
		if best > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	if open {
		return best
	}
	return min(int(above[len(b)]), limit+1)
}
