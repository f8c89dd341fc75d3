package request

import (
	"context"
	"maps"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// Counts is how many requests stand in each basket.
type Counts map[Basket]int

// Count counts the baskets of the actor's platform.
func Count(ctx context.Context, db *store.DB, by access.Actor) (Counts, error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	counts := Counts{}
	now := db.Now()
	err := db.Read(ctx, func(v *store.View) error {
		all, err := store.All(v, scanTally, `SELECT state, count(*), 0 FROM request WHERE platform = $1 GROUP BY state`, by.Platform)
		if err != nil {
			return err
		}
		counts = inBaskets(all)
		// Both priorities named: two short ranges of the index, not all of it.
		counts[Overdue], err = store.One(v, store.Value[int], `SELECT count(*) FROM request
			WHERE platform = $1 AND state <> 'closed' AND priority IN (0, 1) AND next_at > '' AND next_at < $2`, by.Platform, now)
		return err
	})
	return counts, err
}

// tally is how many requests of one state there are, and how many of them are late.
type tally struct {
	state   State
	n, late int
}

func scanTally(row store.Row) (t tally, err error) {
	err = row.Scan(&t.state, &t.n, &t.late)
	return t, err
}

func inBaskets(all []tally) Counts {
	counts := Counts{}
	for _, t := range all {
		for _, b := range Baskets() {
			if slices.Contains(b.states(), t.state) {
				counts[b] += t.n
			}
		}
		if t.state != Closed {
			counts[Overdue] += t.late
		}
	}
	return counts
}

// CountOf counts the baskets of what a filter leaves, whatever its own basket. It
// reads one index, and no request.
func CountOf(ctx context.Context, db *store.DB, by access.Actor, f Filter) (counts Counts, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		l := look{by, f.Clean(), v.Now()}
		q, err := l.query(v)
		if err != nil {
			return err
		}
		q.and(`r.id NOT IN (SELECT c.request FROM circle c WHERE c.account = ? AND c.place = 'barred' AND c.platform = ? AND (c.until = '' OR c.until > ?))`, by.ID, by.Platform, v.Now())
		q.args = append(q.args, v.Now())
		all, err := store.All(v, scanTally, `SELECT r.state, count(*), count(CASE WHEN r.next_at <> '' AND r.next_at < `+holes(len(q.args)-1, 1)+` THEN 1 END)
			FROM request r WHERE `+q.where.String()+` GROUP BY r.state`, q.args...)
		counts = inBaskets(all)
		return err
	})
	return counts, err
}

// Hide takes out of counts what does not exist for the actor.
func Hide(ctx context.Context, db *store.DB, by access.Actor, all Counts) (Counts, error) {
	var hidden []circle.Shut
	err := db.Read(ctx, func(v *store.View) (err error) {
		hidden, err = circle.Hidden(v, by)
		return err
	})
	return all.without(hidden, store.FormatTime(db.Now())), err
}

// HideBeyond takes out of counts what the actor may not open. ok is false where
// that must be counted by itself, because each file has its own circle.
func HideBeyond(ctx context.Context, db *store.DB, by access.Actor, all Counts) (left Counts, ok bool, err error) {
	var hidden []circle.Shut
	err = db.Read(ctx, func(v *store.View) (err error) {
		hidden, ok, err = circle.Beyond(v, by)
		return err
	})
	return all.without(hidden, store.FormatTime(db.Now())), ok, err
}

func (c Counts) without(hidden []circle.Shut, now string) Counts {
	if len(hidden) == 0 {
		return c
	}
	c = maps.Clone(c)
	for _, s := range hidden {
		for _, b := range Baskets() {
			if slices.Contains(b.states(), State(s.State)) {
				c[b]--
			}
		}
		if State(s.State) != Closed && s.NextAt != "" && s.NextAt < now {
			c[Overdue]--
		}
	}
	return c
}

// mark says of each row what the actor has not seen, since when it is held, and how
// many opinions were asked for and came: in one statement for a page, and after it
// was screened. The platform is asked of an expression, as in found: asked plainly,
// SQLite would walk all of the platform's requests.
// Rows from outside their circle stay as they are.
func mark(v *store.View, by access.Actor, rows []Row) error {
	args := []any{by.Platform, by.ID}
	for _, r := range rows {
		if !r.Walled && !r.Erased {
			args = append(args, r.ID)
		}
	}
	if len(args) == 2 {
		return nil
	}
	type news struct {
		id      phare.ID
		changed bool
		Row
	}
	these := `(` + holes(2, len(args)-2) + `)`
	all, err := store.All(v, func(row store.Row) (n news, err error) {
		err = row.Scan(&n.id, &n.changed, store.Time(&n.HeldSince), &n.Asked, &n.Answered)
		return n, err
	}, `SELECT r.id, (s.at IS NULL AND r.owner = $2) OR EXISTS (SELECT 1 FROM event e WHERE e.request = r.id AND e.platform = r.platform AND e.at > s.at AND e.actor <> $2),
		COALESCE((SELECT max(c.since) FROM circle c WHERE c.request = r.id AND c.platform = r.platform AND c.holder AND c.account = r.owner), ''),
		(SELECT count(*) FROM question q WHERE q.request = r.id AND q.platform = r.platform AND q.state <> 'withdrawn'), (SELECT count(*) FROM question q WHERE q.request = r.id AND q.platform = r.platform AND q.state = 'answered')
		FROM request r LEFT JOIN seen s ON s.request = r.id AND s.platform = r.platform AND s.account = $2 WHERE (r.platform || '') = $1 AND r.id IN `+these, args...)
	if err != nil {
		return err
	}
	for _, n := range all {
		for i := range rows {
			if rows[i].ID == n.id {
				rows[i].Changed, rows[i].HeldSince, rows[i].Asked, rows[i].Answered = n.changed, n.HeldSince, n.Asked, n.Answered
			}
		}
	}
	return nil
}
