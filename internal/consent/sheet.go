package consent

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/document"
	"phare/internal/store"
	"phare/internal/text"
)

// Sheet is what is given to the person or the family, in plain words.
type Sheet struct {
	File
	Desk access.Platform
}

// Print opens the consents of a file to be given to the person. That it was made is
// written down.
func Print(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (s Sheet, err error) {
	if s.File, err = opened(ctx, db, by, id, "consent.sheet"); err != nil {
		return s, err
	}
	s.Desk, err = access.FindPlatform(ctx, db, by.Platform)
	return s, err
}

// Document is the sheet as a piece of writing. What was said about relatives is not
// on it when it is a no: they may be reading.
func (s Sheet) Document(words *text.Catalog, lang string) document.Document {
	say := func(key string, args map[string]any) string { return words.Get(lang, key, args) }
	ref := map[string]any{"Reference": s.Request.Reference}
	title := say("consent.sheet.title", nil)
	at := s.Request.CreatedAt
	for _, st := range s.States {
		for _, l := range st.History {
			if l.At.After(at) {
				at = l.At
			}
		}
	}
	d := document.Document{Lang: lang, Title: title + " " + s.Request.Reference, Author: s.Desk.Name, At: at, Footer: say("consent.sheet.foot", ref)}
	d.Blocks = []document.Block{
		{Kind: document.Sender, Lines: []string{s.Desk.Name, s.Desk.Host}},
		{Kind: document.Heading, Level: 1, Text: title},
		{Kind: document.Paragraph, Text: say("consent.sheet.lead", ref)},
	}
	for _, st := range s.States {
		if st.ID == Relatives && st.Standing == No {
			continue
		}
		lines := []string{say("consent.standing."+st.Rule+"."+string(st.Standing), nil)}
		for _, l := range st.Now {
			if line := l.inWords(words, lang); line != "" {
				lines = append(lines, line)
			}
		}
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: st.Label(lang)},
			document.Block{Kind: document.Paragraph, Text: st.You(lang)}, document.Block{Kind: document.List, Lines: lines})
	}
	d.Blocks = append(d.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: say("consent.sheet.change", nil)},
		document.Block{Kind: document.Paragraph, Text: say("consent.sheet.change.how", map[string]any{"Desk": s.Desk.Name, "Phone": s.Desk.Phone, "Reference": s.Request.Reference})},
		document.Block{Kind: document.Quiet, Text: say("consent.sheet.law", nil)})
	return d
}

// inWords is one line for the person: what, about whom, when.
func (l Line) inWords(words *text.Catalog, lang string) string {
	s := words.Get(lang, "consent.outcome."+l.Outcome, nil)
	if l.Kind != Any {
		s += " · " + words.Get(lang, "consent.kind."+l.Kind, nil)
	}
	if l.To != "" {
		s += " · " + l.To
	}
	return s + " · " + text.BirthDate(lang, l.SaidOn)
}

// Message is a text, ready to be sent or read aloud, that tells whoever has
// received something that the person has said no since. It names nobody.
func (x Received) Message(words *text.Catalog, lang string, f File, desk access.Platform) string {
	if x.No == nil {
		return ""
	}
	key := "consent.message.letter"
	if x.Way == WayQuestion {
		key = "consent.message.question"
	}
	return words.Get(lang, key, map[string]any{"Reference": f.Request.Reference, "Sent": text.ShortDay(lang, desk.Zone, x.At), "Day": text.BirthDate(lang, x.No.SaidOn),
		"Desk": desk.Name, "Phone": desk.Phone})
}
