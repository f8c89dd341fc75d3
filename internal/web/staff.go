package web

import (
	"net/http"
	"net/url"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/staff"
)

func (s *Server) staffRoutes() []Route {
	manage, fresh := Policy{Right: access.ManageAccounts}, Policy{Right: access.ManageAccounts, Fresh: true}
	help, freshHelp := Policy{Right: access.ConfirmHelp}, Policy{Right: access.ConfirmHelp, Fresh: true}
	return []Route{
		{"GET /bureau/equipe", manage, s.staff},
		{"POST /bureau/equipe/inviter", fresh, s.staffInvite},
		{"POST /bureau/equipe/invitations/{id}/retirer", fresh, s.staffWithdraw},
		{"GET /bureau/equipe/revue", manage, s.review},
		{"POST /bureau/equipe/revue", fresh, s.reviewSign},
		{"GET /bureau/equipe/revue/{id}", manage, s.reviewShow},
		{"GET /bureau/equipe/comptes/{id}", manage, s.member},
		{"POST /bureau/equipe/comptes/{id}/sessions", manage, s.memberSessions},
		{"POST /bureau/equipe/comptes/{id}/role", fresh, s.memberRole},
		{"POST /bureau/equipe/comptes/{id}/depart", fresh, s.memberLeave},
		{"POST /bureau/equipe/comptes/{id}/identite", fresh, s.memberLink},
		{"POST /bureau/equipe/comptes/{id}/identite/retirer", fresh, s.memberUnlink},
		{"POST /bureau/equipe/comptes/{id}/secours", fresh, s.memberHelp},
		{"GET /bureau/secours", help, s.help},
		{"POST /bureau/secours/{id}/confirmer", freshHelp, s.helpConfirm},
		{"POST /bureau/secours/{id}/refuser", freshHelp, s.helpRefuse},
		{"GET /invitation/{token}", Policy{Link: true}, s.invitation},
		{"POST /invitation/{token}", Policy{Link: true}, s.invitationJoin},
		{"GET /secours", Policy{Open: true}, s.anew},
		{"POST /secours", Policy{Open: true}, s.anewStep},
	}
}

// roleOptions are the roles of a desk as choices.
func (s *Server) roleOptions(v *visit) (all []option) {
	for _, r := range access.StaffRoles() {
		all = append(all, option{string(r), s.Text.Get(v.lang, "access.role."+string(r), nil)})
	}
	return all
}

// staffPage is the people of a desk.
type staffPage struct {
	Desk        access.Platform
	Form        form
	By          access.Actor
	Members     []staff.Member
	Invitations []staff.Invitation
	Roles       []option
	Reviews     []staff.Review
	Due         bool
	Done        string // what was just done here
}

func (s *Server) staff(v *visit) error {
	return s.showStaff(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showStaff(v *visit, status int, f form) error {
	p := staffPage{Form: f, By: v.by, Roles: s.roleOptions(v), Done: justDone(v)}
	var err error
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Members, err = staff.Members(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Invitations, err = staff.Invitations(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Reviews, err = staff.Reviews(v.Context(), v.db, v.by); err != nil {
		return err
	}
	p.Due = staff.Due(p.Reviews, v.db.Now())
	return s.render(v, status, "staff/list", p)
}

func (s *Server) staffInvite(v *visit) error {
	i := staff.Invitation{Login: v.line("login"), Name: v.line("name"), Mail: v.line("mail"), Role: access.Role(v.line("role"))}
	err := staff.Invite(v.Context(), v.db, s.Key, v.by, i.In(v.lang))
	if err == nil {
		return v.done("/bureau/equipe", "invited")
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showStaff(v, statusOf(err), f)
}

func (s *Server) staffWithdraw(v *visit) error {
	if err := staff.Withdraw(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done("/bureau/equipe", "withdrawn")
}

// memberPage is one account.
type memberPage struct {
	staff.Sheet
	Desk       access.Platform
	Form       form
	Self       bool
	Roles      []option
	Sessions   []access.Session
	Identities []access.Identity
	Providers  []option
	Done       string // what was just done here
}

func (s *Server) member(v *visit) error {
	return s.showMember(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showMember(v *visit, status int, f form) error {
	sheet, err := staff.Open(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	p := memberPage{Sheet: sheet, Form: f, Self: string(sheet.ID) == v.by.ID, Roles: s.roleOptions(v), Done: justDone(v)}
	if !p.Form.Values.Has("role") {
		p.Form.Values.Set("role", string(sheet.Role))
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Sessions, err = access.SessionsOf(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	if p.Identities, err = access.IdentitiesOf(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	for _, x := range s.Providers {
		p.Providers = append(p.Providers, option{x.Name, x.Title})
	}
	for i, x := range p.Form.Faults {
		if !p.shows(x.Field) {
			p.Form.Faults[i].Field = ""
		}
	}
	return s.render(v, status, "staff/member", p)
}

// shows says whether the page has a field: a fault must not lead to one that
// went with its account, or that this site has no use for.
func (p memberPage) shows(field string) bool {
	switch field {
	case "role":
		return p.Active && !p.Self
	case "provider", "subject":
		return p.Active && !p.Self && len(p.Providers) > 0
	case "reason":
		return p.Active && !p.Self && p.Recovery == nil
	}
	return false
}

// changed ends a post about an account: back to its page, with what was done or
// with what was wrong.
func (s *Server) changed(v *visit, done string, err error) error {
	if err == nil {
		return v.done("/bureau/equipe/comptes/"+v.PathValue("id"), done)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showMember(v, statusOf(err), f)
}

func (s *Server) memberSessions(v *visit) error {
	return s.changed(v, "sessions", access.EndSessionsOf(v.Context(), v.db, v.by, v.id()))
}

func (s *Server) memberRole(v *visit) error {
	return s.changed(v, "role", staff.ChangeRole(v.Context(), v.db, v.by, v.id(), access.Role(v.line("role"))))
}

func (s *Server) memberLeave(v *visit) error {
	return s.changed(v, "", staff.Leave(v.Context(), v.db, v.by, v.id()))
}

func (s *Server) memberLink(v *visit) error {
	i := access.Identity{Provider: v.line("provider"), Subject: v.line("subject")}
	return s.changed(v, "linked", staff.Attach(v.Context(), v.db, v.by, v.id(), i))
}

func (s *Server) memberUnlink(v *visit) error {
	return s.changed(v, "unlinked", access.Unlink(v.Context(), v.db, v.by, v.id(), phare.ID(v.line("identity"))))
}

func (s *Server) memberHelp(v *visit) error {
	return s.changed(v, "asked", staff.AskHelp(v.Context(), v.db, v.by, v.id(), v.text("reason")))
}

// reviewPage is the yearly review, being made or as it was signed.
type reviewPage struct {
	Desk    access.Platform
	Form    form
	By      access.Actor
	Members []staff.Member
	Opened  map[phare.ID]staff.Opened // by account
	Reviews []staff.Review
	Due     bool
	Signed  staff.Review
}

// IsAlone says that a review would look at nobody but the one who makes it.
func (p reviewPage) IsAlone() bool {
	return len(p.Members) == 1 && string(p.Members[0].ID) == p.By.ID
}

func (s *Server) review(v *visit) error {
	return s.showYearly(v, http.StatusOK, form{Values: url.Values{}})
}

func (s *Server) showYearly(v *visit, status int, f form) error {
	p := reviewPage{Form: f, By: v.by}
	var err error
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	if p.Members, err = staff.Members(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Opened, err = staff.OpenedInAYear(v.Context(), v.db, v.by); err != nil {
		return err
	}
	if p.Reviews, err = staff.Reviews(v.Context(), v.db, v.by); err != nil {
		return err
	}
	p.Due = staff.Due(p.Reviews, v.db.Now())
	return s.render(v, status, "staff/review", p)
}

func (s *Server) reviewSign(v *visit) error {
	kept := map[phare.ID]bool{}
	for name := range v.PostForm {
		if id, ok := strings.CutPrefix(name, "keep-"); ok {
			switch v.line(name) {
			case "yes":
				kept[phare.ID(id)] = true
			case "no":
				kept[phare.ID(id)] = false
			}
		}
	}
	id, err := staff.SignReview(v.Context(), v.db, v.by, kept)
	if err == nil {
		return v.redirect("/bureau/equipe/revue/" + string(id))
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showYearly(v, statusOf(err), f)
}

func (s *Server) reviewShow(v *visit) error {
	signed, err := staff.OpenReview(v.Context(), v.db, v.by, v.id())
	if err != nil {
		return err
	}
	desk, err := access.FindPlatform(v.Context(), v.db, v.by.Platform)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "staff/reviewed", reviewPage{Desk: desk, Signed: signed})
}
