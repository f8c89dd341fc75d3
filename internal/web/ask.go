package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
)

func (s *Server) askRoutes() []Route {
	open, draft := Policy{Open: true}, Policy{Draft: true}
	return []Route{
		{"GET /demande", open, s.askDoors},
		{"GET /demande/medecin", open, s.askGP},
		{"POST /demande/medecin", open, s.askGPSave},
		{"GET /demande/{form}/medecin", draft, s.askGPAgain},
		{"GET /demande/famille", open, s.askFamily},
		{"POST /demande/famille", open, s.askFamilySave},
		{"GET /demande/{form}/{step}", draft, s.askStep},
		{"POST /demande/{form}/{step}", draft, s.askStepSave},
		{"GET /demande/{form}/verifier", draft, s.askCheck},
		{"POST /demande/{form}/envoyer", draft, s.askSend},
		{"POST /demande/{form}/complement", draft, s.askComplement},
		{"GET /demande/{form}/recu", draft, s.askReceipt},
		{"GET /demande/{form}/pieces", draft, s.askFiles},
		{"POST /demande/{form}/pieces", Policy{Draft: true, Files: true}, s.askFilesSave},
		{"POST /demande/{form}/pieces/{piece}/retirer", draft, s.askFilesDrop},
	}
}

// askPage is a page of questions: the doors, the professional's form, or one
// step of the family's.
type askPage struct {
	ID      string // of the form
	Form    form
	Choices map[string][]option
	Kept    bool // the answers are on the server
	Step    step // family only, as the three below
	Number  int
	Count   int
	Back    string // address of the page before
	Return  string // "verifier" when the page was reached from the check page
}

// asker is who fills a form in: someone of that desk's staff, for a person on
// the telephone, or anyone. The desk is the one that has the form once it was
// sent, whatever territory was typed: to name another one lets nobody write in a
// file whose circle they are not in.
func (s *Server) asker(v *visit, form, typed string) (access.Actor, error) {
	sentTo, err := request.SentTo(v.Context(), v.db, v.by, form)
	if err != nil {
		return access.Actor{}, err
	}
	platform := cmp.Or(sentTo, typed)
	if v.by.Platform == platform && v.by.Can(access.SubmitRequest) {
		return v.by, nil
	}
	return access.Anyone(platform), nil
}

// newAskPage is a page with its lists of choices.
func (s *Server) newAskPage(v *visit, id string, f form) (askPage, error) {
	all, err := access.Platforms(v.Context(), v.db)
	p := askPage{ID: id, Form: f, Choices: map[string][]option{}}
	for _, x := range all {
		p.Choices["platform"] = append(p.Choices["platform"], option{x.ID, x.Name})
	}
	for name, values := range map[string][]string{
		"diagnosis": {request.NoDiagnosis, request.Suspected, request.Confirmed, request.NotKnown},
		"relation":  request.Relations(),
		"sex":       request.Sexes(),
		"urgency":   {request.Routine, request.Soon, request.Urgent},
		"news":      {"phone", "sms", "mail", "post"},
	} {
		for _, x := range values {
			p.Choices[name] = append(p.Choices[name], option{x, s.Text.Get(v.lang, "ask.value."+name+"."+x, nil)})
		}
	}
	return p, err
}

// askDoors asks who comes, and where from.
func (s *Server) askDoors(v *visit) error {
	p, err := s.newAskPage(v, "", s.chosenPlatform(v))
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "ask/doors", p)
}

// chosenPlatform is an empty form but for the territory in the address.
func (s *Server) chosenPlatform(v *visit) form {
	return form{Values: url.Values{"platform": {v.URL.Query().Get("platform")}}}
}

// gpNames are the fields of the professional's page, in its order.
func gpNames() []string {
	return []string{"platform", "diagnosis", "disease", "family_name", "first_name", "birth_date", "sex", "commune", "interpreter",
		"question", "story", "done", "urgency", "name", "place", "phone", "mail", "news", "consent"}
}

func (s *Server) askGP(v *visit) error {
	f := s.chosenPlatform(v)
	f.Values.Set("urgency", request.Routine)
	p, err := s.newAskPage(v, request.NewForm(), f)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "ask/gp", p)
}

// askGPAgain shows the professional's page with its draft.
func (s *Server) askGPAgain(v *visit) error {
	d, err := request.GetDraft(v.Context(), v.db, v.PathValue("form"))
	if err != nil {
		return s.afterSent(v, err)
	}
	return s.showGP(v, http.StatusOK, d.Form, formOf(d.Fields, v.lang, gpNames()...))
}

func (s *Server) showGP(v *visit, status int, id string, f form) error {
	p, err := s.newAskPage(v, id, f)
	if err != nil {
		return err
	}
	p.Kept = f.Get("platform") != "" && f.Fault("platform") == "" && status != http.StatusTooManyRequests
	return s.render(v, status, "ask/gp", p)
}

// askGPSave keeps the page, right or wrong, and goes on to the check page.
func (s *Server) askGPSave(v *visit) error {
	id, f := v.line("form"), posted(v)
	fields := request.Fields{Who: request.GP}
	fill(&fields, v, gpNames())
	err := fields.Check(v.db.Now())
	if fields.Platform != "" {
		by, saved := s.asker(v, id, fields.Platform)
		if saved == nil {
			saved = s.mayKeep(v, id, err == nil && v.PostFormValue("later") == "")
		}
		if saved == nil {
			_, saved = request.SaveDraft(v.Context(), v.db, by, id, func(d *request.Fields) { *d = fields })
		}
		if saved != nil && phare.KindOf(saved) != phare.Invalid {
			return saved
		}
		if saved != nil {
			err = saved
		} else if v.PostFormValue("later") != "" {
			return v.redirect("/demande/" + id + "/medecin")
		}
	}
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showGP(v, statusOfPage(err), id, f)
	}
	return v.redirect("/demande/" + id + "/verifier")
}

// fill sets the named fields to what was posted.
func fill(f *request.Fields, v *visit, names []string) {
	for _, name := range names {
		f.Set(name, v.text(name))
		f.SetUnsure(name, slices.Contains(v.PostForm["unsure"], name))
	}
	f.Lang = v.lang
}

// formOf shows stored fields on a page again.
func formOf(f request.Fields, lang string, names ...string) form {
	out := form{Values: url.Values{}}
	for _, name := range names {
		out.Values.Set(name, f.Get(name))
		if f.IsUnsure(name) {
			out.Values.Add("unsure", name)
		}
	}
	if f.IsUnsure("urgency") && out.Values.Has("urgency") {
		out.Values.Set("urgency", request.NotKnown) // a choice of its own, not a box beside an answer
	}
	out.Values.Set("birth_date", birthTyped(lang, f.BirthDate))
	return out
}

// afterSent answers for a form that has no draft: if it was sent, with what
// became of it.
func (s *Server) afterSent(v *visit, err error) error {
	if phare.KindOf(err) != phare.NotFound {
		return err
	}
	id := v.PathValue("form")
	if _, err := request.FindReceipt(v.Context(), v.db, s.Key, v.by, id); err != nil {
		return err
	}
	changes, err := request.Changes(v.Context(), v.db, v.by, id)
	if err != nil {
		return err
	}
	if len(changes) > 0 {
		return v.redirect("/demande/" + id + "/verifier")
	}
	return v.redirect("/demande/" + id + "/recu")
}
