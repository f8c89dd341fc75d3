package store_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// mixed is how many transactions the mixed test makes; PHARE_WALL sets it.
func mixed(t *testing.T) int {
	if s := os.Getenv("PHARE_WALL"); s != "" {
		n, err := strconv.Atoi(s)
		must(t, err)
		return n
	}
	return 1000
}

// mixer makes transactions for one scope after the other on one pool.
type mixer struct {
	*wallSite
	random *rand.Rand
	mu     *sync.Mutex
	seen   map[string]int // by what was tried
}

// foreign are the rows of one table that a scope sees and must not: the SQL has
// no condition, as if someone had forgotten it.
func foreign(v *store.View, table, scope string) (all []string, err error) {
	found, err := store.All(v, store.Value[string], `SELECT platform FROM `+table)
	for _, p := range found {
		if scope != "*" && p != scope && (scope == "" || p != commonTables[table]) {
			all = append(all, table+" of "+p)
		}
	}
	return all, err
}

// one is one transaction: a look or a write, carried through, undone, failed in
// the engine, or left by its caller.
func (m mixer) one(t *testing.T) {
	scope := []string{"a", "b", "", "*"}[m.random.IntN(4)]
	db := m.db
	if scope != "*" {
		db = m.db.For(scope)
	}
	table := m.tables[m.random.IntN(len(m.tables))]
	how := []string{"read", "write", "undo", "fail", "leave"}[m.random.IntN(5)]
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var bad []string
	look := func(v *store.View) (err error) {
		bad, err = foreign(v, table, scope)
		return err
	}
	act := store.Act{Platform: map[bool]string{true: "a", false: scope}[scope == "*"], Actor: "x", Verb: "v", Subject: "s"}
	var err error
	switch how {
	case "read":
		err = db.Read(ctx, look)
	default:
		err = db.Write(ctx, act, func(tx *store.Tx) error {
			if err := look(&tx.View); err != nil {
				return err
			}
			if err := tx.Enqueue(act.Platform, "k", 1); err != nil {
				return err
			}
			switch how {
			case "undo":
				return errUndo
			case "fail":
				return tx.Exec(`SELECT 1 / 0`)
			case "leave":
				leave()
			}
			return look(&tx.View)
		})
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seen[how]++
	for _, b := range bad {
		t.Errorf("opened for %q (%s): a row of %s", scope, how, b)
	}
	if went := err == nil; went != (how == "read" || how == "write" && scope != "") {
		t.Errorf("opened for %q, %s: %v", scope, how, err)
	}
}

// Over one pool, whatever becomes of the transactions, none sees a row of
// another platform, and the trail that they share has no gap.
func TestWallMixed(t *testing.T) {
	s := newWallSite(t)
	const callers = 24 // more than there are connections
	var wg sync.WaitGroup
	m := mixer{s, nil, &sync.Mutex{}, map[string]int{}}
	n := mixed(t)
	for i := range callers {
		mine := m
		mine.random = rand.New(rand.NewPCG(2026, uint64(i)))
		wg.Go(func() {
			for range n / callers {
				mine.one(t)
			}
		})
	}
	wg.Wait()
	t.Logf("%d transactions: %v", n/callers*callers, m.seen)
	var last int64
	must(t, s.db.Read(t.Context(), func(v *store.View) error {
		return store.Trail(v, func(e store.Entry) error {
			if e.Actor == "x" && last > 0 && e.Seq != last+1 {
				t.Errorf("entry %d follows %d", e.Seq, last)
			}
			last = e.Seq
			return nil
		})
	}))
}

// On both engines nothing sealed is opened or sealed for another platform, no
// index made, nothing done in its name.
func TestWallOfKeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		floor(t, db, "r1")
		addEvent(t, db, "r1", "e1", secret)
		for _, cached := range []bool{false, true} { // a key that is in memory opens no door either
			if cached {
				if all, err := readEvents(t, db); err != nil || all["e1"] != secret {
					t.Fatalf("%v %v", all, err)
				}
			}
			if all, err := readEvents(t, db.For("q")); all["e1"] == secret || db.Engine() == "sqlite" && !errors.Is(err, store.ErrWall) && cached {
				t.Errorf("cached %v: opened for another platform: %v %v", cached, all, err)
			}
		}
		if all, err := readEvents(t, db.For("p")); err != nil || all["e1"] != secret {
			t.Errorf("not opened for its own: %v %v", all, err)
		}
		mine := store.Act{Platform: "q", Actor: "x", Verb: "v", Subject: "s"}
		for name, f := range map[string]func(tx *store.Tx) error{
			"sealed": func(tx *store.Tx) error {
				return tx.Exec(`UPDATE event SET text = $1`, store.SealRow("p", "request/r1", "event", "e1").In("text", "x"))
			},
			"an index": func(tx *store.Tx) error {
				_, err := tx.Blind("p", "name", "x")
				return err
			},
			"an act": func(tx *store.Tx) error {
				return tx.Also(store.Act{Platform: "p", Actor: "x", Verb: "v", Subject: "s"})
			},
		} {
			if err := db.For("q").Write(t.Context(), mine, f); !errors.Is(err, store.ErrWall) {
				t.Errorf("%s for another platform: %v", name, err)
			}
			if err := db.For("q").Write(t.Context(), mine, func(tx *store.Tx) error { return nil }); err != nil {
				t.Error(err)
			}
		}
		if err := db.For("q").Write(t.Context(), act, func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrWall) {
			t.Errorf("an act in another's name: %v", err)
		}
	})
}

// A superuser is told that the wall does not stand for them; a database from
// before the wall gets it with its rows.
func TestWallWhereItIsNot(t *testing.T) {
	s := newWallSite(t)
	super, err := store.Open(t.Context(), strings.Replace(s.db.DSN(), "//plain@", "//phare@", 1))
	must(t, err)
	defer super.Close()
	if why, err := super.Unwalled(t.Context()); err != nil || !strings.Contains(why, "superuser") {
		t.Errorf("%q %v", why, err)
	}
	dsn := storetest.Blank(t, "postgres")
	old, err := store.OpenAt(t.Context(), dsn, 7)
	must(t, err)
	must(t, old.WriteBare(t.Context(), func(tx *store.Tx) error { return tx.Enqueue("a", "k", 1) }))
	if why, err := old.Unwalled(t.Context()); err != nil || !strings.Contains(why, "job") {
		t.Errorf("%q %v", why, err)
	}
	must(t, old.Close())
	db, err := store.Open(t.Context(), dsn)
	must(t, err)
	defer db.Close()
	why, err := db.Unwalled(t.Context())
	if got := []int{count(t, db, "job"), count(t, db.For("a"), "job"), count(t, db.For("b"), "job")}; err != nil || why != "" || fmt.Sprint(got) != "[1 1 0]" {
		t.Errorf("%v %q %v", got, why, err)
	}
}

// everywhereFor is everyone who reads past the wall, and why.
var everywhereFor = map[string]string{
	"store.audit":      "an entry builds on the last one of all platforms; it reads its number and hashes",
	"staff.loginTaken": "a login is typed without a platform, so it is taken once; the answer is yes or no",
}

func TestWallIsPassedByFew(t *testing.T) {
	found := map[string]bool{}
	must(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			ast.Inspect(decl, func(n ast.Node) bool {
				if x, ok := n.(*ast.SelectorExpr); ok && x.Sel.Name == "Everywhere" {
					f, _ := decl.(*ast.FuncDecl)
					found[file.Name.Name+"."+f.Name.Name] = true
				}
				return true
			})
		}
		return nil
	}))
	for f := range found {
		if everywhereFor[f] == "" {
			t.Errorf("%s reads past the wall and is not listed with a reason", f)
		}
	}
	if len(found) != len(everywhereFor) {
		t.Errorf("found %v, listed %v", found, everywhereFor)
	}
}
