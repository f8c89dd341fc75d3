package store

import "testing"

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
