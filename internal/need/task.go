package need

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

// The two sides of a task.
const (
	atDesk  = "desk"
	outside = "outside"
)

// farthestDue is how far away the day of a task may be.
const farthestDue = 366 * 24 * time.Hour

// Task is who must do the next thing, by when; of someone outside, what is awaited
// from whom, since when.
type Task struct {
	ID, Request phare.ID
	Need        phare.ID // empty: of the request as a whole
	Holder      string   // account; empty at the desk: the team
	HolderName  string
	Whom        string // outside: one of request.Awaits
	Who, Words  string // in words; Who is for outside
	Since       time.Time
	DueAt       time.Time
	EndedAt     time.Time
	Outcome     string // "done", "dropped"

	side string
}

// IsOutside says whether someone outside the desk must act.
func (t Task) IsOutside() bool { return t.side == outside }

// IsOpen says whether it is still to be done.
func (t Task) IsOpen() bool { return t.EndedAt.IsZero() }

// Late says whether its day has passed.
func (t Task) Late(now time.Time) bool { return t.IsOpen() && now.After(t.DueAt) }

// LogValue keeps words about people out of the logs.
func (t Task) LogValue() slog.Value { return slog.StringValue(string(t.ID)) }

// String does the same for %v.
func (t Task) String() string { return "task " + string(t.ID) }

// NewTask is a task to be added.
type NewTask struct {
	Need    phare.ID // empty: of the request as a whole, at the desk only
	Outside bool
	Holder  string // at the desk; empty: the team
	Whom    string // outside
	Who     string // outside
	Words   string
	Since   time.Time // zero: now
	Due     time.Time // zero: in five working days
}

func (n NewTask) accept(now time.Time) error {
	var words, whom, who, since, due *phare.Error
	switch length := utf8.RuneCountInString(n.Words); {
	case length == 0:
		words = phare.Field("words", "task.words.missing")
	case length > longestText:
		words = phare.Field("words", "desk.toolong")
	}
	if n.Outside {
		if !slices.Contains(request.Awaits(), n.Whom) {
			whom = phare.Field("whom", "need.whom.missing")
		}
		if n.Who == "" {
			who = phare.Field("who", "desk.await.who")
		}
	}
	if utf8.RuneCountInString(n.Who) > longestLine {
		who = phare.Field("who", "desk.toolong")
	}
	if n.Since.After(now) {
		since = phare.Field("since", "need.since.future")
	}
	if n.Due.Before(now) || n.Due.After(now.Add(farthestDue)) {
		due = phare.Field("due", "task.due.bad")
	}
	return phare.Faults(words, whom, who, since, due)
}

// AddTask says who must do the next thing. A request as a whole waits for someone
// outside by request.AwaitWhom.
func AddTask(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, n NewTask) error {
	n.Words, n.Who = strings.TrimSpace(n.Words), phare.Clean(n.Who)
	return change(ctx, db, by, step{"task.add", id, ""}, func(tx *store.Tx, r *request.Request) error {
		if err := orSoon(&tx.View, by.Platform, &n.Due); err != nil {
			return err
		}
		if err := n.accept(tx.Now); err != nil {
			return err
		}
		label, err := n.of(&tx.View, by, r.ID)
		if err != nil {
			return err
		}
		t := Task{ID: phare.NewID(), Request: r.ID, Need: n.Need, Holder: n.Holder, Words: n.Words, Since: n.Since, DueAt: n.Due, side: atDesk}
		if n.Outside {
			t.side, t.Holder, t.Whom, t.Who = outside, "", n.Whom, n.Who
		}
		if t.Since.IsZero() {
			t.Since = tx.Now
		}
		if err := holds(&tx.View, by, r.ID, t.Holder); err != nil {
			return err
		}
		if err := insertTask(tx, by, t); err != nil {
			return err
		}
		kind := "task.add"
		if n.Outside {
			kind = "task.await"
		}
		return tell(tx, by, *r, kind, join(join(label, n.Who), n.Words))
	})
}

// soon is in how many working days something is due that was given no day.
const soon = 5

// orSoon gives a day to what has none.
func orSoon(v *store.View, platform string, due *time.Time) error {
	if !due.IsZero() {
		return nil
	}
	days, err := calendarOf(v, platform)
	*due = days.Due(v.Now(), soon)
	return err
}

// of is the name of the need that a new task is for.
func (n NewTask) of(v *store.View, by access.Actor, id phare.ID) (label string, err error) {
	if n.Need == "" {
		if n.Outside {
			return "", phare.Field("need", "task.need.missing")
		}
		return "", nil
	}
	of, err := needOf(v, by.Platform, n.Need)
	if err == nil && (of.Request != id || !of.IsOpen()) {
		err = phare.Field("need", "need.kind.unknown")
	}
	return of.Label, err
}

// holds refuses to give a task to who does not open the file.
func holds(v *store.View, by access.Actor, id phare.ID, account string) error {
	if account == "" || account == by.ID {
		return nil
	}
	all, err := access.Active(v, by.Platform)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(a access.Account) bool { return string(a.ID) == account && a.Actor().Can(access.TriageRequest) })
	if i < 0 {
		return phare.Field("holder", "desk.owner.unknown")
	}
	stand, err := circle.Stand(v, all[i].Actor(), id)
	if err == nil && stand.Verdict != circle.In {
		err = phare.Field("holder", "task.holder.outside")
	}
	return err
}

// EndTask says that a task is done, or is not to be done any more.
func EndTask(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, done bool) error {
	of, err := requestOf(ctx, db, by, "task", id)
	if err != nil {
		return err
	}
	outcome := "dropped"
	if done {
		outcome = "done"
	}
	return change(ctx, db, by, step{"task.end", of, outcome}, func(tx *store.Tx, r *request.Request) error {
		t, err := taskOf(&tx.View, by.Platform, id)
		if err != nil || !t.IsOpen() { // a second click
			return err
		}
		if err := undecidedBy(&tx.View, by.Platform, id); err != nil {
			return err
		}
		err = tx.Update(`UPDATE task SET ended_at = $1, ended_by = $2, outcome = $3 WHERE id = $4 AND platform = $5`, tx.Now, by.ID, outcome, id, by.Platform)
		if err != nil {
			return err
		}
		return tell(tx, by, *r, "task."+outcome, join(t.Who, t.Words))
	})
}
