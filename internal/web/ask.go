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
	all := []Route{
		{"GET /demande", open, s.askDoors},
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
	for _, d := range doors() {
		if d.Who == request.Family {
			continue
		}
		all = append(all,
			Route{"GET /demande/" + d.Slug, open, func(v *visit) error { return s.askPro(v, d.Who) }},
			Route{"POST /demande/" + d.Slug, open, func(v *visit) error { return s.askProSave(v, d.Who) }})
	}
	return append(all, s.resumeRoutes()...)
}

// askPage is a page of questions: the doors, the professional's form, or one
// step of the family's.
type askPage struct {
	ID      string // of the form
	Who     string // asks
	Slug    string // address of the form for them
	Form    form
	Choices map[string][]option
	Code    string // by which one goes on later; empty until the answers are on the server
	Parts   []askPart
	Carry   []typedField // family: what was answered before the form could be kept
	Step    step         // family only, as the three below
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
func (s *Server) newAskPage(v *visit, who, id string, f form) (askPage, error) {
	all, err := access.Platforms(v.Context(), v.db)
	p := askPage{ID: id, Who: who, Slug: slugOf(who), Form: f, Choices: s.askChoices(v.lang)}
	for _, x := range all {
		p.Choices["platform"] = append(p.Choices["platform"], option{x.ID, x.Name})
	}
	return p, err
}

// Doors are the kinds of requester with a page of their own, for the first page.
func (p askPage) Doors() (all []entrance) {
	for _, d := range doors() {
		if d.Who != request.Family {
			all = append(all, d)
		}
	}
	return all
}

// askDoors asks who comes, and where from.
func (s *Server) askDoors(v *visit) error {
	p, err := s.newAskPage(v, "", "", s.chosenPlatform(v))
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "ask/doors", p)
}

// chosenPlatform is an empty form but for the territory in the address.
func (s *Server) chosenPlatform(v *visit) form {
	return form{Values: url.Values{"platform": {v.URL.Query().Get("platform")}}}
}

// askPro shows the one-page form to one kind of requester.
func (s *Server) askPro(v *visit, who string) error {
	f := s.chosenPlatform(v)
	f.Values.Set("urgency", request.Routine)
	return s.showPro(v, http.StatusOK, who, request.Draft{Form: request.NewForm()}, f)
}

// askProAgain shows a one-page form with its draft, at the address of who asks.
func (s *Server) askProAgain(v *visit, d request.Draft) error {
	if slug := slugOf(d.Fields.Who); slug != v.PathValue("step") {
		return v.redirect("/demande/" + d.Form + "/" + slug)
	}
	return s.showPro(v, http.StatusOK, d.Fields.Who, d, formOf(d.Fields, v.lang, namesOf(d.Fields.Who)...))
}

func (s *Server) showPro(v *visit, status int, who string, d request.Draft, f form) error {
	p, err := s.newAskPage(v, who, d.Form, f)
	if err != nil {
		return err
	}
	p.Code = request.ShowCode(d.Code)
	p.Parts = s.askParts(v.lang, who, f, p.Choices)
	return s.render(v, status, "ask/pro", p)
}

// askProSave keeps the page, right or wrong, and goes on to the check page, or
// shows it again with the words of another kind of requester.
func (s *Server) askProSave(v *visit, who string) error {
	id, f := v.line("form"), posted(v)
	change := v.PostFormValue("change") != ""
	if to := v.line("who"); change && slugOf(to) != "" {
		who = to
	}
	later := v.PostFormValue("later") != "" || change
	fields := request.Fields{Who: who}
	fill(&fields, v, namesOf(who))
	err := fields.Check(v.db.Now())
	if fields.Platform != "" {
		saved := s.keepPro(v, id, fields, err == nil && !later)
		if saved != nil && phare.KindOf(saved) != phare.Invalid {
			return saved
		}
		if saved != nil {
			err = saved
		} else if later {
			return v.redirect("/demande/" + id + "/" + firstOf(fields))
		}
	}
	if who == request.Family { // nothing could be kept yet, and a family has pages of its own
		return v.redirect("/demande/" + familySlug)
	}
	if change && phare.KindOf(err) == phare.Invalid && fields.Platform == "" {
		return s.showPro(v, http.StatusOK, who, request.Draft{Form: id}, f)
	}
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		d := request.Draft{Form: id}
		if f.Get("platform") != "" && f.Fault("platform") == "" && statusOfPage(err) != http.StatusTooManyRequests {
			d = s.keptAs(v, id)
		}
		return s.showPro(v, statusOfPage(err), who, d, f)
	}
	return v.redirect("/demande/" + id + "/verifier")
}

// firstOf is the first page of a form that is gone on with.
func firstOf(f request.Fields) string {
	if f.Who == request.Family {
		return familySteps(f)[0].Slug
	}
	return slugOf(f.Who)
}

// keepPro stores a page as a draft. What it does not ask of this kind of requester,
// and was answered as another, stays.
func (s *Server) keepPro(v *visit, id string, fields request.Fields, whole bool) error {
	by, err := s.asker(v, id, fields.Platform)
	if err != nil {
		return err
	}
	if err := s.mayKeep(v, id, whole); err != nil {
		return err
	}
	_, err = request.SaveDraft(v.Context(), v.db, by, id, func(d *request.Fields) {
		d.Who = fields.Who
		fill(d, v, namesOf(fields.Who))
	})
	return err
}

// keptAs is the draft of a form, for the code that its page shows; without one the
// page shows none.
func (s *Server) keptAs(v *visit, id string) request.Draft {
	d, err := request.GetDraft(v.Context(), v.db, id)
	if err != nil {
		return request.Draft{Form: id}
	}
	return d
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
