package store_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

func filled(t *testing.T, db *store.DB) []byte {
	t.Helper()
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		must(t, tx.Exec(`INSERT INTO platform (id, name, territory, host, team, zone, phone, hours, mail, position, source, verified_on)
			VALUES ('p', 'Épreuve', '974', 'h', 't', 'Indian/Reunion', '0262', 'h', 'm', 1, 's', '')`))
		must(t, tx.Exec(`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at)
			VALUES ('a', 'p', 'l', 'n', 'nurse', 'x', 'y', 9007199254740993, $1, 3, '', '')`, true))
		for range 250 {
			must(t, tx.Enqueue("p", "k", "œ \" \\ \n"))
		}
		return nil
	}))
	var b bytes.Buffer
	n, err := db.Dump(t.Context(), &b)
	must(t, err)
	if n["job"] != 250 || n["account"] != 1 || n["audit"] != 1 {
		t.Fatalf("dumped %v", n)
	}
	return b.Bytes()
}

// A backup of either engine restores into either engine, and a second backup
// holds the same rows.
func TestBackupMovesBetweenEngines(t *testing.T) {
	for _, from := range storetest.Engines() {
		for _, to := range storetest.Engines() {
			t.Run(from+" to "+to, func(t *testing.T) {
				backup := filled(t, storetest.Open(t, from))
				db := storetest.Open(t, to)
				if _, err := db.Restore(t.Context(), bytes.NewReader(backup)); err != nil {
					t.Fatal(err)
				}
				must(t, db.Read(t.Context(), func(v *store.View) error {
					step, err := store.One(v, store.Value[int64], `SELECT totp_step FROM account WHERE active AND platform = 'p'`)
					must(t, err)
					if step != 9007199254740993 {
						t.Errorf("a number came back as %d", step)
					}
					payload, err := store.One(v, store.Value[string], `SELECT DISTINCT payload FROM job`)
					if payload != `"œ \" \\ \n"` {
						t.Errorf("a text came back as %s", payload)
					}
					return err
				}))
				// The trail goes on after the restored entries, and tells of the restore.
				must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
				if n := count(t, db, "audit"); n != 3 {
					t.Errorf("%d audit entries, want the restored one, the restore and a new one", n)
				}
				if _, err := db.Restore(t.Context(), bytes.NewReader(backup)); err == nil {
					t.Error("restored over existing data")
				}
			})
		}
	}
}

// Damage is refused and leaves nothing behind.
func TestDamagedBackupIsRefused(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			text := unpack(t, filled(t, storetest.Open(t, engine)))
			for name, spoil := range map[string]func(string) string{
				"cut short":      func(s string) string { return s[:len(s)*2/3] },
				"changed value":  func(s string) string { return strings.Replace(s, "Épreuve", "épreuve", 1) },
				"row removed":    func(s string) string { l := strings.SplitAfter(s, "\n"); return l[0] + strings.Join(l[2:], "") },
				"newer schema":   func(s string) string { return strings.Replace(s, `"schema":`, `"schema":9`, 1) },
				"other file":     func(string) string { return "{}\n" },
				"unknown column": func(s string) string { return strings.Replace(s, `"totp_step"`, `"x;--"`, 1) },
				"unknown table":  func(s string) string { return strings.Replace(s, `"table":"job"`, `"table":"sqlite_master"`, 1) },
			} {
				db := storetest.Open(t, engine)
				if _, err := db.Restore(t.Context(), pack(spoil(text))); err == nil {
					t.Errorf("%s: restored", name)
				}
				if n := count(t, db, "job") + count(t, db, "account") + count(t, db, "audit"); n != 0 {
					t.Errorf("%s: %d rows left", name, n)
				}
			}
			if _, err := storetest.Open(t, engine).Restore(t.Context(), strings.NewReader("not gzip")); err == nil {
				t.Error("restored what is not gzip")
			}
		})
	}
}

func unpack(t *testing.T, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	return string(text)
}

func pack(s string) io.ReadSeeker {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return bytes.NewReader(b.Bytes())
}
