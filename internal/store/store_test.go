package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"phare"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

var act = store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}

func count(t *testing.T, db *store.DB, table string) (n int) {
	t.Helper()
	err := db.Read(t.Context(), func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], "SELECT count(*) FROM "+table)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// What fails leaves neither row, entry nor job; what has no act is refused.
func TestWriteIsWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		boom := errors.New("boom")
		for _, fail := range []func() error{
			func() error { return boom },
			func() error { panic("boom") },
		} {
			if db.Engine() == "postgres" && fail() != boom {
				continue
			}
			err := db.Write(t.Context(), act, func(tx *store.Tx) error {
				if err := tx.Enqueue("p", "k", 1); err != nil {
					return err
				}
				return fail()
			})
			if err == nil || count(t, db, "job")+count(t, db, "audit") != 0 {
				t.Errorf("err = %v, rows left", err)
			}
			if db.Engine() == "postgres" {
				break
			}
		}
		for _, spoil := range []func(*store.Act){
			func(a *store.Act) { a.Platform = "" }, func(a *store.Act) { a.Actor = "" },
			func(a *store.Act) { a.Verb = "" }, func(a *store.Act) { a.Subject = "" },
		} {
			bad := act
			spoil(&bad)
			if err := db.Write(t.Context(), bad, func(*store.Tx) error { return nil }); err == nil {
				t.Errorf("a write with %+v passed", bad)
			}
		}
		if err := db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "k", 1) }); err != nil {
			t.Fatal(err)
		}
		if count(t, db, "job") != 1 || count(t, db, "audit") != 1 {
			t.Error("a good write did not leave one job and one entry")
		}
	})
}

// Many writers at once, some of which fail: each sees its own outcome, and the
// trail holds exactly those that succeeded.
func TestConcurrentWrites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const writers, each = 8, 20
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					err := db.Write(context.Background(), act, func(tx *store.Tx) error {
						if err := tx.Enqueue("p", "k", fmt.Sprint(w, i)); err != nil {
							return err
						}
						if i%5 == 4 {
							return phare.Fault(phare.Invalid, "x")
						}
						return nil
					})
					if bad := i%5 == 4; (err != nil) != bad || bad && phare.KindOf(err) != phare.Invalid {
						t.Errorf("write %d/%d: %v", w, i, err)
					}
				}
			})
		}
		wg.Wait()
		want := writers * each * 4 / 5
		if jobs, entries := count(t, db, "job"), count(t, db, "audit"); jobs != want || entries != want {
			t.Errorf("%d jobs, %d entries, want %d of each", jobs, entries, want)
		}
	})
}

// A disk that fills up in the middle of a batch ends the engine's transaction:
// every write of the batch is told what became of it, before and after.
func TestFullDisk(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		pages, err := store.One(&tx.View, store.Value[int], `PRAGMA page_count`)
		if err == nil {
			_, err = store.One(&tx.View, store.Value[int], fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2))
		}
		return err
	}))
	enter, leave := make(chan struct{}), make(chan struct{})
	var once, wg = sync.Once{}, sync.WaitGroup{}
	wg.Go(func() { // holds the writer until the others wait together; what they do decides its own outcome
		db.Write(context.Background(), act, func(tx *store.Tx) error {
			once.Do(func() {
				close(enter)
				<-leave
			})
			return nil
		})
	})
	<-enter
	errs := make([]error, 7)
	for i := range errs {
		wg.Go(func() {
			errs[i] = db.Write(context.Background(), act, func(tx *store.Tx) error {
				if i == 3 {
					if err := tx.Enqueue("p", "big", strings.Repeat("x", 1<<20)); err != nil {
						return err
					}
				}
				return tx.Enqueue("p", fmt.Sprint(i), 1)
			})
		})
	}
	time.Sleep(100 * time.Millisecond)
	close(leave)
	wg.Wait()
	for i, err := range errs {
		if n := count(t, db, fmt.Sprintf("job WHERE kind = '%d'", i)); (err == nil) != (n == 1) {
			t.Errorf("write %d: %d rows, told %v", i, n, err)
		}
	}
	if errs[3] == nil {
		t.Error("a write that did not fit passed")
	}
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "after", 1) }))
}

// What a closure still does after a statement that the full disk refused must
// not stand: the engine has ended the transaction by itself.
func TestNothingAfterFullDisk(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "draft", 1) }))
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		pages, err := store.One(&tx.View, store.Value[int], `PRAGMA page_count`)
		if err == nil {
			_, err = store.One(&tx.View, store.Value[int], fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+2))
		}
		return err
	}))
	err := db.Write(t.Context(), act, func(tx *store.Tx) error {
		return errors.Join(tx.Enqueue("p", "big", strings.Repeat("x", 1<<20)), tx.Exec(`DELETE FROM job WHERE kind = 'draft'`))
	})
	if n := count(t, db, "job WHERE kind = 'draft'"); err == nil || n != 1 {
		t.Errorf("%d drafts left, told %v", n, err)
	}
}

// Two transactions that read then write the same row: none is lost.
func TestNoLostUpdate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "k", 0) }))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 10 {
					err := db.Write(context.Background(), act, func(tx *store.Tx) error {
						n, err := store.One(&tx.View, store.Value[int], `SELECT attempt FROM job`)
						if err != nil {
							return err
						}
						return tx.Exec(`UPDATE job SET attempt = $1`, n+1)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		err := db.Read(t.Context(), func(v *store.View) error {
			n, err := store.One(v, store.Value[int], `SELECT attempt FROM job`)
			if err == nil && n != 80 {
				err = fmt.Errorf("counted %d, want 80", n)
			}
			return err
		})
		must(t, err)
	})
}

func TestClaimOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const jobs = 30
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
			for range jobs {
				if err := tx.Enqueue("p", "k", 1); err != nil {
					return err
				}
			}
			return tx.EnqueueAt("p", "later", 1, tx.Now.Add(time.Hour))
		}))
		var mu sync.Mutex
		seen := map[phare.ID]int{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 2 * jobs {
					j, ok, err := db.Claim(context.Background(), time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					if ok {
						mu.Lock()
						seen[j.ID]++
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		for id, n := range seen {
			if n != 1 {
				t.Errorf("%s claimed %d times", id, n)
			}
		}
		if len(seen) != jobs {
			t.Errorf("%d claimed, want %d", len(seen), jobs)
		}
	})
}

func TestReadCannotSeeHalf(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Read(t.Context(), func(v *store.View) error {
			before, err := store.One(v, store.Value[int], `SELECT count(*) FROM job`)
			must(t, err)
			must(t, db.Write(context.Background(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "k", 1) }))
			after, err := store.One(v, store.Value[int], `SELECT count(*) FROM job`)
			if before != after {
				t.Errorf("the snapshot moved from %d to %d", before, after)
			}
			return err
		})
		must(t, err)
	})
}

func TestAbsentIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Read(t.Context(), func(v *store.View) error {
			_, err := store.One(v, store.Value[string], `SELECT id FROM job WHERE id = $1`, "none")
			return err
		})
		if phare.KindOf(err) != phare.NotFound {
			t.Errorf("err = %v, want NotFound", err)
		}
	})
}

func TestReopenKeeps(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			for i := range 3 {
				db, err := store.Open(t.Context(), dsn)
				must(t, err)
				if n := count(t, db, "audit"); n != i {
					t.Errorf("opened with %d entries, want %d", n, i)
				}
				must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
				must(t, db.Close())
				if err := db.Write(t.Context(), act, func(*store.Tx) error { return nil }); err == nil {
					t.Error("a write after Close passed")
				}
				if err := db.Read(t.Context(), func(*store.View) error { return nil }); err == nil {
					t.Error("a read after Close passed")
				}
				must(t, db.Close()) // closing twice is closing once
				if _, err := os.Stat(dsn + "-wal"); engine == "sqlite" && err == nil {
					t.Error("the write-ahead log is left behind")
				}
			}
		})
	}
}

func TestDescribeHidesPassword(t *testing.T) {
	got := store.Describe("postgres://user:s3cret@db.example:5432/phare")
	if strings.Contains(got, "s3cret") || !strings.Contains(got, "db.example") {
		t.Errorf("Describe = %q", got)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A database opened as it is keeps its schema, and says how far behind it is.
func TestOpenAsIs(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db, err := store.OpenAsIs(t.Context(), dsn)
			must(t, err)
			defer db.Close()
			if n, err := db.Behind(t.Context()); n != 0 || err != nil {
				t.Errorf("a new database is %d behind, %v", n, err)
			}
			must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
				return tx.Exec(`DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
			}))
			if n, err := db.Behind(t.Context()); n != 1 || err != nil {
				t.Errorf("an older database is %d behind, %v", n, err)
			}
		})
	}
}

// undoNewer takes away what the migrations after the fourth made, so that a
// database can be made as old as that one. A new migration adds its lines here.
func undoNewer() (all []string) {
	for _, table := range []string{"passkey", "spent", "identity", "invitation", "recovery", "review_line", "review"} { // 6
		all = append(all, "DROP TABLE "+table)
	}
	all = append(all, "DROP INDEX session_by_account")
	for _, column := range []string{"session DROP COLUMN way", "session DROP COLUMN device", "session DROP COLUMN network", "session DROP COLUMN proved_at",
		"session DROP COLUMN hint", "account DROP COLUMN mail", "account DROP COLUMN last_at"} {
		all = append(all, "ALTER TABLE "+column)
	}
	return all
}

// Choices made before they carried a reason's code are all there after the
// migration that gives them one.
func TestChoicesAreCarriedOver(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db, err := store.Open(t.Context(), dsn)
			must(t, err)
			must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
				for _, q := range append(undoNewer(), []string{
					`DROP TABLE choice`, `DROP TABLE module_decision`, `DELETE FROM goose_db_version WHERE version_id >= 4`,
					`CREATE TABLE choice (id TEXT PRIMARY KEY, platform TEXT NOT NULL, request TEXT NOT NULL REFERENCES request (id), at TEXT NOT NULL, actor TEXT NOT NULL,
						kind TEXT NOT NULL CHECK (kind IN ('network', 'organisation', 'person', 'none')), target TEXT NOT NULL, label TEXT NOT NULL, reason TEXT NOT NULL)`,
					`CREATE INDEX choice_by_request ON choice (request, at)`,
					`INSERT INTO platform (id, name, territory, host, team, zone, phone, hours, mail, position, source, verified_on) VALUES ('p', '', '', '', '', '', '', '', '', 1, '', '')`,
					`INSERT INTO request (id, platform, reference, secret, form, form_print, channel, fields, who, question, urgency, requester, place, initials, birth_date, priority,
						state, owner, awaited, next_action, next_at, version, created_at, first_look_at, closed_at, close_reason, asked_at, signed_at)
						VALUES ('r', 'p', 'r', '', 'r', '', 'web', '{}', '', '', '', '', '', '', '', 1, 'open', '', '', '', '', 1, '', '', '', '', '', '')`,
					`INSERT INTO choice VALUES ('a', 'p', 'r', '1', 'x', 'network', 't', 'Une filière', 'près'), ('b', 'p', 'r', '2', 'x', 'none', '', '', 'rien')`,
				}...) {
					if err := tx.Exec(q); err != nil {
						return fmt.Errorf("%s: %w", q, err)
					}
				}
				return nil
			}))
			must(t, db.Close())
			db, err = store.Open(t.Context(), dsn)
			must(t, err)
			defer db.Close()
			must(t, db.Read(t.Context(), func(v *store.View) error {
				all, err := store.All(v, store.Value[string], `SELECT id || platform || request || at || actor || kind || target || label || '/' || stood || '/' || code || reason FROM choice ORDER BY id`)
				if got := strings.Join(all, "; "); got != "apr1xnetworktUne filière//près; bpr2xnone/none/rien" {
					t.Errorf("carried over: %s", got)
				}
				return err
			}))
		})
	}
}
