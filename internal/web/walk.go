package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/instrument"
	"phare/internal/request"
	"phare/internal/store"
)

// walkPage is one question of the tree at a time. Where the walk stands is in
// the address: ids of questions and the places of their answers, nothing of a
// patient. Nothing is stored until the end is joined to a request.
type walkPage struct {
	instrumentHead
	File   *request.File // the request that is asked about, if any
	Form   form
	Tree   instrument.Tree
	Steps  []walkStep
	Words  []string // the steps as the address has them
	Node   instrument.Node
	Number int64 // of the tree that is walked
}

// walkStep is one answer given, and the address that takes it back.
type walkStep struct {
	instrument.Taken
	Back string
}

// walkBase is where a walk happens: on its own, or for a request.
func walkBase(file *request.File) string {
	if file == nil {
		return "/bureau/arbre/parcours"
	}
	return fileAddress(file.ID) + "/arbre"
}

// Base is where the walk happens.
func (p walkPage) Base() string { return walkBase(p.File) }

// Over is the address of a walk from the start.
func (p walkPage) Over() string { return p.Base() }

// Choices are the answers of the question, each with its step.
func (p walkPage) Choices() (all []option) {
	for i, a := range p.Node.Answers {
		all = append(all, option{instrument.Step{Node: p.Node.ID, Answer: i + 1}.String(), a.Text})
	}
	return all
}

// CanJoin says whether the end may be joined to a request.
func (p walkPage) CanJoin() bool {
	return p.Node.Outcome != nil && p.By.Can(access.TriageRequest) && (p.Shown.IsSigned() || p.InUseShown()) && (p.File == nil || p.File.State != request.Closed)
}

func (s *Server) walk(v *visit) error { return s.showWalk(v, http.StatusOK, form{}, nil) }

// walkFor is a walk for one request. Opening it is a look into its file.
func (s *Server) walkFor(v *visit) error {
	file, err := request.OpenFile(v.Context(), s.DB, v.by, v.id())
	if err != nil {
		return err
	}
	return s.showWalk(v, http.StatusOK, form{}, &file)
}

// showWalk follows the steps of the address or of the posted form. Steps that
// do not fit the tree begin anew, and the page says why.
func (s *Server) showWalk(v *visit, status int, f form, file *request.File) error {
	given := v.URL.Query()
	if v.Method == http.MethodPost {
		given = v.PostForm
	}
	h, err := s.walkHead(v, given.Get("v"))
	if err != nil {
		return err
	}
	p := walkPage{instrumentHead: h, File: file, Form: f, Number: h.Shown.Number}
	p.Tree, _ = instrument.ParseTree(h.Shown.Text, instrument.Networks())
	steps, err := instrument.ParseSteps(given["p"])
	var taken []instrument.Taken
	if err == nil {
		taken, p.Node, err = p.Tree.Walk(steps)
	}
	if err != nil {
		if taken, p.Node, err = p.Tree.Walk(nil); err != nil {
			return err
		}
		status, steps = http.StatusConflict, nil
		p.Form.Faults = append(p.Form.Faults, fault{"", s.Text.Get(v.lang, "instrument.walk.changed", nil)})
	}
	for i, t := range taken {
		p.Steps = append(p.Steps, walkStep{t, p.Base() + "?" + walkQuery(p.Number, p.Words)})
		p.Words = append(p.Words, steps[i].String())
	}
	for i := range p.Form.Faults {
		if !p.CanJoin() || file != nil {
			p.Form.Faults[i].Field = "" // its field is not on the page
		}
	}
	return s.render(v, status, "instrument/walk", p)
}

// walkQuery is the part of an address that says where a walk stands.
func walkQuery(number int64, steps []string) string {
	q := url.Values{"v": {strconv.FormatInt(number, 10)}}
	q["p"] = steps
	return q.Encode()
}

// walkHead is the tree that is walked: the version named, else the one in use.
func (s *Server) walkHead(v *visit, asked string) (h instrumentHead, err error) {
	h.By = v.by
	if h.Instrument, err = instrument.Look(v.Context(), s.DB, v.by, instrument.TreeRef()); err != nil {
		return h, err
	}
	if h.Desk, err = access.FindPlatform(v.Context(), s.DB, v.by.Platform); err != nil {
		return h, err
	}
	h.Shown = h.InUse
	if number, bad := versionNumber(asked); bad == nil && number != h.InUse.Number {
		h.Shown, err = instrument.LookVersion(v.Context(), s.DB, v.by, h.Ref, number)
		if phare.KindOf(err) == phare.NotFound {
			h.Shown, err = h.InUse, nil
		}
	}
	return h, err
}

// walkJoinFor joins the end of a walk to the request of the address.
func (s *Server) walkJoinFor(v *visit) error {
	id := v.id()
	err := s.join(v, id)
	if err == nil {
		return v.redirect(fileAddress(id) + "#walks")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	file, err2 := request.OpenFile(v.Context(), s.DB, v.by, id)
	if err2 != nil {
		return err2
	}
	return s.showWalk(v, statusOf(err), f, &file)
}

// walkJoin joins the end of a walk to the request whose reference was typed.
func (s *Server) walkJoin(v *visit) error {
	var r request.Request
	err := s.DB.Read(v.Context(), func(view *store.View) (err error) {
		r, err = request.FindByReference(view, v.by, v.line("reference"))
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		err = phare.Field("reference", "instrument.walk.reference")
	}
	if err == nil {
		err = s.join(v, r.ID)
	}
	if err == nil {
		return v.redirect(fileAddress(r.ID) + "#walks")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showWalk(v, statusOf(err), f, nil)
}

func (s *Server) join(v *visit, id phare.ID) error {
	number, err := versionNumber(v.PostFormValue("v"))
	if err != nil {
		number = -1 // no version: found nowhere, once the request was
	}
	steps, err := instrument.ParseSteps(v.PostForm["p"])
	if err != nil {
		return err
	}
	return instrument.Attach(v.Context(), s.DB, v.by, instrument.Walked{Request: id, Number: number, Steps: steps})
}
