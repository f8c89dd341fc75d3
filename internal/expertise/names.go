package expertise

import (
	"slices"
	"strings"
	"unicode"

	"phare/internal/request"
	"phare/internal/term"
)

// A Piece is a run of a text. Hit marks a word that could name someone.
type Piece struct {
	Text string
	Hit  bool
}

// identity is what must not reach an expert, folded: words that are names, and
// phrases of several words or figures that tell who or where.
type identity struct {
	words   []string
	phrases [][]string
}

// particles are parts of names that are words of every sentence, and titles.
var particles = strings.Fields(`a al au aux bin bint d da de del della den der des di do docteur dos dr du el et famille
	l la le les m madame mademoiselle me mlle mm mme monsieur mr ms pr prof professeur st ste van von y`)

// identityOf gathers what identifies the patient and the requester in a request
// and in the desk's own record of the patient (names, then dates of birth).
func identityOf(f request.Fields, more []string, births ...string) (id identity) {
	names := append([]string{f.FamilyName, f.FirstName, f.Name, f.Doctor}, more...)
	for _, name := range names {
		for w := range strings.FieldsSeq(term.Fold(name)) {
			if len(w) > 1 && !slices.Contains(particles, w) && strings.IndexFunc(w, unicode.IsLetter) >= 0 && !slices.Contains(id.words, w) {
				id.words = append(id.words, w)
			}
		}
	}
	phrases := []string{f.Commune, f.Mail, f.Phone}
	for _, birth := range append(births, f.BirthDate) {
		phrases = append(phrases, birthPhrases(birth)...)
	}
	for _, p := range phrases {
		if words := strings.Fields(term.Fold(p)); len(words) > 0 {
			id.phrases = append(id.phrases, words)
		}
	}
	return id
}

// birthPhrases are the ways in which a whole date of birth is written in figures.
func birthPhrases(birth string) []string {
	parts := strings.Split(birth, "-")
	if len(parts) != 3 || len(parts[0]) != 4 {
		return nil
	}
	y, m, d := parts[0], parts[1], parts[2]
	bare := strings.TrimLeft(d, "0") + " " + strings.TrimLeft(m, "0")
	return []string{d + " " + m + " " + y, bare + " " + y, d + " " + m + " " + y[2:], bare + " " + y[2:], birth}
}

// mark parts a text into pieces, in order and without losing a character, and
// hits those that identify someone. Words are compared without case, accents
// and ligatures; "Hoarau-Payet" and "d’Hoarau" are words each.
func (id identity) mark(text string) []Piece {
	tokens := split(text)
	for i := range tokens {
		if tokens[i].Folded == "" {
			continue
		}
		if slices.Contains(id.words, tokens[i].Folded) {
			tokens[i].Hit = true
		}
		for _, p := range id.phrases {
			id.phraseAt(tokens, i, p)
		}
	}
	var out []Piece
	for _, t := range tokens {
		if n := len(out); n > 0 && out[n-1].Hit == t.Hit {
			out[n-1].Text += t.Text
			continue
		}
		out = append(out, t.Piece)
	}
	return out
}

// phraseAt hits the words of a phrase if they all follow one another from i on.
func (identity) phraseAt(tokens []token, i int, phrase []string) {
	at, last := 0, i
	for j := i; j < len(tokens) && at < len(phrase); j++ {
		switch tokens[j].Folded {
		case "":
		case phrase[at]:
			at++
			last = j
		default:
			return
		}
	}
	if at < len(phrase) {
		return
	}
	for j := i; j <= last; j++ {
		tokens[j].Hit = true
	}
}

type token struct {
	Piece
	Folded string // empty: blanks and signs between words
}

// split cuts a text into words and what lies between them.
func split(text string) []token {
	var out []token
	start := 0
	cut := func(end int) {
		if end > start {
			piece := text[start:end]
			out = append(out, token{Piece{Text: piece}, term.Fold(piece)})
			start = end
		}
	}
	in := false
	for i, r := range text {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
		if word != in {
			cut(i)
			in = word
		}
	}
	cut(len(text))
	return out
}

// hits are the words of pieces that were hit, each once, as they were typed.
func hits(all ...[]Piece) (words []string) {
	for _, pieces := range all {
		for _, p := range pieces {
			if p.Hit && !slices.Contains(words, p.Text) {
				words = append(words, p.Text)
			}
		}
	}
	return words
}
