package need

import (
	"context"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/calendar"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

const needColumns = `id, request, kind, label, expert, words, state, outcome, why, remark, version, created_at, since, ended_at`

func scanNeed(row store.Row) (n Need, err error) {
	err = row.Scan(&n.ID, &n.Request, &n.Kind, &n.Label, &n.Expert, store.Sealed(&n.Words, "need.words", &n.ID), &n.State, &n.Outcome, &n.Why,
		store.Sealed(&n.Remark, "need.remark", &n.ID), &n.Version, store.Time(&n.CreatedAt), store.Time(&n.Since), store.Time(&n.EndedAt))
	return n, err
}

func needs(v *store.View, platform string, id phare.ID) ([]Need, error) {
	return store.All(v, scanNeed, `SELECT `+needColumns+` FROM need WHERE request = $1 AND platform = $2 ORDER BY created_at, label, id`, id, platform)
}

func needOf(v *store.View, platform string, id phare.ID) (Need, error) {
	return store.One(v, scanNeed, `SELECT `+needColumns+` FROM need WHERE id = $1 AND platform = $2`, id, platform)
}

func sealNeed(platform string, of, id phare.ID) store.Sealer {
	return store.SealRow(platform, request.Subject(of), "need", id)
}

func insertNeed(tx *store.Tx, by access.Actor, n Need) error {
	row := sealNeed(by.Platform, n.Request, n.ID)
	return tx.Exec(`INSERT INTO need (id, platform, request, kind, label, expert, words, state, outcome, why, remark, actor, created_at, since, ended_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'todo', '', '', '', $8, $9, $9, '', 1)`,
		n.ID, by.Platform, n.Request, n.Kind, n.Label, n.Expert, row.In("words", n.Words), by.ID, tx.Now)
}

// requestOf is the request that a need, a task or a question is of. The verb that
// follows checks the circle.
func requestOf(ctx context.Context, db *store.DB, by access.Actor, table string, id phare.ID) (of phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return "", err
	}
	err = db.Read(ctx, func(v *store.View) (err error) {
		of, err = store.One(v, store.Value[phare.ID], `SELECT request FROM `+table+` WHERE id = $1 AND platform = $2`, id, by.Platform)
		return err
	})
	return of, err
}

const taskColumns = `t.id, t.request, t.need, t.side, t.holder, COALESCE(a.name, ''), t.whom, t.who, t.words, t.since, t.due_at, t.ended_at, t.outcome`

const taskFrom = ` FROM task t LEFT JOIN account a ON a.id = t.holder AND a.platform = t.platform `

func scanTask(row store.Row) (t Task, err error) {
	err = row.Scan(&t.ID, &t.Request, &t.Need, &t.side, &t.Holder, &t.HolderName, &t.Whom, store.Sealed(&t.Who, "task.who", &t.ID), store.Sealed(&t.Words, "task.words", &t.ID),
		store.Time(&t.Since), store.Time(&t.DueAt), store.Time(&t.EndedAt), &t.Outcome)
	return t, err
}

func tasks(v *store.View, platform string, id phare.ID) ([]Task, error) {
	return store.All(v, scanTask, `SELECT `+taskColumns+taskFrom+`WHERE t.request = $1 AND t.platform = $2 ORDER BY t.ended_at <> '', t.due_at, t.id`, id, platform)
}

func taskOf(v *store.View, platform string, id phare.ID) (Task, error) {
	return store.One(v, scanTask, `SELECT `+taskColumns+taskFrom+`WHERE t.id = $1 AND t.platform = $2`, id, platform)
}

func insertTask(tx *store.Tx, by access.Actor, t Task) error {
	row := store.SealRow(by.Platform, request.Subject(t.Request), "task", t.ID)
	return tx.Exec(`INSERT INTO task (id, platform, request, need, side, holder, whom, who, words, since, due_at, ended_at, ended_by, outcome, actor)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', $12)`,
		t.ID, by.Platform, t.Request, t.Need, t.side, t.Holder, t.Whom, row.In("who", t.Who), row.In("words", t.Words), t.Since, t.DueAt, by.ID)
}

// endTasks ends what is still to be done for a need that ends.
func endTasks(tx *store.Tx, by access.Actor, need phare.ID) error {
	return tx.Exec(`UPDATE task SET ended_at = $1, ended_by = $2, outcome = 'dropped' WHERE need = $3 AND platform = $4 AND ended_at = ''`, tx.Now, by.ID, need, by.Platform)
}

// calendarOf is the working days of a desk.
func calendarOf(v *store.View, platform string) (calendar.Calendar, error) {
	zone, err := store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, platform)
	if err != nil {
		return calendar.Calendar{}, err
	}
	own, err := ownDays(v, platform)
	return calendar.New(text.Zone(zone), own...), err
}

// ownDays are the days that a desk set, the latest last.
func ownDays(v *store.View, platform string) ([]calendar.Day, error) {
	return store.All(v, func(row store.Row) (d calendar.Day, err error) {
		var works bool
		err = row.Scan(&d.Rule, &works, &d.Label, &d.Source, &d.VerifiedOn)
		d.Off = !works
		return d, err
	}, `SELECT day, works, label, source, verified_on FROM desk_day WHERE platform = $1 ORDER BY at, id`, platform)
}

// moved is one dated change of state of a request.
type moved struct {
	of     phare.ID
	became string
	at     time.Time
}

func scanMoved(row store.Row) (m moved, err error) {
	err = row.Scan(&m.of, &m.became, store.Time(&m.at))
	return m, err
}

func movesOf(v *store.View, platform string, id phare.ID) ([]moved, error) {
	return store.All(v, scanMoved, `SELECT request, became, at FROM move WHERE request = $1 AND platform = $2 AND need = '' ORDER BY at, id`, id, platform)
}

// looksOf says of some requests when somebody of the desk first opened them: of
// those that the actor may open.
func looksOf(v *store.View, by access.Actor, ids []phare.ID) (map[phare.ID]time.Time, error) {
	in, args := among(by.Platform, ids)
	var files []circle.File
	looks, err := store.All(v, func(row store.Row) (at time.Time, err error) {
		var f circle.File
		err = row.Scan(&f.ID, &f.Guard, &f.Owner, store.Time(&at))
		files = append(files, f)
		return at, err
	}, `SELECT id, guard, owner, first_look_at FROM request WHERE platform = $1 AND id IN `+in, args...)
	if err != nil {
		return nil, err
	}
	stands, err := circle.Stands(v, by, files)
	all := map[phare.ID]time.Time{}
	for i, f := range files {
		if stands[f.ID].Verdict == circle.In {
			all[f.ID] = looks[i]
		}
	}
	return all, err
}

// movesOfAll is movesOf for some requests at once.
func movesOfAll(v *store.View, platform string, ids []phare.ID) (map[phare.ID][]moved, error) {
	all := map[phare.ID][]moved{}
	if len(ids) == 0 {
		return all, nil
	}
	in, args := among(platform, ids)
	moves, err := store.All(v, scanMoved, `SELECT request, became, at FROM move WHERE platform = $1 AND need = '' AND request IN `+in+` ORDER BY at, id`, args...)
	for _, m := range moves {
		all[m.of] = append(all[m.of], m)
	}
	return all, err
}

// among is a list of ids for IN, after the platform as the first argument.
func among(platform string, ids []phare.ID) (in string, args []any) {
	args = []any{platform}
	holes := make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		holes[i] = "$" + strconv.Itoa(len(args))
	}
	return "(" + strings.Join(holes, ", ") + ")", args
}
