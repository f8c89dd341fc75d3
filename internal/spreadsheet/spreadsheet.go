// Package spreadsheet writes tables for spreadsheets. It promises RFC 4180, and
// that no cell is taken for a formula: whatever someone typed in a form is text
// when a colleague opens the file, also with another separator than the one
// that was meant. It is the only writer of such files.
package spreadsheet

import (
	"errors"
	"io"
	"strings"
	"unicode"
)

// Writer writes rows. Its first error stays.
type Writer struct {
	out   io.Writer
	comma string
	width int
	err   error
}

// ErrWidth says that a row has another number of cells than the first one.
var ErrWidth = errors.New("a row of another width")

// New begins a file. French spreadsheets expect semicolons, others commas.
func New(out io.Writer, lang string) *Writer {
	w := &Writer{out: out, comma: ";"}
	if lang == "en" {
		w.comma = ","
	}
	_, w.err = io.WriteString(out, "\ufeff") // tells spreadsheets that it is UTF-8
	return w
}

// Row writes one row. Every cell is quoted, which leaves numbers numbers.
func (w *Writer) Row(cells ...string) {
	if w.err != nil {
		return
	}
	if w.width == 0 {
		w.width = len(cells)
	}
	if len(cells) != w.width {
		w.err = ErrWidth
		return
	}
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString(w.comma)
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(Harmless(cell), `"`, `""`))
		b.WriteByte('"')
	}
	b.WriteString("\r\n")
	_, w.err = io.WriteString(w.out, b.String())
}

// Err is the first thing that went wrong.
func (w *Writer) Err() error { return w.err }

// starters are what a spreadsheet takes for the beginning of a formula: those of
// the OWASP list, and the forms of other widths that some of them fold.
const starters = "=+-@\t\r\n\x00＝＋－＠﹦﹢﹣﹫"

// separators are what a spreadsheet may take for the end of a cell.
const separators = ",;\t|\r\n\x00"

// Harmless makes plain text of a cell that begins like a formula, by an
// apostrophe before it. Within a cell it does the same after what another
// program may take for a separator, because the rest is then a cell of its own.
func Harmless(cell string) string {
	var b strings.Builder
	start := true // nothing but blanks since the beginning of what may be a cell
	for i, c := range cell {
		if start && (strings.ContainsRune(starters, c) && (i == 0 || !strings.ContainsRune(separators, c))) {
			b.WriteByte('\'')
			start = false
		}
		b.WriteRune(c)
		switch {
		case strings.ContainsRune(separators, c):
			start = true
		case start && (c == '"' || unicode.IsSpace(c) || unicode.Is(unicode.Cf, c)):
			// a blank, or a quote: the cell has not begun yet
		default:
			start = false
		}
	}
	return b.String()
}
