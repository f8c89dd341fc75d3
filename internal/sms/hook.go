package sms

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"
)

// Report is what a gateway tells us: an answer that someone sent, or what became
// of one of our messages.
type Report struct {
	ID       string // the gateway's name of the message
	From     string // who answered; empty: it is a report of delivery
	Text     string
	Status   string // Delivered or Failed; empty: nothing that matters yet
	Answered bool
}

// What a report of delivery can say.
const (
	Delivered = "delivered"
	Failed    = "failed"
)

// Knows says whether the caller has the token, in a time that does not tell how
// much of it is right. Without a token nobody is known.
func (h Hook) Knows(token string) bool {
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(h.Token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && h.Token != ""
}

// Read reads a report, from a form or from JSON.
func (h Hook) Read(mediaType string, body []byte) Report {
	get := func(name string) string { return at(body, name) }
	if !strings.Contains(mediaType, "json") {
		form, _ := url.ParseQuery(string(body)) // what cannot be read is not there
		get = form.Get
	}
	r := Report{ID: get(cmp.Or(h.ID, "id")), From: get(cmp.Or(h.From, "from")), Text: strings.TrimSpace(get(cmp.Or(h.Text, "text")))}
	status := get(cmp.Or(h.Status, "status"))
	switch {
	case slices.Contains(h.Delivered, status) || len(h.Delivered) == 0 && strings.EqualFold(status, Delivered):
		r.Status = Delivered
	case slices.Contains(h.Failed, status) || len(h.Failed) == 0 && strings.EqualFold(status, Failed):
		r.Status = Failed
	}
	r.Answered = status == "" && r.From != ""
	return r
}
