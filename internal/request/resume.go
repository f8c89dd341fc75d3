package request

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/store"
)

// A resume code is ten characters of Crockford's base 32 in two groups,
// "4K82W-77QXM": 50 random bits, short enough to be said aloud. It stands for the
// address of the form: who has it goes on with the draft until that is sent or
// purged. Four digits and two, as one would like to say, could be guessed: with
// ten thousand drafts a machine that is let try 300 times an hour would be in
// one of them every few minutes.
const codeLength = 10

// newCode draws a code.
func newCode() string {
	var raw [codeLength]byte
	rand.Read(raw[:])
	for i, c := range raw {
		raw[i] = crockford[c&31]
	}
	return string(raw[:])
}

// ShowCode groups a code so that it can be read aloud.
func ShowCode(code string) string {
	if len(code) != codeLength {
		return code
	}
	return code[:codeLength/2] + "-" + code[codeLength/2:]
}

// ParseCode reads a code as people type it: in any case, with or without dash
// and blanks, O for 0, I and L for 1.
func ParseCode(s string) (code string, ok bool) {
	s = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	code = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" -\u00a0\u202f.", c) {
			return -1
		}
		return c
	}, s)
	return code, len(code) == codeLength && strings.Trim(code, crockford) == ""
}

// codeIndex is what a draft is found by from its code: nothing that one could read.
func codeIndex(platform, code string) any { return store.Blind(platform, "draft.code", code) }

// Resume finds the draft that a code stands for. A code that never was, and
// those of drafts that were sent or purged, get the same answer after the same
// query: no row is read for any of them.
func Resume(ctx context.Context, db *store.DB, typed string) (d Draft, err error) {
	code, ok := ParseCode(typed)
	if !ok {
		return Draft{}, phare.Field("code", "resume.code.bad")
	}
	all, err := access.Platforms(ctx, db)
	if err != nil {
		return Draft{}, err
	}
	act := store.Act{Platform: "-", Actor: "public", Verb: "draft.resume", Subject: "draft"}
	if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
		return Draft{}, err
	}
	var places []string
	var args []any
	for i, p := range all {
		places, args = append(places, fmt.Sprintf("$%d", i+1)), append(args, codeIndex(p.ID, code))
	}
	err = db.Read(ctx, func(v *store.View) error {
		d, err = store.One(v, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE code_index IN (`+strings.Join(places, ", ")+`)`, args...)
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		return Draft{}, phare.Field("code", "resume.refused")
	}
	return d, err
}

// OwnDrafts are the drafts that someone of the desk began, the latest first.
func OwnDrafts(ctx context.Context, db *store.DB, by access.Actor) (all []Draft, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return nil, err
	}
	act := by.Act("draft.list", by.Platform)
	if err := db.Write(ctx, act, func(*store.Tx) error { return nil }); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all, err = store.All(v, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE platform = $1 AND author = $2 AND open_form <> '' ORDER BY updated_at DESC LIMIT 20`, by.Platform, by.ID)
		return err
	})
	return all, err
}

// RemindAfter is how long a draft rests before its owner is reminded of it, once.
const RemindAfter = 24 * time.Hour

// notReminded marks a draft that gave no address, so that it is not read again
// every hour.
const notReminded = "-"

// remindedAtOnce bounds one write.
const remindedAtOnce = 100

// RemindDrafts writes to those who began a form the day before, did not send it and
// gave a mail address, or else the number of a mobile telephone: once for a draft, and
// no more than once a day to an address or number. The message names nothing and opens nothing: it leads to the page that
// asks for the code. Mark and message are one commit. It says how many were written.
func RemindDrafts(ctx context.Context, db *store.DB, by access.Actor) (n int, err error) {
	for {
		var due []Draft
		err = db.Read(ctx, func(v *store.View) (err error) {
			due, err = dueDrafts(v, by)
			return err
		})
		if err != nil || len(due) == 0 {
			return n, err
		}
		for _, d := range due {
			sent, err := remind(ctx, db, by, d)
			if err != nil {
				return n, err
			}
			if sent {
				n++
			}
		}
	}
}

func dueDrafts(v *store.View, by access.Actor) ([]Draft, error) {
	return store.All(v, scanDraft, fmt.Sprintf(`SELECT `+draftColumns+` FROM draft
		WHERE platform = $1 AND updated_at < $2 AND reminded_at = '' AND author = '' AND open_form <> '' ORDER BY updated_at LIMIT %d`, remindedAtOnce),
		by.Platform, v.Now().Add(-RemindAfter))
}

// errTouched ends a reminder that finds its draft changed, reminded or gone meanwhile.
var errTouched = errors.New("the draft was touched")

// remind writes one reminder down, if the draft still wants one.
func remind(ctx context.Context, db *store.DB, by access.Actor, seen Draft) (sent bool, err error) {
	act := by.Act("draft.remind", traceOf(seen.Form))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		kept := phare.FormHash(seen.Form)
		d, err := store.One(&tx.View, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE form = $1 AND platform = $2 AND reminded_at = '' AND updated_at < $3`, kept, by.Platform, tx.Now.Add(-RemindAfter))
		if phare.KindOf(err) == phare.NotFound {
			return errTouched
		}
		if err != nil {
			return err
		}
		_, err = findByForm(&tx.View, d.Form)
		unsent := isUnsent(err)
		if err != nil && phare.KindOf(err) != phare.NotFound {
			return err
		}
		way, address := d.Fields.aloneReached()
		to := store.Blind(by.Platform, "draft.reminded", address)
		today, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM draft WHERE platform = $1 AND reminded = $2 AND reminded <> '' AND reminded_at > $3`, by.Platform, to, tx.Now.Add(-RemindAfter))
		if err != nil {
			return err
		}
		if sent = address != "" && unsent && today == 0; !sent {
			return tx.Update(`UPDATE draft SET reminded_at = $1 WHERE form = $2 AND platform = $3`, notReminded, kept, by.Platform)
		}
		if err := mail.Queue(tx, mail.Message{Platform: by.Platform, Request: aboutDraft(d.Form), Way: way, To: address, Kind: "draft", Lang: d.Fields.Lang, Link: ResumePath}); err != nil {
			return err
		}
		return tx.Update(`UPDATE draft SET reminded_at = $1, reminded = $2 WHERE form = $3 AND platform = $4`, tx.Now, to, kept, by.Platform)
	})
	if errors.Is(err, errTouched) {
		return false, nil
	}
	return sent, err
}

// aloneReached is how who fills in a form can be written to before it is sent: by
// mail, or else by SMS; no address: not at all.
func (f Fields) aloneReached() (way, address string) {
	switch {
	case mail.IsAddress(f.Mail):
		return mail.ByMail, f.Mail
	case f.Mail == "" && mail.IsMobile(f.Phone):
		return mail.BySMS, mail.Number(f.Phone)
	}
	return "", ""
}

// ResumePath is the page that asks for a code.
const ResumePath = "/reprendre"

// SendCode writes the code of a draft to a mail address or to a mobile telephone that
// the person gives, at most mostCodes times for one draft. The message says no more than the code, which
// stands sealed in the outbox until it has left, and where it is typed.
func SendCode(ctx context.Context, db *store.DB, by access.Actor, form, to string) error {
	way, to := mail.ByMail, phare.Clean(to)
	switch {
	case mail.IsMobile(to):
		way, to = mail.BySMS, mail.Number(to)
	case !mail.IsAddress(to):
		return phare.Field("code_mail", "resume.mail.bad")
	}
	act := by.Act("draft.code", traceOf(form))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		d, err := findDraft(&tx.View, form)
		if err != nil {
			return err
		}
		sent, err := store.One(&tx.View, store.Value[int], `SELECT codes FROM draft WHERE form = $1 AND platform = $2`, phare.FormHash(form), d.Fields.Platform)
		if err != nil {
			return err
		}
		if sent >= mostCodes {
			return phare.Field("code_mail", "resume.sent.many")
		}
		if err := mail.Queue(tx, mail.Message{Platform: d.Fields.Platform, Request: aboutDraft(form), Way: way, To: to, Kind: "code", Lang: d.Fields.Lang, Link: ShowCode(d.Code)}); err != nil {
			return err
		}
		return tx.Update(`UPDATE draft SET codes = codes + 1 WHERE form = $1 AND platform = $2`, phare.FormHash(form), d.Fields.Platform)
	})
}

// mostCodes is how often the code of one draft is sent: enough for a mistake, too
// few to plague anyone.
const mostCodes = 2

// draftMessage begins what stands as the request of a message about a draft.
const draftMessage = "form:"

// aboutDraft is what a message about a draft belongs to: its key is destroyed with
// the address it went to, when the draft would be purged.
func aboutDraft(form string) phare.ID { return phare.ID(traceOf(form)) }

// forgetCodes forgets whom messages about drafts went to.
func forgetCodes(tx *store.Tx, platform string) (int64, error) {
	old, err := store.All(&tx.View, store.Value[string], `SELECT DISTINCT request FROM message WHERE platform = $1 AND request LIKE '`+draftMessage+`%' AND at < $2`, platform, tx.Now.Add(-DraftLife))
	for _, about := range old {
		err = errors.Join(err, tx.Exec(`DELETE FROM message WHERE request = $1 AND platform = $2`, about, platform), tx.Forget(Subject(phare.ID(about))))
	}
	return int64(len(old)), err
}

// OwnDraft is a draft that someone of the desk began, to them. Another's, or one of
// another desk, is NotFound.
func OwnDraft(ctx context.Context, db *store.DB, by access.Actor, form string) (d Draft, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return Draft{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		d, err = store.One(v, scanDraft, `SELECT `+draftColumns+` FROM draft WHERE form = $1 AND platform = $2 AND author = $3`, phare.FormHash(form), by.Platform, by.ID)
		return err
	})
	d.Form = form
	return d, err
}

// ForgetOwnDraft forgets a draft that someone of the desk began.
func ForgetOwnDraft(ctx context.Context, db *store.DB, by access.Actor, form string) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	act := by.Act("draft.forget", traceOf(form))
	return db.Write(ctx, act, func(tx *store.Tx) error {
		_, err := store.One(&tx.View, store.Value[string], `SELECT form FROM draft WHERE form = $1 AND platform = $2 AND author = $3`, phare.FormHash(form), by.Platform, by.ID)
		if err != nil {
			return err
		}
		return deleteDraft(tx, form)
	})
}
