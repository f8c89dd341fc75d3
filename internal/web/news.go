package web

import (
	"io"
	"net/http"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/kin"
	"phare/internal/mail"
	"phare/internal/need"
	"phare/internal/news"
	"phare/internal/request"
	"phare/internal/sms"
	"phare/internal/store"
	"phare/internal/text"
)

// SMSPath is where the gateway of short messages reports and brings answers.
const SMSPath = "/passerelle/sms"

func (s *Server) newsRoutes() []Route {
	triage, file := Policy{Right: access.TriageRequest}, Policy{Right: access.TriageRequest, File: FileWork}
	return []Route{
		{"GET /bureau/nouvelles", triage, s.newsBoard},
		{"POST /bureau/nouvelles/{id}/fait", triage, s.newsTick},
		{"POST /bureau/nouvelles/{id}/autre", triage, s.newsRedirect},
		{"GET /bureau/nouvelles/{id}/lettre.pdf", triage, s.newsLetter},
		{"POST /bureau/demandes/{id}/nouvelles", file, s.newsReach},
		{"POST " + SMSPath, Policy{Open: true}, s.smsHook},
	}
}

// newsLine is one line in words.
type newsLine struct {
	news.Line
	Step, Say, Until string
	Phrase           string    // what to say on the telephone
	Day              string    // since when
	Phone            string    // of the desk
	Calling          *callView // what must be read before the number is dialled; nil: nothing
	Shown            string    // its state in words
	Doing            bool      // its form was refused
	Form             form
}

// newsPage is what the desk has to carry by hand, and what failed.
type newsPage struct {
	Post, Calls, Failed []newsLine
	Full                bool
	Done                string
	Form                form
	Ways                []option
}

func (s *Server) newsBoard(v *visit) error { return s.showNews(v, http.StatusOK, form{}) }

// showNews shows the board, with what was typed beside the line that it was about.
func (s *Server) showNews(v *visit, status int, f form) error {
	b, err := news.Todo(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p := newsPage{Full: b.Full, Done: justDone(v), Form: f, Ways: s.newsWays(v.lang)}
	for _, part := range []struct {
		to    *[]newsLine
		lines []news.Line
	}{{&p.Post, b.Post}, {&p.Calls, b.Calls}, {&p.Failed, b.Failed}} {
		for _, l := range part.lines {
			x := s.newsLine(v.lang, desk, l)
			if v.PathValue("id") == string(l.ID) {
				x.Doing, x.Form = true, f
			}
			*part.to = append(*part.to, x)
		}
	}
	if err := s.withManners(v, desk, p.Calls); err != nil {
		return err
	}
	return s.render(v, status, "news/board", p)
}

// newsLine puts a line into words: what is said to the requester in theirs, the
// rest in the reader's.
func (s *Server) newsLine(lang string, desk access.Platform, l news.Line) newsLine {
	args := l.Words()
	args["Reference"], args["Phone"], args["Until"] = l.Reference, desk.Phone, ""
	say := func(key string) string { return s.Text.Get(l.Lang, key, args) }
	x := newsLine{Line: l, Step: s.Text.Get(lang, "news.step."+l.Step(), nil), Day: text.ShortDay(lang, desk.Zone, l.At), Phone: desk.Phone}
	if l.Step() != "answer" {
		x.Say = say("news.say." + l.Step())
	}
	if args["Day"] != "" {
		x.Until = say("news.until")
	}
	args["Say"], args["Until"] = x.Say, x.Until
	if spoken := "news.phone." + l.Step(); s.Text.Has(spoken) { // "call us" is nothing to say to whom one calls
		args["Say"] = say(spoken)
	}
	x.Phrase = say("news.phrase")
	state := l.State
	if state == mail.Waiting && (l.Way == mail.ByMail || l.Way == mail.BySMS) {
		state = "leaving"
	}
	x.Shown = s.Text.Get(lang, "news.state."+state, nil)
	return x
}

// withManners puts beside each call how the family is called, as the file notes it.
func (s *Server) withManners(v *visit, desk access.Platform, calls []newsLine) error {
	var ids []phare.ID
	for _, l := range calls {
		ids = append(ids, l.Request)
	}
	all, err := kin.Manners(v.Context(), v.db, v.by, ids)
	for i, l := range calls {
		family := l.Who == request.Family && l.Way != mail.ByCentre // a centre has hours of its own
		c := all[l.Request].At(l.To, family, desk.Zone, v.db.Now())
		if len(c.Rules) > 0 {
			x := s.callView(v, c)
			calls[i].Calling = &x
		}
	}
	return err
}

// callsFor are the calls that one person has to make: of the files that they hold or
// cover, and of those that nobody holds.
func (s *Server) callsFor(v *visit, desk access.Platform, covering []need.Absence) (mine []newsLine, err error) {
	b, err := news.Todo(v.Context(), v.db, v.by)
	if err != nil {
		return nil, err
	}
	for _, l := range b.Calls {
		holder := l.Holder()
		if holder == "" || holder == v.by.ID || slices.ContainsFunc(covering, func(a need.Absence) bool { return a.Account == holder }) {
			mine = append(mine, s.newsLine(v.lang, desk, l))
		}
	}
	return mine, s.withManners(v, desk, mine)
}

func (s *Server) newsWays(lang string) (all []option) {
	for _, way := range news.Ways() {
		all = append(all, option{way, s.Text.Get(lang, "news.way."+way, nil)})
	}
	return all
}

func (s *Server) newsTick(v *visit) error {
	do := v.line("result")
	var err error
	if do == "dismiss" {
		_, err = news.Dismiss(v.Context(), v.db, v.by, v.id())
	} else {
		_, err = news.Tick(v.Context(), v.db, v.by, v.id(), do)
	}
	return s.newsDone(v, err)
}

func (s *Server) newsRedirect(v *visit) error {
	_, err := news.Redirect(v.Context(), v.db, v.by, v.id(), news.Reach{Way: v.line("way"), To: v.line("to")})
	return s.newsDone(v, err)
}

func (s *Server) newsDone(v *visit, err error) error {
	if err == nil {
		return v.done("/bureau/nouvelles", "news")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showNews(v, statusOf(err), f)
}

func (s *Server) newsLetter(v *visit) error {
	d, reference, err := news.OpenLetter(v.Context(), v.db, v.by, s.Text, v.id())
	if err != nil {
		return err
	}
	return v.take(d, reference+"-nouvelles", "pdf")
}

func (s *Server) newsReach(v *visit) error {
	r := news.Reach{Way: v.line("way"), To: v.line("to"), Rule: v.line("rule")}
	return s.done(v, "nouvelles", news.SetReach(v.Context(), v.db, v.by, v.id(), r))
}

// fileNews is what the requester of a file was told, and how they are reached.
type fileNews struct {
	Lines []newsLine
	Reach news.Reach
	Ways  []option
}

func (s *Server) newsOf(v *visit, desk access.Platform) (n fileNews, err error) {
	var lines []news.Line
	err = v.db.Read(v.Context(), func(view *store.View) (err error) {
		lines, n.Reach, err = news.Of(view, v.by, v.id())
		return err
	})
	for _, l := range lines {
		n.Lines = append(n.Lines, s.newsLine(v.lang, desk, l))
	}
	n.Ways = append([]option{{"", s.Text.Get(v.lang, "news.way.form", nil)}}, s.newsWays(v.lang)...)
	return n, err
}

// newsNotice is what the work list says of the board.
type newsNotice struct{ Carry, Failed int }

func newsFor(v *visit) (n newsNotice, err error) {
	if v.by.Can(access.TriageRequest) {
		n.Carry, n.Failed, err = news.Count(v.Context(), v.db, v.by)
	}
	return n, err
}

// smsHook takes what the gateway tells: it shows a token that only it and the
// operator know. To anyone else there is no such page.
func (s *Server) smsHook(v *visit) error {
	if !s.SMS.Knows(bearer(v.Request)) {
		plain(v.w, http.StatusNotFound, "not found")
		return nil
	}
	body, err := io.ReadAll(v.Body)
	if err != nil {
		return err
	}
	switch r := s.SMS.Read(v.Header.Get("Content-Type"), body); {
	case r.Answered:
		err = news.CallBack(v.Context(), v.db, news.Answered{From: r.From, Provider: r.ID})
	case r.Status != "":
		err = news.Report(v.Context(), v.db, news.Delivery{Provider: r.ID, Arrived: r.Status == sms.Delivered})
	}
	if err != nil {
		return err
	}
	plain(v.w, http.StatusOK, "ok")
	return nil
}

// bearer is the token of a request, in a header: an address ends in logs.
func bearer(r *http.Request) string {
	const scheme = "Bearer "
	if a := r.Header.Get("Authorization"); len(a) > len(scheme) && a[:len(scheme)] == scheme {
		return a[len(scheme):]
	}
	return r.Header.Get("X-Phare-Token")
}
