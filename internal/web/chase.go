package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/calendar"
	"phare/internal/need"
	"phare/internal/request"
	"phare/internal/text"
)

// chasePage is who is awaited, and what nobody was given.
type chasePage struct {
	need.Chasing
	Desk    access.Platform
	By      access.Actor
	Tiles   []chaseTile
	Basket  string // shown; empty: all
	Shown   []need.Item
	Places  []structure // needs to be oriented, by structure
	Form    form
	Doing   string // the item whose form was refused
	Rest    int    // of this basket, not shown
	Whys    []option
	Results []option // of a call
	Done    string
}

// chaseMost is how many lines of a basket are shown.
const chaseMost = 60

// chaseTile counts one basket and leads to it.
type chaseTile struct {
	Name  string
	Count int
	Here  bool
}

// structure is one structure that asks, with what is still to be oriented for it.
type structure struct {
	Name  string
	Items []need.Item
}

func (s *Server) chase(v *visit) error { return s.showChase(v, http.StatusOK, form{}, "") }

// showChase shows one basket, by the address, or all of them.
func (s *Server) showChase(v *visit, status int, f form, doing string) (err error) {
	p := chasePage{Form: f, Doing: doing, By: v.by, Done: justDone(v), Basket: v.URL.Query().Get("palier")}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
	}
	if p.Chasing, err = need.Chase(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if !slices.Contains(need.Baskets(), p.Basket) {
		p.Basket = ""
	}
	p.Shown = p.Awaited
	for _, b := range need.Baskets() {
		some := p.In(b)
		p.Tiles = append(p.Tiles, chaseTile{b, len(some), b == p.Basket})
		if b == p.Basket {
			p.Shown = some
		}
	}
	for _, i := range p.ToOrient {
		if n := len(p.Places); n == 0 || p.Places[n-1].Name != i.Place {
			p.Places = append(p.Places, structure{Name: i.Place})
		}
		last := &p.Places[len(p.Places)-1]
		last.Items = append(last.Items, i)
	}
	p.Rest = max(len(p.Shown)-chaseMost, 0)
	p.Shown = p.Shown[:min(len(p.Shown), chaseMost)]
	p.Whys = s.coded(v.lang, "need.why.", need.Whys())
	p.Results = s.coded(v.lang, "chase.result.", []string{"reached", "message", "nobody"})
	return s.render(v, status, "need/chase", p)
}

// remind chases someone, or writes down that they were called.
func (s *Server) remind(v *visit) error {
	about := phare.ID(v.PathValue("about"))
	n := need.Nudging{Basket: v.line("basket"), Way: v.line("way"), Result: v.line("result")}
	err := need.Remind(v.Context(), v.db, v.by, about, n)
	if err == nil {
		return v.done("/bureau/relances", "chased")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	for i := range f.Faults {
		f.Faults[i].Field = "" // what is wrong is a button, or a line that is no longer there
	}
	return s.showChase(v, statusOf(err), f, string(about))
}

// dayPage is what someone must do.
type dayPage struct {
	need.Day
	Desk  access.Platform
	Now   time.Time
	Parts []dayPart
	Calls []newsLine // that the reader has to make
}

// dayPart is what is due at one time.
type dayPart struct {
	Name  string // key under "day.part."
	Items []need.Duty
}

func (s *Server) myDay(v *visit) (err error) {
	p := dayPage{Now: v.db.Now()}
	if p.Day, err = need.MyDay(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Calls, err = s.callsFor(v, p.Desk, p.Covering); err != nil {
		return err
	}
	p.Parts = []dayPart{{"late", p.Late}, {"today", p.Today}, {"tomorrow", p.Tomorrow}, {"later", p.Later}}
	return s.render(v, http.StatusOK, "need/day", p)
}

// coverPage is who is away, and the files of one colleague.
type coverPage struct {
	Desk       access.Platform
	Absences   []need.Absence
	Colleagues []option
	Of         string // the colleague whose files are shown
	OfName     string
	Files      []need.Handed
	Others     int // files of theirs that the reader does not open
	Form       form
	Doing      string
	Done       string
}

func (s *Server) cover(v *visit) error {
	return s.showCover(v, http.StatusOK, form{Values: url.Values{}}, "")
}

func (s *Server) showCover(v *visit, status int, f form, doing string) (err error) {
	p := coverPage{Form: f, Doing: doing, Done: justDone(v), Of: v.URL.Query().Get("de")}
	if v.Method == http.MethodPost {
		p.Of = v.line("from")
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Absences, err = need.Absences(v.Context(), v.db, v.by); err != nil {
		return err
	}
	colleagues, err := access.Colleagues(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p.Colleagues = accountOptions(colleagues)
	for _, c := range p.Colleagues {
		if c.Value == p.Of {
			p.OfName = c.Label
		}
	}
	if p.OfName != "" {
		if p.Files, p.Others, err = need.HeldBy(v.Context(), v.db, v.by, p.Of); err != nil {
			return err
		}
	}
	return s.render(v, status, "need/cover", p)
}

// covered answers a verb of the page about absences.
func (s *Server) covered(v *visit, doing string, err error) error {
	if err == nil {
		return v.done("/bureau/releve", doing)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.boxIn(doing)
	return s.showCover(v, statusOf(err), f, doing)
}

func (s *Server) coverSet(v *visit) error {
	since, err := s.since(v, v.line("since"))
	if err != nil {
		return err
	}
	until, err := s.deskDay(v, v.line("until"))
	if err != nil {
		return err
	}
	if !until.IsZero() {
		until = until.Add(6 * time.Hour) // the last day counts
	}
	if since.IsZero() {
		since = v.db.Now()
	}
	a := need.Absence{Account: v.line("account"), Cover: v.line("cover"), Since: since, Until: until}
	return s.covered(v, "away", need.SetAbsence(v.Context(), v.db, v.by, a))
}

func (s *Server) coverEnd(v *visit) error {
	return s.covered(v, "back", need.EndAbsence(v.Context(), v.db, v.by, phare.ID(v.PathValue("row"))))
}

// takeOver gives ticked files to one colleague. A ticked file is its id and the
// version that was seen.
func (s *Server) takeOver(v *visit) error {
	v.ParseForm()
	var refs []request.Ref
	for _, x := range v.PostForm["file"] {
		id, version, _ := strings.Cut(x, "~")
		refs = append(refs, request.Ref{ID: phare.ID(id), Version: asVersion(version)})
	}
	t, err := need.TakeOver(v.Context(), v.db, v.by, refs, v.line("to"))
	if err == nil && t.Kept > 0 {
		err = &phare.Error{Kind: phare.Conflict, Field: "files", Key: "absence.files.kept", Args: map[string]any{"Done": t.Done, "Kept": t.Kept}}
	}
	return s.covered(v, "takenover", err)
}

// clockPage is how a desk counts.
type clockPage struct {
	need.Clocks
	Desk   access.Platform
	By     access.Actor
	Form   form
	Doing  string
	MaySet bool
	When   map[string]string // the days in words, by rule
}

func (s *Server) clocks(v *visit) error {
	return s.showClocks(v, http.StatusOK, form{Values: url.Values{}}, "")
}

func (s *Server) showClocks(v *visit, status int, f form, doing string) (err error) {
	p := clockPage{Form: f, Doing: doing, By: v.by, MaySet: v.by.Can(access.SwitchModule)}
	if p.Clocks, err = need.ReadClocks(v.Context(), v.db, v.by); err != nil {
		return err
	}
	p.When = map[string]string{}
	for _, d := range p.Days {
		p.When[d.Rule] = s.dayWords(v.lang, d)
	}
	for i, k := range p.Kinds {
		if k.Label == "" {
			p.Kinds[i].Label = s.Text.Get(v.lang, "need.kind."+k.Code, nil)
		}
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "need/clocks", p)
}

// clocked answers a verb of the page about delays.
func (s *Server) clocked(v *visit, doing string, err error) error {
	if err == nil {
		return v.redirect("/bureau/delais#" + doing)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.boxIn(doing)
	return s.showClocks(v, statusOf(err), f, doing)
}

func (s *Server) clockSet(v *visit) error {
	t := need.Target{Step: v.line("step"), Days: int(asVersion(v.line("days"))), Source: v.line("source")}
	return s.clocked(v, "delais", need.SetTarget(v.Context(), v.db, v.by, t))
}

func (s *Server) daySet(v *visit) error {
	d := calendar.Day{Rule: v.line("day"), Off: v.line("works") != "yes", Label: v.line("label"), Source: v.line("source")}
	return s.clocked(v, "jours", need.SetDay(v.Context(), v.db, v.by, d))
}

func (s *Server) kindSet(v *visit) error {
	k := need.Kind{Code: v.line("code"), Label: v.line("label"), Expert: v.line("expert") == "yes", Active: v.line("active") != "no"}
	return s.clocked(v, "besoins", need.SetKind(v.Context(), v.db, v.by, k))
}

// asVersion reads a number as typed; what is none is -1, which no verb takes.
func asVersion(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// boxed is one field of a form of which a page has several: its id begins with the
// form's name, and it has a value and a fault only when that form was refused.
type boxed struct {
	field
	ID string
}

// newBoxed makes one inside a template:
// {{template "b-input" (boxed .Form .Doing "tri" "who" "need.who" "text")}}.
func newBoxed(f form, doing, at, name string, more ...any) boxed {
	key, _ := more[0].(string) // after the name: key and type, as newField takes them
	kind, _ := more[1].(string)
	b := boxed{field: newField(form{}, name, key, kind, more[2:]...), ID: "f-" + at + "-" + name}
	if doing == at {
		b.Value, b.Fault = f.Get(name), f.Fault(at+"-"+name)
	}
	return b
}

// boxIn names the faults of a form as its fields are.
func (f *form) boxIn(at string) {
	for i, x := range f.Faults {
		if x.Field != "" {
			f.Faults[i].Field = at + "-" + x.Field
		}
	}
}

// dayWords are the day of a rule in words: « 1er mai », « 2 jours avant Pâques »; of
// a day that is named after Easter none.
func (s *Server) dayWords(lang string, d calendar.Day) string {
	from, ok := strings.CutPrefix(d.Rule, "easter")
	if !ok {
		return text.DayOfYear(lang, d.Rule)
	}
	n, err := strconv.Atoi(from)
	if d.Code != "" || err != nil {
		return ""
	}
	return s.Text.Get(lang, "clock.easter", map[string]any{"N": max(n, -n), "Before": n < 0})
}
