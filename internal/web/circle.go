package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
)

func (s *Server) circleRoutes() []Route {
	manage, review := Policy{Right: access.ManageCircle, File: FileWork}, Policy{Right: access.ReviewGlass}
	return []Route{
		{"POST /bureau/demandes/{id}/cercle", manage, s.circleAdd},
		{"POST /bureau/demandes/{id}/cercle/{row}/fin", manage, s.circleEnd},
		{"POST /bureau/demandes/{id}/cercle/{row}/lever", Policy{Right: access.ManageCircle, File: FileWork, Fresh: true}, s.circleUnbar},
		{"POST /bureau/demandes/{id}/confidentiel", manage, s.circleConfide},
		{"POST /bureau/demandes/{id}/confidentiel/lever", Policy{Right: access.ManageCircle, File: FileWork, Fresh: true}, s.circleLift},
		{"POST /bureau/demandes/{id}/conflit", manage, s.circleBar},
		{"POST /bureau/demandes/{id}/exceptionnel", Policy{Right: access.BreakGlass, File: FileWall, Fresh: true}, s.glassBreak},
		{"GET /bureau/exceptionnels", review, s.glasses},
		{"POST /bureau/exceptionnels/{id}", Policy{Right: access.ReviewGlass, Fresh: true}, s.glassJudge},
		{"GET /bureau/cercle", Policy{Right: access.SwitchCircle}, s.circleMode},
		{"POST /bureau/cercle", Policy{Right: access.SwitchCircle, Fresh: true}, s.circleSwitch},
	}
}

// A FileUse says what a route of one request does with it, and so who of the
// desk may come: the first of the two layers of that check, before the handler.
// The second is request.Find.
type FileUse int

// The uses.
const (
	NoFile     FileUse = iota
	FileWork           // changes the file, prints it or takes it out: its circle only
	FileOut            // gives a document of it out, which a browser saves without showing: its circle only, and no page instead
	FileRead           // shows it and changes nothing: an exceptional access too
	FileWall           // is for who stands outside
	FileDecide         // is about the rights of the person: its circle, and who reads it while its use is limited
)

// fileRoute is the page where the wall is shown.
const fileRoute = "GET /bureau/demandes/{id}"

// glassState is an open exceptional access, for the banner.
type glassState struct {
	Until  time.Time
	Zone   string
	Taking bool // it takes the file over, and may work in it
	Frozen bool // it reads a file whose use is limited
}

// enclosed lets a visit to a request pass if its visitor is in the circle of the
// file, or reads it by an exceptional access. Anyone else gets the wall; who is
// barred, what anyone gets who asks for a request that does not exist.
func (s *Server) enclosed(v *visit, route Route) (pass bool, err error) {
	stand, err := request.Stand(v.Context(), v.db, v.by, v.id())
	switch use := route.Policy.File; {
	case err != nil:
		return false, err
	case stand.Verdict == circle.Barred:
		return false, phare.Fault(phare.NotFound, "error.notfound")
	case stand.Taking:
		err = v.byGlass(stand)
		return err == nil, err
	case stand.Verdict == circle.In, use == FileWall, stand.Frozen && use == FileDecide:
		return true, nil
	case use == FileOut:
		return false, phare.Fault(phare.Forbidden, "attachment.inside")
	case v.Method == http.MethodPost:
		return false, s.refuseFile(v, v.id(), stand.Outside(v.id()))
	case stand.Verdict == circle.Glass && use == FileRead:
		err = v.byGlass(stand)
		return err == nil, err
	case stand.Verdict == circle.Walled && route.Pattern == fileRoute:
		return false, s.showWall(v, http.StatusForbidden, form{})
	}
	return false, v.redirect(fileAddress(v.id()))
}

// byGlass shows on the page by what access it opened.
func (v *visit) byGlass(s circle.Standing) error {
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	v.glass = &glassState{s.Until, here.Zone, s.Taking, s.Frozen}
	return err
}

// refuseFile writes down that someone outside a file tried to change it: of the
// file itself, so that whoever asks who opened it sees that, too.
func (s *Server) refuseFile(v *visit, file phare.ID, err error) error {
	act := v.by.Act("circle.refused", string(file))
	if e := v.db.Write(v.Context(), act, func(*store.Tx) error { return nil }); e != nil {
		return e
	}
	return err
}

// wallPage is what stands before a file from outside its circle.
type wallPage struct {
	request.Wall
	By      access.Actor
	Form    form
	Reasons []option
	Zone    string
}

func (s *Server) showWall(v *visit, status int, f form) error {
	w, err := request.AtWall(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	if f.Values == nil {
		f.Values = url.Values{}
	}
	here, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	return s.render(v, status, "circle/wall", wallPage{w, v.by, f, s.coded(v.lang, "glass.reason.", circle.Reasons()), here.Zone})
}

// coded are codes as choices, in words.
func (s *Server) coded(lang, prefix string, codes []string) (all []option) {
	for _, c := range codes {
		all = append(all, option{c, s.Text.Get(lang, prefix+c, nil)})
	}
	return all
}

// glassBreak opens a file for an hour.
func (s *Server) glassBreak(v *visit) error {
	err := circle.Break(v.Context(), v.db, v.by, v.id(), circle.Breaking{Reason: v.line("reason"), Words: v.text("words")})
	if err == nil || phare.KindOf(err) == phare.Conflict { // it is open already
		return v.redirect(fileAddress(v.id()))
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showWall(v, statusOf(err), f)
}

func (s *Server) circleAdd(v *visit) error {
	var until time.Time
	if typed := v.line("cover"); typed != "" {
		var err error
		if until, err = s.deskDay(v, typed); err != nil {
			return err
		}
		if until.IsZero() {
			return s.done(v, "cercle", phare.Field("cover", "circle.until.bad"))
		}
	}
	return s.doneSaying(v, "cercle", "added", circle.Add(v.Context(), v.db, v.by, v.id(), circle.Joining{Account: v.line("member"), Until: until, Why: v.text("because")}))
}

// surePage asks once more before someone shuts themselves out.
type surePage struct {
	What   string // "leave" or "bar"
	Back   string // the file
	Action string
	Hidden []typedField
	Narrow bool // the file has a team of its own
	Only   bool // the reader is the only one in it
}

// askSure shows what will follow, with what was typed, for one more press.
func (s *Server) askSure(v *visit, what string, c circle.Circle) error {
	p := surePage{What: what, Back: fileAddress(v.id()), Action: v.URL.Path, Narrow: c.Narrow || what == "bar", Only: c.Only}
	p.Hidden, _ = carried(v.PostForm)
	return s.render(v, http.StatusOK, "circle/sure", p)
}

func (s *Server) circleEnd(v *visit) error {
	row := phare.ID(v.PathValue("row"))
	c, err := circle.Of(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	own := slices.ContainsFunc(c.Now, func(m circle.Member) bool { return m.ID == row && !m.Barred && m.Account == v.by.ID })
	if own && v.line("sure") != "yes" {
		return s.askSure(v, "leave", c)
	}
	err = circle.End(v.Context(), v.db, v.by, v.id(), row)
	if own && err == nil && c.Narrow {
		return v.done("/bureau", "left")
	}
	return s.doneSaying(v, "cercle", "ended", err)
}

func (s *Server) circleUnbar(v *visit) error {
	row := v.PathValue("row")
	return s.doneSaying(v, "lever-"+row, "unbarred", circle.Unbar(v.Context(), v.db, v.by, v.id(), phare.ID(row), v.text("unbar_why")))
}

func (s *Server) circleConfide(v *visit) error {
	return s.doneSaying(v, "confidentiel", "confided", request.Confide(v.Context(), v.db, v.by, v.id(), v.text("secrecy")))
}

func (s *Server) circleLift(v *visit) error {
	return s.doneSaying(v, "confidentiel", "lifted", circle.Lift(v.Context(), v.db, v.by, v.id(), v.text("secrecy")))
}

// circleBar goes back to the work list when it shut its own author out.
func (s *Server) circleBar(v *visit) error {
	own := v.line("conflict") == v.by.ID
	if own && v.line("sure") != "yes" && v.text("conflict_why") != "" {
		c, err := circle.Of(v.Context(), v.db, v.by, v.id())
		if err != nil {
			return err
		}
		return s.askSure(v, "bar", c)
	}
	err := circle.Bar(v.Context(), v.db, v.by, v.id(), v.line("conflict"), v.text("conflict_why"))
	if err == nil && own {
		return v.done("/bureau", "barred.own")
	}
	return s.doneSaying(v, "conflit", "barred", err)
}

// doneSaying is done, and says what was done.
func (s *Server) doneSaying(v *visit, doing, thing string, err error) error {
	if err == nil {
		return v.done(fileAddress(v.id()), thing)
	}
	return s.done(v, doing, err)
}

// glassesPage is what physicians judge.
type glassesPage struct {
	Desk          access.Platform
	By            access.Actor
	Now           time.Time
	Form          form
	Judged        phare.ID // the access whose form was refused
	Waiting, Done []circle.Access
}

func (s *Server) glasses(v *visit) error { return s.showGlasses(v, http.StatusOK, form{}, "") }

func (s *Server) showGlasses(v *visit, status int, f form, judged phare.ID) error {
	p := glassesPage{By: v.by, Now: v.db.Now(), Form: f, Judged: judged}
	var err error
	if p.Waiting, p.Done, err = circle.Accesses(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "circle/glasses", p)
}

// FormOf is the form of one access: what was typed, if it was refused.
func (p glassesPage) FormOf(id phare.ID) form {
	if id == p.Judged {
		return p.Form
	}
	return form{Values: url.Values{}}
}

func (s *Server) glassJudge(v *visit) error {
	err := circle.Judge(v.Context(), v.db, v.by, v.id(), circle.Review{Outcome: v.line("outcome"), Remark: v.text("remark")})
	if err == nil {
		return v.redirect(circle.ReviewPath)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showGlasses(v, statusOf(err), f, v.id())
}

// circleModePage is how a platform shares its files, with all that was decided.
type circleModePage struct {
	circle.Sharing
	Desk   access.Platform
	Form   form
	Number int // of the last decision
}

// Other is what can be decided: to share otherwise, or what is to end not to end.
func (p circleModePage) Other() string {
	if p.Mode == circle.ByFile && p.Wide.IsZero() {
		return circle.ByDesk
	}
	return circle.ByFile
}

func (s *Server) circleMode(v *visit) error { return s.showCircleMode(v, http.StatusOK, form{}) }

func (s *Server) showCircleMode(v *visit, status int, f form) error {
	all, err := circle.Decisions(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p := circleModePage{Form: f, Sharing: all, Number: len(all.Decisions)}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "circle/mode", p)
}

func (s *Server) circleSwitch(v *visit) error {
	after, err := strconv.Atoi(v.line("after"))
	if err != nil {
		after = -1 // no page sends that: a conflict
	}
	err = circle.Switch(v.Context(), v.db, v.by, circle.Switching{Mode: v.line("mode"), After: after, Reason: v.text("reason")})
	if err == nil {
		return v.redirect("/bureau/cercle")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showCircleMode(v, statusOf(err), f)
}
