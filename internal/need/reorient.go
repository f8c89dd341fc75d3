package need

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// What can be decided when another orientation was asked for.
const (
	Again = "again" // it is looked for
	Kept  = "kept"  // the present one stays
)

// elseWhy is the reason that only words explain.
const elseWhy = "else"

// ReorientWhys are why another orientation of a need can be asked for.
func ReorientWhys() []string { return []string{"refused", "silent", "wish", "changed", "far", elseWhy} }

// Reorient is another orientation of a need that was asked for: by whom, why, and
// what was decided (ask 10).
type Reorient struct {
	ID, Need   phare.ID
	Why, Words string
	By         string // name
	At         time.Time
	Decision   string // empty: none yet
	Said       string
	Decider    string // name
	DecidedAt  time.Time
	DueAt      time.Time // to decide, while it is open

	task phare.ID // to decide
}

// IsOpen says whether nobody has decided.
func (r Reorient) IsOpen() bool { return r.Decision == "" }

// Late says whether the day to decide by has passed.
func (r Reorient) Late(now time.Time) bool {
	return r.IsOpen() && !r.DueAt.IsZero() && now.After(r.DueAt)
}

// NewReorient asks for another orientation.
type NewReorient struct {
	Why, Words string
	Task       string // what the task of deciding is called
}

func (n NewReorient) accept() error {
	var why, words *phare.Error
	if !slices.Contains(ReorientWhys(), n.Why) {
		why = phare.Field("why", "reorient.why.missing")
	}
	switch {
	case utf8.RuneCountInString(n.Words) > longestText:
		words = phare.Field("words", "desk.toolong")
	case n.Why == elseWhy && n.Words == "":
		words = phare.Field("words", "reorient.words.missing")
	}
	return phare.Faults(why, words)
}

// AskReorient asks that another orientation be looked for; whoever works in the file
// may. Nothing moves by it: what was asked of others goes on until it is decided, and
// to decide is a task of who holds the file.
func AskReorient(ctx context.Context, db *store.DB, by access.Actor, need phare.ID, n NewReorient) error {
	n.Words = strings.TrimSpace(n.Words)
	of, err := requestOf(ctx, db, by, "need", need)
	if err != nil {
		return err
	}
	return change(ctx, db, by, step{"need.reorient", of, n.Why}, func(tx *store.Tx, r *request.Request) error {
		if err := n.accept(); err != nil {
			return err
		}
		about, err := needOf(&tx.View, by.Platform, need)
		if err != nil {
			return err
		}
		if !about.IsOpen() {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		if err := undecided(&tx.View, by.Platform, need); err != nil {
			return err
		}
		task, err := todo(tx, by, *r, NewTask{Need: need, Holder: r.Owner, Words: n.Task})
		if err != nil {
			return err
		}
		id := phare.NewID()
		row := store.SealRow(by.Platform, request.Subject(r.ID), "reorient", id)
		err = tx.Exec(`INSERT INTO reorient (id, platform, request, need, task, why, words, actor, name, at, decision, said, decided_by, decided_name, decided_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', '', '')`, id, by.Platform, r.ID, need, task, n.Why, row.In("words", n.Words), by.ID, by.Name, tx.Now)
		if err != nil {
			return err
		}
		return tell(tx, by, *r, "need.reorient", join(about.Label, n.Words))
	})
}

// Verdict is what is decided.
type Verdict struct {
	What  string // Again or Kept
	Words string // needed where the present one stays: who asked wants to know why
	Task  string // what the task of looking again is called
}

func (d Verdict) accept() error {
	var what, words *phare.Error
	if d.What != Again && d.What != Kept {
		what = phare.Field("what", "reorient.what.missing")
	}
	switch {
	case utf8.RuneCountInString(d.Words) > longestText:
		words = phare.Field("words", "desk.toolong")
	case d.What == Kept && d.Words == "":
		words = phare.Field("words", "reorient.kept.words")
	}
	return phare.Faults(what, words)
}

// DecideReorient decides, once, what was asked for a need; only who may orient does.
// To look again becomes a task of who holds the file. A question that an expert still
// has is not taken back by it.
func DecideReorient(ctx context.Context, db *store.DB, by access.Actor, need phare.ID, d Verdict) error {
	if err := by.Check(access.Orient); err != nil {
		return err
	}
	d.Words = strings.TrimSpace(d.Words)
	of, err := requestOf(ctx, db, by, "need", need)
	if err != nil {
		return err
	}
	return change(ctx, db, by, step{"need.reorient.decide", of, d.What}, func(tx *store.Tx, r *request.Request) error {
		about, err := needOf(&tx.View, by.Platform, need)
		if err != nil {
			return err
		}
		all, err := reorients(&tx.View, by.Platform, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(a Reorient) bool { return a.Need == need && a.IsOpen() })
		if i < 0 {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		if err := d.accept(); err != nil {
			return err
		}
		row := store.SealRow(by.Platform, request.Subject(r.ID), "reorient", all[i].ID)
		err = tx.Update(`UPDATE reorient SET decision = $1, said = $2, decided_by = $3, decided_name = $4, decided_at = $5 WHERE id = $6 AND platform = $7 AND decision = ''`,
			d.What, row.In("said", d.Words), by.ID, by.Name, tx.Now, all[i].ID, by.Platform)
		if err != nil {
			return err
		}
		err = tx.Exec(`UPDATE task SET ended_at = $1, ended_by = $2, outcome = 'done' WHERE id = $3 AND platform = $4 AND ended_at = ''`, tx.Now, by.ID, all[i].task, by.Platform)
		if err == nil && d.What == Again {
			_, err = todo(tx, by, *r, NewTask{Need: need, Holder: r.Owner, Words: d.Task})
		}
		if err != nil {
			return err
		}
		return tell(tx, by, *r, "need.reorient."+d.What, join(about.Label, d.Words))
	})
}

// todo adds a task of the desk, due soon.
func todo(tx *store.Tx, by access.Actor, r request.Request, n NewTask) (phare.ID, error) {
	if err := orSoon(&tx.View, by.Platform, &n.Due); err != nil {
		return "", err
	}
	if err := n.accept(tx.Now); err != nil {
		return "", err
	}
	t := Task{ID: phare.NewID(), Request: r.ID, Need: n.Need, Holder: n.Holder, Words: n.Words, Since: tx.Now, DueAt: n.Due, side: atDesk}
	return t.ID, insertTask(tx, by, t)
}

// undecided refuses while another orientation of a need was asked for and nobody has
// decided: neither is it asked for twice, nor does the need end over it.
func undecided(v *store.View, platform string, need phare.ID) error {
	return pending(v, `need = $1`, need, platform)
}

// undecidedBy refuses that the task of deciding is ticked off: deciding ends it.
func undecidedBy(v *store.View, platform string, task phare.ID) error {
	return pending(v, `task = $1`, task, platform)
}

func pending(v *store.View, of string, id phare.ID, platform string) error {
	open, err := store.All(v, store.Value[string], `SELECT id FROM reorient WHERE `+of+` AND platform = $2 AND decision = ''`, id, platform)
	if err == nil && len(open) > 0 {
		err = phare.Fault(phare.Conflict, "reorient.pending")
	}
	return err
}

// reorients are those of a request, the latest last.
func reorients(v *store.View, platform string, of phare.ID) ([]Reorient, error) {
	return store.All(v, func(row store.Row) (r Reorient, err error) {
		err = row.Scan(&r.ID, &r.Need, &r.task, &r.Why, store.Sealed(&r.Words, "reorient.words", &r.ID), &r.By, store.Time(&r.At),
			&r.Decision, store.Sealed(&r.Said, "reorient.said", &r.ID), &r.Decider, store.Time(&r.DecidedAt))
		return r, err
	}, `SELECT id, need, task, why, words, name, at, decision, said, decided_name, decided_at FROM reorient WHERE request = $1 AND platform = $2 ORDER BY at, id`, of, platform)
}

// Undecided says whether another orientation was asked for and nobody has decided.
func (l Line) Undecided() bool { return slices.ContainsFunc(l.Reorients, Reorient.IsOpen) }

// decides says whether a task is to decide what stands on the line as a wish, which
// tells of it and takes its day over there; it is not ticked off.
func (l Line) decides(t Task) bool {
	i := slices.IndexFunc(l.Reorients, func(r Reorient) bool { return r.task == t.ID })
	if i >= 0 && l.Reorients[i].IsOpen() {
		l.Reorients[i].DueAt = t.DueAt
	}
	return i >= 0
}
