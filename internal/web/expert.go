package web

import (
	"net/http"
	"net/url"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/consent"
	"phare/internal/expertise"
	"phare/internal/kin"
	"phare/internal/request"
	"phare/internal/text"
)

func (s *Server) expertRoutes() []Route {
	return []Route{
		{"GET /bureau/demandes/{id}/question", Policy{Right: access.Orient, File: FileWork}, s.expertAskForm},
		{"POST /bureau/demandes/{id}/question", Policy{Right: access.Orient, File: FileWork}, s.expertAsk},
		{"GET /bureau/demandes/{id}/question/{form}", Policy{Right: access.Orient, File: FileWork}, s.expertSent},
		{"POST /bureau/questions/{id}/renouveler", Policy{Right: access.Orient}, s.expertRenew},
		{"POST /bureau/questions/{id}/retirer", Policy{Right: access.Orient}, s.expertWithdraw},
		{"POST /bureau/questions/{id}/lu", Policy{Right: access.Orient}, s.expertMarkRead},
		{"GET /avis/{token}", Policy{Link: true}, s.expertDoor},
		{"POST /avis/{token}", Policy{Link: true}, s.expertPost},
	}
}

// caseView is a case as an expert sees it: the same on the desk's preview,
// where words that could name someone are marked.
type caseView struct {
	expertise.Shown
	Ask, Disease, Story, Done []expertise.Piece
}

func caseOf(s expertise.Shown) caseView {
	plain := func(s string) []expertise.Piece {
		if s == "" {
			return nil
		}
		return []expertise.Piece{{Text: s}}
	}
	return caseView{s, plain(s.Ask), plain(s.Disease), plain(s.Story), plain(s.Done)}
}

// expertAskPage is the desk's form of a question.
type expertAskPage struct {
	Form             form
	Guard            expertise.Guard
	Zones, Urgencies []option
	Excuses          []option // of what may be asked without the person's agreement
}

// questionFields are the names of the form's fields; the preview carries them on.
var questionFields = [...]string{"form", "person", "recipient", "place", "zone", "mail", "ask", "urgency", "disease", "story", "done", "override_kind", "override"}

func (s *Server) expertAskForm(v *visit) error {
	query := v.URL.Query()
	to := expertise.Target{Person: phare.ID(query.Get("person")), Organisation: phare.ID(query.Get("organisation"))}
	guard, in, err := expertise.Prepare(v.Context(), v.db, v.by, v.id(), to)
	if err != nil {
		return err
	}
	return s.showExpertAsk(v, http.StatusOK, guard, form{Values: valuesOf(in)})
}

func (s *Server) showExpertAsk(v *visit, status int, guard expertise.Guard, f form) error {
	p := expertAskPage{Form: f, Guard: guard, Excuses: excuses(v.lang)}
	for _, z := range kin.Zones() {
		p.Zones = append(p.Zones, option{z, text.Place(v.lang, z)})
	}
	for _, u := range []string{request.Routine, request.Soon, request.Urgent} {
		p.Urgencies = append(p.Urgencies, option{u, s.Text.Get(v.lang, "expertise.urgency."+u, nil)})
	}
	return s.render(v, status, "expert/ask", p)
}

// expertAsk is the form sent: to be previewed, edited again, or sent for good.
func (s *Server) expertAsk(v *visit) error {
	id, in, f := v.id(), questionOf(v), posted(v)
	if v.line("do") == "edit" {
		guard, err := expertise.Look(v.Context(), v.db, v.by, id)
		if err != nil {
			return err
		}
		return s.showExpertAsk(v, http.StatusOK, guard, f)
	}
	if v.line("do") == "send" {
		_, _, err := expertise.Ask(v.Context(), v.db, s.links(), v.by, in)
		if err == nil {
			return v.redirect(fileAddress(id) + "/question/" + url.PathEscape(in.Form))
		}
		if !s.wrong(v, &f, err) {
			return err
		}
	}
	sheet, err := expertise.Preview(v.Context(), v.db, v.by, in)
	if err == nil {
		return s.showExpertPreview(v, sheet, f)
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showExpertAsk(v, http.StatusUnprocessableEntity, sheet.Guard, f)
}

// hidden is a field that a page carries on.
type hidden struct{ Name, Value string }

// expertPreviewPage shows the desk what the expert will see, before it is sent.
type expertPreviewPage struct {
	Form   form
	Sheet  expertise.Sheet
	Case   caseView
	Fields []hidden // what was typed, carried on
	Desk   access.Platform
}

func (s *Server) showExpertPreview(v *visit, sheet expertise.Sheet, f form) error {
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p := expertPreviewPage{Form: f, Sheet: sheet, Desk: desk,
		Case: caseView{sheet.Shown, sheet.Ask, sheet.Disease, sheet.Story, sheet.Done}}
	for _, name := range questionFields {
		p.Fields = append(p.Fields, hidden{name, f.Get(name)})
	}
	status := http.StatusOK
	if len(f.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(v, status, "expert/preview", p)
}

// links is what links to experts are made of.
func (s *Server) links() expertise.Links { return expertise.Links{Key: s.Key, Base: s.Base} }

func valuesOf(in expertise.AskForm) url.Values {
	return url.Values{"form": {in.Form}, "person": {in.To.Person}, "recipient": {in.To.Name}, "place": {in.To.Place},
		"zone": {in.To.Zone}, "mail": {in.To.Mail}, "ask": {in.Ask}, "urgency": {in.Urgency},
		"disease": {in.Disease}, "story": {in.Story}, "done": {in.Done}, "override_kind": {in.Why}, "override": {in.Override}}
}

func questionOf(v *visit) expertise.AskForm {
	return expertise.AskForm{Form: v.line("form"), Request: v.id(), Ask: v.text("ask"), Urgency: v.line("urgency"), Disease: v.line("disease"),
		Story: v.text("story"), Done: v.text("done"), Why: v.line("override_kind"), Override: v.text("override"), Reread: v.line("reread") == "yes", Seen: v.line("seen"),
		To: expertise.Recipient{Person: v.line("person"), Name: v.line("recipient"), Place: v.line("place"), Zone: v.line("zone"), Mail: v.line("mail")}}
}

// expertSentPage tells that a question is on its way, and shows its link for a
// while. The address holds the id of the form, which opens nothing by itself.
type expertSentPage struct {
	Question expertise.Question
	Link     string // empty when it is no longer shown
	Desk     access.Platform
}

func (s *Server) expertSent(v *visit) error {
	q, link, err := expertise.Handover(v.Context(), v.db, s.links(), v.by, v.PathValue("form"))
	if err != nil {
		return err
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "expert/sent", expertSentPage{q, link, desk})
}

func (s *Server) expertRenew(v *visit) error {
	form := v.line("form")
	q, _, err := expertise.Renew(v.Context(), v.db, s.links(), v.by, expertise.Renewal{Question: v.id(), Form: form})
	if err != nil {
		return s.stopped(v, q.Request, consent.WayRenewal, err)
	}
	return v.redirect(fileAddress(q.Request) + "/question/" + url.PathEscape(form))
}

func (s *Server) expertWithdraw(v *visit) error {
	q, err := expertise.Withdraw(v.Context(), v.db, v.by, v.id(), v.line("why"))
	return v.backToQuestions(q, err)
}

func (s *Server) expertMarkRead(v *visit) error {
	q, err := expertise.MarkRead(v.Context(), v.db, v.by, v.id())
	return v.backToQuestions(q, err)
}

func (v *visit) backToQuestions(q expertise.Question, err error) error {
	if err != nil {
		return err
	}
	return v.redirect(fileAddress(q.Request) + "#questions")
}

// fileQuestions is the part of a request's page about the experts who were
// asked: dot of the template "file-questions" is .Questions of that page.
type fileQuestions struct {
	Request phare.ID
	CanAsk  bool
	Zone    string // of the desk
	Tally   expertise.Tally
	All     []fileQuestion
}

type fileQuestion struct {
	expertise.Question
	State   expertise.State // as of now
	Late    bool
	CanAct  bool
	CanRead bool      // it can be marked as read
	Read    time.Time // when it was, or the answer signed
	NewForm string    // for the button that makes a new link
	Doubt   bool      // the RPPS number is not well formed
}

// questionsOf gathers it. The page around it has opened the file.
func (s *Server) questionsOf(v *visit, r request.Request, zone string) (fileQuestions, error) {
	all, err := expertise.Of(v.Context(), v.db, v.by, r.ID)
	if err != nil {
		return fileQuestions{}, err
	}
	now, can := v.db.Now(), v.by.Can(access.Orient)
	f := fileQuestions{Request: r.ID, CanAsk: can && expertise.CanAsk(r.State), Zone: zone, Tally: expertise.Count(all, now)}
	for _, q := range all {
		read := q.ReadOr(r.SignedAt)
		f.All = append(f.All, fileQuestion{Question: q, State: q.Now(now), Late: q.Late(now), CanAct: can,
			CanRead: can && q.IsBack() && read.IsZero() && r.State != request.Closed,
			Read:    read, NewForm: phare.NewForm(), Doubt: expertise.RPPSDoubt(q.Opinion.RPPS)})
	}
	return f, nil
}
