package web

import "time"

// QuickLane makes the slow lane quick enough for a test.
func (s *Server) QuickLane(pace, patience time.Duration) {
	s.lane.pace, s.lane.patience = pace, patience
}
