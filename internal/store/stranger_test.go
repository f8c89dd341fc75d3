package store_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// While the database is open, the engine's lock on the file must stay: without
// it another program that looks at the file takes the log for left behind and
// deletes it, with what was acknowledged. Closing any descriptor of ours on the
// file would drop it (POSIX), and nothing else would tell.
func TestTheEngineKeepsItsLock(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite") // the file is there already
	db, err := store.Open(t.Context(), dsn)
	must(t, err)
	defer db.Close()
	for range 2 { // at once, and after a write
		if !locked(t, dsn) {
			t.Fatal("this process holds no lock on the database it has open")
		}
		must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
	}
}

// locked says whether this process holds a lock on a file, as the kernel has it.
func locked(t *testing.T, path string) bool {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	stat, ok := info.Sys().(*syscall.Stat_t)
	all, err := os.ReadFile("/proc/locks")
	if !ok || err != nil {
		t.Skip("skipped: this system does not list its locks: ", err)
	}
	for line := range strings.Lines(string(all)) {
		f := strings.Fields(line)
		if len(f) > 5 && f[1] == "POSIX" && f[4] == fmt.Sprint(os.Getpid()) && strings.HasSuffix(f[5], fmt.Sprintf(":%d", stat.Ino)) {
			return true
		}
	}
	return false
}
