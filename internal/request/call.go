package request

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Channels by which a request comes to the desk other than by its own form.
const (
	Phone  = "phone"
	Letter = "letter"
	Fax    = "fax"
	Mail   = "mail"
	MSS    = "mss" // MSSanté
	API    = "api" // another program, with a key
)

// Channels are those of the page that notes a call or a letter.
func Channels() []string { return []string{Phone, Letter, Fax, Mail, MSS} }

// CheckCall says what keeps the note of a call or a letter from being a request:
// who calls, how urgent it is, the caller's own words, and a number to call back,
// or that there is none. All else can come later.
func (f Fields) CheckCall(now time.Time) error {
	f = f.Tidy()
	var who, urgency, words, phone, name, channel, came *phare.Error
	if !slices.Contains(Kinds(), f.Who) {
		who = phare.Field("who", "call.who.missing")
	}
	if !slices.Contains(Answers("urgency"), f.Urgency) {
		urgency = phare.Field("urgency", "call.urgency.missing")
	}
	if f.Story == "" {
		words = phare.Field("story", "call.story.missing")
	}
	if f.Name == "" {
		name = phare.Field("name", "call.name.missing")
	}
	switch {
	case f.Phone == "" && f.Channel == Phone && !f.IsUnsure("phone"):
		phone = phare.Field("phone", "call.phone.missing")
	case f.Phone != "" && !isPhone(f.Phone):
		phone = phare.Field("phone", "request.phone.bad")
	}
	if !slices.Contains(Channels(), f.Channel) {
		channel = phare.Field("channel", "call.channel.missing")
	}
	switch {
	case f.Channel != Phone && f.Came == "":
		came = phare.Field("came", "call.came.missing")
	case f.Came != "" && (len(f.Came) != len(time.DateOnly) || !isBirthDate(f.Came, now)):
		came = phare.Field("came", "call.came.bad")
	}
	all := []*phare.Error{urgency, channel, came, who, name, phone, words}
	return phare.Faults(slices.Concat(all, f.unreadable(now))...)
}

// unreadable are the faults of what was typed: what is only missing is none.
func (f Fields) unreadable(now time.Time) (all []*phare.Error) {
	for _, e := range f.faults(now) {
		if e != nil && f.Get(e.Field) != "" && e.Field != "phone" && e.Field != "news" {
			all = append(all, e)
		}
	}
	return all
}

// TakeCall makes a request of what someone of the desk notes during a call, or
// from a letter: at once, with a reference to be read aloud. The caller's words
// stand in the timeline as they were said, whatever the file says later.
func TakeCall(ctx context.Context, db *store.DB, key access.Key, by access.Actor, form string, f Fields) (Receipt, error) {
	return takeNoted(ctx, db, sending{key: key, by: by, form: form}, f)
}

func takeNoted(ctx context.Context, db *store.DB, s sending, f Fields) (Receipt, error) {
	by, form := s.by, s.form
	if err := by.Check(access.TriageRequest); err != nil {
		return Receipt{}, err
	}
	f.Platform = by.Platform
	f = f.Tidy()
	f.Diagnosis = cmp.Or(f.Diagnosis, NotKnown)
	if err := f.CheckCall(db.Now()); err != nil {
		return Receipt{}, err
	}
	if !isForm(form) {
		return Receipt{}, phare.Fault(phare.Invalid, "request.form.bad")
	}
	return submitAgain(ctx, db, s, f)
}

// tellCall writes the source of a request that the desk typed into its timeline:
// the words, and what was promised.
func tellCall(tx *store.Tx, by access.Actor, r Request) error {
	if !r.IsNoted() {
		return nil
	}
	if err := Tell(tx, by, r, Event{Kind: "said", Text: r.Fields.Story, ShownTo: Team}); err != nil || r.Fields.Promised == "" {
		return err
	}
	return Tell(tx, by, r, Event{Kind: "promised", Text: r.Fields.Promised, ShownTo: Team})
}

// IsNoted says whether the desk noted the request for someone, on the page of calls.
func (r Request) IsNoted() bool { return r.Fields.Channel != "" }

// Missing are the facts that the form would have asked for and that a noted
// request does not hold yet, in its order; none for any other.
func (r Request) Missing() (names []string) {
	if !r.IsNoted() || r.IsErased() {
		return nil
	}
	for _, x := range Form(r.Fields.Who) {
		if x.Need == Optional || !r.Fields.Asks(x) || r.Fields.IsUnsure(x.Name) {
			continue
		}
		switch given := r.Fields.Get(x.Name) != ""; {
		case given, x.Name == "phone" && r.Fields.Mail != "", x.Need == Either && r.Fields.FirstName+r.Fields.FamilyName != "":
		case x.Need == Either && x.Name == "family_name": // one of the two, told once
		default:
			names = append(names, x.Name)
		}
	}
	return names
}

// longestRecord bounds the words that tell what was completed.
const longestRecord = 20000

// Complete writes down what the desk learned since about a request that it noted:
// on the same file, nothing typed twice. words tell the team what was changed, with
// what stood there before; the words first said stay in the timeline. The
// requester's own forms are never changed by the desk.
func Complete(ctx context.Context, db *store.DB, by access.Actor, ref Ref, f Fields, words string) error {
	return change(ctx, db, by, ref, step{verb: "request.complete", do: func(tx *store.Tx, r Request) error {
		if !r.IsNoted() {
			return phare.Fault(phare.Conflict, "call.complete.own")
		}
		if r.State == Closed {
			return phare.Fault(phare.Conflict, "request.move.illegal")
		}
		f.Platform, f.Channel, f.Came, f.Promised, f.Lang = r.Platform, r.Fields.Channel, r.Fields.Came, r.Fields.Promised, r.Fields.Lang
		f = f.Tidy()
		f.Diagnosis, f.Urgency = cmp.Or(f.Diagnosis, NotKnown), cmp.Or(f.Urgency, r.Fields.Urgency)
		if Form(f.Who) == nil {
			f.Who = r.Fields.Who
		}
		if err := phare.Faults(f.unreadable(tx.Now)...); err != nil {
			return err
		}
		if err := notHuge(f); err != nil || f == r.Fields {
			return err
		}
		if words = strings.TrimSpace(words); utf8.RuneCountInString(words) > longestRecord {
			return phare.Fault(phare.Invalid, "request.form.huge")
		}
		if soon := r.CreatedAt.Add(NewsWithin(f.Urgency)); soon.Before(r.NextAt) && r.State == Received {
			r.NextAt = soon // it is more pressing than it was thought
		}
		r.Fields = f
		if err := rewrite(tx, r); err != nil {
			return err
		}
		return Tell(tx, by, r, Event{Kind: "completed", Text: words, ShownTo: Team})
	}})
}

// rewrite stores the fields of a request anew, with all that follows from them.
func rewrite(tx *store.Tx, r Request) error {
	fields, err := json.Marshal(r.Fields)
	if err != nil {
		return err
	}
	f := r.Fields
	row := store.SealRow(r.Platform, Subject(r.ID), "request", r.ID)
	err = tx.Update(`UPDATE request SET fields = $1, who = $2, question = $3, urgency = $4, requester = $5, place = $6, initials = $7,
		birth_date = $8, priority = $9, next_at = $10, version = version + 1 WHERE id = $11 AND platform = $12 AND version = $13`,
		row.In("fields", string(fields)), f.Who, row.In("question", f.Subject()), f.Urgency, row.In("requester", f.Name), row.In("place", cmp.Or(f.Commune, f.Place)),
		row.In("initials", initials(f)), row.In("birth_date", f.BirthDate), priority(f.Urgency), r.NextAt, r.ID, r.Platform, r.Version)
	if err != nil {
		return err
	}
	return Reindex(tx, r.Platform, string(r.ID))
}

// CallReceipt is what is read aloud at the end of a call: the receipt of a form
// that someone of the desk sent, within its circle.
func CallReceipt(ctx context.Context, db *store.DB, key access.Key, by access.Actor, form string) (receipt Receipt, f Fields, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return Receipt{}, f, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		id, err := store.One(v, store.Value[string], `SELECT id FROM request WHERE form = $1 AND platform = $2`, phare.FormHash(form), by.Platform)
		if err != nil {
			return err
		}
		r, err := Find(v, by, phare.ID(id))
		if err == nil && !r.IsNoted() {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		if err != nil {
			return err
		}
		receipt, f = receiptOf(r, key, form, db.Now()), r.Fields
		return nil
	})
	return receipt, f, err
}
