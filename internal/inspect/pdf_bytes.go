package inspect

import (
	"bytes"
	"compress/zlib"
	"io"
	"strconv"
)

// What the table of a PDF says is one reading of its bytes. A reader that finds the
// table broken rebuilds it from whatever looks like an object, and of a key that
// stands twice in a dictionary it may take the one or the other. So every object is
// looked for in the bytes too, reachable or not, and each of its names is judged.

// pdfBytes reads the objects of a PDF from its bytes.
type pdfBytes struct {
	v       *Verdict
	budget  int             // bytes that may still be read: objects can begin inside one another
	packed  int             // bytes that streams of objects may still unpack to
	plainly int             // and again, on the plain way
	opened  map[string]bool // numbers of objects that act without being asked
	web     map[string]bool // numbers of objects that open an address
}

// bytes judges all objects that stand in the bytes.
func (v *Verdict) bytes(all []byte) error {
	b := pdfBytes{v: v, budget: 8*len(all) + maxPacked, packed: maxPacked, plainly: maxPacked, opened: map[string]bool{}, web: map[string]bool{}}
	for at := 0; ; {
		n := bytes.Index(all[at:], []byte("obj"))
		if n < 0 {
			break
		}
		at += n + len("obj")
		if number, ok := numberBefore(all[:at-len("obj")]); ok {
			b.object(number, all[at:])
		}
		if b.budget < 0 {
			return refused(Unreadable)
		}
		if b.packed < 0 {
			return refused(Heavy)
		}
	}
	why, err := b.unclear(all)
	if err != nil {
		return err
	}
	if why != "" {
		v.find(Unclear)
	}
	for number := range b.opened {
		if b.web[number] {
			v.find(Launch)
		}
	}
	return nil
}

// numberBefore is the number of an object whose head, but for its last word, ends
// some bytes.
func numberBefore(b []byte) (string, bool) {
	b = b[max(0, len(b)-64):]
	rest := bytes.TrimRight(b, pdfSpace)
	generation := bytes.TrimRight(rest, "0123456789")
	head := bytes.TrimRight(generation, pdfSpace)
	number := bytes.TrimRight(head, "0123456789")
	if len(generation) == len(rest) || len(head) == len(generation) || len(number) == len(head) {
		return "", false
	}
	return string(head[len(number):]), true
}

const (
	pdfSpace   = "\x00\t\n\f\r "
	pdfDelimit = "()<>[]{}/%"
	maxPacked  = 16 << 20 // bytes of all packed streams of objects of a file, unpacked
)

// reading is the state of one object.
type reading struct {
	number         string
	open           []bool // by dictionary that is open: it stands in what acts without being asked
	before         string // the name just before, if it is a key
	key            string // the last name
	last, again    string // the last two numbers
	external, pack bool   // its data stand in another file; are objects
	place          bool   // in the list of a place in the document
}

// object judges an object from behind its head to its end.
func (b *pdfBytes) object(number string, all []byte) {
	r := reading{number: number}
	t := tokens{rest: all}
	for {
		kind, word := t.next()
		switch {
		case kind == 0, kind == 'w' && (word == "endobj" || word == "obj"):
			b.budget -= len(all) - len(t.rest)
			return
		case kind == 'w' && word == "stream":
			if r.external {
				b.v.find(Launch)
			}
			if r.pack {
				b.unpack(t.rest)
			}
			b.budget -= len(all) - len(t.rest)
			return
		}
		b.token(&r, kind, word)
	}
}

// token judges one word of an object.
func (b *pdfBytes) token(r *reading, kind byte, word string) {
	auto := len(r.open) > 0 && r.open[len(r.open)-1]
	switch kind {
	case '<':
		r.open = append(r.open, auto || r.before == "OpenAction" || r.before == "AA")
		if r.before == "Ref" {
			b.v.find(Launch)
		}
		r.before = ""
	case '>':
		if len(r.open) > 0 {
			r.open = r.open[:len(r.open)-1]
		}
		r.before = ""
	case '/':
		b.name(r, word, auto)
		if r.before == "S" || r.before == "Type" || r.before == "Subtype" {
			r.before = "" // it was a value
		} else {
			r.before = word
		}
		r.key = word
	case 'w':
		switch _, err := strconv.Atoi(word); {
		case err == nil:
			r.again, r.last = r.last, word
		case word == "R" && !r.place && (auto || r.key == "OpenAction"):
			b.opened[r.again] = true
		case word == "R" && r.key == "Ref": // a page of another file; in the tree of a tagged one, Ref is a list
			b.v.find(Launch)
		}
		r.before = ""
	default: // an action is no array: that of OpenAction is a place to begin at
		r.place = word == "[" && (r.before == "D" || r.before == "SD")
		r.before, r.key = "", ""
	}
}

// name judges a name of an object.
func (b *pdfBytes) name(r *reading, word string, auto bool) {
	value := r.before == "S" || r.before == "Type" || r.before == "Subtype"
	switch {
	case len(r.open) == 0 && actingNames[word] != "": // a name by itself, which others refer to
		b.v.find(actingNames[word])
	case r.before == "S" && word == "Thread":
		b.v.find(Launch)
	case value && word == "URI" || !value && auto && word == "URI":
		if b.web[r.number] = true; auto {
			b.v.find(Launch)
		}
	case value && word == "ObjStm":
		r.pack = true
	case value && actingNames[word] != "":
		b.v.find(actingNames[word])
	case !value && word == "F" && len(r.open) == 1:
		r.external = true
	case !value && actingKeys[word] != "":
		b.v.find(actingKeys[word])
	}
}

// unpack judges the objects of a packed stream, as far as it unpacks.
func (b *pdfBytes) unpack(all []byte) {
	all = bytes.TrimLeft(all[:min(len(all), 64<<20)], "\r\n")
	z, err := zlib.NewReader(bytes.NewReader(all))
	if err != nil {
		return // packed in another way: the library has read it, or nobody can
	}
	held, _ := io.ReadAll(io.LimitReader(z, int64(b.packed)+1)) // what does not unpack is read by nobody
	b.budget -= len(held)
	if b.packed -= len(held); b.packed < 0 {
		return
	}
	b.judge("", held)
}

// judge judges the words of one object, of several or of a trailer.
func (b *pdfBytes) judge(number string, all []byte) {
	r := reading{number: number}
	for t := (tokens{rest: all}); ; {
		kind, word := t.next()
		if kind == 0 {
			return
		}
		b.token(&r, kind, word)
	}
}

// tokens are the words of a PDF: names are decoded, strings and comments passed.
type tokens struct{ rest []byte }

// next is the kind of the next word: '<' and '>' for a dictionary's marks, '/' for a
// name, 'w' for any other word, 's' for a string, '[' for what else there is; 0 at the end.
func (t *tokens) next() (kind byte, word string) {
	for {
		t.rest = bytes.TrimLeft(t.rest, pdfSpace)
		if len(t.rest) == 0 {
			return 0, ""
		}
		if t.rest[0] != '%' {
			break
		}
		t.rest = t.rest[lineEnd(t.rest):]
	}
	c := t.rest[0]
	switch {
	case c == '/':
		n := wordEnd(t.rest[1:]) + 1
		word, t.rest = decodeName(t.rest[1:n]), t.rest[n:]
		return '/', word
	case c == '(':
		t.rest = t.rest[stringEnd(t.rest):]
		return 's', ""
	case (c == '<' || c == '>') && len(t.rest) > 1 && t.rest[1] == c:
		t.rest = t.rest[2:]
		return c, ""
	case bytes.IndexByte([]byte(pdfDelimit), c) >= 0:
		t.rest = t.rest[1:]
		return '[', string(c)
	}
	n := max(1, wordEnd(t.rest))
	word, t.rest = string(t.rest[:min(n, 32)]), t.rest[n:]
	return 'w', word
}

func lineEnd(b []byte) int {
	if n := bytes.IndexAny(b, "\r\n"); n >= 0 {
		return n
	}
	return len(b)
}

func wordEnd(b []byte) int {
	if n := bytes.IndexAny(b, pdfSpace+pdfDelimit); n >= 0 {
		return n
	}
	return len(b)
}

// stringEnd is where a string in round brackets ends.
func stringEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// decodeName reads the characters of a name that are written as #xx.
func decodeName(b []byte) string {
	if bytes.IndexByte(b, '#') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			if x, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(x))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}
