package extract

import "strings"

// stem reduces a folded word to a key that its plural, its feminine and its
// common spellings share, in French and in English: "musculaires" and
// "musculaire", "osseux" and "osseuse", "oedema" and "edema". It may maim a
// word, but the same way on both sides of the comparison.
func stem(w string) string {
	if len(w) < 4 || w[len(w)-1] <= '9' {
		return w
	}
	return ending(spelling(plural(w)))
}

// plural takes a plural back.
func plural(w string) string {
	switch {
	case w == "yeux":
		return "oeil"
	case strings.HasSuffix(w, "eaux"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "aux") && len(w) > 4:
		return w[:len(w)-2] + "l"
	case strings.HasSuffix(w, "eux"):
		return w[:len(w)-1] + "s" // osseux, osseuse
	case w == "genoux":
		return "genou"
	case strings.HasSuffix(w, "ies"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "ss"), w == "tous", strings.HasSuffix(w, "is"), strings.HasSuffix(w, "us"):
		return w
	case strings.HasSuffix(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// spelling writes sounds in one way and letters once.
func spelling(w string) string {
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
		case (c == 'o' || c == 'a') && next == 'e' && len(w) > 4:
			c, i = 'e', i+1
		case c == 'q' && next == 'u', c == 'c' && next == 'k':
			c, i = 'k', i+1
		case c == 'y':
			c = 'i'
		case c == 'c' && next != 'h' && next != 'e' && next != 'i' && next != 'y' && next != 'c':
			c = 'k'
		}
		if n := len(out); n > 1 && out[n-1] == c && (c < '0' || c > '9') {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// ending takes the endings of gender back.
func ending(w string) string {
	for len(w) > 3 && w[len(w)-1] == 'e' {
		w = w[:len(w)-1]
	}
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "rik"): // motrice
		return w
	case len(w) > 4 && strings.HasSuffix(w, "tric"):
		return w[:len(w)-3] + "eur"
	case len(w) > 4 && strings.HasSuffix(w, "iv"):
		return w[:len(w)-1] + "f"
	case len(w) > 3 && strings.HasSuffix(w, "gu"):
		return w[:len(w)-1]
	}
	return w
}

// infinitive gives the stem that the forms of a French verb in -er share:
// "tombait", "tombent" and "tomber" are near "tombe". Empty: no such form.
func infinitive(s string) string {
	for _, end := range [...]string{"aient", "ait", "ent", "er"} {
		if base, ok := strings.CutSuffix(s, end); ok && len(base) > 3 {
			return base
		}
	}
	return ""
}

// related gives stems of the noun that an adjective comes from, and the other
// way round: "ataxique" is near "ataxie", "microcéphale" near "microcéphalie".
// Most of what it gives is no word; the dictionary decides.
func related(s string, to []string) []string {
	switch {
	case strings.HasSuffix(s, "otik") && len(s) > 6: // -otique: cirrhose
		to = append(to, s[:len(s)-3]+"s", s[:len(s)-2]+"i")
	case strings.HasSuffix(s, "ik") && len(s) > 5: // -ique
		base := s[:len(s)-2]
		to = append(to, base+"i", base, base+"ia")
	case strings.HasSuffix(s, "ic") && len(s) > 5: // -ic, English
		base := s[:len(s)-2]
		to = append(to, base+"i", base+"ia", base)
	case strings.HasSuffix(s, "cefal") || strings.HasSuffix(s, "dactil") || strings.HasSuffix(s, "spad"):
		to = append(to, s+"i", s+"ias")
	case strings.HasSuffix(s, "ia") && len(s) > 5: // hypotonia, hypotonie
		to = append(to, s[:len(s)-1])
	case strings.HasSuffix(s, "i") && len(s) > 5:
		to = append(to, s+"a")
	}
	return to
}
