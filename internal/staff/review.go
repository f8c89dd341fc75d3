package staff

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Review is a yearly review of rights as it was signed.
type Review struct {
	ID     phare.ID
	At     time.Time
	ByName string
	Lines  []Line
}

// Line is one account of a review.
type Line struct {
	Account phare.ID
	Name    string
	Role    access.Role
	LastAt  time.Time
	Kept    bool
	Opened  Opened // in the year before it was signed
}

// Counted says whether what the account had opened was kept with the review.
func (l Line) Counted() bool { return l.Opened.Files >= 0 }

// Reviews lists the reviews of the actor's platform, the last first, without
// their lines.
func Reviews(ctx context.Context, db *store.DB, by access.Actor) (all []Review, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = reviews(v, by.Platform)
		return err
	})
	return all, err
}

// Due says whether a platform whose reviews these are must review its rights:
// it never did, or the last time is over a year ago.
func Due(all []Review, now time.Time) bool {
	return len(all) == 0 || now.Sub(all[0].At) > fullYear
}

// OpenReview reads one review with its lines.
func OpenReview(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (r Review, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return Review{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		if r, err = reviewByID(v, by.Platform, id); err != nil {
			return err
		}
		r.Lines, err = linesOf(v, by.Platform, id)
		return err
	})
	return r, err
}

// Opened is what one account opened in the last year.
type Opened struct {
	Files, Times, Documents int // different files, how often in all, documents of theirs
}

// OpenedInAYear counts, for whoever reviews the rights of a platform, what each of
// its accounts opened; one that opened nothing has no entry. The trail is read,
// not a counter: what it cannot show was not counted.
func OpenedInAYear(ctx context.Context, db *store.DB, by access.Actor) (all map[phare.ID]Opened, err error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return nil, err
	}
	type row struct {
		account     phare.ID
		verb        string
		times, many int
	}
	all = map[phare.ID]Opened{}
	err = db.Read(ctx, func(v *store.View) error {
		rows, err := store.All(v, func(r store.Row) (x row, err error) {
			err = r.Scan(&x.account, &x.verb, &x.times, &x.many)
			return x, err
		}, `SELECT actor, verb, count(*), count(DISTINCT subject) FROM audit
			WHERE platform = $1 AND at >= $2 AND verb IN ('request.open', 'attachment.open') GROUP BY actor, verb`, by.Platform, db.Now().Add(-fullYear))
		for _, x := range rows {
			o := all[x.account]
			if x.verb == "request.open" {
				o.Files, o.Times = x.many, x.times
			} else {
				o.Documents = x.times
			}
			all[x.account] = o
		}
		return err
	})
	return all, err
}

// SignReview signs a decision on every account of the actor's platform, keeps it
// and ends the accounts that are not kept, all in one commit.
func SignReview(ctx context.Context, db *store.DB, by access.Actor, kept map[phare.ID]bool) (phare.ID, error) {
	if err := by.Check(access.ManageAccounts); err != nil {
		return "", err
	}
	opened, err := OpenedInAYear(ctx, db, by) // before the write: it reads a year of the trail
	if err != nil {
		return "", err
	}
	id := phare.NewID()
	act := by.Act("review.sign", string(id))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		all, err := access.Active(&tx.View, by.Platform)
		if err != nil {
			return err
		}
		if err := insertReview(tx, by, id); err != nil {
			return err
		}
		for _, a := range all {
			keep, decided := kept[a.ID]
			switch {
			case !decided:
				return phare.Fault(phare.Invalid, "staff.review.all")
			case !keep && string(a.ID) == by.ID:
				return phare.Fault(phare.Invalid, "staff.self")
			}
			if err := insertLine(tx, id, a, Line{Kept: keep, Opened: opened[a.ID]}); err != nil {
				return err
			}
			if keep {
				continue
			}
			if err := leave(tx, by, a); err != nil {
				return err
			}
			if err := tx.Also(by.Act("account.leave", string(a.ID)).For(string(id))); err != nil {
				return err
			}
		}
		return nil
	})
	return id, err
}
