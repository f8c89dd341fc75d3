package store

import (
	"testing"
	"time"
)

// The engine that could lose commits is refused by its version.
func TestOlderThan(t *testing.T) {
	for _, tt := range []struct {
		version string
		old     bool
	}{
		{"3.51.2", true}, {"3.7.0", true}, {"3.51", true}, {"2.99.99", true},
		{"3.51.3", false}, {"3.51.10", false}, {"3.54.1", false}, {"4.0.0", false},
	} {
		if got := olderThan(tt.version, minSQLite); got != tt.old {
			t.Errorf("olderThan(%s, %s) = %v", tt.version, minSQLite, got)
		}
	}
}

// A command of the operator that writes while the desk runs waits its turn.
func TestTwoPrograms(t *testing.T) {
	path := t.TempDir() + "/phare.db"
	a, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	act := Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}
	held, done := make(chan bool), make(chan error)
	go func() {
		done <- a.Write(t.Context(), act, func(tx *Tx) error {
			held <- true
			time.Sleep(400 * time.Millisecond)
			return tx.Enqueue("p", "first", 1)
		})
	}()
	<-held
	if err := b.Write(t.Context(), act, func(tx *Tx) error {
		first, err := One(&tx.View, Value[int], `SELECT count(*) FROM job WHERE kind = 'first'`)
		if err == nil && first != 1 {
			t.Error("the second program wrote without waiting for the first")
		}
		return err
	}); err != nil {
		t.Errorf("the second program did not wait: %v", err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
