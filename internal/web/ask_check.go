package web

import (
	"net/http"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/request"
)

// checkBlocks are the parts of the check page for one kind of requester, in the
// order of their form.
func checkBlocks(f request.Fields) (all []checkBlock) {
	for _, x := range request.Form(f.Who) {
		if !f.Asks(x) && f.Get(x.Name) == "" {
			continue // it does not go with the answer to the first question
		}
		if len(all) == 0 || all[len(all)-1].Name != x.Part {
			all = append(all, checkBlock{Name: x.Part})
		}
		last := &all[len(all)-1]
		last.Rows = append(last.Rows, checkRow{Name: x.Name})
	}
	return all
}

// checkRow is one answer of the check page.
type checkRow struct{ Name, Label, Value, Edit string } // Label: its key

type checkBlock struct {
	Name string // of the part
	Rows []checkRow
}

type checkPage struct {
	ID      string
	Form    form // its faults
	Blocks  []checkBlock
	Desk    access.Platform
	Code    string // by which one goes on later
	Late    string // urgency, for the promise of news
	Missing bool
	Files   []attachment.Attachment
}

// askCheck shows every answer before the form is sent; once it is sent, what
// was changed since.
func (s *Server) askCheck(v *visit) error {
	d, err := request.GetDraft(v.Context(), v.db, v.PathValue("form"))
	if err != nil {
		return s.showAgain(v, http.StatusOK, err, nil)
	}
	return s.showCheck(v, http.StatusOK, d, d.Fields.Check(v.db.Now()))
}

func (s *Server) showCheck(v *visit, status int, d request.Draft, faults error) error {
	p, err := s.checkPageOf(v, d)
	if err != nil {
		return err
	}
	p.Missing = faults != nil
	if faults != nil && !s.wrong(v, &p.Form, faults) {
		return faults
	}
	return s.render(v, status, "ask/check", p)
}

// checkPageOf is every answer of a form.
func (s *Server) checkPageOf(v *visit, d request.Draft) (p checkPage, err error) {
	p = checkPage{ID: d.Form, Code: request.ShowCode(d.Code), Late: d.Fields.Urgency}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, d.Fields.Platform); err != nil {
		return p, err
	}
	p.Blocks = checkBlocks(d.Fields)
	for _, b := range p.Blocks {
		for i, row := range b.Rows {
			b.Rows[i].Label = "ask.label." + row.Name
			if own := "ask.label." + d.Fields.Who + "." + row.Name; s.Text.Has(own) {
				b.Rows[i].Label = own // as it was asked
			}
			b.Rows[i].Value, b.Rows[i].Edit = s.shown(v.lang, row.Name, d.Fields), editAddress(d, row.Name)
			if row.Name == "platform" {
				b.Rows[i].Value = p.Desk.Name
			}
		}
	}
	p.Files, _, err = request.FormAttachments(v.Context(), v.db, v.by, d.Form)
	return p, err
}

// editAddress is where one answer is changed.
func editAddress(d request.Draft, name string) string {
	if d.Fields.Who != request.Family {
		return "/demande/" + d.Form + "/" + slugOf(d.Fields.Who) + "#f-" + name
	}
	for _, st := range familySteps(d.Fields) {
		for _, n := range st.Names {
			if n == name {
				return "/demande/" + d.Form + "/" + st.Slug + "?retour=" + checkStep + "#f-" + name
			}
		}
	}
	return "/demande/" + d.Form + "/" + familySteps(d.Fields)[0].Slug
}

// shown is an answer in words; empty when there is none.
func (s *Server) shown(lang, name string, f request.Fields) string {
	value := f.Get(name)
	switch {
	case f.IsUnsure(name):
		return s.Text.Get(lang, "ask.unsure", nil)
	case value == "":
		return ""
	case name == "birth_date":
		return birthTyped(lang, value)
	case s.Text.Has("ask.value." + name + "." + value):
		return s.Text.Get(lang, "ask.value."+name+"."+value, nil)
	}
	return value
}

// againPage tells that a form was sent before, and what was changed since.
type againPage struct {
	ID      string
	Receipt request.Receipt
	Desk    access.Platform
	Form    form // "words": the complement, ready to send
}

// showAgain answers for a form without draft: the receipt, or the changes made
// since it was sent, none of which is lost.
func (s *Server) showAgain(v *visit, status int, err error, typed *form) error {
	if phare.KindOf(err) != phare.NotFound {
		return err
	}
	p := againPage{ID: v.PathValue("form")}
	if p.Receipt, err = request.FindReceipt(v.Context(), v.db, s.Key, v.by, p.ID); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, p.Receipt.Platform); err != nil {
		return err
	}
	if typed != nil {
		p.Form = *typed
		return s.render(v, status, "ask/again", p)
	}
	changes, err := request.Changes(v.Context(), v.db, v.by, p.ID)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		return v.redirect("/demande/" + p.ID + "/recu")
	}
	p.Form.Values = map[string][]string{"words": {s.changeWords(v, changes)}}
	return s.render(v, status, "ask/again", p)
}

// changeWords writes changed answers as words that the team can read.
func (s *Server) changeWords(v *visit, changes []request.Change) string {
	var b strings.Builder
	for _, c := range changes {
		var f request.Fields
		f.Set(c.Name, c.Value)
		value := s.shown(v.lang, c.Name, f)
		if c.Name == "platform" {
			if desk, err := access.FindPlatform(v.Context(), v.db, c.Value); err == nil {
				value = desk.Name
			}
		}
		if value == "" {
			value = s.Text.Get(v.lang, "ask.none", nil)
		}
		b.WriteString(s.Text.Get(v.lang, "ask.changed", map[string]any{"What": s.Text.Get(v.lang, "ask.label."+c.Name, nil), "Value": value}) + "\n")
	}
	return strings.TrimSpace(b.String())
}

// askSend sends the form. Sent twice it is one request.
func (s *Server) askSend(v *visit) error {
	id := v.PathValue("form")
	d, err := request.GetDraft(v.Context(), v.db, id)
	if err != nil {
		return s.sentBefore(v, err)
	}
	var still time.Duration
	if d.Fields.Check(v.db.Now()) == nil { // one that is not whole takes nobody's place
		if still, err = s.queue(v.Context(), v, id); err != nil {
			return err
		}
	}
	if still > 0 {
		p, err := s.checkPageOf(v, d)
		if err != nil {
			return err
		}
		return s.showQueue(v, p, still)
	}
	by, err := s.asker(v, id, d.Fields.Platform)
	if err != nil {
		return err
	}
	receipt, err := request.Submit(v.Context(), v.db, s.Key, by, id, d.Fields)
	switch {
	case err != nil && phare.KindOf(err) == phare.Invalid:
		return s.showCheck(v, http.StatusUnprocessableEntity, d, err)
	case err != nil && phare.KindOf(err) == phare.Conflict:
		return v.redirect("/demande/" + id + "/" + checkStep)
	case err != nil:
		return err
	}
	s.letSeeSecret(v, id, receipt)
	return v.redirect("/demande/" + id + "/recu")
}

// sentBefore is the second of two clicks, or a second try after a lost reply.
func (s *Server) sentBefore(v *visit, err error) error {
	id := v.PathValue("form")
	if receipt, e := request.FindReceipt(v.Context(), v.db, s.Key, v.by, id); e == nil {
		s.letSeeSecret(v, id, receipt)
	}
	return s.afterSent(v, err)
}

// askComplement adds what was changed to the request.
func (s *Server) askComplement(v *visit) error {
	id := v.PathValue("form")
	receipt, err := request.FindReceipt(v.Context(), v.db, s.Key, v.by, id)
	if err != nil {
		return err
	}
	by, err := s.asker(v, id, receipt.Platform)
	if err != nil {
		return err
	}
	err = s.mayKeep(v, id, false)
	if err == nil {
		err = request.Complement(v.Context(), v.db, by, id, v.text("words"))
	}
	if err != nil {
		f := posted(v)
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showAgain(v, statusOfPage(err), phare.Fault(phare.NotFound, "error.notfound"), &f)
	}
	return v.redirect("/demande/" + id + "/recu?ajout=1")
}
