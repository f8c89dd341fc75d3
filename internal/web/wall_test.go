package web_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/directory"
	"phare/internal/expertise"
	"phare/internal/request"
	crew "phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// unscopedFor is every function of the pages that names the whole database, and
// why. The others have their visit's, which the guard has put behind the wall of
// the actor's platform wherever a route asks for a right.
var unscopedFor = map[string]string{
	"guard":      "before anyone is known; routes without a right find their record by a link, a form or a reference",
	"admit":      "makes the scoped one of it",
	"ready":      "counts platforms",
	"trailState": "size and root of the trail of all platforms, no entry of it",
}

func TestWallPagesAskTheirVisit(t *testing.T) {
	found := map[string]bool{}
	entries, err := os.ReadDir(".")
	must(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		must(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				outer, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if inner, ok := outer.X.(*ast.SelectorExpr); ok && inner.Sel.Name == "DB" && outer.Sel.Name == "Now" {
					return false // only its clock
				}
				if x, ok := outer.X.(*ast.Ident); outer.Sel.Name == "DB" && !(ok && x.Name == "store") {
					found[f.Name.Name] = true
				}
				return true
			})
		}
	}
	for f := range found {
		if unscopedFor[f] == "" {
			t.Errorf("%s names the whole database: let it use its visit's, or say here why not", f)
		}
	}
	for f := range unscopedFor {
		if !found[f] {
			t.Errorf("%s is listed and does not name the whole database", f)
		}
	}
}

// The second wall holds where the first is gone: people of one desk, with every
// right there, on a database that was opened for another.
func TestWallBehindTheFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, physician, admin := w.there.actor[access.Nurse], w.there.actor[access.Physician], w.there.actor[access.Nurse]
		admin.Role = access.Admin
		id := w.there.request["asked"]
		ctx := t.Context()
		tries := map[string]func(*store.DB) (rows int, err error){
			"list": func(db *store.DB) (int, error) {
				l, err := request.List(ctx, db, nurse, request.Filter{})
				return len(l.Rows), err
			},
			"file": func(db *store.DB) (int, error) {
				_, err := request.OpenFile(ctx, db, nurse, id)
				return 1, err
			},
			"note": func(db *store.DB) (int, error) {
				return 1, request.Note(ctx, db, nurse, id, request.Event{Kind: request.CallKind, Text: "x"})
			},
			"letter": func(db *store.DB) (int, error) {
				_, err := answer.Look(ctx, db, physician, w.there.request["signed"])
				return 1, err
			},
			"questions": func(db *store.DB) (int, error) {
				all, err := expertise.Of(ctx, db, physician, id)
				return len(all), err
			},
			"people": func(db *store.DB) (int, error) {
				all, err := crew.Members(ctx, db, admin)
				return len(all), err
			},
			"centre": func(db *store.DB) (int, error) {
				return 1, db.Read(ctx, func(v *store.View) error {
					_, _, err := directory.FindPerson(v, nurse, w.there.person)
					return err
				})
			},
		}
		for name, try := range tries {
			for _, own := range []*store.DB{db, db.For(w.there.platform)} {
				if rows, err := try(own); err != nil || rows == 0 {
					t.Errorf("%s: refused to its own: %d, %v", name, rows, err)
				}
			}
			if db.Engine() == "sqlite" {
				continue // there only keys, acts and indexes have a wall: see the store's test
			}
			if rows, err := try(db.For(w.here.platform)); err == nil && rows != 0 {
				t.Errorf("%s passed the wall of another desk: %d", name, rows)
			}
		}
	})
}

// The guard puts a route with a right behind the wall of its actor's platform,
// and no other: the engine itself notes what each entry's transaction was opened for.
func TestWallIsSetByTheGuard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if db.Engine() == "sqlite" {
			t.Skip("SQLite notes no such thing")
		}
		w := newTown(t, db, "http://phare.example")
		act := store.Act{Platform: "-", Actor: "test", Verb: "test", Subject: "trigger"}
		must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
			for _, q := range []string{
				`CREATE FUNCTION note_scope() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.reason := 'opened for ' || current_setting('phare.platform'); RETURN NEW; END $$`,
				`CREATE TRIGGER note_scope BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION note_scope()`,
			} {
				if err := tx.Exec(q); err != nil {
					return err
				}
			}
			return nil
		}))
		address := "/bureau/demandes/" + string(w.here.request["asked"])
		for _, k := range []knock{
			{method: http.MethodGet, path: "/bureau", session: w.here.session[access.Nurse]},
			{method: http.MethodGet, path: address, session: w.here.session[access.Secretary]},
			{method: http.MethodPost, path: address + "/note", session: w.here.session[access.Physician], body: map[string][]string{"kind": {"call"}, "text": {"x"}}},
			{method: http.MethodGet, path: address, session: w.here.session[access.Director]}, // refused, and that is an entry
			{method: http.MethodGet, path: "/bureau", session: w.there.session[access.Nurse]},
			{method: http.MethodPost, path: "/suivi", body: map[string][]string{"reference": {w.here.reference["asked"]}, "secret": {w.here.secret["asked"]}}},
			{method: http.MethodPost, path: "/avis/" + w.here.link["asked"], body: map[string][]string{"do": {"open"}}},
		} {
			w.knock(t, k)
		}
		staff := map[string]string{}
		for _, desk := range []*stock{w.here, w.there} {
			for _, by := range desk.actor {
				staff[by.ID] = "staff of " + desk.platform
			}
		}
		seen := map[string]int{}
		must(t, db.Read(t.Context(), func(v *store.View) error {
			return store.Trail(v, func(e store.Entry) error {
				if scope, ok := strings.CutPrefix(e.Reason, "opened for "); ok {
					seen[cmp.Or(staff[e.Actor], "others")+" "+scope]++
				}
				return nil
			})
		}))
		if n := seen["others *"]; n < 2 || seen["staff of reunion reunion"] != 4 || seen["staff of guyane guyane"] != 1 || len(seen) != 3 {
			t.Errorf("opened for: %v", seen)
		}
	})
}
