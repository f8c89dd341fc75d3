package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"phare/internal/document"
	"phare/internal/spreadsheet"
	"phare/internal/text"
)

// Words puts a report into one language. It holds no figure of its own.
type Words struct {
	Catalog *text.Catalog
	Lang    string
}

func (w Words) say(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return w.Catalog.Get(w.Lang, key, m)
}

// Label names a row.
func (w Words) Label(t Table, r Row) string {
	switch {
	case r.Name != "":
		return w.say("report." + t.Key + "." + r.Name)
	case t.Key == "department" && w.Catalog.Has("report.department."+r.Label):
		return w.say("report.department." + r.Label)
	}
	return r.Label
}

// Cell is a row's number as a reader sees it.
func (w Words) Cell(t Table, r Row) string {
	switch {
	case r.Hidden && (r.Apart || t.Unit == Delay): // « < 5 » would read as a time
		return w.say("report.hidden")
	case r.Hidden:
		return w.under(t.Least())
	case t.Unit == Delay && r.None:
		return w.say("report.none")
	case t.Unit == Delay:
		return w.Delay(r.Delay)
	}
	return text.Number(w.Lang, r.N)
}

func (w Words) under(least int) string { return "<\u00a0" + strconv.Itoa(least) }

// Value is a figure as a reader sees it.
func (w Words) Value(f Figure) string {
	switch {
	case f.Hidden && f.Unit == Requests && !f.Apart:
		return w.under(LeastActivity)
	case f.Hidden:
		return w.say("report.hidden")
	case f.None:
		return w.say("report.none")
	case f.Unit == Delay:
		return w.Delay(f.Delay)
	case f.Unit == Percent:
		return w.say("report.percent", "N", f.Value)
	}
	return text.Number(w.Lang, f.Value)
}

// unless is a number on which a figure stands, where it may be told.
func (w Words) unless(hidden bool, number string) string {
	if hidden {
		return w.say("report.hidden")
	}
	return number
}

// Delay writes how long something took: in minutes, in hours up to two days,
// then in days with one decimal.
func (w Words) Delay(d time.Duration) string {
	switch {
	case d < time.Hour:
		return w.say("report.minutes", "N", int(d.Round(time.Minute)/time.Minute))
	case d < 48*time.Hour:
		return w.say("report.hours", "N", int(d.Round(time.Hour)/time.Hour))
	}
	return w.say("report.days", "N", w.decimal(d.Hours()/24))
}

func (w Words) decimal(x float64) string {
	s := strconv.FormatFloat(x, 'f', 1, 64)
	if w.Lang == "en" {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

// Title names the report.
func (w Words) Title(r Report) string { return w.say("report.title", "Year", r.Year) }

// Made says when and how the report was made.
func (w Words) Made(r Report) string {
	return w.say("report.made", "When", text.When(w.Lang, r.At, r.Platform.Zone), "Version", Definitions)
}

// Warning says what must be done before the report is complete; empty: nothing.
func (w Words) Warning(r Report) string {
	if r.Waiting == 0 {
		return ""
	}
	return w.say("report.glass", "Count", r.Waiting)
}

// Trail is the foot of the report: what the audit trail was when it was last
// signed. On paper it is a witness that nobody at a keyboard can change.
func (w Words) Trail(r Report) string {
	if r.Trail.Size == 0 {
		return w.say("report.trail.none")
	}
	return w.say("report.trail", "N", r.Trail.Size, "Root", r.Trail.Root, "When", text.When(w.Lang, r.Trail.At, r.Platform.Zone))
}

// Document is the report as a piece of writing.
func (w Words) Document(r Report) document.Document {
	d := document.Document{Lang: w.Lang, Title: w.Title(r) + " · " + r.Platform.Name, Author: r.Platform.Name, At: r.At,
		Footer: w.say("report.foot", "Desk", r.Platform.Name, "Year", r.Year)}
	d.Blocks = []document.Block{
		{Kind: document.Sender, Lines: []string{r.Platform.Name, r.Platform.Host}},
		{Kind: document.Heading, Level: 1, Text: w.Title(r)},
		{Kind: document.Quiet, Text: w.Made(r)},
	}
	if r.Masked {
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Quiet, Text: w.say("report.masked")})
	}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: w.say("report.figures")}, w.figures(r))
	for _, t := range r.Tables {
		if len(t.Rows) == 0 {
			continue
		}
		block := document.Block{Kind: document.Table, Text: w.say("report.table." + t.Key), Numbers: true,
			Head: []string{w.say("report.what"), w.say("report.unit." + string(t.Unit))}}
		for _, row := range t.Rows {
			block.Rows = append(block.Rows, []string{w.Label(t, row), w.Cell(t, row)})
		}
		d.Blocks = append(d.Blocks, block)
	}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: w.say("report.definitions")},
		document.Block{Kind: document.List, Lines: w.definitions(r)}, document.Block{Kind: document.Quiet, Text: strings.TrimSpace(w.Warning(r) + " " + w.Trail(r))})
	return d
}

// figures is the table of the eight figures.
func (w Words) figures(r Report) document.Block {
	b := document.Block{Kind: document.Table, Numbers: true,
		Head: []string{w.say("report.what"), w.say("report.value"), w.say("report.before"), w.say("report.of"), w.say("report.missing")}}
	for _, f := range r.Figures {
		before := w.say("report.none")
		if f.Before != nil {
			before = w.Value(*f.Before)
		}
		b.Rows = append(b.Rows, []string{w.say("report.figure." + f.Key), w.Value(f), before,
			w.unless(f.HideOf, text.Number(w.Lang, f.Of)), w.unless(f.HideMissing, text.Number(w.Lang, f.Missing))})
	}
	return b
}

func (w Words) definitions(r Report) (all []string) {
	for _, f := range r.Figures {
		all = append(all, w.say("report.defined", "Name", w.say("report.figure."+f.Key), "Words", w.say("report.define."+f.Key)))
	}
	for _, t := range r.Tables {
		all = append(all, w.say("report.defined", "Name", w.say("report.table."+t.Key), "Words", w.say("report.define."+t.Key)))
	}
	return all
}

// Plain writes the report for a terminal.
func (w Words) Plain(out io.Writer, r Report) error {
	p := &plain{out: out}
	p.line("%s\n%s\n%s", r.Platform.Name, w.Title(r), w.Made(r))
	if r.Masked {
		p.line("%s", w.say("report.masked"))
	}
	p.line("")
	for _, f := range r.Figures {
		p.pair(w.say("report.figure."+f.Key), w.Value(f))
	}
	for _, t := range r.Tables {
		if len(t.Rows) == 0 {
			continue
		}
		p.line("\n%s", w.say("report.table."+t.Key))
		for _, row := range t.Rows {
			p.pair("  "+w.Label(t, row), w.Cell(t, row))
		}
	}
	if warning := w.Warning(r); warning != "" {
		p.line("\n%s", warning)
	}
	p.line("\n%s", w.Trail(r))
	return p.err
}

// Write is Plain for callers that have a catalogue at hand.
func (r Report) Write(out io.Writer, lang string, words *text.Catalog) error {
	return Words{words, text.Choose(lang)}.Plain(out, r)
}

// plain writes lines and keeps the first error.
type plain struct {
	out io.Writer
	err error
}

func (p *plain) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

func (p *plain) pair(label, value string) {
	const column = 58
	p.line("%s%s %12s", label, strings.Repeat(" ", max(column-len([]rune(label)), 0)), value)
}

// CSV writes exactly what is shown, for a spreadsheet: delays in hours, one
// row per number, no cell that a spreadsheet would take for a formula.
func (w Words) CSV(out io.Writer, r Report) error {
	c := spreadsheet.New(out, w.Lang)
	c.Row(w.say("report.csv.part"), w.say("report.what"), w.say("report.value"), w.say("report.csv.unit"), w.say("report.of"), w.say("report.missing"), w.say("report.definition"))
	for _, f := range r.Figures {
		c.Row(w.say("report.figures"), w.say("report.figure."+f.Key), w.raw(f), w.say("report.csv."+string(f.Unit)),
			w.unless(f.HideOf, strconv.Itoa(f.Of)), w.unless(f.HideMissing, strconv.Itoa(f.Missing)), w.say("report.define."+f.Key))
	}
	for _, t := range r.Tables {
		for _, x := range t.Rows {
			value, of := w.Cell(t, x), ""
			switch {
			case x.Hidden || x.None:
			case t.Unit == Delay:
				value, of = w.decimal(x.Delay.Hours()), w.unless(x.HideOf, strconv.Itoa(x.N))
			default:
				value = strconv.Itoa(x.N)
			}
			c.Row(w.say("report.table."+t.Key), w.Label(t, x), value, w.say("report.csv."+string(t.Unit)), of, "", w.say("report.define."+t.Key))
		}
	}
	return c.Err()
}

// raw is a figure for a spreadsheet.
func (w Words) raw(f Figure) string {
	switch {
	case f.Hidden || f.None:
		return w.Value(f)
	case f.Unit == Delay:
		return w.decimal(f.Delay.Hours())
	}
	return strconv.Itoa(f.Value)
}
