package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/arrival"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/text"
)

// arrivalPath is the queue of what came and belongs to no request yet.
const arrivalPath = "/bureau/arrivees"

func (s *Server) arrivalRoutes() []Route {
	triage := Policy{Right: access.TriageRequest}
	files := triage
	files.Files = true
	return []Route{
		{"GET " + arrivalPath, triage, s.arrivals},
		{"POST " + arrivalPath, files, s.arrivalBring},
		{"POST " + arrivalPath + "/ecarter", triage, s.arrivalAsideAll},
		{"GET " + arrivalPath + "/{id}", triage, s.arrivalOpen},
		{"GET " + arrivalPath + "/{id}/pieces/{piece}", triage, s.arrivalFile},
		{"GET " + arrivalPath + "/{id}/demande", triage, s.arrivalMake},
		{"POST " + arrivalPath + "/{id}/demande", triage, s.arrivalMakeSave},
		{"POST " + arrivalPath + "/{id}/rattacher", triage, s.arrivalMatch},
		{"POST " + arrivalPath + "/{id}/detacher", triage, s.arrivalPart},
		{"POST " + arrivalPath + "/{id}/ecarter", triage, s.arrivalAside},
		{"POST " + arrivalPath + "/{id}/reprendre", triage, s.arrivalBack},
		{"POST " + arrivalPath + "/{id}/passer", triage, s.arrivalPass},
	}
}

// arrivalRow is one line of the queue in words.
type arrivalRow struct {
	arrival.Arrival
	Came, Since, Ended string
}

// arrivalsPage is the queue.
type arrivalsPage struct {
	Waiting, Aside, Matched []arrivalRow

	More     phare.ID // the last that is listed, when more wait
	ID       string   // of the form by which something is brought in
	Form     form
	Done     string
	Channels []option
	Reasons  []option // why several are put aside at once
}

func (s *Server) arrivals(v *visit) error {
	return s.showArrivals(v, http.StatusOK, form{Values: url.Values{"channel": {arrival.Letter}}})
}

func (s *Server) showArrivals(v *visit, status int, f form) error {
	b, err := arrival.List(v.Context(), v.db, v.by, phare.ID(v.URL.Query().Get("apres")))
	if err != nil {
		return err
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	p := arrivalsPage{ID: f.Get("form"), Form: f, Done: justDone(v), More: b.More}
	if p.ID == "" {
		p.ID = request.NewForm()
	}
	for _, part := range []struct {
		to   *[]arrivalRow
		from []arrival.Arrival
	}{{&p.Waiting, b.Waiting}, {&p.Aside, b.Aside}, {&p.Matched, b.Matched}} {
		for _, a := range part.from {
			*part.to = append(*part.to, arrivalRow{a, text.ShortDay(v.lang, desk.Zone, a.CameAt), text.ShortDay(v.lang, desk.Zone, a.HolderSince), text.ShortDay(v.lang, desk.Zone, a.EndedAt)})
		}
	}
	for _, x := range arrival.Channels() {
		p.Channels = append(p.Channels, option{x, s.Text.Get(v.lang, "call.channel."+x, nil)})
	}
	for _, x := range []string{arrival.Spam, arrival.Empty} {
		p.Reasons = append(p.Reasons, option{x, s.Text.Get(v.lang, "arrival.reason."+x, nil)})
	}
	return s.render(v, status, "arrival/board", p)
}

// arrivalBring takes in what someone of the desk drops: a message, each an arrival
// of its own, or the pages of one letter.
func (s *Server) arrivalBring(v *visit) error {
	f := form{Values: url.Values{}}
	v.letter = func(b *sent) error {
		channel := f.Get("channel")
		if channel == arrival.Letter || channel == arrival.Fax { // no message comes on paper: it is what the form began with
			channel = arrival.Mail
		}
		_, _, err := arrival.Receive(v.Context(), v.db, v.by, s.Files, arrival.Message{Channel: channel, Bytes: b, By: inspect.Sender{Staff: true}})
		return err
	}
	_, faults, err := s.upload(v, v.by, func(name, value string) error {
		if name == "form" || name == "channel" {
			f.Values.Set(name, value)
		}
		return nil
	}, func(t *attachment.Taken) error {
		_, err := arrival.Bring(v.Context(), v.db, v.by, arrival.Paper{Form: f.Get("form"), Channel: f.Get("channel")}, t)
		return err
	})
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		f.Faults = faults
		return s.showArrivals(v, statusOfUpload(v, faults), f)
	}
	return v.done(arrivalPath, "arrived")
}

// isLetter says whether a file of that name is a mail message.
func isLetter(name string) bool { return strings.EqualFold(path.Ext(name), ".eml") }

// arrivalPage is one arrival, with what can become of it.
type arrivalPage struct {
	arrival.Arrival
	Desk       access.Platform
	Form       form
	Doing      string
	Reasons    []option
	Tellings   []option
	Colleagues []option
	CanBack    bool
	CanPart    bool
	Found      *request.File // the request that the reference named, to be confirmed
}

func (s *Server) arrivalOpen(v *visit) error {
	return s.showArrival(v, http.StatusOK, arrivalPage{})
}

func (s *Server) showArrival(v *visit, status int, p arrivalPage) error {
	a, err := arrival.Open(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p.Arrival, p.CanBack, p.CanPart = a, a.IsBack(v.db.Now()), a.CanPart(v.db.Now())
	if p.Form.Values == nil {
		p.Form.Values = url.Values{"reference": {request.ReferenceIn(a.About.Subject)}} // to be confirmed by whoever sees whose it is
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	for _, x := range arrival.Reasons() {
		p.Reasons = append(p.Reasons, option{x, s.Text.Get(v.lang, "arrival.reason."+x, nil)})
	}
	for _, x := range arrival.Tellings() {
		p.Tellings = append(p.Tellings, option{x, s.Text.Get(v.lang, "arrival.told."+x, nil)})
	}
	all, err := access.Colleagues(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Actor().Can(access.TriageRequest) && string(x.ID) != a.Holder {
			p.Colleagues = append(p.Colleagues, option{string(x.ID), x.Name})
		}
	}
	return s.render(v, status, "arrival/one", p)
}

// arrivalFile gives a file of an arrival to be saved, as pieceOut does of a request.
func (s *Server) arrivalFile(v *visit) error {
	a, read, err := arrival.OpenFile(v.Context(), v.db, v.by, v.id(), v.piece())
	if err != nil {
		return err
	}
	v.giveOut(a)
	if v.Method == http.MethodHead {
		return nil
	}
	if err := read(v.w); err != nil {
		slog.ErrorContext(v.Context(), "a file was not given out whole", "attachment", a.ID, "err", err)
		panic(http.ErrAbortHandler) // the browser must not take it for the whole
	}
	return nil
}

// arrivalRef is the arrival as the person saw it.
func (v *visit) arrivalRef() arrival.Ref { return arrival.Ref{ID: v.id(), Version: v.version()} }

// arrivalSettled leads back to the queue, or shows the page again with what was typed.
func (s *Server) arrivalSettled(v *visit, doing, done string, err error) error {
	if err == nil {
		return v.done(arrivalPath, done)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showArrival(v, statusOf(err), arrivalPage{Form: f, Doing: doing})
}

// arrivalMatch matches once the person has seen whose request it is.
func (s *Server) arrivalMatch(v *visit) error {
	file, err := arrival.Compare(v.Context(), v.db, v.by, v.arrivalRef(), v.line("reference"))
	if err == nil && v.line("confirm") != string(file.ID) {
		return s.showArrival(v, http.StatusOK, arrivalPage{Form: posted(v), Found: &file})
	}
	if err == nil {
		_, err = arrival.Match(v.Context(), v.db, v.by, v.arrivalRef(), v.line("reference"))
	}
	if err == nil {
		return v.redirect(fileAddress(file.ID))
	}
	return s.arrivalSettled(v, "match", "", err)
}

// arrivalPart takes an arrival out of a request it does not belong to.
func (s *Server) arrivalPart(v *visit) error {
	err := arrival.Part(v.Context(), v.db, v.by, v.id(), v.text("why"))
	if err == nil {
		return v.done(arrivalPath+"/"+string(v.id()), "arrival.parted")
	}
	return s.arrivalSettled(v, "part", "", err)
}

// arrivalAsideAll puts aside what was ticked.
func (s *Server) arrivalAsideAll(v *visit) error {
	var all []arrival.Ref
	for _, x := range v.PostForm["pick"] {
		id, version, _ := strings.Cut(x, " ")
		n, _ := strconv.ParseInt(version, 10, 64) // none is another version: it stays
		all = append(all, arrival.Ref{ID: phare.ID(id), Version: n})
	}
	err := arrival.PutAllAside(v.Context(), v.db, v.by, all, v.line("reason"))
	if err == nil {
		return v.done(arrivalPath, "arrival.several")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.Values.Set("channel", arrival.Letter)
	return s.showArrivals(v, statusOf(err), f)
}

func (s *Server) arrivalAside(v *visit) error {
	p := arrival.Putting{Reason: v.line("reason"), Told: v.line("told"), Words: v.text("words")}
	return s.arrivalSettled(v, "aside", "arrival.aside", arrival.PutAside(v.Context(), v.db, v.by, v.arrivalRef(), p))
}

func (s *Server) arrivalBack(v *visit) error {
	return s.arrivalSettled(v, "back", "arrival.back", arrival.TakeUp(v.Context(), v.db, v.by, v.id()))
}

func (s *Server) arrivalPass(v *visit) error {
	return s.arrivalSettled(v, "pass", "arrival.passed", arrival.Pass(v.Context(), v.db, v.by, v.arrivalRef(), v.line("holder")))
}

// arrivalNames are the fields of the page of calls when something arrived is noted.
func arrivalNames() []string { return append(callNames(), "mail") }

// arrivalMake is the page of calls, with what the message says in it: nobody types
// it again, and nothing of a patient is guessed.
func (s *Server) arrivalMake(v *visit) error {
	a, err := arrival.Open(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if !a.IsOpen() {
		return phare.Fault(phare.Conflict, "arrival.settled")
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	fields := a.Fields(a.Day(desk.Zone))
	f := formOf(fields, v.lang, arrivalNames()...)
	f.Values.Set("came", birthTyped(v.lang, fields.Came))
	f.Values.Set("version", strconv.FormatInt(a.Version, 10))
	return s.showNote(v, http.StatusOK, notePage{ID: request.NewForm(), Form: f, Arrival: v.id()})
}

func (s *Server) arrivalMakeSave(v *visit) error {
	id, f := v.line("form"), posted(v)
	fields := request.Fields{Lang: v.lang, Who: v.line("who")}
	fill(&fields, v, arrivalNames())
	_, err := arrival.Make(v.Context(), v.db, s.Key, v.by, arrival.Making{Ref: v.arrivalRef(), Form: id, Fields: fields})
	if err == nil {
		return v.redirect(callPath + "/" + id + "/dire")
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	if !request.IsForm(id) { // lost on the way: nothing was made by it
		id = request.NewForm()
	}
	return s.showNote(v, statusOf(err), notePage{ID: id, Form: f, Arrival: v.id()})
}

// arrivalNotice is what the work list says of the queue.
type arrivalNotice struct{ Waiting, Late int }

func arrivalsFor(v *visit) (n arrivalNotice, err error) {
	if v.by.Can(access.TriageRequest) {
		n.Waiting, n.Late, err = arrival.Count(v.Context(), v.db, v.by)
	}
	return n, err
}
