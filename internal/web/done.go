package web

import (
	"net/http"
	"slices"
)

// doneThings are what a page can say was just done: "entry.done.THING" in the
// catalogue. An address with another word says nothing.
var doneThings = []string{
	"invited", "withdrawn", "role", "sessions", "linked", "unlinked", "asked", "refused",
	"session", "others", "passkey", "nopasskey", "code", "accepted", "declined",
	"erasure", "erased", "kept",
	"consent", "passed", "told", "news",
	"added", "ended", "left", "confided", "lifted", "barred", "barred.own", "unbarred",
	"merge.asked", "merge.two", "merge.done", "merge.refused", "merge.undoing", "merge.kept", "merge.undone", "merge.moved", "kin",
	"ask.noted", "ask.decided", "ask.extended", "ask.lifted", "copy.sent", "copy.made", "death", "rule", "none.due",
	"revoked", "arrived", "arrival.aside", "arrival.back", "arrival.passed", "arrival.parted", "arrival.several",
	"chased", "away", "back", "takenover",
}

// done leads to a page that says what was just done.
func (v *visit) done(page, thing string) error {
	if thing == "" { // the page shows it without a word
		return v.redirect(page)
	}
	return v.redirect(page + "?fait=" + thing + "#fait")
}

// justDone is what this page has to say of the form before it; empty: nothing.
func justDone(v *visit) string {
	thing := v.URL.Query().Get("fait")
	if v.Method != http.MethodGet || !slices.Contains(doneThings, thing) {
		return ""
	}
	return thing
}
