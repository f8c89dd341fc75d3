package request

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/store"
)

// DraftLife is how long a draft that nobody touches is kept.
const DraftLife = 30 * 24 * time.Hour

// NewForm names a form that someone begins to fill in: 128 random bits. Who
// holds it can go on with the draft, until it is sent; nothing is shown without it.
func NewForm() string { return phare.NewForm() }

// idLetters are the characters of an ID.
const idLetters = "0123456789abcdefghjkmnpqrstvwxyz"

// IsForm says whether a text has the shape of a form's id.
func IsForm(form string) bool { return isForm(form) }

func isForm(form string) bool {
	return len(form) == phare.FormLength && strings.Trim(form, idLetters) == ""
}

// traceOf names a form in the audit trail without giving its id away.
func traceOf(form string) string {
	return "form:" + phare.FormHash(form)[:16]
}

// Draft is a form that was begun and not yet sent.
type Draft struct {
	Form      string
	Code      string // by which it is gone on with: see Resume
	Fields    Fields
	UpdatedAt time.Time
	author    string // the account of the desk that began it
}

// SaveDraft keeps what was typed so far, right or wrong, and returns it tidy.
// edit changes the fields of the draft, which are empty for a new one; after
// the form was sent they begin as they were sent, and it stays with the desk that
// has it whatever territory is typed. It can be called twice.
func SaveDraft(ctx context.Context, db *store.DB, by access.Actor, form string, edit func(*Fields)) (f Fields, err error) {
	if err := by.Check(access.SubmitRequest); err != nil {
		return Fields{}, err
	}
	if !isForm(form) {
		return Fields{}, phare.Fault(phare.Invalid, "request.form.bad")
	}
	act := by.Act("draft.save", traceOf(form))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		if err := knownPlatform(&tx.View, by.Platform); err != nil {
			return err
		}
		sent, err := findSent(&tx.View, by, form)
		if err != nil {
			return err
		}
		if sent.ID != "" && sent.Platform != by.Platform {
			return phare.Fault(phare.Forbidden, "error.forbidden")
		}
		d, err := draftElse(&tx.View, form, sent.Fields)
		if err != nil {
			return err
		}
		f = d.Fields
		before := f.Platform
		edit(&f)
		if sent.ID == "" {
			f.Platform = by.Platform
		} else if err := knownPlatform(&tx.View, f.Platform); err != nil {
			return err
		}
		f = f.Tidy()
		if err := notHuge(f); err != nil {
			return err
		}
		if sent.print == printOf(f) { // it says what was already sent
			return deleteDraft(tx, form)
		}
		d.Form, d.Fields = form, f
		if err := upsertDraft(tx, by, d); err != nil || sent.ID != "" || f.Platform == before {
			return err
		}
		return attachment.Move(tx, phare.FormHash(form), draftOf(f.Platform, form)) // another desk was chosen
	})
	return f, err
}

// findSent is the request that a form became, empty when it was not sent.
func findSent(v *store.View, by access.Actor, form string) (Request, error) {
	if _, err := findByForm(v, form); isUnsent(err) {
		return Request{}, nil
	}
	return findByFormFor(v, by, form)
}

// draftElse is where editing goes on: the draft, else what was sent, else nothing.
func draftElse(v *store.View, form string, sent Fields) (Draft, error) {
	d, err := findDraft(v, form)
	if phare.KindOf(err) == phare.NotFound {
		return Draft{Fields: sent}, nil
	}
	return d, err
}

// notHuge keeps a draft, which can be anything, within what a page can post.
func notHuge(f Fields) error {
	const most = 60_000 // bytes; what can be sent is far shorter
	n := 0
	for _, x := range f.each() {
		n += len(*x.value)
	}
	if n > most {
		return phare.Fault(phare.Invalid, "request.form.huge")
	}
	return nil
}

func knownPlatform(v *store.View, id string) error {
	_, err := store.One(v, store.Value[string], `SELECT id FROM platform WHERE id = $1`, id)
	if phare.KindOf(err) == phare.NotFound {
		return phare.Field("platform", "request.platform.missing")
	}
	return err
}

// GetDraft returns the draft of a form, to whoever holds its id. A form that
// was sent, or never begun, is NotFound.
func GetDraft(ctx context.Context, db *store.DB, form string) (d Draft, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		if _, err := findByForm(v, form); !isUnsent(err) {
			return orNotFound(err)
		}
		d, err = findDraft(v, form)
		return err
	})
	return d, err
}

// orNotFound is err, or NotFound where there was none.
func orNotFound(err error) error {
	if err == nil {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return err
}

// PurgeDrafts forgets the drafts of one platform that nobody touched for
// DraftLife, and says how many.
func PurgeDrafts(ctx context.Context, db *store.DB, by access.Actor) (n int64, err error) {
	nothing := errors.New("nothing to forget")
	act := by.Act("draft.purge", by.Platform)
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		old, err := store.All(&tx.View, store.Value[string], `SELECT form FROM draft WHERE platform = $1 AND updated_at < $2`, by.Platform, tx.Now.Add(-DraftLife))
		for _, kept := range old {
			err = errors.Join(err, forgetDraft(tx, kept))
		}
		n = int64(len(old))
		codes, e := forgetCodes(tx, by.Platform)
		if err = errors.Join(err, e); err == nil && n+codes == 0 {
			return nothing
		}
		return err
	})
	if errors.Is(err, nothing) {
		err = nil
	}
	return n, err
}

func findDraft(v *store.View, form string) (Draft, error) {
	d, err := store.One(v, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE form = $1`, phare.FormHash(form))
	d.Form = form
	return d, err
}

const draftColumns = `form, fields, code, open_form, author, updated_at`

func scanDraft(row store.Row) (d Draft, err error) {
	var kept, fields string
	err = row.Scan(&kept, store.Sealed(&fields, "draft.fields", &kept), store.Sealed(&d.Code, "draft.code", &kept), store.Sealed(&d.Form, "draft.open_form", &kept),
		&d.author, store.Time(&d.UpdatedAt))
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(fields), &d.Fields)
}

// upsertDraft keeps a draft. Its code stays the same from the first page to the
// last; who of the desk began it stays its author. A draft that had no address to
// be reminded at may have one now.
func upsertDraft(tx *store.Tx, by access.Actor, d Draft) error {
	fields, err := json.Marshal(d.Fields)
	if err != nil {
		return err
	}
	if d.Code == "" {
		d.Code = newCode()
	}
	if d.UpdatedAt.IsZero() && by.IsStaff() {
		d.author = by.ID
	}
	kept := phare.FormHash(d.Form)
	row := store.SealRow(by.Platform, draftSubject(kept), "draft", kept)
	return tx.Exec(`INSERT INTO draft (form, platform, fields, updated_at, code, code_index, open_form, author) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (form) DO UPDATE SET platform = $2, fields = $3, updated_at = $4, code = $5, code_index = $6, open_form = $7, author = $8,
			reminded_at = CASE WHEN draft.reminded_at = '-' THEN '' ELSE draft.reminded_at END`,
		kept, by.Platform, row.In("fields", string(fields)), tx.Now, row.In("code", d.Code), codeIndex(by.Platform, d.Code), row.In("open_form", d.Form), d.author)
}

// ForgetDraft takes out what was typed into a request's form after it was sent.
func (r Request) ForgetDraft(tx *store.Tx) error { return forgetDraft(tx, r.form) }

func deleteDraft(tx *store.Tx, form string) error { return forgetDraft(tx, phare.FormHash(form)) }

// forgetDraft takes a draft out by what is kept of its id. Its files go with it,
// but for those that became a request's.
func forgetDraft(tx *store.Tx, kept string) error {
	if err := attachment.Drop(tx, kept, ""); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM draft WHERE form = $1`, kept); err != nil {
		return err
	}
	return tx.Forget(draftSubject(kept))
}

// draftSubject names the key of a draft, which goes with it.
func draftSubject(kept string) string { return "draft/" + kept }

// PlatformOf is the platform of a form that was begun or sent, for whoever holds
// its id, but for staff outside the circle of what it became.
func PlatformOf(ctx context.Context, db *store.DB, by access.Actor, form string) (platform string, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		sent, err := findSent(v, by, form)
		if err != nil {
			return err
		}
		if sent.ID != "" {
			platform = sent.Platform
			return nil
		}
		d, err := draftElse(v, form, Fields{})
		if err == nil && d.Fields.Platform == "" {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		platform = d.Fields.Platform
		return err
	})
	return platform, err
}

// SentTo is the platform that a form was sent to, empty when it was not sent: what
// is typed in it afterwards changes nothing of where it belongs. Staff outside the
// circle of what it became are refused.
func SentTo(ctx context.Context, db *store.DB, by access.Actor, form string) (platform string, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		sent, err := findSent(v, by, form)
		platform = sent.Platform
		return err
	})
	return platform, err
}
