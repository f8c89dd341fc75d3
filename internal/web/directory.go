package web

import (
	"net/http"
	"net/url"

	"phare/internal/access"
	"phare/internal/directory"
)

func (s *Server) directoryRoutes() []Route {
	return []Route{{"GET /annuaire", Policy{Right: access.ReadDirectory}, s.directory}}
}

// directoryPage lists who can be asked.
type directoryPage struct {
	Form    form
	Entries []directory.Entry
}

// directory searches the directory. Its words are about teams, so that they may
// stand in the address.
func (s *Server) directory(v *visit) error {
	q := v.URL.Query().Get("q")
	all, err := directory.List(v.Context(), v.db, v.by, q)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "orient/directory", directoryPage{form{Values: url.Values{"q": {q}}}, all})
}
