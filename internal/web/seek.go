package web

import (
	"bytes"
	"net/http"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
)

// Searches while typing, by account: more than anyone types, and far fewer than it
// takes to read a desk's patients one by one.
const (
	seekPerHour = 900
	seekBurst   = 60
	veilPerHour = 60 // of them, those that find somebody with a file of restricted access
	veilBurst   = 20
)

// fragmentHeader is what our script asks with for the list alone.
const fragmentHeader = "X-Phare-Fragment"

func (s *Server) seekRoutes() []Route {
	edit := Policy{Right: access.EditPatient}
	return []Route{
		{"GET /bureau/patients/chercher", edit, s.seekForm},
		{"POST /bureau/patients/chercher", edit, s.seek},
		{"POST /bureau/demandes/{id}/patient/chercher", Policy{Right: access.EditPatient, File: FileWork}, s.seekFor},
	}
}

// seekPage looks whether somebody is known, with no request at hand: a call.
type seekPage struct {
	Form  form
	Found *seekFound // nil: nothing was asked yet
}

// seekFound is who may be meant. Link is the request that can be given one of them.
type seekFound struct {
	All     []request.Met
	Link    phare.ID
	Version int64
	Slow    bool // too many searches: wait a little
	Few     bool // too little was typed to look for anyone
	Aside   bool // something is being written beside: a file opens in a window of its own
}

func (s *Server) seekForm(v *visit) error {
	return s.render(v, http.StatusOK, "seek/form", seekPage{})
}

// typedTraits are the names and the date as the form has them: of the identity
// page, or of the form that a request is written with.
func typedTraits(v *visit) patient.Traits {
	first := func(names ...string) string {
		for _, n := range names {
			if x := v.line(n); x != "" {
				return x
			}
		}
		return ""
	}
	return patient.Traits{Family: first("birth_name", "family_name", "used_name"), First: first("first_names", "first_name"),
		BirthDate: patient.ReadDate(v.line("birth_date")), Phone: v.line("phone")}
}

// seeking looks for who may be meant; what is no date is left out.
func (s *Server) seeking(v *visit, id phare.ID) (*seekFound, error) {
	t := typedTraits(v)
	if !patient.IsDate(t.BirthDate) {
		t.BirthDate = ""
	}
	f := &seekFound{Link: id, Version: v.version()}
	if !s.seeks.allow(v.by.ID) || !s.veils.left(v.by.ID) {
		f.Slow = true
		return f, nil
	}
	if f.Few = len([]rune(t.Family)) < 2 && len([]rune(t.First)) < 2; f.Few {
		t = patient.Traits{} // finds nobody, and is written down like another
	}
	var err error
	f.All, err = request.Seek(v.Context(), v.db, v.by, id, t)
	if slices.ContainsFunc(f.All, func(m request.Met) bool { return m.Veiled }) && !s.veils.allow(v.by.ID) {
		f.All, f.Slow = nil, true
		return f, err
	}
	// Of one name alone little can be found: that nobody is known it does not say.
	f.Few = f.Few || len(f.All) == 0 && (t.Family == "" || t.First == "") && t.BirthDate == ""
	return f, err
}

func (s *Server) seek(v *visit) error {
	found, err := s.seeking(v, "")
	if err != nil {
		return err
	}
	if v.Header.Get(fragmentHeader) != "" {
		return s.fragment(v, "seek/form", "seek-found", found)
	}
	return s.render(v, http.StatusOK, "seek/form", seekPage{Form: posted(v), Found: found})
}

// seekFor is the button « Chercher » of the identity page, and what its script
// asks for while names are typed.
func (s *Server) seekFor(v *visit) error {
	found, err := s.seeking(v, v.id())
	if err != nil {
		return err
	}
	if v.Header.Get(fragmentHeader) != "" {
		return s.fragment(v, "seek/form", "seek-found", found)
	}
	f := posted(v)
	return s.showPatientWith(v, http.StatusOK, f, found)
}

// fragment answers with one part of a page, for a script that puts it in place.
func (s *Server) fragment(v *visit, page, part string, data any) error {
	var b bytes.Buffer
	t, err := s.page(v.lang, page)
	if err != nil {
		return err
	}
	if err := t.ExecuteTemplate(&b, part, data); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return v.send(http.StatusOK, b.Bytes())
}
