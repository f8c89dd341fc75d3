package web

import (
	"net/http"
	"net/url"
	"strings"

	"phare"
	"phare/internal/directory"
	"phare/internal/request"
	"phare/internal/store"
)

// choiceReasons are the coded reasons of a choice, in words.
func (s *Server) choiceReasons(lang string) (all []option) {
	for _, code := range request.ChoiceReasons() {
		all = append(all, option{code, s.Text.Get(lang, "orient.because."+code, nil)})
	}
	return all
}

// choose writes down what the desk chose, and goes on to the question.
func (s *Server) choose(v *visit) error {
	id := v.id()
	c, err := s.chosen(v)
	if err == nil {
		err = request.Choose(v.Context(), v.db, v.by, id, c)
	}
	if err != nil {
		f := posted(v)
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showOrient(v, http.StatusUnprocessableEntity, f)
	}
	switch c.Kind {
	case request.ChosePerson:
		return v.redirect(fileAddress(id) + "/question?person=" + url.QueryEscape(c.Target))
	case request.ChoseOrganisation, request.ChoseNetwork:
		return v.redirect(fileAddress(id) + "/question?organisation=" + url.QueryEscape(c.Target))
	}
	return v.redirect(fileAddress(id) + "#choices")
}

// chosen reads the choice ("person:ID") and looks its name up in the directory,
// which also tells that the actor may see it.
func (s *Server) chosen(v *visit) (c request.Choice, err error) {
	kind, target, _ := strings.Cut(v.line("choice"), ":")
	c = request.Choice{Kind: kind, Target: target, Code: v.line("why"), Reason: v.text("reason"), Shown: phare.ID(v.line("shown"))}
	if other := v.line("other"); other != "" && (kind == "" || kind == request.ChoseOther) { // who names a team has chosen it
		c.Kind, c.Label = request.ChoseOther, other
	}
	if target == "" {
		return c, nil
	}
	err = v.db.Read(v.Context(), func(view *store.View) error {
		if kind == request.ChosePerson {
			p, o, err := directory.FindPerson(view, v.by, phare.ID(target))
			c.Label, c.Network = p.Name+", "+o.Name, o.Network
			if err == nil && !p.Active {
				err = phare.Field("choice", "expertise.recipient.gone")
			}
			return err
		}
		e, err := directory.Find(view, v.by, phare.ID(target))
		c.Label, c.Network = strings.TrimSuffix(e.Name+", "+e.Place, ", "), e.Network
		if err == nil && e.Gone {
			err = phare.Field("choice", "expertise.recipient.gone")
		}
		return err
	})
	if err != nil && phare.KindOf(err) == phare.NotFound {
		return c, phare.Field("choice", "orient.choice.missing")
	}
	return c, err
}
