package web

import (
	"net/http"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/term"
	"phare/internal/text"
)

// questionsShown is how many signs are proposed at once: few enough for one call.
const questionsShown = 5

// networksCompared is how many of the first networks are told to have moved.
const networksCompared = 3

func (s *Server) nextRoutes() []Route {
	right := Policy{Right: access.Orient, File: FileWork}
	return []Route{
		{"GET /bureau/demandes/{id}/a-chercher", right, s.callList},
		{"POST /bureau/demandes/{id}/a-chercher", right, s.nextPost},
	}
}

// nextView is what to look for next, and what the last answers changed.
type nextView struct {
	Shown     bool // the page has something to say of it
	Questions []questionView
	Since     *shiftView // nil when there is nothing to compare to
}

// questionView is one sign to look for, in words.
type questionView struct {
	HPO, Label     string
	Ask            string // what to ask a family, whole; empty: for an examination
	Number         int    // of the question, the same on the page and on paper
	Raises, Lowers string // names of networks, or empty
}

// Name is the field of its answer.
func (q questionView) Name() string { return "answer." + q.HPO }

// Reason is the key of the sentence that says what a yes would change.
func (q questionView) Reason() string {
	switch {
	case q.Raises != "" && q.Lowers != "":
		return "look.reason.both"
	case q.Raises != "":
		return "look.reason.raises"
	case q.Lowers != "":
		return "look.reason.lowers"
	}
	return "look.reason.parts"
}

// shiftView is what a ranking says that the one before did not.
type shiftView struct {
	Present, Absent, Unknown, Dropped []string // labels
	Moves, Left                       []moveView
	Same                              string // names of the networks that stay, when any does
	Hidden                            bool   // places cannot be compared: one of the two showed none
}

// moveView is a network that has moved.
type moveView struct {
	request.Move
	Name string
}

// lookNext fills in what to look for next: after a ranking that answers to the
// signs as they are, of a request that is still open.
func (s *Server) lookNext(p *orientPage, lang string) {
	if !p.Ran || p.Stale || p.File.State == request.Closed {
		return
	}
	p.Next.Shown = true
	p.Next.Questions = s.questions(p.File, p.Abstain != "", lang)
	if len(p.Kept) > 1 {
		p.Next.Since = s.viewShift(p.Kept[1].Result, p.Kept[0].Result, lang)
	}
}

// questions are the signs to look for, in words, those for the family first.
// When the ranking abstained no network is named: quiet.
func (s *Server) questions(file request.File, quiet bool, lang string) (all []questionView) {
	asked := map[string]bool{}
	for _, q := range request.Questions(s.Engine, file.Request, file.Signs, 2*questionsShown) {
		x := questionView{HPO: q.Term, Label: s.termLabel(q.Term, lang)}
		if !quiet {
			x.Raises, x.Lowers = s.networkNames(q.Raises, lang, "look.and"), s.networkNames(q.Lowers, lang, "look.or")
		}
		if q.Plain {
			x.Ask = s.familyQuestion(q.Term, file, lang)
		}
		if x.Ask != "" && asked[x.Ask] {
			continue // two signs that everyday words do not tell apart: the first says more
		}
		asked[x.Ask] = true
		if all = append(all, x); len(all) == questionsShown {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b questionView) int {
		switch {
		case a.Ask != "" && b.Ask == "":
			return -1
		case a.Ask == "" && b.Ask != "":
			return 1
		}
		return 0
	})
	for i := range all {
		all[i].Number = i + 1
	}
	return all
}

// familyQuestion asks about a sign in everyday words, by the person's first
// name; empty when the sign has no such words in that language.
func (s *Server) familyQuestion(id string, file request.File, lang string) string {
	words := s.plainWords(id, lang)
	if words == "" {
		return ""
	}
	name := file.Called()
	if name == "" {
		name = s.Text.Get(lang, "look.person", nil)
	}
	phrase, way := words, text.AskQuote
	if lang == "fr" {
		phrase, way = text.Everyday(words, file.Sex())
	}
	args := map[string]any{"Phrase": phrase}
	switch way {
	case text.AskOf, text.AskNot:
		args["Who"] = text.That(name)
	default:
		args["Name"] = name
	}
	return s.Text.Get(lang, "look.ask."+string(way), args)
}

// plainWords are the everyday words of a sign; empty when there are none in
// that language.
func (s *Server) plainWords(id, lang string) string {
	t, _ := s.Knowledge.TermByID(id)
	if t < 0 {
		return ""
	}
	list := s.Knowledge.Terms[t].Synonyms
	i := slices.IndexFunc(list, func(l term.Label) bool { return l.Plain && l.Lang == lang })
	if i < 0 {
		return ""
	}
	return list[i].Text
}

// networkNames are names of networks in a row, the last after a word such as "or".
func (s *Server) networkNames(slugs []string, lang, word string) string {
	names := make([]string, 0, len(slugs))
	for _, slug := range slugs {
		if n, ok := s.Knowledge.NetworkBySlug(slug); ok {
			names = append(names, s.Knowledge.Networks[n].Name)
		}
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " " + s.Text.Get(lang, word, nil) + " " + names[last]
	}
	return strings.Join(names, ", ")
}

func (s *Server) viewShift(before, now orientation.Result, lang string) *shiftView {
	c := request.ShiftSince(before, now, networksCompared)
	labels := func(ids []string) (all []string) {
		for _, id := range ids {
			all = append(all, s.termLabel(id, lang))
		}
		return all
	}
	view := &shiftView{Present: labels(c.Present), Absent: labels(c.Absent), Unknown: labels(c.Unknown), Dropped: labels(c.Dropped),
		Hidden: before.Abstain != "" || now.Abstain != ""}
	for _, m := range c.Moves {
		view.Moves = append(view.Moves, moveView{m, s.networkName(m.Slug)})
	}
	for _, m := range c.Left {
		view.Left = append(view.Left, moveView{m, s.networkName(m.Slug)})
	}
	var same []string
	for _, m := range c.Stays {
		same = append(same, m.Slug)
	}
	view.Same = s.networkNames(same, lang, "look.and")
	return view
}

// nextPost writes the answers down and ranks anew.
func (s *Server) nextPost(v *visit) error {
	f := posted(v)
	if s.SignsOff || s.Engine == nil {
		return phare.Fault(phare.Forbidden, "orient.off")
	}
	_, err := request.Learn(v.Context(), v.db, v.by, s.Engine, v.id(), s.marked(v, "answer."))
	if err == nil {
		return v.redirect(fileAddress(v.id()) + "/orientation#since")
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showOrient(v, statusOf(err), f)
}

// callPage is the list of questions on paper, to call a family back.
type callPage struct {
	request.File
	Desk   access.Platform
	Ranked request.Orientation
	Family []questionView // in everyday words
	Exam   []questionView // for who examines
	Kin    kinView
	Made   bool // there is a ranking that the questions belong to
}

func (s *Server) callList(v *visit) error {
	file, kept, on, err := request.OpenOrientation(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := callPage{File: file}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Kin, err = s.around(v, file.ID, p.Desk.Zone); err != nil {
		return err
	}
	if len(kept) > 0 {
		p.Ranked = kept[0]
	}
	p.Made = on && !s.SignsOff && s.Engine != nil && p.Ranked.ID != "" && p.Ranked.AnswersTo(file.Signs)
	if p.Made {
		for _, q := range s.questions(file, true, v.lang) {
			if q.Ask != "" {
				p.Family = append(p.Family, q)
			} else {
				p.Exam = append(p.Exam, q)
			}
		}
	}
	return s.render(v, http.StatusOK, "next/sheet", p)
}
