package text

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed everyday.tsv
var everydayTable string

// everyday is the kind of each first word of the table.
var everyday = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(everydayTable) {
		kind, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(kind, "#") {
			continue
		}
		for w := range strings.FieldsSeq(words) {
			all[w] = kind
		}
	}
	return all
})

// elided are the beginnings of names in h that French elides: d’Hélène, but de
// Hassan.
var elided = []string{"hel", "henr", "herv", "hermi", "hect", "hilair", "hippol", "honor", "hort", "hub", "hug", "hyac"}

// elides says whether French cuts a short word before this one.
func elides(word string) bool {
	w := plainLetters(word)
	if w == "" {
		return false
	}
	second := byte(0)
	if len(w) > 1 {
		second = w[1]
	}
	vowel := strings.IndexByte("aeiou", second) >= 0
	switch w[0] {
	case 'a', 'e', 'u':
		return true
	case 'i':
		return !vowel // Ilan, not Ian nor Iodé
	case 'o':
		return second != 'u' || len(w) < 3 || strings.IndexByte("aeio", w[2]) < 0 // Oumar, not Ouassila
	case 'y':
		return !vowel // Yves, not Yasmine
	case 'h':
		return slices.ContainsFunc(elided, func(head string) bool { return strings.HasPrefix(w, head) })
	}
	return false
}

// plainLetters is a word in small letters without the accents of French.
func plainLetters(word string) string {
	return strings.NewReplacer("à", "a", "â", "a", "ä", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
		"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "œ", "oe", "æ", "ae", "ÿ", "y").Replace(strings.ToLower(word))
}

// Of is a name after "of": "de Lou", "d’Inès", "of Lou".
func Of(lang, name string) string {
	if lang == "en" {
		return "of " + name
	}
	return before("de", name)
}

// That is a French name after "que": "que Lou", "qu’Inès".
func That(name string) string { return before("que", name) }

func before(short, word string) string {
	if elides(word) {
		return strings.TrimSuffix(short, "e") + "’" + word
	}
	return short + " " + word
}

// Asking is how everyday words for a sign are asked about.
type Asking string

// The ways to ask.
const (
	AskOf    Asking = "of"    // with the person as the subject: "tombe souvent", "a des fuites d’urine"
	AskNot   Asking = "not"   // the same, denied: "ne marche plus"; a bare yes must be clear
	AskThat  Asking = "that"  // a sentence of its own: "que le foie ne marche plus"
	AskQuote Asking = "quote" // as they are: no way to join them is known
)

// Everyday puts the everyday French words for a sign into the shape in which a
// question takes them. Sex, "female" or "male", decides endings; where it is not
// known, words that need one are quoted.
func Everyday(words, sex string) (string, Asking) {
	words = strings.ReplaceAll(strings.TrimSpace(words), "'", "’")
	if words == "grand mal" { // no family says so
		return "a déjà eu une grande crise avec des secousses de tout le corps", AskOf
	}
	first, rest, _ := strings.Cut(words, " ")
	second, _, _ := strings.Cut(rest, " ")
	if p, way := byDeterminer(first, second, words); way != "" {
		return p, way
	}
	kind := everyday()[strings.ReplaceAll(strings.ReplaceAll(words, "’", "'"), " ", "_")]
	if kind == "" {
		kind = everyday()[strings.ReplaceAll(first, "’", "'")]
	}
	switch kind {
	case "does":
		if first == "ne" || strings.HasPrefix(first, "n’") {
			return words, AskNot
		}
		return words, AskOf
	case "is":
		return "est " + words, AskOf
	case "agrees":
		return agreed(first, rest, sex, words)
	case "le", "la", "les", "un", "une", "des", "du":
		return "a " + kind + " " + words, AskOf
	case "l'":
		return "a l’" + words, AskOf
	case "mass":
		if second == "dans" {
			return "a du " + words, AskOf
		}
		return "a le " + words, AskOf
	case "baby":
		return "est, ou a été, un " + words, AskOf
	case "de-la":
		return "a de la " + words, AskOf
	case "de-l'":
		return "a de l’" + words, AskOf
	case "one-m", "one-f", "many":
		return adjective(kind, first, second, words)
	}
	return words, AskQuote
}

// byDeterminer are the wordings that begin with a small word of their own.
func byDeterminer(first, second, words string) (string, Asking) {
	switch ofWhat := second == "de" || strings.HasPrefix(second, "d’"); first {
	case "pas":
		if ofWhat || second == "assez" {
			return "n’a " + words, AskNot
		}
		return words, AskQuote
	case "peu", "trop":
		if ofWhat {
			return "a " + words, AskOf
		}
		return words, AskQuote
	case "mal":
		return "a " + words, AskOf
	case "un", "une", "du", "plusieurs":
		if slices.Contains([]string{"un peu", "du lait", "une main"}, first+" "+second) { // these begin no noun of hers
			return words, AskQuote
		}
		return "a " + words, AskOf
	case "le", "la", "les", "il", "on", "ça":
		return before("que", words), AskThat
	}
	if rest, ok := strings.CutPrefix(first, "l’"); ok && rest != "" {
		return "que " + words, AskThat
	}
	return "", ""
}

// agreed gives an adjective the ending of the person.
func agreed(first, rest, sex, words string) (string, Asking) {
	switch sex {
	case "male":
		return "est " + words, AskOf
	case "female":
		return fmt.Sprintf("est %se %s", strings.TrimSuffix(first, ","), rest), AskOf
	}
	return words, AskQuote
}

// adjective is a wording that begins with one: what follows is its noun, or it
// is said of the person.
func adjective(kind, first, second, words string) (string, Asking) {
	many := strings.HasSuffix(second, "s") || strings.HasSuffix(second, "x")
	switch r, _ := utf8.DecodeRuneInString(second); {
	case !unicode.IsLetter(r) || slices.Contains([]string{"avec", "pour", "et", "à", "de", "en"}, second):
		return words, AskQuote
	case kind == "many", first == "gros" && many && second != "bras":
		return "a de " + words, AskOf
	case kind == "one-f":
		return "a une " + words, AskOf
	}
	return "a un " + words, AskOf
}

// Ordinal is a place in a list: "1re", "3e", "3rd". French places are feminine.
func Ordinal(lang string, n int) string {
	if lang != "en" {
		if n == 1 {
			return "1re"
		}
		return fmt.Sprint(n) + "e"
	}
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprint(n) + ending
}
