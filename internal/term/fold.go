package term

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces s to what matters when words are compared: lower-case letters
// without accents and digits, in words parted by one space. Ligatures and
// letters such as œ, æ, ß, ø open into two or lose their stroke, Greek letters
// are spelt out; apostrophes, hyphens and all other signs only part words.
// "Crise d’Épilepsie" and "crise d'epilepsie" both give "crise d epilepsie".
func Fold(s string) string { return string(appendFold(make([]byte, 0, len(s)+4), s)) }

// appendFold appends Fold(s) to b, which must be empty.
func appendFold(b []byte, s string) []byte {
	for _, r := range s {
		if r < 0x80 {
			b = foldASCII(b, byte(r))
			continue
		}
		b = foldRune(b, r)
	}
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	return b
}

func foldASCII(b []byte, c byte) []byte {
	switch {
	case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
		return append(b, c)
	case 'A' <= c && c <= 'Z':
		return append(b, c+'a'-'A')
	case len(b) > 0 && b[len(b)-1] != ' ':
		return append(b, ' ')
	}
	return b
}

// latin gives U+00C0 to U+00FF without their accents; a space stands for a
// letter that special or foldRune handles.
const latin = "aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy y"

func foldRune(b []byte, r rune) []byte {
	if 0xC0 <= r && r <= 0xFF && latin[r-0xC0] != ' ' {
		return append(b, latin[r-0xC0])
	}
	r = unicode.ToLower(r)
	if s := special(r); s != "" {
		return append(b, s...)
	}
	if unicode.Is(unicode.Mn, r) || r == 0xAD || r == 0x200B || r == 0x200D { // soft hyphen, joiners
		return b
	}
	for _, p := range norm.NFKD.String(string(r)) {
		p = unicode.ToLower(p)
		switch {
		case p < 0x80:
			b = foldASCII(b, byte(p))
		case special(p) != "":
			b = append(b, special(p)...)
		case unicode.Is(unicode.Mn, p):
		case unicode.IsLetter(p) || unicode.IsDigit(p):
			b = append(b, string(p)...)
		default:
			b = foldASCII(b, ' ')
		}
	}
	return b
}

// special spells letters that do not decompose.
func special(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'α':
		return "alpha"
	case 'β':
		return "beta"
	case 'γ':
		return "gamma"
	case 'δ':
		return "delta"
	case 'ε':
		return "epsilon"
	case 'κ':
		return "kappa"
	case 'λ':
		return "lambda"
	case 'μ':
		return "mu"
	case 'ω':
		return "omega"
	}
	return ""
}

// sound reduces a folded word to a key shared by its plural, its French and
// its English spelling and the common misspellings that sound alike:
// "microcéphalies" and "microcephaly" give "microcefali". Keys are compared
// with each other only, never shown.
func sound(word string) string {
	w := []byte(singular(word))
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		c, next := w[i], byte(0)
		if i+1 < len(w) {
			next = w[i+1]
		}
		switch {
		case c == 'p' && next == 'h':
			c, i = 'f', i+1
		case (c == 't' || c == 'r') && next == 'h':
			i++
		case (c == 'o' || c == 'a') && next == 'e' && len(w) > 3:
			c, i = 'e', i+1
		case c == 'q' && next == 'u':
			c, i = 'k', i+1
		case c == 'c' && next == 'k':
			c, i = 'k', i+1
		case c == 'c' && next == 'c':
			continue
		case c == 'y':
			c = 'i'
		case c == 'c' && next != 'h' && next != 'e' && next != 'i' && next != 'y':
			c = 'k'
		case c == 'h' && i == 0 && len(w) > 3:
			continue
		}
		if n := len(out); n > 0 && out[n-1] == c && (c < '0' || c > '9') {
			continue // doubled letters
		}
		out = append(out, c)
	}
	for len(out) > 3 && out[len(out)-1] == 'e' {
		out = out[:len(out)-1]
	}
	return string(out)
}

// singular takes a French or English plural back, roughly: it may maim a
// singular, but the same way on both sides of the comparison.
func singular(w string) string {
	if len(w) < 4 || w[len(w)-1] <= '9' {
		return w
	}
	switch {
	case strings.HasSuffix(w, "eaux"):
		return w[:len(w)-1]
	case w == "yeux":
		return "oeil"
	case strings.HasSuffix(w, "aux"):
		return w[:len(w)-2] + "l"
	case strings.HasSuffix(w, "eux"), strings.HasSuffix(w, "oux"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "ies"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "ie"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "ss"):
		return w
	case strings.HasSuffix(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// CompareNames orders names as a French list does: without regard to capitals,
// accents and signs; these decide between names that are otherwise the same.
func CompareNames(a, b string) int {
	return cmp.Or(strings.Compare(Fold(a), Fold(b)), strings.Compare(a, b))
}
