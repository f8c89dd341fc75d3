package web

import (
	"net/http"

	"phare"
	"phare/internal/instrument"
)

// signPage is where a text is signed: what it says otherwise than the one in use,
// the ways to an urgent end that it takes away, and the whole of it.
type signPage struct {
	instrumentHead
	Form      form
	Review    instrument.Review
	Changes   []differenceView
	Losses    []lossView
	Validated bool // the signed text says less than the draft: "to be validated" goes
	View      treeView
	Sheet     instrument.Sheet
}

// Nothing says whether there is nothing to sign.
func (p signPage) Nothing() bool { return p.Latest.IsSigned() }

// Seen is the number of the text that is signed.
func (p signPage) Seen() int64 { return p.Latest.Number }

// differenceView is one thing that changed, in words.
type differenceView struct {
	What   string
	Name   string
	Urgent bool
	Points []string
}

// differenceViews puts differences into words.
func (s *Server) differenceViews(lang string, all []instrument.Difference) (views []differenceView) {
	for _, d := range all {
		x := differenceView{What: d.What, Urgent: d.Urgent}
		switch d.About {
		case instrument.AboutHead:
			x.Name = s.Text.Get(lang, "instrument.about.head", nil)
		case instrument.AboutQuestion:
			x.Name = s.Text.Get(lang, "instrument.about.question", map[string]any{"Name": d.Name})
		case instrument.AboutOutcome:
			x.Name = s.Text.Get(lang, "instrument.about.outcome", map[string]any{"Name": d.Name})
		default:
			x.Name = s.Text.Get(lang, "instrument.section."+d.About, nil)
		}
		for _, point := range d.Points {
			if from, ok := point.Args["From"].(string); ok && point.Key == "instrument.diff.item.moved" {
				point.Args["From"] = s.Text.Get(lang, "instrument.section."+from, nil)
			}
			x.Points = append(x.Points, s.Text.Get(lang, point.Key, point.Args))
		}
		views = append(views, x)
	}
	return views
}

// instrumentReview shows what there is to sign.
func (s *Server) instrumentReview(v *visit) error {
	return s.showReview(v, http.StatusOK, form{})
}

func (s *Server) showReview(v *visit, status int, f form) error {
	h, err := s.headOf(v, v.instrumentRef(), "")
	if err != nil {
		return err
	}
	h.Shown = h.Latest
	h.Refused = h.IsUnfinished()
	p := signPage{instrumentHead: h, Form: f}
	if !p.CanSign() {
		return s.render(v, status, "instrument/sign", p)
	}
	p.Review = h.Review()
	p.Changes = s.differenceViews(v.lang, p.Review.Changes)
	p.Losses = s.lossViews(v, p.Review.Losses, f)
	p.Validated = p.Review.Text != h.Latest.Text
	if h.IsTree() {
		p.View.Tree, _ = instrument.ParseTree(p.Review.Text, instrument.Networks())
		p.View.Outline = p.View.Tree.Outline()
	} else {
		p.Sheet = instrument.ReadSheet(p.Review.Text)
	}
	return s.render(v, status, "instrument/sign", p)
}

// instrumentSign signs the text that the page showed.
func (s *Server) instrumentSign(v *visit) error {
	ref, f := v.instrumentRef(), posted(v)
	err := instrument.Sign(v.Context(), v.db, v.by, ref, instrument.Signature{Number: v.version(), Print: v.line("print"), Agreed: f.Values["agreed"]})
	if err == nil {
		return v.redirect(instrumentAddress(ref))
	}
	if phare.KindOf(err) != phare.Invalid || !s.wrong(v, &f, err) {
		return err
	}
	for i := range f.Faults {
		if f.Faults[i].Field == "text" {
			f.Faults[i].Field = "" // it is not on this page
		}
	}
	return s.showReview(v, statusOf(err), f)
}
