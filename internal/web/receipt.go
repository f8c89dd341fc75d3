package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// receiptPage is what the requester takes away.
type receiptPage struct {
	request.Receipt
	ID     string // of the form
	Desk   access.Platform
	Secret string // grouped for reading; empty after the first view
	Again  bool   // it can still be shown, by sending the form once more
	Added  bool   // a complement has just arrived
	Track  string // address of the tracking page, to be read on paper
	Copy   store.Copying
}

// The secret travels from the post to the receipt without being in an address
// or in the cookie: the cookie only proves that this browser sent the form a
// moment ago, and the secret follows from the form and the site's key (see
// request.firstSecret). The first view of the receipt removes the cookie, so
// going back or reloading shows the receipt without the secret. For SecretWindow the
// page has a button that sends the form once more, which is the same request, and shows
// it again: the line can have been cut in the middle of the first view.
const receiptCookie = "phare-receipt"

func (s *Server) letSeeSecret(v *visit, form string, receipt request.Receipt) {
	if receipt.Secret == "" {
		return
	}
	until := strconv.FormatInt(s.DB.Now().Add(request.SecretWindow).Unix(), 10)
	s.setReceiptCookie(v, form, until+"."+s.Key.Mac("receipt", form+" "+until), int(request.SecretWindow.Seconds()))
}

func (s *Server) setReceiptCookie(v *visit, form, value string, age int) {
	http.SetCookie(v.w, &http.Cookie{Name: s.cookieOf("__Secure-", receiptCookie), Value: value, Path: "/demande/" + form, MaxAge: age,
		HttpOnly: true, Secure: strings.HasPrefix(s.Base, "https://"), SameSite: http.SameSiteStrictMode})
}

// maySeeSecret says whether this browser has just sent the form, and makes it
// the last time.
func (s *Server) maySeeSecret(v *visit, form string) bool {
	c, err := v.Cookie(s.cookieOf("__Secure-", receiptCookie))
	if err != nil {
		return false
	}
	s.setReceiptCookie(v, form, "", -1)
	until, mac, _ := strings.Cut(c.Value, ".")
	end, err := strconv.ParseInt(until, 10, 64)
	return err == nil && s.DB.Now().Before(time.Unix(end, 0)) && s.Key.Is(mac, "receipt", form+" "+until)
}

func (s *Server) askReceipt(v *visit) error {
	id := v.PathValue("form")
	receipt, err := request.FindReceipt(v.Context(), v.db, s.Key, v.by, id)
	if err != nil {
		return err
	}
	p := receiptPage{Receipt: receipt, ID: id, Added: v.URL.Query().Get("ajout") != "", Track: s.Base + "/suivi"}
	if s.maySeeSecret(v, id) {
		p.Secret = request.ShowSecret(receipt.Secret)
	}
	p.Again = p.Secret == "" && receipt.Secret != ""
	if p.Copy, err = v.db.Copied(v.Context()); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, receipt.Platform); err != nil {
		return err
	}
	return s.render(v, http.StatusOK, "ask/receipt", p)
}
