package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/need"
	"phare/internal/request"
)

func (s *Server) needRoutes() []Route {
	work, triage := Policy{Right: access.TriageRequest, File: FileWork}, Policy{Right: access.TriageRequest}
	everyone, set := Policy{Right: access.OwnEntry}, Policy{Right: access.SwitchModule}
	return []Route{
		{"GET /bureau/tri", triage, s.toTriage},
		{"POST /bureau/demandes/{id}/tri", work, s.fileTriage},
		{"POST /bureau/demandes/{id}/urgence", work, s.fileUrgency},
		{"POST /bureau/demandes/{id}/besoins", work, s.needAdd},
		{"POST /bureau/demandes/{id}/besoins/question", work, s.needLink},
		{"POST /bureau/demandes/{id}/besoins/{need}/fin", work, s.needEnd},
		{"POST /bureau/demandes/{id}/besoins/{need}/rouvrir", work, s.needReopen},
		{"POST /bureau/demandes/{id}/besoins/{need}/reorienter", work, s.reorientAsk},
		{"POST /bureau/demandes/{id}/besoins/{need}/decision", Policy{Right: access.Orient, File: FileWork}, s.reorientDecide},
		{"POST /bureau/demandes/{id}/taches", work, s.taskAdd},
		{"POST /bureau/demandes/{id}/taches/{task}/fin", work, s.taskEnd},
		{"POST /bureau/demandes/{id}/relances/{about}", work, s.remind},
		{"GET /bureau/relances", triage, s.chase},
		{"GET /bureau/journee", triage, s.myDay},
		{"GET /bureau/releve", triage, s.cover},
		{"POST /bureau/releve", triage, s.coverSet},
		{"POST /bureau/releve/{row}/fin", triage, s.coverEnd},
		{"POST /bureau/releve/reprendre", triage, s.takeOver},
		{"GET /bureau/delais", everyone, s.clocks},
		{"POST /bureau/delais", set, s.clockSet},
		{"POST /bureau/delais/jour", set, s.daySet},
		{"POST /bureau/delais/besoin", set, s.kindSet},
	}
}

// needsPart is what the page of a file shows of its needs.
type needsPart struct {
	need.Sheet
	Whoms, Outcomes, Whys, Urgencies []option
	Reorient, Verdicts               []option
}

func (s *Server) needsOf(v *visit, r request.Request) (p needsPart, err error) {
	p.Sheet, err = need.Of(v.Context(), v.db, v.by, r)
	p.Whoms = s.coded(v.lang, "need.whom.", request.Awaits())
	p.Outcomes, p.Whys = s.coded(v.lang, "need.outcome.", need.Outcomes()), s.coded(v.lang, "need.why.", need.Whys())
	p.Reorient, p.Verdicts = s.coded(v.lang, "reorient.why.", need.ReorientWhys()), s.coded(v.lang, "reorient.what.", []string{need.Again, need.Kept})
	p.Urgencies = s.coded(v.lang, "desk.urgency.", []string{request.Urgent, request.Soon, request.Routine})
	for i, k := range p.Kinds {
		if k.Label == "" {
			p.Kinds[i].Label = s.Text.Get(v.lang, "need.kind."+k.Code, nil)
		}
	}
	return p, err
}

// Ticked says whether a kind is ticked on the form: as it was sent, or as the
// requester ticked it.
func (p needsPart) Ticked(f form, doing, code string) bool {
	if doing == "besoins" {
		return slices.Contains(f.Values["kind"], code)
	}
	return slices.Contains(p.Proposed, code)
}

// ToLink are the open needs that a question can be for.
func (p needsPart) ToLink() (all []option) {
	for _, n := range p.Open() {
		all = append(all, option{string(n.ID), n.Label})
	}
	return all
}

// CanTriage says whether there is something to decide.
func (p filePage) CanTriage() bool {
	return p.State == request.Received || p.State == request.Awaiting || p.State == request.Open && len(p.Needs.Decided) == 0
}

// Worked is the urgency that the desk works by; what the requester ticked is in Fields.
func (p filePage) Worked() string { return p.Needs.Urgency }

// from leads back to the list that a form stood on, or to a part of the file.
func (v *visit) from(part string) string {
	if page := v.line("liste"); page == "tri" || page == "relances" || page == "journee" {
		return "/bureau/" + page
	}
	return fileAddress(v.id()) + part
}

// needDone answers a verb about needs: back to where it was asked from, or the file
// with what was typed and what must change.
func (s *Server) needDone(v *visit, doing string, err error) error {
	if err == nil {
		part := "#besoins"
		if doing == "tri" || doing == "urgence" {
			part = "#todo"
		}
		return v.redirect(v.from(part))
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.boxIn(doing)
	return s.showFile(v, statusOf(err), f, doing)
}

// since is the beginning of a day as typed, at the desk; zero: none was.
func (s *Server) since(v *visit, typed string) (time.Time, error) {
	day, err := s.deskDay(v, typed)
	if day.IsZero() {
		return day, err
	}
	return day.Add(-18 * time.Hour), err
}

// dayOr reads a day as typed. What is no day at all is refused by the verb, since
// it is long past; nothing typed is the zero time.
func (s *Server) dayOr(v *visit, typed string) (time.Time, error) {
	day, err := s.deskDay(v, typed)
	if day.IsZero() && typed != "" {
		day = time.Unix(1, 0).UTC()
	}
	return day, err
}

func (s *Server) fileTriage(v *visit) error {
	d := need.Decision{What: v.line("decision"), Words: v.text("words")}
	if d.What == need.Awaiting {
		until, err := s.dayOr(v, v.line("until"))
		if err != nil {
			return err
		}
		since, err := s.since(v, v.line("since"))
		if err != nil {
			return err
		}
		d.Wait = request.Wait{Waiting: request.Waiting{Who: v.line("who"), Until: until}, Whom: v.line("whom"), What: v.text("what"), Since: since}
	}
	err := need.Triage(v.Context(), v.db, v.by, v.ref(), d)
	if err == nil && d.What == need.Clear && v.by.Can(access.Orient) {
		return v.redirect(fileAddress(v.id()) + "/orientation") // ask 9
	}
	return s.needDone(v, "tri", err)
}

func (s *Server) fileUrgency(v *visit) error {
	return s.needDone(v, "urgence", need.SetUrgency(v.Context(), v.db, v.by, v.ref(), v.line("urgency"), v.text("why")))
}

func (s *Server) needAdd(v *visit) error {
	known, err := need.Kinds(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	v.ParseForm()
	var all []need.New
	for _, code := range v.PostForm["kind"] {
		n := need.New{Kind: code}
		if i := slices.IndexFunc(known, func(k need.Kind) bool { return k.Code == code }); i >= 0 && need.IsBuiltin(code) {
			n.Label = s.Text.Get(v.lang, "need.kind."+code, nil)
		}
		if len(v.PostForm["kind"]) == 1 || code == need.Other {
			n.Words = v.text("words")
		}
		all = append(all, n)
	}
	return s.needDone(v, "besoins", need.Add(v.Context(), v.db, v.by, v.id(), all))
}

func (s *Server) needLink(v *visit) error {
	return s.needDone(v, "question-besoin", need.Link(v.Context(), v.db, v.by, phare.ID(v.line("question")), phare.ID(v.line("need"))))
}

func (s *Server) needEnd(v *visit) error {
	id := phare.ID(v.PathValue("need"))
	e := need.Ending{Version: v.version(), Outcome: v.line("outcome"), Why: v.line("why"), Words: v.text("remark"), Sorry: v.line("sorry") == "yes"}
	return s.needDone(v, "fin-"+string(id), need.End(v.Context(), v.db, v.by, id, e))
}

func (s *Server) needReopen(v *visit) error {
	id := phare.ID(v.PathValue("need"))
	return s.needDone(v, "rouvrir-"+string(id), need.Reopen(v.Context(), v.db, v.by, id, v.text("reason")))
}

func (s *Server) taskAdd(v *visit) error {
	due, err := s.dayOr(v, v.line("due"))
	if err != nil {
		return err
	}
	since, err := s.since(v, v.line("since"))
	if err != nil {
		return err
	}
	n := need.NewTask{Need: phare.ID(v.line("need")), Outside: v.line("side") == "outside", Holder: v.line("holder"), Whom: v.line("whom"), Who: v.line("who"),
		Words: v.text("words"), Since: since, Due: due}
	doing := "tache-desk"
	if n.Outside {
		doing = "tache-outside"
	}
	return s.needDone(v, doing, need.AddTask(v.Context(), v.db, v.by, v.id(), n))
}

func (s *Server) taskEnd(v *visit) error {
	return s.needDone(v, "tache", need.EndTask(v.Context(), v.db, v.by, phare.ID(v.PathValue("task")), v.line("done") != "no"))
}

// triagePage is what nobody has decided about, the urgent ones first.
type triagePage struct {
	Desk  access.Platform
	Cards []triageCard
	Form  form
	Needs needsPart // the choices of its forms
	More  bool
}

// triageCard is one request to decide about, without opening it.
type triageCard struct {
	request.Row
	Clock *need.Clock
	Born  string // year
}

// IsUrgent says whether its card is marked.
func (c triageCard) IsUrgent() bool { return c.Urgency == request.Urgent }

// cardsMost is how many cards the page shows: one decides about a few at a time.
const cardsMost = 20

func (s *Server) toTriage(v *visit) error {
	found, err := request.List(v.Context(), v.db, v.by, request.Filter{Basket: request.ToTriage, Limit: cardsMost})
	if err != nil {
		return err
	}
	p := triagePage{More: found.Next != "", Form: form{Values: url.Values{}}}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	p.Needs.Whoms = s.coded(v.lang, "need.whom.", request.Awaits())
	var ids []phare.ID
	for _, r := range found.Rows {
		ids = append(ids, r.ID)
	}
	clocks, err := need.ClocksOf(v.Context(), v.db, v.by, ids)
	if err != nil {
		return err
	}
	for _, r := range found.Rows {
		if r.Walled || r.Erased {
			continue
		}
		c := triageCard{Row: r}
		if k, ok := clocks[r.ID]; ok {
			c.Clock = &k
		}
		if len(r.BirthDate) >= 4 {
			c.Born = r.BirthDate[:4]
		}
		p.Cards = append(p.Cards, c)
	}
	return s.render(v, http.StatusOK, "need/triage", p)
}
