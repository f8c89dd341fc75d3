package news

import (
	"context"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/document"
	"phare/internal/store"
	"phare/internal/text"
)

// OpenLetter is a letter of the list « À poster », ready to print. Printing it is
// written down.
func OpenLetter(ctx context.Context, db *store.DB, by access.Actor, words *text.Catalog, id phare.ID) (d document.Document, reference string, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return d, "", err
	}
	var l Line
	err = onFile(ctx, db, by.Act("news.letter", string(id)), func(tx *store.Tx) error {
		l, err = find(&tx.View, by, id)
		if err == nil && !l.IsLetter() {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		return err
	})
	if err != nil {
		return d, "", err
	}
	desk, err := access.FindPlatform(ctx, db, by.Platform)
	if err != nil {
		return d, "", err
	}
	return letter(words, l, desk, db), l.Reference, nil
}

// letter is neutral: a household opens each other's letters. Neither the desk's
// name nor its team's stands in it, only the hospital and the telephone.
func letter(words *text.Catalog, l Line, desk access.Platform, db *store.DB) document.Document {
	args := l.Words()
	args["Reference"], args["Phone"], args["Hours"] = l.Reference, desk.Phone, desk.Hours
	say := func(key string) string { return words.Get(l.Lang, key, args) }
	now := db.Now()
	d := document.Document{Lang: l.Lang, Title: say("news.letter.title"), Author: desk.Host, At: now, Footer: say("news.letter.foot")}
	d.Blocks = []document.Block{
		{Kind: document.Sender, Lines: full(desk.Host, desk.Phone, desk.Hours)},
		{Kind: document.Address, Lines: full(append([]string{l.Requester}, strings.Split(l.To, "\n")...)...)},
		{Kind: document.Dateline, Text: words.Get(l.Lang, "letter.dateline", map[string]any{"Day": text.Day(l.Lang, desk.Zone, now)})},
		{Kind: document.Heading, Level: 1, Text: d.Title},
	}
	for _, key := range []string{"news.hello", "news.say." + l.Step(), "news.letter.next", "news.letter.call"} {
		if key == "news.letter.next" && args["Day"] == "" {
			continue
		}
		d.Blocks = append(d.Blocks, document.Block{Kind: document.Paragraph, Text: say(key)})
	}
	return d
}

func full(lines ...string) (all []string) {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}
