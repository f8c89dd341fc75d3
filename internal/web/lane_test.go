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
	for i := range int(lanePatience / lanePace) {
		want := time.Duration(i+1) * lanePace
		if w := l.wait("village", fmt.Sprint("more", i), now); w != want {
			t.Fatalf("request %d beyond the first waits %v, want %v", i+1, w, want)
		}
	}
	if w := l.wait("elsewhere", "other", now); w != 0 {
		t.Errorf("another address waits %v", w)
	}
	if w := l.wait("village", "more5", now.Add(10*time.Second)); w != 8*time.Second {
		t.Errorf("sent again after 10 s, the sixth waits %v, want the 8 s left of 18", w)
	}
	if w := l.wait("village", "more5", now.Add(19*time.Second)); w != 0 {
		t.Errorf("its turn has come and it waits %v", w)
	}
	if w := l.wait("village", "late", now.Add(2*time.Minute)); w != lanePace {
		t.Errorf("when the queue is empty one waits %v, want %v", w, lanePace)
	}
}

// A machine sends 140 forms, each again every second; a neighbour behind the
// same address who is told to wait gets a turn once the machine has stopped, and
// never waits longer than a page is held.
func TestLaneBacklogIsBounded(t *testing.T) {
	l, now := newLane(), time.Now()
	refused := 0
	for range 10 {
		refused = 0
		for i := range 140 {
			if l.wait("village", fmt.Sprint(i), now) > lanePatience {
				refused++
			}
		}
		now = now.Add(time.Second)
	}
	if refused < 100 {
		t.Errorf("%d of 140 are told to come back", refused)
	}
	told := l.wait("village", "neighbour", now)
	if told > lanePatience+lanePace {
		t.Errorf("the neighbour is told to wait %v", told)
	}
	if w := l.wait("village", "neighbour", now.Add(told)); w > lanePace {
		t.Errorf("come back as told, the neighbour waits %v more", w)
	}
}

// Ten thousand new callers free nobody who is trying all the while.
func TestTriesForgetTheOldest(t *testing.T) {
	tr, now := newTries(0, 1), time.Now()
	tr.allowAt("busy", now)
	for i := range 3 * triesCallers {
		tr.allowAt(fmt.Sprint(i), now)
		if i%1000 == 0 && tr.allowAt("busy", now) {
			t.Fatalf("free again after %d callers", i)
		}
	}
	if len(tr.all) > triesCallers || tr.order.Len() != len(tr.all) {
		t.Errorf("%d callers are remembered, %d in order", len(tr.all), tr.order.Len())
	}
}

// What is remembered is bounded, whoever sends.
func TestLaneIsBounded(t *testing.T) {
	l, now := newLane(), time.Now()
	l.free = newTries(0, 0)
	for i := range laneTurns + 1000 {
		l.wait(fmt.Sprint(i), fmt.Sprint(i), now)
	}
	if len(l.turn) > laneTurns {
		t.Errorf("%d turns are remembered, at most %d", len(l.turn), laneTurns)
	}
}
