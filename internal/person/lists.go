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

// Listed are the asks of a platform.
type Listed struct {
	Open   []Ask // wait, the first that is due first
	Ended  []Ask // were answered, the latest first
	Hidden int   // wait, in files that the actor may not open: told as a count and no more
}

// List is what waits at the actor's platform, and what was answered last, of the files
// that the actor may open. Those they are barred from are not even counted.
func List(ctx context.Context, db *store.DB, by access.Actor) (l Listed, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return l, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		l = Listed{}
		if l.Open, err = store.All(v, scan, `SELECT `+columns+`a.state = 'asked' ORDER BY CASE a.due_at WHEN '' THEN 1 ELSE 0 END, a.due_at, a.id`, by.Platform); err != nil {
			return err
		}
		if l.Ended, err = store.All(v, scan, `SELECT `+columns+`a.state <> 'asked' ORDER BY a.decided_at DESC, a.id LIMIT 100`, by.Platform); err != nil {
			return err
		}
		if l.Open, l.Hidden, err = screen(v, by, l.Open); err != nil {
			return err
		}
		l.Ended, _, err = screen(v, by, l.Ended)
		return err
	})
	return l, err
}

// screen leaves the asks of files that the actor may open, and of each no words: a list
// is no page of a file. It counts the others, but for those of files they are barred from.
func screen(v *store.View, by access.Actor, all []Ask) (kept []Ask, hidden int, err error) {
	stands, err := circle.Stands(v, by, filesOf(all))
	for _, a := range all {
		switch stands[a.Request].Verdict {
		case circle.Barred:
		case circle.In, circle.Glass:
			a.Who, a.Words, a.Why, a.Longer, a.LiftedWhy = "", "", "", "", ""
			kept = append(kept, a)
		default:
			hidden++
		}
	}
	return kept, hidden, err
}

func filesOf(all []Ask) []circle.File {
	files := make([]circle.File, len(all))
	for i, a := range all {
		files[i] = circle.File{ID: a.Request, Guard: a.guard, Owner: a.owner}
	}
	return files
}

// Tally is how many asks wait for an answer at a platform.
type Tally struct {
	Open, Late int
	Due        time.Time // of the first
}

// Count is what waits at the actor's platform, without what they are barred from. It
// reads no word. A claim before a court waits for nobody here.
func Count(ctx context.Context, db *store.DB, by access.Actor) (t Tally, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return t, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		t = Tally{}
		all, err := store.All(v, func(row store.Row) (a Ask, err error) {
			err = row.Scan(&a.Request, &a.guard, &a.owner, store.Time(&a.DueAt))
			return a, err
		}, `SELECT a.request, r.guard, r.owner, a.due_at FROM person_ask a JOIN request r ON r.id = a.request AND (r.platform || '') = a.platform
			WHERE a.platform = $1 AND a.state = 'asked' AND a.due_at <> '' ORDER BY a.due_at, a.id`, by.Platform)
		if err != nil || len(all) == 0 {
			return err
		}
		stands, err := circle.Stands(v, by, filesOf(all))
		for _, a := range all {
			if stands[a.Request].Verdict == circle.Barred {
				continue
			}
			if t.Open++; t.Open == 1 {
				t.Due = a.DueAt
			}
			if v.Now().After(a.DueAt) {
				t.Late++
			}
		}
		return err
	})
	return t, err
}

// Status is all that the tracking page tells of an ask: status, and no reason, in which
// words of health may stand.
type Status struct {
	Kind    Kind
	AskedOn string
	DueAt   time.Time
	State   State
	Given   string // how a copy that was granted is given: one of CopyWays
}

// Told is where the asks of a request stand, for its tracking page.
func Told(v *store.View, platform string, id phare.ID) (told []Status, err error) {
	all, err := of(v, platform, id)
	if err != nil {
		return nil, err
	}
	type copied struct {
		way string
		at  time.Time
	}
	made, err := store.All(v, func(row store.Row) (c copied, err error) {
		err = row.Scan(&c.way, store.Time(&c.at))
		return c, err
	}, `SELECT way, at FROM person_copy WHERE request = $1 AND platform = $2 AND scope = 'whole' ORDER BY at DESC, id DESC`, id, platform)
	for _, a := range all {
		if a.Kind == Claim {
			continue
		}
		s := Status{a.Kind, a.AskedOn, a.DueAt, a.State, ""}
		for _, c := range made {
			if a.Kind == Copy && a.State == Granted && c.at.Equal(a.DecidedAt) { // one write
				s.Given = c.way
			}
		}
		told = append(told, s)
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
