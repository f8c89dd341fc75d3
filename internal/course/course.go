// Package course says where a request and its needs stand, from what is below
// them: it is the one place where a state is decided. It promises that the same
// facts at the same instant give the same states, and it reads and writes nothing.
// The columns request.state and need.state are what it said last (ADR 0021).
package course

import "time"

// Where a request stands.
const (
	Received = "received" // nobody of the desk did anything about it
	Awaiting = "awaiting" // someone outside must act before anything else can be done
	Open     = "open"     // in hand at the desk
	Asked    = "asked"    // an opinion is awaited
	Answered = "answered" // an opinion is back
	Signed   = "signed"   // the answer is signed and not sent
	Closed   = "closed"
)

// Where a need stands. It shares awaiting, asked, answered and closed with a request.
const (
	Todo  = "todo"  // nobody was given it: "encore à orienter"
	Doing = "doing" // in hand at the desk
)

// How a question to an expert stands, as far as it matters here.
const (
	sent     = "sent"
	opened   = "opened"
	answered = "answered"
)

// Orientation is one recipient of a need, with that recipient's own position.
type Orientation struct {
	Need                       string // empty: of the request as a whole
	State                      string
	SentAt, EndedAt, ExpiresAt time.Time
}

// waits says whether it can still be answered.
func (o Orientation) waits(now time.Time) bool {
	return (o.State == sent || o.State == opened) && !now.After(o.ExpiresAt)
}

// Task is who must do the next thing.
type Task struct {
	Need    string // empty: of the request as a whole
	Outside bool   // someone outside the desk
	Ended   bool
}

// Need is one subject of a request.
type Need struct {
	ID      string
	Outcome string // empty: open
}

// Facts are all that decides.
type Facts struct {
	Begun, Signed, Closed bool      // Signed: and not sent
	Given                 time.Time // when an answer last left; zero: none did
	Writing               bool      // another answer is begun, and has not left
	Needs                 []Need
	Orientations          []Orientation
	Tasks                 []Task
}

// Standing is where a request and its needs stand.
type Standing struct {
	Request string
	Needs   map[string]string // by id
	By      string            // when the request is awaiting: the need whose task says whom; empty: a task of the request
}

// Of computes where a request and each of its needs stand. What a person decided
// (closed, signed) comes first, then who must act outside, then the experts.
func Of(f Facts, now time.Time) Standing {
	s := Standing{Request: Open, Needs: map[string]string{}}
	for _, n := range f.Needs {
		s.Needs[n.ID] = ofNeed(n, f, now)
	}
	waits, by := f.waits(s.Needs)
	switch {
	case f.Closed || f.over(s.Needs, now):
		s.Request = Closed
	case f.Signed:
		s.Request = Signed
	case !f.Begun:
		s.Request = Received
	case waits:
		s.Request, s.By = Awaiting, by
	default:
		if x := experts(f.unused(), now); x != "" {
			s.Request = x
		}
	}
	return s
}

// over says whether nothing is left of a request whose answer left while needs were
// open: it ends by itself with the last thing that held it.
func (f Facts) over(states map[string]string, now time.Time) bool {
	if f.Given.IsZero() || f.Signed || f.Writing {
		return false
	}
	for _, n := range f.Needs {
		if states[n.ID] != Closed {
			return false
		}
	}
	for _, t := range f.Tasks {
		if t.Need == "" && !t.Ended {
			return false
		}
	}
	for _, o := range f.Orientations {
		if o.waits(now) {
			return false
		}
	}
	return true
}

// unused are the orientations without the opinions that came before an answer left:
// they are in it.
func (f Facts) unused() (some []Orientation) {
	for _, o := range f.Orientations {
		if o.State != answered || f.Given.IsZero() || o.EndedAt.After(f.Given) {
			some = append(some, o)
		}
	}
	return some
}

// waits says whether nothing can be done before someone outside acts: the request
// as a whole waits, or every need that is open does and no expert is asked.
func (f Facts) waits(states map[string]string) (waits bool, by string) {
	for _, t := range f.Tasks {
		if t.Outside && !t.Ended && t.Need == "" {
			return true, ""
		}
	}
	for _, n := range f.Needs {
		switch states[n.ID] {
		case Closed:
		case Awaiting:
			if by == "" {
				by = n.ID
			}
		default:
			return false, ""
		}
	}
	for _, o := range f.unused() { // of no need: their opinions are work of their own
		if o.Need == "" && (o.State == sent || o.State == opened || o.State == answered) {
			return false, ""
		}
	}
	return by != "", by
}

// ofNeed is where one need stands.
func ofNeed(n Need, f Facts, now time.Time) string {
	if n.Outcome != "" {
		return Closed
	}
	state := Todo
	for _, t := range f.Tasks {
		if t.Need != n.ID {
			continue
		}
		if t.Outside && !t.Ended {
			return Awaiting
		}
		state = Doing // once somebody had it, it is not forgotten, only to be gone on with
	}
	var own []Orientation
	for _, o := range f.Orientations {
		if o.Need == n.ID {
			own = append(own, o)
		}
	}
	if x := experts(own, now); x != "" {
		return x
	}
	return state
}

// experts is where questions leave what they are about: Answered once an opinion
// is back, unless another was asked for since then and can still come; "" when
// nobody was asked, or nobody will answer.
func experts(all []Orientation, now time.Time) string {
	var back, last time.Time
	is := ""
	for _, o := range all {
		switch {
		case o.State == answered:
			is = Answered
			if o.EndedAt.After(back) {
				back = o.EndedAt
			}
		case o.waits(now) && o.SentAt.After(last):
			last = o.SentAt
		}
	}
	if last.After(back) {
		return Asked
	}
	return is
}
