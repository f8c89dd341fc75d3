package web

import (
	"net/http"

	"phare/internal/access"
)

func (s *Server) siteRoutes() []Route {
	return []Route{
		{"GET /{$}", Policy{Open: true}, s.home},
	}
}

// home is the public door, and where a language is chosen.
func (s *Server) home(v *visit) error {
	all, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "site/home", homePage{all})
}

type homePage struct{ Platforms []access.Platform }
