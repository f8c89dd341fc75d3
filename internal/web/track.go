package web

import (
	"container/list"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/request"
)

func (s *Server) trackRoutes() []Route {
	return []Route{
		{"GET /suivi", Policy{Open: true}, s.trackForm},
		{"POST /suivi", Policy{Open: true}, s.track},
		{"POST /suivi/question", Policy{Open: true}, s.trackQuestion},
		{"GET /suivi/pieces", Policy{Open: true}, s.trackFiles},
		{"POST /suivi/pieces", Policy{Open: true, Files: true}, s.trackFilesSave},
	}
}

// trackPage asks for a reference and its secret.
type trackPage struct {
	Form  form
	Desks []access.Platform
}

// statusPage tells where a request stands.
type statusPage struct {
	request.Status
	Desk   access.Platform
	Form   form // for documents and asks about data
	Rights trackRights
	Ask    form // for a question
	Asked  bool // one was just taken in
}

func (s *Server) trackForm(v *visit) error { return s.showTrack(v, http.StatusOK, form{}) }

func (s *Server) showTrack(v *visit, status int, f form) error {
	all, err := access.Platforms(v.Context(), v.db)
	if err != nil {
		return err
	}
	return s.render(v, status, "track/form", trackPage{f, all})
}

// track shows the status in the answer to the post: nothing of it is ever in an address.
func (s *Server) track(v *visit) error {
	f := posted(v)
	if !s.tries.allow(callerOf(v.Request)) {
		f.Faults = []fault{{Message: s.Text.Get(v.lang, "track.toomany", nil)}}
		return s.showTrack(v, http.StatusTooManyRequests, f)
	}
	status, err := request.Status{}, error(nil)
	if pass := v.line("pass"); pass != "" { // from a page that was opened before
		status, err = request.TrackAgain(v.Context(), v.db, s.Key, v.line("reference"), pass)
	} else {
		status, err = request.Track(v.Context(), v.db, s.Key, v.line("reference"), v.line("secret"))
	}
	if err != nil {
		if !s.wrong(v, &f, err) {
			return err
		}
		return s.showTrack(v, http.StatusUnprocessableEntity, f)
	}
	return s.showStatus(v, http.StatusOK, statusPage{Status: status})
}

func (s *Server) showStatus(v *visit, code int, p statusPage) (err error) {
	if err = answer.Withhold(v.Context(), v.db, &p.Status); err != nil {
		return err
	}
	if p.Desk, err = access.FindPlatform(v.Context(), v.db, p.Platform); err != nil {
		return err
	}
	if p.Rights, err = s.rightsTold(v, p.Status); err != nil {
		return err
	}
	return s.render(v, code, "track/status", p)
}

// trackQuestion takes in what the requester asks or adds, by the pass of the page. The
// words are the desk's to read: they are shown again only to be mended. A pass that is
// over asks for the code again, on a page that keeps the words.
func (s *Server) trackQuestion(v *visit) error {
	f := posted(v)
	platform, id, err := s.tracked(v, f)
	if err == nil {
		err = request.Question(v.Context(), v.db, access.Anyone(platform), id, v.text("question"))
	}
	if err != nil && !s.wrong(v, &f, err) {
		return err
	}
	code := http.StatusOK
	if err != nil {
		code = statusOfPage(err)
	}
	if id == "" {
		f.Values.Del("pass")
		f.Values.Del("secret") // never written into a page
		return s.render(v, code, "track/question", f)
	}
	p := statusPage{Asked: err == nil}
	if pass := f.Get("pass"); pass != "" {
		p.Status, err = request.TrackAgain(v.Context(), v.db, s.Key, f.Get("reference"), pass)
	} else {
		p.Status, err = request.Track(v.Context(), v.db, s.Key, v.line("reference"), v.line("secret"))
	}
	if err != nil {
		return err
	}
	if !p.Asked {
		p.Ask = f
	}
	return s.showStatus(v, code, p)
}

// Limits by network address, of tracking, of sign-in and of the trails that ask
// this site as their witness (once an hour, or twice). They are loose: a
// village, a health centre or a hospital can share one address. What guards a
// reference or an account is its own count; these keep a flood from taking the
// processors.
const (
	trackPerHour, trackBurst = 300, 60
	signPerHour, signBurst   = 400, 100
	logsPerHour, logsBurst   = 60, 30
	triesCallers             = 10_000
)

// tries counts the tries of each caller, in memory. Who has not tried for the
// longest time is forgotten first, so that many new callers free nobody who is
// trying now.
type tries struct {
	perHour, burst int

	mu    sync.Mutex
	all   map[string]*list.Element
	order list.List // of *tried, the latest first
}

type tried struct {
	caller string
	*rate.Limiter
}

func newTries(perHour, burst int) *tries {
	return &tries{perHour: perHour, burst: burst, all: map[string]*list.Element{}}
}

func (t *tries) allow(caller string) bool { return t.allowAt(caller, time.Now()) }

// left says whether another try would be allowed now, and takes none.
func (t *tries) left(caller string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.all[caller]
	return e == nil || e.Value.(*tried).Tokens() >= 1
}

func (t *tries) allowAt(caller string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.all[caller]
	if e == nil {
		if oldest := t.order.Back(); len(t.all) >= triesCallers {
			delete(t.all, t.order.Remove(oldest).(*tried).caller)
		}
		e = t.order.PushFront(&tried{caller, rate.NewLimiter(rate.Limit(t.perHour)/3600, t.burst)})
		t.all[caller] = e
	}
	t.order.MoveToFront(e)
	return e.Value.(*tried).AllowN(now, 1)
}
