package web

import (
	"net/http"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/flags"
)

func (s *Server) flagRoutes() []Route {
	open := Policy{Open: true}
	return []Route{
		{"GET /quand-y-penser", open, s.selfCheck},
		{"POST /quand-y-penser", open, s.selfCheckPost},
		{"GET /quand-y-penser/signes", open, s.flagList},
	}
}

// flagsPage is the self-check: answers come in the body of a form and go back
// in the page. Nothing of them is stored, logged or put into an address.
type flagsPage struct {
	Lang  string
	Form  form
	Table flags.Table
	Desks []option
}

// Pictures are the lines about the person.
func (p flagsPage) Pictures() []flags.Item { return p.Table.Of(flags.Picture) }

// Situations are the lines about the one who cares for them.
func (p flagsPage) Situations() []flags.Item { return p.Table.Of(flags.Situation) }

// Alarms are the lines that do not wait.
func (p flagsPage) Alarms() []flags.Item { return p.Table.Of(flags.Urgent, flags.Soon) }

// Urgent are the alarms that ask for 15.
func (p flagsPage) Urgent() []flags.Item { return p.Table.Of(flags.Urgent) }

// Soon are the alarms that ask for a specialist within days.
func (p flagsPage) Soon() []flags.Item { return p.Table.Of(flags.Soon) }

// Sources are what the table draws on, each once.
func (p flagsPage) Sources() (all []string) {
	for _, i := range p.Table.Items {
		if !slices.Contains(all, i.Source) {
			all = append(all, i.Source)
		}
	}
	return all
}

// Note is the number of a line's source, from 1.
func (p flagsPage) Note(i flags.Item) int { return slices.Index(p.Sources(), i.Source) + 1 }

// outcomePage is what to do now.
type outcomePage struct {
	flagsPage
	flags.Outcome
	Desks []access.Platform // those to ask: the one chosen, or all
	Kept  []option          // the answers, to go back with
}

func (s *Server) newFlagsPage(v *visit, f form) (flagsPage, []access.Platform, error) {
	p := flagsPage{Lang: v.lang, Form: f, Table: s.Flags}
	all, err := access.Platforms(v.Context(), v.db)
	for _, x := range all {
		p.Desks = append(p.Desks, option{x.ID, x.Name})
	}
	return p, all, err
}

func (s *Server) selfCheck(v *visit) error {
	p, _, err := s.newFlagsPage(v, form{})
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "flags/check", p)
}

// selfCheckPost says what to do now, or shows the questions again: because
// nothing was answered, or because the reader goes back to change an answer.
func (s *Server) selfCheckPost(v *visit) error {
	f := posted(v)
	p, desks, err := s.newFlagsPage(v, f)
	if err != nil {
		return err
	}
	a, kept := readAnswers(s.Flags, f)
	status := http.StatusOK
	if len(kept) == 0 {
		status = http.StatusUnprocessableEntity
		s.wrong(v, &p.Form, phare.Field("start", "flags.nothing"))
	}
	if len(kept) == 0 || v.PostFormValue("do") == "edit" {
		return s.render(v, status, "flags/check", p)
	}
	out := outcomePage{flagsPage: p, Outcome: flags.Assess(s.Flags, a), Desks: desks, Kept: kept}
	for _, d := range desks {
		if d.ID == f.Get("platform") {
			out.Desks = []access.Platform{d}
			out.Kept = append(out.Kept, option{"platform", d.ID})
		}
	}
	return s.render(v, status, "flags/outcome", out)
}

// readAnswers reads the answers of a form, and what to send to come back to
// them. An alarm is ticked; "rest" says what is known of those that are not. An
// answer that no page offers is none.
func readAnswers(t flags.Table, f form) (a flags.Answers, kept []option) {
	a = flags.Answers{}
	rest := flags.Answer(f.Get("rest"))
	if rest == flags.No || rest == flags.Unknown {
		kept = append(kept, option{"rest", string(rest)})
	}
	for _, i := range t.Items {
		given := flags.Answer(f.Get("a-" + i.ID))
		switch {
		case given == flags.Yes, (given == flags.No || given == flags.Unknown) && i.Kind != flags.Urgent && i.Kind != flags.Soon:
			a[i.ID] = given
			kept = append(kept, option{"a-" + i.ID, string(given)})
		case i.Kind == flags.Urgent || i.Kind == flags.Soon:
			a[i.ID] = rest
		}
	}
	return a, kept
}

// flagList shows every line, to be read and printed.
func (s *Server) flagList(v *visit) error {
	p, _, err := s.newFlagsPage(v, form{})
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "flags/list", p)
}
