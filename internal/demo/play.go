package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/circle"
	"phare/internal/directory"
	"phare/internal/expertise"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// story is one request of cases.toml.
type story struct {
	Desk, Stage, Awaited             string
	Days                             int
	Who, Urgency, Diagnosis, Disease string
	FamilyName                       string `toml:"family_name"`
	FirstName                        string `toml:"first_name"`
	BirthDate                        string `toml:"birth_date"`
	Sex, Commune, Interpreter        string
	Question, Story, Done            string
	Name, Place, Relation, Doctor    string
	News                             string // empty: by mail
	Signs                            []string
	Expert, Opinion, Exams, Referral string
	Reason, Note                     string
	Confidential, Glass              string // why the file is kept so; why a colleague opened it yesterday
	front
}

// named is how one story speaks of another's patient.
func (c story) named() string { return c.FamilyName + " " + c.FirstName }

// person is an expert as the directory knows them.
type person struct {
	directory.Person
	at directory.Organisation
	expert
}

// filler plays stories.
type filler struct {
	Tools
	db      *store.DB
	now     func() time.Time // the real clock
	staff   map[string]access.Actor
	experts map[string]person // "desk name"
	zones   map[string]string
	files   map[string]phare.ID // the request of a patient, by name
}

// stages in order: a story goes through all that come before its own.
var stages = []string{"received", "awaiting", "open", "asked", "answered", "signed", "closed"}

func (c story) reaches(stage string) bool {
	own := c.Stage
	switch own {
	case "refused":
		own = "asked"
	case "out-of-scope":
		own = "received"
	}
	return slices.Index(stages, own) >= slices.Index(stages, stage)
}

// at sets the clock so many working hours after the request came, and never
// past the real present.
func (f *filler) at(c story, after time.Duration) {
	zone := text.Zone(f.zones[c.Desk])
	day := f.now().In(zone).AddDate(0, 0, -c.Days)
	t := time.Date(day.Year(), day.Month(), day.Day(), 9, 12, 0, 0, zone).Add(after)
	if last := f.now().Add(-time.Minute); t.After(last) {
		t = last
	}
	f.db.Now = func() time.Time { return t }
}

func (c story) fields() request.Fields {
	f := request.Fields{Who: c.Who, Platform: c.Desk, Diagnosis: c.Diagnosis, Disease: c.Disease,
		FamilyName: c.FamilyName, FirstName: c.FirstName, BirthDate: c.BirthDate, Sex: c.Sex, Commune: c.Commune, Interpreter: c.Interpreter,
		Question: c.Question, Story: c.Story, Done: c.Done, Urgency: c.Urgency,
		Name: c.Name, Relation: c.Relation, Place: c.Place, Phone: "06 39 98 00 00", Mail: "demandeur@phare-demo.invalid", News: "mail",
		Doctor: c.Doctor, Consent: "yes", Lang: "fr",
		Job: c.Job, Since: c.Since, ConsentBy: c.ConsentBy, CloseName: c.CloseName, ClosePhone: c.ClosePhone}
	if c.News != "" {
		f.News, f.Place, f.Centre = c.News, cmp.Or(c.Place, "1 chemin Inventé, "+c.Commune), "Centre de santé inventé, 02 62 00 00 00"
		if c.News != mail.BySMS { // the receipt goes by mail too
			f.Mail = ""
		}
	}
	if f.Who == request.Family && f.Done == "" {
		f.Unsure = "done doctor"
	}
	return f
}

// play lets one request live up to its stage.
func (f *filler) play(ctx context.Context, c story) error {
	f.at(c, 0)
	receipt, err := f.submit(ctx, c)
	if err != nil {
		return err
	}
	f.files[c.named()] = receipt.Request
	id, nurse, physician := receipt.Request, f.staff["nurse."+c.Desk], f.staff["physician."+c.Desk]
	if c.Stage == "received" {
		return nil
	}
	f.at(c, 3*time.Hour)
	ref, err := f.ref(ctx, nurse, id)
	if err != nil {
		return err
	}
	if c.Stage == "out-of-scope" {
		return request.Close(ctx, f.db, nurse, ref, request.Ending{Reason: request.OutOfScope, Words: c.Note})
	}
	steps := []struct {
		stage string
		do    func() error
	}{
		{"awaiting", func() error { return f.study(ctx, c, nurse, ref) }},
		{"awaiting", func() error { return f.around(ctx, c, nurse, id) }},
		{"asked", func() error { return f.ask(ctx, c, nurse, id) }},
		{"answered", func() error { return nil }},
		{"signed", func() error { return f.sign(ctx, c, nurse, physician, id) }},
		{"closed", func() error { return f.send(ctx, c, nurse, id) }},
	}
	for _, s := range steps {
		if !c.reaches(s.stage) {
			break
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("%s: %w", s.stage, err)
		}
	}
	if err := f.since(ctx, c, nurse, id); err != nil {
		return err
	}
	return f.guard(ctx, c, nurse, id)
}

// guard keeps a file confidential, and lets a colleague who stood in open it
// yesterday; nobody has judged that yet.
func (f *filler) guard(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	if c.Confidential == "" {
		return nil
	}
	f.at(c, 6*time.Hour)
	if err := circle.Confide(ctx, f.db, nurse, id, c.Confidential); err != nil || c.Glass == "" {
		return err
	}
	f.at(c, time.Duration(c.Days-1)*24*time.Hour)
	by := f.staff["garde."+c.Desk]
	if err := circle.Break(ctx, f.db, by, id, circle.Breaking{Reason: "duty", Words: c.Glass}); err != nil {
		return err
	}
	f.at(c, time.Duration(c.Days-1)*24*time.Hour+4*time.Minute)
	_, err := request.OpenFile(ctx, f.db, by, id)
	return err
}

// ref opens the file and says which version was seen.
func (f *filler) ref(ctx context.Context, by access.Actor, id phare.ID) (request.Ref, error) {
	file, err := request.OpenFile(ctx, f.db, by, id)
	return request.Ref{ID: id, Version: file.Version}, err
}

// study takes the request, identifies the patient, enters signs and looks for a
// team; a story that awaits someone stops there.
func (f *filler) study(ctx context.Context, c story, nurse access.Actor, ref request.Ref) error {
	if err := request.Take(ctx, f.db, nurse, ref); err != nil {
		return err
	}
	file, err := request.OpenFile(ctx, f.db, nurse, ref.ID)
	if err != nil {
		return err
	}
	ref.Version = file.Version
	if err := request.Identify(ctx, f.db, nurse, ref, file.Request.Draft()); err != nil {
		return err
	}
	if len(c.Signs) > 0 {
		if err := f.orient(ctx, c, nurse, ref.ID); err != nil {
			return err
		}
	}
	if c.Stage != "awaiting" {
		return nil
	}
	if ref, err = f.ref(ctx, nurse, ref.ID); err != nil {
		return err
	}
	return request.Await(ctx, f.db, nurse, ref, request.Waiting{Who: c.Awaited, Until: f.now().AddDate(0, 0, 5)})
}

func (f *filler) orient(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	var signs []request.Sign
	for _, hpo := range c.Signs {
		t, status := f.Know.TermByID(hpo)
		if t < 0 {
			return fmt.Errorf("sign %s is not known (%v)", hpo, status)
		}
		signs = append(signs, request.Sign{HPO: f.Know.Terms[t].ID, Presence: request.Present, Label: f.Know.TermName(t, "fr")})
	}
	if err := request.SetSigns(ctx, f.db, nurse, id, signs); err != nil {
		return err
	}
	f.at(c, 5*time.Hour)
	o, err := request.Orient(ctx, f.db, nurse, f.Engine, id)
	if err != nil || len(o.Result.Networks) == 0 || c.Stage == "open" || c.Stage == "awaiting" {
		return err
	}
	n, ok := f.Know.NetworkBySlug(o.Result.Networks[0].Slug)
	if !ok {
		return fmt.Errorf("network %s is not known", o.Result.Networks[0].Slug)
	}
	return request.Choose(ctx, f.db, nurse, id, request.Choice{Kind: request.ChoseNetwork, Target: "fsmr-" + f.Know.Networks[n].Slug,
		Label: f.Know.Networks[n].Name, Network: f.Know.Networks[n].Slug, Reason: "D’après les signes saisis"})
}

// ask sends the question, and lets the expert open it, answer or refuse.
func (f *filler) ask(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	p, ok := f.experts[c.Desk+" "+c.Expert]
	if !ok {
		return fmt.Errorf("no expert %q", c.Expert)
	}
	f.at(c, 26*time.Hour)
	_, form, err := expertise.Prepare(ctx, f.db, nurse, id, expertise.Target{Person: p.ID})
	if err != nil {
		return err
	}
	sheet, err := expertise.Preview(ctx, f.db, nurse, form)
	if err != nil {
		return err
	}
	form.Seen, form.Reread = sheet.Print, true
	q, link, err := expertise.Ask(ctx, f.db, expertise.Links{Key: f.Key, Base: f.Base}, nurse, form)
	if err != nil || c.Stage == "asked" {
		return err
	}
	f.at(c, 50*time.Hour)
	by, _, err := expertise.FromLink(ctx, f.db, f.Key, link[len(f.Base+"/avis/"):])
	if err != nil {
		return err
	}
	if _, err := expertise.OpenLink(ctx, f.db, by); err != nil {
		return err
	}
	if c.Stage == "refused" {
		_, err = expertise.Refuse(ctx, f.db, by, c.Reason, c.Note)
		return err
	}
	f.at(c, 51*time.Hour)
	if _, err = expertise.Answer(ctx, f.db, by, expertise.Opinion{Words: c.Opinion, Exams: c.Exams, Referral: c.Referral, Name: c.Expert}); err != nil {
		return err
	}
	if !c.reaches("signed") {
		return nil
	}
	f.at(c, 74*time.Hour)
	_, err = expertise.MarkRead(ctx, f.db, nurse, q.ID)
	return err
}

// sign writes the answer from the facts and lets the physician sign it.
func (f *filler) sign(ctx context.Context, c story, nurse, physician access.Actor, id phare.ID) error {
	sheet, err := answer.Look(ctx, f.db, nurse, id)
	if err != nil {
		return err
	}
	d := answer.Prepare(f.Words, sheet)
	// The places that the prepared text leaves for a person are filled in.
	for key, words := range map[string]string{
		"letter.todo.team":  c.Referral,
		"letter.todo.next":  "le médecin traitant adresse le patient, la plateforme suit le rendez-vous et rappelle dans un mois.",
		"letter.todo.plain": "Un spécialiste a lu la demande. Il propose une consultation et quelques examens, sans urgence.",
		"letter.todo.steps": "La plateforme vous appelle dans les dix jours pour fixer le rendez-vous. Apportez vos ordonnances et vos résultats.",
	} {
		mark := f.Words.Get("fr", key, nil)
		d.Professional, d.Family = strings.ReplaceAll(d.Professional, mark, words), strings.ReplaceAll(d.Family, mark, words)
	}
	d.Version = sheet.Answer.Version
	version, err := answer.Write(ctx, f.db, nurse, id, d)
	if err != nil {
		return err
	}
	return answer.Sign(ctx, f.db, physician, id, version)
}

func (f *filler) send(ctx context.Context, c story, nurse access.Actor, id phare.ID) error {
	f.at(c, 98*time.Hour)
	sheet, err := answer.Look(ctx, f.db, nurse, id)
	if err != nil {
		return err
	}
	way := answer.ByMail
	if sheet.Request.Fields.Mail == "" {
		way = answer.ByPost
	}
	return answer.Send(ctx, f.db, f.Key, nurse, answer.Sending{Request: id, Version: sheet.Answer.Version, Way: way, Base: f.Base})
}
