package inspect

import (
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"slices"
	"strconv"
)

// unpackAll unpacks what holds objects or is a table.
func (p *plain) unpackAll() string {
	for _, from := range p.order {
		o := p.objects[from]
		if !o.isTable() && !o.isPack() {
			continue
		}
		held, why := p.unpacked(o)
		if why != "" {
			return why
		}
		if o.isTable() {
			why = p.streamTable(from, o, held)
		} else {
			why = p.packed(o, held)
		}
		if why != "" {
			return why
		}
	}
	return ""
}

// unpacked is what a stream holds, if it is packed in the one way: not at all, or
// once by Flate, with or without a predictor of PNG's.
func (p *plain) unpacked(o *planned) ([]byte, string) {
	if c := p.all[o.data-1]; c != '\n' {
		return nil, "a stream whose begin is not plain"
	}
	length := o.v.keys["Length"]
	n := length.whole
	if length.kind == 'R' {
		n = -1
		if x, is := p.ints[length.whole]; is {
			n = x
		}
	}
	if n < 0 || n > o.end-o.data || len(bytes.Trim(p.all[o.data+n:o.end], "\r\n")) > 0 {
		return nil, "a stream of another length"
	}
	raw := p.all[o.data : o.data+n]
	filter, is := p.one(o.v.keys["Filter"])
	parms, fine := p.one(o.v.keys["DecodeParms"])
	if _, short := o.v.keys["DP"]; !is || !fine || short {
		return nil, "packed in several ways"
	}
	if filter.kind == 0 && parms.kind == 0 {
		if p.b.budget -= len(raw); len(raw) > maxPacked {
			p.heavy = true
		}
		return raw, ""
	}
	if filter.name != "FlateDecode" {
		return nil, "packed in another way"
	}
	held, why := p.inflated(raw)
	if why != "" || parms.kind == 0 {
		return held, why
	}
	return p.predicted(held, parms)
}

// one is a value, or the only one of an array.
func (p *plain) one(v worth) (worth, bool) {
	if v.kind == 'a' {
		all := p.items(v, 2)
		if len(all) == 0 {
			return worth{}, true
		}
		if len(all) > 1 {
			return v, false
		}
		v = all[0]
	}
	if v.kind == 'w' {
		return worth{}, true
	}
	return v, v.kind == 0 || v.kind == '/' || v.kind == 'd'
}

func (p *plain) inflated(raw []byte) ([]byte, string) {
	in := bytes.NewReader(raw)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, "Flate that is none"
	}
	held, err := io.ReadAll(io.LimitReader(z, int64(p.b.plainly)+1))
	if p.b.plainly -= len(held); p.b.plainly < 0 {
		p.heavy = true
		return nil, ""
	}
	if err != nil {
		return nil, "Flate that breaks off"
	}
	if len(bytes.Trim(raw[len(raw)-in.Len():], "\r\n")) > 0 {
		return nil, "something behind Flate"
	}
	return held, ""
}

// predicted undoes a predictor of PNG's.
func (p *plain) predicted(held []byte, parms worth) ([]byte, string) {
	if parms.kind != 'd' {
		return nil, "parameters that are none"
	}
	columns, predictor := 1, 1
	for key, v := range p.inside(parms).keys {
		switch {
		case v.kind != 'n':
			return nil, "a parameter that is no number"
		case key == "Columns":
			columns = v.whole
		case key == "Predictor":
			predictor = v.whole
		case key == "Colors" && v.whole == 1, key == "BitsPerComponent" && v.whole == 8:
		default:
			return nil, "a parameter that is not known"
		}
	}
	if predictor == 1 {
		return held, ""
	}
	if predictor < 10 || predictor > 15 || columns < 1 || columns > 1<<16 || len(held)%(columns+1) != 0 {
		return nil, "a predictor that is not known"
	}
	before := make([]byte, columns)
	out := held[:0]
	for ; len(held) > 0; held = held[columns+1:] {
		kind, row := held[0], held[1:columns+1]
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], before[i-1]
			}
			switch kind {
			case 0:
			case 1:
				row[i] += left
			case 2:
				row[i] += before[i]
			case 3:
				row[i] += byte((int(left) + int(before[i])) / 2)
			case 4:
				row[i] += paeth(left, before[i], corner)
			default:
				return nil, "a predictor that is not known"
			}
			if i > 0 {
				before[i-1] = left
			}
		}
		before[columns-1] = row[columns-1]
		out = append(out, before...)
	}
	return out, ""
}

func paeth(a, b, c byte) byte {
	far := func(x byte) int {
		d := int(a) + int(b) - int(c) - int(x)
		return max(d, -d)
	}
	switch {
	case far(a) <= far(b) && far(a) <= far(c):
		return a
	case far(b) <= far(c):
		return b
	}
	return c
}

// packed reads the objects of a stream, each from where its head says to where the
// next one begins, and judges them.
func (p *plain) packed(o *planned, held []byte) string {
	n, first := o.v.keys["N"], o.v.keys["First"]
	if n.kind != 'n' || first.kind != 'n' || first.whole < 0 || first.whole > len(held) || n.whole < 0 || n.whole > len(held) {
		return "packed objects without number"
	}
	head, body := written{all: held[:first.whole]}, written{all: held, at: first.whole}
	for range n.whole {
		number, ok := head.digits()
		at, fine := head.digits()
		body.space()
		from := written{all: held, at: min(first.whole+at, len(held))}
		from.space()
		if !ok || !fine || from.at != body.at {
			return "packed objects in another order"
		}
		v, ok := body.value(0)
		if !ok || v.kind == 'R' {
			return "a packed object that is none"
		}
		p.b.judge(strconv.Itoa(number), held[v.from:v.to])
	}
	head.space()
	body.space()
	if head.at < len(head.all) || body.at < len(held) {
		return "something behind packed objects"
	}
	return ""
}

// streamTable reads a table that is a stream.
func (p *plain) streamTable(from int, o *planned, held []byte) string {
	widths, size := o.v.keys["W"], o.v.keys["Size"]
	if widths.kind != 'a' || size.kind != 'n' {
		return "a table without widths"
	}
	w := p.items(widths, 4)
	if len(w) != 3 {
		return "a table without widths"
	}
	row := 0
	for _, x := range w {
		if x.kind != 'n' || x.whole < 0 || x.whole > 8 {
			return "a table without widths"
		}
		row += x.whole
	}
	parts := []worth{{kind: 'n'}, size}
	if index, is := o.v.keys["Index"]; is {
		if index.kind != 'a' {
			return "a table without parts"
		}
		parts = p.items(index, maxObjects)
	}
	if len(parts)%2 != 0 {
		return "a table without parts"
	}
	o.places = map[int][]int{}
	packs := map[int]bool{}
	for ; len(parts) > 0; parts = parts[2:] {
		if n := parts[1].whole; n < 0 || row == 0 || n > len(held)/row {
			return "a table that is too short"
		}
		for i := range parts[1].whole {
			kind, place := line(held[:row], w)
			held = held[row:]
			switch kind {
			case 0:
			case 1:
				o.places[place] = append(o.places[place], parts[0].whole+i)
			case 2:
				packs[place] = true
			default:
				return "a line of a kind that is not known"
			}
		}
	}
	o.containers = slices.Collect(maps.Keys(packs))
	o.reached = true // it need not name itself: that something leads to it is asked of all tables
	p.tables[from] = &planned{v: o.v, places: o.places, containers: o.containers}
	return ""
}

// line is what a line of a table that is a stream says: the kind of an object, which
// is 1 if it has no width, and its place or the stream that it is packed in.
func line(row []byte, widths []worth) (kind, place int) {
	kind = 1
	for i, x := range widths[:2] {
		n := 0
		for _, c := range row[:x.whole] {
			n = n<<8 | int(c)
		}
		row = row[x.whole:]
		switch {
		case i == 1:
			place = n
		case x.whole > 0:
			kind = n
		}
	}
	return kind, place
}
