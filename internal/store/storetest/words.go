package storetest

import (
	"fmt"
	"regexp"
	"strings"
)

// word is one word of a statement, or what stands in brackets or between CASE
// and END.
type word struct {
	text string // in small letters, but for 'text' in quotes
	in   []word // of a group, whose text is "(" or "case"
}

func (w word) group() bool { return w.text == "(" || w.text == "case" }

// constant says whether a word is a value from outside the tables.
func (w word) constant() bool {
	return strings.HasPrefix(w.text, "$") || w.text == "?" || strings.HasPrefix(w.text, "'")
}

var aWord = regexp.MustCompile(`^(?:\s+|'(?:[^']|'')*'|"[^"]+"|\$\d+|\w+|\|\||<>|<=|>=|!=|::|->>|->|[^\w\s'])`)

// words reads a statement.
func words(statement string) ([]word, error) {
	var flat []string
	for rest := statement; rest != ""; {
		w := aWord.FindString(rest)
		if w == "" {
			return nil, fmt.Errorf("unreadable from %.40q", rest)
		}
		rest = rest[len(w):]
		if strings.TrimSpace(w) == "" {
			continue
		}
		if w[0] != '\'' {
			w = strings.Trim(strings.ToLower(w), `"`)
		}
		flat = append(flat, w)
	}
	all, left, err := gather(flat, "")
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%q closes nothing", left[0])
	}
	return all, err
}

// gather puts what stands in brackets together, up to the word that closes it.
func gather(flat []string, end string) (all []word, rest []string, err error) {
	for len(flat) > 0 {
		w := flat[0]
		flat = flat[1:]
		switch w {
		case end:
			return all, flat, nil
		case ")", "end":
			return nil, nil, fmt.Errorf("%q closes nothing", w)
		case "(", "case":
			g := word{text: w}
			if g.in, flat, err = gather(flat, map[string]string{"(": ")", "case": "end"}[w]); err != nil {
				return nil, nil, err
			}
			all = append(all, g)
		default:
			all = append(all, word{text: w})
		}
	}
	if end != "" {
		err = fmt.Errorf("%q is missing", end)
	}
	return all, nil, err
}

// find is where one of these words stands first, outside any brackets; -1: nowhere.
func find(all []word, from int, texts ...string) int {
	for i := from; i < len(all); i++ {
		for _, t := range texts {
			if all[i].text == t {
				return i
			}
		}
	}
	return -1
}

// split cuts at each of these words.
func split(all []word, texts ...string) (parts [][]word) {
	for {
		at := find(all, 0, texts...)
		if at < 0 {
			return append(parts, all)
		}
		parts, all = append(parts, all[:at]), all[at+1:]
	}
}

// isQuery says whether a group is a query of its own.
func isQuery(w word) bool {
	return w.text == "(" && len(w.in) > 0 && (w.in[0].text == "select" || w.in[0].text == "with" || w.in[0].text == "values" || isQuery(w.in[0]) && len(split(w.in, setWords...)) > 1)
}

var setWords = []string{"union", "except", "intersect"}
