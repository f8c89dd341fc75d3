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

// FilesFrom counts one file of an address against what it may send in an hour.
func (s *Server) FilesFrom(caller string, at time.Time) bool { return s.files.allowAt(caller, at) }

// KeepNone is a server to which too much came already for any page to be kept.
func (s *Server) KeepNone() { s.kept = newTries(0, 0) }
