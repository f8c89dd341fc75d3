package web

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/consent"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

func (s *Server) deskRoutes() []Route {
	read := Policy{Right: access.ReadRequest}
	return []Route{
		{"GET /bureau", read, s.desk},
		{"POST /bureau/recherche", read, s.deskFind},
	}
}

// deskPage is the work list.
type deskPage struct {
	Tiles  []tile
	Basket request.Basket
	Mine   bool
	Here   string // the address of this basket, whosever requests
	Found  bool   // the rows answer a search
	Full   bool   // there may be more than the page shows
	Form   form
	Rows   []deskRow
	Next   string // address of the next page
	Erases int    // files whose erasure waits for this person's word
	Done   string // what was just done
	News   newsNotice
	Merges int // merges of identities that wait for this person's word
	Helps  int // colleagues who wait for this person to confirm that they lost a way in

	Owes    bool        // somebody may still have to be told that a person took something back
	Glasses *glassCount // for those who judge exceptional accesses
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
	IsLate          bool
}

// Tint goes with the word of Urgent, never alone.
func (r deskRow) Tint() string {
	if r.Urgency == request.Urgent {
		return "red"
	}
	return "amber"
}

func (s *Server) deskRow(lang, zone string, now time.Time, r request.Row) deskRow {
	say := func(key string) string { return s.Text.Get(lang, key, nil) }
	x := deskRow{Row: r, Held: say("desk.state." + string(r.State)), IsLate: r.Late(now),
		Came: text.ShortDay(lang, zone, r.CreatedAt), Due: text.ShortDay(lang, zone, r.NextAt), Age: int(now.Sub(r.CreatedAt).Hours()) / 24}
	if !r.Walled {
		x.Who = say("desk.who." + r.Who)
	}
	if r.Urgency != request.Routine && r.Urgency != "" {
		x.Urgent = say("desk.urgency." + r.Urgency)
	}
	if len(r.BirthDate) >= 4 {
		x.Born = r.BirthDate[:4]
	}
	if r.State == request.Closed {
		x.Due = text.ShortDay(lang, zone, r.ClosedAt)
	} else if r.Next != "" {
		x.Step = say("next." + r.Next)
	}
	return x
}

// tile counts one basket and leads to it.
type tile struct {
	Name  request.Basket
	Count int
	To    string
	Here  bool
}

// desk lists the requests of one basket. Filters stand in the address, so that
// a list can be kept as a bookmark; nothing in them is about a patient.
func (s *Server) desk(v *visit) error {
	q := v.URL.Query()
	f := request.Filter{Basket: request.Basket(q.Get("liste")), Mine: q.Get("moi") == "1", After: request.Cursor(q.Get("apres"))}
	return s.showDesk(v, f)
}

// deskFind searches by name, reference, phone or date of birth. The words are
// posted: a name has no place in an address, which browsers and proxies keep.
func (s *Server) deskFind(v *visit) error {
	return s.showDesk(v, request.Filter{Find: v.line("q")})
}

func (s *Server) showDesk(v *visit, f request.Filter) error {
	found, err := request.List(v.Context(), v.db, v.by, f)
	if err != nil {
		return err
	}
	counts, err := s.counts.of(v.Context(), v.db, v.by)
	if err == nil {
		counts, err = request.Hide(v.Context(), v.db, v.by, counts)
	}
	if err != nil {
		return err
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p := deskPage{Done: justDone(v), Basket: f.Basket, Mine: f.Mine, Found: f.Find != "", Full: len(found.Rows) == request.PageRows,
		Form: form{Values: url.Values{"q": {f.Find}}}}
	if p.Helps, err = helpsFor(v); err != nil {
		return err
	}
	if p.News, err = newsFor(v); err != nil {
		return err
	}
	if p.Erases, err = erasesFor(v); err != nil {
		return err
	}
	if p.Owes, err = consent.MayOwe(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Merges, err = mergesFor(v); err != nil {
		return err
	}
	if v.by.Can(access.ReviewGlass) {
		p.Glasses = &glassCount{}
		p.Glasses.Waiting, p.Glasses.Late, err = circle.Count(v.Context(), v.db, v.by)
		if err != nil {
			return err
		}
	}
	now := v.db.Now()
	for _, r := range found.Rows {
		p.Rows = append(p.Rows, s.deskRow(v.lang, here.Zone, now, r))
	}
	for _, b := range request.Baskets() {
		p.Tiles = append(p.Tiles, tile{b, counts[b], deskAddress(b, f.Mine, ""), b == f.Basket && !p.Found})
	}
	p.Here = deskAddress(f.Basket, false, "")
	if found.Next != "" {
		p.Next = deskAddress(f.Basket, f.Mine, found.Next)
	}
	return s.render(v, http.StatusOK, "desk/list", p)
}

func deskAddress(b request.Basket, mine bool, after request.Cursor) string {
	q := url.Values{}
	if b != "" {
		q.Set("liste", string(b))
	}
	if mine {
		q.Set("moi", "1")
	}
	if after != "" {
		q.Set("apres", string(after))
	}
	if len(q) == 0 {
		return "/bureau"
	}
	return "/bureau?" + q.Encode()
}

// countsFor is how long counts of the work list are shown again without being
// counted again. Any form posted to this server ends it at once, so that people
// see what they have just done; another process is seen this much later.
const countsFor = 2 * time.Second

// deskCounts remembers the counts of each platform's work list.
type deskCounts struct {
	mu  sync.Mutex
	all map[string]counted
}

type counted struct {
	at time.Time
	n  request.Counts
}

func (c *deskCounts) of(ctx context.Context, db *store.DB, by access.Actor) (request.Counts, error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return nil, err
	}
	now := time.Now() // age in memory, not time of records
	c.mu.Lock()
	known, ok := c.all[by.Platform]
	c.mu.Unlock()
	if ok && now.Sub(known.at) < countsFor {
		return known.n, nil
	}
	n, err := request.Count(ctx, db, by)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[string]counted{}
	}
	c.all[by.Platform] = counted{now, n}
	return n, nil
}

// forget makes every platform count again.
func (c *deskCounts) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.all)
}
