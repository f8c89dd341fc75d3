package store_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// unwalled are the tables without a platform, and why.
var unwalled = map[string]string{
	"platform":         "the desks themselves: name, place and telephone, which anyone is shown",
	"goose_db_version": "the number of the schema",
}

// commonTables have rows of no platform that all may read, and what stands there
// as the platform.
var commonTables = map[string]string{"organisation": "", "person": "", "audit": "-", "audit_checkpoint": "-", "site_fact": "-"}

// wallSite is a PostgreSQL database that holds one row of each of two platforms
// in every table, made from the catalogue: a new table is tested without a line.
type wallSite struct {
	db     *store.DB
	tables []string // with a platform, parents first
	cols   map[string][]wallColumn
	rows   map[string]map[string]any // by table and platform: the row
	n      int
}

type wallColumn struct {
	name, kind, parent, key string
	allowed                 []string // the first value that its CHECK lets pass, if it has one
}

func newWallSite(t *testing.T) *wallSite {
	t.Helper()
	if !slices.Contains(storetest.Engines(), "postgres") {
		t.Skip("PHARE_TEST_ENGINES leaves PostgreSQL out: only it has this wall")
	}
	s := &wallSite{db: storetest.Open(t, "postgres"), cols: map[string][]wallColumn{}, rows: map[string]map[string]any{}, n: 1000}
	var all []string
	must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
		if all, err = s.db.Tables(v); err != nil {
			return err
		}
		for _, table := range all {
			s.cols[table], err = columnsOf(v, table)
			if err != nil {
				return err
			}
		}
		return nil
	}))
	for _, table := range all {
		for _, platform := range []string{"a", "b"} {
			must(t, s.insert(t, s.db, table, platform))
		}
		if slices.ContainsFunc(s.cols[table], func(c wallColumn) bool { return c.name == "platform" }) {
			s.tables = append(s.tables, table)
		}
	}
	return s
}

var literal = regexp.MustCompile(`'([^']*)'`)

func columnsOf(v *store.View, table string) ([]wallColumn, error) {
	return store.All(v, func(row store.Row) (c wallColumn, err error) {
		var check string
		err = row.Scan(&c.name, &c.kind, &check, &c.parent, &c.key)
		if m := literal.FindStringSubmatch(check); m != nil {
			c.allowed = m[1:]
		}
		return c, err
	}, `SELECT a.attname, format_type(a.atttypid, a.atttypmod),
			coalesce((SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum] LIMIT 1), ''),
			coalesce((SELECT k.confrelid::regclass::text FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum] LIMIT 1), ''),
			coalesce((SELECT f.attname FROM pg_constraint k JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
				WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum] LIMIT 1), '')
		FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, table)
}

// insert adds a row of a platform. What it refers to is that platform's.
func (s *wallSite) insert(t *testing.T, db *store.DB, table, platform string) error {
	s.n++
	names, marks, args := []string{}, []string{}, []any{}
	row := map[string]any{}
	for i, c := range s.cols[table] {
		var x any = fmt.Sprintf("%s-%s-%d", c.name, platform, s.n)
		switch {
		case c.name == "platform" || table == "platform" && c.name == "id":
			x = platform
		case c.parent != "":
			x = s.rows[c.parent+" "+platform][c.key]
		case c.allowed != nil:
			x = c.allowed[0]
		case c.kind == "bigint":
			x = s.n
		case c.kind == "boolean":
			x = true
		}
		names, marks, args = append(names, c.name), append(marks, fmt.Sprintf("$%d", i+1)), append(args, x)
		row[c.name] = x
	}
	err := db.WriteBare(t.Context(), func(tx *store.Tx) error {
		return tx.Exec(`INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, args...)
	})
	if s.rows[table+" "+platform] == nil {
		s.rows[table+" "+platform] = row
	}
	return err
}

// affected runs a statement on a scope and says how many rows it met.
func affected(t *testing.T, db *store.DB, query string, args ...any) (n int64, err error) {
	err = db.WriteBare(t.Context(), func(tx *store.Tx) error {
		n, err = tx.Affect(query, args...)
		return errors.Join(err, errUndo)
	})
	if errors.Is(err, errUndo) && n > 0 {
		err = nil
	}
	return n, err
}

var errUndo = errors.New("undo")

// refused says whether the engine's wall refused a statement.
func refused(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42501" && strings.Contains(e.Message, "row-level security")
}

// Each table with a platform is behind the wall; the others are listed with why.
func TestWallStands(t *testing.T) {
	s := newWallSite(t)
	if why, err := s.db.Unwalled(t.Context()); err != nil || why != "" {
		t.Fatalf("the wall does not stand: %s %v", why, err)
	}
	for table := range s.cols {
		if has := slices.Contains(s.tables, table); has == (unwalled[table] != "") {
			t.Errorf("table %s: with a platform: %v; listed as without: %q", table, has, unwalled[table])
		}
	}
	if len(s.tables) < 25 {
		t.Errorf("only %d tables were found", len(s.tables))
	}
}

// Without a platform, with an empty one, and with one that is not there, no
// table has a row; the whole database and each platform have theirs.
func TestWallHidesRows(t *testing.T) {
	s := newWallSite(t)
	for _, table := range s.tables {
		for scope, want := range map[*store.DB]int{s.db: 2, s.db.For("a"): 1, s.db.For("b"): 1, s.db.For("c"): 0, s.db.For(""): 0, s.db.For("*"): 0} {
			if got := count(t, scope, table); got != want {
				t.Errorf("table %s: %d rows, want %d", table, got, want)
			}
		}
		var n int
		must(t, s.db.Raw().QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n))
		if n != 0 {
			t.Errorf("table %s shows %d rows to who says nothing", table, n)
		}
	}
}

// Nothing is written into another platform, moved there, changed or deleted.
func TestWallRefusesWrites(t *testing.T) {
	s := newWallSite(t)
	a := s.db.For("a")
	for _, table := range s.tables {
		if err := s.insert(t, a, table, "b"); !refused(err) {
			t.Errorf("table %s: a row of another platform was inserted: %v", table, err)
		}
		if _, err := affected(t, a, `UPDATE `+table+` SET platform = 'b' WHERE platform = 'a'`); !refused(err) {
			t.Errorf("table %s: a row was moved to another platform: %v", table, err)
		}
		for _, q := range []string{`UPDATE ` + table + ` SET platform = 'a' WHERE platform = 'b'`, `DELETE FROM ` + table + ` WHERE platform = 'b'`} {
			if n, err := affected(t, a, q); n != 0 || !errors.Is(err, errUndo) {
				t.Errorf("%s: %d rows, %v", q, n, err)
			}
		}
		// What the wall must let pass, or the refusals above say nothing.
		if n, err := affected(t, a, `UPDATE `+table+` SET platform = 'a'`); n != 1 || err != nil {
			t.Errorf("table %s: its own row cannot be changed: %d, %v", table, n, err)
		}
		// Some tables hold one row for each of what they refer to.
		if err := s.insert(t, a, table, "a"); err != nil && !store.IsDuplicate(err) {
			t.Errorf("table %s: its own row cannot be inserted: %v", table, err)
		}
	}
}

// Rows of no platform are read by all where that is meant, and changed by none.
func TestWallCommonRows(t *testing.T) {
	s := newWallSite(t)
	for _, table := range s.tables {
		none, common := commonTables[table]
		if !common {
			none = "-"
		}
		maps.DeleteFunc(s.rows, func(key string, _ map[string]any) bool { return strings.HasSuffix(key, " "+none) })
		for _, c := range s.cols[table] { // they refer to what a has
			if c.parent != "" {
				s.rows[c.parent+" "+none] = s.rows[c.parent+" a"]
			}
		}
		if err := s.insert(t, s.db, table, none); err != nil {
			if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "23503" || e.Code == "23505") {
				continue // its rows are of a platform that is there, or one for each
			}
			t.Fatal(err)
		}
		want := map[bool]int{true: 2, false: 1}[common]
		if got := count(t, s.db.For("a"), table); got != want {
			t.Errorf("table %s: %d rows with one of no platform, want %d", table, got, want)
		}
		if got := count(t, s.db.For(""), table); got != 0 {
			t.Errorf("table %s: %d rows for nobody", table, got)
		}
		for _, q := range []string{`UPDATE ` + table + ` SET platform = 'a' WHERE platform = $1`, `DELETE FROM ` + table + ` WHERE platform = $1`} {
			if n, err := affected(t, s.db.For("a"), q, none); n != 0 || !errors.Is(err, errUndo) {
				t.Errorf("%s: %d rows, %v", q, n, err)
			}
		}
		if err := s.insert(t, s.db.For("a"), table, none); !refused(err) {
			t.Errorf("table %s: a platform wrote a row of none: %v", table, err)
		}
	}
}

// What stays: a value that must be unique everywhere tells that it is taken, and
// a reference that it is there. Neither shows what it met.
func TestWallErrorsShowNothing(t *testing.T) {
	s := newWallSite(t)
	a, theirs := s.db.For("a"), s.rows["account b"]
	_, err := affected(t, a, `UPDATE account SET login = $1`, theirs["login"])
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !store.IsDuplicate(err) {
		t.Fatalf("a login of another platform was taken: %v", err)
	}
	if e.Detail != "" || strings.Contains(fmt.Sprintf("%+v", *e), theirs["login"].(string)) {
		t.Errorf("the error shows what it met: %+v", *e)
	}
	_, err = affected(t, a, `UPDATE event SET request = $1`, "nowhere")
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != "23503" {
		t.Errorf("a reference to nowhere passed: %v", err)
	}
	// The engine follows references past the wall. Who holds an id of another
	// platform, 128 random bits, can so learn that it is one (ADR 0018).
	if n, err := affected(t, a, `UPDATE event SET request = $1`, s.rows["request b"]["id"]); n != 1 || err != nil {
		t.Errorf("PostgreSQL now keeps references behind the wall: ADR 0018 can say so (%d, %v)", n, err)
	}
}

// Who reads past the wall is behind it again afterwards, whatever came of it.
func TestWallIsThereAgain(t *testing.T) {
	s := newWallSite(t)
	for _, outcome := range []error{nil, errUndo} {
		rows := func(v *store.View) int {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM event`)
			must(t, err)
			return n
		}
		must(t, s.db.For("a").Read(t.Context(), func(v *store.View) error {
			err := v.Everywhere(func(wide *store.View) error {
				if n := rows(wide); n != 2 {
					t.Errorf("past the wall: %d rows", n)
				}
				return outcome
			})
			if n := rows(v); n != 1 || err != outcome {
				t.Errorf("after %v: %d rows, %v", outcome, n, err)
			}
			return nil
		}))
	}
}
