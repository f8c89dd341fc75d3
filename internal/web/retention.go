package web

import (
	"net/http"
	"strconv"
	"time"

	"phare/internal/access"
	"phare/internal/erasure"
	"phare/internal/retention"
)

func (s *Server) retentionRoutes() []Route {
	keep := Policy{Right: access.KeepRules}
	return []Route{
		{"GET /bureau/conservation", keep, s.retention},
		{"POST /bureau/conservation", Policy{Right: access.KeepRules, Fresh: true}, s.retentionSet},
		{"POST /bureau/conservation/effacer", Policy{Right: access.AskErasure, Fresh: true}, s.retentionErase},
		{"POST /bureau/demandes/{id}/deces", Policy{Right: access.EditPatient, File: FileWork}, s.retentionDeath},
	}
}

// retentionPage is how long what is kept, and what is over: counts by rule, and for
// who may read files their references.
type retentionPage struct {
	retention.Report
	Rules   retention.Rules
	By      access.Actor
	Desk    access.Platform
	Form    form
	Doing   string
	Done    string
	Choices []option

	lang string
}

// Label is what a rule is called.
func (p retentionPage) Label(r retention.Rule) string { return r.Label(p.lang) }

// IsOver says whether a file is to be erased today.
func (p retentionPage) IsOver(c retention.Case) bool { return c.IsDue(p.Today) }

func (s *Server) retention(v *visit) error { return s.showRetention(v, http.StatusOK, form{}, "") }

func (s *Server) showRetention(v *visit, status int, f form, doing string) error {
	p := retentionPage{By: v.by, Form: f, Doing: doing, Done: justDone(v), lang: v.lang}
	var err error
	if p.Report, err = retention.Dry(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Rules, err = retention.Of(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	for _, r := range p.Rules {
		if r.By == retention.ByDesk {
			p.Choices = append(p.Choices, option{r.ID, r.Label(v.lang)})
		}
	}
	return s.render(v, status, "person/kept", p)
}

func (s *Server) retentionSet(v *visit) error {
	amount, _ := strconv.Atoi(v.line("amount"))
	c := retention.Change{Rule: v.line("rule"), Amount: amount, Source: v.line("source"), VerifiedOn: v.line("verified_on"), Why: v.line("why")}
	if day, err := s.deskDay(v, c.VerifiedOn); err == nil && !day.IsZero() {
		c.VerifiedOn = day.Format(time.DateOnly)
	}
	err := retention.Set(v.Context(), v.db, v.by, c)
	if err == nil {
		return v.done("/bureau/conservation", "rule")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.boxIn("regle")
	return s.showRetention(v, statusOf(err), f, "regle")
}

// retentionErase asks for the erasure of all that is over: another person confirms.
func (s *Server) retentionErase(v *visit) error {
	n, err := erasure.AskDue(v.Context(), v.db, v.by)
	switch {
	case err != nil:
		return err
	case n == 0:
		return v.done("/bureau/conservation", "none.due")
	}
	return v.done("/bureau/effacements", "erasure")
}

func (s *Server) retentionDeath(v *visit) error {
	day := v.line("day")
	if d, err := s.deskDay(v, day); err == nil && !d.IsZero() {
		day = d.Format(time.DateOnly)
	}
	return s.personDone(v, "deces", "death", retention.NoteDeath(v.Context(), v.db, v.by, v.id(), day, v.line("death_source")))
}
