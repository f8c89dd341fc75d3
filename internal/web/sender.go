package web

import (
	"net/http"
	"net/url"
	"strconv"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/sender"
)

// senderPath is where an administrator makes keys for other programs.
const senderPath = "/bureau/cles"

func (s *Server) senderRoutes() []Route {
	manage := Policy{Right: access.ManageAccounts}
	fresh := manage
	fresh.Fresh = true
	return []Route{
		{"GET " + senderPath, manage, s.senders},
		{"POST " + senderPath, fresh, s.senderMake},
		{"POST " + senderPath + "/{id}/revoquer", fresh, s.senderRevoke},
	}
}

// sendersPage lists the keys; Token is the one that was just made.
type sendersPage struct {
	Desk        access.Platform
	Keys        []senderKey
	ID          string // of the form
	Form        form
	Done, Token string
	Kinds, Days []option
	Address     string
}

type senderKey struct {
	sender.Key
	On bool // it opens something
}

func (s *Server) senders(v *visit) error { return s.showSenders(v, http.StatusOK, form{}, "") }

func (s *Server) showSenders(v *visit, status int, f form, token string) error {
	all, err := sender.Keys(v.Context(), v.db, v.by)
	if err != nil {
		return err
	}
	p := sendersPage{Form: f, ID: request.NewForm(), Done: justDone(v), Token: token, Address: s.Base + apiPath}
	if p.Form.Values == nil {
		p.Form.Values = url.Values{"send": {"yes"}, "follow": {"yes"}, "days": {"365"}}
	}
	for _, k := range all {
		p.Keys = append(p.Keys, senderKey{k, k.Holds(v.db.Now())})
	}
	for _, x := range sender.Kinds() {
		p.Kinds = append(p.Kinds, option{x, s.Text.Get(v.lang, "sender.kind."+x, nil)})
	}
	for _, n := range sender.Lives() {
		p.Days = append(p.Days, option{strconv.Itoa(n), s.Text.Get(v.lang, "sender.days", map[string]any{"N": n})})
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, v.by.Platform); err != nil {
		return err
	}
	return s.render(v, status, "sender/keys", p)
}

// senderMake makes a key and shows it, this once: the page is not kept by browsers.
func (s *Server) senderMake(v *visit) error {
	days, _ := strconv.Atoi(v.line("days"))
	token, err := sender.Make(v.Context(), v.db, s.Key, v.by, sender.New{Form: v.line("form"), Sender: v.line("sender"), Kind: v.line("kind"),
		MaySend: v.line("send") == "yes", MayFollow: v.line("follow") == "yes", Days: days})
	if err == nil {
		v.w.Header().Set("Cache-Control", "no-store")
		return s.showSenders(v, http.StatusOK, form{}, token)
	}
	f := posted(v)
	if !s.wrong(v, &f, err) {
		return err
	}
	return s.showSenders(v, statusOf(err), f, "")
}

func (s *Server) senderRevoke(v *visit) error {
	if err := sender.Revoke(v.Context(), v.db, v.by, v.id()); err != nil {
		return err
	}
	return v.done(senderPath, "revoked")
}
