package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"phare"
	"phare/internal/request"
)

// pickOf stands for a row in a form: which request, as it was seen.
func pickOf(r request.Row) string { return fmt.Sprintf("%s~%d~%s", r.ID, r.Version, r.Reference) }

// pick reads what pickOf made. The reference is only said again, and only if it is one.
func pick(typed string) (ref request.Ref, reference string) {
	parts := strings.SplitN(typed, "~", 3)
	if len(parts) != 3 {
		return request.Ref{Version: -1}, ""
	}
	version, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		version = -1
	}
	reference, _ = request.ParseReference(parts[2])
	return request.Ref{ID: phare.ID(parts[0]), Version: version}, reference
}

// backTo is the list that a form of the list came from.
func (v *visit) backTo() request.Filter {
	q, _ := url.ParseQuery(v.PostFormValue("retour")) // what cannot be read is the whole list
	return filterOf(q)
}

// deskTake takes a request without opening it, and stays on the list.
func (s *Server) deskTake(v *visit) error {
	ref, reference := pick(v.line("take"))
	if ref.ID == "" {
		return s.deskDone(v, "", phare.Field("", "desk.bulk.none"))
	}
	err := request.Take(v.Context(), v.db, v.by, ref)
	return s.deskDone(v, s.Text.Get(v.lang, "desk.taken", map[string]any{"Reference": reference}), err)
}

// deskAssign gives the ticked requests to a colleague. Nothing else is done to
// several at once.
func (s *Server) deskAssign(v *visit) error {
	v.ParseForm() // a body that cannot be read ticks nothing
	var refs []request.Ref
	called := map[phare.ID]string{}
	for _, typed := range v.PostForm["pick"] {
		ref, reference := pick(typed)
		if ref.ID == "" {
			continue
		}
		refs = append(refs, ref)
		called[ref.ID] = reference
	}
	to := v.line("owner")
	given, left, err := request.AssignAll(v.Context(), v.db, v.by, refs, to)
	if err != nil {
		return s.deskDone(v, "", err)
	}
	filter, err := s.deskFilterOf(v, request.Filter{})
	if err != nil {
		return err
	}
	name := ""
	if i := slices.IndexFunc(filter.Colleagues, func(o option) bool { return o.Value == to }); i >= 0 {
		name = filter.Colleagues[i].Label
	}
	var said []string
	switch {
	case given == 1:
		said = append(said, s.Text.Get(v.lang, "desk.bulk.one", map[string]any{"Name": name}))
	case given > 1:
		said = append(said, s.Text.Get(v.lang, "desk.bulk.done", map[string]any{"N": given, "Name": name}))
	}
	if len(left) > 0 {
		var references []string
		for _, id := range left {
			references = append(references, called[id])
		}
		said = append(said, s.Text.Get(v.lang, "desk.bulk.left", map[string]any{"References": strings.Join(references, ", ")}))
	}
	return s.deskDone(v, strings.Join(said, " "), nil)
}

// deskDone shows the list again, with what was done or what must change.
func (s *Server) deskDone(v *visit, notice string, err error) error {
	if err == nil {
		s.counts.forget()
		return s.showDesk(v, v.backTo(), deskSaid{notice: notice})
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showDesk(v, v.backTo(), deskSaid{form: f})
}
