package answer

import (
	"cmp"
	"strings"
	"time"

	"phare/internal/document"
	"phare/internal/request"
	"phare/internal/text"
)

// Letter is the answer as a letter in one voice, in the language of the
// request. An answer that is not signed yet says so at its head.
func Letter(words *text.Catalog, s Sheet, voice Voice) document.Document {
	p := s.pen(words)
	at := s.date()
	title := p.say("letter.title." + string(voice))
	d := document.Document{Lang: p.lang, Title: title + " " + s.Request.Reference, Author: s.Desk.Name, At: at,
		Footer: p.say("letter.foot", "Reference", s.Request.Reference)}
	d.Blocks = []document.Block{
		{Kind: document.Sender, Lines: s.sender(p)},
		{Kind: document.Address, Lines: s.recipient(p, voice)},
		{Kind: document.Dateline, Text: p.say("letter.dateline", "Day", text.Day(p.lang, s.zone(), at))},
		{Kind: document.Heading, Level: 1, Text: title},
	}
	if !s.Answer.IsSigned() {
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Note, Text: p.say("letter.unsigned")})
	}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Facts, Rows: s.facts(p)})
	d.Blocks = append(d.Blocks, document.Prose(s.Answer.Text(voice))...)
	if s.Answer.IsSigned() {
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Signature, Lines: []string{
			s.Answer.SignerName, p.say("access.role.physician"), p.say("letter.signed", "When", text.When(p.lang, s.Answer.SignedAt, s.zone()))}})
	}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Note, Text: p.say("letter.worse." + string(voice))},
		document.Block{Kind: document.Paragraph, Text: p.say("letter.contact", "Desk", s.Desk.Name, "Phone", s.reach(p), "Reference", s.Request.Reference)})
	return d
}

// reach is the desk's number, with the hours at which someone answers.
func (s Sheet) reach(p *pen) string {
	if s.Desk.Hours == "" {
		return s.Desk.Phone
	}
	return p.say("letter.reach", "Phone", s.Desk.Phone, "Hours", s.Desk.Hours)
}

// date is that of the letter: when it was signed, else when it was last written.
func (s Sheet) date() time.Time {
	return cmp.Or(s.Answer.SignedAt, s.Answer.WrittenAt, s.Request.CreatedAt)
}

func (s Sheet) sender(p *pen) []string {
	var lines []string
	for _, line := range []string{s.Desk.Name, s.Desk.Host, s.Desk.Team, s.reach(p), s.Desk.Mail} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// recipient is to whom a voice speaks: the professional who asked, or the one
// that the family named; the family in the other.
func (s Sheet) recipient(p *pen, voice Voice) []string {
	f := s.Request.Fields
	switch {
	case voice == Professional && request.IsCare(f.Who):
		return lines(f.Name, f.Place)
	case voice == Professional && f.Doctor != "":
		return lines(f.Doctor)
	case voice == Professional:
		return lines(p.say("letter.to.doctor"))
	case f.Who == request.Family && f.Name != "":
		return lines(f.Name, f.Place)
	}
	return lines(p.say("letter.to.family", "Of", text.Of(p.lang, s.Guard())))
}

func lines(parts ...string) (all []string) {
	for _, part := range parts {
		for line := range strings.Lines(part) {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, line)
			}
		}
	}
	return all
}

// facts are what a reader must be able to check at once: which request, for whom.
func (s Sheet) facts(p *pen) [][]string {
	rows := [][]string{
		{p.say("letter.fact.reference"), s.Request.Reference},
		{p.say("letter.fact.patient"), s.Guard()},
	}
	if birth := s.BirthDate(); birth != "" {
		rows = append(rows, []string{p.say("letter.fact.birth"), text.BirthDate(p.lang, birth)})
	}
	return append(rows, []string{p.say("letter.fact.asked"), text.Day(p.lang, s.zone(), s.Request.CreatedAt)})
}
