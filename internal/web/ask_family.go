package web

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"phare"
	"phare/internal/mail"
	"phare/internal/request"
	"phare/internal/text"
)

// step is one page of the family's form.
type step struct {
	Slug  string   // in the address
	Names []string // the fields it asks for
}

// familySteps are the pages of the family's form, in order.
func familySteps() []step {
	return []step{
		{"territoire", []string{"platform", "commune"}},
		{"diagnostic", []string{"diagnosis", "disease"}},
		{"pour-qui", []string{"relation"}},
		{"nom", []string{"first_name", "family_name"}},
		{"naissance", []string{"birth_date", "sex"}},
		{"histoire", []string{"story"}},
		{"deja-fait", []string{"done"}},
		{"attente", []string{"question"}},
		{"urgence", []string{"urgency"}},
		{"vous-joindre", []string{"name", "phone", "mail", "place", "news", "centre", "interpreter"}},
		{"medecin-traitant", []string{"doctor"}},
		{"accord", []string{"consent"}},
	}
}

// Title is the key of the question of a step; patients who ask for themselves
// are spoken to where it is about them.
func (p askPage) Title() string {
	key := "ask.step." + p.Step.Slug
	if p.Form.Get("relation") == "self" && (p.Step.Slug == "nom" || p.Step.Slug == "naissance") {
		key += ".self"
	}
	return key
}

// findStep is the place of a step in the form; ok is false if there is none.
func findStep(slug string) (i int, ok bool) {
	for i, st := range familySteps() {
		if st.Slug == slug {
			return i, true
		}
	}
	return 0, false
}

const checkStep = "verifier" // the page after the last step, and where "change" links return to

// askFamily shows the first page; nothing is stored until it is answered.
func (s *Server) askFamily(v *visit) error {
	return s.showStep(v, http.StatusOK, request.NewForm(), 0, s.chosenPlatform(v))
}

// askFamilySave begins the draft.
func (s *Server) askFamilySave(v *visit) error {
	return s.saveStep(v, v.line("form"), 0)
}

func (s *Server) askStep(v *visit) error {
	i, ok := findStep(v.PathValue("step"))
	if !ok {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	d, err := request.GetDraft(v.Context(), v.db, v.PathValue("form"))
	if err != nil {
		return s.afterSent(v, err)
	}
	f := formOf(d.Fields, v.lang, familySteps()[i].Names...)
	if v.URL.Query().Get("retour") == checkStep {
		f.Values.Set("retour", checkStep)
	}
	f.Values.Set("relation", d.Fields.Relation)
	return s.showStep(v, http.StatusOK, d.Form, i, f)
}

func (s *Server) askStepSave(v *visit) error {
	i, ok := findStep(v.PathValue("step"))
	if !ok {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return s.saveStep(v, v.PathValue("form"), i)
}

func (s *Server) showStep(v *visit, status int, id string, i int, f form) error {
	p, err := s.newAskPage(v, id, f)
	if err != nil {
		return err
	}
	p.Choices["urgency"] = append(p.Choices["urgency"], option{request.NotKnown, s.Text.Get(v.lang, "ask.value.urgency.unknown", nil)})
	p.Choices["news"] = append(p.Choices["news"], option{mail.ByCentre, s.Text.Get(v.lang, "ask.value.news.centre", nil)})
	steps := familySteps()
	p.Step, p.Number, p.Count = steps[i], i+1, len(steps)
	p.Kept = i > 0
	switch {
	case f.Get("retour") == checkStep:
		p.Return, p.Back = checkStep, "/demande/"+id+"/"+checkStep
	case i > 0:
		p.Back = "/demande/" + id + "/" + steps[i-1].Slug
	default:
		p.Back = "/demande"
	}
	return s.render(v, status, "ask/step", p)
}

// saveStep keeps the answers of one page, right or wrong, and goes on to the
// next page if they are right.
func (s *Server) saveStep(v *visit, id string, i int) error {
	f, steps := posted(v), familySteps()
	platform := v.line("platform")
	if i > 0 {
		var err error
		if platform, err = request.PlatformOf(v.Context(), v.db, v.by, id); err != nil {
			return err
		}
	}
	var fields request.Fields
	by, err := s.asker(v, id, platform)
	if err != nil {
		return err
	}
	err = error(phare.Field("platform", "request.platform.missing"))
	if platform != "" {
		err = s.mayKeep(v, id, false)
	}
	if platform != "" && err == nil {
		fields, err = request.SaveDraft(v.Context(), v.db, by, id, func(d *request.Fields) {
			d.Who = request.Family
			fill(d, v, steps[i].Names)
		})
	}
	if err == nil {
		err = fields.Check(v.db.Now(), steps[i].Names...)
	}
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		if errors.Is(err, errTooMany) { // what was kept before still says who is spoken to
			d, _ := request.GetDraft(v.Context(), v.db, id)
			fields.Relation = cmp.Or(f.Get("relation"), d.Fields.Relation)
		}
		f.Values.Set("relation", fields.Relation)
		return s.showStep(v, statusOfPage(err), id, i, f)
	}
	next := checkStep
	if i+1 < len(steps) && f.Get("retour") != checkStep {
		next = steps[i+1].Slug
	}
	return v.redirect("/demande/" + id + "/" + next)
}

// birthTyped is a stored date of birth as people type it.
func birthTyped(lang, date string) string {
	if t, err := time.Parse(time.DateOnly, date); err == nil {
		return t.Format("02/01/2006")
	}
	if t, err := time.Parse("2006-01", date); err == nil {
		return t.Format("01/2006")
	}
	return text.BirthDate(lang, date)
}
