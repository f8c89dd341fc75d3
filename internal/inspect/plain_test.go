package inspect

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// pdfParts writes a PDF object by object, with a table of the writer's choice.
type pdfParts struct {
	bytes.Buffer
	at map[int]int
}

func parts(objects ...string) *pdfParts {
	p := &pdfParts{at: map[int]int{}}
	p.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	for i, o := range append([]string{"<</Type/Catalog/Pages 2 0 R/Names 10 0 R>>"}, append(slices.Clone(onePage), objects...)...) {
		p.add(i+1, o)
	}
	return p
}

func (p *pdfParts) add(number int, body string) *pdfParts {
	p.at[number] = p.Len()
	fmt.Fprintf(p, "%d 0 obj\n%s\nendobj\n", number, body)
	return p
}

// table writes a table of lines for some objects, and says that it stands off bytes
// from where it does.
func (p *pdfParts) table(off int, trailer string, numbers ...int) []byte {
	start := p.Len()
	p.WriteString("xref\n0 1\n0000000000 65535 f \n")
	for _, n := range numbers {
		fmt.Fprintf(p, "%d 1\n%010d 00000 n \n", n, p.at[n])
	}
	fmt.Fprintf(p, "trailer\n<</Size 20/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", trailer, start+off)
	return p.Bytes()
}

// streamed adds a table that is a stream, of object 11, which holds object 10, and of
// the first three.
func (p *pdfParts) streamed(number int, filter string, pack func([]byte) []byte) *pdfParts {
	rows := []byte{}
	row := func(kind byte, n int) { rows = append(rows, kind, byte(n>>8), byte(n), 0) }
	for _, n := range []int{1, 2, 3} {
		row(1, p.at[n])
	}
	row(2, 11)
	row(1, p.at[11])
	return p.add(number, stream("/Type/XRef/Size 20/W[1 2 1]/Index[1 3 10 2]/Root 1 0 R"+filter, pack(rows)))
}

// up is PNG's second predictor on rows of some bytes, then Flate.
func up(columns int) func([]byte) []byte {
	return func(b []byte) []byte {
		b = append(bytes.Clone(b), bytes.Repeat([]byte(" "), (columns-len(b)%columns)%columns)...)
		var out []byte
		for i := range b {
			if i%columns == 0 {
				out = append(out, 2)
			}
			before := byte(0)
			if i >= columns {
				before = b[i-columns]
			}
			out = append(out, b[i]-before)
		}
		return deflate(out)
	}
}

func same(b []byte) []byte { return b }

func hexed(b []byte) []byte { return []byte(hex.EncodeToString(deflate(b)) + ">") }

// A PDF that has one reading is kept, however it is written; one that has two is kept
// apart, whatever a reader would find in the other. (Of the second kind three readers
// ran scripts that this package had not seen.)
func TestPlain(t *testing.T) {
	act := "<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert\\(1\\))>>]>>>>"
	tree := "<</Dests<</Names[]>>>>"
	pack := func(body, dict string, how func([]byte) []byte) string {
		return stream("/N 1/First 5"+dict, how([]byte("10 0 "+body)))
	}
	flate, sub := "/Filter/FlateDecode", "/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>"
	lost := func(off int, dict string, how func([]byte) []byte) []byte { // a table that leads astray, and another one
		return parts().add(11, pack(act, dict, how)).streamed(12, flate, deflate).table(off, "", 1, 2, 3)
	}
	hybrid := func(body, dict, filter string, how, table func([]byte) []byte) []byte {
		p := parts().add(11, pack(body, dict, how)).streamed(12, filter, table)
		return p.table(0, fmt.Sprintf("/XRefStm %d", p.at[12]), 1, 2, 3, 11, 12)
	}
	plain := parts().add(10, tree).table(0, "", 1, 2, 3, 10)
	signed := func(between string) []byte {
		p := parts().add(10, tree)
		prev := p.Len()
		p.table(0, "", 1, 2, 3, 10)
		p.Truncate(p.Len() - 1)
		p.WriteString(between)
		return p.add(10, tree).table(0, fmt.Sprintf("/Prev %d", prev), 10)
	}
	slipped := func(words string) []byte {
		p := parts()
		p.WriteString(words + "\n")
		return p.add(10, tree).table(0, "", 1, 2, 3, 10)
	}
	inside := func(words string) []byte {
		return parts(stream("", []byte(words))).add(10, tree).table(0, "", 1, 2, 3, 4, 10)
	}
	for _, s := range []struct {
		name  string
		bytes []byte
		want  string
	}{
		{"table of lines", plain, ""},
		{"table of lines that is said to be elsewhere", parts().add(10, tree).table(3, "", 1, 2, 3, 10), Unclear},
		{"changed later", signed("\n"), ""},
		{"signed by a program that leaves no line between", signed(""), ""},
		{"words of a page that slipped in, as LibreOffice lets them", slipped("/Document<</MCID 1>>BDC"), ""},
		{"an object that slipped in", slipped("/Document 9 0 obj<<>>"), Unclear},
		{"words between", signed("\nhello "), Unclear},
		{"both tables", hybrid(tree, "/Type/ObjStm"+flate, flate, deflate, deflate), ""},
		{"table by rows", hybrid(tree, "/Type/ObjStm"+flate, sub, deflate, up(4)), ""},
		{"packed by rows", hybrid(act, "/Type/ObjStm"+sub, flate, up(4), deflate), Script},
		{"not packed at all", hybrid(act, "/Type/ObjStm", flate, same, deflate), Script},
		{"without a type", hybrid(act, flate, flate, deflate, deflate), Script},
		{"a type that stands elsewhere", hybrid(act, "/Type 3 0 R"+flate, flate, deflate, deflate), Script},
		{"packed twice", hybrid(act, "/Type/ObjStm/Filter[/FlateDecode/FlateDecode]", flate, func(b []byte) []byte { return deflate(deflate(b)) }, deflate), Unclear},
		{"packed as figures", hybrid(act, "/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]", flate, hexed, deflate), Unclear},
		{"a table packed as figures", hybrid(tree, "/Type/ObjStm"+flate, "/Filter[/ASCIIHexDecode/FlateDecode]", deflate, hexed), Unclear},
		{"a table without widths", aPDF("", stream("/Type/XRef/Size 9", nil)), Unclear},
		{"packed and cut", hybrid(act, "/Type/ObjStm"+flate, flate, func(b []byte) []byte { b = deflate(b); return b[:len(b)-3] }, deflate), Unclear},
		{"a filter that stands elsewhere", hybrid(act, "/Type/ObjStm/Filter 3 0 R", flate, deflate, deflate), Unclear},
		{"an object inside a packed string", parts().add(11, stream("/Type/ObjStm/N 2/First 10", []byte("10 0 13 3 (  "+act+")"))).streamed(12, flate, deflate).table(0, "", 1, 2, 3, 11, 12), Unclear},
		{"packed behind a table that leads astray", lost(100_000, "/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]", hexed), Unclear},
		{"packed with a table that nothing leads to", lost(0, "/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]", hexed), Unclear},
		{"an object that no table reaches", parts().add(10, tree).add(9, tree).table(0, "", 1, 2, 3, 10), Unclear},
		{"an object under another’s number", bytes.Replace(plain, []byte("10 1\n"), []byte("15 1\n"), 1), Unclear},
		{"a key twice", bytes.Replace(plain, []byte("/Pages 2 0 R/"), []byte("/Pages 2 0 R/Pages 2 0 R/"), 1), Unclear},
		{"a head inside a stream", inside("9 0 obj<<>>endobj"), Unclear},
		{"a head with a comment inside a stream", inside("9 0%\nobj<<>>endobj"), Unclear},
		{"a trailer inside a stream", inside("trailer <</Root 1 0 R>>"), Unclear},
		{"a word that looks like one", inside("objet, une traileresse, 9 0 object"), ""},
		{"a script in the trailer", parts().add(10, tree).table(0, "/A<</S/J#61vaScript>>", 1, 2, 3, 10), Script},
		{"a kind that stands elsewhere", hybrid("/Launch", "/Type/ObjStm"+flate, flate, deflate, deflate), Launch},
		{"3D", aPDF("", "<</Type/Annot/Subtype/3D>>"), Embedded},
		{"3D that runs on its own", aPDF("", stream("/Type/X/OnInstantiate 3 0 R", nil)), Script},
		{"a thread of another file", aPDF("/OpenAction<</S/Thread/F(x.pdf)/D 0>>"), Launch},
		{"a thread of its own", aPDF("/Threads[3 0 R]", "<</Type/Thread/F 3 0 R>>"), ""},
		{"a page of another file", aPDF("", stream("/Subtype/Form/Ref<</F(x.pdf)/Page 0>>", nil)), Launch},
		{"a page of another file that stands elsewhere", aPDF("", stream("/Subtype/Form/Ref 4 0 R", nil), "<</F(x.pdf)/Page 0>>"), Launch},
		{"a mark in the tree", aPDF("", "<</Type/StructElem/Ref[3 0 R]>>"), ""},
		{"a picture for the printer", aPDF("", stream("/Subtype/Form/OPI<</2.0<</F(x.tif)>>>>", nil)), Launch},
	} {
		v, err := Inspect(PDF, bytes.NewReader(s.bytes), io.Discard)
		if found := strings.Join(v.Findings, " "); err != nil || s.want == "" && (found != "" || v.Refused != "") || s.want != "" && !strings.Contains(found, s.want) {
			t.Errorf("%s: refused %q, found %q, want %q; %v", s.name, v.Refused, found, s.want, err)
		}
	}
}
