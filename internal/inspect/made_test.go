package inspect

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"sort"
	"strings"
	"testing"
)

// What follows makes files of each kind, whole and hostile. No file that was
// found anywhere is kept with the source.

// aPicture has four different corners, so that turning it shows.
func aPicture(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{40, 40, 40, 255}
			switch {
			case x < w/2 && y < h/2:
				c = color.RGBA{250, 20, 20, 255}
			case y < h/2:
				c = color.RGBA{20, 250, 20, 255}
			case x < w/2:
				c = color.RGBA{20, 20, 250, 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func aJPEG() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, aPicture(64, 32), &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func aPNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, aPicture(64, 32)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// exif is a JPEG's block with an orientation and a place on earth.
func exif(orientation uint16, big bool) []byte {
	var order binary.ByteOrder = binary.LittleEndian
	head := "II*\x00"
	if big {
		order, head = binary.BigEndian, "MM\x00*"
	}
	b := []byte(head)
	put16 := func(x uint16) { b = append(b, 0, 0); order.PutUint16(b[len(b)-2:], x) }
	put32 := func(x uint32) { b = append(b, 0, 0, 0, 0); order.PutUint32(b[len(b)-4:], x) }
	put32(8)
	put16(2)
	put16(0x0112)
	put16(3)
	put32(1)
	put16(orientation)
	put16(0)
	put16(0x8825) // GPS
	put16(4)
	put32(1)
	put32(38)
	put32(0)
	b = append(b, "GPS -21.11,55.53 INVENTEDPLACE"...)
	body := append([]byte("Exif\x00\x00"), b...)
	n := len(body) + 2
	return append([]byte{0xff, 0xe1, byte(n >> 8), byte(n)}, body...)
}

// after puts a block behind the first two bytes of a JPEG.
func after(picture, block []byte) []byte {
	return append(append(bytes.Clone(picture[:2]), block...), picture[2:]...)
}

// chunk is one of a PNG, with its right sum.
func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name...)
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// bigPNG says it is w by h; its data are many equal bytes, well compressed.
func bigPNG(w, h uint32, depth, kind byte, data int) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := []byte("\x89PNG\r\n\x1a\n")
	b = append(b, chunk("IHDR", append(head, depth, kind, 0, 0, 0))...)
	b = append(b, chunk("IDAT", deflated(data))...)
	return append(b, chunk("IEND", nil)...)
}

func deflated(n int) []byte { return deflate(make([]byte, n)) }

func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// aPDF is a PDF of one page with further objects, numbered from 4 on; catalog is
// added to its catalog.
func aPDF(catalog string, more ...string) []byte { return pdfOf(1, catalog, more...) }

func pdfOf(pages int, catalog string, more ...string) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R" + catalog + ">>"}
	kids := ""
	first := 3 + len(more)
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", first+i)
	}
	objects = append(objects, fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d>>", kids, pages))
	objects = append(objects, more...)
	for range pages {
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>")
	}
	return pdfFrom(objects, "")
}

// pdfFrom numbers objects and writes their table.
func pdfFrom(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}

// stream is an object with data.
func stream(dict string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// packedPDF holds its objects in a compressed stream, as PDF 1.5 does, so that
// nothing of them stands in the bytes: objects[0] is the catalog.
func packedPDF(objects ...string) []byte {
	var table, body bytes.Buffer
	for i, o := range objects {
		fmt.Fprintf(&table, "%d %d ", i+1, body.Len())
		body.WriteString(o + " ")
	}
	packed := deflate(append(table.Bytes(), body.Bytes()...))
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	holder := len(objects) + 1
	at := map[int]int{holder: b.Len()}
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", holder, stream(fmt.Sprintf("/Type/ObjStm/N %d/First %d/Filter/FlateDecode", len(objects), table.Len()), packed))
	start := b.Len()
	rows := []byte{0, 0, 0, 0, 0, 0xff}
	for i := range objects {
		rows = append(rows, 2, 0, 0, 0, byte(holder), byte(i))
	}
	for _, n := range []int{at[holder], start} {
		rows = append(rows, 1)
		rows = binary.BigEndian.AppendUint32(rows, uint32(n))
		rows = append(rows, 0)
	}
	fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n", holder+1,
		stream(fmt.Sprintf("/Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/Filter/FlateDecode", holder+2), deflate(rows)), start)
	return b.Bytes()
}

// onePage are the objects 2 and 3 of a document of one page.
var onePage = []string{"<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>"}

// aZIP is an archive of one stored file, behind n bytes that come before it.
func aZIP(n int) []byte {
	name, data := "a.txt", "hello"
	le := binary.LittleEndian
	sum := crc32.ChecksumIEEE([]byte(data))
	local := append([]byte("PK\x03\x04"), 20, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	local = le.AppendUint32(local, sum)
	local = le.AppendUint32(le.AppendUint32(local, uint32(len(data))), uint32(len(data)))
	local = le.AppendUint16(le.AppendUint16(local, uint16(len(name))), 0)
	local = append(append(local, name...), data...)
	dir := append([]byte("PK\x01\x02"), 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	dir = le.AppendUint32(dir, sum)
	dir = le.AppendUint32(le.AppendUint32(dir, uint32(len(data))), uint32(len(data)))
	dir = append(le.AppendUint16(dir, uint16(len(name))), make([]byte, 12)...)
	dir = append(le.AppendUint32(dir, uint32(n)), name...)
	end := append([]byte("PK\x05\x06"), 0, 0, 0, 0, 1, 0, 1, 0)
	end = le.AppendUint32(le.AppendUint32(end, uint32(len(dir))), uint32(n+len(local)))
	return append(append(append(local, dir...), end...), 0, 0)
}

// element is one of a DICOM file in the explicit form.
func element(tag uint32, vr string, value []byte) []byte {
	if len(value)%2 == 1 {
		value = append(value, ' ')
	}
	return append(elementHead(tag, vr, uint32(len(value))), value...)
}

func elementHead(tag uint32, vr string, n uint32) []byte {
	le := binary.LittleEndian
	b := le.AppendUint16(le.AppendUint16(nil, uint16(tag>>16)), uint16(tag))
	if vr == "" {
		return le.AppendUint32(b, n)
	}
	b = append(b, vr...)
	if strings.Contains("OB OD OF OL OV OW SQ SV UC UN UR UT UV", vr) {
		return le.AppendUint32(append(b, 0, 0), n)
	}
	return le.AppendUint16(b, uint16(n))
}

// aDICOM has a preamble, a transfer syntax and a data set.
func aDICOM(preamble, syntax string, set ...[]byte) []byte {
	b := make([]byte, 128)
	copy(b, preamble)
	b = append(b, "DICM"...)
	b = append(b, element(syntaxTag, "UI", []byte(syntax))...)
	for _, e := range set {
		b = append(b, e...)
	}
	return b
}

const littleEndian = "1.2.840.10008.1.2.1"

// aScan is a whole DICOM file of an invented patient.
func aScan(preamble string) []byte {
	return aDICOM(preamble, littleEndian, element(0x00080060, "CS", []byte("MR")), element(0x00100010, "PN", []byte("INVENTE^NOE")),
		element(0x00100020, "LO", []byte("12345")), element(0x00280010, "US", []byte{2, 0}), element(pixelData, "OW", make([]byte, 8)))
}

func sorted(s []string) []string { sort.Strings(s); return s }

// redQuarter is the quarter of a JPEG that is red: 0 1 above, 2 3 below.
func redQuarter(t *testing.T, b []byte) int {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	for i, at := range [][2]int{{w / 4, h / 4}, {3 * w / 4, h / 4}, {w / 4, 3 * h / 4}, {3 * w / 4, 3 * h / 4}} {
		if r, g, b, _ := m.At(at[0], at[1]).RGBA(); r > 0xc000 && g < 0x5000 && b < 0x5000 {
			return i
		}
	}
	return -1
}
