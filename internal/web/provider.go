package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"phare"
	"phare/internal/access"
)

// provider is one that this site knows, by its name in the address.
func (s *Server) provider(v *visit) (*access.Provider, error) {
	for _, p := range s.Providers {
		if p.Name == v.PathValue("provider") {
			return p, nil
		}
	}
	return nil, phare.Fault(phare.NotFound, "error.notfound")
}

// backFrom is the address that a provider sends people back to.
func (s *Server) backFrom(p *access.Provider) string {
	return s.Base + "/connexion/fournisseur/" + p.Name + "/retour"
}

// journeyCookie holds what binds the way back to this browser.
func (s *Server) journeyCookie(value string) *http.Cookie {
	c := &http.Cookie{Name: s.cookieName() + "-aller", Value: value, Path: "/", HttpOnly: true, MaxAge: 600,
		Secure: strings.HasPrefix(s.Base, "https://"), SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// leave sends a browser to a provider.
func (s *Server) leave(v *visit) error {
	p, err := s.provider(v)
	if err != nil {
		return err
	}
	if !s.doors.allow(callerOf(v.Request)) {
		return s.showSignIn(v, http.StatusTooManyRequests, form{Values: url.Values{}, Faults: []fault{{Message: s.Text.Get(v.lang, "sign.toomany", nil)}}})
	}
	to, cookie, err := p.Leave(v.Context(), s.Key, v.db.Now(), s.backFrom(p), ownPath(v.URL.Query().Get("suite"), ""))
	if err != nil {
		return s.notIn(v, p, err)
	}
	http.SetCookie(v.w, s.journeyCookie(cookie))
	return v.redirect(to)
}

// comeBack takes what a provider says of a browser.
func (s *Server) comeBack(v *visit) error {
	p, err := s.provider(v)
	if err != nil {
		return err
	}
	r := access.Return{Query: v.URL.Query(), Back: s.backFrom(p), From: originOf(v.Request)}
	if c, err := v.Cookie(s.journeyCookie("").Name); err == nil {
		r.Cookie = c.Value
	}
	http.SetCookie(v.w, s.journeyCookie(""))
	e, err := p.Enter(v.Context(), v.db, s.Key, r)
	if err != nil {
		return s.notIn(v, p, err)
	}
	if v.by.IsStaff() {
		if err := access.SignOut(v.Context(), v.db, s.Key, v.by, s.sessionToken(v.Request)); err != nil {
			return err
		}
	}
	s.setSession(v.w, e.Token)
	return v.redirect(ownPath(e.Next, startOf(e.By)))
}

// unknownPage is for someone whom a provider knows and we do not.
type unknownPage struct {
	Title, Subject string
	Desks          []access.Platform
}

// notIn shows why the way through a provider did not lead in. The operator is
// told the cause; it names nobody.
func (s *Server) notIn(v *visit, p *access.Provider, err error) error {
	if u, ok := errors.AsType[*access.Unknown](err); ok {
		desks, err := access.Platforms(v.Context(), v.db)
		if err != nil {
			return err
		}
		return s.render(v, http.StatusForbidden, "sign/unknown", unknownPage{p.Title, u.Subject, desks})
	}
	f := form{Values: url.Values{}}
	if !s.wrong(v, &f, err) {
		return err
	}
	slog.WarnContext(v.Context(), "identity provider", "provider", p.Name, "err", err)
	return s.showSignIn(v, statusOf(err), f)
}

// farewell is where the provider of a session ends its own, or empty.
func (s *Server) farewell(v *visit) (title, to string) {
	for _, p := range s.Providers {
		if to := p.Farewell(v.Context(), v.session, s.Base+"/"); to != "" {
			return p.Title, to
		}
	}
	return "", ""
}

// outPage says that one is out here, and perhaps not yet elsewhere.
type outPage struct{ Title, To string }
