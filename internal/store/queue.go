package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"phare"
)

// MaxAttempts is how often a job is tried before it is set aside for a person.
const MaxAttempts = 8

// Job is work to do after commit.
type Job struct {
	ID       phare.ID
	Platform string
	Kind     string
	Payload  json.RawMessage
	Attempt  int
}

// Enqueue adds a job to the transaction: it exists only if the change does.
func (tx *Tx) Enqueue(platform, kind string, payload any) error {
	return tx.EnqueueAt(platform, kind, payload, tx.Now)
}

// EnqueueAt is Enqueue for a job that must wait until at.
func (tx *Tx) EnqueueAt(platform, kind string, payload any, at time.Time) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("job %s: %w", kind, err)
	}
	return tx.Exec(`INSERT INTO job (id, platform, kind, payload, run_at, attempt, failure) VALUES ($1, $2, $3, $4, $5, 0, '')`,
		phare.NewID(), platform, kind, string(b), at)
}

// Claim takes the next due job and hides it for lease; ok is false if none is
// due. The update repeats the run_at it read, so that of two workers one wins,
// on either engine. Claims are bookkeeping: they leave no audit entry.
func (db *DB) Claim(ctx context.Context, lease time.Duration) (j Job, ok bool, err error) {
	type due struct {
		Job
		runAt string
	}
	scan := func(row Row) (d due, err error) {
		var payload string
		err = row.Scan(&d.ID, &d.Platform, &d.Kind, &payload, &d.Attempt, &d.runAt)
		d.Payload = json.RawMessage(payload)
		return d, err
	}
	const next = `SELECT id, platform, kind, payload, attempt, run_at FROM job
		WHERE run_at <= $1 AND attempt < $2 ORDER BY run_at, id LIMIT 1`
	var found []due
	// Look first on a snapshot: an idle queue must not cost a commit a second.
	err = db.Read(ctx, func(v *View) (err error) {
		found, err = All(v, scan, next, db.Now(), MaxAttempts)
		return err
	})
	if err != nil || len(found) == 0 {
		return Job{}, false, err
	}
	err = db.write(ctx, func(tx *Tx) error {
		n, err := tx.Affect(`UPDATE job SET run_at = $1, attempt = attempt + 1 WHERE id = $2 AND run_at = $3`,
			tx.Now.Add(lease), found[0].ID, found[0].runAt)
		j, ok = found[0].Job, n == 1
		j.Attempt++
		return err
	})
	return j, ok && err == nil, err
}

// Finish removes a job that is done.
func (db *DB) Finish(ctx context.Context, id phare.ID) error {
	return db.write(ctx, func(tx *Tx) error { return tx.Exec(`DELETE FROM job WHERE id = $1`, id) })
}

// Postpone puts a failed job back for later and keeps why. After MaxAttempts it
// stays, unclaimed, for a person (phare doctor shows it).
func (db *DB) Postpone(ctx context.Context, j Job, failure string) error {
	wait := time.Duration(1<<min(j.Attempt, 10)) * 15 * time.Second
	return db.write(ctx, func(tx *Tx) error {
		return tx.Exec(`UPDATE job SET run_at = $1, failure = $2 WHERE id = $3`, tx.Now.Add(wait), failure, j.ID)
	})
}

// Backlog is how many jobs wait, and how many were given up after their last try.
func (db *DB) Backlog(ctx context.Context) (waiting, givenUp int, err error) {
	err = db.Read(ctx, func(v *View) error {
		if waiting, err = One(v, Value[int], `SELECT count(*) FROM job WHERE attempt < $1`, MaxAttempts); err != nil {
			return err
		}
		givenUp, err = One(v, Value[int], `SELECT count(*) FROM job WHERE attempt >= $1 AND failure <> ''`, MaxAttempts)
		return err
	})
	return waiting, givenUp, err
}
