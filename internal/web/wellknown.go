package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"phare/internal/access"
)

func (s *Server) wellKnownRoutes() []Route {
	return []Route{
		{"GET /.well-known/security.txt", Policy{Open: true}, s.securityTxt},
		{"GET /robots.txt", Policy{Open: true}, s.robots},
		{"GET /donnees-personnelles", Policy{Open: true}, s.privacy},
	}
}

// ContactsReviewed is the day on which someone last checked that a report of a
// weakness reaches its reader. Set it at each release: security.txt says that
// it holds for a year from then.
const ContactsReviewed = "2026-11-23"

// contactsExpire is when security.txt must not be believed any more.
func contactsExpire() time.Time {
	day, err := time.Parse(time.DateOnly, ContactsReviewed)
	if err != nil {
		return time.Time{} // a test holds the constant
	}
	return day.AddDate(1, 0, 0)
}

// securityTxt says whom to tell of a weakness (RFC 9116): the desks of this
// site, by the address that each has given.
func (s *Server) securityTxt(v *visit) error {
	all, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return err
	}
	var b strings.Builder
	told := map[string]bool{}
	for _, p := range all {
		if p.Mail != "" && !told[p.Mail] && strings.Trim(p.Mail, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@_+-") == "" {
			told[p.Mail] = true
			fmt.Fprintf(&b, "Contact: mailto:%s\n", p.Mail)
		}
	}
	if len(told) == 0 {
		fmt.Fprintf(&b, "Contact: %s/donnees-personnelles\n", s.Base) // it names the desks' telephones
	}
	fmt.Fprintf(&b, "Expires: %s\nPreferred-Languages: fr, en\nCanonical: %s/.well-known/security.txt\n", contactsExpire().Format(time.RFC3339), s.Base)
	v.plainText(b.String())
	return nil
}

// robots lets search engines see the public doors and nothing behind them.
func (s *Server) robots(v *visit) error {
	v.plainText("User-agent: *\nAllow: /$\nAllow: /demande$\nAllow: /quand-y-penser\nAllow: /orientation/notice\nAllow: /donnees-personnelles\nAllow: /vos-droits\nAllow: /static/\nAllow: /.well-known/\nDisallow: /\n")
	return nil
}

func (v *visit) plainText(s string) {
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.send(http.StatusOK, []byte(s))
}

// privacyPage says who keeps what, why and for how long.
type privacyPage struct {
	Desks []access.Platform
	DPO   string
}

func (s *Server) privacy(v *visit) error {
	all, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "site/privacy", privacyPage{all, s.DPO})
}
