package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/kin"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/text"
)

func (s *Server) kinRoutes() []Route {
	edit := Policy{Right: access.EditPatient, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/proches", edit, s.kin},
		{"POST /bureau/demandes/{id}/proches", edit, s.kinSave},
		{"GET /bureau/demandes/{id}/proches/{row}", edit, s.kinOne},
		{"POST /bureau/demandes/{id}/proches/contact", edit, s.kinContact},
		{"POST /bureau/demandes/{id}/proches/appels", edit, s.kinRule},
		{"POST /bureau/demandes/{id}/proches/appels/{row}/retirer", edit, s.kinDropRule},
		{"POST /bureau/demandes/{id}/proches/liens", edit, s.kinLink},
		{"POST /bureau/demandes/{id}/proches/liens/{row}/retirer", edit, s.kinUnlink},
	}
}

// kinView is the people around a patient in words.
type kinView struct {
	kin.People
	Consents []string // who may consent, sentence by sentence
	call     func(number string) callView
	rule     func(kin.Rule) string
}

// callView is what stands beside a number.
type callView struct {
	Lines []string
	Not   bool // not now
	Clock string
}

// Call is what must be read before a number is dialled; nil: nothing.
func (k kinView) Call(number string) *callView {
	if c := k.call(number); number != "" && len(c.Lines) > 0 {
		return &c
	}
	return nil
}

// CallNamed is Call for a number that is not the family's: a rule must name it.
func (k kinView) CallNamed(number string) *callView {
	if !slices.ContainsFunc(k.Rules, func(r kin.Rule) bool { return r.Number != "" && r.About(number) }) {
		return nil
	}
	return k.Call(number)
}

// Zone is whose clock rings.
func (k kinView) Zone() string { return k.Contact.Zone }

// around reads the people around the patient of a request that was opened.
func (s *Server) around(v *visit, id phare.ID, zone string) (kinView, error) {
	people, err := kin.Of(v.Context(), v.db, v.by, id)
	k := kinView{People: people, rule: func(r kin.Rule) string { return r.In(s.Text, v.lang) }}
	k.call = func(number string) callView {
		return s.callView(v, kin.CallingAt(people.Contact, people.Rules, number, zone, v.db.Now()))
	}
	if err == nil && people.Today != "" {
		k.Consents = s.consentWords(v.lang, people.Consent)
	}
	return k, err
}

// callView is what speaks for and against a call, in words.
func (s *Server) callView(v *visit, c kin.Calling) callView {
	x := callView{Not: c.Not, Clock: s.Text.Get(v.lang, "kin.clock", map[string]any{"Hour": text.Hour(v.lang, c.Zone, v.db.Now()), "Zone": s.Text.Get(v.lang, "kin.zone."+c.Zone, nil)})}
	for _, r := range c.Rules {
		x.Lines = append(x.Lines, r.In(s.Text, v.lang))
	}
	return x
}

func (s *Server) consentWords(lang string, c kin.Consent) (all []string) {
	say := func(key string, args map[string]any) { all = append(all, s.Text.Get(lang, "kin.consent."+key, args)) }
	say(c.Key, map[string]any{"Names": c.Names})
	for _, more := range c.More {
		say(more, nil)
	}
	if c.Soon {
		say("soon", map[string]any{"Day": text.Day(lang, "UTC", c.Adult)})
	}
	return all
}

// kinPage is the people around the patient of a request.
type kinPage struct {
	request.File
	kinView
	Desk  access.Platform
	Form  form
	Doing string // the form that was refused
	Done  string
}

func (s *Server) kin(v *visit) error { return s.showKin(v, http.StatusOK, form{}, "") }

func (s *Server) showKin(v *visit, status int, f form, doing string) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := kinPage{File: file, Form: f, Doing: doing, Done: justDone(v)}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.kinView, err = s.around(v, file.ID, p.Desk.Zone); err != nil {
		return err
	}
	return s.render(v, status, "kin/people", p)
}

// Kin is what the parts that other pages share are shown with.
func (p kinPage) Kin() kinView { return p.kinView }

// FormOf is the form named, with what was typed in it if it was refused.
func (p kinPage) FormOf(name string) form {
	if p.Doing == name {
		return p.Form
	}
	switch name {
	case "related":
		return form{Values: url.Values{"told": {kin.Nothing}}}
	case "contact":
		return form{Values: url.Values{"spoken": {p.Contact.Language}, "interpreter": {p.Contact.Interpreter}, "zone": {p.Contact.Zone}}}
	}
	return form{}
}

// relatedForm is the form that corrects someone.
func relatedForm(r kin.Related) form {
	return form{Values: url.Values{"kind": {r.Kind}, "authority": {r.Authority}, "told": {r.Told}, "person": {r.Name}, "phone": {r.Phone}, "language": {r.Language},
		"paper": {r.Document}, "note": {r.Note}, "since": {patient.WriteDate(r.Since)}, "until": {patient.WriteDate(r.Until)},
		"related": {string(r.ID)}, "version": {strconv.FormatInt(r.Version, 10)}}}
}

func (s *Server) kinOne(v *visit) error {
	return s.showOne(v, http.StatusOK, phare.ID(v.PathValue("row")), form{})
}

// showOne is the page that corrects what is noted of someone.
func (s *Server) showOne(v *visit, status int, row phare.ID, f form) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := kinPage{File: file, Form: f}
	if p.kinView, err = s.around(v, file.ID, ""); err != nil {
		return err
	}
	i := slices.IndexFunc(p.Related, func(r kin.Related) bool { return r.ID == row })
	if i < 0 {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	if f.Values == nil {
		p.Form = relatedForm(p.Related[i])
	}
	return s.render(v, status, "kin/one", p)
}

// Days are those of a week, Monday first.
func (p kinPage) Days() []string { return strings.Split("1234567", "") }

// HasDay says whether a day was ticked.
func (p kinPage) HasDay(d string) bool {
	return p.Doing == "rule" && strings.Contains(strings.Join(p.Form.Values["days"], ""), d)
}

func (s *Server) kinDone(v *visit, doing string, err error) error {
	if err == nil {
		return v.done(fileAddress(v.id())+"/proches", "kin")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	if row := f.Get("related"); row != "" {
		return s.showOne(v, statusOf(err), phare.ID(row), f)
	}
	return s.showKin(v, statusOf(err), f, doing)
}

func (s *Server) kinSave(v *visit) error {
	r := kin.Related{ID: phare.ID(v.line("related")), Version: v.version(), Kind: v.line("kind"), Authority: v.line("authority"), Told: v.line("told"), Name: v.line("person"),
		Phone: v.line("phone"), Language: v.line("language"), Document: v.line("paper"), Note: v.text("note"),
		Since: patient.ReadDate(v.line("since")), Until: patient.ReadDate(v.line("until"))}
	return s.kinDone(v, "related", kin.Save(v.Context(), v.db, v.by, v.id(), r))
}

func (s *Server) kinContact(v *visit) error {
	c := kin.Contact{Language: v.line("spoken"), Interpreter: v.line("interpreter"), Zone: v.line("zone")}
	return s.kinDone(v, "contact", kin.SaveContact(v.Context(), v.db, v.by, v.id(), c))
}

func (s *Server) kinRule(v *visit) error {
	r := kin.Rule{Number: v.line("number"), Never: v.line("never") == "yes", NotBefore: v.line("not_before"), NotAfter: v.line("not_after"),
		Days: strings.Join(v.PostForm["days"], ""), Answers: v.line("answers"), Note: v.text("remark")}
	return s.kinDone(v, "rule", kin.AddRule(v.Context(), v.db, v.by, v.id(), r))
}

func (s *Server) kinDropRule(v *visit) error {
	return s.kinDone(v, "", kin.DropRule(v.Context(), v.db, v.by, v.id(), phare.ID(v.PathValue("row"))))
}

func (s *Server) kinLink(v *visit) error {
	return s.kinDone(v, "link", kin.Link(v.Context(), v.db, v.by, v.id(), v.line("reference"), v.line("kinship")))
}

func (s *Server) kinUnlink(v *visit) error {
	return s.kinDone(v, "", kin.Unlink(v.Context(), v.db, v.by, v.id(), phare.ID(v.PathValue("row"))))
}

// saidRule is a rule in words, as the page lists it.
type saidRule struct {
	ID         phare.ID
	Text, Name string
}

// Words are the rules in words.
func (p kinPage) Words() (all []saidRule) {
	for _, r := range p.Rules {
		all = append(all, saidRule{r.ID, p.rule(r), r.AddedName})
	}
	return all
}
