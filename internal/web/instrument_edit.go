package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare"
	"phare/internal/access"
	"phare/internal/instrument"
)

// instrumentForm shows the text to edit: the latest one, or another that is
// taken up again ("v").
func (s *Server) instrumentForm(v *visit) error {
	h, err := s.instrumentHeadOf(v)
	if err != nil {
		return err
	}
	if !v.URL.Query().Has("v") {
		h.Shown = h.Latest
	}
	f := form{Values: url.Values{"text": {h.Shown.Text}}}
	return s.render(v, http.StatusOK, "instrument/edit", s.editPage(v, h, f, false))
}

// editPage is where a text is edited, with what is wrong with it and, where it
// was asked for, how it would look.
type editPage struct {
	instrumentHead
	Form     form
	Warnings []string // in words
	Preview  bool
	View     treeView         // preview of a tree
	Sheet    instrument.Sheet // preview of a sheet
	// What someone else saved meanwhile, beside what was typed; else nil.
	Theirs *instrument.Version
}

// Seen is the number of the text that the person works over.
func (p editPage) Seen() int64 { return p.Latest.Number }

func (s *Server) editPage(v *visit, h instrumentHead, f form, preview bool) editPage {
	p := editPage{instrumentHead: h, Form: f}
	typed := f.Get("text")
	all := instrument.Check(h.Ref, typed)
	for _, c := range all {
		if c.Warning {
			p.Warnings = append(p.Warnings, s.Text.Get(v.lang, c.Key, c.Args))
		}
	}
	if !preview || len(instrument.Refusals(all)) > 0 {
		return p
	}
	p.Preview = true
	if h.IsTree() {
		p.View = s.treeView(typed, s.Text.Get(v.lang, "instrument.status.preview", nil))
	} else {
		p.Sheet = instrument.ReadSheet(typed)
	}
	return p
}

// instrumentSave keeps the text, signs it as well if that was the button, or
// only shows how it would look. A text that cannot be kept stays on the page.
func (s *Server) instrumentSave(v *visit) error {
	ref := v.instrumentRef()
	do := v.line("do")
	if do == "preview" {
		return s.instrumentPreview(v)
	}
	if do == "sign" { // before anything is kept
		if err := v.by.Check(access.SignInstrument); err != nil {
			return err
		}
	}
	number, err := instrument.Save(v.Context(), s.DB, v.by, ref, instrument.Draft{Text: v.text("text"), Seen: v.version()})
	if err == nil && do == "sign" {
		err = instrument.Sign(v.Context(), s.DB, v.by, ref, number)
	}
	if err == nil {
		return v.redirect(instrumentAddress(ref) + "?v=" + strconv.FormatInt(number, 10))
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	h, err2 := s.instrumentHeadOf(v)
	if err2 != nil {
		return err2
	}
	p := s.editPage(v, h, f, false)
	if phare.KindOf(err) == phare.Conflict {
		p.Theirs = &h.Latest
	}
	return s.render(v, statusOf(err), "instrument/edit", p)
}

// instrumentPreview shows a text as it would look, with what is wrong with it.
func (s *Server) instrumentPreview(v *visit) error {
	h, err := s.instrumentHeadOf(v)
	if err != nil {
		return err
	}
	f := posted(v)
	status := http.StatusOK
	for _, c := range instrument.Refusals(instrument.Check(h.Ref, f.Get("text"))) {
		f.Faults = append(f.Faults, fault{"text", s.Text.Get(v.lang, c.Key, c.Args)})
		status = http.StatusUnprocessableEntity
	}
	p := s.editPage(v, h, f, true)
	if seen := v.version(); seen != h.Latest.Number { // the form goes on from what was seen
		p.Latest.Number = seen
	}
	return s.render(v, status, "instrument/edit", p)
}

// instrumentSign signs the text that the page showed.
func (s *Server) instrumentSign(v *visit) error {
	ref := v.instrumentRef()
	err := instrument.Sign(v.Context(), s.DB, v.by, ref, v.version())
	if err != nil {
		return err
	}
	return v.redirect(instrumentAddress(ref))
}

// linesAround is how many unchanged lines stand beside a change.
const linesAround = 3

// versionsPage is the history of an instrument, and two of its texts line by line.
type versionsPage struct {
	instrumentHead
	All     []instrument.Version
	Form    form
	Changes []instrument.Change
	From    instrument.Version
	To      instrument.Version
	Equal   bool
}

// Options are the texts that can be compared.
func (p versionsPage) Options() (all []option) {
	for _, x := range p.All {
		n := strconv.FormatInt(x.Number, 10)
		all = append(all, option{n, n})
	}
	return all
}

// instrumentVersions shows every text that was saved, and what changed from one
// ("de") to another ("a"): without both, the last change.
func (s *Server) instrumentVersions(v *visit) error {
	h, err := s.instrumentHeadOf(v)
	if err != nil {
		return err
	}
	p := versionsPage{instrumentHead: h, Form: form{Values: url.Values{}}}
	if p.All, err = instrument.History(v.Context(), s.DB, v.by, h.Ref); err != nil {
		return err
	}
	p.To = p.All[0]
	p.From = p.All[min(1, len(p.All)-1)]
	for name, into := range map[string]*instrument.Version{"de": &p.From, "a": &p.To} {
		if asked := v.URL.Query().Get(name); asked != "" {
			number, err := versionNumber(asked)
			if err == nil {
				*into, err = instrument.LookVersion(v.Context(), s.DB, v.by, h.Ref, number)
			}
			if err != nil {
				return err
			}
		}
		p.Form.Values.Set(name, strconv.FormatInt(into.Number, 10))
	}
	p.Changes = instrument.Near(instrument.Diff(p.From.Text, p.To.Text), linesAround)
	p.Equal = p.From.Text == p.To.Text
	return s.render(v, http.StatusOK, "instrument/versions", p)
}
