package web

import (
	"net/http"
	"strings"
	"time"

	"phare"
)

// Pages of the desk are made a few at once, the next wait their turn, and who
// has waited long is asked to come back: whoever sends a request or an answer
// never stands behind many readers.
const (
	maxReading = 12
	maxWaiting = 2 * time.Second
)

// readsOnly says whether a route only reads for the desk: such pages give way.
// Forms of requesters and experts, and whatever writes, never do, nor
// does a file on its way out, which would hold its place for minutes.
func readsOnly(r Route, method string) bool {
	return r.Policy.Right != "" && !strings.HasSuffix(r.Pattern, "/{piece}") && (method == http.MethodGet || r.Pattern == "POST /bureau/recherche")
}

// enter takes a place among the readers; it is false when none became free.
func (s *Server) enter(r Route, method string, patience time.Duration) (leave func(), ok bool) {
	if !readsOnly(r, method) {
		return func() {}, true
	}
	left := func() { <-s.reading }
	select {
	case s.reading <- struct{}{}:
		return left, true
	default:
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case s.reading <- struct{}{}:
		return left, true
	case <-enough.C:
		return func() {}, false
	}
}

// busyPage offers to ask again for the page that had no place.
type busyPage struct {
	Action string // path, with its query
	Method string
	Fields []typedField
}

// showBusy asks a reader to come back, and keeps what was typed.
func (s *Server) showBusy(v *visit) {
	if v.isProgram() {
		s.showProblem(v, Route{}, &phare.Error{Kind: phare.Busy, Key: "busy.title"})
		return
	}
	p := busyPage{Action: v.URL.RequestURI(), Method: v.Method}
	if v.Method == http.MethodPost && readable(v.Request) == nil {
		p.Fields, _ = carried(v.PostForm)
	}
	v.w.Header().Set("Retry-After", "5")
	if s.render(v, http.StatusServiceUnavailable, "site/busy", p) != nil {
		plain(v.w, http.StatusServiceUnavailable, s.Text.Get(v.lang, "busy.title", nil))
	}
}
