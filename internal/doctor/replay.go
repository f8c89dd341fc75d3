package doctor

import (
	"context"
	"errors"

	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/store"
)

// Replayed counts the stored orientations that Replay met.
type Replayed struct {
	Confirmed int            // computed again, the same bit for bit
	Older     map[string]int // not checked: made by another version of the engine, by its name
	Foreign   map[string]int // not checked: made from another knowledge, by its digest
}

// Replay computes every stored orientation again with e. One that answers
// otherwise breaks the invariant; one of another version or another knowledge
// cannot be checked here, and is counted apart.
func Replay(ctx context.Context, db *store.DB, e *orientation.Engine) (Finding, Replayed, error) {
	r := Replayed{Older: map[string]int{}, Foreign: map[string]int{}}
	var broken []string
	desks, err := access.Platforms(ctx, db)
	if err != nil {
		return Finding{}, r, err
	}
	for _, desk := range desks {
		err := request.EachStored(ctx, db, access.Machine(desk.ID), func(s request.Stored) error {
			err := s.Replay(e)
			switch {
			case err == nil:
				r.Confirmed++
			case errors.Is(err, orientation.ErrVersion):
				r.Older[s.Result.Engine]++
			case errors.Is(err, orientation.ErrKnowledge):
				r.Foreign[s.Result.Knowledge]++
			default:
				broken = append(broken, string(s.ID))
			}
			return ctx.Err()
		})
		if err != nil {
			return Finding{}, r, err
		}
	}
	return finding("I13", "every stored orientation replays bit for bit", broken), r, nil
}
