package request

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/store"
)

// fileOf is a request as the place of its files, draftOf a draft.
func fileOf(r Request) attachment.Place {
	return attachment.Place{Platform: r.Platform, Request: r.ID, Waiting: r.Owner == "" && r.State != Closed, Subject: Subject(r.ID)}
}

func draftOf(platform, form string) attachment.Place {
	kept := phare.FormHash(form)
	return attachment.Place{Platform: platform, Draft: kept, Subject: draftSubject(kept)}
}

// Attach joins a file to a request, by someone of the desk. The same file sent
// twice is one.
func Attach(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, f *attachment.Taken) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	act := by.Act("attachment.add", string(id))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		a, again, err := f.Keep(tx, fileOf(r), by.ID, by.Name)
		if err != nil || again {
			return err
		}
		return Tell(tx, by, r, Event{Kind: "attachment", Text: a.Name, ShownTo: Team})
	})
}

// AttachToForm joins a file to a form, by whoever holds its id: to the draft, or
// once it was sent to the request, which the desk then sees as its next action.
func AttachToForm(ctx context.Context, db *store.DB, by access.Actor, form string, f *attachment.Taken) error {
	if err := by.Check(access.SubmitRequest); err != nil {
		return err
	}
	act := by.Act("attachment.bring", traceOf(form))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := findSent(&tx.View, by, form)
		if err == nil && r.ID == "" {
			return attachToDraft(tx, by, form, f)
		}
		if err != nil {
			return err
		}
		if err := tx.Also(by.Act("attachment.bring", string(r.ID))); err != nil {
			return err
		}
		return attachLate(tx, by, r, f)
	})
}

// AttachByReference joins a file to a request that was sent, by whoever tracks it.
func AttachByReference(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, f *attachment.Taken) error {
	if err := by.Check(access.SubmitRequest); err != nil {
		return err
	}
	act := by.Act("attachment.bring", string(id))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		return attachLate(tx, by, r, f)
	})
}

func attachToDraft(tx *store.Tx, by access.Actor, form string, f *attachment.Taken) error {
	d, err := findDraft(&tx.View, form)
	if err != nil {
		return err
	}
	if d.Fields.Platform != by.Platform {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	if _, _, err = f.Keep(tx, draftOf(by.Platform, form), by.ID, by.Name); err != nil {
		return err
	}
	return tx.Exec(`UPDATE draft SET updated_at = $1 WHERE form = $2 AND platform = $3`, tx.Now, phare.FormHash(form), by.Platform)
}

// attachLate joins a requester's file to a request that was sent.
func attachLate(tx *store.Tx, by access.Actor, r Request, f *attachment.Taken) error {
	if r.Platform != by.Platform {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	if r.State == Closed {
		return phare.Field("file", "request.complement.closed")
	}
	a, again, err := f.Keep(tx, fileOf(r), by.ID, by.Name)
	if err != nil || again {
		return err
	}
	if err := Tell(tx, by, r, Event{Kind: "attachment", Text: a.Name, ShownTo: Requester}); err != nil {
		return err
	}
	if by.IsStaff() {
		return nil
	}
	if before := nextBefore(r); r.State != Received && r.Next != nextDocument {
		if err := a.Displace(tx, before); err != nil {
			return err
		}
	}
	return Advance(tx, documented(r, tx.Now), complementedState(r.State))
}

// nextDocument is the next action once a requester's document came.
const nextDocument = "document"

// nextBefore is the next action to go back to once documents were read: nobody is
// awaited any more when one came.
func nextBefore(r Request) string {
	if r.State == Awaiting {
		return NextStudy
	}
	return r.Next
}

// allRead gives a request the next action back that documents took the place of,
// when none of them is new any more. Its version stays: whoever opens a document
// from a page can go on with that page.
func allRead(tx *store.Tx, r Request) error {
	if r.Next != nextDocument || r.State == Closed {
		return nil
	}
	all, err := attachment.Of(&tx.View, fileOf(r))
	if err != nil || slices.ContainsFunc(all, attachment.Attachment.IsNew) {
		return err
	}
	next, err := attachment.Displaced(&tx.View, fileOf(r))
	if err != nil {
		return err
	}
	return tx.Update(`UPDATE request SET next_action = $1 WHERE id = $2 AND platform = $3 AND next_action = $4`, cmp.Or(next, NextStudy), r.ID, r.Platform, nextDocument)
}

// newFirst puts documents that nobody opened before the others.
func newFirst(all []attachment.Attachment) []attachment.Attachment {
	old := func(a attachment.Attachment) bool { return !a.IsNew() }
	slices.SortStableFunc(all, func(a, b attachment.Attachment) int {
		switch {
		case old(a) == old(b):
			return 0
		case old(b):
			return -1
		}
		return 1
	})
	return all
}

// documented is r with its next action: to read what came. Anyone can join a
// document: that neither brings the date forward that was promised nor puts a
// request before others.
func documented(r Request, now time.Time) Request {
	promised := r.NextAt
	r = complemented(r, now)
	if r.State != Received {
		r.Next = nextDocument
	}
	if !promised.IsZero() {
		r.NextAt = promised
	}
	return r
}

// IsHere says whether the actor can find a request, before anything large is
// read for it.
func IsHere(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) error {
	return db.Read(ctx, func(v *store.View) error {
		_, err := Find(v, by, id)
		return err
	})
}

// FormAttachments lists the files of a form that was not sent yet; what was sent
// is not shown again, only counted.
func FormAttachments(ctx context.Context, db *store.DB, by access.Actor, form string) (all []attachment.Attachment, sent int, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		r, err := findSent(v, by, form)
		if err == nil && r.ID == "" {
			d, err := findDraft(v, form)
			if err != nil {
				return err
			}
			all, err = attachment.Of(v, draftOf(d.Fields.Platform, form))
			return err
		}
		if err != nil {
			return err
		}
		files, err := attachment.Of(v, fileOf(r))
		for _, f := range files {
			if f.IsPublic() {
				sent++
			}
		}
		return err
	})
	return all, sent, err
}

// DetachFromForm forgets a file of a form that was not sent yet.
func DetachFromForm(ctx context.Context, db *store.DB, by access.Actor, form string, id phare.ID) error {
	if err := by.Check(access.SubmitRequest); err != nil {
		return err
	}
	act := by.Act("attachment.drop", traceOf(form))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		if _, err := findSent(&tx.View, by, form); err != nil {
			return err
		}
		d, err := findDraft(&tx.View, form)
		if err != nil {
			return err
		}
		if _, err := attachment.Find(&tx.View, draftOf(d.Fields.Platform, form), id); err != nil {
			return err
		}
		return attachment.Drop(tx, phare.FormHash(form), id)
	})
}

// OpenAttachment gives a file out to someone of the desk. The look is written
// down before the first byte leaves; read then writes the bytes.
func OpenAttachment(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID) (a attachment.Attachment, read func(io.Writer) error, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return a, nil, err
	}
	act := by.Act("attachment.open", string(id)).For(string(piece))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		if a, err = attachment.Find(&tx.View, fileOf(r), piece); err != nil {
			return err
		}
		if !a.IsOut() {
			return phare.Fault(phare.Conflict, "attachment.closed")
		}
		if err := a.Open(tx); err != nil {
			return err
		}
		return allRead(tx, r)
	})
	return a, func(w io.Writer) error {
		return a.Read(func(f func(*store.View) error) error { return db.Read(ctx, f) }, w)
	}, err
}

// maxReason is how long the reason of a withdrawal may be, in characters.
const maxReason = 400

// WithdrawAttachment takes a file back, with the reason.
func WithdrawAttachment(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case by.Check(access.TriageRequest) != nil:
		return by.Check(access.TriageRequest)
	case reason == "":
		return phare.Field("withdrawal", "attachment.reason.missing")
	case len([]rune(reason)) > maxReason:
		return phare.Field("withdrawal", "desk.toolong")
	}
	return onAttachment(ctx, db, by, id, piece, func(tx *store.Tx, r Request, a attachment.Attachment) error {
		if a.State == attachment.Withdrawn {
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		if err := a.Withdraw(tx, fileOf(r), by.Name, reason); err != nil {
			return err
		}
		if err := allRead(tx, r); err != nil {
			return err
		}
		return Tell(tx, by, r, Event{Kind: "attachment.withdrawn", Text: a.Name, ShownTo: Team})
	})
}

// RestoreAttachment undoes a withdrawal while the bytes are kept.
func RestoreAttachment(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	return onAttachment(ctx, db, by, id, piece, func(tx *store.Tx, r Request, a attachment.Attachment) error {
		if err := a.PutBack(tx, fileOf(r)); err != nil {
			return err
		}
		return Tell(tx, by, r, Event{Kind: "attachment.back", Text: a.Name, ShownTo: Team})
	})
}

// onAttachment changes one file of a request.
func onAttachment(ctx context.Context, db *store.DB, by access.Actor, id, piece phare.ID, do func(*store.Tx, Request, attachment.Attachment) error) error {
	act := by.Act("attachment.change", string(id)).For(string(piece))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		r, err := Find(&tx.View, by, id)
		if err != nil {
			return err
		}
		a, err := attachment.Find(&tx.View, fileOf(r), piece)
		if err != nil {
			return err
		}
		return do(tx, r, a)
	})
}

// PurgeAttachments forgets the bytes of files of one platform that were withdrawn
// long ago.
func PurgeAttachments(ctx context.Context, db *store.DB, by access.Actor) (n int64, err error) {
	nothing := errors.New("nothing to forget")
	act := by.Act("attachment.purge", by.Platform)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if n, err = attachment.Purge(tx, by.Platform); err == nil && n == 0 {
			return nothing
		}
		return err
	})
	if errors.Is(err, nothing) {
		err = nil
	}
	return n, err
}

// FileQuota is how many bytes of files a desk keeps, and may keep.
func FileQuota(ctx context.Context, db *store.DB, platform string) (used, most int64, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		used, most, err = attachment.Quota(v, platform)
		return err
	})
	return used, most, err
}

// SetFileQuota changes it; only the operator's commands do.
func SetFileQuota(ctx context.Context, db *store.DB, by access.Actor, most int64) error {
	if by.Role != access.System || most < 0 {
		return phare.Fault(phare.Forbidden, "error.forbidden")
	}
	act := by.Act("platform.quota", by.Platform)
	return db.Write(ctx, act, func(tx *store.Tx) error {
		return tx.Update(`UPDATE platform SET file_quota = $1 WHERE id = $2`, most, by.Platform)
	})
}
