package casefile

import (
	"strings"
	"unicode/utf8"

	"phare/internal/document"
	"phare/internal/expertise"
	"phare/internal/history"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/text"
)

// room is how much of each part the sheet holds.
type room struct{ runes, signs, facts, opinions, needs int }

// rooms are tried in turn until the sheet fits on its page; what is left out is
// counted on it.
var rooms = []room{{600, 16, 14, 4, 8}, {400, 14, 10, 3, 6}, {280, 12, 8, 3, 5}, {200, 9, 6, 2, 4}, {140, 6, 4, 2, 3}, {90, 5, 3, 1, 2}, {60, 4, 2, 1, 1}}

// Sheet is the case on one page of A4: in plain words for a family to carry, or for
// professionals. lang is that of its reader.
func Sheet(words *text.Catalog, c Case, what, lang string) document.Document {
	var d document.Document
	for _, r := range rooms {
		d = sheet{words: words, c: c, lang: text.Choose(lang), family: what == SheetFamily, room: r}.write()
		if document.Pages(d) == 1 {
			break
		}
	}
	return d
}

// sheet is a sheet being written.
type sheet struct {
	words  *text.Catalog
	c      Case
	lang   string
	family bool
	room   room
}

func (s sheet) say(key string, args ...any) string {
	m := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return s.words.Get(s.lang, "sheet."+key, m)
}

// voiced is say in the words of the sheet's readers.
func (s sheet) voiced(key string, args ...any) string {
	if s.family {
		return s.say(key+".family", args...)
	}
	return s.say(key+".professional", args...)
}

// cut keeps the beginning of what was typed, on one line.
func (s sheet) cut(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if utf8.RuneCountInString(words) <= s.room.runes {
		return words
	}
	return string([]rune(words)[:s.room.runes-1]) + "…"
}

func (s sheet) write() document.Document {
	r := s.c.Request
	title := s.voiced("title")
	d := document.Document{Lang: s.lang, Title: title + " " + r.Reference, Author: s.c.Desk.Name, At: s.c.Now,
		Footer: s.say("foot", "Reference", r.Reference, "Day", text.ShortDay(s.lang, s.c.Desk.Zone, s.c.Now))}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 1, Text: title}, document.Block{Kind: document.Facts, Rows: s.identity()})
	for _, part := range []func() []document.Block{s.asked, s.signs, s.done, s.opinions, s.needs, s.next} {
		d.Blocks = append(d.Blocks, part()...)
	}
	return d
}

func (s sheet) head(key string) document.Block {
	return document.Block{Kind: document.Heading, Level: 2, Text: s.voiced(key)}
}

// identity is who it is about, whom to call, and what must be respected.
func (s sheet) identity() (rows [][]string) {
	f, p := s.c.Request.Fields, s.c.Patient
	name, birth, sex := strings.ToUpper(f.FamilyName)+" "+f.FirstName, f.BirthDate, f.Sex
	if p != nil {
		name, birth, sex = p.Guard(), p.BirthDate, p.Sex
	}
	add := func(key, value string) {
		if value = strings.TrimSpace(value); value != "" {
			rows = append(rows, []string{s.say(key), value})
		}
	}
	add("patient", name+", "+s.born(sex, birth))
	switch {
	case s.family:
	case p == nil:
		add("identity", s.words.Get(s.lang, "desk.patient.none", nil))
	default:
		add("identity", s.words.Get(s.lang, "patient.identity."+string(p.Identity), nil)+insOf(p))
	}
	add("interpreter", s.cut(f.Interpreter))
	if p != nil {
		add("respect", s.cut(p.Note))
	}
	contact := join(", ", s.cut(f.Name), f.Phone, s.cut(f.Place))
	if f.Who == request.GP {
		add("asker.gp", contact)
	} else {
		add("asker.family", contact)
		add("doctor", s.cut(f.Doctor))
	}
	if s.family {
		add("hours", s.hours())
	} else {
		add("people", s.people())
		add("calls", s.calls())
	}
	desk := join(", ", s.c.Desk.Name, join(" ", s.c.Desk.Phone, bracket(s.c.Desk.Hours)))
	add("desk", desk)
	add("reference", s.c.Request.Reference)
	return rows
}

// insOf is the national number, which stands only in a qualified identity.
func insOf(p *patient.Patient) string {
	if p.INS == "" {
		return ""
	}
	return ", INS " + p.INS
}

func (s sheet) born(sex, date string) string {
	if sex != "female" && sex != "male" {
		sex = "either"
	}
	switch {
	case date == "":
		return s.words.Get(s.lang, "born.unknown", nil)
	case len(date) == len("2006-01-02"):
		return s.words.Get(s.lang, "born.day."+sex, map[string]any{"Date": text.BirthDate(s.lang, date)})
	}
	return s.words.Get(s.lang, "born.year."+sex, map[string]any{"Date": text.BirthDate(s.lang, date)})
}

func join(between string, parts ...string) string {
	var all []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, between)
}

func bracket(words string) string {
	if words == "" {
		return ""
	}
	return "(" + words + ")"
}

func (s sheet) asked() []document.Block {
	return []document.Block{s.head("asked"), {Kind: document.Paragraph, Text: s.cut(s.c.Request.Fields.Subject())}}
}

func (s sheet) signs() []document.Block {
	var present, absent []string
	for _, x := range s.c.Signs {
		switch x.Presence {
		case request.Present:
			present = append(present, x.Label)
		case request.Absent:
			absent = append(absent, x.Label)
		}
	}
	var lines []string
	if len(present) > 0 {
		lines = append(lines, s.say("present", "Signs", s.cut(s.some(present, s.room.signs))))
	}
	if len(absent) > 0 && !s.family {
		lines = append(lines, s.say("absent", "Signs", s.cut(s.some(absent, s.room.signs/2))))
	}
	if len(lines) == 0 {
		lines = []string{s.say("signs.none")}
	}
	return []document.Block{s.head("signs"), {Kind: document.List, Lines: lines}}
}

// some are the first of some names; the others are counted.
func (s sheet) some(all []string, most int) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return strings.Join(all[:most], ", ") + " " + s.say("more", "N", len(all)-most)
}

// done is what was found and done until now, from the earliest on. Where there is
// no room for all, what need not be done again stays: a sheet is carried for that.
func (s sheet) done() []document.Block {
	var lines []string
	all := history.Sorted(history.Standing(s.c.Facts))
	left := len(all) - s.room.facts
	for _, f := range s.weighty(all) {
		lines = append(lines, s.fact(f))
	}
	if left > 0 {
		lines = append(lines, s.say("more.file", "N", left))
	}
	blocks := []document.Block{s.head("done")}
	if told := ClockWords(s.words, s.lang, s.c); told != "" {
		blocks = append(blocks, document.Block{Kind: document.Paragraph, Text: told})
	}
	if words := s.c.Request.Fields.Done; words != "" {
		lines = append(lines, s.say("done.told", "Words", s.cut(words)))
	}
	if len(lines) == 0 {
		lines = []string{s.say("done.none")}
	}
	return append(blocks, document.Block{Kind: document.List, Lines: lines})
}

// weighty are as many facts as there is room for, in their order: those that need
// not be done again before the others, and of these the earliest.
func (s sheet) weighty(all []history.Fact) (kept []history.Fact) {
	room, first := s.room.facts, 0
	for _, f := range all {
		if f.Again {
			first++
		}
	}
	others := max(room-first, 0)
	for _, f := range all {
		switch {
		case len(kept) == room:
		case f.Again:
			kept = append(kept, f)
		case others > 0:
			kept, others = append(kept, f), others-1
		}
	}
	return kept
}

func (s sheet) fact(f history.Fact) string {
	colon := s.words.Get(s.lang, "layout.colon", nil)
	when := s.words.Get(s.lang, "history.undated", nil)
	if f.Date != "" {
		when = text.BirthDate(s.lang, f.Date)
	}
	line := when + colon + join(", ", s.words.Get(s.lang, "history.kind."+string(f.Kind), nil), s.cut(f.Words)) +
		" (" + join(colon, s.words.Get(s.lang, "history.source."+f.Source, nil), f.Origin) + ")"
	if f.Again {
		line += " · " + s.words.Get(s.lang, "history.again", nil)
	}
	return line
}

// opinions are what the experts said to a professional; a family is told who was
// asked and who answered: what was said is for the letter, in words made for them.
func (s sheet) opinions() []document.Block {
	var lines []string
	zone := s.c.Desk.Zone
	for _, q := range s.c.Questions {
		args := []any{"Name", s.cut(join(", ", q.To.Name, q.To.Place)), "Day", text.ShortDay(s.lang, zone, q.SentAt), "Words", s.cut(q.Opinion.Words)}
		switch state := q.Now(s.c.Now); {
		case state == expertise.Answered:
			args[1], args[3] = s.cut(join(", ", q.Opinion.Name, q.To.Place)), text.ShortDay(s.lang, zone, q.EndedAt)
			line := s.voiced("opinion", args...)
			if !s.family && q.Opinion.Exams != "" {
				line += " " + s.words.Get(s.lang, "letter.opinion.exams", map[string]any{"Exams": s.cut(q.Opinion.Exams)})
			}
			lines = append(lines, line)
		case q.Waiting(s.c.Now):
			lines = append(lines, s.say("opinion.awaited", args...))
		}
	}
	if left := len(lines) - s.room.opinions; left > 0 {
		lines = append(lines[:s.room.opinions], s.say("more.file", "N", left))
	}
	if len(lines) == 0 {
		lines = []string{s.say("opinion.none")}
	}
	return []document.Block{s.head("opinions"), {Kind: document.List, Lines: lines}}
}

// next is who does what by when, and what to do if it gets worse.
func (s sheet) next() []document.Block {
	r := s.c.Request
	var lines []string
	if s.family {
		lines = s.now()
	} else if r.State != request.Closed {
		holder := s.c.Holder
		if holder == "" {
			holder = s.words.Get(s.lang, "desk.holder.team", nil)
		}
		lines = append(lines, s.say("next.desk", "What", s.words.Get(s.lang, "next."+r.Next, nil), "Who", holder, "Day", text.Day(s.lang, s.c.Desk.Zone, r.NextAt)))
		if r.Awaited != "" {
			lines = append(lines, s.say("next.awaited", "Who", s.cut(r.Awaited)))
		}
	} else {
		lines = append(lines, s.words.Get(s.lang, "desk.closed."+r.CloseReason, nil))
	}
	worse := "letter.worse.professional"
	if s.family {
		worse = "letter.worse.family"
	}
	return []document.Block{s.head("next"), {Kind: document.List, Lines: lines}, {Kind: document.Note, Text: s.words.Get(s.lang, worse, nil)}}
}

// state is where an open request stands; that an answer has left is said first.
func (s sheet) state() string {
	r := s.c.Request
	if r.IsGiven() && r.State == request.Open {
		return s.say("now.given")
	}
	return s.say("now." + stand(s.c))
}

// now is where the request stands, in plain words, and when there will be news.
func (s sheet) now() []string {
	r := s.c.Request
	switch {
	case r.State == request.Closed && r.CloseReason == request.Sent:
		return []string{s.say("now.sent")}
	case r.State == request.Closed:
		return []string{s.say("now.closed")}
	case r.Late(s.c.Now):
		return []string{s.state(), s.say("now.late")}
	}
	return []string{s.state(), s.say("now.news", "Day", text.Day(s.lang, s.c.Desk.Zone, r.NextAt))}
}
