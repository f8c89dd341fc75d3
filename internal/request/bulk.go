package request

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// AssignAll gives some requests to a colleague, each by itself: one that changed
// since it was seen, that the actor may not open, or that the colleague is barred
// from, stays where it is, and is among those left. An account that cannot hold
// requests is an error for all of them.
func AssignAll(ctx context.Context, db *store.DB, by access.Actor, refs []Ref, to string) (given int, left []phare.ID, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return 0, nil, err
	}
	if len(refs) == 0 {
		return 0, nil, phare.Field("", "desk.bulk.none")
	}
	if len(refs) > PageRows {
		refs = refs[:PageRows]
	}
	colleagues, err := access.Colleagues(ctx, db, by)
	if err != nil {
		return 0, nil, err
	}
	known := false
	for _, c := range colleagues {
		known = known || string(c.ID) == to
	}
	if !known {
		return 0, nil, phare.Field("owner", "desk.owner.unknown")
	}
	for _, ref := range refs {
		err := Assign(ctx, db, by, ref, to)
		switch {
		case err == nil:
			given++
		case phare.KindOf(err) == phare.Internal, phare.KindOf(err) == phare.Busy:
			return given, left, err
		default:
			left = append(left, ref.ID)
		}
	}
	return given, left, nil
}
