package patient

import (
	"slices"
	"strings"

	"phare/internal/term"
)

// heard is a name as it sounds: word by word, and as one word. Spellings of one
// name meet: "Hoarau" and "HOAREAU"; "Saïd" and "Saidi" do not, "Soudjay" and
// "Sudjaï" do. It is compared, never shown.
//
// The rule, in order. A name is folded (no case, no accent, hyphens part
// words). Particles (de, la, ben, el, binti…) are dropped while another word is
// left; a single letter before an apostrophe joins the next word (M'Madi,
// Mmadi). St and Ste become saint and sainte. Then, in each word: ph → f; ck,
// q, qu, kh, hard c → k; soft c, ç, ss, z → s; sch, sh, ch, tch → S; dj and
// soft g → j; dh → d; th → t; other h are mute; y and ill between vowels → y,
// other y → i; eau, au, aw → o; ou, w, oo → u as Comorian and Creole write it;
// ai, ei, ay, final er, ez, et → e; en, em before a consonant → an; doubled
// letters count once; final silent e, s, t, d, x, z, p fall.
// All the words as one make the second key: Le Breton meets Lebreton.
type heard struct {
	words   []string
	joined  string
	written string // folded, as it is written
}

// particles say little of who someone is.
var particles = strings.Fields("d de del des di du l la le les el al ben bin ibn bent bint binti bou da dos van von")

// words are the folded words of a name that say who it is.
func words(name string) []string {
	var all []string
	prefix := ""
	for _, w := range strings.Fields(term.Fold(name)) {
		if len(w) == 1 && w != "d" && w != "l" && strings.ContainsAny(name, "'’") {
			prefix += w
			continue
		}
		all = append(all, prefix+spelt(w))
		prefix = ""
	}
	if prefix != "" {
		all = append(all, prefix)
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return slices.Contains(particles, w) })
	if len(kept) == 0 {
		return all
	}
	return kept
}

// joined is a name of several words written as one, or nothing.
func joined(name string) string {
	all := strings.Fields(term.Fold(name))
	if len(all) < 2 {
		return ""
	}
	for i, w := range all {
		all[i] = spelt(w)
	}
	return strings.Join(all, "")
}

func spelt(w string) string {
	switch w {
	case "st":
		return "saint"
	case "ste":
		return "sainte"
	}
	return w
}

// spellings are replaced from left to right, the longest first; what a rule
// needs to see of its neighbours is in sound.
var spellings = strings.NewReplacer(
	"tch", "S", "sch", "S", "sh", "S", "ch", "S", "ph", "f", "th", "t", "dh", "d", "rh", "r",
	"kh", "k", "ck", "k", "qu", "k", "q", "k", "dj", "j",
	"cce", "kse", "cci", "ksi", "ce", "se", "ci", "si", "cy", "si", "c", "k", "x", "ks",
	"gea", "ja", "geo", "jo", "gue", "ge", "gui", "gi", "ge", "je", "gi", "ji", "gy", "ji",
	"eau", "o", "aux", "o", "au", "o", "oo", "u", "ou", "u", "w", "u",
	"z", "s",
)

func sound(word string) string {
	if strings.Trim(word, "0123456789") == "" {
		return word
	}
	w := between(word) // ill and y between vowels, before they are touched
	w = finals(w)
	w = spellings.Replace(w)
	w = strings.NewReplacer("ai", "e", "ay", "e", "ei", "e", "ey", "e").Replace(w)
	w = strings.ReplaceAll(w, "h", "")
	w = strings.ReplaceAll(w, "y", "i")
	w = strings.ReplaceAll(w, "Y", "i")
	w = nasal(single(w))
	for len(w) > 3 && strings.ContainsRune("esdtp", rune(w[len(w)-1])) {
		w = w[:len(w)-1]
	}
	return single(w)
}

const vowels = "aeiouy"

func isVowel(s string, i int) bool {
	return i >= 0 && i < len(s) && strings.IndexByte(vowels, s[i]) >= 0
}

// between writes Y for the ill of Maillot and the y of Mayot, so that they are
// neither an i of their own nor part of ay.
func between(w string) string {
	var b strings.Builder
	for i := 0; i < len(w); i++ {
		switch {
		case strings.HasPrefix(w[i:], "ill") && isVowel(w, i-1) && (i+3 == len(w) || isVowel(w, i+3)):
			b.WriteByte('Y')
			i += 2
		case w[i] == 'y' && isVowel(w, i-1) && isVowel(w, i+1):
			b.WriteByte('Y')
		default:
			b.WriteByte(w[i])
		}
	}
	return b.String()
}

// finals are the endings that sound like é, and the silent x.
func finals(w string) string {
	for _, end := range []string{"ez", "er", "et"} {
		if len(w) > len(end)+2 && strings.HasSuffix(w, end) {
			return strings.TrimSuffix(w, end) + "e"
		}
	}
	if len(w) > 3 && strings.HasSuffix(w, "x") {
		return strings.TrimSuffix(w, "x")
	}
	return w
}

// nasal makes one of en and an, em and am, where they are nasal.
func nasal(w string) string {
	b := []byte(w)
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 'e' && (b[i+1] == 'n' || b[i+1] == 'm') && i+2 < len(b) && strings.IndexByte(vowels+"nm", b[i+2]) < 0 {
			b[i] = 'a'
		}
	}
	return string(b)
}

// single drops doubled letters.
func single(w string) string {
	b := make([]byte, 0, len(w))
	for i := range len(w) {
		if i == 0 || w[i] != w[i-1] {
			b = append(b, w[i])
		}
	}
	return string(b)
}

// isNear says whether two keys differ by at most one letter in four.
func isNear(a, b string) bool {
	if a == b {
		return true
	}
	allowed := max(len(a), len(b)) / 4
	return allowed > 0 && Distance(a, b, allowed) <= allowed
}

// Distance is the number of letters (bytes of folded names) to add, drop or
// change to make b of a; more than most is enough to know.
func Distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
