package need

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// Duty is one thing that someone must do.
type Duty struct {
	Request             phare.ID
	Task                phare.ID // empty: the request's own next action
	Reference, Initials string
	Label, Words        string // of the need; of the task
	Next                string // of the request: a key under "next."
	Who                 string // outside: who has not done their part
	DueAt               time.Time
	For                 string // name of the colleague whom the reader covers; empty: their own

	file   circle.File
	holder string
}

// Day is what one person must do, by when it is due at the desk.
type Day struct {
	Late, Today, Tomorrow, Later []Duty
	Passed                       []Passed // files that they handed over, and what became of them
	Covering                     []Absence
}

// Empty says whether nothing is to be done.
func (d Day) Empty() bool { return len(d.Late)+len(d.Today)+len(d.Tomorrow)+len(d.Later) == 0 }

// MyDay is what the actor must do. It shows initials, so its showing is written down.
func MyDay(ctx context.Context, db *store.DB, by access.Actor) (d Day, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return d, err
	}
	if err := db.Write(ctx, by.Act("request.list", by.Platform).For("day"), func(*store.Tx) error { return nil }); err != nil {
		return d, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		d = Day{}
		all, err := duties(v, by)
		if err != nil {
			return err
		}
		days, err := calendarOf(v, by.Platform)
		if err != nil {
			return err
		}
		now := v.Now()
		for _, x := range all {
			switch {
			case now.After(x.DueAt):
				d.Late = append(d.Late, x)
			case days.SameDay(x.DueAt, now):
				d.Today = append(d.Today, x)
			case days.SameDay(x.DueAt, days.NextDay(now)):
				d.Tomorrow = append(d.Tomorrow, x)
			default:
				d.Later = append(d.Later, x)
			}
		}
		if d.Passed, err = passed(v, by); err != nil {
			return err
		}
		away, err := absences(v, by.Platform)
		d.Covering = slices.DeleteFunc(away, func(a Absence) bool { return a.Cover != by.ID || !a.Covers(now) })
		return err
	})
	return d, err
}

// mostDuties bounds a day.
const mostDuties = 300

// duties are the tasks and the next actions (what a request as a whole waits for is
// its next action) of someone and of whom they cover, the
// first due first, of files that they may open.
func duties(v *store.View, by access.Actor) ([]Duty, error) {
	mine, err := standsFor(v, by)
	if err != nil {
		return nil, err
	}
	args := []any{by.Platform}
	var holes []string
	for _, id := range mine {
		args = append(args, id)
		holes = append(holes, fmt.Sprintf("$%d", len(args)))
	}
	in := "(" + strings.Join(holes, ", ") + ")"
	todo, err := store.All(v, scanDuty, fmt.Sprintf(`SELECT t.id, r.id, r.reference, r.initials, r.guard, r.owner, COALESCE(n.label, ''), t.words, t.who, t.due_at, COALESCE(a.id, ''), COALESCE(a.name, '')
		FROM task t JOIN request r ON r.id = t.request AND (r.platform || '') = t.platform LEFT JOIN need n ON n.id = t.need AND n.platform = t.platform
			LEFT JOIN account a ON a.id = CASE t.holder WHEN '' THEN r.owner ELSE t.holder END AND a.platform = t.platform
		WHERE t.platform = $1 AND t.ended_at = '' AND r.state <> 'closed' AND (t.need <> '' OR t.side = 'desk') AND CASE t.holder WHEN '' THEN r.owner ELSE t.holder END IN %s ORDER BY t.due_at, t.id LIMIT %d`, in, mostDuties), args...)
	if err != nil {
		return nil, err
	}
	next, err := store.All(v, scanNext, fmt.Sprintf(`SELECT r.id, r.reference, r.initials, r.guard, r.owner, r.next_action, r.next_at, a.name
		FROM request r JOIN account a ON a.id = r.owner AND (a.platform || '') = r.platform WHERE r.platform = $1 AND r.state <> 'closed' AND r.owner <> '' AND r.owner IN %s ORDER BY r.next_at, r.id LIMIT %d`, in, mostDuties), args...)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(todo, next)
	files := make([]circle.File, len(all))
	for i, x := range all {
		files[i] = x.file
	}
	stands, err := circle.Stands(v, by, files)
	all = slices.DeleteFunc(all, func(x Duty) bool { return stands[x.Request].Verdict != circle.In })
	for i := range all {
		if all[i].holder == by.ID {
			all[i].For = ""
		}
	}
	slices.SortStableFunc(all, func(a, b Duty) int { return a.DueAt.Compare(b.DueAt) })
	return all, err
}

func scanDuty(row store.Row) (x Duty, err error) {
	err = row.Scan(&x.Task, &x.Request, &x.Reference, store.Sealed(&x.Initials, "request.initials", &x.Request), &x.file.Guard, &x.file.Owner, &x.Label,
		store.Sealed(&x.Words, "task.words", &x.Task), store.Sealed(&x.Who, "task.who", &x.Task), store.Time(&x.DueAt), &x.holder, &x.For)
	x.file.ID = x.Request
	return x, err
}

func scanNext(row store.Row) (x Duty, err error) {
	err = row.Scan(&x.Request, &x.Reference, store.Sealed(&x.Initials, "request.initials", &x.Request), &x.file.Guard, &x.file.Owner, &x.Next, store.Time(&x.DueAt), &x.For)
	x.file.ID, x.holder = x.Request, x.file.Owner
	return x, err
}
