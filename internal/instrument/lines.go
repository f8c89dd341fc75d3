package instrument

import (
	"slices"
	"strings"
	"unicode/utf8"

	"phare/internal/term"
)

// Limits of a text, far above what a person can use on the telephone.
const (
	longestText = 60_000 // characters of a whole text
	longestLine = 320    // characters of one line
	wordsShown  = 40     // of a line, in a complaint about it
)

// tooLong is said of a text that is not even kept as unfinished.
const tooLong = "instrument.check.toolong"

// line is one line of a text that says something.
type line struct {
	number int
	word   string // keyword, folded: "reponse"; empty when there is none
	id     string // what follows the keyword before the colon
	rest   string // what follows the colon; the whole line when there is none
	item   bool   // it begins with a dash
}

// complaints gathers what is wrong, in the order of the lines.
type complaints struct{ all []Complaint }

// add notes a fault; args are names and values of the message's placeholders.
func (c *complaints) add(number int, key string, args ...any) {
	m := map[string]any{"Line": number}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	c.all = append(c.all, Complaint{Line: number, Key: key, Args: m})
}

// warn notes what a person should look at.
func (c *complaints) warn(number int, key string, args ...any) {
	c.add(number, key, args...)
	c.all[len(c.all)-1].Warning = true
}

// complaintsShown bounds what is told at once; the rest shows when these are mended.
const complaintsShown = 50

// sorted are the complaints in the order of the lines, those that refuse first.
func (c *complaints) sorted() []Complaint {
	slices.SortStableFunc(c.all, func(a, b Complaint) int {
		if a.Warning != b.Warning {
			if a.Warning {
				return 1
			}
			return -1
		}
		return a.Line - b.Line
	})
	return c.all[:min(complaintsShown, len(c.all))]
}

// read cuts a text into the lines that say something. A line begins with a
// keyword and a colon, or with a dash; # begins a comment.
func read(text string, c *complaints) (all []line) {
	if utf8.RuneCountInString(text) > longestText {
		c.add(0, tooLong, "Max", longestText)
		return nil
	}
	for i, s := range strings.Split(text, "\n") {
		s = strings.TrimSpace(s)
		if s == "" || s[0] == '#' {
			continue
		}
		if utf8.RuneCountInString(s) > longestLine {
			c.add(i+1, "instrument.check.longline", "Words", shorten(s), "Max", longestLine)
			continue
		}
		all = append(all, cut(i+1, s))
	}
	return all
}

// cut takes one line apart. Blanks of any width may stand around the colon.
func cut(number int, s string) line {
	if item, ok := cutDash(s); ok {
		return line{number: number, rest: item, item: true}
	}
	head, rest, ok := strings.Cut(s, ":")
	if !ok {
		return line{number: number, rest: s}
	}
	words := append(strings.Fields(head), "")
	return line{number: number, word: term.Fold(words[0]), id: trim(strings.Join(words[1:], " ")), rest: trim(rest)}
}

func cutDash(s string) (string, bool) {
	for _, mark := range []string{"- ", "– ", "— ", "• "} {
		if item, ok := strings.CutPrefix(s, mark); ok {
			return trim(item), true
		}
	}
	return s, false
}

// trim takes the blanks off the ends of s, no-break spaces included; inside,
// those that a typographer put stay.
func trim(s string) string { return strings.TrimSpace(s) }

// arrows part an answer from where it leads.
var arrows = [...]string{"=>", "->", "→"}

// cutArrow splits at the last arrow.
func cutArrow(s string) (before, after string, ok bool) {
	at, width := -1, 0
	for _, arrow := range arrows {
		if i := strings.LastIndex(s, arrow); i > at {
			at, width = i, len(arrow)
		}
	}
	if at < 0 {
		return s, "", false
	}
	return trim(s[:at]), trim(s[at+width:]), true
}

// shorten is how a line is named in a complaint about it.
func shorten(s string) string {
	words := []rune(s)
	if len(words) > wordsShown {
		return string(words[:wordsShown-1]) + "…"
	}
	return s
}
