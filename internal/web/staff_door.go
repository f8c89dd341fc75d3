package web

import (
	"net/http"
	"net/url"
	"time"

	"phare/internal/access"
	"phare/internal/staff"
)

// helpPage is what waits for a second person, or the code that came of it.
type helpPage struct {
	Desk    access.Platform
	By      access.Actor
	Waiting []staff.Recovery
	Code    string // shown once, to be told by voice
	Name    string
	Until   time.Time
	Done    string // what was just done here
}

func (s *Server) help(v *visit) error {
	all, err := staff.Waiting(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	return s.showHelp(v, helpPage{Waiting: all})
}

// helpsFor counts what waits for this person's word.
func helpsFor(v *visit) (n int, err error) {
	if !v.by.Can(access.ConfirmHelp) {
		return 0, nil
	}
	all, err := staff.Waiting(v.Context(), v.db, v.by)
	for _, r := range all {
		if r.Barred == "" {
			n++
		}
	}
	return n, err
}

func (s *Server) showHelp(v *visit, p helpPage) error {
	p.By, p.Done = v.by, justDone(v)
	var err error
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "staff/help", p)
}

// helpConfirm shows the code as the answer of the post itself: behind a redirect
// it would have to be kept in clear.
func (s *Server) helpConfirm(v *visit) error {
	r, code, err := staff.Confirm(v.Context(), v.db, s.Key, v.by, v.id())
	if err != nil {
		return err
	}
	return s.showHelp(v, helpPage{Code: grouped(code), Name: r.Name, Until: r.Expires})
}

func (s *Server) helpRefuse(v *visit) error {
	if err := staff.Refuse(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/secours", "refused")
}

// doorPage is for someone who gets a password and an authenticator application
// at work before they can enter: on the first day, or after a loss.
type doorPage struct {
	Form   form
	Offer  Offer
	Action string
	Welcome
}

// Welcome is what an invitation says of itself.
type Welcome struct {
	Name, Login, Desk, ByName string
	Role                      access.Role
	Until                     time.Time
	Zone                      string
}

func (s *Server) invitation(v *visit) error {
	return s.showInvitation(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showInvitation(v *visit, status int, f form) error {
	w, err := staff.Knock(v.Context(), v.db, s.Key, v.PathValue("token"))
	if err != nil {
		return err
	}
	desk, err := access.FindPlatform(v.Context(), v.db, w.Platform)
	if err != nil {
		return err
	}
	f.Values.Del("password")
	f.Values.Del("code")
	return s.render(v, status, "staff/invitation", doorPage{f, offerFor(w.Login, w.Secret), v.URL.Path,
		Welcome{w.Name, w.Login, desk.Name, w.ByName, w.Role, w.Expires, desk.Zone}})
}

func (s *Server) invitationJoin(v *visit) error {
	if !s.doors.allow(callerOf(v.Request)) {
		return s.showInvitation(v, http.StatusTooManyRequests, form{Values: url.Values{}, Faults: []fault{{Message: s.Text.Get(v.lang, "sign.toomany", nil)}}})
	}
	err := staff.Join(v.Context(), v.db, s.Key, v.PathValue("token"), v.PostFormValue("password"), v.line("code"))
	if err == nil {
		return s.render(v, http.StatusOK, "staff/joined", nil)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showInvitation(v, statusOf(err), f)
}

func (s *Server) anew(v *visit) error {
	return s.render(v, http.StatusOK, "staff/anew", doorPage{Form: form{Values: url.Values{}}})
}

// anewStep takes the login and the code that a colleague told, then, on the page
// that follows, the new password and the code of the new application.
func (s *Server) anewStep(v *visit) error {
	refuse := func(status int, f form) error {
		f.Values.Del("password")
		f.Values.Del("code")
		f.Values.Del("told")
		return s.render(v, status, "staff/anew", doorPage{Form: f})
	}
	f := posted(v)
	if !s.doors.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "sign.toomany", nil)}}
		return refuse(http.StatusTooManyRequests, f)
	}
	x := staff.Anew{Login: v.line("login"), Code: v.line("told"), Password: v.PostFormValue("password"), TOTP: v.line("code")}
	login, secret, err := staff.Recall(v.Context(), v.db, s.Key, x)
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		return refuse(statusOf(err), f)
	}
	p := doorPage{Form: f, Offer: offerFor(login, secret)}
	status := http.StatusOK
	if v.line("do") == "renew" {
		err := staff.Renew(v.Context(), v.db, s.Key, x)
		if err == nil {
			return s.render(v, http.StatusOK, "staff/joined", nil)
		}
		if !s.wrong(v, &p.Form, err) {
			return err
		}
		status = statusOf(err)
	}
	p.Form.Values.Del("password")
	p.Form.Values.Del("code")
	return s.render(v, status, "staff/renew", p)
}
