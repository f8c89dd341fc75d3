package web

import "net/http"

import "time"

// QuickLane makes the slow lane quick enough for a test.
func (s *Server) QuickLane(pace, patience time.Duration) {
	s.lane.pace, s.lane.patience = pace, patience
}

// Blind is a route behind the guard whose handler looks at nothing.
func (s *Server) Blind(pattern string, p Policy, reached *int) http.Handler {
	return s.guard(Route{pattern, p, func(v *visit) error {
		*reached++
		plain(v.w, http.StatusOK, "shown")
		return nil
	}})
}
