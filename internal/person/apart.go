package person

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/request"
	"phare/internal/store"
)

// Passage is something in a file that a third party may have told in confidence (CSP
// L1111-7): one row of words, with who sent them where they came in writing, or one
// document. It is kept out of a copy by its id.
type Passage struct {
	ID    phare.ID
	What  string // key of the catalogue
	Words string // of a document its name
	At    time.Time
}

// Passages are the words and documents of a file that came from somebody, for who makes
// a copy to say which of them are to be kept apart.
func Passages(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Passage, err error) {
	if err := by.Check(access.DecideAsk); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		r, err := request.ReadToDecide(v, by, id)
		if err != nil {
			return err
		}
		all, err = passages(v, r)
		return err
	})
	return all, err
}

func passages(v *store.View, r request.Request) (all []Passage, err error) {
	if r.Fields.Story != "" {
		all = append(all, Passage{r.ID, "person.apart.story", r.Fields.Story, r.CreatedAt})
	}
	for _, q := range []struct{ column, sql string }{
		{"event.text", `SELECT id, 'event.' || kind, text, at FROM event WHERE request = $1 AND platform = $2
			AND kind IN ('note', 'call', 'arrived', 'complement', 'said', 'promised', 'completed') ORDER BY at, id`},
		{"history.words", `SELECT id, 'copy.table.history', words, at FROM history WHERE request = $1 AND platform = $2 ORDER BY at, id`},
		{"person_ask.words", `SELECT id, 'person.kind.' || kind, words, at FROM person_ask WHERE request = $1 AND platform = $2 ORDER BY at, id`},
	} {
		some, err := store.All(v, func(row store.Row) (p Passage, err error) {
			err = row.Scan(&p.ID, &p.What, store.Sealed(&p.Words, q.column, &p.ID), store.Time(&p.At))
			return p, err
		}, q.sql, r.ID, r.Platform)
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			if p.Words != "" && p.Words != r.Fields.Story { // the words of a call stand in the story, too
				all = append(all, p)
			}
		}
	}
	files, err := attachment.Of(v, attachment.Place{Platform: r.Platform, Request: r.ID, Subject: request.Subject(r.ID)})
	for _, f := range files {
		if f.IsOut() {
			all = append(all, Passage{f.ID, "event.attachment", f.Name, f.AddedAt})
		}
	}
	return all, err
}

// heldBack stands in the place of what a third party told in confidence.
const heldBack = "[…]"

// hold is what is kept out of a copy: rows by their ids, and the same words or the
// name of the same document wherever else they stand.
type hold struct {
	ids   []phare.ID
	words []string
}

func holdOf(v *store.View, r request.Request, ids []phare.ID) (h hold, err error) {
	if len(ids) == 0 {
		return h, nil
	}
	all, err := passages(v, r)
	for _, p := range all {
		if slices.Contains(ids, p.ID) {
			h.ids, h.words = append(h.ids, p.ID), append(h.words, p.Words)
		}
	}
	return h, err
}

func (h hold) has(id phare.ID) bool { return slices.Contains(h.ids, id) }

// from takes out of a table what is held, and what is of other people in the answers
// of a request.
func (h hold) from(t *Table, r request.Request) {
	for _, row := range t.Rows {
		apart := h.has(phare.ID(row[0].Value))
		for i, c := range row {
			switch {
			case t.Name == "request" && c.Column == "fields":
				row[i].Value = h.ownFields(r, c.Value)
			case c.Value == "":
			case apart && slices.Contains([]string{"words", "text", "origin", "note", "remark", "about", "by_name"}, c.Column), slices.Contains(h.words, c.Value):
				row[i].Value = heldBack
			}
		}
	}
}
