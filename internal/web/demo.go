package web

import (
	"net/http"
	"regexp"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/mail"
	"phare/internal/sms"
)

// Demo is what the demo shows beyond the site itself: its invented people, who
// can be entered with one button, and the letter box in which all mail lands.
type Demo struct {
	Password, Secret string // of every account
	Letters          mail.Folder
	Texts            sms.Folder
}

// demoLetters is how many letters the demo's letter box shows.
const demoLetters = 40

func (s *Server) demoRoutes() []Route {
	if s.Demo == nil {
		return nil
	}
	return []Route{{"GET /demo", Policy{Open: true}, s.demo}}
}

// demoPage explains how to walk around, and shows the letter box.
type demoPage struct {
	Accounts []demoAccount
	Letters  []demoLetter
	Texts    []sms.Received
}

// demoLetter is one letter, its words parted at the links.
type demoLetter struct {
	At          time.Time
	To, Subject string
	Parts       []letterPart
}

type letterPart struct {
	Text string
	Link bool
}

var linkWords = regexp.MustCompile(`https?://[^\s]+`)

func (s *Server) demo(v *visit) error {
	accounts, err := s.demoAccounts(v)
	if err != nil {
		return err
	}
	received, err := s.Demo.Letters.Read(demoLetters)
	if err != nil {
		return err
	}
	texts, err := s.Demo.Texts.Read(demoLetters)
	if err != nil {
		return err
	}
	p := demoPage{Accounts: accounts, Texts: texts}
	for _, r := range received {
		p.Letters = append(p.Letters, demoLetter{r.At, r.To, r.Subject, atLinks(r.Body)})
	}
	return s.render(v, http.StatusOK, "site/demo", p)
}

func atLinks(body string) (parts []letterPart) {
	at := 0
	for _, m := range linkWords.FindAllStringIndex(body, -1) {
		parts = append(parts, letterPart{Text: body[at:m[0]]}, letterPart{Text: body[m[0]:m[1]], Link: true})
		at = m[1]
	}
	return append(parts, letterPart{Text: body[at:]})
}

// demoCode is a code that works now, for an invented person entered with one
// button: a code written into the page would be stale after half a minute.
func (s *Server) demoCode(v *visit, login string) (string, error) {
	a, err := access.FindAccount(v.Context(), v.db, login)
	if phare.KindOf(err) == phare.NotFound && err != nil {
		return "", nil // refused like any other
	}
	if err != nil {
		return "", err
	}
	if err := access.ForgetCodes(v.Context(), v.db, a); err != nil {
		return "", err
	}
	return access.Code(s.Demo.Secret, s.DB.Now())
}

// demoAccounts are the invented people of the demo.
func (s *Server) demoAccounts(v *visit) ([]demoAccount, error) {
	desks, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return nil, err
	}
	var all []demoAccount
	for _, d := range desks {
		people, err := access.Staff(v.Context(), v.db, access.Machine(d.ID))
		if err != nil {
			return nil, err
		}
		for _, a := range people {
			all = append(all, demoAccount{Login: a.Login, Name: a.Name, Desk: d.Name, Password: s.Demo.Password, Role: a.Role})
		}
	}
	return all, nil
}
