package web_test

import (
	"testing"

	"phare/internal/access"
	"phare/internal/request"
)

// calls notes a call at a desk, and keeps the note of another for later.
func (w town) calls(t *testing.T, s *stock) {
	t.Helper()
	ctx, nurse := t.Context(), s.actor[access.Nurse]
	call := request.Fields{Who: request.Family, Channel: request.Phone, Urgency: request.Routine, Name: s.mark + " voisine", Phone: s.phone,
		Story: s.mark + " : « il ne marche plus droit »", Promised: s.mark + " rappelle lundi", Lang: "fr"}
	s.form["noted"], s.form["call"] = request.NewForm(), request.NewForm()
	receipt, err := request.TakeCall(ctx, w.db, w.key, nurse, s.form["noted"], call)
	must(t, err)
	s.request["noted"] = receipt.Request
	_, err = request.SaveDraft(ctx, w.db, nurse, s.form["call"], func(f *request.Fields) { *f = call })
	must(t, err)
}
