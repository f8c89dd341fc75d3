package web

import (
	"net/http"
	"time"

	"phare/internal/access"
	"phare/internal/erasure"
	"phare/internal/request"
)

func (s *Server) erasureRoutes() []Route {
	ask, confirm := Policy{Right: access.AskErasure, File: FileWork}, Policy{Right: access.ConfirmErasure}
	asks, confirms := ask, confirm
	asks.Fresh, confirms.Fresh = true, true
	return []Route{
		{"GET /bureau/demandes/{id}/effacer", ask, s.erasureForm},
		{"POST /bureau/demandes/{id}/effacer", asks, s.erasureAsk},
		{"GET /bureau/effacements", confirm, s.erasures},
		{"POST /bureau/effacements/{id}/confirmer", confirms, s.erasureConfirm},
		{"POST /bureau/effacements/{id}/garder", confirms, s.erasureKeep},
	}
}

// erasurePage asks for the erasure of one file.
type erasurePage struct {
	request.File
	Desk    access.Platform
	Form    form
	Waiting erasure.Erasure // it was asked already
}

func (s *Server) erasureForm(v *visit) error { return s.showErasure(v, http.StatusOK, form{}) }

func (s *Server) showErasure(v *visit, status int, f form) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := erasurePage{File: file, Form: f}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Waiting, err = erasure.Of(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return s.render(v, status, "erasure/ask", p)
}

// IsClosed says whether the request can be erased.
func (p erasurePage) IsClosed() bool { return p.State == request.Closed }

func (s *Server) erasureAsk(v *visit) error {
	err := erasure.Ask(v.Context(), v.db, v.by, v.id(), v.line("ground"))
	if err == nil {
		return v.done("/bureau/effacements", "erasure")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showErasure(v, statusOf(err), f)
}

// erasuresPage is what waits for a second person, and what was decided. It shows
// no file: only references.
type erasuresPage struct {
	Desk           access.Platform
	By             access.Actor
	Waiting, Ended []erasure.Erasure
	Done           string
}

func (s *Server) erasures(v *visit) error {
	p := erasuresPage{By: v.by, Done: justDone(v)}
	var err error
	if p.Waiting, err = erasure.Waiting(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Ended, err = erasure.Ended(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "erasure/list", p)
}

func (s *Server) erasureConfirm(v *visit) error {
	if err := erasure.Confirm(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/effacements", "erased")
}

func (s *Server) erasureKeep(v *visit) error {
	if err := erasure.Withdraw(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/effacements", "kept")
}

// erasuresTold are the erasures that were carried out, beside what else was
// decided for a platform.
type erasuresTold struct {
	All  []erasure.Done // the last ones
	N    int
	Zone string
}

// toldErasures is nil for who does not answer for the platform.
func toldErasures(v *visit, zone string, from, to time.Time) (*erasuresTold, error) {
	if !v.by.Can(access.ReadTrail) {
		return nil, nil
	}
	all, n, err := erasure.Told(v.Context(), v.db, v.by, from, to)
	return &erasuresTold{all, n, zone}, err
}

// erasesFor counts what waits for this person's word.
func erasesFor(v *visit) (n int, err error) {
	if !v.by.Can(access.ConfirmErasure) {
		return 0, nil
	}
	waiting, err := erasure.Waiting(v.Context(), v.db, v.by)
	for _, e := range waiting {
		if !e.Mine(v.by) {
			n++
		}
	}
	return n, err
}
