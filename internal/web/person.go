package web

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/person"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/store"
)

func (s *Server) personRoutes() []Route {
	note, decide := Policy{Right: access.NoteAsk, File: FileDecide}, Policy{Right: access.DecideAsk, File: FileDecide}
	fresh := note
	fresh.Fresh = true
	return []Route{
		{"GET /bureau/droits-personnes", Policy{Right: access.NoteAsk}, s.asks},
		{"GET /bureau/demandes/{id}/droits", note, s.personFile},
		{"POST /bureau/demandes/{id}/droits", note, s.personNote},
		{"POST /bureau/demandes/{id}/droits/{row}/decider", decide, s.personDecide},
		{"POST /bureau/demandes/{id}/droits/{row}/prolonger", decide, s.personExtend},
		{"POST /bureau/demandes/{id}/droits/{row}/lever", decide, s.personLift},
		{"GET /bureau/demandes/{id}/droits/{row}/lettre.pdf", note, s.personLetter},
		{"POST /bureau/demandes/{id}/droits/copie", fresh, s.personCopy},
		{"POST /bureau/demandes/{id}/copies/{row}", fresh, s.personCopyTake},
		{"POST /suivi/droits", Policy{Open: true}, s.trackAsk},
		{"GET /copie/{token}", Policy{Link: true}, s.copyDoor},
		{"POST /copie/{token}", Policy{Link: true}, s.copyTake},
		{"GET /vos-droits", Policy{Open: true}, s.yourRights},
	}
}

// asksPage is what people asked about their data, the first that is due first. It
// shows references and no words, and of files that the reader may not open a count.
type asksPage struct {
	person.Listed
	Desk  access.Platform
	Now   time.Time
	Keeps bool // may see what is to be purged
}

// Late counts what should have been answered.
func (p asksPage) Late() (n int) {
	for _, a := range p.Open {
		if a.Late(p.Now) {
			n++
		}
	}
	return n
}

func (s *Server) asks(v *visit) error {
	p := asksPage{Now: v.db.Now(), Keeps: v.by.Can(access.KeepRules)}
	var err error
	if p.Listed, err = person.List(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if err := v.db.Write(v.Context(), v.by.Act("person.list", v.by.Platform), func(*store.Tx) error { return nil }); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "person/list", p)
}

// personPage is what was asked, decided and given about one file.
type personPage struct {
	request.File
	person.Rights
	By    access.Actor
	Desk  access.Platform
	Now   time.Time
	Form  form
	Doing string
	Done  string
	Kept  *retention.Case // nil while it is open
	Notes []told          // what a third party may have told in confidence

	Kinds, Aspects, Purposes, Givers, Ways, Scopes, CopyWays []option

	server *Server
	lang   string
}

// told is one passage of the file that can be kept out of a copy.
type told struct {
	person.Passage
	Apart bool // as it was ticked
}

// States are how an ask can end, in words.
func (p personPage) States(a person.Ask) (all []option) {
	for _, state := range a.Kind.Decisions() {
		if a.Kind == person.Copy && state == person.Granted { // made below
			continue
		}
		key := "person.state." + string(state)
		if a.Kind == person.Claim {
			key = "person.claim.over"
		}
		all = append(all, option{string(state), p.server.Text.Get(p.lang, key, nil)})
	}
	return all
}

// AspectKey is what an ask is about, in words; empty: nothing more is known.
func (p personPage) AspectKey(a person.Ask) string {
	switch {
	case a.Aspect == "":
		return ""
	case a.Kind == person.Oppose:
		return "person.purpose." + a.Aspect
	}
	return "ask.label." + a.Aspect
}

func (s *Server) personFile(v *visit) error { return s.showPerson(v, http.StatusOK, form{}, "") }

func (s *Server) showPerson(v *visit, status int, f form, doing string) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := personPage{File: file, By: v.by, Now: v.db.Now(), Form: f, Doing: doing, Done: justDone(v), server: s, lang: v.lang}
	if p.Rights, err = person.Of(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Kept, err = retention.OfFile(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	if p.Notes, err = s.passages(v, file, f); err != nil {
		return err
	}
	p.Kinds, p.Givers = s.coded(v.lang, "person.kind.", codes(person.Kinds())), s.coded(v.lang, "person.giver.", person.Givers())
	p.Aspects, p.Purposes = s.coded(v.lang, "ask.label.", request.Rectifiable()), s.coded(v.lang, "person.purpose.", person.Purposes())
	p.Ways, p.CopyWays = s.coded(v.lang, "person.way.", person.Ways()), s.coded(v.lang, "person.copyway.", person.CopyWays())
	p.Scopes = s.coded(v.lang, "person.scope.", []string{person.Whole, person.Identity})
	if !v.by.Can(access.DecideAsk) {
		p.Scopes = p.Scopes[1:]
	}
	return s.render(v, status, "person/file", p)
}

func codes[T ~string](all []T) (out []string) {
	for _, x := range all {
		out = append(out, string(x))
	}
	return out
}

// CanLink says whether the requester is the family, who holds the code of the receipt.
func (p personPage) CanLink() bool { return p.Fields.Who == request.Family && p.Fields.Mail != "" }

// personDone answers a verb of the page.
func (s *Server) personDone(v *visit, doing, thing string, err error) error {
	if err == nil {
		return v.done(fileAddress(v.id())+"/droits", thing)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	f.boxIn(doing)
	return s.showPerson(v, statusOf(err), f, doing)
}

func (s *Server) personNote(v *visit) error {
	d := person.Draft{Kind: person.Kind(v.line("kind")), Aspect: v.line("aspect"), Giver: v.line("giver"), Way: v.line("way"), Who: v.line("who"), Words: v.text("words"), AskedOn: v.line("asked_on")}
	if d.Kind == person.Oppose {
		d.Aspect = v.line("purpose")
	}
	if day, err := s.deskDay(v, d.AskedOn); err == nil && !day.IsZero() {
		d.AskedOn = day.Format(time.DateOnly)
	}
	return s.personDone(v, "noter", "ask.noted", person.Note(v.Context(), v.db, v.by, v.id(), d))
}

func (v *visit) row() phare.ID { return phare.ID(v.PathValue("row")) }

func (s *Server) personDecide(v *visit) error {
	seen, _ := strconv.ParseInt(v.line("version"), 10, 64)
	d := person.Decision{State: person.State(v.line("state")), Why: v.text("why"), Value: v.text("value"), Aspect: v.line("aspect"), Seen: seen}
	return s.personDone(v, "decider-"+string(v.row()), "ask.decided", person.Decide(v.Context(), v.db, v.by, v.id(), v.row(), d))
}

func (s *Server) personExtend(v *visit) error {
	return s.personDone(v, "prolonger-"+string(v.row()), "ask.extended", person.Extend(v.Context(), v.db, v.by, v.id(), v.row(), v.text("longer")))
}

func (s *Server) personLift(v *visit) error {
	return s.personDone(v, "lever-"+string(v.row()), "ask.lifted", person.Lift(v.Context(), v.db, v.by, v.id(), v.row(), v.text("lift")))
}

// personLetter is the letter to who asked: what was decided, and why.
func (s *Server) personLetter(v *visit) error {
	l, err := person.Write(v.Context(), v.db, v.by, v.id(), v.row())
	if err != nil {
		return err
	}
	l.DPO = s.DPO
	return v.take(l.Letter(s.Text), l.Reference+"-droits", "pdf")
}

// personCopy makes a copy, and shows it on the page of the file: to be taken there and
// handed over or posted, or sent as a link.
func (s *Server) personCopy(v *visit) error {
	m := person.Making{Ask: phare.ID(v.line("ask")), Scope: v.line("scope"), Way: v.line("way"), Recipient: v.line("recipient"), Base: s.Base}
	for _, id := range v.PostForm["apart"] {
		m.Apart = append(m.Apart, phare.ID(id))
	}
	done := "copy.made"
	if m.Way == person.ByLink {
		done = "copy.sent"
	}
	return s.personDone(v, "copie", done, person.Make(v.Context(), v.db, s.Key, v.by, v.id(), m))
}

func (s *Server) personCopyTake(v *visit) error {
	d, err := person.Take(v.Context(), v.db, v.by, v.id(), v.row())
	if err != nil {
		return s.personDone(v, "prendre", "", err)
	}
	return s.giveCopy(v, d)
}

func (s *Server) giveCopy(v *visit, d person.Dossier) error {
	var b bytes.Buffer
	if err := d.Zip(&b, s.Text, v.lang); err != nil {
		return err
	}
	v.attach(d.Name()+".zip", "application/zip", b.Bytes())
	return nil
}

// copyPage asks for the code of the receipt. It is the same whether the link leads
// somewhere or not.
type copyPage struct {
	Form form
	Path string
}

func (s *Server) copyDoor(v *visit) error { return s.showCopyDoor(v, http.StatusOK, form{}) }

func (s *Server) showCopyDoor(v *visit, status int, f form) error {
	f.Values.Del("secret")
	return s.render(v, status, "person/door", copyPage{f, person.LinkPath + v.PathValue("token")})
}

func (s *Server) copyTake(v *visit) error {
	f := posted(v)
	if !s.looks.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "track.toomany", nil)}}
		return s.showCopyDoor(v, http.StatusTooManyRequests, f)
	}
	d, err := person.Open(v.Context(), v.db, s.Key, v.PathValue("token"), v.line("secret"))
	if err == nil {
		return s.giveCopy(v, d)
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showCopyDoor(v, statusOf(err), f)
}

// passages are what of a file somebody else may have told in confidence.
func (s *Server) passages(v *visit, file request.File, f form) (all []told, err error) {
	if !v.by.Can(access.DecideAsk) {
		return nil, nil
	}
	some, err := person.Passages(v.Context(), v.db, v.by, file.ID)
	ticked := map[phare.ID]bool{}
	for _, id := range f.Values["apart"] {
		ticked[phare.ID(id)] = true
	}
	for _, x := range some {
		all = append(all, told{x, ticked[x.ID]})
	}
	return all, err
}
