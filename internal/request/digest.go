package request

import (
	"context"
	"errors"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/mail"
	"phare/internal/store"
	"phare/internal/text"
)

// Bounds of the digest: it is read only if it is short, and it comes in the
// morning of a working day.
const (
	digestMost           = 20
	digestFrom, digestTo = 7, 11 // hours at the desk
	unreadFor            = 24 * time.Hour
)

// Digest tells each colleague of a platform, once on a working day and in the
// morning of the desk, what is unanswered: the references that they or nobody
// hold, whose promised date has passed or that nobody took for a day. Who has
// nothing waiting hears nothing. It returns how many were told.
func Digest(ctx context.Context, db *store.DB, by access.Actor) (told int, err error) {
	if by.Role != access.System {
		return 0, phare.Fault(phare.Forbidden, "error.forbidden")
	}
	desk, err := access.FindPlatform(ctx, db, by.Platform)
	if err != nil {
		return 0, err
	}
	here := db.Now().In(text.Zone(desk.Zone))
	if h := here.Hour(); h < digestFrom || h >= digestTo || here.Weekday() == time.Saturday || here.Weekday() == time.Sunday {
		return 0, nil
	}
	all, err := access.Working(ctx, db, by)
	if err != nil {
		return 0, err
	}
	for _, a := range all {
		if a.Mail == "" {
			continue
		}
		switch err := digestFor(ctx, db, a, here.Format(time.DateOnly)); {
		case err == nil:
			told++
		case !errors.Is(err, errNoDigest) && !store.IsDuplicate(err):
			return told, err
		}
	}
	return told, nil
}

// errNoDigest ends a write that finds nothing to tell, or that it was told.
var errNoDigest = errors.New("no digest")

func digestFor(ctx context.Context, db *store.DB, a access.Account, day string) error {
	look := func(v *store.View) ([]string, error) {
		had, err := store.One(v, store.Value[int], `SELECT count(*) FROM digest WHERE account = $1 AND platform = $2 AND day = $3`, a.ID, a.Platform, day)
		if err != nil || had > 0 {
			return nil, err
		}
		return unanswered(v, a)
	}
	var waiting []string
	err := db.Read(ctx, func(v *store.View) (err error) { waiting, err = look(v); return err })
	if err != nil || len(waiting) == 0 {
		return errors.Join(err, errNoDigest)
	}
	by := access.Machine(a.Platform)
	return db.Write(ctx, by.Act("digest.send", string(a.ID)), func(tx *store.Tx) error {
		waiting, err := look(&tx.View)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			return errNoDigest
		}
		if err := tx.Exec(`INSERT INTO digest (account, day, platform, at) VALUES ($1, $2, $3, $4)`, a.ID, day, a.Platform, tx.Now); err != nil {
			return err
		}
		return mail.Queue(tx, mail.Message{Platform: a.Platform, To: a.Mail, Kind: "digest", Link: "/bureau",
			Facts: mail.Facts{List: strings.Join(waiting, "\n")}})
	})
}

// unanswered are the references that wait for a colleague, the oldest first; of
// files whose circle they are not in there is none.
func unanswered(v *store.View, a access.Account) (refs []string, err error) {
	type row struct {
		file      circle.File
		reference string
	}
	rows, err := store.All(v, func(r store.Row) (x row, err error) {
		err = r.Scan(&x.file.ID, &x.file.Guard, &x.file.Owner, &x.reference)
		return x, err
	}, `SELECT id, guard, owner, reference FROM request WHERE platform = $1 AND state <> 'closed' AND (owner = $2 OR owner = '')
		AND (next_at > '' AND next_at < $3 OR state = 'received' AND created_at < $4) ORDER BY next_at, id LIMIT 100`,
		a.Platform, a.ID, v.Now(), v.Now().Add(-unreadFor))
	if err != nil {
		return nil, err
	}
	files := make([]circle.File, len(rows))
	for i, x := range rows {
		files[i] = x.file
	}
	stands, err := circle.Stands(v, a.Actor(), files)
	for _, x := range rows {
		if stands[x.file.ID].Verdict == circle.In && len(refs) < digestMost {
			refs = append(refs, x.reference)
		}
	}
	return refs, err
}
