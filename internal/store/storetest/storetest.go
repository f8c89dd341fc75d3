// Package storetest gives tests a real database of each engine: an SQLite file
// in the test's folder, and a database of its own on a private PostgreSQL that
// the test process starts from Debian's binaries and that dies with it.
package storetest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"phare/internal/seal"
	"phare/internal/store"
)

// Noon is the instant at which test clocks stand: a Monday, in winter time.
var Noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// Engines are the engines that tests run on. PHARE_TEST_ENGINES can narrow the
// list while working; make test never sets it.
func Engines() []string {
	if only := os.Getenv("PHARE_TEST_ENGINES"); only != "" {
		return strings.Split(only, ",")
	}
	return []string{"sqlite", "postgres"}
}

// Each runs f once per engine, on an empty migrated database whose clock
// stands at Noon.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(engine, func(t *testing.T) { f(t, Open(t, engine)) })
	}
}

// Open returns an empty migrated database of one engine; it goes away with the
// test.
func Open(t testing.TB, engine string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), DSN(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.Now = func() time.Time { return Noon }
	db.Unlock(Keys())
	return db
}

// Keys are the site's keys of every database of this test process.
var Keys = sync.OnceValue(seal.NewSite)

// DSN names an empty migrated database that no one has opened yet.
func DSN(t testing.TB, engine string) string {
	t.Helper()
	if !slices.Contains([]string{"sqlite", "postgres"}, engine) {
		t.Fatalf("no engine %q", engine)
	}
	watching.begin(t)
	if engine == "postgres" {
		return server(t).create(t)
	}
	path := filepath.Join(t.TempDir(), "phare.db")
	if err := os.WriteFile(path, template(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Blank names a database without any table.
func Blank(t testing.TB, engine string) string {
	t.Helper()
	watching.begin(t)
	if engine == "postgres" {
		return server(t).blank(t)
	}
	return filepath.Join(t.TempDir(), "phare.db")
}

// template is a migrated SQLite file, made once per test process.
func template(t testing.TB) []byte {
	t.Helper()
	file, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "phare-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "phare.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
