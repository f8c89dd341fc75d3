package request

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

const columns = `id, platform, reference, secret, form, form_print, channel, fields, patient, state, owner, awaited,
	next_action, next_at, version, created_at, first_look_at, closed_at, close_reason, asked_at, signed_at, guard, begun_at, given_at`

func scan(row store.Row) (r Request, err error) {
	var fields string
	var patient *string
	var begun string
	err = row.Scan(&r.ID, &r.Platform, &r.Reference, &r.secret, &r.form, store.Sealed(&r.print, "request.form_print", &r.ID), &r.Channel, store.Sealed(&fields, "request.fields", &r.ID), &patient,
		&r.State, &r.Owner, &r.Awaited, &r.Next, store.Time(&r.NextAt), &r.Version,
		store.Time(&r.CreatedAt), store.Time(&r.FirstLookAt), store.Time(&r.ClosedAt), &r.CloseReason,
		store.Time(&r.AskedAt), store.Time(&r.SignedAt), &r.Guard, &begun, store.Time(&r.GivenAt))
	if err != nil {
		return r, err
	}
	r.begun = begun != ""
	if patient != nil {
		r.Patient = phare.ID(*patient)
	}
	if fields == "" { // erased: its key was destroyed
		return r, nil
	}
	return r, json.Unmarshal([]byte(fields), &r.Fields)
}

// Subject names the file whose key seals all that is written of a request.
func Subject(id phare.ID) string { return "request/" + string(id) }

// birthIndex is what a date of birth is found by.
func birthIndex(platform, date string) any { return store.Blind(platform, "request.birth_date", date) }

// Find reads one request of the actor's platform inside a transaction, for the
// rooms that act on it: of the staff only its circle finds it. It leaves no audit
// entry: the verb around it does.
func Find(v *store.View, by access.Actor, id phare.ID) (Request, error) {
	if err := circle.Check(v, by, id); err != nil {
		return Request{}, err
	}
	return find(v, by, id)
}

// FindToRead is Find for what shows a request and changes nothing of it: an
// exceptional access finds it too.
func FindToRead(v *store.View, by access.Actor, id phare.ID) (Request, error) {
	if err := circle.CheckReading(v, by, id); err != nil {
		return Request{}, err
	}
	return find(v, by, id)
}

// find reads past the circle.
func find(v *store.View, by access.Actor, id phare.ID) (Request, error) {
	return standing(by)(store.One(v, scan, `SELECT `+columns+` FROM request WHERE id = $1 AND platform = $2`, id, by.Platform))
}

// FindByReference is Find by a reference as it was typed.
func FindByReference(v *store.View, by access.Actor, typed string) (Request, error) {
	ref, ok := ParseReference(typed)
	if !ok {
		return Request{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	r, err := store.One(v, scan, `SELECT `+columns+` FROM request WHERE reference = $1 AND platform = $2`, ref, by.Platform)
	if err == nil {
		err = circle.Check(v, by, r.ID)
	}
	if err != nil {
		return Request{}, err
	}
	return standing(by)(r, nil)
}

// ErasedForm begins what stands in the place of a form's hash once the request was
// erased; the hash follows, so that the form is never used again. No hash begins so.
const ErasedForm = "erased "

// IsErased says whether the content of the request was taken out of the database.
func (r Request) IsErased() bool { return strings.HasPrefix(r.form, ErasedForm) }

// standing refuses staff a request that was erased: nothing can be read of it,
// and nothing must be written, which would be sealed with a new key.
func standing(by access.Actor) func(Request, error) (Request, error) {
	return func(r Request, err error) (Request, error) {
		if err == nil && r.IsErased() && by.IsStaff() {
			return Request{}, phare.Fault(phare.NotFound, "erasure.erased")
		}
		return r, err
	}
}

// screen takes out of some requests those that do not exist for the actor, and
// those of a confidential file from outside it; of others from outside a file it
// leaves no more than stands on the wall.
func screen(v *store.View, by access.Actor, all []Request) ([]Request, error) {
	files := make([]circle.File, len(all))
	for i, r := range all {
		files[i] = circle.File{ID: r.ID, Guard: r.Guard, Owner: r.Owner}
	}
	stands, err := circle.Stands(v, by, files)
	if err != nil {
		return nil, err
	}
	var seen []Request
	for _, r := range all {
		switch verdict := stands[r.ID].Verdict; {
		case verdict == circle.In:
			seen = append(seen, r)
		case verdict != circle.Barred && !circle.IsConfidential(r.Guard):
			seen = append(seen, Request{ID: r.ID, Platform: r.Platform, Reference: r.Reference, State: r.State, Owner: r.Owner, CreatedAt: r.CreatedAt})
		}
	}
	return seen, nil
}

// errErasedForm is for a form whose request was erased: there is no such form.
var errErasedForm = phare.Fault(phare.NotFound, "error.notfound")

// findByForm reads the request that a form became. The form's id is unguessable
// and stands for itself, whatever the platform it was sent to.
func findByForm(v *store.View, form string) (Request, error) {
	hash := phare.FormHash(form)
	r, err := store.One(v, scan, `SELECT `+columns+` FROM request WHERE form IN ($1, $2)`, hash, ErasedForm+hash)
	if err == nil && r.IsErased() {
		return Request{}, errErasedForm
	}
	return r, err
}

// isUnsent says whether a form became no request yet, of the error that findByForm gives.
func isUnsent(err error) bool {
	return phare.KindOf(err) == phare.NotFound && !errors.Is(err, errErasedForm)
}

// findByFormFor is findByForm for whoever holds the form's id. Of the request's own
// desk they must be in its circle: the address of a form is no way around that.
func findByFormFor(v *store.View, by access.Actor, form string) (Request, error) {
	r, err := findByForm(v, form)
	if err == nil && by.IsStaff() && by.Platform == r.Platform {
		err = circle.Check(v, by, r.ID)
	}
	if err != nil {
		return Request{}, err
	}
	return r, nil
}

func insert(tx *store.Tx, r Request) error {
	fields, err := json.Marshal(r.Fields)
	if err != nil {
		return err
	}
	f := r.Fields
	row := store.SealRow(r.Platform, Subject(r.ID), "request", r.ID)
	err = tx.Exec(`INSERT INTO request (`+columns+`, who, question, urgency, requester, place, initials, birth_date, priority, birth_index, stated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, '', '', $22, $23, $24, $25, $26, $27, $28, $29, $30, $15)`,
		r.ID, r.Platform, r.Reference, r.secret, r.form, row.In("form_print", r.print), r.Channel, row.In("fields", string(fields)),
		r.State, r.Owner, r.Awaited, r.Next, r.NextAt, r.Version, r.CreatedAt, r.FirstLookAt, r.ClosedAt, r.CloseReason, r.AskedAt, r.SignedAt, r.Guard,
		f.Who, row.In("question", f.Subject()), f.Urgency, row.In("requester", f.Name), row.In("place", cmp.Or(f.Commune, f.Place)),
		row.In("initials", initials(f)), row.In("birth_date", f.BirthDate), priority(f.Urgency), birthIndex(r.Platform, f.BirthDate))
	if err != nil {
		return err
	}
	if err := noteMove(tx, r, moved{became: string(r.State)}); err != nil {
		return err
	}
	return addWords(tx, r.Platform, r.ID, findWords(r))
}

// Advance moves a request on inside a transaction, with its next action and the
// date by which the requester hears again; it is the only door to a state. next is
// what the caller decided: that it is closed or signed, that someone is awaited, or
// that the desk goes on. Where the request then stands is computed from its needs,
// questions and tasks (package course); the requester is told of the step. Repeating the version read makes the
// second of two people see a conflict, not a lost change.
func Advance(tx *store.Tx, r Request, next State) error { return advance(tx, r, next, false) }

// AdvanceUntold is Advance for a step of which the requester is not told: that an
// answer is ready, or taken up again, which may not leave.
func AdvanceUntold(tx *store.Tx, r Request, next State) error {
	r.untold = true
	return advance(tx, r, next, false)
}

// Restate computes a request's state again after something below it changed,
// without any decision about the request itself.
func Restate(tx *store.Tx, r Request) error { return advance(tx, r, r.State, true) }

func advance(tx *store.Tx, r Request, next State, again bool) error {
	if r.State != next && !r.State.CanBecome(next) {
		return phare.Fault(phare.Conflict, "request.move.illegal")
	}
	if next == Closed && r.CloseReason == "" {
		return phare.Fault(phare.Invalid, "request.close.reason")
	}
	if next == Closed {
		if err := concluded(&tx.View, r); err != nil {
			return err
		}
	}
	stands, err := state(tx, &r, next, again)
	if err != nil {
		return err
	}
	if stands == Closed && next != Closed { // its answer had left, and the last need ended
		if next, err = Closed, end(tx, &r); err != nil {
			return err
		}
	}
	if err := noteChange(tx, r, stands); err != nil {
		return err
	}
	switch next {
	case Asked:
		r.AskedAt = cmp.Or(r.AskedAt, tx.Now)
	case Signed:
		if r.State != Signed { // else only its holder or its next action changes
			r.SignedAt = tx.Now
		}
	case Closed:
		r.ClosedAt, r.Next = tx.Now, ""
	}
	var begun time.Time
	if next != Received {
		begun = tx.Now
	}
	err = tx.Update(`UPDATE request SET state = $1, owner = $2, awaited = $3, next_action = $4, next_at = $5,
		first_look_at = $6, closed_at = $7, close_reason = $8, asked_at = $9, signed_at = $10, version = version + 1,
		begun_at = CASE begun_at WHEN '' THEN $14 ELSE begun_at END, stated_at = $15, given_at = $16
		WHERE id = $11 AND platform = $12 AND version = $13`,
		stands, r.Owner, r.Awaited, r.Next, r.NextAt, r.FirstLookAt, r.ClosedAt, r.CloseReason, r.AskedAt, r.SignedAt, r.ID, r.Platform, r.Version, begun, tx.Now, r.GivenAt)
	if err != nil {
		return err
	}
	return tellStep(tx, r, stands)
}

// Tell adds one line to a request's timeline.
func Tell(tx *store.Tx, by access.Actor, r Request, e Event) error {
	id := phare.NewID()
	return tx.Exec(`INSERT INTO event (id, platform, request, at, actor, name, kind, text, shown_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		id, r.Platform, r.ID, tx.Now, by.ID, by.Name, e.Kind, store.SealRow(r.Platform, Subject(r.ID), "event", id).In("text", e.Text), e.ShownTo)
}

func events(v *store.View, by access.Actor, id phare.ID) ([]Event, error) {
	return store.All(v, func(row store.Row) (e Event, err error) {
		var line phare.ID
		err = row.Scan(&line, store.Time(&e.At), &e.Actor, &e.Name, &e.Kind, store.Sealed(&e.Text, "event.text", &line), &e.ShownTo)
		return e, err
	}, `SELECT id, at, actor, name, kind, text, shown_to FROM event WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC`, id, by.Platform)
}

// Signs reads the signs of a request of the actor's platform: present, absent,
// then asked in vain.
func Signs(v *store.View, by access.Actor, id phare.ID) ([]Sign, error) {
	return store.All(v, func(row store.Row) (s Sign, err error) {
		err = row.Scan(&s.HPO, &s.Presence, &s.Label)
		return s, err
	}, `SELECT hpo, presence, label FROM request_sign WHERE request = $1 AND platform = $2
		ORDER BY CASE presence WHEN 'present' THEN 0 WHEN 'absent' THEN 1 ELSE 2 END, label, hpo`, id, by.Platform)
}
