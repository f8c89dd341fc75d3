package web

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Sending a request, by network address: so many an hour go at once, the ones
// beyond go one after the other. A training day or a village behind one
// satellite waits some seconds; a machine gets no further than one request in
// lanePace. What is queued is never longer than lanePatience: beyond it a form is
// kept, to be sent again, and takes no turn, so that a machine that stops has
// kept its neighbours waiting no longer than that.
const (
	laneFree     = 20               // an hour, all of them at once if need be
	lanePace     = 3 * time.Second  // between two requests of the slow lane
	lanePatience = 20 * time.Second // how long a page is held, and how long the queue of an address may be
	laneTurns    = 20_000           // places that are remembered
)

// lane gives turns to the forms of callers. It lives in memory: a restart lets
// everyone go at once.
type lane struct {
	free           *tries
	pace, patience time.Duration

	mu   sync.Mutex
	next map[string]time.Time // by caller: the last turn given
	turn map[string]time.Time // by form
}

func newLane() *lane {
	return &lane{free: newTries(laneFree, laneFree), pace: lanePace, patience: lanePatience,
		next: map[string]time.Time{}, turn: map[string]time.Time{}}
}

// wait is how long form, sent by caller, has to wait from now: 0 for the first
// ones of an hour. A form keeps the turn it was given; when the wait is longer
// than patience it was given none.
func (l *lane) wait(caller, form string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, ok := l.turn[form]; ok {
		return max(0, at.Sub(now))
	}
	if l.free.allowAt(caller, now) {
		return 0
	}
	at := now
	if last := l.next[caller]; last.After(now) {
		at = last
	}
	at = at.Add(l.pace)
	if at.Sub(now) > l.patience {
		return at.Sub(now)
	}
	if len(l.turn) >= laneTurns {
		l.forget(now)
	}
	l.next[caller], l.turn[form] = at, at
	return at.Sub(now)
}

// forget drops the turns that have come, or all if there are too many.
func (l *lane) forget(now time.Time) {
	for form, at := range l.turn {
		if at.Before(now) {
			delete(l.turn, form)
		}
	}
	for caller, at := range l.next {
		if at.Before(now) {
			delete(l.next, caller)
		}
	}
	if len(l.turn) >= laneTurns {
		clear(l.turn)
		clear(l.next)
	}
}

// queue holds a visitor until the form's turn has come. It returns how long is
// still to wait when that is longer than a page can be held; the form is kept.
func (s *Server) queue(ctx context.Context, v *visit, form string) (still time.Duration, err error) {
	if v.by.IsStaff() {
		return 0, nil
	}
	wait := s.lane.wait(callerOf(v.Request), form, time.Now())
	if wait > s.lane.patience {
		return wait, nil
	}
	if wait == 0 {
		return 0, nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// showQueue is the check page of a form whose turn has not come.
func (s *Server) showQueue(v *visit, p checkPage, still time.Duration) error {
	v.w.Header().Set("Retry-After", strconv.Itoa(int(still/time.Second)+1))
	p.Form.Faults = []fault{{Message: s.Text.Get(v.lang, "ask.queue", nil)}}
	return s.render(v, http.StatusTooManyRequests, "ask/check", p)
}
