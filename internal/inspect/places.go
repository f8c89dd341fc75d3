package inspect

import (
	"context"
	"errors"
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

// places are those of children. Who waits goes in the order of coming, but of one
// address only one waits with the others: fifty files of one keep a neighbour
// waiting for one of them.
type places struct {
	all, public           chan struct{}
	publicWait, staffWait time.Duration

	mu sync.Mutex
	of map[string]*turn // by address
}

// turn is held by the one file of an address that waits for a place or has one.
type turn struct {
	held chan struct{}
	want int
}

func newPlaces(public, staff time.Duration) places {
	return places{all: make(chan struct{}, maxChildren), public: make(chan struct{}, maxChildren-1), publicWait: public, staffWait: staff, of: map[string]*turn{}}
}

// enter waits for a place.
func (p *places) enter(ctx context.Context, by Sender) (leave func(), err error) {
	most := p.staffWait
	if !by.Staff {
		most = p.publicWait
	}
	within, cancel := context.WithTimeoutCause(ctx, most, ErrBusy)
	defer cancel()
	gates := []chan struct{}{p.all}
	done := func() {}
	if !by.Staff {
		mine := p.turnOf(by.Caller)
		done = func() { p.forget(by.Caller) }
		gates = []chan struct{}{mine, p.public, p.all}
	}
	leave = func() {
		for _, g := range gates {
			<-g
		}
		done()
	}
	for i, g := range gates {
		select {
		case g <- struct{}{}:
		case <-within.Done():
			gates = gates[:i]
			leave()
			return nil, context.Cause(within)
		}
	}
	return leave, nil
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
