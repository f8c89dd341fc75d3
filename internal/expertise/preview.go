package expertise

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/directory"
	"phare/internal/mail"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
)

// AskForm is a question as the desk writes it. The story and the rest begin as
// the requester wrote them; the desk takes out what an expert must not see.
type AskForm struct {
	Form     string // unguessable id of the form: one form, one question
	Request  phare.ID
	To       Recipient
	Ask      string
	Urgency  string
	Disease  string
	Story    string
	Done     string
	Why      string // a kind of override, where the person's agreement is missing
	Override string // and its words
	Reread   bool   // the words that could be names were looked at
	Seen     string // print of the preview that was looked at
}

// How long a text may be, in characters.
const (
	maxLine = 200
	maxText = 8000
)

// allowed are the states of a request in which an expert can be asked.
var allowed = [...]request.State{request.Open, request.Asked, request.Answered}

// CanAsk says whether an expert can be asked about a request in a state.
func CanAsk(s request.State) bool { return slices.Contains(allowed[:], s) }

// tidy trims what was typed.
func (f AskForm) tidy() AskForm {
	for _, s := range []*string{&f.To.Name, &f.To.Place, &f.To.Mail, &f.Disease, &f.Override} {
		*s = phare.Clean(*s)
	}
	for _, s := range []*string{&f.Ask, &f.Story, &f.Done} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	return f
}

// accept says what keeps a tidy form from being sent about a request.
func (f AskForm) accept(r request.Request) error {
	if !CanAsk(r.State) {
		return phare.Fault(phare.Conflict, "expertise.state")
	}
	var form, zone, address, urgency *phare.Error
	if len(f.Form) < phare.FormLength {
		form = phare.Fault(phare.Invalid, "expertise.form.bad")
	}
	if _, err := time.LoadLocation(f.To.Zone); err != nil || f.To.Zone == "" {
		zone = phare.Field("zone", "expertise.zone.missing")
	}
	if f.To.Mail != "" && !mail.IsAddress(f.To.Mail) {
		address = phare.Field("mail", "expertise.mail.bad")
	}
	if !slices.Contains([]string{request.Routine, request.Soon, request.Urgent}, f.Urgency) {
		urgency = phare.Field("urgency", "expertise.urgency.missing")
	}
	return phare.Faults(form, text("recipient", f.To.Name, maxLine, true), text("place", f.To.Place, maxLine, false), address, zone, urgency,
		text("ask", f.Ask, maxText, true), text("disease", f.Disease, maxLine, false),
		text("story", f.Story, maxText, false), text("done", f.Done, maxText, false))
}

// text checks one free text.
func text(name, value string, limit int, must bool) *phare.Error {
	if must && value == "" {
		return phare.Field(name, "expertise."+name+".missing")
	}
	if utf8.RuneCountInString(value) > limit {
		e := phare.Field(name, "expertise.toolong")
		e.Args = map[string]any{"Max": limit}
		return e
	}
	return nil
}

// Guard is what the desk sees beside a question, so that the wrong file is
// noticed. No expert sees it.
type Guard struct {
	Request   phare.ID
	Reference string
	Name      string // of the patient, family name in capitals
	BirthDate string
	Sex       string   // as the expert sees it
	Consent   bool     // it may be asked without an override
	No        bool     // the person said no
	Refused   []string // names of whom the person does not want to be asked
}

// Sheet is a question before it is sent: what the expert will see, word for
// word, and which words of it could name someone.
type Sheet struct {
	Guard   Guard
	Shown   Shown
	Print   string  // to be handed back as AskForm.Seen
	Ask     []Piece // the four texts, marked
	Disease []Piece
	Story   []Piece
	Done    []Piece
	Hits    []string  // the marked words, each once
	DueAt   time.Time // if it is sent now
}

// dossier is what the room reads of a request to prepare a question.
type dossier struct {
	request.Request
	signs []request.Sign
	known *patient.Patient // nil until the desk has identified the patient
	said  consent.Record
	zone  string // of the desk
}

func read(v *store.View, by access.Actor, id phare.ID) (d dossier, err error) {
	if d.Request, err = request.Find(v, by, id); err != nil {
		return d, err
	}
	if d.zone, err = zoneOf(v, d.Platform); err != nil {
		return d, err
	}
	if d.said, err = consent.Read(v, d.Request); err != nil {
		return d, err
	}
	if d.signs, err = request.Signs(v, by, id); err != nil || d.Patient == "" {
		return d, err
	}
	p, err := patient.Find(v, by, d.Patient)
	d.known = &p
	return d, err
}

// target is a recipient as consent knows it.
func (r Recipient) target() consent.Target { return consent.ToExpert(r.Person, r.Name, r.Place) }

// out is the question as what leaves the desk.
func (f AskForm) out() consent.Out {
	return consent.Out{Way: consent.WayQuestion, To: f.To.target(), Why: f.Why, Over: f.Override}
}

func (d dossier) guard(to Recipient) Guard {
	g := Guard{d.ID, d.Reference, strings.TrimSpace(strings.ToUpper(d.Fields.FamilyName) + " " + d.Fields.FirstName), d.Fields.BirthDate, d.Fields.Sex, d.said.May(to.target()) == nil, d.said.Judge(to.target()).Standing == consent.No, d.said.Refused()}
	if d.known != nil {
		g.Name, g.BirthDate, g.Sex = d.known.Guard(), d.known.BirthDate, d.known.Sex
	}
	return g
}

// shown puts together what an expert sees. The identity goes no further than
// this function: an age and a sex are all that is left of it.
func (d dossier) shown(f AskForm, now time.Time) Shown {
	birth, sex := d.Fields.BirthDate, d.Fields.Sex
	if d.known != nil {
		birth, sex = d.known.BirthDate, d.known.Sex
	}
	s := Shown{Ask: f.Ask, Urgency: f.Urgency, Sex: sex, Diagnosis: d.Fields.Diagnosis,
		Disease: f.Disease, Signs: d.signs, Story: f.Story, Done: f.Done}
	s.Months, s.BirthYear = age(birth, now)
	return s
}

func (d dossier) sheet(f AskForm, now time.Time) Sheet {
	id := d.identity()
	p := Sheet{Guard: d.guard(f.To), Shown: d.shown(f, now), DueAt: DueAt(now, f.Urgency, f.To.Zone, d.zone),
		Ask: id.mark(f.Ask), Disease: id.mark(f.Disease), Story: id.mark(f.Story), Done: id.mark(f.Done)}
	p.Hits = hits(p.Ask, p.Disease, p.Story, p.Done)
	p.Print = printOf(p.Shown, f.To)
	return p
}

func (d dossier) identity() identity {
	if p := d.known; p != nil {
		return identityOf(d.Fields, []string{p.BirthName, p.UsedName, p.FirstNames}, p.BirthDate)
	}
	return identityOf(d.Fields, nil)
}

// printOf is the fingerprint of what is sent to whom. It is computed again from
// what is stored, so the order of the fields must stay.
func printOf(s Shown, to Recipient) string {
	b, _ := json.Marshal(struct { // texts and numbers always marshal
		Shown Shown
		To    Recipient
	}{s, to})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Target is whom the desk has in mind: an id of the directory, or nobody yet.
type Target struct{ Person, Organisation phare.ID }

// recipient reads a target from the directory. Someone who has left is not
// asked.
func (t Target) recipient(v *store.View, by access.Actor) (to Recipient, err error) {
	to.Zone = "Europe/Paris"
	switch {
	case t.Person != "":
		p, o, err := directory.FindPerson(v, by, t.Person)
		if err != nil {
			return to, err
		}
		if !p.Active {
			return to, phare.Field("recipient", "expertise.recipient.gone")
		}
		return Recipient{string(p.ID), p.Name, strings.Trim(o.Name+", "+o.Place, ", "), cmp.Or(o.Zone, to.Zone), p.Mail}, nil
	case t.Organisation != "":
		e, err := directory.Find(v, by, t.Organisation)
		if err == nil && e.Gone {
			err = phare.Field("recipient", "expertise.recipient.gone")
		}
		return Recipient{"", e.Name, e.Place, cmp.Or(e.Zone, to.Zone), e.Mail}, err
	}
	return to, nil
}

// Prepare begins a question about a request: the form filled in with the
// requester's words and whoever is meant. It opens the file, so it is written
// down.
func Prepare(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, t Target) (g Guard, f AskForm, err error) {
	d, err := look(ctx, db, by, "question.prepare", id)
	if err != nil {
		return Guard{}, AskForm{}, err
	}
	if !CanAsk(d.State) {
		return Guard{}, AskForm{}, phare.Fault(phare.Conflict, "expertise.state")
	}
	x := d.Fields
	f = AskForm{Form: phare.NewForm(), Request: d.ID, Ask: x.Question, Urgency: x.Urgency, Disease: x.Disease, Story: x.Story, Done: x.Done}
	err = db.Read(ctx, func(v *store.View) error {
		f.To, err = t.recipient(v, by)
		return err
	})
	return d.guard(f.To), f, err
}

// Look is Prepare for a form that is shown again: only what stands beside it.
func Look(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (Guard, error) {
	d, err := look(ctx, db, by, "question.prepare", id)
	return d.guard(Recipient{}), err
}

// Preview shows exactly what the expert will see, and marks words that could
// name the patient or the requester. Nothing is stored but the look.
func Preview(ctx context.Context, db *store.DB, by access.Actor, f AskForm) (Sheet, error) {
	d, err := look(ctx, db, by, "question.preview", f.Request)
	if err != nil {
		return Sheet{}, err
	}
	f = f.tidy()
	if err := f.accept(d.Request); err != nil {
		return Sheet{Guard: d.guard(f.To)}, err
	}
	if err := d.said.Check(by, f.out()); err != nil {
		return Sheet{Guard: d.guard(f.To)}, err
	}
	return d.sheet(f, db.Now()), nil
}

// look reads a request for someone who may ask an expert about it, and writes
// the look down.
func look(ctx context.Context, db *store.DB, by access.Actor, verb string, id phare.ID) (d dossier, err error) {
	if err := by.Check(access.Orient); err != nil {
		return d, err
	}
	act := by.Act(verb, string(id))
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		d, err = read(&tx.View, by, id)
		return err
	})
	return d, err
}
