package web

import (
	"net/url"
	"slices"
	"strings"

	"phare"
	"phare/internal/answer"
	"phare/internal/attachment"
	"phare/internal/casefile"
	"phare/internal/history"
	"phare/internal/text"
)

// timePart is the case on one line of time, in words.
type timePart struct {
	Lines, More []timeLine // More: those that are folded away
	Tabs        []tab      // which kind is shown
	Orders      []tab
	Clock       string // how long a diagnosis has been looked for; empty: nobody knows
	Since       string // the reader's visit before, in words; empty: never
	News        []timeLine
	NewSigns    bool
	Sources     []option
	Kinds       []option
	Documents   []option
	Told        string // what the request says was done already
	Whoms       []option
	Whats       []option
	Ways        []option
}

// Fresh says whether there is anything new for the reader.
func (p timePart) Fresh() bool { return len(p.News) > 0 || p.NewSigns }

// NewsSaid counts what is new.
func (p timePart) NewsSaid() int {
	if p.NewSigns {
		return len(p.News) + 1
	}
	return len(p.News)
}

// timeLine is one line in words.
type timeLine struct {
	casefile.Line
	Title, When, Who string
	Origin, Noted    string // of a fact
}

// shownLines is how many lines the page shows before it folds the older ones.
const shownLines = 12

// tellTime gathers what the page tells of the case in time: the line itself, who
// knows what, what keeps it open, and what to say by telephone.
func (s *Server) tellTime(v *visit, p *filePage) (err error) {
	c := casefile.Case{Request: p.Request, Patient: p.Patient, Signs: p.Signs, Choices: p.Choices, Answer: p.Answer.Answer, Desk: p.Desk, Holder: p.Holder, Now: p.Now}
	for _, q := range p.Questions.All {
		c.Questions = append(c.Questions, q.Question)
	}
	if c.Facts, err = history.Of(v.Context(), v.db, v.by, p.ID); err != nil {
		return err
	}
	if c.Messages, c.Told, err = casefile.Passed(v.Context(), v.db, v.by, p.ID); err != nil {
		return err
	}
	if c.Left, err = answer.Left(v.Context(), v.db, v.by, p.ID); err != nil {
		return err
	}
	if c.Barred, err = casefile.Barred(v.Context(), v.db, p.Request); err != nil {
		return err
	}
	p.Known, p.Loose = casefile.Knows(c), casefile.Ends(c.Questions, c.Signed(), c.Now)
	key, args := casefile.Phrase(c, v.lang)
	p.Phrase = s.Text.Get(v.lang, key, args)
	p.Time = s.timeOf(v, p, c)
	return nil
}

func (s *Server) timeOf(v *visit, p *filePage, c casefile.Case) timePart {
	q := v.URL.Query()
	w := casefile.View{Oldest: q.Get("ordre") == "ancien", Reader: v.by.ID, Since: p.Since, Zone: p.Desk.Zone, Documents: documentNames(p.Files)}
	if only := casefile.Group(q.Get("voir")); slices.Contains(casefile.Groups(), only) {
		w.Only = only
	}
	part := timePart{Clock: casefile.ClockWords(s.Text, v.lang, c), Told: p.Fields.Done, NewSigns: p.NewSigns}
	say := func(key string) string { return s.Text.Get(v.lang, key, nil) }
	for _, l := range casefile.Timeline(c, p.Events, w) {
		part.Lines = append(part.Lines, s.timeLine(v.lang, p.Desk.Zone, l))
	}
	if n := len(part.Lines); !w.Oldest && n > shownLines+3 {
		part.Lines, part.More = part.Lines[:shownLines], part.Lines[shownLines:]
	}
	if !p.Since.IsZero() {
		part.Since = text.Day(v.lang, p.Desk.Zone, p.Since)
		for _, l := range casefile.Timeline(c, p.Events, casefile.View{Reader: w.Reader, Since: w.Since, Zone: w.Zone}) {
			if l.New {
				part.News = append(part.News, s.timeLine(v.lang, p.Desk.Zone, l))
			}
		}
	}
	at := func(only casefile.Group, oldest bool) string {
		q := url.Values{}
		if only != "" {
			q.Set("voir", string(only))
		}
		if oldest {
			q.Set("ordre", "ancien")
		}
		to := fileAddress(p.ID)
		if len(q) > 0 {
			to += "?" + q.Encode()
		}
		return to + "#time"
	}
	part.Tabs = []tab{{at("", w.Oldest), say("timeline.all"), w.Only == ""}}
	for _, g := range casefile.Groups() {
		part.Tabs = append(part.Tabs, tab{at(g, w.Oldest), say("timeline.group." + string(g)), w.Only == g})
	}
	part.Orders = []tab{{at(w.Only, false), say("timeline.newest"), !w.Oldest}, {at(w.Only, true), say("timeline.oldest"), w.Oldest}}
	s.timeChoices(v, &part, p.Files)
	return part
}

// timeChoices are the choices of the forms around the line of time.
func (s *Server) timeChoices(v *visit, part *timePart, files []attachment.Attachment) {
	options := func(prefix string, values []string) (all []option) {
		for _, value := range values {
			all = append(all, option{value, s.Text.Get(v.lang, prefix+value, nil)})
		}
		return all
	}
	var kinds []string
	for _, k := range history.Kinds() {
		kinds = append(kinds, string(k))
	}
	part.Kinds, part.Sources = options("history.kind.", kinds), options("history.source.", history.Sources())
	part.Documents = []option{{"", s.Text.Get(v.lang, "history.document.none", nil)}}
	for _, f := range files {
		if f.State == attachment.Kept {
			part.Documents = append(part.Documents, option{string(f.ID), f.Name})
		}
	}
	part.Whoms, part.Whats, part.Ways = options("known.whom.", casefile.Whoms()), options("known.what.", casefile.Whats()), options("known.way.", casefile.Ways())
}

func documentNames(files []attachment.Attachment) map[phare.ID]string {
	names := map[phare.ID]string{}
	for _, f := range files {
		names[f.ID] = f.Name
	}
	return names
}

// timeLine puts a line into words.
func (s *Server) timeLine(lang, zone string, l casefile.Line) timeLine {
	say := func(key string) string { return s.Text.Get(lang, key, nil) }
	x := timeLine{Line: l, Who: l.By}
	switch {
	case !s.Text.Has(l.Title) && strings.HasPrefix(l.Title, "timeline.message."):
		x.Title = say("timeline.message.other")
	default:
		x.Title = say(l.Title)
	}
	if strings.HasPrefix(l.Title, "timeline.message.") { // its way, and if it did not get there
		x.Tail, x.Words = "", ""
		if l.Tail != "" {
			x.Tail = "· " + say("news.way."+l.Tail)
		}
		if l.Words == "failed" {
			x.Tail += " · " + say("known.failed")
		}
	}
	if l.Title == "event.identify" {
		x.Tail = say("patient.identity." + l.Tail)
	}
	if l.From != "" {
		x.Who = say("timeline.from." + l.From)
	}
	if !l.IsFact() {
		x.When = text.ShortDay(lang, zone, l.At) + ", " + text.Hour(lang, zone, l.At)
		return x
	}
	if x.When = text.BirthDate(lang, l.Date); l.Date == "" {
		x.When = say("history.undated")
	}
	x.Origin = strings.TrimSpace(say("history.source."+l.Fact.Source) + " " + l.Fact.Origin)
	if l.Document != "" {
		x.Origin = l.Document
	}
	x.Noted = s.Text.Get(lang, "history.noted", map[string]any{"When": text.ShortDay(lang, zone, l.Fact.At)})
	return x
}

// CanClose says whether closing is proposed: the answer is back and read by us, or
// none is awaited (lesson 2).
func (p filePage) CanClose() bool { return len(p.Loose) == 0 }

// onlyFacts leads to the dated facts alone: what was just written is often older than
// all that the line shows before it is unfolded.
const onlyFacts = "?voir=" + string(casefile.Before) + "#time"

// backAt answers a form of one part of the file: to where its result stands, or the
// file with what was typed and what must change.
func (s *Server) backAt(v *visit, part, doing string, err error) error {
	if err == nil {
		return v.redirect(fileAddress(v.id()) + part)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showFile(v, statusOf(err), f, doing)
}

func (s *Server) historyAdd(v *visit) error {
	e := history.Entry{Kind: history.Kind(v.line("about")), Lines: v.text("lines"), Source: v.line("source"), Origin: v.line("origin"),
		Document: phare.ID(v.line("document")), Again: v.line("again") == "yes"}
	return s.backAt(v, onlyFacts, "avant", history.Add(v.Context(), v.db, v.by, v.id(), e))
}

func (s *Server) historyStrike(v *visit) error {
	fact := phare.ID(v.line("fact"))
	return s.backAt(v, onlyFacts, "rayer-"+string(fact), history.Strike(v.Context(), v.db, v.by, v.id(), fact, v.line("strike_why")))
}

func (s *Server) toldAdd(v *visit) error {
	h := casefile.Handing{Whom: v.line("whom"), Person: v.line("person"), What: v.line("what"), Way: v.line("how")}
	return s.backAt(v, "#known", "remise", casefile.Hand(v.Context(), v.db, v.by, v.id(), h))
}

func (s *Server) toldBack(v *visit) error {
	return s.backAt(v, "#known", "remise", casefile.Back(v.Context(), v.db, v.by, v.id(), phare.ID(v.line("told")), v.line("fact")))
}
