package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/casefile"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/instrument"
	"phare/internal/request"
	"phare/internal/text"
)

func (s *Server) fileRoutes() []Route {
	read, triage := Policy{Right: access.ReadRequest, File: FileRead}, Policy{Right: access.TriageRequest, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}", read, s.file},
		{"POST /bureau/demandes/{id}/prendre", triage, s.fileTake},
		{"POST /bureau/demandes/{id}/attribuer", triage, s.fileAssign},
		{"POST /bureau/demandes/{id}/attendre", triage, s.fileAwait},
		{"POST /bureau/demandes/{id}/note", triage, s.fileNote},
		{"POST /bureau/demandes/{id}/clore", triage, s.fileClose},
		{"POST /bureau/demandes/{id}/code", triage, s.fileSecret},
		{"POST /bureau/demandes/{id}/avant", Policy{Right: access.EditPatient, File: FileWork}, s.historyAdd},
		{"POST /bureau/demandes/{id}/avant/rayer", Policy{Right: access.EditPatient, File: FileWork}, s.historyStrike},
		{"POST /bureau/demandes/{id}/remise", Policy{Right: access.SendAnswer, File: FileWork}, s.toldAdd},
		{"POST /bureau/demandes/{id}/remise/suite", Policy{Right: access.SendAnswer, File: FileWork}, s.toldBack},
		{"GET /bureau/demandes/{id}/fiche", Policy{Right: access.ReadRequest, File: FileWork}, s.caseSheet},
		{"POST /bureau/demandes/{id}/fiche", Policy{Right: access.SendAnswer, File: FileWork}, s.caseSheetPrint},
		{"GET /bureau/demandes/{id}/fiche.pdf", Policy{Right: access.SendAnswer, File: FileWork}, s.caseSheetPDF},
		{"GET /bureau/demandes/{id}/fiche.odt", Policy{Right: access.SendAnswer, File: FileWork}, s.caseSheetODT},
	}
}

// filePage is one request, all that the desk knows of it.
type filePage struct {
	request.File
	By         access.Actor
	Desk       access.Platform
	Now        time.Time
	Colleagues []option // who can be given the request
	Form       form     // what was typed in the form that was refused
	Doing      string   // that form: "attendre", "note", …
	Questions  fileQuestions
	Answer     answerPart
	Walks      []instrument.Walk // ways through the tree that were joined
	Circle     circle.Circle
	Consents   consent.File
	Lang       string
	Needs      needsPart
	News       fileNews
	Kin        kinView  // the people around the patient
	Done       string   // what was just done
	Time       timePart // its line of time, and what is new on it
	Known      []casefile.Known
	Loose      []casefile.Loose // what keeps it from being closed
	Phrase     string           // to say to who calls
	Scanner    bool             // files are scanned for viruses here
	ByGlass    bool             // the reader has an exceptional access: no document is given out
}

// IsLimited says whether the use of the file is limited.
func (p filePage) IsLimited() bool { return circle.IsLimited(p.Guard) }

// IsConfidential says whether only its circle opens the file.
func (p filePage) IsConfidential() bool { return circle.IsConfidential(p.Guard) }

// fileAddress is the page of a request.
func fileAddress(id phare.ID) string { return "/bureau/demandes/" + url.PathEscape(string(id)) }

func (s *Server) file(v *visit) error { return s.showFile(v, http.StatusOK, form{}, "") }

// showFile opens a request, and shows what was typed in a form that was refused.
func (s *Server) showFile(v *visit, status int, f form, doing string) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	file.Signs = s.labelled(file.Signs, v.lang)
	p := filePage{File: file, By: v.by, Now: v.db.Now(), Form: f, Doing: doing, Done: justDone(v), Scanner: s.hasScanner(), ByGlass: v.glass != nil, Lang: v.lang}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.News, err = s.newsOf(v, p.Desk); err != nil {
		return err
	}
	if p.Questions, err = s.questionsOf(v, file.Request, p.Desk.Zone); err != nil {
		return err
	}
	if p.Answer, err = s.answerOf(v, file.Request); err != nil {
		return err
	}
	if err := s.tellTime(v, &p); err != nil {
		return err
	}
	if p.Walks, err = instrument.Walks(v.Context(), v.db, v.by, file.ID); err != nil {
		return err
	}
	if p.Circle, err = circle.Of(v.Context(), v.db, v.by, file.ID); err != nil {
		return err
	}
	if p.Consents, err = consent.Of(v.Context(), v.db, v.by, file.ID); err != nil {
		return err
	}
	if p.Kin, err = s.around(v, file.ID, p.Desk.Zone); err != nil {
		return err
	}
	if p.Needs, err = s.needsOf(v, file.Request); err != nil {
		return err
	}
	for _, n := range p.Needs.Open() {
		p.Loose = append(p.Loose, casefile.Loose{Why: "need", Name: n.Label})
	}
	colleagues, err := access.Colleagues(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p.Colleagues = accountOptions(slices.DeleteFunc(colleagues, func(a access.Account) bool {
		return slices.ContainsFunc(p.Circle.Now, func(m circle.Member) bool { return m.Barred && m.Account == string(a.ID) })
	}))
	return s.render(v, status, "file/show", p)
}

// Program is the sender whose program sent the request; empty: none did.
func (p filePage) Program() string {
	for _, e := range p.Events {
		if e.Kind == "received" && p.Channel == request.API {
			return e.Name
		}
	}
	return ""
}

// Late says whether the promised date of next news has passed.
func (p filePage) Late() bool { return p.Request.Late(p.Now) }

// IsMine says whether the reader holds the request.
func (p filePage) IsMine() bool { return p.Owner == p.By.ID }

// Addable and Barrable are the choices of the forms of the file's team.
func (p filePage) Addable() []option { return accountOptions(p.Circle.Addable) }

// Barrable are who may be shut out of the file.
func (p filePage) Barrable() []option { return accountOptions(p.Circle.Barrable) }

func accountOptions(accounts []access.Account) (all []option) {
	for _, a := range accounts {
		all = append(all, option{string(a.ID), a.Name})
	}
	return all
}

// Untold is what to say if the reader has an exceptional access open that nobody
// could be told of, a text; empty: nothing.
func (p filePage) Untold() string {
	for _, a := range p.Circle.Glasses {
		switch {
		case a.Account != p.By.ID || !a.Until.After(p.Now):
		case a.Alone:
			return "glass.alone"
		case a.Untold:
			return "glass.untold"
		}
	}
	return ""
}

// IsClosed says whether nothing is left to do.
func (p filePage) IsClosed() bool { return p.State == request.Closed }

// CanWait says whether the request can be marked as waiting.
func (p filePage) CanWait() bool {
	return p.State == request.Awaiting || p.State.CanBecome(request.Awaiting)
}

// Commune is where the patient lives, as the desk knows it or else as it was told.
func (p filePage) Commune() string {
	if p.Patient != nil && p.Patient.Commune != "" {
		return p.Patient.Commune
	}
	return p.Fields.Commune
}

// Reasons are the choices of the closing form.
func (p filePage) Reasons() []string { return request.CloseReasons() }

// done answers a verb of what is to do: back to that section of the file, or the
// same file with what was typed and what must change. A conflict is shown beside
// the newer state of the file.
func (s *Server) done(v *visit, doing string, err error) error {
	if err == nil {
		return v.redirect(fileAddress(v.id()) + "#todo")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showFile(v, statusOf(err), f, doing)
}

// ref is the request as the person saw it.
func (v *visit) ref() request.Ref {
	return request.Ref{ID: v.id(), Version: v.version()}
}

func (s *Server) fileTake(v *visit) error {
	return s.done(v, "prendre", request.Take(v.Context(), v.db, v.by, v.ref()))
}

func (s *Server) fileAssign(v *visit) error {
	return s.done(v, "attribuer", request.Assign(v.Context(), v.db, v.by, v.ref(), v.line("owner")))
}

func (s *Server) fileAwait(v *visit) error {
	until, err := s.deskDay(v, v.line("until"))
	if err != nil {
		return err
	}
	return s.done(v, "attendre", request.Await(v.Context(), v.db, v.by, v.ref(), request.Waiting{Who: v.line("who"), Until: until}))
}

// deskDay is the end of a day's work at the desk, from a date as typed; what is
// no date is the zero time, which no verb takes.
func (s *Server) deskDay(v *visit, typed string) (time.Time, error) {
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{time.DateOnly, "2/1/2006", "2.1.2006"} {
		if day, err := time.ParseInLocation(layout, typed, text.Zone(here.Zone)); err == nil {
			return day.Add(18 * time.Hour), nil
		}
	}
	return time.Time{}, nil
}

func (s *Server) fileNote(v *visit) error {
	e := request.Event{Kind: v.line("kind"), Text: v.text("text")}
	return s.done(v, "note", request.Note(v.Context(), v.db, v.by, v.id(), e))
}

func (s *Server) fileClose(v *visit) error {
	e := request.Ending{Reason: v.line("reason"), Words: v.text("words")}
	return s.done(v, "clore", request.Close(v.Context(), v.db, v.by, v.ref(), e))
}
