package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"time"
)

// odtType is the media type of an OpenDocument text.
const odtType = "application/vnd.oasis.opendocument.text"

// ODT writes the document as an OpenDocument text (ODF 1.2), with headings,
// lists and table heads marked as such, so that it can be corrected in a word
// processor and read aloud.
func ODT(w io.Writer, d Document) error {
	z := zip.NewWriter(w)
	// First, stored and without extra field: this is how programs know the type.
	kind := []byte(odtType)
	f, err := z.CreateRaw(&zip.FileHeader{Name: "mimetype", Method: zip.Store, CRC32: crc32.ChecksumIEEE(kind),
		CompressedSize64: uint64(len(kind)), UncompressedSize64: uint64(len(kind))})
	if err != nil {
		return err
	}
	if _, err := f.Write(kind); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		text string
	}{
		{"content.xml", d.content()},
		{"styles.xml", d.styles()},
		{"meta.xml", d.meta()},
		{"META-INF/manifest.xml", odtManifest},
	} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: d.At.UTC()})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

const odtManifest = xmlHead + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="` + odtType + `"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
`

const odtSpaces = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
	`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
	`xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" ` +
	`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.2"`

func (d Document) meta() string {
	return xmlHead + `<office:document-meta ` + odtSpaces + `><office:meta><meta:generator>Phare</meta:generator><dc:title>` + escape(d.Title) +
		`</dc:title><meta:initial-creator>` + escape(d.Author) + `</meta:initial-creator><dc:creator>` + escape(d.Author) + `</dc:creator><meta:creation-date>` +
		d.At.UTC().Format(time.RFC3339) + `</meta:creation-date><dc:date>` + d.At.UTC().Format(time.RFC3339) + `</dc:date><dc:language>` + d.tag() +
		`</dc:language></office:meta></office:document-meta>` + "\n"
}

// tag is the document's language with its country.
func (d Document) tag() string {
	if d.Lang == "en" {
		return "en-GB"
	}
	return "fr-FR"
}

func (d Document) content() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<office:document-content ` + odtSpaces + ">\n" + odtAutomatic)
	for i, block := range d.Blocks {
		for j, cm := range columnWidths(block) {
			fmt.Fprintf(&b, `<style:style style:name="Table%d.%d" style:family="table-column"><style:table-column-properties style:column-width="%.2fcm"/></style:style>`+"\n", i+1, j+1, cm)
		}
	}
	b.WriteString("</office:automatic-styles>\n<office:body><office:text>\n")
	for i, block := range d.Blocks {
		writeBlock(&b, block, i)
	}
	b.WriteString("</office:text></office:body>\n</office:document-content>\n")
	return b.String()
}

// paragraphStyle is the style of the lines of each kind that is no more than lines.
var paragraphStyle = map[Kind]string{Paragraph: "Text_20_body", Note: "Note", Quiet: "Quiet", Dateline: "Dateline",
	Sender: "Sender", Address: "Address", Signature: "Signature"}

func writeBlock(b *strings.Builder, x Block, n int) {
	switch x.Kind {
	case Heading:
		level := min(max(x.Level, 1), 3)
		fmt.Fprintf(b, `<text:h text:style-name="Heading_20_%d" text:outline-level="%d">%s</text:h>`+"\n", level, level, inline(x.Text))
	case List:
		b.WriteString(`<text:list text:style-name="Bullets">` + "\n")
		for _, item := range x.Lines {
			b.WriteString(`<text:list-item><text:p text:style-name="Item">` + inline(item) + "</text:p></text:list-item>\n")
		}
		b.WriteString("</text:list>\n")
	case Facts, Table:
		writeTable(b, x, n)
	case Sender, Address, Signature:
		for i, line := range x.Lines {
			style := paragraphStyle[x.Kind]
			if i == 0 {
				style += "_20_first"
			}
			b.WriteString(`<text:p text:style-name="` + style + `">` + inline(line) + "</text:p>\n")
		}
	default:
		b.WriteString(`<text:p text:style-name="` + paragraphStyle[x.Kind] + `">` + inline(x.Text) + "</text:p>\n")
	}
}

func writeTable(b *strings.Builder, x Block, n int) {
	if x.Kind == Table && x.Text != "" {
		b.WriteString(`<text:p text:style-name="Caption">` + inline(x.Text) + "</text:p>\n")
	}
	fmt.Fprintf(b, `<table:table table:name="Table%d" table:style-name="Table">`+"\n", n+1)
	for i := range columnWidths(x) {
		fmt.Fprintf(b, `<table:table-column table:style-name="Table%d.%d"/>`, n+1, i+1)
	}
	b.WriteString("\n")
	if len(x.Head) > 0 {
		b.WriteString("<table:table-header-rows>")
		writeRow(b, x, x.Head, "Head")
		b.WriteString("</table:table-header-rows>\n")
	}
	for _, row := range x.Rows {
		writeRow(b, x, row, "Cell")
	}
	b.WriteString("</table:table>\n")
	b.WriteString(`<text:p text:style-name="After"/>` + "\n")
}

// columnWidths shares the 17 cm of a table, by the longest line of each column.
// A word processor measures no better before it has chosen its fonts.
func columnWidths(x Block) []float64 {
	const width, least, most, perLetter = 17.0, 1.8, 60.0, 0.21 // centimetres, and letters
	if x.Kind != Facts && x.Kind != Table {
		return nil
	}
	var letters []float64
	for _, row := range append([][]string{x.Head}, x.Rows...) {
		for i, cell := range row {
			if i == len(letters) {
				letters = append(letters, 0)
			}
			letters[i] = min(max(letters[i], float64(len([]rune(cell)))), most)
		}
	}
	var sum float64
	for i := range letters {
		letters[i] = max(letters[i]*perLetter+0.4, least)
		if i == 0 && x.Kind == Facts {
			letters[i] = max(letters[i], 3.8)
		}
		sum += letters[i]
	}
	if n := len(letters); sum < width && n > 0 {
		grow := n - 1
		if x.Numbers {
			grow = 0
		}
		letters[grow] += width - sum
		sum = width
	}
	for i := range letters {
		letters[i] *= width / sum
	}
	return letters
}

func writeRow(b *strings.Builder, x Block, row []string, style string) {
	cell := "Grid"
	if x.Kind == Facts {
		cell = "Plain"
	}
	b.WriteString("<table:table-row>")
	for i, text := range row {
		p := style
		switch {
		case x.Numbers && i > 0:
			p += "_20_number"
		case x.Kind == Facts && i == 0:
			p = "Fact"
		}
		b.WriteString(`<table:table-cell table:style-name="` + cell + `" office:value-type="string"><text:p text:style-name="` + p + `">` + inline(text) + `</text:p></table:table-cell>`)
	}
	b.WriteString("</table:table-row>\n")
}

// inline writes words inside a paragraph, its line ends as line breaks.
func inline(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(escape(s), "\n", "<text:line-break/>"), "\t", "<text:tab/>")
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(clean(s))) // a bytes.Buffer never fails
	return strings.NewReplacer("&#xA;", "\n", "&#x9;", "\t", "&#39;", "'", "&#34;", `"`).Replace(b.String())
}
