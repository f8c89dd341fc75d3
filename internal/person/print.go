package person

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"phare/internal/document"
	"phare/internal/text"
)

// Name is what the files of a copy are called: a reference, and nobody.
func (d Dossier) Name() string { return d.Reference + "-copie" }

// Document is the copy as a piece of writing, everything in words. What only programs
// read stands in the JSON beside it.
func (d Dossier) Document(words *text.Catalog, lang string) document.Document {
	p := printer{words, lang, d.desk.Zone}
	say := func(key string, args map[string]any) string { return words.Get(lang, key, args) }
	title := say("copy.title."+d.Scope, map[string]any{"Reference": d.Reference})
	doc := document.Document{Lang: lang, Title: title, Author: d.desk.Name, At: d.MadeAt, Footer: title}
	doc.Blocks = []document.Block{
		{Kind: document.Sender, Lines: []string{d.desk.Name, d.desk.Host, d.desk.Phone}},
		{Kind: document.Heading, Level: 1, Text: title},
		{Kind: document.Paragraph, Text: say("copy.lead", map[string]any{"When": text.When(lang, d.MadeAt, d.desk.Zone)})},
		{Kind: document.Paragraph, Text: say("copy.rights", map[string]any{"Phone": d.desk.Phone, "Desk": d.desk.Name})},
	}
	if d.Apart > 0 {
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Note, Text: say("copy.apart", map[string]any{"N": d.Apart})})
	}
	for _, t := range d.Tables {
		doc.Blocks = append(doc.Blocks, p.table(t)...)
	}
	if len(d.Files) > 0 {
		list := document.Block{Kind: document.List}
		for _, f := range d.Files {
			list.Lines = append(list.Lines, f.Name)
		}
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: say("copy.files", nil)}, list)
	}
	if d.Scope == Whole {
		doc.Blocks = append(doc.Blocks, document.Block{Kind: document.Heading, Level: 2, Text: say("copy.looks", nil)}, document.Block{Kind: document.Quiet, Text: say("copy.looks.roles", nil)})
		for _, b := range d.accesses.Document(words, lang).Blocks {
			if b.Kind == document.Table {
				doc.Blocks = append(doc.Blocks, b)
			}
		}
	}
	return document.Document{Lang: doc.Lang, Title: doc.Title, Author: doc.Author, At: doc.At, Footer: doc.Footer, Blocks: append(doc.Blocks, d.leftWords(words, lang)...)}
}

// leftWords says what is left out, reason by reason.
func (d Dossier) leftWords(words *text.Catalog, lang string) []document.Block {
	lines := document.Block{Kind: document.List}
	var seen []string
	for _, l := range d.Left {
		if !slices.Contains(seen, l.Why) {
			seen = append(seen, l.Why)
			lines.Lines = append(lines.Lines, words.Get(lang, "copy.left."+l.Why, nil))
		}
	}
	return []document.Block{{Kind: document.Heading, Level: 2, Text: words.Get(lang, "copy.left", nil)}, lines, {Kind: document.Quiet, Text: words.Get(lang, "copy.left.json", nil)}}
}

// printer puts rows into words.
type printer struct {
	words *text.Catalog
	lang  string
	zone  string
}

func (p printer) table(t Table) (all []document.Block) {
	for _, row := range t.Rows {
		facts := document.Block{Kind: document.Facts}
		for _, c := range row {
			if c.Value == "" || !t.part.gives(c.Column) || slices.Contains(t.part.quiet, c.Column) || !slices.Contains(t.part.columns, c.Column) {
				continue
			}
			facts.Rows = append(facts.Rows, p.cell(t.part, c)...)
		}
		if len(facts.Rows) > 0 {
			all = append(all, facts)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return append([]document.Block{{Kind: document.Heading, Level: 2, Text: p.words.Get(p.lang, "copy.table."+t.Name, nil)}}, all...)
}

// cell is one value in words, or several when it holds several.
func (p printer) cell(in part, c Cell) [][]string {
	label := p.words.Get(p.lang, "copy.col."+c.Column, nil)
	if strings.HasPrefix(c.Value, "{") || strings.HasPrefix(c.Value, "[") {
		if rows := p.object(c.Value); rows != nil {
			return rows
		}
	}
	return [][]string{{label, p.value(in, c)}}
}

func (p printer) value(in part, c Cell) string {
	if prefix := in.values[c.Column]; prefix != "" {
		if said, ok := p.words.Plain(p.lang, prefix+c.Value); ok {
			return said
		}
	}
	switch {
	case in.table == "question" && c.Column == "state":
		return p.words.Get(p.lang, "copy.question."+c.Value, nil)
	case in.table == "arrival" && c.Column == "channel":
		return p.words.Get(p.lang, "copy.channel."+c.Value, nil)
	case in.table == "erasure" && c.Column == "state":
		return p.words.Get(p.lang, "copy.erasure."+c.Value, nil)
	}
	if c.Value == "yes" {
		return p.words.Get(p.lang, "copy.yes", nil)
	}
	if t, err := time.Parse(time.RFC3339Nano, c.Value); err == nil {
		return text.When(p.lang, t, p.zone)
	}
	return c.Value
}

// object is what was stored as JSON, each of its values that is words.
func (p printer) object(stored string) (rows [][]string) {
	var one map[string]any
	if json.Unmarshal([]byte(stored), &one) != nil {
		var list []map[string]any
		if json.Unmarshal([]byte(stored), &list) != nil {
			return nil
		}
		for _, one := range list {
			rows = append(rows, p.fields(one)...)
		}
		return rows
	}
	return p.fields(one)
}

func (p printer) fields(of map[string]any) (rows [][]string) {
	var keys []string
	for k := range of {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		value, ok := of[k].(string)
		if !ok || value == "" {
			continue
		}
		label, _ := p.words.Plain(p.lang, "ask.label."+strings.ToLower(k))
		if known, ok := p.words.Plain(p.lang, "ask.value."+k+"."+value); ok {
			value = known
		}
		rows = append(rows, []string{cmp.Or(label, k), p.value(part{}, Cell{k, value})})
	}
	return rows
}

// Zip writes the copy whole: the piece of writing, the data, the documents.
func (d Dossier) Zip(w io.Writer, words *text.Catalog, lang string) error {
	z := zip.NewWriter(w)
	add := func(name string, write func(io.Writer) error) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.MadeAt})
		if err != nil {
			return err
		}
		return write(f)
	}
	if err := add(d.Name()+".pdf", func(w io.Writer) error { return document.PDF(w, d.Document(words, lang)) }); err != nil {
		return err
	}
	err := add(d.Name()+".json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(d)
	})
	for i, f := range d.Files {
		if err == nil {
			err = add("documents/"+f.Name, d.reads[i])
		}
	}
	if err != nil {
		return err
	}
	return z.Close()
}
