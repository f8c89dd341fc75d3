package web

import (
	"net/http"
	"net/url"

	"phare/internal/access"
)

func (s *Server) signRoutes() []Route {
	return []Route{
		{"GET /connexion", Policy{Open: true}, s.signInForm},
		{"POST /connexion", Policy{Open: true}, s.signIn},
		{"GET /connexion/cle", Policy{Open: true}, s.doorPasskey},
		{"POST /connexion/cle", Policy{Open: true}, s.doorPasskeyIn},
		{"GET /connexion/fournisseur/{provider}", Policy{Open: true}, s.leave},
		{"GET /connexion/fournisseur/{provider}/retour", Policy{Open: true}, s.comeBack},
		{"POST /deconnexion", Policy{Open: true}, s.signOut},
	}
}

type signInPage struct {
	Form     form
	Demo     []demoAccount
	Passkeys bool

	Providers []*access.Provider
}

// demoAccount is an invented person offered on the demo's sign-in page.
type demoAccount struct {
	Login, Name, Desk, Password string
	Role                        access.Role
}

func (s *Server) signInForm(v *visit) error {
	f := form{Values: url.Values{"suite": {ownPath(v.URL.Query().Get("suite"), "")}}}
	return s.showSignIn(v, http.StatusOK, f)
}

func (s *Server) showSignIn(v *visit, status int, f form) error {
	p := signInPage{Form: f, Passkeys: s.passkeys != nil, Providers: s.Providers}
	if s.Demo != nil {
		var err error
		if p.Demo, err = s.demoAccounts(v); err != nil {
			return err
		}
	}
	return s.render(v, status, "sign/in", p)
}

func (s *Server) signIn(v *visit) error {
	if !s.doors.allow(callerOf(v.Request)) {
		f := posted(v)
		f.Values.Del("password")
		f.Values.Del("code")
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "sign.toomany", nil)}}
		return s.showSignIn(v, http.StatusTooManyRequests, f)
	}
	proof := access.Proof{Login: v.line("login"), Password: v.PostFormValue("password"), Code: v.line("code"), From: originOf(v.Request)}
	if s.Demo != nil && proof.Code == "" {
		var err error
		if proof.Code, err = s.demoCode(v, proof.Login); err != nil {
			return err
		}
	}
	by, token, err := access.SignIn(v.Context(), v.db, s.Key, proof)
	if err != nil {
		f := posted(v)
		if !s.wrong(v, &f, err) {
			return err
		}
		f.Values.Del("password") // the only thing that is never shown again
		f.Values.Del("code")
		return s.showSignIn(v, http.StatusUnprocessableEntity, f)
	}
	return s.letIn(v, by, token)
}

// letIn gives a browser the session that was just opened for it.
func (s *Server) letIn(v *visit, by access.Actor, token string) error {
	if v.by.IsStaff() { // a browser holds one session: the one before must not live on unseen
		if err := access.SignOut(v.Context(), v.db, s.Key, v.by, s.sessionToken(v.Request)); err != nil {
			return err
		}
	}
	s.setSession(v.w, token)
	return v.redirect(ownPath(v.FormValue("suite"), startOf(by)))
}

// startOf is the first page of a role.
func startOf(by access.Actor) string {
	switch {
	case by.Can(access.ReadRequest):
		return "/bureau"
	case by.Can(access.ReadReport):
		return "/rapport"
	case by.Can(access.ManageAccounts):
		return "/bureau/equipe"
	case by.Can(access.SwitchModule):
		return "/bureau/module"
	}
	return "/"
}

func (s *Server) signOut(v *visit) error {
	s.setSession(v.w, "") // the browser forgets it in any case
	if v.by.IsStaff() {
		title, to := s.farewell(v)
		if err := access.SignOut(v.Context(), v.db, s.Key, v.by, s.sessionToken(v.Request)); err != nil {
			return err
		}
		v.by = access.Actor{}
		if to != "" { // a link: our pages send no form to another site, not even by a redirect
			return s.render(v, http.StatusOK, "sign/out", outPage{title, to})
		}
	}
	return v.redirect("/")
}

// longWords is the length from which what was typed is worth giving back.
const longWords = 40

// showTyped gives back what was typed on a page whose session ended meanwhile:
// a pasted letter or a tree is not lost with it. It is false when there is
// nothing long enough.
func (s *Server) showTyped(v *visit) bool {
	if v.Method != http.MethodPost || readable(v.Request) != nil {
		return false
	}
	all, _ := carried(v.PostForm)
	typed := longOnes(all)
	if len(typed) == 0 {
		return false
	}
	from, _ := url.Parse(v.Referer())
	next := ""
	if from != nil && from.Host == v.Host {
		next = ownPath(from.Path, "")
	}
	return s.render(v, http.StatusUnauthorized, "sign/ended", struct {
		Next  string
		Typed []string
	}{next, typed}) == nil
}
