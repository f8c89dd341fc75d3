package web

import (
	"net/http"
	"net/url"

	"phare"
	"phare/internal/access"
	"phare/internal/merge"
	"phare/internal/patient"
)

// doublesAddress is the list of identities that may be one person.
const doublesAddress = "/bureau/patients/doublons"

func (s *Server) mergeRoutes() []Route {
	edit := Policy{Right: access.EditPatient}
	fresh := edit
	fresh.Fresh = true
	return []Route{
		{"GET /bureau/patients/doublons", edit, s.doubles},
		{"GET /bureau/patients/doublons/{id}/{other}", edit, s.pair},
		{"POST /bureau/patients/doublons/{id}/{other}/proposer", fresh, s.mergeAsk},
		{"POST /bureau/patients/doublons/{id}/{other}/deux", edit, s.mergeTwo},
		{"POST /bureau/patients/rapprochements/{id}/confirmer", fresh, s.mergeConfirm},
		{"POST /bureau/patients/rapprochements/{id}/refuser", edit, s.mergeRefuse},
		{"POST /bureau/patients/rapprochements/{id}/defaire", fresh, s.mergeAskUndo},
		{"POST /bureau/patients/rapprochements/{id}/separer", fresh, s.mergeUndo},
		{"POST /bureau/patients/rapprochements/{id}/garder", edit, s.mergeKeep},
		{"POST /bureau/patients/rapprochements/{id}/rattacher", edit, s.mergeMove},
	}
}

// doublesPage is what the desk has to decide about identities.
type doublesPage struct {
	merge.Board
	Desk access.Platform
	By   access.Actor
	Done string
}

func (s *Server) doubles(v *visit) error {
	p := doublesPage{By: v.by, Done: justDone(v)}
	var err error
	if p.Board, err = merge.Doubles(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "merge/list", p)
}

// pairPage is two identities side by side.
type pairPage struct {
	merge.Pair
	Desk  access.Platform
	By    access.Actor
	Form  form
	Done  string
	Lines []traitLine
}

// traitLine is one trait of both, in words.
type traitLine struct {
	Label, A, B string
	Differ      bool
}

func pairAddress(one, other phare.ID) string {
	return doublesAddress + "/" + url.PathEscape(string(one)) + "/" + url.PathEscape(string(other))
}

func (s *Server) pair(v *visit) error {
	return s.showPair(v, http.StatusOK, v.id(), phare.ID(v.PathValue("other")), form{})
}

func (s *Server) showPair(v *visit, status int, one, other phare.ID, f form) error {
	p := pairPage{By: v.by, Form: f, Done: justDone(v)}
	var err error
	if p.Pair, err = merge.Open(v.Context(), v.db, v.by, one, other); err != nil {
		return err
	}
	if p.Merge.State == merge.Done || p.Merge.State == merge.Undoing {
		p.inOrder()
	}
	for _, t := range p.Traits {
		if t.A != "" || t.B != "" {
			p.Lines = append(p.Lines, traitLine{s.Text.Get(v.lang, "identity.trait."+t.Name, nil), s.traitWords(v.lang, t.Name, t.A), s.traitWords(v.lang, t.Name, t.B), t.Differ})
		}
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "merge/pair", p)
}

// inOrder shows the identity that stands first.
func (p *pairPage) inOrder() {
	if p.A.ID == p.Merge.Kept {
		return
	}
	p.A, p.B, p.OfA, p.OfB = p.B, p.A, p.OfB, p.OfA
	for i, t := range p.Traits {
		p.Traits[i].A, p.Traits[i].B = t.B, t.A
	}
}

// traitWords is the value of a trait as people read it.
func (s *Server) traitWords(lang, name, value string) string {
	if value == "" {
		return ""
	}
	switch name {
	case "identity":
		return s.Text.Get(lang, "patient.identity."+value, nil)
	case "sex":
		return s.Text.Get(lang, "patient.sex."+value, nil)
	case "document", "doubt":
		return s.Text.Get(lang, "identity."+name+"."+value, nil)
	case "birth_date", "asked_on":
		return patient.WriteDate(value)
	}
	return value
}

// Can says whether a form of the page has something to do.
func (p pairPage) Can(what string) bool {
	state := p.Merge.State
	mine := p.Merge.Mine(p.By)
	switch what {
	case "ask":
		return p.A.MergedInto == "" && p.B.MergedInto == "" && state != merge.Asked
	case "confirm":
		return state == merge.Asked && !mine
	case "refuse":
		return state == merge.Asked
	case "undo":
		return state == merge.Done
	case "separate":
		return state == merge.Undoing && !mine
	case "keep":
		return state == merge.Undoing
	}
	return false
}

// Kept is which identity stands, or would.
func (p pairPage) Kept() patient.Patient {
	if p.Merge.Kept == p.B.ID {
		return p.B
	}
	return p.A
}

// Under is the other one.
func (p pairPage) Under() patient.Patient {
	if p.Merge.Kept == p.B.ID {
		return p.A
	}
	return p.B
}

func (s *Server) mergeAsk(v *visit) error {
	one, other := v.id(), phare.ID(v.PathValue("other"))
	p := merge.Proposal{Kept: phare.ID(v.line("kept")), Reason: v.text("reason")}
	switch p.Kept {
	case one:
		p.Merged = other
	case other:
		p.Merged = one
	default:
		if _, err := merge.Open(v.Context(), v.db, v.by, one, other); err != nil {
			return err
		}
		return s.pairWrong(v, one, other, phare.Field("kept", "merge.kept.missing"))
	}
	if _, err := merge.Ask(v.Context(), v.db, v.by, p); err != nil {
		return s.pairWrong(v, one, other, err)
	}
	return v.done(doublesAddress, "merge.asked")
}

func (s *Server) pairWrong(v *visit, one, other phare.ID, err error) error {
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showPair(v, statusOf(err), one, other, f)
}

func (s *Server) mergeTwo(v *visit) error {
	one, other := v.id(), phare.ID(v.PathValue("other"))
	if err := merge.Two(v.Context(), v.db, v.by, one, other); err != nil {
		return s.pairWrong(v, one, other, err)
	}
	return v.done(doublesAddress, "merge.two")
}

// decided answers a decision about a merge: the list, or the pair with what is wrong.
func (s *Server) decided(v *visit, thing string, err error) error {
	if err == nil {
		return v.done(doublesAddress, thing)
	}
	one, other, e := merge.Of(v.Context(), v.db, v.by, v.id())
	if e != nil {
		return err
	}
	return s.pairWrong(v, one, other, err)
}

func (s *Server) mergeConfirm(v *visit) error {
	return s.decided(v, "merge.done", merge.Confirm(v.Context(), v.db, v.by, v.id()))
}

func (s *Server) mergeRefuse(v *visit) error {
	return s.decided(v, "merge.refused", merge.Refuse(v.Context(), v.db, v.by, v.id()))
}

func (s *Server) mergeAskUndo(v *visit) error {
	return s.decided(v, "merge.undoing", merge.AskUndo(v.Context(), v.db, v.by, v.id(), v.text("why")))
}

func (s *Server) mergeKeep(v *visit) error {
	return s.decided(v, "merge.kept", merge.Keep(v.Context(), v.db, v.by, v.id()))
}

// mergeUndo leads to the pair when requests came since, which somebody must give
// to the one or the other.
func (s *Server) mergeUndo(v *visit) error {
	if err := merge.Undo(v.Context(), v.db, v.by, v.id()); err != nil {
		return s.decided(v, "", err)
	}
	one, other, err := merge.Of(v.Context(), v.db, v.by, v.id())
	if err != nil { // one of the two was left without a request and is gone
		return v.done(doublesAddress, "merge.undone")
	}
	return v.done(pairAddress(one, other), "merge.undone")
}

func (s *Server) mergeMove(v *visit) error {
	one, other, err := merge.Of(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if err := merge.Move(v.Context(), v.db, v.by, v.id(), phare.ID(v.line("request"))); err != nil {
		return s.pairWrong(v, one, other, err)
	}
	return v.done(pairAddress(one, other), "merge.moved")
}

// mergesFor counts what waits for this person's word about identities.
func mergesFor(v *visit) (int, error) { return merge.Waiting(v.Context(), v.db, v.by) }
