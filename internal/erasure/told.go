package erasure

import (
	"context"
	"fmt"
	"time"

	"phare/internal/access"
	"phare/internal/store"
)

// Done is one erasure that was carried out, as those who answer for a platform
// are told of it: never of which file, not even its reference.
type Done struct {
	At                   time.Time
	Ground               string
	AskedName, EndedName string
}

// Told counts the erasures of the actor's platform that were carried out from one
// moment to another, and lists the last of them.
func Told(ctx context.Context, db *store.DB, by access.Actor, from, to time.Time) (all []Done, n int, err error) {
	if err := by.Check(access.ReadTrail); err != nil {
		return nil, 0, err
	}
	const which = `FROM erasure WHERE platform = $1 AND state = 'done' AND ended_at >= $2 AND ended_at < $3`
	err = db.Read(ctx, func(v *store.View) error {
		if n, err = store.One(v, store.Value[int], `SELECT count(*) `+which, by.Platform, from, to); err != nil {
			return err
		}
		all, err = store.All(v, func(row store.Row) (d Done, err error) {
			err = row.Scan(store.Time(&d.At), &d.Ground, &d.AskedName, &d.EndedName)
			return d, err
		}, fmt.Sprintf(`SELECT ended_at, ground, asked_name, ended_name `+which+` ORDER BY ended_at DESC, id LIMIT %d`, shown), by.Platform, from, to)
		return err
	})
	return all, n, err
}
