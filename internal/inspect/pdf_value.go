package inspect

import (
	"bytes"
	"strconv"
)

// written reads values as the standard of PDF writes them, and nothing that a
// lenient reader would take in another way than the next one.
type written struct {
	all []byte
	at  int
}

// A worth is a value: where it stands, and what it is. 'd' is a dictionary, 'a' an
// array, '/' a name, 's' a string, 'n' a number, 'R' a reference, 'w' true, false or null.
type worth struct {
	kind     byte
	from, to int
	whole    int              // a whole number, or the object that is referred to
	name     string           // of a name
	keys     map[string]worth // of an outermost dictionary
}

// space passes white space and comments.
func (w *written) space() {
	for w.at < len(w.all) {
		switch c := w.all[w.at]; {
		case c == '%':
			w.at += lineEnd(w.all[w.at:])
		case isSpace(c):
			w.at++
		default:
			return
		}
	}
}

func isSpace(c byte) bool { return bytes.IndexByte([]byte(pdfSpace), c) >= 0 }

func isRegular(c byte) bool { return bytes.IndexByte([]byte(pdfSpace+pdfDelimit), c) < 0 }

// word is the regular characters from here on.
func (w *written) word() string {
	n := wordEnd(w.all[w.at:])
	if n > 64 {
		return ""
	}
	w.at += n
	return string(w.all[w.at-n : w.at])
}

// is passes a word, if it stands here, behind white space.
func (w *written) is(word string) bool {
	w.space()
	to := w.at + len(word)
	if to > len(w.all) || string(w.all[w.at:to]) != word || to < len(w.all) && isRegular(w.all[to]) {
		return false
	}
	w.at = to
	return true
}

// digits is a whole number of digits only.
func (w *written) digits() (int, bool) {
	w.space()
	n := w.at
	for n < len(w.all) && n-w.at < 11 && w.all[n] >= '0' && w.all[n] <= '9' {
		n++
	}
	x, err := strconv.Atoi(string(w.all[w.at:n]))
	if err != nil || n < len(w.all) && w.all[n] >= '0' && w.all[n] <= '9' {
		return 0, false
	}
	w.at = n
	return x, true
}

// value reads one value.
func (w *written) value(depth int) (worth, bool) {
	w.space()
	v := worth{from: w.at}
	if depth > maxDepth || w.at >= len(w.all) {
		return v, false
	}
	ok := false
	switch c := w.all[w.at]; {
	case c == '/':
		w.at++
		n := wordEnd(w.all[w.at:])
		v.kind, v.name, ok = '/', decodeName(w.all[w.at:w.at+n]), true
		w.at += n
	case c == '(':
		n := stringEnd(w.all[w.at:])
		v.kind, ok = 's', stringEnds(w.all[w.at:w.at+n])
		w.at += n
	case c == '[':
		v.kind, ok = 'a', w.array(depth)
	case c == '<' && w.at+1 < len(w.all) && w.all[w.at+1] == '<':
		v.kind = 'd'
		v.keys, ok = w.dict(depth)
	case c == '<':
		v.kind, ok = 's', w.hex()
	case isRegular(c):
		v.kind, v.whole, ok = w.plainWord()
	}
	v.to = w.at
	return v, ok
}

// stringEnds says whether a string in round brackets, as stringEnd passed it, is closed.
func stringEnds(s []byte) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	return depth == 0
}

func (w *written) array(depth int) bool {
	for w.at++; ; {
		w.space()
		if w.at < len(w.all) && w.all[w.at] == ']' {
			w.at++
			return true
		}
		if _, ok := w.value(depth + 1); !ok {
			return false
		}
	}
}

// dict reads a dictionary; of an outermost one it keeps the values, each by its one
// name: of a name that stands twice readers take the one or the other.
func (w *written) dict(depth int) (map[string]worth, bool) {
	var keys map[string]worth
	if depth == 0 {
		keys = map[string]worth{}
	}
	for w.at += 2; ; {
		w.space()
		if bytes.HasPrefix(w.all[w.at:], []byte(">>")) {
			w.at += 2
			return keys, true
		}
		key, ok := w.value(depth + 1)
		if !ok || key.kind != '/' {
			return nil, false
		}
		v, ok := w.value(depth + 1)
		if !ok {
			return nil, false
		}
		if keys != nil {
			if _, twice := keys[key.name]; twice {
				return nil, false
			}
			keys[key.name] = v
		}
	}
}

func (w *written) hex() bool {
	for w.at++; w.at < len(w.all); w.at++ {
		switch c := w.all[w.at]; {
		case c == '>':
			w.at++
			return true
		case !isSpace(c) && (c < '0' || c > '9') && (c|32 < 'a' || c|32 > 'f'):
			return false
		}
	}
	return false
}

// plainWord is a number, a reference or one of three words.
func (w *written) plainWord() (kind byte, whole int, ok bool) {
	switch word := w.word(); {
	case word == "true" || word == "false" || word == "null":
		return 'w', 0, true
	case word == "" || bytes.IndexByte([]byte("+-.0123456789"), word[0]) < 0:
		return 0, 0, false
	default:
		n, err := strconv.Atoi(word)
		if err != nil {
			return 'n', -1, true
		}
		behind := w.at
		if _, is := w.digits(); is && w.is("R") {
			return 'R', n, true
		}
		w.at = behind
		return 'n', n, true
	}
}

// inside reads the value at a place again, and keeps its keys if it is a dictionary.
func (w *written) inside(v worth) worth {
	again := written{all: w.all, at: v.from}
	v, _ = again.value(0)
	return v
}

// items are the values of an array, at most some.
func (w *written) items(v worth, most int) []worth {
	var all []worth
	in := written{all: w.all[:v.to-1], at: v.from + 1}
	for range most {
		x, ok := in.value(1)
		if !ok {
			break
		}
		all = append(all, x)
	}
	return all
}
