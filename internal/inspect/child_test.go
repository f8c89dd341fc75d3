package inspect

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"testing"
	"time"
)

// runner is the Runner of a test.
func runner(t testing.TB) *Runner {
	t.Helper()
	r, err := NewRunner()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A decoder that was taken over reaches nothing: no file, no connection, no program.
func TestConfined(t *testing.T) {
	if filterArch == 0 {
		t.Skip("no filter of system calls is written for this processor")
	}
	v, err := runner(t).Inspect(t.Context(), Sender{Staff: true}, probeKind, bytes.NewReader(nil), io.Discard)
	if err != nil || v.Refused != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	if len(v.Findings) > 0 {
		t.Errorf("inside the confinement it %q", v.Findings)
	}
}

// What takes too much is stopped, and is a refusal and no fault of the site.
func TestBounded(t *testing.T) {
	withoutRace(t)
	for _, kind := range []Kind{probeMemory, probeTime} {
		if kind == probeTime && testing.Short() {
			continue // ten seconds of a processor
		}
		v, err := runner(t).Inspect(t.Context(), Sender{Staff: true}, kind, bytes.NewReader(nil), io.Discard)
		if err != nil || v.Refused != Heavy || v.Died != (kind == probeMemory) {
			t.Errorf("%s: %+v, %v; want %s", kind, v, err, Heavy)
		}
	}
}

// A file by anyone has ten seconds on the clock, one of the desk thirty: a child that
// only waits, and spends nothing that its other limits count, is ended by that.
func TestWall(t *testing.T) {
	if anyone, desk := (Sender{Caller: "a"}).wall(), (Sender{Staff: true}).wall(); anyone != 10*time.Second || desk != 30*time.Second {
		t.Errorf("a file by anyone has %v, one of the desk %v", anyone, desk)
	}
	if testing.Short() {
		t.Skip("ten seconds on the clock: without -short")
	}
	for by, want := range map[Sender]error{{Caller: "a"}: ErrBusy, {Staff: true}: nil} {
		t.Run("staff "+strconv.FormatBool(by.Staff), func(t *testing.T) {
			t.Parallel()
			v, err := runner(t).Inspect(t.Context(), by, probeIdle, bytes.NewReader(nil), io.Discard)
			if !errors.Is(err, want) || v.Refused != "" || v.Died {
				t.Errorf("%+v, %v; want %v", v, err, want)
			}
		})
	}
}

// withoutRace skips what the race detector makes meaningless or a hundred times
// as slow: one thread of a child, under limits that such a child has not.
func withoutRace(t *testing.T) {
	if raceDetector {
		t.Skip("the limits of a child hold without the race detector only: `make test` runs this without it, too")
	}
}

// A child that is confined can still start threads, whichever library makes them,
// and has the memory for those that it starts.
func TestThreads(t *testing.T) {
	v, err := runner(t).Inspect(t.Context(), Sender{Staff: true}, probeThreads, bytes.NewReader(nil), io.Discard)
	if err != nil || v.Refused != "" {
		t.Errorf("%+v, %v", v, err)
	}
}

// A visitor who goes away stops the reading of their file, and gives its place back.
func TestGone(t *testing.T) {
	r := runner(t)
	for range 2 * maxChildren {
		ctx, cancel := context.WithCancel(t.Context())
		in, stuck := io.Pipe()
		defer stuck.Close()
		go cancel()
		if _, err := r.Inspect(ctx, Sender{Staff: true}, PDF, in, io.Discard); err == nil {
			t.Error("a file that never came was inspected")
		}
	}
}
