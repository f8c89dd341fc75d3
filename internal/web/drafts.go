package web

import (
	"errors"
	"net/http"

	"phare"
	"phare/internal/request"
)

// Limits by network address, of forms that are begun and of pages that are
// kept, by anyone who is not signed in. They are looser than any waiting room: a
// village, a training day or the telephones of an island can share one address.
// They keep a machine from filling the disk; what was begun can always be sent,
// and a form that is whole at once does not count as begun: a flood of empty
// ones does not shut it out.
const (
	draftPerHour, draftBurst = 400, 200
	pagePerHour, pageBurst   = 6000, 1500
)

// errTooMany is what a form gets whose page was not kept.
var errTooMany = phare.Fault(phare.Invalid, "ask.toomany")

// mayKeep refuses to store what was typed in a form when too much came from its
// address. It counts in memory and knows nothing of what was typed.
func (s *Server) mayKeep(v *visit, form string, whole bool) error {
	if v.by.IsStaff() {
		return nil
	}
	caller := callerOf(v.Request)
	_, err := request.PlatformOf(v.Context(), v.db, v.by, form)
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return err
	}
	// A form that is refused here uses up nothing of those that were begun.
	if err != nil && !whole && !s.begun.allow(caller) || !s.kept.allow(caller) {
		return errTooMany
	}
	return nil
}

// statusOfPage is the status of a page of a form that is shown again.
func statusOfPage(err error) int {
	if errors.Is(err, errTooMany) {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}
