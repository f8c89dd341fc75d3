package web

import (
	"phare"
	"phare/internal/need"
)

func (s *Server) reorientAsk(v *visit) error {
	id := phare.ID(v.PathValue("need"))
	n := need.NewReorient{Why: v.line("why"), Words: v.text("words"), Task: s.Text.Get(v.lang, "reorient.task.decide", nil)}
	return s.needDone(v, "reorienter-"+string(id), need.AskReorient(v.Context(), v.db, v.by, id, n))
}

func (s *Server) reorientDecide(v *visit) error {
	id := phare.ID(v.PathValue("need"))
	d := need.Verdict{What: v.line("what"), Words: v.text("words"), Task: s.Text.Get(v.lang, "reorient.task.again", nil)}
	return s.needDone(v, "reorientation-"+string(id), need.DecideReorient(v.Context(), v.db, v.by, id, d))
}
