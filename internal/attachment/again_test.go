package attachment

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"phare"
	"phare/internal/inspect"
)

// deaths is a file in which a test says how many of its children shall die at
// once, one byte each; children have no environment, but they know their parent.
func deaths(parent int) string {
	return filepath.Join("/tmp", fmt.Sprintf("phare-deaths-%d", parent))
}

// dieIfTold ends this child, if its parent's file says so.
func dieIfTold() {
	if len(os.Args) != 4 || os.Args[1] != "inspect-one-file" {
		return
	}
	name := deaths(os.Getppid())
	if b, err := os.ReadFile(name); err == nil && len(b) > 0 {
		if os.WriteFile(name, b[1:], 0o600) == nil {
			os.Exit(2)
		}
	}
}

// A child that dies once costs nobody their file; one that dies twice does, in
// words that do not blame the file.
func TestTriedAgain(t *testing.T) {
	name := deaths(os.Getpid())
	defer os.Remove(name)
	for n, want := range []string{"", "", "attachment.refused.heavy"} {
		must(t, os.WriteFile(name, make([]byte, n), 0o600))
		f, err := taker(t, "").Take(t.Context(), Given{Name: "a.png", Bytes: bytes.NewReader(aPicture(t))})
		if err == nil {
			f.Close()
		}
		key := ""
		if e, ok := errors.AsType[*phare.Error](err); ok {
			key = e.Key
		}
		if left, e := os.ReadFile(name); key != want || (err != nil) != (want != "") || e != nil || len(left) > 0 {
			t.Errorf("%d deaths: %v, %d left, want %q", n, err, len(left), want)
		}
	}
}

// Who finds no place in time is told to come back, not that their file is bad.
func TestBusy(t *testing.T) {
	to := taker(t, "")
	to.Inspect.WaitAtMost(10*time.Millisecond, time.Minute)
	in, slow := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := to.Inspect.Inspect(t.Context(), inspect.Sender{Caller: "a"}, inspect.PNG, in, io.Discard)
		done <- err
	}()
	if _, err := slow.Write([]byte("x")); err != nil { // read: the other one has the place
		t.Fatal(err)
	}
	_, err := to.Take(t.Context(), Given{Name: "a.png", Bytes: bytes.NewReader(aPicture(t)), By: inspect.Sender{Caller: "b"}})
	if !errors.Is(err, ErrBusy) {
		t.Errorf("%v, want %v", err, ErrBusy)
	}
	f, err := to.Take(t.Context(), Given{Name: "a.png", Bytes: bytes.NewReader(aPicture(t)), By: inspect.Sender{Staff: true}})
	must(t, err)
	f.Close()
	slow.Close()
	must(t, <-done)
}
