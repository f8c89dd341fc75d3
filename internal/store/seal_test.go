package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/seal"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

const secret = "Zélindor Cornaline"

// addEvent writes one line of a timeline, sealed.
func addEvent(t *testing.T, db *store.DB, request, id, text string) {
	t.Helper()
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO event (id, platform, request, at, actor, name, kind, text, shown_to) VALUES ($1, 'p', $2, '', '', '', 'note', $3, 'team')`,
			id, request, store.SealRow("p", "request/"+request, "event", id).In("text", text))
	}))
}

func readEvents(t *testing.T, db *store.DB) (map[string]string, error) {
	all := map[string]string{}
	err := db.Read(t.Context(), func(v *store.View) error {
		_, err := store.All(v, func(row store.Row) (string, error) {
			var id, text string
			err := row.Scan(&id, store.Sealed(&text, "event.text", &id))
			all[id] = text
			return id, err
		}, `SELECT id, text FROM event ORDER BY id`)
		return err
	})
	return all, err
}

// floor is a database with one platform and requests.
func floor(t *testing.T, db *store.DB, requests ...string) {
	t.Helper()
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		if err := tx.Exec(`INSERT INTO platform (id, name, territory, host, team, zone, phone, hours, mail, position, source, verified_on) VALUES ('p', '', '', '', '', '', '', '', '', 1, '', '')`); err != nil {
			return err
		}
		for _, r := range requests {
			err := tx.Exec(`INSERT INTO request (id, platform, reference, secret, form, form_print, channel, fields, who, question, urgency, requester, place, initials, birth_date, priority,
				state, owner, awaited, next_action, next_at, version, created_at, first_look_at, closed_at, close_reason, asked_at, signed_at)
				VALUES ($1, 'p', $1, '', $1, '', 'web', $2, '', '', '', '', '', '', '', 1, 'open', '', '', '', '', 1, '', '', '', '', '', '')`,
				r, store.SealRow("p", "request/"+r, "request", r).In("fields", "{}"))
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		floor(t, db, "r1", "r2")
		addEvent(t, db, "r1", "e1", secret)
		addEvent(t, db, "r1", "e2", "")
		addEvent(t, db, "r2", "e3", "autre")
		got, err := readEvents(t, db)
		if err != nil || got["e1"] != secret || got["e2"] != "" || got["e3"] != "autre" {
			t.Fatalf("read %v, %v", got, err)
		}
		stored := column(t, db, `SELECT text FROM event WHERE id = 'e1'`)
		if strings.Contains(stored, "Cornaline") || !seal.IsSealed(stored) {
			t.Errorf("stored as %q", stored)
		}
		if n := column(t, db, `SELECT CAST(count(*) AS TEXT) FROM seal_key WHERE platform = 'p'`); n != "3" {
			t.Errorf("%s keys, want one of the platform and one of each of two files", n)
		}
		// Without the site's keys nothing opens and nothing is sealed.
		locked, err := store.Open(t.Context(), db.DSN())
		must(t, err)
		defer locked.Close()
		if _, err := readEvents(t, locked); err == nil || !strings.Contains(err.Error(), "locked") {
			t.Errorf("without keys: %v", err)
		}
		// With those of another site, neither.
		locked.Unlock(seal.NewSite())
		if _, err := readEvents(t, locked); err == nil || !strings.Contains(err.Error(), "belongs to this database") {
			t.Errorf("with the keys of another site: %v", err)
		}
	})
}

func column(t *testing.T, db *store.DB, query string) (s string) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) (err error) {
		s, err = store.One(v, store.Value[string], query)
		return err
	}))
	return s
}

// A sealed value opens in its own row and column only, and what is in clear is
// refused: whoever can write into the table can neither move nor plant a value.
func TestSealedInPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		floor(t, db, "r1", "r2")
		addEvent(t, db, "r1", "e1", secret)
		addEvent(t, db, "r1", "e2", "autre")
		for name, q := range map[string]string{
			"moved to another row": `UPDATE event SET text = (SELECT x.text FROM event x WHERE x.id = 'e1') WHERE id = 'e2'`,
			"moved from a column":  `UPDATE event SET text = (SELECT r.fields FROM request r WHERE r.id = 'r1') WHERE id = 'e2'`,
			"of an unknown key":    `UPDATE event SET text = 's1:0123456789abcdef:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE id = 'e2'`,
			"in clear":             `UPDATE event SET text = 'planted' WHERE id = 'e2'`,
		} {
			must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Exec(q) }))
			if got, err := readEvents(t, db); err == nil {
				t.Errorf("%s: read as %q", name, got["e2"])
			}
			faults, n, err := db.SealFaults(t.Context())
			if err != nil || n != 4 || len(faults) != 1 || !strings.Contains(faults[0], "event.text of e2") || strings.Contains(faults[0], "planted") {
				t.Errorf("%s: of %d values, faults %q, %v", name, n, faults, err)
			}
		}
	})
}

func TestRotate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := storetest.Noon
		db.Now = func() time.Time { now = now.Add(time.Millisecond); return now }
		var requests []string
		for i := range 50 {
			requests = append(requests, "r"+string(rune('A'+i)))
		}
		floor(t, db, requests...)
		for _, r := range requests {
			addEvent(t, db, r, "e"+r, secret+r)
		}
		addEvent(t, db, "rA", "erased", "x")
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Shred("p", "request/rB") }))
		before := column(t, db, `SELECT string_agg(id, ' ') FROM seal_key WHERE wrapped <> ''`)

		// Cut short after the first batch, it goes on where it stood.
		ctx, cancel := context.WithCancel(t.Context())
		_, err := db.Rotate(ctx, "p", func(store.Resealed) { cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cut short: %v", err)
		}
		if got, err := readEvents(t, db); err != nil || got["erA"] != secret+"rA" || got["erZ"] != secret+"rZ" {
			t.Fatalf("in the middle: %d events, %v", len(got), err)
		}
		addEvent(t, db, "rA", "during", "y")
		done, err := db.Rotate(t.Context(), "p", nil)
		if err != nil || done.Files != 50-1-20 {
			t.Errorf("rotated %+v, %v; want the 29 files that were left", done, err)
		}
		got, err := readEvents(t, db)
		if err != nil || got["erA"] != secret+"rA" || got["during"] != "y" || got["erB"] != "" {
			t.Errorf("after: %v %v", got, err)
		}
		for id := range strings.FieldsSeq(before) {
			for _, q := range []string{`SELECT count(*) FROM seal_key WHERE id = $1`, `SELECT count(*) FROM event WHERE substr(text, 4, 16) = $1 AND request <> 'rB'`, `SELECT count(*) FROM request WHERE substr(fields, 4, 16) = $1 AND id <> 'rB'`} {
				must(t, db.Read(t.Context(), func(v *store.View) error {
					n, err := store.One(v, store.Value[int], q, id)
					if n != 0 {
						t.Errorf("key %s is still used: %s", id, q)
					}
					return err
				}))
			}
		}
		if faults, n, err := db.SealFaults(t.Context()); len(faults) > 0 || n == 0 || err != nil {
			t.Errorf("%d checked, faults %v, %v", n, faults, err)
		}
	})
}

// A key that was destroyed leaves nothing to read, also for a program that had
// read it before, and nothing can be written under that file any more.
func TestShred(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		floor(t, db, "r1", "r2")
		addEvent(t, db, "r1", "e1", secret)
		addEvent(t, db, "r2", "e2", "stays")
		if got, err := readEvents(t, db); err != nil || got["e1"] != secret {
			t.Fatal(got, err)
		}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Shred("p", "request/r1") }))
		got, err := readEvents(t, db)
		if err != nil || got["e1"] != "" || got["e2"] != "stays" {
			t.Errorf("after: %v, %v", got, err)
		}
		err = db.Write(t.Context(), act, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE event SET text = $1 WHERE id = 'e1'`, store.SealRow("p", "request/r1", "event", "e1").In("text", "again"))
		})
		if phare.KindOf(err) != phare.Conflict {
			t.Errorf("written again: %v", err)
		}
	})
}

// What an older Phare wrote in clear is sealed once; no clear word is left in
// any table.
func TestSealAll(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.Blank(t, engine)
			older(t, dsn, 4, `INSERT INTO event (id, platform, request, at, actor, name, kind, text, shown_to) VALUES ('e1', 'p', 'r', '', '', '', 'note', '`+secret+`', 'team')`)
			db, err := store.Open(t.Context(), dsn)
			must(t, err)
			defer db.Close()
			db.Unlock(storetest.Keys())
			if _, err := readEvents(t, db); err == nil || !strings.Contains(err.Error(), "phare serve") {
				t.Errorf("before: %v", err)
			}
			seen := 0
			count := map[string]store.Reindex{"request": func(tx *store.Tx, platform, row string) error { seen++; return nil }}
			done, err := db.SealAll(t.Context(), count)
			if err != nil || done.Values != 2 || seen != 1 {
				t.Errorf("sealed %+v, reindexed %d, %v; want two rows, one request", done, seen, err)
			}
			if got, err := readEvents(t, db); err != nil || got["e1"] != secret {
				t.Errorf("after: %v, %v", got, err)
			}
			if done, err := db.SealAll(t.Context(), nil); done.Values != 0 || err != nil {
				t.Errorf("a second time: %+v, %v", done, err)
			}
			if engine == "sqlite" { // not in free pages either
				files, err := filepath.Glob(dsn + "*")
				must(t, err)
				for _, f := range files {
					b, err := os.ReadFile(f)
					must(t, err)
					for _, word := range []string{"Cornaline", "Dijoux", "tombe-t-il"} {
						if bytes.Contains(b, []byte(word)) {
							t.Errorf("%s still holds %q", filepath.Base(f), word)
						}
					}
				}
			}
			var dump bytes.Buffer
			_, err = db.Dump(t.Context(), &dump)
			must(t, err)
			for _, word := range []string{"Cornaline", "Hoarau", "tombe", "Dijoux", "2019-03-12"} {
				if strings.Contains(unzip(t, dump.Bytes()), word) {
					t.Errorf("%q is still in clear", word)
				}
			}
		})
	}
}

// Nothing that is sealed stands in clear in the file, its log or its journal.
func TestNoClearTextOnDisk(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	floor(t, db, "r1")
	addEvent(t, db, "r1", "e1", secret)
	files, err := filepath.Glob(db.DSN() + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v: the log is expected too", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		if bytes.Contains(b, []byte("Cornaline")) {
			t.Errorf("%s holds the word in clear", filepath.Base(f))
		}
	}
}

// A value planted in clear is refused by a renewal of keys, not made genuine.
func TestRotateRefusesWhatWasPlanted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		floor(t, db, "r1")
		addEvent(t, db, "r1", "e1", secret)
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Exec(`UPDATE event SET text = 'planted'`) }))
		if _, err := db.Rotate(t.Context(), "p", nil); err == nil || !strings.Contains(err.Error(), "event.text of row e1") {
			t.Errorf("rotated: %v", err)
		}
		if got := column(t, db, `SELECT text FROM event`); got != "planted" {
			t.Errorf("it was sealed: %q", got)
		}
	})
}

// A program that still holds a site key which was renewed meanwhile makes no key
// under it: nothing would open that any more.
func TestRenewedWhileRunning(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		old, renewed := seal.NewSite(), seal.NewSite()
		db.Unlock(old)
		floor(t, db, "r1")
		other, err := store.Open(t.Context(), db.DSN())
		must(t, err)
		defer other.Close()
		*renewed = *old
		renewed.Add()
		other.Unlock(renewed)
		if _, err := other.Rewrap(t.Context()); err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), act, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE event SET text = $1`, store.SealRow("q", "request/x", "event", "e").In("text", "new desk"))
		})
		if err == nil || !strings.Contains(err.Error(), "restart") {
			t.Errorf("a new desk under the old key: %v", err)
		}
	})
}

func TestRewrap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		site := seal.NewSite()
		db.Unlock(site)
		floor(t, db, "r1")
		addEvent(t, db, "r1", "e1", secret)
		site.Add()
		if n, err := db.Rewrap(t.Context()); n != 1 || err != nil {
			t.Errorf("rewrapped %d, %v", n, err)
		}
		site.Drop()
		again, err := store.Open(t.Context(), db.DSN())
		must(t, err)
		defer again.Close()
		again.Unlock(site)
		if got, err := readEvents(t, again); err != nil || got["e1"] != secret {
			t.Errorf("with the new key only: %v, %v", got, err)
		}
	})
}

func unzip(t *testing.T, b []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	return string(text)
}
