package erasure

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/retention"
	"phare/internal/store"
)

// mostDue is how many files one press asks for: the second person looks at each.
const mostDue = 100

// AskDue asks for the erasure of the files whose time is over, those first that are
// over longest, and says of how many. Another person confirms each. What the actor may
// not decide about, or what still waits for something, is left for others.
func AskDue(ctx context.Context, db *store.DB, by access.Actor) (n int, err error) {
	if err := by.Check(access.AskErasure); err != nil {
		return 0, err
	}
	report, err := retention.Dry(ctx, db, by)
	if err != nil {
		return 0, err
	}
	for _, c := range report.Cases {
		if n == mostDue {
			break
		}
		if c.Asked || !c.IsDue(report.Today) {
			continue
		}
		switch err := Ask(ctx, db, by, c.Request, Term); phare.KindOf(err) {
		case phare.Conflict, phare.Forbidden, phare.NotFound:
		default:
			if err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// carriedOut counts what was erased because its time was over.
func carriedOut(tx *store.Tx, by access.Actor, e Erasure) error {
	if e.Ground != Term {
		return nil
	}
	return retention.Count(tx, by, e.Request)
}
