package instrument

import (
	"strings"
	"unicode"
)

// runeWidth is how wide a letter is, in hundredths of its size, in a font as
// wide as any that a browser takes when it has no other: words measured here
// fit everywhere.
func runeWidth(r rune) int {
	switch {
	case strings.ContainsRune("iIljtf.,:;!|'’()[]\u202f\u00a0 ", r):
		return 39
	case strings.ContainsRune("mMWw@—…%Œœ", r):
		return 98
	case unicode.IsUpper(r):
		return 72
	}
	return 62
}

// textWidth is how wide a line is in units, at one size.
func textWidth(s string, size int) int {
	sum := 0
	for _, r := range s {
		sum += runeWidth(r) * size
	}
	return sum / 100
}

// wrap breaks words into lines of at most width, at ordinary spaces; a word
// that is wider is cut. There is always one line.
func wrap(words string, width, size int) (lines []string) {
	current := ""
	for _, w := range strings.Split(words, " ") {
		for textWidth(w, size) > width {
			if current != "" {
				lines, current = append(lines, current), ""
			}
			head := cutWidth(w, width, size)
			lines, w = append(lines, head), w[len(head):]
		}
		switch {
		case current == "":
			current = w
		case textWidth(current+" "+w, size) > width:
			lines, current = append(lines, current), w
		default:
			current += " " + w
		}
	}
	return append(lines, current)
}

// cutWidth is as much of a word as fits, at least one letter.
func cutWidth(w string, width, size int) string {
	sum := 0
	for i, r := range w {
		if sum += runeWidth(r) * size; i > 0 && sum/100 > width {
			return w[:i]
		}
	}
	return w
}
