package person

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// shown bounds the list of what was answered.
const shown = 100

// List is what waits at the actor's platform, the first that is due first, and what
// was answered last. Files that the actor cannot open show their reference and their
// clock; those they are barred from are not there.
func List(ctx context.Context, db *store.DB, by access.Actor) (open, ended []Ask, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return nil, nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if open, err = store.All(v, scan, `SELECT `+columns+`a.state = 'asked' ORDER BY CASE a.due_at WHEN '' THEN 1 ELSE 0 END, a.due_at, a.id`, by.Platform); err != nil {
			return err
		}
		if ended, err = store.All(v, scan, `SELECT `+columns+`a.state <> 'asked' ORDER BY a.decided_at DESC, a.id LIMIT 100`, by.Platform); err != nil {
			return err
		}
		if open, err = screen(v, by, open); err != nil {
			return err
		}
		ended, err = screen(v, by, ended)
		return err
	})
	return open, ended[:min(len(ended), shown)], err
}

// screen leaves of each ask no words: a list is no page of a file.
func screen(v *store.View, by access.Actor, all []Ask) (kept []Ask, err error) {
	files := make([]circle.File, len(all))
	for i, a := range all {
		files[i] = circle.File{ID: a.Request, Guard: a.guard, Owner: a.owner}
	}
	stands, err := circle.Stands(v, by, files)
	for _, a := range all {
		if stands[a.Request].Verdict == circle.Barred {
			continue
		}
		a.Who, a.Words, a.Why, a.Longer, a.LiftedWhy = "", "", "", "", ""
		kept = append(kept, a)
	}
	return kept, err
}

// Count is how many asks wait at the actor's platform, and how many of them are late.
func Count(ctx context.Context, db *store.DB, by access.Actor) (open, late int, err error) {
	all, _, err := List(ctx, db, by)
	for _, a := range all {
		if a.Late(db.Now()) {
			late++
		}
	}
	return len(all), late, err
}

// Status is all that the tracking page tells of an ask.
type Status struct {
	Kind    Kind
	AskedOn string
	DueAt   time.Time
	State   State
}

// Told is where the asks of a request stand, for its tracking page.
func Told(v *store.View, platform string, id phare.ID) (told []Status, err error) {
	all, err := of(v, platform, id)
	for _, a := range all {
		if a.Kind != Claim {
			told = append(told, Status{a.Kind, a.AskedOn, a.DueAt, a.State})
		}
	}
	return told, err
}

// ToldOf is Told for a tracking page that was opened.
func ToldOf(ctx context.Context, db *store.DB, platform, reference string) (told []Status, err error) {
	err = db.For(platform).Read(ctx, func(v *store.View) error {
		r, err := request.FindByReference(v, access.Anyone(platform), reference)
		if err != nil {
			return err
		}
		told, err = Told(v, platform, r.ID)
		return err
	})
	return told, err
}

// Passage is one row of words of a file.
type Passage struct {
	ID    phare.ID
	Words string
	At    time.Time
}

// Passages are the notes of the desk and the dated facts of a file, for who makes a
// copy to say which of them a third party told in confidence.
func Passages(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (all []Passage, err error) {
	if err := by.Check(access.DecideAsk); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if err := circle.CheckDeciding(v, by, id); err != nil {
			return err
		}
		for _, q := range []struct{ column, sql string }{
			{"history.words", `SELECT id, words, at FROM history WHERE request = $1 AND platform = $2 AND ended_at = '' ORDER BY at, id`},
			{"event.text", `SELECT id, text, at FROM event WHERE request = $1 AND platform = $2 AND kind IN ('note', 'call') ORDER BY at, id`},
		} {
			some, err := store.All(v, func(row store.Row) (p Passage, err error) {
				err = row.Scan(&p.ID, store.Sealed(&p.Words, q.column, &p.ID), store.Time(&p.At))
				return p, err
			}, q.sql, id, by.Platform)
			if err != nil {
				return err
			}
			all = append(all, some...)
		}
		return nil
	})
	return all, err
}
