package document

import (
	_ "embed" // the fonts
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed fonts/DejaVuSansCondensed.ttf
var regular []byte

//go:embed fonts/DejaVuSansCondensed-Bold.ttf
var bold []byte

// The page: A4, in millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
	marginLeft            = 22.0
	marginRight           = 20.0
	marginTop             = 18.0
	marginBottom          = 22.0
	rightColumn           = 112.0 // where address, date and signature begin
	textWidth             = pageWidth - marginLeft - marginRight
	font                  = "DejaVu"
	bodySize              = 10.0 // points
	leading               = 0.50 // line height in millimetres per point
)

// PDF writes the document as a PDF with its fonts inside. It is not tagged
// (no library in Go does that): the page and the ODT are the versions to read
// aloud.
func PDF(w io.Writer, d Document) error {
	s := layOut(d, 1)
	if pages := s.f.PageNo(); pages > 1 {
		s = layOut(d, pages) // now that the foot can say how many
	}
	return s.f.Output(w)
}

// sheet is a PDF under way.
type sheet struct {
	f *fpdf.Fpdf
}

func layOut(d Document, pages int) *sheet {
	s := &sheet{fpdf.New("P", "mm", "A4", "")}
	f := s.f
	f.SetCatalogSort(true)
	f.SetCreationDate(d.At.UTC())
	f.SetModificationDate(d.At.UTC())
	f.SetLang(d.tag())
	f.SetTitle(clean(d.Title), true)
	f.SetAuthor(clean(d.Author), true)
	f.SetProducer("Phare", true)
	f.AddUTF8FontFromBytes(font, "", regular)
	f.AddUTF8FontFromBytes(font, "B", bold)
	f.SetMargins(marginLeft, marginTop, marginRight)
	f.SetCellMargin(0)
	f.SetAutoPageBreak(false, 0)
	f.SetFooterFunc(func() { s.foot(d.Footer, pages) })
	f.AddPage()
	for _, b := range d.Blocks {
		s.block(b)
	}
	return s
}

// foot writes the foot of the current page.
func (s *sheet) foot(words string, pages int) {
	const size = 7.5
	f := s.f
	f.SetDrawColor(184, 196, 204)
	y := pageHeight - marginBottom + 6
	f.Line(marginLeft, y, pageWidth-marginRight, y)
	s.style("", size, quiet)
	number := sprintPage(f.PageNo(), pages)
	room := textWidth - s.width(number) - 4
	for i, line := range s.wrap(words, room) {
		s.put(marginLeft, y+1.5+float64(i)*size*leading, line)
	}
	s.put(pageWidth-marginRight-s.width(number), y+1.5, number)
}

func (s *sheet) block(b Block) {
	switch b.Kind {
	case Heading:
		size := []float64{15, 12, 10.5}[min(max(b.Level, 1), 3)-1]
		s.gap(2)
		s.style("B", size, ink)
		s.need(size*leading + 3*bodySize*leading)
		s.f.Bookmark(printable(b.Text), min(max(b.Level, 1), 3)-1, -1)
		s.lines(b.Text, marginLeft, textWidth)
		s.gap(1.5)
	case Paragraph:
		s.style("", bodySize, black)
		s.lines(b.Text, marginLeft, textWidth)
		s.gap(2.5)
	case Quiet:
		s.style("", 8.5, quiet)
		s.lines(b.Text, marginLeft, textWidth)
		s.gap(2.5)
	case Note:
		s.note(b.Text)
	case List:
		s.list(b.Lines)
	case Facts, Table:
		s.table(b)
	case Sender:
		s.people(b.Lines, marginLeft, 9, 10.5)
	case Address:
		s.gap(8)
		s.people(b.Lines, rightColumn, bodySize, bodySize)
	case Dateline:
		s.gap(4)
		s.style("", bodySize, black)
		s.lines(b.Text, rightColumn, pageWidth-marginRight-rightColumn)
		s.gap(6)
	case Signature:
		s.gap(6)
		s.need(float64(len(b.Lines)+1) * bodySize * leading)
		s.people(b.Lines, rightColumn, bodySize, bodySize)
	}
}

// people writes the lines of a person or a desk, the first one bold.
func (s *sheet) people(lines []string, x, size, first float64) {
	for i, line := range lines {
		if i == 0 {
			s.style("B", first, ink)
		} else {
			s.style("", size, black)
		}
		s.lines(line, x, pageWidth-marginRight-x)
	}
}

func (s *sheet) list(items []string) {
	const indent = 6.0
	s.style("", bodySize, black)
	for _, item := range items {
		s.need(bodySize * leading)
		s.put(marginLeft+2, s.f.GetY(), "•")
		s.lines(item, marginLeft+indent, textWidth-indent)
		s.gap(0.8)
	}
	s.gap(2)
}

// note is a paragraph with a bar at its left, on every page it covers.
func (s *sheet) note(text string) {
	s.gap(2)
	s.style("", bodySize, black)
	h := bodySize * leading
	s.f.SetFillColor(163, 33, 15)
	lines := s.wrap(text, textWidth-5)
	s.need(min(float64(len(lines)), 8) * h)
	for _, line := range lines {
		s.need(h)
		s.f.Rect(marginLeft, s.f.GetY(), 1, h, "F")
		s.put(marginLeft+5, s.f.GetY(), line)
		s.f.SetY(s.f.GetY() + h)
	}
	s.gap(3)
}

type colour [3]int

var (
	black = colour{20, 33, 43}
	ink   = colour{18, 50, 74}
	quiet = colour{77, 92, 104}
)

func (s *sheet) style(weight string, size float64, c colour) {
	s.f.SetFont(font, weight, size)
	s.f.SetTextColor(c[0], c[1], c[2])
}

// height is that of one line in the current size.
func (s *sheet) height() float64 {
	points, _ := s.f.GetFontSize()
	return points * leading
}

// need begins a new page if h does not fit on this one; fpdf carries font and
// colour over.
func (s *sheet) need(h float64) {
	if s.left() < h {
		s.f.AddPage()
		s.f.SetY(marginTop)
	}
}

// gap leaves room before the next block.
func (s *sheet) gap(h float64) { s.f.SetY(s.f.GetY() + h) }

// lines writes words from the current height down, on as many pages as they take.
func (s *sheet) lines(words string, x, width float64) {
	h := s.height()
	for _, line := range s.wrap(words, width) {
		s.need(h)
		s.put(x, s.f.GetY(), line)
		s.f.SetY(s.f.GetY() + h)
	}
}

// put writes one line whose top left corner is at x, y.
func (s *sheet) put(x, y float64, line string) {
	points, size := s.f.GetFontSize()
	s.f.Text(x, y+(points*leading-size)/2+size*0.8, line)
}

func (s *sheet) width(line string) float64 { return s.f.GetStringWidth(line) }

// wrap breaks words into lines of at most width, at ordinary spaces only: a
// no-break space never ends a line. A word wider than a line is cut.
func (s *sheet) wrap(words string, width float64) (lines []string) {
	for _, part := range strings.Split(printable(words), "\n") {
		line := ""
		for _, word := range strings.Split(part, " ") {
			for line == "" && s.width(word) > width || line != "" && s.width(line+" "+word) > width {
				if line != "" {
					lines, line = append(lines, line), ""
					continue
				}
				head := s.cut(word, width)
				lines, word = append(lines, head), word[len(head):]
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		lines = append(lines, line)
	}
	return lines
}

// cut is as much of a word as a line holds, at least one character.
func (s *sheet) cut(word string, width float64) string {
	end := 0
	for i, c := range word {
		next := i + len(string(c))
		if end > 0 && s.width(word[:next]) > width {
			break
		}
		end = next
	}
	return word[:end]
}

// Pages is how many pages of A4 the document takes as a PDF.
func Pages(d Document) int { return layOut(d, 1).f.PageNo() }
