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

// familySteps are the pages of the family's form, in order. Whether the disease has
// a name is asked first: who looks for one is asked since when, who has one which
// it is and who follows it.
func familySteps(f request.Fields) []step {
	second := step{"depuis", []string{"since"}}
	if f.IsNamed() {
		second = step{"maladie", []string{"disease", "followed"}}
	}
	return []step{
		{"diagnostic", []string{"diagnosis"}},
		{"territoire", []string{"platform", "commune"}},
		second,
		{"pour-qui", []string{"relation"}},
		{"nom", []string{"first_name", "family_name"}},
		{"naissance", []string{"birth_date", "sex"}},
		{"histoire", []string{"story"}},
		{"deja-fait", []string{"done"}},
		{"attente", []string{"question"}},
		{"urgence", []string{"urgency"}},
		{"vous-joindre", []string{"name", "phone", "mail", "place", "news", "centre", "interpreter"}},
		{"medecin-traitant", []string{"doctor", "aware"}},
		{"accord", []string{"consent"}},
	}
}

// Title is the key of the question of a step; patients who ask for themselves
// are spoken to where it is about them, and whoever has a name for the disease is
// not asked what it looks like.
func (p askPage) Title() string {
	key := "ask.step." + p.Step.Slug
	if p.Form.Get("relation") == "self" && (p.Step.Slug == "nom" || p.Step.Slug == "naissance") {
		return key + ".self"
	}
	if p.Form.Get("relation") == "parent" && (p.Step.Slug == "nom" || p.Step.Slug == "naissance") {
		return key + ".parent"
	}
	if p.Step.Slug == "histoire" && (request.Fields{Diagnosis: p.Form.Get("diagnosis")}).IsNamed() {
		return key + ".named"
	}
	return key
}

// findStep is the place of a step in the form; ok is false if there is none.
func findStep(f request.Fields, slug string) (i int, ok bool) {
	for i, st := range familySteps(f) {
		if st.Slug == slug {
			return i, true
		}
	}
	return 0, false
}

const checkStep = "verifier" // the page after the last step, and where "change" links return to

// askFamily shows the first page; nothing is stored until the second is answered,
// which says which desk keeps it.
func (s *Server) askFamily(v *visit) error {
	return s.showStep(v, http.StatusOK, familyPage{draft: request.Draft{Form: request.NewForm()}, form: s.chosenPlatform(v)})
}

// askFamilySave carries the first answer on to the second page, and begins the
// draft with both.
func (s *Server) askFamilySave(v *visit) error {
	p := familyPage{draft: request.Draft{Form: v.line("form")}, form: posted(v)}
	fill(&p.draft.Fields, v, []string{"diagnosis"})
	if err := (request.Fields{Who: request.Family, Diagnosis: p.draft.Fields.Diagnosis}).Check(v.db.Now(), "diagnosis"); err != nil {
		if !s.wrong(v, &p.form, err) {
			return err
		}
		return s.showStep(v, http.StatusUnprocessableEntity, p)
	}
	if v.PostFormValue("etape") != "" {
		p.i = 1
		return s.saveStep(v, p, "diagnosis", "platform", "commune")
	}
	if v.line("platform") != "" { // chosen before: it can be kept at once
		return s.saveStep(v, p, "diagnosis", "platform")
	}
	p.i = 1
	return s.showStep(v, http.StatusOK, p)
}

// familyPage is one page of the family's form under way.
type familyPage struct {
	draft request.Draft
	form  form
	i     int // which page
}

// askStep shows one page of a draft: of the family's form, or the one page of
// the others.
func (s *Server) askStep(v *visit) error {
	d, err := request.GetDraft(v.Context(), v.db, v.PathValue("form"))
	slug := v.PathValue("step")
	if err != nil {
		if _, ok := findStep(d.Fields, slug); !ok && whoOf(slug) == "" && slug != "maladie" {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		return s.afterSent(v, err)
	}
	i, ok := findStep(d.Fields, slug)
	if slugOf(d.Fields.Who) != "" && d.Fields.Who != request.Family && (ok || whoOf(slug) != "") {
		return s.askProAgain(v, d)
	}
	if !ok {
		return s.otherPath(v, d, slug)
	}
	f := formOf(d.Fields, v.lang, familySteps(d.Fields)[i].Names...)
	if v.URL.Query().Get("retour") == checkStep {
		f.Values.Set("retour", checkStep)
	}
	return s.showStep(v, http.StatusOK, familyPage{d, f, i})
}

// otherPath leads from a page that goes with the other answer to the first
// question to the one that goes with this.
func (s *Server) otherPath(v *visit, d request.Draft, slug string) error {
	if slug == "depuis" || slug == "maladie" {
		return v.redirect("/demande/" + d.Form + "/" + familySteps(d.Fields)[2].Slug)
	}
	return phare.Fault(phare.NotFound, "error.notfound")
}

func (s *Server) askStepSave(v *visit) error {
	d := s.keptAs(v, v.PathValue("form"))
	i, ok := findStep(d.Fields, v.PathValue("step"))
	if named := !ok && v.PathValue("step") == "maladie"; named { // the first answer was changed meanwhile, or the form was sent
		i, ok = 2, true
		d.Fields.Diagnosis = request.Confirmed
	}
	if !ok {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return s.saveStep(v, familyPage{d, posted(v), i}, familySteps(d.Fields)[i].Names...)
}

func (s *Server) showStep(v *visit, status int, x familyPage) error {
	id, f, i := x.draft.Form, x.form, x.i
	f.Values.Set("relation", cmp.Or(f.Get("relation"), x.draft.Fields.Relation))
	f.Values.Set("diagnosis", cmp.Or(f.Get("diagnosis"), x.draft.Fields.Diagnosis))
	p, err := s.newAskPage(v, request.Family, id, f)
	if err != nil {
		return err
	}
	p.Choices["urgency"] = append(p.Choices["urgency"], option{request.NotKnown, s.Text.Get(v.lang, "ask.value.urgency.unknown", nil)})
	p.Choices["news"] = append(p.Choices["news"], option{mail.ByCentre, s.Text.Get(v.lang, "ask.value.news.centre", nil)})
	steps := familySteps(request.Fields{Diagnosis: f.Get("diagnosis")})
	p.Step, p.Number, p.Count = steps[i], i+1, len(steps)
	p.Code = request.ShowCode(x.draft.Code)
	switch {
	case f.Get("retour") == checkStep:
		p.Return, p.Back = checkStep, "/demande/"+id+"/"+checkStep
	case p.Code == "" && i == 1:
		p.Back = "/demande/" + familySlug
	case i > 0:
		p.Back = "/demande/" + id + "/" + steps[i-1].Slug
	default:
		p.Back = "/demande"
	}
	if p.Code == "" && i < 2 { // nothing is kept yet: the first page's answer goes along
		p.Carry = []typedField{{"form", id}}
		if i == 0 && f.Get("platform") != "" {
			p.Carry = append(p.Carry, typedField{"platform", f.Get("platform")})
		} else if i == 1 {
			p.Carry = append(p.Carry, typedField{"diagnosis", f.Get("diagnosis")}, typedField{"etape", p.Step.Slug})
		}
	}
	return s.render(v, status, "ask/step", p)
}

// Action is where a page of the family's form is posted.
func (p askPage) Action() string {
	if p.Carry != nil {
		return "/demande/" + familySlug
	}
	return "/demande/" + p.ID + "/" + p.Step.Slug
}

// saveStep keeps the answers of one page, right or wrong, and goes on to the
// next page if they are right.
func (s *Server) saveStep(v *visit, x familyPage, names ...string) error {
	id, f := x.draft.Form, x.form
	platform := v.line("platform")
	if !v.PostForm.Has("form") { // begun before
		var err error
		if platform, err = request.PlatformOf(v.Context(), v.db, v.by, id); err != nil {
			return err
		}
	}
	fields := x.draft.Fields
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
			fill(d, v, names)
		})
	}
	if err == nil {
		err = fields.Check(v.db.Now(), names...)
	}
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		x.form, x.draft.Fields = f, fields
		if !errors.Is(err, errTooMany) {
			x.draft.Code = s.keptAs(v, id).Code
		}
		return s.showStep(v, statusOfPage(err), x)
	}
	steps := familySteps(fields)
	next := checkStep
	if x.i+1 < len(steps) && f.Get("retour") != checkStep {
		next = steps[x.i+1].Slug
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
