package audit

import (
	"phare/internal/document"
	"phare/internal/text"
)

// Roles are those that have a word of their own under "audit.role.".
var roles = map[string]bool{"nurse": true, "secretary": true, "physician": true, "director": true, "admin": true,
	"expert": true, "reader": true, "public": true, "system": true}

// RoleKey is the message that names the role.
func (l Look) RoleKey() string {
	if roles[l.Role] {
		return "audit.role." + l.Role
	}
	return "audit.role.other"
}

// Document is the list as a piece of writing.
func (a Accesses) Document(words *text.Catalog, lang string) document.Document {
	say := func(key string, args map[string]any) string { return words.Get(lang, key, args) }
	title := say("audit.title", map[string]any{"Reference": a.Reference})
	d := document.Document{Lang: lang, Title: title, Author: a.Desk.Name, At: a.At, Footer: title}
	table := document.Block{Kind: document.Table, Text: say("audit.caption", nil),
		Head: []string{say("audit.when", nil), say("audit.who", nil), say("audit.what", nil)}}
	for _, l := range a.Looks {
		person := say(l.RoleKey(), nil)
		if l.Name != "" {
			person = l.Name + ", " + person
		}
		what := say("audit.kind."+l.Kind, nil)
		if l.Times > 1 {
			what += " " + say("audit.times", map[string]any{"N": text.Number(lang, l.Times)})
		}
		if l.Why != "" {
			what += " (" + say(l.Why, nil) + ")"
		}
		table.Rows = append(table.Rows, []string{text.When(lang, l.At, a.Desk.Zone), person, what})
	}
	d.Blocks = []document.Block{
		{Kind: document.Sender, Lines: []string{a.Desk.Name, a.Desk.Host}},
		{Kind: document.Heading, Level: 1, Text: title},
		{Kind: document.Quiet, Text: say("audit.asked", map[string]any{"When": text.When(lang, a.At, a.Desk.Zone)})},
		table,
	}
	if a.Full {
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Quiet, Text: say("audit.full", nil)})
	}
	return d
}
