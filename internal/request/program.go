package request

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// FromProgram is Submit for another program: the same fields and the same rules of
// acceptance as the form. d.End runs in the commit that makes the request, not when
// the same form comes again.
func FromProgram(ctx context.Context, db *store.DB, d Noting, f Fields) (Receipt, error) {
	f.Platform = d.By.Platform
	return send(ctx, db, sending{key: d.Key, by: d.By, form: d.Form, also: d.End}, f)
}

// StandOf is where the request of a reference stands, in facts of the pathway and no
// word of the file, if sent says of its id that the
// actor sent it. Any other, and one that does not exist, is NotFound.
func StandOf(v *store.View, by access.Actor, reference string, sent func(phare.ID) (bool, error)) (id phare.ID, s Status, err error) {
	if err := by.Check(access.SubmitRequest); err != nil {
		return "", s, err
	}
	r, err := FindByReference(v, by, reference)
	if err != nil {
		return "", s, err
	}
	theirs, err := sent(r.ID)
	if err == nil && (!theirs || r.IsErased()) {
		err = phare.Fault(phare.NotFound, "error.notfound")
	}
	if err != nil {
		return "", s, err
	}
	if s = statusOf(r, v.Now()); r.State != Closed {
		s.NextAt, err = promise(v, r)
	}
	return r.ID, s, err
}
