package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

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
	f.Faults = s.textFaults(v, h.Ref, instrument.Tidy(h.Shown.Text)) // of one kept to be corrected
	return s.render(v, http.StatusOK, "instrument/edit", s.editPage(v, h, f, false))
}

// editPage is where a text is edited, with what is wrong with it and, where it
// was asked for, how it would look.
type editPage struct {
	instrumentHead
	Form     form
	Lines    []quotedLine // those with faults, and their neighbours
	Losses   []lossView
	Faulty   bool     // it can only be kept to be corrected
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
	typed := instrument.Tidy(f.Get("text"))
	all := instrument.Check(h.Ref, typed)
	for _, c := range all {
		if c.Warning {
			p.Warnings = append(p.Warnings, s.Text.Get(v.lang, c.Key, c.Args))
		}
	}
	refusals := instrument.Refusals(all)
	p.Faulty = len(refusals) > 0
	p.Lines = quote(typed, refusals)
	if p.Faulty {
		return p
	}
	p.Losses = s.lossViews(v, instrument.Losses(h.Ref, h.InUse.Text, typed), f)
	if p.Preview = preview; !preview {
		return p
	}
	if h.IsTree() {
		p.View = s.treeView(typed, s.Text.Get(v.lang, "instrument.status.preview", nil))
	} else {
		p.Sheet = instrument.ReadSheet(typed)
	}
	return p
}

// textFaults are what keeps a text from being saved, each at its line.
func (s *Server) textFaults(v *visit, ref instrument.Ref, typed string) (all []fault) {
	for _, c := range instrument.Refusals(instrument.Check(ref, typed)) {
		field := "text"
		if c.Line > 0 {
			field = lineField(c.Line)
		}
		all = append(all, fault{Field: field, Message: s.Text.Get(v.lang, c.Key, c.Args)})
	}
	return all
}

// lineField is how a fault names one line of a text, and an address its place.
func lineField(number int) string { return "line-" + strconv.Itoa(number) }

// quotedLine is one line of a text as the page quotes it. A textarea has no
// places to jump to; this list has.
type quotedLine struct {
	Number int
	Text   string
	Bad    bool
	After  bool // lines are left out before it
}

// Field is its name among the fields.
func (l quotedLine) Field() string { return lineField(l.Number) }

// quote shows the lines that have faults, each with its neighbours.
func quote(typed string, all []instrument.Complaint) (some []quotedLine) {
	lines := strings.Split(typed, "\n")
	bad := map[int]bool{}
	for _, c := range all {
		if c.Line > 0 && c.Line <= len(lines) {
			bad[c.Line] = true
		}
	}
	for i, text := range lines {
		n := i + 1
		if !bad[n] && !bad[n-1] && !bad[n+1] {
			continue
		}
		some = append(some, quotedLine{n, text, bad[n], len(some) > 0 && some[len(some)-1].Number != n-1})
	}
	return some
}

// lossView is one way to an urgent end that a text takes away, to be ticked.
type lossView struct {
	instrument.Loss
	Words, Fault string
	Ticked       bool
}

func (s *Server) lossViews(v *visit, all []instrument.Loss, f form) (views []lossView) {
	for _, l := range all {
		views = append(views, lossView{l, s.Text.Get(v.lang, l.Key, l.Args), f.Fault(l.Field()), slices.Contains(f.Values["agreed"], l.Mark)})
	}
	return views
}

// typedText is the posted form with its text as it would be kept, so that lines
// have the same numbers everywhere.
func typedText(v *visit) form {
	f := posted(v)
	if f.Values == nil {
		f.Values = url.Values{}
	}
	f.Values.Set("text", instrument.Tidy(f.Get("text")))
	return f
}

// instrumentSave keeps the text, or only shows how it would look. A text that
// cannot be kept stays on the page. Whoever wants to sign it reads it first.
func (s *Server) instrumentSave(v *visit) error {
	ref, do := v.instrumentRef(), v.line("do")
	if do == "preview" {
		return s.instrumentPreview(v)
	}
	if do == "sign" { // before anything is kept
		if err := v.by.Check(access.SignInstrument); err != nil {
			return err
		}
	}
	f := typedText(v)
	number, err := instrument.Save(v.Context(), v.db, v.by, ref, instrument.Draft{Text: f.Get("text"), Seen: v.version(), Agreed: f.Values["agreed"], Unfinished: do == "keep"})
	switch {
	case err == nil && do == "sign":
		return v.redirect(instrumentAddress(ref) + "/signer")
	case err == nil:
		return v.redirect(instrumentAddress(ref) + "?v=" + strconv.FormatInt(number, 10))
	}
	if f.Faults = s.textFaults(v, ref, f.Get("text")); f.Faults == nil || phare.KindOf(err) != phare.Invalid {
		f.Faults = nil
		if !s.wrong(v, &f, err) {
			return err
		}
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
	f := typedText(v)
	status := http.StatusOK
	if f.Faults = s.textFaults(v, h.Ref, f.Get("text")); f.Faults != nil {
		status = http.StatusUnprocessableEntity
	}
	p := s.editPage(v, h, f, true)
	if seen := v.version(); seen != h.Latest.Number { // the form goes on from what was seen
		p.Latest.Number = seen
	}
	return s.render(v, status, "instrument/edit", p)
}
