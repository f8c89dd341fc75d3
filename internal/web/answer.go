package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/request"
	"phare/internal/text"
)

func (s *Server) answerRoutes() []Route {
	read, work := Policy{Right: access.ReadRequest, File: FileRead}, Policy{Right: access.ReadRequest, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/reponse", read, s.answerForm},
		{"POST /bureau/demandes/{id}/reponse", Policy{Right: access.WriteAnswer, File: FileWork}, s.answerWrite},
		{"POST /bureau/demandes/{id}/reponse/abandonner", Policy{Right: access.WriteAnswer, File: FileWork}, s.answerDrop},
		{"POST /bureau/demandes/{id}/reponse/envoyer", Policy{Right: access.SendAnswer, File: FileWork}, s.answerSend},
		{"GET /bureau/demandes/{id}/lettre", work, s.letterPage},
		{"GET /bureau/demandes/{id}/lettre.odt", work, s.letterODT},
		{"GET /bureau/demandes/{id}/lettre.pdf", work, s.letterPDF},
		{"GET " + answer.Path + "{token}", Policy{Link: true}, s.answerDoor},
		{"POST " + answer.Path + "{token}", Policy{Link: true}, s.answerRead},
		{"POST " + answer.Path + "{token}/lettre", Policy{Link: true}, s.answerTake},
	}
}

// answerPage is where an answer is written, signed and sent.
type answerPage struct {
	answer.Sheet
	By   access.Actor
	Form form
	// What someone else stored meanwhile, beside what was typed; else nil.
	Theirs *answer.Answer
	Bar    string // what keeps the answer from leaving, in words; empty: nothing
	lang   string
}

// answerPageOf is the page of an answer, as its form stands.
func (s *Server) answerPageOf(v *visit, sheet answer.Sheet, f form) answerPage {
	p := answerPage{Sheet: sheet, By: v.by, Form: f, lang: v.lang}
	if e, is := errors.AsType[*phare.Error](sheet.Bar); is && !sheet.Answer.IsSent() {
		p.Bar = s.Text.Get(v.lang, e.Key, e.Args)
	}
	return p
}

// Stopped says whether the person's word keeps the answer from leaving.
func (p answerPage) Stopped() bool {
	return p.Form.Fault("override") != "" || p.Form.Fault("override_kind") != ""
}

// Excuses are the kinds of reason for sending it all the same.
func (p answerPage) Excuses() []option { return excuses(p.lang) }

// answerPart is the answer on the page of its request.
type answerPart struct {
	answer.Answer
	CanWrite bool // the answer can be worked on
	IsMail   bool // it left by a link, whose first opening is known
}

// answerOf is the answer's part of the page of a request.
func (s *Server) answerOf(v *visit, r request.Request) (answerPart, error) {
	a, err := answer.Status(v.Context(), v.db, v.by, r.ID)
	return answerPart{a, answer.Sheet{Request: r}.CanWrite(), a.Way == answer.ByMail}, err
}

// Address is the page of the request.
func (p answerPage) Address() string { return fileAddress(p.Request.ID) }

// Editing says whether the texts can be typed in.
func (p answerPage) Editing() bool {
	return p.CanWrite() && !p.Answer.IsSent() && p.By.Can(access.WriteAnswer)
}

// MayGoOn says whether the reader may begin another answer.
func (p answerPage) MayGoOn() bool { return p.CanGoOn() && p.By.Can(access.WriteAnswer) }

// MayDrop says whether the reader may give up the one that was begun after another.
func (p answerPage) MayDrop() bool { return p.Editing() && p.CanDrop() }

// CanSign says whether the reader may sign what is there.
func (p answerPage) CanSign() bool { return p.Editing() && p.By.Can(access.SignAnswer) }

// CanSend says whether the reader may send it now.
func (p answerPage) CanSend() bool {
	return p.Answer.IsSigned() && !p.Answer.IsSent() && p.By.Can(access.SendAnswer)
}

// Fields are what the requester sent in.
func (p answerPage) Fields() request.Fields { return p.Request.Fields }

func (s *Server) answerForm(v *visit) error {
	sheet, err := answer.Look(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if sheet.CanGoOn() && v.URL.Query().Get("suite") != "" {
		sheet = sheet.GoOn()
	}
	d := answer.Draft{Professional: sheet.Answer.Professional, Family: sheet.Answer.Family}
	if sheet.Answer.Version == 0 {
		sheet.Signs = s.labelled(sheet.Signs, text.Choose(sheet.Request.Fields.Lang)) // the letter's language, which can be another
		d = answer.Prepare(s.Text, sheet)
	}
	sheet.Signs = s.labelled(sheet.Signs, v.lang)
	f := form{Values: url.Values{"professional": {d.Professional}, "family": {d.Family}, "way": {wayOf(sheet.Request.Fields)}}}
	return s.render(v, http.StatusOK, "answer/write", s.answerPageOf(v, sheet, f))
}

// wayOf is how the requester asked to hear from the desk.
func wayOf(f request.Fields) string {
	switch {
	case f.Mail != "" && (f.News == "" || f.News == "mail"):
		return answer.ByMail
	case f.News == "phone":
		return answer.ByPhone
	case f.News == "post":
		return answer.ByPost
	}
	return ""
}

// answerWrite keeps what was typed, and signs it if that was the button.
func (s *Server) answerWrite(v *visit) error {
	id := v.id()
	version, err := answer.Write(v.Context(), v.db, v.by, id,
		answer.Draft{Professional: v.text("professional"), Family: v.text("family"), Version: v.version()})
	if err == nil && v.line("do") == "sign" {
		err = answer.Sign(v.Context(), v.db, v.by, id, version)
	}
	return s.answerDone(v, err)
}

func (s *Server) answerDrop(v *visit) error {
	return s.answerDone(v, answer.Drop(v.Context(), v.db, v.by, v.id(), v.version()))
}

func (s *Server) answerSend(v *visit) error {
	until, err := s.dayOr(v, v.line("until"))
	if err != nil {
		return err
	}
	return s.answerDone(v, answer.Send(v.Context(), v.db, s.Key, v.by, answer.Sending{
		Request: v.id(), Version: v.version(), Way: v.line("way"), Base: s.Base, Until: until,
		Why: v.line("override_kind"), Over: v.text("override")}))
}

// answerDone goes back to the answer, or shows what was typed with what must
// change; after a conflict, beside what someone else stored.
func (s *Server) answerDone(v *visit, err error) error {
	id := v.id()
	if err == nil {
		return v.redirect(fileAddress(id) + "/reponse")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	sheet, err2 := answer.Look(v.Context(), v.db, v.by, id)
	if err2 != nil {
		return err2
	}
	if sheet.CanGoOn() && f.Values.Has("professional") { // another answer was being begun
		sheet = sheet.GoOn()
	}
	sheet.Signs = s.labelled(sheet.Signs, v.lang)
	p := s.answerPageOf(v, sheet, f)
	if !f.Values.Has("professional") { // the form that sends holds no text
		f.Values.Set("professional", sheet.Answer.Professional)
		f.Values.Set("family", sheet.Answer.Family)
	}
	if phare.KindOf(err) == phare.Conflict {
		p.Theirs = &sheet.Answer
	}
	return s.render(v, statusOf(err), "answer/write", p)
}

// version is the version of the record that the person saw; -1 if the form does
// not say, which is nobody's.
func (v *visit) version() int64 {
	n, err := strconv.ParseInt(v.PostFormValue("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
