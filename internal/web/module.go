package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"phare/internal/access"
	"phare/internal/notice"
	"phare/internal/orientation"
	"phare/internal/term"
)

func (s *Server) moduleRoutes() []Route {
	right := Policy{Right: access.SwitchModule}
	return []Route{
		{"GET /orientation/notice", Policy{Open: true}, s.notice},
		{"GET /bureau/module", right, s.module},
		{"POST /bureau/module", Policy{Right: access.SwitchModule, Fresh: true}, s.moduleSwitch},
	}
}

// noticePage says what the ranking module is for, what it is not, how often it
// is wrong, and whom to tell. Anyone may read it.
type noticePage struct {
	By       access.Actor
	Figures  notice.Figures
	Engine   string    // of this program
	Measured string    // the engine of the figures
	Same     bool      // the figures were measured with it
	Meta     term.Meta // of the knowledge in use; empty when there is none
	SiteOff  bool
	Desks    []access.Platform
	Sentence sentenceFigures
}

// sentenceFigures are the few numbers that stand in sentences: of a hundred
// published cases, in how many the true network was not first, and so on.
type sentenceFigures struct {
	Cases, Unranked                     int
	NotFirst, NotThree, FewNotFirst     int // networks, in per cent
	DiseaseNotTen, DiseaseNotFirst, Few int // diseases, in per cent; Few: with three signs at most, not in the first ten
}

// wrongIn is how many cases of a hundred a measure misses, rounded up: a figure
// about errors must not flatter.
func wrongIn(rows []notice.Row, set string, measure int) int {
	row, ok := notice.Find(rows, "families", set, "case")
	if !ok || measure >= len(row.Cells) {
		return 100
	}
	return 100 - int(100*row.Cells[measure].Value)
}

func sentences(f notice.Figures) sentenceFigures {
	n, d := f.Networks(), f.Diseases()
	return sentenceFigures{
		Cases: f.Runs[0].Cases, Unranked: f.Runs[0].Unranked,
		NotFirst: wrongIn(n, "novel", 0), NotThree: wrongIn(n, "novel", 1), FewNotFirst: wrongIn(n, "few", 0),
		DiseaseNotFirst: wrongIn(d, "novel", 0), DiseaseNotTen: wrongIn(d, "novel", 2), Few: wrongIn(d, "few", 2),
	}
}

func (s *Server) notice(v *visit) error {
	f, err := notice.Load()
	if err != nil {
		return err
	}
	p := noticePage{By: v.by, Figures: f, Engine: orientation.Version, Measured: f.Runs[0].Engine, Same: f.Runs[0].Engine == orientation.Version,
		SiteOff: s.SignsOff || s.Engine == nil, Sentence: sentences(f)}
	if s.Knowledge != nil {
		p.Meta = s.Knowledge.Meta
	}
	if p.Desks, err = access.Platforms(v.Context(), v.db); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "module/notice", p)
}

// modulePage is the switch of one platform, with all that was decided before.
type modulePage struct {
	Desk      access.Platform
	Form      form
	Now       access.Decision // the last decision; none: off
	Decisions []access.Decision
	SiteOff   bool
	Erased    *erasuresTold // of all years
}

func (s *Server) module(v *visit) error { return s.showModule(v, http.StatusOK, form{}) }

func (s *Server) showModule(v *visit, status int, f form) error {
	all, err := access.Decisions(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p := modulePage{Form: f, Decisions: all, SiteOff: s.SignsOff || s.Engine == nil}
	if len(all) > 0 {
		p.Now = all[0]
	}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Erased, err = toldErasures(v, p.Desk.Zone, time.Time{}, v.db.Now().Add(time.Second)); err != nil {
		return err
	}
	return s.render(v, status, "module/switch", p)
}

// moduleSwitch decides. The form says which decision its reader saw, so that
// two who decide at once do not undo each other unseen.
func (s *Server) moduleSwitch(v *visit) error {
	after, err := strconv.Atoi(v.line("after"))
	if err != nil {
		after = -1 // no page sends that: a conflict
	}
	err = access.Switch(v.Context(), v.db, v.by, access.Switching{On: v.line("state") == "on", Read: v.line("read") == "yes", After: after, Reason: v.text("reason")})
	if err == nil {
		return v.redirect("/bureau/module")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showModule(v, statusOf(err), f)
}

// percent is a share of figures with its interval, in per cent; a mean
// reciprocal rank is shown as it is.
func percent(lang string, m orientation.Measured) string {
	scale, digits := 100.0, 1
	if m.Name == "mrr" {
		scale, digits = 1, 3
	}
	all := fmt.Sprintf("%.*f [%.*f–%.*f]", digits, scale*m.Value, digits, scale*m.Low, digits, scale*m.High)
	if lang == "en" {
		return all
	}
	return strings.ReplaceAll(all, ".", ",")
}
