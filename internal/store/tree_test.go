package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/trail"
)

// verified recomputes the whole tree of a database.
func verified(t *testing.T, db *store.DB, marks ...trail.Mark) (out trail.Outcome) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) error {
		c := trail.NewChecker(marks)
		err := store.Trail(v, func(e store.Entry) error {
			if !e.Opens() {
				t.Errorf("entry %d does not open", e.Seq)
			}
			c.Add(trail.Line{Seq: e.Seq, Leaf: e.Leaf(), Kept: trail.UnpackHashes(e.Hashes), Full: true})
			return nil
		})
		out = c.Done()
		kept, e := store.Tree(v)
		if kept != out.Tree {
			t.Errorf("the kept hashes give %v, the entries %v", kept, out.Tree)
		}
		return errors.Join(err, e)
	}))
	return out
}

// Whatever writers do at once, the entries are numbered without a gap and make
// one tree; what failed leaves no number behind.
func TestOneTree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if out := verified(t, db); !out.Fine() || out.Tree.N != 0 {
			t.Errorf("the empty trail: %v", out)
		}
		var wg sync.WaitGroup
		boom := errors.New("boom")
		for range 8 {
			wg.Go(func() {
				for i := range 25 {
					err := db.Write(context.Background(), act, func(tx *store.Tx) error {
						if i%5 == 0 {
							if err := tx.Also(store.Act{Platform: "q", Actor: "public", Verb: "w", Subject: "é\"\\<&\u2028", Reason: "œ"}); err != nil {
								return err
							}
						}
						if i%7 == 3 {
							return boom
						}
						return tx.Enqueue("p", "k", rand.Int())
					})
					if (i%7 == 3) != errors.Is(err, boom) {
						t.Errorf("write %d: %v", i, err)
					}
				}
			})
		}
		wg.Wait()
		// of 25 each, 4 fail (3, 10, 17, 24), of which one (10) had a second entry: 21 + 4
		if out := verified(t, db); !out.Fine() || out.Tree.N != 8*(21+4) {
			t.Errorf("%d entries, want %d: %v", out.Tree.N, 8*25, out)
		}
	})
}

// Two programs on one database add to the same tree.
func TestTwoProgramsOneTree(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			var both [2]*store.DB
			for i := range both {
				db, err := store.Open(t.Context(), dsn)
				must(t, err)
				defer db.Close()
				both[i] = db
			}
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					for range 10 {
						must(t, both[i%2].Write(context.Background(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "k", i) }))
					}
				})
			}
			wg.Wait()
			if out := verified(t, both[0]); !out.Fine() || out.Tree.N != 80 {
				t.Error(out)
			}
		})
	}
}

// A checkpoint is signed once for a size, and holds for ever after.
func TestCheckpoint(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		signed := 0
		sign := func(_ *store.View, tree tlog.Tree, _ time.Time) ([]byte, error) {
			signed++
			return fmt.Appendf(nil, "signed %d", tree.N), nil
		}
		var marks []trail.Mark
		for range 5 {
			must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
			for range 2 {
				s, err := db.Checkpoint(t.Context(), sign)
				must(t, err)
				root, err := tlog.ParseHash(s.Root)
				must(t, err)
				marks = append(marks, trail.Mark{Size: s.Size, Root: root, At: s.At, Who: s.Note})
			}
		}
		if signed != 5 || count(t, db, "audit") != 5 {
			t.Errorf("%d signed, %d entries, want 5 of each", signed, count(t, db, "audit"))
		}
		if out := verified(t, db, marks...); !out.Fine() || out.Marks != 10 {
			t.Error(out)
		}
	})
}

// A trail from before there was a tree gets one, with all its entries.
func TestOldTrailIsPlanted(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.Blank(t, engine)
			var past []string // entries, and a gap that a transaction undone left
			for range 6 {
				past = append(past, `INSERT INTO audit (at, platform, actor, verb, subject, reason) VALUES ('2026-03-02T12:00:00.000000Z', 'p', 'a', 'v', 's', '')`)
			}
			older(t, dsn, 4, append(past, `DELETE FROM audit WHERE seq = 3`)...)
			db, err := store.Open(t.Context(), dsn)
			must(t, err)
			defer db.Close()
			must(t, db.Write(t.Context(), act, func(*store.Tx) error { return nil }))
			if out := verified(t, db); !out.Fine() || out.Tree.N != 6 {
				t.Errorf("5 entries of 6 were left and one was added: %v", out)
			}
		})
	}
}
