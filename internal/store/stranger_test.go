package store_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Another program that looks at the database while it is served must leave its
// log alone: it does so only if our locks on the file are held, which closing
// any descriptor of ours on it would drop.
func TestStrangerLeavesTheLog(t *testing.T) {
	if dsn := os.Getenv("PHARE_STRANGER"); dsn != "" { // the other program
		db, err := store.OpenAsIs(context.Background(), dsn)
		must(t, err)
		must(t, db.Read(t.Context(), func(v *store.View) error {
			_, err := store.One(v, store.Value[int], `SELECT count(*) FROM platform`)
			return err
		}))
		must(t, db.Close())
		return
	}
	dsn := storetest.DSN(t, "sqlite")
	first, err := store.Open(t.Context(), dsn) // a desk that a command made
	must(t, err)
	must(t, first.Close())
	db, err := store.Open(t.Context(), dsn)
	must(t, err)
	defer db.Close()
	must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
	before, err := os.Stat(dsn + "-wal")
	must(t, err)
	cmd := exec.Command(os.Args[0], "-test.run=^TestStrangerLeavesTheLog$")
	cmd.Env = append(os.Environ(), "PHARE_STRANGER="+dsn)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	after, err := os.Stat(dsn + "-wal")
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the log was deleted or replaced under a running program: %v", err)
	}
}
