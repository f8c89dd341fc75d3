package inspect

import "bytes"

// A PDF is plain when there is one way to read it: from its first byte to its last
// it is objects and tables, as the standard writes them; its tables reach all of its
// objects; no object begins inside anything else; and what is packed is packed in
// the one way that this package unpacks. Of such a file a reader that gives up
// its table and looks for objects by itself finds nothing that was not judged here.
// Any other file is kept apart: what cannot be understood cannot be called harmless.

// plain is what was found on the way through a file.
type plain struct {
	written
	b       *pdfBytes
	objects map[int]*planned // by the place of their number
	order   []int            // their places, as they stand
	words   map[int]bool     // places of words by which readers look for objects and tables
	tables  map[int]*planned // tables and streams that are tables, by their place
	ints    map[int]int      // objects that are a whole number; -1 if there are several
	last    int              // where the last table is said to stand
	heavy   bool             // it unpacks to too much
}

// planned is an object or a table.
type planned struct {
	number     int
	v          worth
	data       int // where the data of a stream begin, 0 if it is none
	end        int // and end
	reached    bool
	places     map[int][]int // of a table: objects by their place
	containers []int         // and streams that objects are packed in
}

// unclear says why a file is not plain; nothing if it is. It judges what is packed.
func (b *pdfBytes) unclear(all []byte) (why string, err error) {
	p := plain{written: written{all: all}, b: b, objects: map[int]*planned{}, words: map[int]bool{}, tables: map[int]*planned{}, ints: map[int]int{}, last: -1}
	for _, step := range []func() string{p.walk, p.hidden, p.unpackAll, p.follow} {
		if why = step(); p.heavy {
			return "", refused(Heavy)
		} else if why != "" {
			return why, nil
		}
	}
	return "", nil
}

// walk goes from the first byte to the last.
func (p *plain) walk() string {
	p.opening()
	for {
		p.between()
		from := p.at
		switch {
		case p.at == len(p.all):
			if p.last < 0 {
				return "no table"
			}
			return ""
		case p.is("xref"):
			p.words[from] = true
			if why := p.table(from); why != "" {
				return why
			}
		case p.is("startxref"):
			p.words[from] = true
			n, ok := p.digits()
			if !ok {
				return "startxref without a number"
			}
			p.last = n
		case p.all[p.at] < '0' || p.all[p.at] > '9':
			p.at += max(1, lineEnd(p.all[p.at:])) // LibreOffice lets words of a page slip in; hidden asks what they are
		default:
			if why := p.object(from); why != "" {
				return why
			}
		}
	}
}

// opening passes the first line, and a second of the high bytes by which senders see
// that a file is no text; it should be a comment, and some write none.
func (p *plain) opening() {
	p.at = lineEnd(p.all)
	for p.at < len(p.all) && (p.all[p.at] >= 0x80 || isSpace(p.all[p.at])) {
		p.at++
	}
}

// between passes white space and comments. Programs that sign write their object
// right behind the word that ends the file before.
func (p *plain) between() {
	for {
		before := p.at
		if rest := p.all[p.at:]; bytes.HasPrefix(rest, []byte("%%EOF")) && len(rest) > 5 && rest[5] >= '0' && rest[5] <= '9' {
			p.at += len("%%EOF")
			return
		} else if len(rest) > 0 && rest[0] == '%' {
			p.at += lineEnd(rest)
		}
		for p.at < len(p.all) && isSpace(p.all[p.at]) {
			p.at++
		}
		if p.at == before {
			return
		}
	}
}

// object reads an object from its number on.
func (p *plain) object(from int) string {
	number, fine := p.digits()
	_, ok := p.digits()
	p.space()
	p.words[p.at] = true
	if !fine || !ok || !p.is("obj") {
		return "a head that is none"
	}
	o := &planned{number: number}
	if o.v, ok = p.value(0); !ok {
		return "a value that is none"
	}
	p.objects[from], p.order = o, append(p.order, from)
	if o.v.kind == 'n' {
		if _, twice := p.ints[number]; twice {
			o.v.whole = -1
		}
		p.ints[number] = o.v.whole
	}
	if o.v.kind == 'd' && p.is("stream") {
		rest := p.all[p.at:]
		o.data = p.at + len(rest) - len(bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n")))
		n := bytes.Index(p.all[o.data:], []byte("endstream"))
		if n < 0 {
			return "a stream without end"
		}
		o.end = o.data + n
		p.at = o.end + len("endstream")
	}
	if !p.is("endobj") {
		return "an object without end"
	}
	return ""
}

// table reads a table of lines from behind its first word, and the trailer.
func (p *plain) table(from int) string {
	t := &planned{places: map[int][]int{}}
	for {
		p.space()
		if at := p.at; p.is("trailer") {
			p.words[at] = true
			break
		}
		first, ok := p.digits()
		n, fine := p.digits()
		if !ok || !fine || n > maxObjects*8 {
			return "a table that is none"
		}
		for i := range n {
			at, ok := p.digits()
			_, fine := p.digits()
			used := p.is("n")
			if !ok || !fine || !used && !p.is("f") {
				return "a line of a table that is none"
			}
			if used {
				t.places[at] = append(t.places[at], first+i)
			}
		}
	}
	var ok bool
	if t.v, ok = p.value(0); !ok || t.v.kind != 'd' {
		return "a trailer that is none"
	}
	p.b.judge("", p.all[t.v.from:t.v.to])
	p.tables[from] = t
	return ""
}

// hidden looks for words that begin an object or a table inside anything else.
func (p *plain) hidden() string {
	for _, word := range []string{"obj", "trailer", "startxref"} {
		for at := 0; ; at += len(word) {
			n := bytes.Index(p.all[at:], []byte(word))
			if n < 0 {
				break
			}
			at += n
			behind := at + len(word)
			if p.words[at] || behind < len(p.all) && isRegular(p.all[behind]) {
				continue
			}
			if word != "obj" || headBefore(p.all[:at]) {
				return "a hidden " + word
			}
		}
	}
	return ""
}

// headBefore says whether some bytes may end in the numbers of an object, for a
// reader that passes comments: then a line ends here.
func headBefore(b []byte) bool {
	rest := bytes.TrimRight(b, pdfSpace)
	if bytes.ContainsAny(b[len(rest):], "\r\n") {
		return true
	}
	return len(rest) > 0 && rest[len(rest)-1] >= '0' && rest[len(rest)-1] <= '9'
}

// isTable says whether a reader could take a stream for a table, and isPack whether
// for packed objects, whatever it says of itself.
func (o *planned) isTable() bool {
	_, w := o.v.keys["W"]
	return o.data > 0 && (w || o.v.keys["Type"].name == "XRef")
}

func (o *planned) isPack() bool {
	_, n := o.v.keys["N"]
	_, first := o.v.keys["First"]
	return o.data > 0 && (n && first || o.v.keys["Type"].name == "ObjStm")
}

// follow goes from the last table to the first, and looks whether they reach all.
func (p *plain) follow() string {
	packs := map[int]bool{}
	seen := map[int]bool{}
	for next := []int{p.last}; len(next) > 0; next = next[1:] {
		at := p.near(next[0])
		t := p.tables[at]
		if t == nil {
			return "a table that is not where it is said to be"
		}
		if seen[at] {
			continue
		}
		seen[at], t.reached = true, true
		for place, numbers := range t.places {
			if why := p.reach(place, numbers); why != "" {
				return why
			}
		}
		for _, n := range t.containers {
			packs[n] = true
		}
		for _, key := range []string{"Prev", "XRefStm"} {
			if v, is := t.v.keys[key]; is {
				if v.kind != 'n' || v.whole < 0 {
					return "a table before it that is none"
				}
				next = append(next, v.whole)
			}
		}
	}
	for _, t := range p.tables {
		if !t.reached {
			return "a table that nothing leads to"
		}
	}
	for _, o := range p.objects {
		if !o.reached {
			return "an object that no table reaches"
		}
		if o.isPack() && !packs[o.number] {
			return "packed objects that no table reaches"
		}
	}
	return ""
}

// reach marks the object at a place, which must be there under its number.
func (p *plain) reach(place int, numbers []int) string {
	o := p.objects[p.near(place)]
	if o == nil {
		return "a line that leads to no object"
	}
	for _, n := range numbers {
		if n != o.number {
			return "a line that leads to another object"
		}
	}
	o.reached = true
	return ""
}

// near is a place, or where the white space ends that it is in: some programs count a
// line end too few.
func (p *plain) near(place int) int {
	place = max(0, min(place, len(p.all)))
	for range 4 {
		if place < len(p.all) && isSpace(p.all[place]) {
			place++
		}
	}
	return place
}
