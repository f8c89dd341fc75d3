package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
)

// callPath is the page on which a call or a letter is noted.
const callPath = "/bureau/appel"

func (s *Server) callRoutes() []Route {
	triage, file := Policy{Right: access.TriageRequest}, Policy{Right: access.TriageRequest, File: FileWork}
	return []Route{
		{"GET " + callPath, triage, s.call},
		{"POST " + callPath, triage, s.callSave},
		{"POST " + callPath + "/chercher", Policy{Right: access.EditPatient}, s.callSeek},
		{"GET " + callPath + "/{form}", triage, s.callAgain},
		{"POST " + callPath + "/{form}/oublier", triage, s.callForget},
		{"GET " + callPath + "/{form}/dire", triage, s.callSay},
		{"GET /bureau/demandes/{id}/completer", file, s.complete},
		{"POST /bureau/demandes/{id}/completer", file, s.completeSave},
	}
}

// notePage notes a call in a minute: what is typed here is a request at once.
type notePage struct {
	ID      string
	Form    form
	Choices map[string][]option
	Code    string // by which the caller can go on at home; empty until it is kept
	Own     []request.Draft
	Desk    access.Platform
	Found   *seekFound // who may be meant; nil: it was not asked
	Arrival phare.ID   // of what is noted here; empty: a call
}

// callNames are the fields of the page, in its order.
func callNames() []string {
	return []string{"urgency", "channel", "came", "who", "name", "phone", "story", "first_name", "family_name", "birth_date", "promised"}
}

// Address is where a draft of one's own is gone on with: a call here, a form that
// was begun on the site there.
func (notePage) Address(d request.Draft) string {
	if d.Fields.Channel == "" {
		return "/demande/" + d.Form + "/" + firstOf(d.Fields)
	}
	return callPath + "/" + d.Form
}

func (s *Server) call(v *visit) error {
	f := form{Values: url.Values{"channel": {request.Phone}}}
	return s.showCall(v, http.StatusOK, request.Draft{Form: request.NewForm()}, f)
}

func (s *Server) callAgain(v *visit) error {
	d, err := request.OwnDraft(v.Context(), v.db, v.by, v.PathValue("form"))
	if err != nil {
		return err
	}
	f := formOf(d.Fields, v.lang, callNames()...)
	f.Values.Set("came", birthTyped(v.lang, d.Fields.Came))
	return s.showCall(v, http.StatusOK, d, f)
}

func (s *Server) showCall(v *visit, status int, d request.Draft, f form) error {
	return s.showCallWith(v, status, d, f, nil)
}

// showCallWith shows who may be meant beside what is being noted.
func (s *Server) showCallWith(v *visit, status int, d request.Draft, f form, found *seekFound) error {
	return s.showNote(v, status, notePage{ID: d.Form, Code: request.ShowCode(d.Code), Form: f, Found: found})
}

// showNote shows the page of calls, also for what arrived in writing.
func (s *Server) showNote(v *visit, status int, p notePage) error {
	p.Choices = s.askChoices(v.lang)
	for _, x := range request.Channels() {
		p.Choices["channel"] = append(p.Choices["channel"], option{x, s.Text.Get(v.lang, "call.channel."+x, nil)})
	}
	var err error
	if p.Own, err = request.OwnDrafts(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "call/note", p)
}

// callSeek looks, while the caller still talks, whether the patient is known: for
// the button, and for the script that asks while names are typed. Nothing is kept,
// created or chosen by it.
func (s *Server) callSeek(v *visit) error {
	found, err := s.seeking(v, "")
	if err != nil {
		return err
	}
	found.Aside = true
	if v.Header.Get(fragmentHeader) != "" {
		return s.fragment(v, "seek/form", "seek-found", found)
	}
	return s.showCallWith(v, http.StatusOK, request.Draft{Form: v.line("form")}, posted(v), found)
}

// callSave makes the request, or keeps the note for later.
func (s *Server) callSave(v *visit) error {
	id, f := v.line("form"), posted(v)
	fields := request.Fields{Lang: v.lang}
	fill(&fields, v, callNames())
	var err error
	if v.PostFormValue("later") != "" {
		_, err = request.SaveDraft(v.Context(), v.db, v.by, id, func(d *request.Fields) {
			d.Who = v.line("who")
			fill(d, v, callNames())
		})
		if err == nil {
			return v.redirect(callPath + "/" + id)
		}
	} else {
		fields.Who = v.line("who")
		_, err = request.TakeCall(v.Context(), v.db, s.Key, v.by, id, fields)
		if err == nil || phare.KindOf(err) == phare.Conflict { // sent before, with other words: the file is completed, not sent again
			return v.redirect(callPath + "/" + id + "/dire")
		}
	}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showCall(v, http.StatusUnprocessableEntity, request.Draft{Form: id}, f)
}

func (s *Server) callForget(v *visit) error {
	if err := request.ForgetOwnDraft(v.Context(), v.db, v.by, v.PathValue("form")); err != nil {
		return err
	}
	return v.redirect(callPath)
}

// sayPage is what is read aloud, and what comes next.
type sayPage struct {
	request.Receipt
	Fields request.Fields
	Desk   access.Platform
	Spelt  string
	Form   form
}

func (s *Server) callSay(v *visit) error {
	receipt, fields, err := request.CallReceipt(v.Context(), v.db, s.Key, v.by, v.PathValue("form"))
	if err != nil {
		return err
	}
	p := sayPage{Receipt: receipt, Fields: fields, Spelt: spelt(receipt.Reference)}
	p.Secret = request.ShowSecret(receipt.Secret)
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "call/say", p)
}

// spelt is a reference as it is said on the telephone, character by character.
func spelt(reference string) string {
	return strings.Join(strings.Split(strings.ReplaceAll(reference, "-", ""), ""), "\u00a0· ")
}

// IsPaper says whether there is a sheet to be scanned and joined.
func (p sayPage) IsPaper() bool {
	return p.Fields.Channel == request.Letter || p.Fields.Channel == request.Fax
}

// completePage is the form on a request that the desk noted, with what it holds.
type completePage struct {
	request.File
	Form    form
	Choices map[string][]option
	Parts   []askPart
}

func (s *Server) complete(v *visit) error { return s.showComplete(v, http.StatusOK, form{}, "") }

func (s *Server) showComplete(v *visit, status int, f form, who string) error {
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if !file.IsNoted() {
		return phare.Fault(phare.Conflict, "call.complete.own")
	}
	if who == "" {
		who = file.Fields.Who
	}
	if f.Values == nil {
		f.Values = formOf(file.Fields, v.lang, namesOf(who)...).Values
	}
	f.Values.Set("who", who)
	p := completePage{File: file, Form: f, Choices: s.askChoices(v.lang)}
	for _, part := range s.askParts(v.lang, who, f, p.Choices) {
		part.Fields = deskFields(part.Fields)
		p.Parts = append(p.Parts, part)
	}
	return s.render(v, status, "call/complete", p)
}

// deskFields are the questions that the desk can still answer: where a request
// belongs is settled.
func deskFields(all []askField) (kept []askField) {
	for _, x := range all {
		if x.Name != "platform" {
			kept = append(kept, x)
		}
	}
	return kept
}

// completeSave writes down what is new, and tells the team what it was before.
func (s *Server) completeSave(v *visit) error {
	f, who := posted(v), v.line("who")
	file, err := request.OpenFile(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if err = error(phare.Fault(phare.Conflict, "error.conflict")); file.Version == v.version() {
		fields := file.Fields
		fields.Who = who
		for _, name := range namesOf(who) {
			if name != "platform" {
				fill(&fields, v, []string{name})
			}
		}
		err = request.Complete(v.Context(), v.db, v.by, v.ref(), fields, s.completedWords(v.lang, file.Fields, fields.Tidy()))
	}
	if err == nil {
		return v.redirect(fileAddress(v.id()) + "#asked")
	}
	if e, ok := errors.AsType[*phare.Error](err); ok && e.Key == "call.complete.own" || !s.wrong(v, &f, err) {
		return err
	}
	return s.showComplete(v, statusOf(err), f, who)
}

// completedWords tell what changed in a request, and what stood there before.
func (s *Server) completedWords(lang string, was, is request.Fields) string {
	var b strings.Builder
	none := s.Text.Get(lang, "ask.none", nil)
	if was.Who != is.Who {
		b.WriteString(s.Text.Get(lang, "call.changed", map[string]any{"What": s.Text.Get(lang, "ask.label.who", nil),
			"Before": s.Text.Get(lang, "ask.kind."+was.Who, nil), "Value": s.Text.Get(lang, "ask.kind."+is.Who, nil)}) + "\n")
	}
	for _, x := range request.Form(is.Who) {
		before, now := s.shown(lang, x.Name, was), s.shown(lang, x.Name, is)
		if before == now || x.Name == "platform" {
			continue
		}
		if before == "" {
			before = none
		}
		if now == "" {
			now = none
		}
		b.WriteString(s.Text.Get(lang, "call.changed", map[string]any{"What": s.Text.Get(lang, "ask.label."+x.Name, nil), "Before": before, "Value": now}) + "\n")
	}
	return strings.TrimSpace(b.String())
}
