package web

import (
	"net/http"
	"net/url"

	"phare"
	"phare/internal/access"
	"phare/internal/directory"
)

func (s *Server) directoryRoutes() []Route {
	edit := Policy{Right: access.EditDirectory}
	return []Route{
		{"GET /annuaire", Policy{Right: access.ReadDirectory}, s.directory},
		{"GET /annuaire/{entry}/parti", edit, s.directoryGone},
		{"POST /annuaire/{entry}/parti", edit, s.directoryGonePost},
		{"POST /annuaire/{entry}/retour", edit, s.directoryBack},
	}
}

// directoryPage lists who can be asked.
type directoryPage struct {
	Form    form
	Entries []directory.Entry
	Edits   bool             // the reader may say who is gone
	Gone    []directory.Gone // whom the desk no longer proposes
	Zone    string
}

// directory searches the directory. Its words are about teams, so that they may
// stand in the address.
func (s *Server) directory(v *visit) error {
	q := v.URL.Query().Get("q")
	all, err := directory.List(v.Context(), v.db, v.by, q)
	if err != nil {
		return err
	}
	p := directoryPage{Form: form{Values: url.Values{"q": {q}}}, Entries: all, Edits: v.by.Can(access.EditDirectory)}
	if p.Gone, err = directory.AllGone(v.Context(), v.db, v.by); err != nil {
		return err
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p.Zone = here.Zone
	return s.render(v, http.StatusOK, "orient/directory", p)
}

// gonePage asks why somebody is no longer to be proposed.
type gonePage struct {
	directory.Gone
	Form form
	Whys []option
}

func (s *Server) directoryGone(v *visit) error { return s.showGone(v, http.StatusOK, form{}) }

func (s *Server) showGone(v *visit, status int, f form) error {
	named, err := directory.NameOf(v.Context(), v.db, v.by, phare.ID(v.PathValue("entry")))
	if err != nil {
		return err
	}
	return s.render(v, status, "orient/gone", gonePage{named, f, s.coded(v.lang, "directory.gone.", directory.Whys())})
}

func (s *Server) directoryGonePost(v *visit) error {
	err := directory.SetGone(v.Context(), v.db, v.by, phare.ID(v.PathValue("entry")), v.line("why"))
	if err == nil {
		return v.redirect("/annuaire#partis")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showGone(v, statusOf(err), f)
}

func (s *Server) directoryBack(v *visit) error {
	err := directory.SetBack(v.Context(), v.db, v.by, phare.ID(v.PathValue("entry")))
	if err != nil && phare.KindOf(err) != phare.Conflict { // somebody else said so first
		return err
	}
	return v.redirect("/annuaire")
}
