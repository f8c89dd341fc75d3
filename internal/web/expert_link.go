package web

import (
	"errors"
	"net/http"

	"phare/internal/access"
	"phare/internal/expertise"
)

// The expert's pages. Every GET shows the door only: a reference, a desk, a
// date and a button. Mail filters and link previews open addresses, and a
// browser's history keeps them; only a person presses the button. The case
// comes as the reply to that post and is nowhere else: nothing is kept in the
// browser, a reload asks for it again, a later visit presses the button again.

// expertDoorPage is all that a GET shows of a link.
type expertDoorPage struct {
	Door  expertise.Door
	Desk  access.Platform
	Token string
	Typed []string // what came too late, so that it is not lost
}

func (s *Server) expertDoor(v *visit) error {
	_, door, err := expertise.FromLink(v.Context(), v.db, s.Key, v.PathValue("token"))
	if err != nil {
		return err
	}
	return s.showExpertDoor(v, http.StatusOK, door, nil)
}

func (s *Server) showExpertDoor(v *visit, status int, door expertise.Door, typed []string) error {
	desk, err := access.FindPlatform(v.Context(), v.db, door.Platform)
	if err != nil {
		return err
	}
	if status == http.StatusOK && (door.State == expertise.Withdrawn || door.State == expertise.Expired) {
		status = http.StatusGone
	}
	return s.render(v, status, "expert/door", expertDoorPage{door, desk, v.PathValue("token"), typed})
}

// expertPost opens the question, files an opinion, or says no.
func (s *Server) expertPost(v *visit) error {
	by, door, err := expertise.FromLink(v.Context(), v.db, s.Key, v.PathValue("token"))
	if err != nil {
		return err
	}
	var q expertise.Question
	switch v.line("do") {
	case "answer":
		q, err = expertise.Answer(v.Context(), v.db, by, opinionOf(v))
	case "refuse":
		q, err = expertise.Refuse(v.Context(), v.db, by, v.line("reason"), v.text("note"))
	default:
		q, err = expertise.OpenLink(v.Context(), v.db, by)
		if err == nil {
			return s.showExpertCase(v, http.StatusOK, q, form{})
		}
	}
	if err == nil {
		return v.redirect("/avis/" + v.PathValue("token"))
	}
	return s.expertFailed(v, door, q, err)
}

// expertFailed shows what could not be filed, with every typed word.
func (s *Server) expertFailed(v *visit, door expertise.Door, q expertise.Question, err error) error {
	if errors.Is(err, expertise.ErrEnded) {
		return s.showExpertDoor(v, http.StatusGone, door, typedOpinion(v))
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showExpertCase(v, statusOf(err), q, f)
}

// expertCasePage is the question with the box for its answer, or what was
// filed, which is locked.
type expertCasePage struct {
	Form    form
	Q       expertise.Question
	Case    caseView
	Desk    access.Platform
	Token   string
	Reasons []option
	Filed   bool
	Doubt   bool     // the RPPS number is not well formed: said, not refused
	Typed   []string // what could not replace it
}

func (s *Server) showExpertCase(v *visit, status int, q expertise.Question, f form) error {
	desk, err := access.FindPlatform(v.Context(), v.db, q.Platform)
	if err != nil {
		return err
	}
	p := expertCasePage{Form: f, Q: q, Case: caseOf(q.Shown), Desk: desk, Token: v.PathValue("token"),
		Filed: q.State == expertise.Answered || q.State == expertise.Refused, Doubt: expertise.RPPSDoubt(q.Opinion.RPPS)}
	for _, reason := range expertise.Reasons() {
		p.Reasons = append(p.Reasons, option{reason, s.Text.Get(v.lang, "expertise.reason."+reason, nil)})
	}
	if p.Filed {
		p.Typed = typedOpinion(v)
		return s.render(v, status, "expert/filed", p)
	}
	return s.render(v, status, "expert/case", p)
}

func opinionOf(v *visit) expertise.Opinion {
	return expertise.Opinion{Words: v.text("opinion"), Exams: v.text("exams"), Referral: v.text("referral"), Delay: v.text("delay"),
		Name: v.line("signed"), RPPS: v.line("rpps")}
}

// typedOpinion is what was typed into a form that came too late.
func typedOpinion(v *visit) (typed []string) {
	for _, name := range []string{"opinion", "exams", "referral", "delay", "note"} {
		if t := v.text(name); t != "" {
			typed = append(typed, t)
		}
	}
	return typed
}
