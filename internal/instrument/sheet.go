package instrument

import (
	"slices"
	"strings"
	"time"

	"phare/internal/document"
	"phare/internal/term"
	"phare/internal/text"
)

// The sections of a sheet; keys under "instrument.section.".
const (
	SectionUrgent    = "urgent"    // do not wait for any orientation
	SectionStrong    = "strong"    // one is enough to think of the network
	SectionPossible  = "possible"  // together with others
	SectionQuestions = "questions" // to ask the family
	SectionExams     = "exams"     // first ones, for a physician to decide
	SectionCall      = "call"      // whom to call
	SectionSources   = "sources"
)

// Sections are all sections, in the order of the page.
func Sections() []string {
	return []string{SectionUrgent, SectionStrong, SectionPossible, SectionQuestions, SectionExams, SectionCall, SectionSources}
}

// sectionWords are the keywords of a sheet's text, folded.
var sectionWords = map[string]string{
	"signes urgents": SectionUrgent, "signes forts": SectionStrong, "signes possibles": SectionPossible,
	"questions": SectionQuestions, "examens": SectionExams, "appeler": SectionCall, "sources": SectionSources,
}

// required are the sections without which a sheet is of no use.
var required = [...]string{SectionStrong, SectionQuestions, SectionCall}

// mostItems is how many lines one section can have: more is read by nobody.
const mostItems = 12

// Sheet is the collection of signs of one network.
type Sheet struct {
	Title   string
	Summary string
	Items   map[string][]string // by section
}

// Section is one part of a sheet, for a page.
type Section struct {
	Name  string
	Items []string
}

// Sections are the parts that hold something, in the order of the page.
func (s Sheet) Sections() (all []Section) {
	for _, name := range Sections() {
		if len(s.Items[name]) > 0 {
			all = append(all, Section{name, s.Items[name]})
		}
	}
	return all
}

// ParseSheet reads a sheet and says all that is wrong with it.
func ParseSheet(words string) (Sheet, []Complaint) {
	p := readSheet(words)
	if len(p.all) == 0 {
		p.check()
	}
	return p.sheet, p.sorted()
}

// ReadSheet reads a sheet that was checked when it was kept.
func ReadSheet(words string) Sheet { return readSheet(words).sheet }

func readSheet(words string) *sheetParser {
	p := &sheetParser{sheet: Sheet{Items: map[string][]string{}}}
	for _, l := range read(words, &p.complaints) {
		p.line(l)
	}
	return p
}

type sheetParser struct {
	complaints
	sheet   Sheet
	section string
	begun   []string
}

func (p *sheetParser) line(l line) {
	word := strings.TrimSpace(l.word + " " + term.Fold(l.id))
	section, known := sectionWords[word]
	switch {
	case l.item && p.section == "":
		p.add(l.number, "instrument.check.sheet.early", "Words", shorten(l.rest))
	case l.item && len(p.sheet.Items[p.section]) == mostItems:
		p.add(l.number, "instrument.check.sheet.items", "Max", mostItems)
	case l.item:
		p.sheet.Items[p.section] = append(p.sheet.Items[p.section], l.rest)
	case word == "fiche" || word == "resume":
		p.head(l, word)
	case known && slices.Contains(p.begun, section):
		p.add(l.number, "instrument.check.twice", "Words", shorten(word))
	case known:
		p.section = section
		p.begun = append(p.begun, section)
		if l.rest != "" {
			p.add(l.number, "instrument.check.sheet.sameline", "Words", shorten(l.rest))
		}
	default:
		p.add(l.number, "instrument.check.sheet.line", "Words", shorten(strings.TrimSpace(word+" "+l.rest)))
	}
}

func (p *sheetParser) head(l line, word string) {
	into := map[string]*string{"fiche": &p.sheet.Title, "resume": &p.sheet.Summary}[word]
	switch {
	case l.rest == "":
		p.add(l.number, "instrument.check.notext", "Words", word)
	case *into != "":
		p.add(l.number, "instrument.check.twice", "Words", word)
	default:
		*into = l.rest
	}
}

// check holds the whole sheet to what a page needs, and to one page.
func (p *sheetParser) check() {
	if p.sheet.Title == "" {
		p.add(1, "instrument.check.sheet.title")
	}
	for _, name := range required {
		if len(p.sheet.Items[name]) == 0 {
			p.add(0, "instrument.check.sheet."+name)
		}
	}
	if len(p.all) == 0 && document.Pages(p.sheet.reserved()) > 1 {
		p.add(0, "instrument.check.sheet.page")
	}
}

// Page is what a sheet is printed with, besides its own words.
type Page struct {
	Words  *text.Catalog
	Lang   string
	Desk   string    // name of the platform
	Phone  string    // as one reaches it
	Teams  []string  // nearest teams of the network, from the directory; at most TeamsShown
	Status string    // signed by whom and when, or that it is not
	Signed bool      // else the page says at its head that it is not
	At     time.Time // of the version
}

// TeamsShown is how many teams a printed sheet names.
const TeamsShown = 4

// Document is a sheet on one page of A4, to print or keep.
func (s Sheet) Document(p Page) document.Document {
	say := func(key string) string { return p.Words.Get(p.Lang, key, nil) }
	d := document.Document{Lang: p.Lang, Title: s.Title, Author: p.Desk, At: p.At, Footer: p.Status + " · " + say("instrument.sheet.foot")}
	d.Blocks = s.blocks(say)
	if !p.Signed {
		d.Blocks = slices.Insert(d.Blocks, 1, document.Block{Kind: document.Note, Text: p.Status})
	}
	rows := d.Blocks[len(d.Blocks)-1].Rows
	rows = append(rows, []string{say("instrument.sheet.desk"), strings.Trim(p.Desk+" · "+p.Phone, " ·")})
	if len(p.Teams) > 0 {
		rows = append(rows, []string{say("instrument.sheet.teams"), bullets(p.Teams)})
	}
	d.Blocks[len(d.Blocks)-1].Rows = rows
	return d
}

// blocks are what a sheet itself says; the facts come last.
func (s Sheet) blocks(say func(string) string) []document.Block {
	var rows [][]string
	for _, x := range s.Sections() {
		rows = append(rows, []string{say("instrument.section." + x.Name), bullets(x.Items)})
	}
	all := []document.Block{{Kind: document.Heading, Level: 1, Text: s.Title}}
	if s.Summary != "" {
		all = append(all, document.Block{Kind: document.Paragraph, Text: s.Summary})
	}
	return append(all, document.Block{Kind: document.Facts, Rows: rows})
}

// reserved is a sheet as it is printed, with room for what the desk adds: what
// it must fit on is known without a catalogue.
func (s Sheet) reserved() document.Document {
	room := func(words int) string { return strings.TrimSpace(strings.Repeat("renseignement ", words)) }
	d := document.Document{Lang: "fr", Title: s.Title, Footer: room(12)}
	d.Blocks = s.blocks(func(string) string { return room(3) })
	d.Blocks = slices.Insert(d.Blocks, 1, document.Block{Kind: document.Note, Text: room(8)})
	last := &d.Blocks[len(d.Blocks)-1]
	last.Rows = append(last.Rows, []string{room(2), room(6)}, []string{room(2), bullets(slices.Repeat([]string{room(8)}, TeamsShown))})
	return d
}

func bullets(items []string) string { return "• " + strings.Join(items, "\n• ") }
