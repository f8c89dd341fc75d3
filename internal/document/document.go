// Package document is a piece of writing to hand over (a letter, a report), as
// headings, paragraphs, lists and tables, and the ways to write it to a file:
// ODT and PDF, with no other program. It does not know what the words are
// about, and the same document always gives the same bytes.
package document

import (
	"strings"
	"time"
	"unicode"
)

// Document is one piece of writing, its words already in the reader's language.
type Document struct {
	Lang   string // "fr" or "en"
	Title  string
	Author string // who writes: the desk
	At     time.Time
	Footer string // at the foot of every page, before the page number
	Blocks []Block
}

// A Kind is what a block is.
type Kind string

// The kinds of block.
const (
	Heading   Kind = "heading"   // Text, Level
	Paragraph Kind = "paragraph" // Text
	Note      Kind = "note"      // Text, set apart: what to do if it gets worse
	Quiet     Kind = "quiet"     // Text, small: a source, a definition
	List      Kind = "list"      // Lines
	Facts     Kind = "facts"     // Rows of two cells: what, and its value
	Table     Kind = "table"     // Head, Rows, Text is the caption; Numbers
	Sender    Kind = "sender"    // Lines: who writes
	Address   Kind = "address"   // Lines: to whom
	Dateline  Kind = "dateline"  // Text
	Signature Kind = "signature" // Lines
)

// Block is one part of a document. Its Kind says which fields it uses.
type Block struct {
	Kind    Kind
	Level   int // of a heading: 1 is the title on the page
	Text    string
	Lines   []string
	Head    []string
	Rows    [][]string
	Numbers bool // the columns after the first hold figures
}

// Prose turns what a person typed into blocks: an empty line parts paragraphs,
// lines that begin with a dash or a bullet are a list, and a line that begins
// with # is a heading under the document's own.
func Prose(s string) []Block {
	var all []Block
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			all = append(all, Block{Kind: Paragraph, Text: strings.Join(lines, "\n")})
		}
		lines = nil
	}
	for line := range strings.Lines(clean(s)) {
		line = strings.TrimSpace(line)
		item, isItem := cutBullet(line)
		heading, isHeading := strings.CutPrefix(line, "# ")
		switch {
		case isHeading:
			flush()
			all = append(all, Block{Kind: Heading, Level: 2, Text: strings.TrimSpace(heading)})
		case isItem:
			flush()
			if n := len(all); n > 0 && all[n-1].Kind == List {
				all[n-1].Lines = append(all[n-1].Lines, item)
			} else {
				all = append(all, Block{Kind: List, Lines: []string{item}})
			}
		case line == "":
			flush()
		default:
			lines = append(lines, line)
		}
	}
	flush()
	return all
}

func cutBullet(line string) (string, bool) {
	for _, mark := range []string{"- ", "– ", "— ", "• ", "* "} {
		if item, ok := strings.CutPrefix(line, mark); ok {
			return strings.TrimSpace(item), true
		}
	}
	return line, false
}

// clean drops what no file format takes: control characters and broken bytes.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case c == unicode.ReplacementChar, c == 0xFFFE, c == 0xFFFF, unicode.IsControl(c):
			return -1
		}
		return c
	}, s)
}
