package web

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"phare"
	"phare/internal/access"
)

// proofFields are the fields of the page that asks for a fresh proof. They ride
// on the form that needs it and are taken off before its handler reads it.
var proofFields = []string{"proof.code", "proof.ticket", "proof.answer", "proof.go"}

// proofNeed is what a route wants a fresh proof for, "entry.proof.for.WHAT" in
// the catalogue, and the page that one comes from: empty is the one around.
type proofNeed struct{ what, back string }

// proofNeeds are all routes that want one.
var proofNeeds = map[string]proofNeed{
	"POST /bureau/equipe/inviter":                          {"invite", "/bureau/equipe"},
	"POST /bureau/equipe/invitations/{id}/retirer":         {"withdraw", "/bureau/equipe"},
	"POST /bureau/equipe/revue":                            {"review", "/bureau/equipe/revue"},
	"POST /bureau/equipe/comptes/{id}/role":                {"role", "/bureau/equipe/comptes/{id}"},
	"POST /bureau/equipe/comptes/{id}/depart":              {"leave", "/bureau/equipe/comptes/{id}"},
	"POST /bureau/equipe/comptes/{id}/identite":            {"link", "/bureau/equipe/comptes/{id}"},
	"POST /bureau/equipe/comptes/{id}/identite/retirer":    {"unlink", "/bureau/equipe/comptes/{id}"},
	"POST /bureau/equipe/comptes/{id}/secours":             {"help", "/bureau/equipe/comptes/{id}"},
	"POST /bureau/secours/{id}/confirmer":                  {"confirm", "/bureau/secours"},
	"POST /bureau/secours/{id}/refuser":                    {"refuse", "/bureau/secours"},
	"GET /bureau/acces/cle":                                {"passkey", "/bureau/acces"},
	"POST /bureau/acces/cle":                               {"passkey", "/bureau/acces"},
	"POST /bureau/acces/cle/{id}/retirer":                  {"nopasskey", "/bureau/acces"},
	"POST /bureau/acces/identite/{id}/confirmer":           {"accept", "/bureau/acces"},
	"GET /bureau/acces/code":                               {"code", "/bureau/acces"},
	"POST /bureau/acces/code":                              {"code", "/bureau/acces"},
	"POST /bureau/module":                                  {"module", "/bureau/module"},
	"POST /bureau/demandes/{id}/effacer":                   {"erasure", "/bureau/demandes/{id}/effacer"},
	"POST /bureau/effacements/{id}/confirmer":              {"erase", "/bureau/effacements"},
	"POST /bureau/effacements/{id}/garder":                 {"keep", "/bureau/effacements"},
	"POST /bureau/conservation":                            {"rule", "/bureau/conservation"},
	"POST /bureau/conservation/effacer":                    {"erasure", "/bureau/conservation"},
	"POST /bureau/demandes/{id}/droits/copie":              {"copy", "/bureau/demandes/{id}/droits"},
	"POST /bureau/demandes/{id}/copies/{row}":              {"copy", "/bureau/demandes/{id}/droits"},
	"POST /bureau/demandes/{id}/cercle/{row}/lever":        {"unbar", "/bureau/demandes/{id}"},
	"POST /bureau/demandes/{id}/confidentiel/lever":        {"lift", "/bureau/demandes/{id}"},
	"POST /bureau/exceptionnels/{id}":                      {"judge", "/bureau/exceptionnels"},
	"POST /bureau/demandes/{id}/exceptionnel":              {"glass", "/bureau/demandes/{id}"},
	"POST /bureau/cercle":                                  {"circle", "/bureau/cercle"},
	"POST /bureau/patients/doublons/{id}/{other}/proposer": {"merge.ask", "/bureau/patients/doublons"},
	"POST /bureau/patients/rapprochements/{id}/confirmer":  {"merge", "/bureau/patients/doublons"},
	"POST /bureau/patients/rapprochements/{id}/defaire":    {"unmerge.ask", "/bureau/patients/doublons"},
	"POST /bureau/patients/rapprochements/{id}/separer":    {"unmerge", "/bureau/patients/doublons"},
	"POST /bureau/cles":                                    {"sender.make", "/bureau/cles"},
	"POST /bureau/cles/{id}/revoquer":                      {"sender.revoke", "/bureau/cles"},
	"GET /rapport/{year}/{file}":                           {"report", ""},
}

// pageAt is the pattern of a page that is gone on to after its proof.
func pageAt(path string) string {
	if strings.HasPrefix(path, "/rapport/") {
		return "GET /rapport/{year}/{file}"
	}
	return "GET " + path
}

// proofPage asks who is already inside to prove it once more. What was typed on
// the way there travels in the page, not through our database.
type proofPage struct {
	Form    form
	For     string // what the proof is asked for, in words
	Action  string
	Hidden  []typedField
	Back    string // the page one goes back to without the proof; empty: none
	Typed   bool   // something was typed and is kept
	Demo    bool
	Passkey access.PasskeyAsk
}

// proven lets a visit pass that has a fresh proof or brings one; else it shows
// the page that asks for it. A post goes on by itself once it is proven.
func (s *Server) proven(v *visit) (bool, error) {
	brought := v.Method == http.MethodPost && v.PostForm.Get("proof.go") != ""
	if !brought && v.session.Fresh(v.db.Now()) {
		return true, nil
	}
	if !brought {
		return false, s.showProof(v, http.StatusUnauthorized, form{})
	}
	err := s.prove(v)
	if err == nil {
		for _, name := range proofFields {
			v.Form.Del(name)
			v.PostForm.Del(name)
		}
		return true, nil
	}
	f := form{Values: url.Values{}}
	if !s.wrong(v, &f, err) {
		return false, err
	}
	return false, s.showProof(v, statusOf(err), f)
}

// prove checks what a form brings and gives the browser its new session.
func (s *Server) prove(v *visit) error {
	p := access.Proving{Code: v.line("proof.code"),
		Answer: access.PasskeyAnswer{Site: s.passkeys, Ticket: v.PostFormValue("proof.ticket"), Answer: v.PostFormValue("proof.answer")}}
	if s.Demo != nil && p.Code == "" && !p.Answer.Given() {
		a, err := access.Own(v.Context(), v.db, v.by)
		if err != nil {
			return err
		}
		if p.Code, err = s.demoCode(v, a.Login); err != nil {
			return err
		}
	}
	token, err := access.Prove(v.Context(), v.db, s.Key, v.session, p)
	if err != nil {
		return err
	}
	s.setSession(v.w, token)
	v.session, err = access.FindSession(v.Context(), v.db, s.Key, token)
	return err
}

func (s *Server) showProof(v *visit, status int, f form) error {
	p := proofPage{Form: f, Action: "/bureau/preuve", Demo: s.Demo != nil}
	asked, around := v.Pattern, v.URL.Path
	if p.Form.Values == nil {
		p.Form.Values = url.Values{}
	}
	switch {
	case v.Method == http.MethodPost && v.URL.Path == p.Action:
		around = ownPath(v.PostFormValue("suite"), "")
		asked = pageAt(around)
		p.Hidden = []typedField{{"suite", around}}
	case v.Method == http.MethodPost:
		p.Action = v.URL.Path
		p.Hidden, _ = carried(v.PostForm)
		p.Typed = len(p.Hidden) > 0
	default:
		p.Hidden = []typedField{{"suite", ownPath(v.URL.Path, "")}}
	}
	if need, ok := proofNeeds[asked]; ok {
		p.For, p.Back = s.Text.Get(v.lang, "entry.proof.for."+need.what, nil), strings.ReplaceAll(need.back, "{id}", v.PathValue("id"))
		if p.Back == "" {
			p.Back = path.Dir(around)
		}
	}
	if s.passkeys != nil {
		var err error
		if p.Passkey, err = s.passkeys.AskHolder(v.Context(), v.db, v.by); err != nil {
			return err
		}
	}
	return s.render(v, status, "entry/proof", p)
}

// proof takes a proof for a page that was asked for by address.
func (s *Server) proof(v *visit) error {
	err := s.prove(v)
	if err == nil {
		return v.redirect(ownPath(v.PostFormValue("suite"), "/bureau/acces"))
	}
	f := form{Values: url.Values{}}
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showProof(v, statusOf(err), f)
}

// errNoPasskeys is for pages that a site without a name cannot have.
func errNoPasskeys() error { return phare.Fault(phare.NotFound, "error.notfound") }
