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
const starters = "=+-@＝＋－＠﹦﹢﹣﹫"

// separators are what a spreadsheet may take for the end of a cell. Those that
// cannot be seen also begin formulas, on the OWASP list, at the front of a cell.
const separators = ",;|" + unseen

const unseen = "\t\r\n"

// Harmless makes plain text of a cell that begins like a formula, by an
// apostrophe before it. Within a cell it does the same after what another
// program may take for a separator, because the rest is then a cell of its own.
// NUL is left out: no keyboard types it.
func Harmless(cell string) string {
	var b strings.Builder
	front := true // nothing but blanks since the beginning
	start := true // nothing but blanks since the beginning of what may be a cell
	for _, c := range cell {
		if c == 0 {
			continue
		}
		if start && strings.ContainsRune(starters, c) || front && strings.ContainsRune(unseen, c) {
			b.WriteByte('\'')
			front, start = false, false
		}
		b.WriteRune(c)
		isBlank := c == '"' || unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) // the cell has not begun yet
		front = front && isBlank
		start = start && isBlank || strings.ContainsRune(separators, c)
	}
	return b.String()
}
