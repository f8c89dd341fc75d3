package web

import (
	"fmt"
	"testing"
	"time"
)

// Twenty go at once; the next ones wait their turn, each three seconds after the
// one before; another address waits for nobody; a place once given is kept.
func TestLane(t *testing.T) {
	l, now := newLane(), time.Now()
	for i := range laneFree {
		if w := l.wait("village", fmt.Sprint("first", i), now); w != 0 {
			t.Fatalf("request %d of %d waits %v", i+1, laneFree, w)
		}
	}
	for i := range 40 {
		want := time.Duration(i+1) * lanePace
		if w := l.wait("village", fmt.Sprint("more", i), now); w != want {
			t.Fatalf("request %d beyond the first waits %v, want %v", i+1, w, want)
		}
	}
	if w := l.wait("elsewhere", "other", now); w != 0 {
		t.Errorf("another address waits %v", w)
	}
	if w := l.wait("village", "more9", now.Add(20*time.Second)); w != 10*time.Second {
		t.Errorf("sent again after 20 s, the tenth waits %v, want the 10 s left of 30", w)
	}
	if w := l.wait("village", "more9", now.Add(31*time.Second)); w != 0 {
		t.Errorf("its turn has come and it waits %v", w)
	}
	if w := l.wait("village", "late", now.Add(10*time.Minute)); w != lanePace {
		t.Errorf("when the queue is empty one waits %v, want %v", w, lanePace)
	}
}

// What is remembered is bounded, whoever sends.
func TestLaneIsBounded(t *testing.T) {
	l, now := newLane(), time.Now()
	for i := range laneTurns + 1000 {
		l.wait("one", fmt.Sprint(i), now)
	}
	if len(l.turn) > laneTurns {
		t.Errorf("%d turns are remembered, at most %d", len(l.turn), laneTurns)
	}
}
