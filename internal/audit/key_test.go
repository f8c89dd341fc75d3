package audit_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"phare/internal/audit"
)

// The trail's key is made where it is asked for and there is none, once, whole
// and for its owner only; reading it never makes one.
func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", audit.KeyFile)
	if _, err := audit.LoadKey(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a key that is not there: %v", err)
	}
	made, err := audit.CreateKey(path)
	must(t, err)
	if _, err := audit.CreateKey(path); err == nil {
		t.Error("a second key took the place of the first")
	}
	got, err := audit.LoadKey(path)
	if err != nil || got.Public != made.Public {
		t.Errorf("read back %q, %v, want %q", got.Public, err, made.Public)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the key are %v, %v", left, err)
	}
	must(t, os.Chmod(path, 0o640))
	if _, err := audit.LoadKey(path); err == nil {
		t.Error("a key that others can read was taken")
	}
	must(t, os.WriteFile(path, []byte("PRIVATE"), 0o600))
	if _, err := audit.LoadKey(path); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a damaged key: %v", err)
	}
}
