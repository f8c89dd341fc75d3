package request

import (
	"context"
	"errors"
	"io"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/store"
)

// Goal is where a file in parts shall go: one of the two.
type Goal struct {
	Form    string   // to the draft, or what it became, by whoever holds its id
	Request phare.ID // by someone of the desk, or by whoever tracks it
}

// isDesk says whether the desk joins a file to its own request.
func (g Goal) isDesk(by access.Actor) bool { return g.Form == "" && by.IsStaff() }

func (g Goal) check(by access.Actor) error {
	if g.isDesk(by) {
		return by.Check(access.TriageRequest)
	}
	return by.Check(access.SubmitRequest)
}

// act is what the actor does with a file on its way there, in the trail.
func (g Goal) act(by access.Actor, verb string) store.Act {
	if g.Form != "" {
		return by.Act(verb, traceOf(g.Form))
	}
	return by.Act(verb, string(g.Request))
}

// place is where the goal is now, if files can still be joined there.
func (g Goal) place(v *store.View, by access.Actor) (p attachment.Place, err error) {
	var r Request
	if g.Form == "" {
		r, err = Find(v, by, g.Request)
	} else {
		r, err = findSent(v, by, g.Form)
	}
	if err != nil {
		return p, err
	}
	if r.ID == "" {
		d, err := findDraft(v, g.Form)
		if err == nil && d.Fields.Platform != by.Platform {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		return draftOf(by.Platform, g.Form), err
	}
	if r.Platform != by.Platform {
		return p, phare.Fault(phare.NotFound, "error.notfound")
	}
	if r.State == Closed && !g.isDesk(by) {
		return p, phare.Field("file", "request.complement.closed")
	}
	return fileOf(r), nil
}

// BeginUpload takes note of a file that will come in parts, or finds where it
// stopped. Became is set when the same one is stored there already.
func BeginUpload(ctx context.Context, db *store.DB, by access.Actor, g Goal, a attachment.Announced) (u attachment.Upload, err error) {
	if err := g.check(by); err != nil {
		return u, err
	}
	act := g.act(by, "attachment.begin")
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		p, err := g.place(&tx.View, by)
		if err != nil {
			return err
		}
		u, err = attachment.Begin(tx, p, a, by.ID, by.Name)
		return err
	})
	return u, err
}

// FindUpload is the file on its way that a token opens. Without a goal the token
// is enough: its sender showed reference and code when they began. With one it must
// still lead there.
func FindUpload(ctx context.Context, db *store.DB, by access.Actor, g Goal, token string) (u attachment.Upload, err error) {
	if g != (Goal{}) {
		if err := g.check(by); err != nil {
			return u, err
		}
	}
	err = db.Read(ctx, func(v *store.View) error {
		if u, err = attachment.FindUpload(v, token); err != nil || g == (Goal{}) {
			return err
		}
		p, err := g.place(v, by)
		if err == nil && (p.Platform != u.Platform || p.Draft != u.Draft || p.Request != u.Request) {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		return err
	})
	return u, err
}

// KeepPart stores some of a file: b is what came from an offset on. A part that
// does not begin where the file ends so far is a Conflict. What came of a part that
// was cut is kept by whole steps. A file that could not be kept is refused by its
// first bytes, and forgotten.
func KeepPart(ctx context.Context, db *store.DB, by access.Actor, u attachment.Upload, offset int64, b []byte) (attachment.Upload, error) {
	if by.Check(access.SubmitRequest) != nil && by.Check(access.TriageRequest) != nil {
		return u, by.Check(access.SubmitRequest)
	}
	if offset != u.Received || u.Became != "" {
		return u, phare.Fault(phare.Conflict, "error.conflict")
	}
	part, err := u.Seal(offset, b, by.Name == "")
	if phare.KindOf(err) == phare.Invalid {
		return u, errors.Join(err, forgetUpload(ctx, db, by, u))
	}
	if err != nil || part.IsEmpty() {
		return u, err
	}
	act := by.Act("attachment.part", u.Trace())
	err = db.Write(ctx, act, func(tx *store.Tx) error { return u.Add(tx, part) })
	if phare.KindOf(err) == phare.Invalid { // no room any more
		return u, errors.Join(err, forgetUpload(ctx, db, by, u))
	}
	if err == nil {
		u.Received = part.End()
	}
	return u, err
}

// FinishUpload reads a file that came whole, inspects it and joins it to where it
// shall go, in one transaction with the end of its parts. One that is not what was
// announced, or is refused, is forgotten; one for which there is no place now stays.
// take inspects it.
func FinishUpload(ctx context.Context, db *store.DB, by access.Actor, g Goal, u attachment.Upload, take func(io.Reader) (*attachment.Taken, error)) error {
	if err := g.check(by); err != nil {
		return err
	}
	if u.Became != "" {
		return nil
	}
	one := func(f func(*store.View) error) error { return db.Read(ctx, f) }
	whole, err := readUpload(u, one, u.IsAnnounced)
	if err != nil {
		return err
	}
	if !whole {
		return errors.Join(phare.Field("file", "upload.digest"), forgetUpload(ctx, db, by, u))
	}
	f, err := readUpload(u, one, take)
	if err == nil {
		defer f.Close()
		f.Came(u)
		err = attachTo(ctx, db, by, g, f)
	}
	if phare.KindOf(err) == phare.Invalid {
		err = errors.Join(err, forgetUpload(ctx, db, by, u))
	}
	return err
}

// readUpload gives what came to read.
func readUpload[T any](u attachment.Upload, one func(func(*store.View) error) error, read func(io.Reader) (T, error)) (x T, err error) {
	r, err := u.Reader(one)
	if err != nil {
		return x, err
	}
	return read(r)
}

// attachTo joins a file that is whole to where it shall go.
func attachTo(ctx context.Context, db *store.DB, by access.Actor, g Goal, f *attachment.Taken) error {
	switch {
	case g.Form != "":
		return AttachToForm(ctx, db, by, g.Form, f)
	case by.IsStaff():
		return Attach(ctx, db, by, g.Request, f)
	}
	return AttachByReference(ctx, db, by, g.Request, f)
}

// forgetUpload drops what came of a file that will not be kept.
func forgetUpload(ctx context.Context, db *store.DB, by access.Actor, u attachment.Upload) error {
	act := by.Act("attachment.stop", u.Trace())
	return db.Write(ctx, act, func(tx *store.Tx) error { return u.Drop(tx) })
}

// PurgeUploads forgets files of one platform of which nothing came for a day.
func PurgeUploads(ctx context.Context, db *store.DB, by access.Actor) (n int64, err error) {
	nothing := errors.New("nothing to forget")
	act := by.Act("attachment.purge", by.Platform)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if n, err = attachment.PurgeUploads(tx, by.Platform); err == nil && n == 0 {
			return nothing
		}
		return err
	})
	if errors.Is(err, nothing) {
		err = nil
	}
	return n, err
}
