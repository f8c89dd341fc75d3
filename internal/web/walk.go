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
	Found  *request.File // the request that the reference named, to be confirmed
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

func (s *Server) walk(v *visit) error { return s.showWalk(v, http.StatusOK, walkPage{}) }

// walkFor is a walk for one request. Opening it is a look into its file.
func (s *Server) walkFor(v *visit) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	return s.showWalk(v, http.StatusOK, walkPage{File: &file})
}

// showWalk follows the steps of the address or of the posted form. Steps that
// do not fit the tree begin anew, and the page says why. p says for which request.
func (s *Server) showWalk(v *visit, status int, p walkPage) error {
	given := v.URL.Query()
	if v.Method == http.MethodPost {
		given = v.PostForm
	}
	h, err := s.headOf(v, instrument.TreeRef(), given.Get("v"))
	if phare.KindOf(err) == phare.NotFound || h.Refused { // that text is gone, or is walked by nobody
		h, err = s.headOf(v, instrument.TreeRef(), "")
	}
	if err != nil {
		return err
	}
	p.instrumentHead, p.Number = h, h.Shown.Number
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
		p.Form.Faults = append(p.Form.Faults, fault{Message: s.Text.Get(v.lang, "instrument.walk.changed", nil)})
	}
	for i, t := range taken {
		p.Steps = append(p.Steps, walkStep{t, p.Base() + "?" + walkQuery(p.Number, p.Words)})
		p.Words = append(p.Words, steps[i].String())
	}
	for i := range p.Form.Faults {
		if !p.CanJoin() || p.File != nil {
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
	file, err2 := request.OpenFile(v.Context(), v.db, v.by, id)
	if err2 != nil {
		return err2
	}
	return s.showWalk(v, statusOf(err), walkPage{Form: f, File: &file})
}

// walkJoin joins the end of a walk to the request whose reference was typed, once
// the person has seen whose it is.
func (s *Server) walkJoin(v *visit) error {
	file, err := s.walkFind(v)
	if err == nil && v.line("confirm") != string(file.ID) {
		return s.showWalk(v, http.StatusOK, walkPage{Form: posted(v), Found: file})
	}
	if err == nil {
		err = s.join(v, file.ID)
	}
	if err == nil {
		return v.redirect(fileAddress(file.ID) + "/arbre/joint")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showWalk(v, statusOf(err), walkPage{Form: f})
}

// walkFind opens the request whose reference was typed, for a walk that can be
// joined. To see whose it is, is a look into its file.
func (s *Server) walkFind(v *visit) (*request.File, error) {
	var r request.Request
	err := v.db.Read(v.Context(), func(view *store.View) (err error) {
		r, err = request.FindByReference(view, v.by, v.line("reference"))
		return err
	})
	if phare.KindOf(err) == phare.NotFound {
		return nil, phare.Field("reference", "instrument.walk.reference")
	}
	if err != nil {
		return nil, err
	}
	if r.State == request.Closed {
		return nil, phare.Fault(phare.Conflict, "desk.closed")
	}
	w, err := walkedBy(v, r.ID)
	if err == nil {
		_, err = instrument.Follow(v.Context(), v.db, v.by, w)
	}
	if err != nil {
		return nil, err
	}
	file, err := request.OpenFile(v.Context(), v.db, v.by, r.ID)
	return &file, err
}

// walkedBy is the walk that the form posts.
func walkedBy(v *visit, id phare.ID) (w instrument.Walked, err error) {
	w = instrument.Walked{Request: id}
	if w.Number, err = versionNumber(v.PostFormValue("v")); err != nil {
		w.Number = -1 // no version: found nowhere, once the request was
	}
	w.Steps, err = instrument.ParseSteps(v.PostForm["p"])
	return w, err
}

func (s *Server) join(v *visit, id phare.ID) error {
	w, err := walkedBy(v, id)
	if err != nil {
		return err
	}
	return instrument.Attach(v.Context(), v.db, v.by, w)
}

// joinedPage says that a walk was joined, and to whose request.
type joinedPage struct {
	File *request.File
	Walk instrument.Walk // the last one
	Desk access.Platform
}

// walkJoined is what follows a walk that was joined by a reference.
func (s *Server) walkJoined(v *visit) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := joinedPage{File: &file}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	all, err := instrument.Walks(v.Context(), v.db, v.by, file.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return v.redirect(fileAddress(file.ID) + "#walks")
	}
	p.Walk = all[0]
	return s.render(v, http.StatusOK, "instrument/joined", p)
}
