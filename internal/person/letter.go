package person

import (
	"cmp"
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/document"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// Reply is what is written to whoever asked something about data: that it came and by
// when it is answered, or what was decided and why. The tracking page tells status
// alone, so the reason is told by this letter or by voice.
type Reply struct {
	Ask
	Desk access.Platform
	Lang string
	DPO  string // whom to write to about it; may be empty
}

// Write gives the letter about one ask, to be printed. That it was taken is written down.
func Write(ctx context.Context, db *store.DB, by access.Actor, id, ask phare.ID) (l Reply, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return l, err
	}
	err = db.Write(ctx, by.Act("person.letter", string(id)).For(string(ask)), func(tx *store.Tx) error {
		r, err := request.ReadToDecide(&tx.View, by, id)
		if err != nil {
			return err
		}
		if l.Ask, err = find(&tx.View, r.Platform, ask); err == nil && l.Request != r.ID {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		if err != nil {
			return err
		}
		l.Lang = cmp.Or(r.Fields.Lang, "fr")
		l.Desk, err = access.PlatformIn(&tx.View, r.Platform)
		return err
	})
	return l, err
}

// Letter is the reply as a piece of writing.
func (l Reply) Letter(words *text.Catalog) document.Document {
	say := func(key string, args map[string]any) string { return words.Get(l.Lang, key, args) }
	title, kind, zone := say("person.letter.title", nil), say("person.kind."+string(l.Kind), nil), l.Desk.Zone
	d := document.Document{Lang: l.Lang, Title: title + " " + l.Reference, Author: l.Desk.Name, At: cmp.Or(l.DecidedAt, l.ExtendedAt, l.At), Footer: l.Reference}
	add := func(b ...document.Block) { d.Blocks = append(d.Blocks, b...) }
	add(document.Block{Kind: document.Sender, Lines: []string{l.Desk.Name, l.Desk.Host, l.Desk.Phone}})
	if l.Who != "" {
		add(document.Block{Kind: document.Address, Lines: []string{l.Who}})
	}
	add(document.Block{Kind: document.Dateline, Text: say("letter.dateline", map[string]any{"Day": text.Day(l.Lang, zone, d.At)})},
		document.Block{Kind: document.Heading, Level: 1, Text: title})
	rows := [][]string{{say("letter.fact.reference", nil), l.Reference}, {say("person.col.what", nil), kind}, {say("person.col.asked", nil), text.BirthDate(l.Lang, l.AskedOn)}}
	if !l.Open() {
		rows = append(rows, []string{say("person.col.outcome", nil), say("person.state."+string(l.State), nil)})
	}
	add(document.Block{Kind: document.Facts, Rows: rows})
	paragraph := func(key string, args map[string]any) {
		add(document.Block{Kind: document.Paragraph, Text: say(key, args)})
	}
	switch {
	case !l.Open():
		add(document.Prose(l.Why)...)
	case !l.DueAt.IsZero():
		if l.Longer != "" {
			paragraph("person.letter.longer", nil)
			add(document.Prose(l.Longer)...)
		}
		paragraph("person.letter.due", map[string]any{"Day": text.Day(l.Lang, zone, l.DueAt)})
	}
	paragraph("letter.contact", map[string]any{"Desk": l.Desk.Name, "Phone": l.Desk.Phone, "Reference": l.Reference})
	if l.DPO != "" {
		paragraph("person.letter.dpo", map[string]any{"DPO": l.DPO})
	}
	add(document.Block{Kind: document.Quiet, Text: say("person.cnil", nil)})
	return d
}
