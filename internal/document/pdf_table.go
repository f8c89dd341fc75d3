package document

import (
	"fmt"
	"strings"
)

// printable is s as the fonts can show it: what they lack is shown as such,
// never dropped.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t':
			return ' '
		case c > 0xFFFF: // outside the plane that the PDF's fonts cover
			return '□'
		}
		return c
	}, clean(s))
}

func sprintPage(page, pages int) string { return fmt.Sprintf("%d / %d", page, pages) }

const (
	cellPad  = 1.6 // millimetres on each side of a cell's words
	cellSize = 9.0 // points
	slack    = 0.1 // against rounding: a word as wide as its column is not cut
)

// table writes a table or a list of facts. The head is repeated on every page;
// a row goes on on the next page only if it is taller than a third of one.
func (s *sheet) table(b Block) {
	widths := s.columns(b)
	if b.Kind == Table {
		s.style("B", bodySize, ink)
		s.need(bodySize*leading + 4*cellSize*leading)
		if b.Text != "" {
			s.lines(b.Text, marginLeft, textWidth)
			s.gap(1)
		}
		s.row(b, b.Head, widths, true)
	}
	for _, row := range b.Rows {
		s.row(b, row, widths, false)
	}
	s.gap(4)
}

// columns shares the width: each column as wide as its widest cell if all fit,
// else in proportion, none under a minimum.
func (s *sheet) columns(b Block) []float64 {
	s.style("B", cellSize, black)
	var want []float64
	for _, row := range append([][]string{b.Head}, b.Rows...) {
		for i, cell := range row {
			if i == len(want) {
				want = append(want, 0)
			}
			for _, line := range strings.Split(printable(cell), "\n") {
				want[i] = max(want[i], s.width(line)+2*cellPad+slack)
			}
		}
	}
	var sum float64
	for i := range want {
		if b.Kind == Facts && i == 0 {
			want[i] = min(max(want[i], 38), 60)
		}
		sum += want[i]
	}
	if sum <= textWidth {
		if n := len(want); n > 0 {
			grow := 0 // figures stand close to their words' column, words take the rest
			if !b.Numbers {
				grow = n - 1
			}
			want[grow] += textWidth - sum
		}
		return want
	}
	least := min(18, textWidth/float64(len(want)))
	for i := range want {
		want[i] = least + (textWidth-least*float64(len(want)))*want[i]/sum
	}
	return want
}

func (s *sheet) row(b Block, row []string, widths []float64, head bool) {
	if len(row) == 0 {
		return
	}
	const h = cellSize * leading
	cells := make([][]string, len(row))
	tallest := 0
	for i, cell := range row {
		s.cellStyle(b, i, head)
		cells[i] = s.wrap(cell, widths[i]-2*cellPad)
		tallest = max(tallest, len(cells[i]))
	}
	whole := float64(tallest)*h + 2*cellPad
	if room := (pageHeight - marginTop - marginBottom) / 3; !head && (whole < room || s.left() < h+2*cellPad) && s.left() < whole {
		s.next(b, widths)
	}
	s.gap(cellPad * 0.7)
	for n := range tallest {
		if s.left() < h+cellPad {
			if head { // a head taller than a page is not repeated
				s.need(h + cellPad)
			} else {
				s.next(b, widths)
			}
		}
		x := marginLeft
		for i, lines := range cells {
			if n < len(lines) {
				s.cellStyle(b, i, head)
				at := x + cellPad
				if b.Numbers && i > 0 {
					at = x + widths[i] - cellPad - s.width(lines[n])
				}
				s.put(at, s.f.GetY(), lines[n])
			}
			x += widths[i]
		}
		s.gap(h)
	}
	s.gap(cellPad * 0.7)
	if b.Kind == Table {
		s.f.SetDrawColor(184, 196, 204)
		s.f.Line(marginLeft, s.f.GetY(), pageWidth-marginRight, s.f.GetY())
	}
}

// left is the room left on the page.
func (s *sheet) left() float64 { return pageHeight - marginBottom - s.f.GetY() }

// next goes on with a table on a new page, its head first.
func (s *sheet) next(b Block, widths []float64) {
	s.f.AddPage()
	s.f.SetY(marginTop)
	if s.headFits(b, widths) {
		s.row(b, b.Head, widths, true)
	}
}

// headFits says whether the head leaves most of a page to the rows.
func (s *sheet) headFits(b Block, widths []float64) bool {
	const most = 8 // lines
	for i, cell := range b.Head {
		s.cellStyle(b, i, true)
		if len(s.wrap(cell, widths[i]-2*cellPad)) > most {
			return false
		}
	}
	return true
}

func (s *sheet) cellStyle(b Block, column int, head bool) {
	switch {
	case head:
		s.style("B", cellSize, ink)
	case b.Kind == Facts && column == 0:
		s.style("", cellSize, quiet)
	default:
		s.style("", cellSize, black)
	}
}
