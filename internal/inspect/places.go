package inspect

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// maxChildren bounds what inspection can take of a small machine. Files by anyone
// get all places but one, which is kept for the desk.
const maxChildren = 2

// ErrBusy is what a sender gets for whom no place came free in time.
var ErrBusy = errors.New("too many files are being inspected")

// Sender is whose file is inspected.
type Sender struct {
	Staff  bool
	Caller string // the network address of anyone; of it one file at a time is read
}

// wall is how long a child may take for a file of this sender.
func (s Sender) wall() time.Duration {
	if s.Staff {
		return childWall
	}
	return publicWall
}

// processor is how long a child may use a processor for a file of this sender.
func (s Sender) processor() time.Duration {
	if s.Staff {
		return childCPU
	}
	return publicCPU
}

// An address whose files used a processor for more than freeTime waits behind all
// others, until time has gone by: a tenth of it is given back.
const (
	freeTime  = 3 * time.Second
	givenBack = 10
)

// places are those of children. Who waits goes in the order of coming, but of one
// address only one waits with the others: fifty files of one keep a neighbour
// waiting for one of them. Whose files just used much time comes last.
type places struct {
	all                   chan struct{}
	publicWait, staffWait time.Duration
	now                   func() time.Time

	mu      sync.Mutex
	of      map[string]*turn // by address
	used    map[string]spent // by address
	public  int              // held by anyone's files
	waiting []*waiter        // for one of those, in the order of coming
}

// spent is the time of a processor that an address still owes.
type spent struct {
	time time.Duration
	at   time.Time
}

// left is what of it is not given back yet.
func (s spent) left(now time.Time) time.Duration { return s.time - now.Sub(s.at)/givenBack }

// waiter is the file of an address that waits.
type waiter struct {
	caller string
	free   chan struct{} // closed when its turn has come
}

// turn is held by the one file of an address that waits for a place or has one.
type turn struct {
	held chan struct{}
	want int
}

func newPlaces(public, staff time.Duration) *places {
	return &places{all: make(chan struct{}, maxChildren), publicWait: public, staffWait: staff, now: time.Now, of: map[string]*turn{}, used: map[string]spent{}}
}

// enter waits for a place. Leaving it says how long a processor was used.
func (p *places) enter(ctx context.Context, by Sender) (leave func(used time.Duration), err error) {
	most := p.staffWait
	if !by.Staff {
		most = p.publicWait
	}
	within, cancel := context.WithTimeoutCause(ctx, most, ErrBusy)
	defer cancel()
	if by.Staff {
		if err := pass(within, p.all); err != nil {
			return nil, err
		}
		return func(time.Duration) { <-p.all }, nil
	}
	mine := p.turnOf(by.Caller)
	if err := pass(within, mine); err != nil {
		p.forget(by.Caller)
		return nil, err
	}
	err = p.line(within, by.Caller)
	if err == nil {
		if err = pass(within, p.all); err != nil {
			p.next()
		}
	}
	if err != nil {
		<-mine
		p.forget(by.Caller)
		return nil, err
	}
	return func(used time.Duration) {
		<-p.all
		p.charge(by.Caller, used)
		p.next()
		<-mine
		p.forget(by.Caller)
	}, nil
}

// pass waits at a gate.
func pass(within context.Context, gate chan struct{}) error {
	select {
	case gate <- struct{}{}:
		return nil
	case <-within.Done():
		return context.Cause(within)
	}
}

// line waits for a place among those for anyone's files.
func (p *places) line(within context.Context, caller string) error {
	p.mu.Lock()
	if p.public < maxChildren-1 {
		p.public++
		p.mu.Unlock()
		return nil
	}
	w := &waiter{caller, make(chan struct{})}
	p.waiting = append(p.waiting, w)
	p.mu.Unlock()
	select {
	case <-w.free:
		return nil
	case <-within.Done():
	}
	p.mu.Lock()
	at := slices.Index(p.waiting, w)
	if at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	}
	p.mu.Unlock()
	if at < 0 { // its turn came at the same moment
		p.next()
	}
	return context.Cause(within)
}

// next gives a place among those for anyone's files to who waits for it longest, of
// those who used little time if there are such.
func (p *places) next() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		p.public--
		return
	}
	now := p.now()
	at := max(0, slices.IndexFunc(p.waiting, func(w *waiter) bool { return p.used[w.caller].left(now) <= freeTime }))
	w := p.waiting[at]
	p.waiting = slices.Delete(p.waiting, at, at+1)
	close(w.free)
}

// charge adds to what an address used, and forgets what was given back.
func (p *places) charge(caller string, used time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	maps.DeleteFunc(p.used, func(_ string, s spent) bool { return s.left(now) <= 0 })
	p.used[caller] = spent{max(0, p.used[caller].left(now)) + used, now}
}

func (p *places) turnOf(caller string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.of[caller]
	if t == nil {
		t = &turn{held: make(chan struct{}, 1)}
		p.of[caller] = t
	}
	t.want++
	return t.held
}

func (p *places) forget(caller string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.of[caller]; t.want > 1 {
		t.want--
	} else {
		delete(p.of, caller)
	}
}
