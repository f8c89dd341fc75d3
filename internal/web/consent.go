package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/consent"
	"phare/internal/document"
	"phare/internal/expertise"
	"phare/internal/kin"
	"phare/internal/text"
)

func (s *Server) consentRoutes() []Route {
	read, note := Policy{Right: access.ReadRequest, File: FileRead}, Policy{Right: access.TriageRequest, File: FileWork}
	sheet := Policy{Right: access.ReadRequest, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/accords", read, s.consents},
		{"POST /bureau/demandes/{id}/accords", note, s.consentNote},
		{"POST /bureau/demandes/{id}/accords/outre", Policy{Right: access.Orient, File: FileWork}, s.consentPass},
		{"POST /bureau/demandes/{id}/accords/prevenu", note, s.consentTold},
		{"GET /bureau/demandes/{id}/accords/fiche", sheet, s.consentSheet},
		{"GET /bureau/demandes/{id}/accords/fiche.pdf", sheet, s.consentSheetPDF},
		{"GET /bureau/accords", Policy{Right: access.TriageRequest}, s.consentsOwing},
	}
}

// reach is every room that something leaves by: a no that is noted calls back
// what each has let go.
var reach = consent.Reach{expertise.Recall, answer.Recall}

// consentPage is all that was said in one file, and where it is noted.
type consentPage struct {
	consent.File
	By     access.Actor
	Desk   access.Platform
	Form   form
	Doing  string // the form that was refused: "noter", "erreur", "outre"
	About  *consent.State
	Held   []receivedView
	Done   string
	text   func(key string, args map[string]any) string
	lang   string
	Letter string // the way that was refused
	kin    kinView
}

// receivedView is one that received something, with what to write them.
type receivedView struct {
	consent.Received
	Message string
}

// consentAddress is the page of a file's consents.
func consentAddress(id phare.ID) string { return fileAddress(id) + "/accords" }

func (s *Server) consents(v *visit) error {
	f := form{Values: url.Values{}}
	return s.showConsents(v, http.StatusOK, v.id(), consentForm{form: f, about: v.URL.Query().Get("quoi")})
}

// consentForm is what of the page was typed, or chosen.
type consentForm struct {
	form
	about, doing, way string
}

func (s *Server) showConsents(v *visit, status int, id phare.ID, f consentForm) error {
	file, err := consent.Open(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	p := consentPage{File: file, By: v.by, Form: f.form, Doing: f.doing, Done: justDone(v), lang: v.lang, Letter: f.way,
		text: func(key string, args map[string]any) string { return s.Text.Get(v.lang, key, args) }}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	for i := range p.States {
		if p.States[i].ID == f.about {
			p.About = &p.States[i]
		}
	}
	if p.About != nil {
		if p.kin, err = s.around(v, id, p.Desk.Zone); err != nil {
			return err
		}
	}
	for _, x := range file.Received {
		p.Held = append(p.Held, receivedView{x, x.Message(s.Text, text.Choose(file.Request.Fields.Lang), file, p.Desk)})
	}
	p.unlink()
	if p.About != nil && !p.Form.Values.Has("said_on") {
		p.Form.Values.Set("said_on", file.Today)
		p.Form.Values.Set("kind", consent.Any)
		if p.About.IsSharing() && p.About.ID == consent.Outside {
			p.Form.Values.Set("kind", consent.Expert)
		}
	}
	return s.render(v, status, "consent/show", p)
}

// Passing says whether the form of an override is shown.
func (p consentPage) Passing() bool {
	return p.By.Can(access.Orient) && (p.Doing == "outre" || p.Letter != "" && p.Letter != consent.WayRenewal)
}

// unlink leaves a fault without its field where that field is not on the page: its
// sentence would lead nowhere.
func (p *consentPage) unlink() {
	for i, x := range p.Form.Faults {
		ofPass := x.Field == "way" || x.Field == "override" || x.Field == "override_kind"
		shown := ofPass && p.Passing() || !ofPass && (p.Doing == "noter" && p.About != nil || strings.HasPrefix(p.Doing, "erreur-"))
		if !shown {
			p.Form.Faults[i].Field = ""
		}
	}
}

// Lang is the reader's language, for the tables' own words.
func (p consentPage) Lang() string { return p.lang }

// options are the choices of a list in words.
func (p consentPage) options(key string, values ...string) (all []option) {
	for _, x := range values {
		all = append(all, option{x, p.text(key+x, nil)})
	}
	return all
}

// Outcomes are what can be noted of the purpose.
func (p consentPage) Outcomes() []option {
	return p.options("consent.outcome."+p.About.ID+".", p.About.Purpose.Outcomes...)
}

// Kinds are the kinds of recipient.
func (p consentPage) Kinds() []option { return p.options("consent.kind.", consent.Kinds()...) }

// aPerson begins the value of a giver who is one of the people around the patient.
const aPerson = "kin:"

// Givers are who can have said it: the patient, then those around them by name, with
// what gives them a say, then the kinds, for someone who is not noted yet.
func (p consentPage) Givers() []option {
	all := p.options("consent.giver.", consent.Givers()...)
	var named []option
	for _, g := range p.kin.Givers() {
		as := p.text("kin.kind."+g.Kind, nil)
		if g.Authority != "" {
			as += ", " + p.text("kin.authority."+g.Authority, nil)
		}
		named = append(named, option{aPerson + string(g.ID), p.text("consent.giver.named", map[string]any{"Name": g.Name, "Kind": as})})
	}
	return slices.Concat(all[:1], named, all[1:])
}

// Says is who may consent, computed from the dates and the people noted.
func (p consentPage) Says() []string { return p.kin.Consents }

// Hows are the ways in which it was said.
func (p consentPage) Hows() []option { return p.options("consent.how.", consent.Hows()...) }

// Assents are what a minor said.
func (p consentPage) Assents() []option { return p.options("consent.assent.", consent.Assents()...) }

// Evidence are the documents of the file.
func (p consentPage) Evidence() (all []option) {
	for i, x := range p.Pieces {
		all = append(all, option{string(x.ID), p.text("consent.piece", map[string]any{"N": text.Number(p.lang, len(p.Pieces)-i), "Day": text.ShortDay(p.lang, p.Desk.Zone, x.At)})})
	}
	return all
}

// TellHows are how someone can be told.
func (p consentPage) TellHows() []option {
	return p.options("consent.told.", consent.TellHows()...)
}

// Letters are what an override can be written for beforehand.
func (p consentPage) Letters() []option {
	return p.options("consent.way.", consent.WayDoctor, consent.WayFamily, consent.WayAccesses, consent.WayCopy, consent.WaySheetDoctor, consent.WaySheetFamily)
}

// Excuses are the kinds of override.
func (p consentPage) Excuses() []option { return excuses(p.lang) }

func excuses(lang string) (all []option) {
	for _, x := range consent.Excuses() {
		all = append(all, option{x.ID, x.Label(lang)})
	}
	return all
}

func draftOf(v *visit) consent.DraftFor {
	d := consent.Draft{Purpose: v.line("purpose"), Kind: v.line("kind"), Outcome: v.line("outcome"), SaidOn: v.line("said_on"), Until: v.line("until"),
		Giver: v.line("giver"), How: v.line("how"), Assent: v.line("assent"), Evidence: phare.ID(v.line("evidence")),
		About: consent.About{To: v.line("to"), GiverName: v.line("giver_name"), Explained: v.text("explained"), Language: v.line("language"),
			Interpreter: v.line("interpreter"), Notice: v.line("notice"), Words: v.text("words")}}
	if v.line("do") == "void" {
		d = consent.Draft{Outcome: consent.Void, Replaces: phare.ID(v.line("line")), About: consent.About{Words: v.text("words")}}
	}
	return consent.DraftFor{Request: v.id(), Draft: d}
}

// byPerson puts the name and the standing of someone around the patient in the place
// of their row. A row that is not offered stays as it is, which is refused.
func (s *Server) byPerson(v *visit, d *consent.DraftFor) error {
	row, ok := strings.CutPrefix(d.Giver, aPerson)
	if !ok {
		return nil
	}
	people, err := kin.Of(v.Context(), v.db, v.by, d.Request)
	for _, g := range people.Givers() {
		if string(g.ID) == row {
			d.Giver, d.GiverName = g.Code, g.Name
		}
	}
	return err
}

func (s *Server) consentNote(v *visit) error {
	doing := "noter"
	if v.line("do") == "void" {
		doing = "erreur-" + v.line("line")
	}
	d := draftOf(v)
	if err := s.byPerson(v, &d); err != nil {
		return err
	}
	return s.consentDone(v, consentForm{about: v.line("purpose"), doing: doing}, consent.Note(v.Context(), v.db, v.by, reach, d), "consent")
}

func (s *Server) consentPass(v *visit) error {
	x := consent.Out{Way: v.line("way"), Why: v.line("override_kind"), Over: v.text("override")}
	return s.consentDone(v, consentForm{doing: "outre", way: x.Way}, consent.Pass(v.Context(), v.db, v.by, v.id(), x), "passed")
}

func (s *Server) consentTold(v *visit) error {
	t := consent.Telling{Request: v.id(), Item: phare.ID(v.line("item")), How: v.line("how")}
	return s.consentDone(v, consentForm{doing: "prevenu-" + string(t.Item)}, consent.MarkTold(v.Context(), v.db, v.by, t), "told")
}

func (s *Server) consentDone(v *visit, f consentForm, err error, thing string) error {
	if err == nil {
		return v.done(consentAddress(v.id()), thing)
	}
	f.form = posted(v)
	if !s.wrong(v, &f.form, err) {
		return err
	}
	return s.showConsents(v, statusOf(err), v.id(), f)
}

// stopped shows why something may not leave a file, where it can be mended: its
// consents. Any other error stays what it is.
func (s *Server) stopped(v *visit, id phare.ID, way string, err error) error {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok || e.Field != "override" || id == "" {
		return err
	}
	f := consentForm{form: form{Values: url.Values{"way": {way}}}, way: way}
	s.wrong(v, &f.form, err)
	return s.showConsents(v, http.StatusConflict, id, f)
}

// sheetView is the sheet for the person, to be printed.
type sheetView struct {
	Sheet    document.Document
	Address  string
	Language string
}

func (s *Server) consentSheetOf(v *visit) (sheetView, consent.Sheet, error) {
	sheet, err := consent.Print(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return sheetView{}, sheet, err
	}
	lang := text.Choose(v.FormValue("langue"))
	return sheetView{sheet.Document(s.Text, lang), consentAddress(sheet.Request.ID), lang}, sheet, nil
}

func (s *Server) consentSheet(v *visit) error {
	p, _, err := s.consentSheetOf(v)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "consent/sheet", p)
}

func (s *Server) consentSheetPDF(v *visit) error {
	p, sheet, err := s.consentSheetOf(v)
	if err != nil {
		return err
	}
	return v.take(p.Sheet, sheet.Request.Reference+"-accords", "pdf")
}

// owingPage is in which files someone must still be told.
type owingPage struct {
	Desk access.Platform
	All  []consent.Owing
	Now  time.Time
}

func (s *Server) consentsOwing(v *visit) error {
	p := owingPage{Now: v.db.Now()}
	var err error
	if p.All, err = consent.ToTell(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "consent/owing", p)
}
