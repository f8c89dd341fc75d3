package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"phare/internal/term"
)

// sep is what stands between a word and the one before it.
type sep uint16

const (
	sepComma sep = 1 << iota
	sepSlash
	sepDash // with a blank beside it: "– "
	sepBracket
	sepSemi
	sepColon
	sepLine     // a line ends, the sentence goes on
	sepSentence // a sentence ends
	sepPara     // a blank line
	sepQuestion // a question mark
	sepPlus
	sepQuote
)

// Barriers: what no name reaches across, and what ends a sentence.
const (
	wall = sepDash | sepBracket | sepSemi | sepColon | sepEnds
	// sepEnds ends a sentence.
	sepEnds = sepSentence | sepPara | sepQuestion
)

// token is one word of a text.
type token struct {
	start, end int
	fold       string
	stem       string
	ids        [4]int32 // of the vocabulary: itself, what it is near, -1
	how        [4]uint8 // how near, in points taken off
	n          uint8
	before     sep
	upper      bool // more than one letter, all capitals
	capital    bool // begins with a capital
	stop       bool // says nothing by itself
	light      bool // may stand inside a name
	joins      bool // and, or, nor
	number     bool
	sentence   int32
}

// has says at which cost the token can be read as word id; -1: it cannot.
func (t *token) has(id int32) int {
	for i := range t.n {
		if t.ids[i] == id {
			return int(t.how[i])
		}
	}
	return -1
}

// tokens parts text into words; an empty one at the end carries what stands
// after the last.
func tokens(text string, all []token) []token {
	all = all[:0]
	before, gap := sepSentence, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !inWord(r) || n == 1 && r == utf8.RuneError {
			i += n
			continue
		}
		start := i
		for i < len(text) {
			r, n = utf8.DecodeRuneInString(text[i:])
			if !inWord(r) || n == 1 && r == utf8.RuneError {
				break
			}
			i += n
		}
		t := wordOf(text, start, i)
		if t.fold == "" {
			continue
		}
		var last *token
		if len(all) > 0 {
			last = &all[len(all)-1]
		}
		t.before = before | between(text[gap:start], last, &t)
		before, gap = 0, i
		all = append(all, t)
	}
	end := token{start: len(text), end: len(text)}
	end.before = between(text[gap:], nil, &end) | sepSentence
	all = append(all, end)
	n := int32(0)
	for i := range all {
		if all[i].before&sepEnds != 0 {
			n++
		}
		all[i].sentence = n
	}
	return all
}

func inWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
		r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))
}

func wordOf(text string, start, end int) token {
	w := text[start:end]
	t := token{start: start, end: end}
	t.fold = strings.ReplaceAll(term.Fold(w), " ", "")
	t.number = t.fold != "" && strings.Trim(t.fold, "0123456789") == ""
	first, _ := utf8.DecodeRuneInString(w)
	t.capital = unicode.IsUpper(first)
	t.upper = len(t.fold) > 1 && t.capital && strings.ToUpper(w) == w && !t.number
	t.stem = stem(t.fold)
	return t
}

// between reads what stands between last and next.
func between(gap string, last, next *token) (s sep) {
	lines := 0
	for i, r := range gap {
		switch r {
		case ',':
			if !digitsAround(gap, last, next) {
				s |= sepComma
			}
		case '/':
			s |= sepSlash
		case '(', ')', '[', ']':
			s |= sepBracket
		case ';', '•', '→', '=', '|':
			s |= sepSemi
		case ':':
			s |= sepColon
		case '?':
			s |= sepQuestion
		case '!', '…':
			s |= sepSentence
		case '+':
			s |= sepPlus
		case '«', '»', '"', '“', '”':
			s |= sepQuote
		case '.':
			if stopsAt(gap[i:], last, next) {
				s |= sepSentence
			}
		case '-', '–', '—':
			if len(gap) > len(string(r)) {
				s |= sepDash
			}
		case '\n':
			lines++
		}
	}
	if lines > 1 {
		s |= sepPara
	}
	if lines == 1 {
		s |= sepLine
		if next.capital || next.number || s&(sepDash|sepSemi|sepColon) != 0 {
			s |= sepSentence
		}
	}
	return s
}

func digitsAround(gap string, last, next *token) bool {
	return gap == "," && last != nil && last.number && next.fold != "" && next.fold[0] <= '9'
}

// stopsAt says whether the full stop at the beginning of gap ends a sentence:
// not in "1.8", not after "Dr" or the initial of a name.
func stopsAt(gap string, last, next *token) bool {
	if len(gap) == 1 && next.fold != "" {
		// no blank: "1.8", "p.ex", "fin.Debut"
		return last != nil && next.capital && len(last.fold) > 3
	}
	if last == nil {
		return true
	}
	if len(last.fold) == 1 && last.capital {
		return false
	}
	switch last.fold {
	case "dr", "pr", "mme", "mlle", "mr", "mrs", "ms", "st", "ste", "env", "cf", "ex", "vs", "approx", "etc", "atcd", "bilat":
		return last.fold == "etc" && next.capital
	}
	return true
}
