package web

import (
	"net/http"
	"net/url"
	"strings"

	"phare"
	"phare/internal/mail"
	"phare/internal/request"
)

// Codes sent to one mail address, whoever asks for them: nobody's letter box is
// filled by forms that others begin.
const codeToPerHour, codeToBurst = 1, 4

func (s *Server) resumeRoutes() []Route {
	return []Route{
		{"GET " + request.ResumePath, Policy{Open: true}, s.resumeForm},
		{"POST " + request.ResumePath, Policy{Open: true}, s.resume},
		{"POST /demande/{form}/code", Policy{Draft: true}, s.askCode},
	}
}

// resumePage asks for the code of a form that was begun.
type resumePage struct{ Form form }

func (s *Server) resumeForm(v *visit) error {
	return s.render(v, http.StatusOK, "ask/resume", resumePage{form{Values: url.Values{}}})
}

// resume leads from a code to the page of the form that waits for an answer. It is
// limited as tracking is, and says the same of every code that opens nothing.
func (s *Server) resume(v *visit) error {
	f := posted(v)
	if !s.codes.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "resume.toomany", nil)}}
		return s.render(v, http.StatusTooManyRequests, "ask/resume", resumePage{f})
	}
	d, err := request.Resume(v.Context(), v.db, v.line("code"))
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.render(v, http.StatusUnprocessableEntity, "ask/resume", resumePage{f})
	}
	return v.redirect("/demande/" + d.Form + "/" + s.whereNext(v, d))
}

// whereNext is the page of a draft that waits for an answer: the first with a
// fault, else the one that shows all.
func (s *Server) whereNext(v *visit, d request.Draft) string {
	switch {
	case d.Fields.Who == "": // the note of a call that broke off: whoever called goes on as a family
		return familySteps(d.Fields)[0].Slug
	case d.Fields.Who != request.Family:
		return slugOf(d.Fields.Who)
	}
	for _, st := range familySteps(d.Fields) {
		if d.Fields.Check(v.db.Now(), st.Names...) != nil {
			return st.Slug
		}
	}
	return checkStep
}

// draftCodePage says that the code of a form was sent, or what must change.
type draftCodePage struct {
	ID, Code, To string
	Form         form
	Sent         bool
}

// codeAddress is an address or a number as it is counted: however it was typed.
func codeAddress(typed string) string {
	if mail.IsMobile(typed) {
		return mail.Number(typed)
	}
	return strings.ToLower(typed)
}

// askCode sends the code of a form to an address, if asked.
func (s *Server) askCode(v *visit) error {
	id := v.PathValue("form")
	d, err := request.GetDraft(v.Context(), v.db, id)
	if err != nil {
		return s.afterSent(v, err)
	}
	p := draftCodePage{ID: id, Code: request.ShowCode(d.Code), To: s.whereNext(v, d), Form: posted(v)}
	if v.line("code_mail") == "" { // the page that asks where to
		return s.render(v, http.StatusOK, "ask/code", p)
	}
	by, err := s.asker(v, id, d.Fields.Platform)
	if err == nil {
		err = s.mayKeep(v, id, true)
	}
	if err == nil && !s.codesTo.allow(codeAddress(v.line("code_mail"))) {
		err = phare.Field("code_mail", "resume.sent.many")
	}
	if err == nil {
		err = request.SendCode(v.Context(), v.db, by, id, v.line("code_mail"))
	}
	if err != nil {
		if !s.wrong(v, &p.Form, err) {
			return err
		}
		return s.render(v, statusOfPage(err), "ask/code", p)
	}
	p.Sent = true
	return s.render(v, http.StatusOK, "ask/code", p)
}
