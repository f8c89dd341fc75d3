package web

import (
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// door is a listener at which someone always knocks; it counts who is inside.
type door struct {
	net.Listener
	inside, most atomic.Int64
}

type guest struct {
	net.Conn
	d *door
}

func (d *door) Accept() (net.Conn, error) {
	if n := d.inside.Add(1); n > d.most.Load() {
		d.most.Store(n)
	}
	return guest{nil, d}, nil
}

func (g guest) Close() error {
	g.d.inside.Add(-1)
	return nil
}

// A thousand are let in; a hundred more only as others leave.
func TestCrowd(t *testing.T) {
	d := &door{}
	l := Crowd(d)
	guests := make([]net.Conn, maxConns)
	for i := range guests {
		guests[i], _ = l.Accept()
	}
	var late sync.WaitGroup
	for range 100 {
		late.Go(func() { l.Accept() })
	}
	for i := range 100 {
		runtime.Gosched() // who is not held back comes in now
		guests[i].Close()
	}
	late.Wait()
	if d.most.Load() != maxConns || d.inside.Load() != maxConns {
		t.Errorf("%d inside at most, %d now, want %d", d.most.Load(), d.inside.Load(), maxConns)
	}
}
