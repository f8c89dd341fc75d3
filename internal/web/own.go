package web

import (
	"html/template"
	"net/http"
	"net/url"

	"phare/internal/access"
)

func (s *Server) ownRoutes() []Route {
	own, fresh := Policy{Right: access.OwnEntry}, Policy{Right: access.OwnEntry, Fresh: true}
	return []Route{
		{"GET /bureau/acces", own, s.own},
		{"POST /bureau/preuve", own, s.proof},
		{"POST /bureau/acces/sessions/autres", own, s.ownEndOthers},
		{"POST /bureau/acces/sessions/{id}/fermer", own, s.ownEnd},
		{"GET /bureau/acces/cle", fresh, s.passkeyNew},
		{"POST /bureau/acces/cle", fresh, s.passkeyAdd},
		{"POST /bureau/acces/cle/{id}/retirer", fresh, s.passkeyRemove},
		{"POST /bureau/acces/identite/{id}/confirmer", fresh, s.identityAccept},
		{"POST /bureau/acces/identite/{id}/refuser", own, s.identityDecline},
		{"GET /bureau/acces/code", fresh, s.ownCode},
		{"POST /bureau/acces/code", fresh, s.ownCodeRenew},
	}
}

// ownPage is what one can do about one's own ways in.
type ownPage struct {
	Desk        access.Platform
	Account     access.Account
	Sessions    []access.Session
	Current     string
	Passkeys    []access.Passkey
	CanPasskeys bool
	Keeps       bool // sees how long what is kept, and what is over
	Erases      bool // can be the second person when a file is to be erased
	Helps       bool // can be the second person when someone lost a way in
	Identities  []access.Identity
	Done        string // what was just done here
}

func (s *Server) own(v *visit) error {
	p := ownPage{Current: v.session.ID, CanPasskeys: s.passkeys != nil, Helps: v.by.Can(access.ConfirmHelp), Erases: v.by.Can(access.ConfirmErasure), Keeps: v.by.Can(access.KeepRules), Done: justDone(v)}
	var err error
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Account, err = access.Own(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Sessions, err = access.Sessions(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Passkeys, err = access.MyPasskeys(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Identities, err = access.MyIdentities(v.Context(), v.db, v.by); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "entry/own", p)
}

func (s *Server) ownEnd(v *visit) error {
	if err := access.EndSession(v.Context(), v.db, v.by, v.PathValue("id")); err != nil {
		return err
	}
	return v.done("/bureau/acces", "session")
}

func (s *Server) ownEndOthers(v *visit) error {
	if err := access.EndOtherSessions(v.Context(), v.db, v.by, v.session.ID); err != nil {
		return err
	}
	return v.done("/bureau/acces", "others")
}

// passkeyPage asks a browser for a passkey: a new one, or one that opens the door.
type passkeyPage struct {
	Form form
	Ask  access.PasskeyAsk
}

func (s *Server) passkeyNew(v *visit) error {
	return s.showPasskeyNew(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showPasskeyNew(v *visit, status int, f form) error {
	if s.passkeys == nil {
		return errNoPasskeys()
	}
	ask, err := s.passkeys.AskNew(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	return s.render(v, status, "entry/passkey", passkeyPage{f, ask})
}

func (s *Server) passkeyAdd(v *visit) error {
	err := access.AddPasskey(v.Context(), v.db, v.by, v.line("name"),
		access.PasskeyAnswer{Site: s.passkeys, Ticket: v.PostFormValue("ticket"), Answer: v.PostFormValue("answer")})
	if err == nil {
		return v.done("/bureau/acces", "passkey")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showPasskeyNew(v, statusOf(err), f)
}

func (s *Server) passkeyRemove(v *visit) error {
	if err := access.RemovePasskey(v.Context(), v.db, v.session, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/acces", "nopasskey")
}

func (s *Server) identityAccept(v *visit) error {
	if err := access.Accept(v.Context(), v.db, v.session, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/acces", "accepted")
}

func (s *Server) identityDecline(v *visit) error {
	if err := access.Decline(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/acces", "declined")
}

// codePage shows a new secret for the authenticator application.
type codePage struct {
	Form form
	Offer
}

// Offer is a secret to be entered into an authenticator application.
type Offer struct {
	Secret  string
	Link    template.URL // otpauth:, which a page may only hold because we made it
	Picture picture
}

func (s *Server) ownCode(v *visit) error {
	return s.showOwnCode(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showOwnCode(v *visit, status int, f form) error {
	secret, link, err := access.OfferCode(v.Context(), v.db, s.Key, v.session)
	if err != nil {
		return err
	}
	f.Values.Del("code")
	return s.render(v, status, "entry/code", codePage{f, offer(secret, link)})
}

func (s *Server) ownCodeRenew(v *visit) error {
	err := access.RenewCode(v.Context(), v.db, s.Key, v.session, v.line("code"))
	if err == nil {
		return v.done("/bureau/acces", "code")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showOwnCode(v, statusOf(err), f)
}

// doorPasskey is the page where a browser is asked for any passkey of this site.
func (s *Server) doorPasskey(v *visit) error {
	return s.showDoorPasskey(v, http.StatusOK, form{Values: url.Values{"suite": {ownPath(v.URL.Query().Get("suite"), "")}}})
}

func (s *Server) showDoorPasskey(v *visit, status int, f form) error {
	if s.passkeys == nil {
		return errNoPasskeys()
	}
	ask, err := s.passkeys.AskAnyone(s.DB.Now())
	if err != nil {
		return err
	}
	return s.render(v, status, "sign/passkey", passkeyPage{f, ask})
}

func (s *Server) doorPasskeyIn(v *visit) error {
	if !s.doors.allow(callerOf(v.Request)) {
		return s.showDoorPasskey(v, http.StatusTooManyRequests, form{Values: url.Values{}, Faults: []fault{{Message: s.Text.Get(v.lang, "sign.toomany", nil)}}})
	}
	by, token, err := access.SignInPasskey(v.Context(), v.db,
		access.PasskeyAnswer{Site: s.passkeys, Ticket: v.PostFormValue("ticket"), Answer: v.PostFormValue("answer")}, originOf(v.Request))
	if err != nil {
		f := form{Values: url.Values{"suite": {ownPath(v.PostFormValue("suite"), "")}}}
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showDoorPasskey(v, statusOf(err), f)
	}
	return s.letIn(v, by, token)
}
