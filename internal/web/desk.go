package web

import (
	"net/http"
	"net/url"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/need"
	"phare/internal/person"
	"phare/internal/request"
	"phare/internal/text"
)

func (s *Server) deskRoutes() []Route {
	read, triage := Policy{Right: access.ReadRequest}, Policy{Right: access.TriageRequest}
	return []Route{
		{"GET /bureau", read, s.desk},
		{"GET /bureau/comptes", read, s.deskCounts},
		{"POST /bureau/recherche", read, s.deskFind},
		{"POST /bureau/prendre", triage, s.deskTake},
		{"POST /bureau/attribuer", triage, s.deskAssign},
	}
}

// deskPage is the work list.
type deskPage struct {
	Tiles   []tile
	Basket  request.Basket
	Whose   []tab
	Mine    bool
	Team    bool
	Here    string // the query of this address, for what leads back
	Counts  string // address of the counts of its tiles
	Found   bool   // the rows answer a search
	Full    bool   // there may be more than the page shows
	Form    form
	Filter  deskFilter
	Rows    []deskRow
	Next    string // address of the next page
	Erases  int    // files whose erasure waits for this person's word
	Done    string // what was just done
	Notice  string // the same in a sentence
	Helps   int    // colleagues who wait for this person to confirm that they lost a way in
	Triages bool   // the reader may take and give requests
	News    newsNotice
	Arrived arrivalNotice // what came and belongs to no request
	Merges  int           // merges of identities that wait for this person's word
	Rights  person.Tally  // asks about data that wait for an answer
	Zone    string

	Owes    bool        // somebody may still have to be told that a person took something back
	Glasses *glassCount // for those who judge exceptional accesses
}

// tab is one of "mine, my team, all".
type tab struct {
	To, Label string
	Here      bool
}

// deskFilter is the form that narrows the list, and what it says now.
type deskFilter struct {
	Form                         form
	Colleagues                   []option // who can hold a request
	Holders, Urgencies, Who, Age []option // the choices of the form
	Kept                         []hidden // what of the address the form carries on
	On                           []string // in words, what narrows the list
	Clear                        string   // the address without
}

// glassCount is how many exceptional accesses wait to be judged.
type glassCount struct{ Waiting, Late int }

// deskRow is one line in words. They are found here and not in the template:
// fifty rows of calls from a template cost more than reading them.
type deskRow struct {
	request.Row
	Who, Held, Step string
	Urgent          string // how urgent, when it is more than routine
	Born            string // year
	Came, Due       string // dates at the desk
	Age             int    // days since it came
	HeldFor         string // since when it is held
	Opinions        string // "2 avis sur 3"
	IsLate          bool
	Pick            string // what stands for the row in a form: id, version, reference
	Clock           string // "2 jours sur 5", of its step; late and paused in words
	ClockTint       string // goes with the words of Clock, never alone
	CanTake         bool   // nobody holds it
	CanPick         bool
}

// Tint goes with the word of Urgent, never alone.
func (r deskRow) Tint() string {
	if r.Urgency == request.Urgent {
		return "red"
	}
	return "amber"
}

func (s *Server) deskRow(lang, zone string, now time.Time, r request.Row) deskRow {
	say := func(key string, args map[string]any) string { return s.Text.Get(lang, key, args) }
	x := deskRow{Row: r, Held: say("desk.state."+string(r.State), nil), IsLate: r.Late(now),
		Came: text.ShortDay(lang, zone, r.CreatedAt), Due: text.ShortDay(lang, zone, r.NextAt), Age: daysBetween(r.CreatedAt, now)}
	x.CanPick = !r.Walled && !r.Erased && !r.Limited() && r.State != request.Closed
	x.CanTake = x.CanPick && r.Owner == ""
	if x.CanPick {
		x.Pick = pickOf(r)
	}
	if !r.Walled {
		x.Who = say("desk.who."+r.Who, nil)
	}
	if r.Urgency != request.Routine && r.Urgency != "" {
		x.Urgent = say("desk.urgency."+r.Urgency, nil)
	}
	if len(r.BirthDate) >= 4 {
		x.Born = r.BirthDate[:4]
	}
	if n := daysBetween(r.HeldSince, now); r.Owner != "" && !r.HeldSince.IsZero() && r.State != request.Closed {
		if x.HeldFor = say("desk.held.today", nil); n > 0 {
			x.HeldFor = say("desk.held.days", map[string]any{"N": n})
		}
	}
	if r.Asked > 0 {
		x.Opinions = say("desk.opinions", map[string]any{"Answered": r.Answered, "Asked": r.Asked})
	}
	if r.State == request.Closed {
		x.Due = text.ShortDay(lang, zone, r.ClosedAt)
	} else if r.Next != "" {
		x.Step = say("next."+r.Next, nil)
	}
	return x
}

// deskRows are the lines of a list, each with the clock of its step.
func (s *Server) deskRows(v *visit, zone string, rows []request.Row) (all []deskRow, err error) {
	var ids []phare.ID
	for _, r := range rows {
		if !r.Walled && !r.Erased && !r.Limited() && r.State != request.Closed {
			ids = append(ids, r.ID)
		}
	}
	clocks, err := need.ClocksOf(v.Context(), v.db, v.by, ids)
	now := v.db.Now()
	for _, r := range rows {
		x := s.deskRow(v.lang, zone, now, r)
		if c, ok := clocks[r.ID]; ok {
			x.Clock, x.ClockTint = s.clockWords(v.lang, c)
		}
		all = append(all, x)
	}
	return all, err
}

// clockWords say where the clock of a step stands, and whether that is to be marked.
func (s *Server) clockWords(lang string, c need.Clock) (words, tint string) {
	words = s.Text.Get(lang, "clock.of", map[string]any{"Days": c.Days, "Target": c.Target})
	switch {
	case c.Paused:
		return s.Text.Get(lang, "clock.row.paused", map[string]any{"Of": words}), ""
	case c.Twice:
		return s.Text.Get(lang, "clock.row.late", map[string]any{"Of": words}), "red"
	case c.Late:
		return s.Text.Get(lang, "clock.row.late", map[string]any{"Of": words}), "amber"
	}
	return words, ""
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours()) / 24 }

// tile counts one basket and leads to it.
type tile struct {
	Name  request.Basket
	Count int
	To    string
	Here  bool
}

// desk lists the requests of one basket. Filters stand in the address, so that
// a list can be kept as a bookmark; nothing in them is about a patient.
func (s *Server) desk(v *visit) error { return s.showDesk(v, filterOf(v.URL.Query()), deskSaid{}) }

// deskFind searches by name, reference, phone or date of birth. The words are
// posted: a name has no place in an address, which browsers and proxies keep.
func (s *Server) deskFind(v *visit) error {
	return s.showDesk(v, request.Filter{Find: v.line("q")}, deskSaid{})
}

// deskSaid is what a list says of the form that led to it.
type deskSaid struct {
	notice string
	form   form
}

func (s *Server) showDesk(v *visit, f request.Filter, said deskSaid) error {
	found, err := request.List(v.Context(), v.db, v.by, f)
	if err != nil {
		return err
	}
	counts, err := s.tilesOf(v, f)
	if err != nil {
		return err
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p := deskPage{Done: justDone(v), Notice: said.notice, Basket: f.Basket, Mine: f.Mine, Team: f.Team, Found: f.Find != "", Full: len(found.Rows) == request.PageRows,
		Form: said.form, Triages: v.by.Can(access.TriageRequest), Zone: here.Zone}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{"q": {f.Find}}
	}
	if err := s.deskAside(v, &p); err != nil {
		return err
	}
	if p.Filter, err = s.deskFilterOf(v, f); err != nil {
		return err
	}
	if p.Rows, err = s.deskRows(v, here.Zone, found.Rows); err != nil {
		return err
	}
	s.leads(v, &p, f, counts)
	if found.Next != "" {
		next := f
		next.After = found.Next
		p.Next = deskAddress(next)
	}
	status := http.StatusOK
	if len(said.form.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(v, status, "desk/list", p)
}

// leads are the addresses of the other lists: each tile and each "whose" keeps the
// rest of the filter.
func (s *Server) leads(v *visit, p *deskPage, f request.Filter, counts request.Counts) {
	f.After, f.Find = "", ""
	p.Here = deskQuery(f)
	p.Counts = "/bureau/comptes"
	if p.Here != "" {
		p.Counts += "?" + p.Here
	}
	for _, b := range request.Baskets() {
		of := f
		of.Basket = b
		p.Tiles = append(p.Tiles, tile{b, counts[b], deskAddress(of), b == f.Basket && !p.Found})
	}
	for _, whose := range []struct {
		key        string
		mine, team bool
	}{{"desk.whose.mine", true, false}, {"desk.whose.team", false, true}, {"desk.whose.all", false, false}} {
		of := f
		of.Mine, of.Team = whose.mine, whose.team
		p.Whose = append(p.Whose, tab{deskAddress(of), s.Text.Get(v.lang, whose.key, nil), f.Mine == whose.mine && f.Team == whose.team})
	}
}

// deskAside is what else waits for this person.
func (s *Server) deskAside(v *visit, p *deskPage) (err error) {
	if p.Helps, err = helpsFor(v); err != nil {
		return err
	}
	if p.News, err = newsFor(v); err != nil {
		return err
	}
	if p.Arrived, err = arrivalsFor(v); err != nil {
		return err
	}
	if p.Merges, err = mergesFor(v); err != nil {
		return err
	}
	if v.by.Can(access.NoteAsk) {
		if p.Rights, err = person.Count(v.Context(), v.db, v.by); err != nil {
			return err
		}
	}
	if p.Owes, err = consent.MayOwe(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Erases, err = erasesFor(v); err != nil || !v.by.Can(access.ReviewGlass) {
		return err
	}
	p.Glasses = &glassCount{}
	p.Glasses.Waiting, p.Glasses.Late, err = circle.Count(v.Context(), v.db, v.by)
	return err
}
