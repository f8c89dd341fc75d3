package web

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"sync"
	"time"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// filterOf reads a filter from an address. What it does not know is left out.
func filterOf(q url.Values) request.Filter {
	days, _ := strconv.Atoi(q.Get("jours"))
	f := request.Filter{Basket: request.Basket(q.Get("liste")), After: request.Cursor(q.Get("apres")), Urgency: q.Get("urgence"), Who: q.Get("de"), Days: days}
	switch {
	case q.Get("qui") == "moi", q.Get("moi") == "1":
		f.Mine = true
	case q.Get("qui") != "toutes":
		f.Team = true
	}
	switch holder := q.Get("porteur"); holder {
	case "":
	case nobody:
		f.Nobody = true
	default:
		f.Holder = holder
	}
	return f.Clean()
}

// nobody stands in an address for requests that nobody holds.
const nobody = "personne"

// deskQuery writes a filter as the query of an address, the reverse of filterOf.
func deskQuery(f request.Filter) string {
	q := url.Values{}
	set := func(name, value string, when bool) {
		if when {
			q.Set(name, value)
		}
	}
	set("liste", string(f.Basket), f.Basket != "")
	set("qui", "moi", f.Mine)
	set("qui", "toutes", !f.Mine && !f.Team)
	set("urgence", f.Urgency, f.Urgency != "")
	set("de", f.Who, f.Who != "")
	set("jours", strconv.Itoa(f.Days), f.Days > 0)
	set("porteur", f.Holder, f.Holder != "")
	set("porteur", nobody, f.Nobody)
	set("apres", string(f.After), f.After != "")
	return q.Encode()
}

func deskAddress(f request.Filter) string {
	if q := deskQuery(f); q != "" {
		return "/bureau?" + q
	}
	return "/bureau"
}

// ages are the choices of "came more than so many days ago".
var ages = [...]int{3, 7, 10, 30, 90}

// deskFilterOf is the form that narrows the list.
func (s *Server) deskFilterOf(v *visit, f request.Filter) (d deskFilter, err error) {
	say := func(key string, args map[string]any) string { return s.Text.Get(v.lang, key, args) }
	colleagues, err := access.Colleagues(v.Context(), v.db, v.by)
	if err != nil {
		return d, err
	}
	d.Colleagues = accountOptions(colleagues)
	d.Holders = append([]option{{"", say("desk.filter.anyone", nil)}, {nobody, say("desk.filter.nobody", nil)}}, d.Colleagues...)
	d.Urgencies, d.Who, d.Age = []option{{"", say("desk.filter.any", nil)}}, []option{{"", say("desk.filter.anyone", nil)}}, []option{{"", "—"}}
	for _, u := range []string{request.Urgent, request.Soon, request.Routine} {
		d.Urgencies = append(d.Urgencies, option{u, say("desk.urgency."+u, nil)})
	}
	for _, who := range request.Kinds() {
		d.Who = append(d.Who, option{who, say("desk.who."+who, nil)})
	}
	for _, n := range ages {
		d.Age = append(d.Age, option{strconv.Itoa(n), say("desk.filter.days", map[string]any{"N": n})})
	}
	plain := request.Filter{Basket: f.Basket, Mine: f.Mine, Team: f.Team}
	d.Clear = deskAddress(plain)
	q, _ := url.ParseQuery(deskQuery(plain)) // our own
	for _, name := range []string{"liste", "qui"} {
		if value := q.Get(name); value != "" {
			d.Kept = append(d.Kept, hidden{name, value})
		}
	}
	d.Form.Values, _ = url.ParseQuery(deskQuery(f))
	for _, x := range []struct {
		name    string
		choices []option
	}{{"urgence", d.Urgencies}, {"de", d.Who}, {"porteur", d.Holders}, {"jours", d.Age}} {
		for _, o := range x.choices {
			if value := d.Form.Get(x.name); value != "" && o.Value == value {
				d.On = append(d.On, o.Label)
			}
		}
	}
	return d, nil
}

// tilesOf counts what the tiles of a list hold. Most often that is the whole
// platform but for a few files: then the counts that all share are enough.
func (s *Server) tilesOf(v *visit, f request.Filter) (request.Counts, error) {
	if f.IsPlain() && !f.Mine {
		all, err := s.counts.of(v.Context(), v.db, v.by)
		if err != nil {
			return nil, err
		}
		if !f.Team {
			return request.Hide(v.Context(), v.db, v.by, all)
		}
		left, ok, err := request.HideBeyond(v.Context(), v.db, v.by, all)
		if err != nil || ok {
			return left, err
		}
	}
	return request.CountOf(v.Context(), v.db, v.by, f)
}

// deskCounts gives the counts of the tiles alone, for a page that keeps them
// fresh. They are of nobody.
func (s *Server) deskCounts(v *visit) error {
	counts, err := s.tilesOf(v, filterOf(v.URL.Query()))
	if err != nil {
		return err
	}
	all := map[string]string{}
	for _, b := range request.Baskets() {
		all[string(b)] = text.Number(v.lang, counts[b])
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.w.Write(b) // fails only when the reader has left
	return nil
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
