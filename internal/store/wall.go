package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// everywhere is the scope of what must see all platforms. No platform has it as
// its id.
const everywhere = "*"

// walled is the migration from which on PostgreSQL forces its own wall.
const walled = 10

// common are the tables whose rows of no platform every platform may read, and
// none may change.
var common = map[string]string{
	"organisation":     "''",  // the national directory
	"person":           "''",  // the same
	"audit":            "'-'", // acts of no platform, as a restore
	"site_fact":        "'-'", // what the operator's commands last did
	"audit_checkpoint": "'-'", // size and root of the whole trail, which every report prints
}

// For is the same database behind the wall of one platform. On PostgreSQL its
// transactions find and write no row of another, whatever their SQL says. On
// both engines they open no sealed value of another, make no index for it, and
// write nothing in its name. Without a platform nothing is found at all.
func (db *DB) For(platform string) *DB {
	if platform == everywhere {
		platform = ""
	}
	scoped := *db
	scoped.scope = platform
	return &scoped
}

// errWall is a read or write of another platform that our own SQL let through:
// always a fault of the program.
var errWall = errors.New("it belongs to another platform than the one that this was opened for")

// behind says whether a record of a platform lies behind the view's wall.
func (v *View) behind(platform string) error {
	if v.scope == everywhere || v.scope == platform && platform != "" {
		return nil
	}
	return fmt.Errorf("platform %q, opened for %q: %w", platform, v.scope, errWall)
}

// Everywhere reads past the wall, for what must hold on all platforms together
// (a login is taken once). Everyone who calls it is listed, with the reason, in
// wall_test.go.
func (v *View) Everywhere(f func(*View) error) error {
	if v.scope == everywhere {
		return f(v)
	}
	wide := *v
	wide.scope = everywhere
	if err := wide.enter(); err != nil {
		return err
	}
	err := f(&wide)
	if back := v.enter(); err == nil { // of a transaction that failed nothing more is read
		err = back
	}
	return err
}

// enter tells the engine what the transaction is opened for.
func (v *View) enter() error {
	if _, pg := v.s.(pgSession); !pg {
		return nil
	}
	_, err := v.s.exec(v.ctx, setScope(v.scope), nil)
	return err
}

// setScope is the statement that opens a transaction for a scope. It ends with
// the transaction, so that a connection goes back to the pool without it, and it
// takes no snapshot, so that a lock can still be asked for before one.
func setScope(scope string) string {
	return `SET LOCAL phare.platform = '` + strings.ReplaceAll(scope, `'`, `''`) + `'`
}

// wall forces row-level security on every table with a platform that has none yet.
func wall(ctx context.Context, tx *sql.Tx) error {
	t := &Tx{View: View{ctx: ctx, s: pgSession{tx}}}
	tables, err := All(&t.View, Value[string], `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'platform' AND NOT a.attisdropped
		WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
			AND NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'own') ORDER BY c.relname`)
	for _, name := range tables {
		if err := errors.Join(err, t.Exec(wallOf(name))); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	return err
}

// wallOf is the wall around one table. The scope stands in a query of its own,
// which is asked once a statement and not once a row; NULL, which no policy
// passes, when there is none. That it is everywhere is a yes or no of its own: the
// planner takes that for likely, and goes on reading the end of the trail by its
// index instead of sorting it.
func wallOf(table string) string {
	const scope = `(SELECT nullif(current_setting('phare.platform', true), ''))`
	const own = `platform = ` + scope + ` OR (SELECT current_setting('phare.platform', true) = '` + everywhere + `')`
	script := []string{
		`ALTER TABLE ` + table + ` ENABLE ROW LEVEL SECURITY`,
		`ALTER TABLE ` + table + ` FORCE ROW LEVEL SECURITY`, // for the owner too, as whom Phare works
		`CREATE POLICY own ON ` + table + ` USING (` + own + `) WITH CHECK (` + own + `)`,
	}
	if of, ok := common[table]; ok {
		script = append(script, `CREATE POLICY common ON `+table+` FOR SELECT USING (platform = `+of+` AND `+scope+` IS NOT NULL)`)
	}
	return strings.Join(script, ";\n")
}

// Unwalled says why the engine's own wall between platforms does not stand, for
// the operator; empty: it does, or the engine has none.
func (db *DB) Unwalled(ctx context.Context) (why string, err error) {
	if db.pg == nil {
		return "", nil
	}
	err = db.Read(ctx, func(v *View) error {
		var user string
		free, err := One(v, func(row Row) (free bool, err error) {
			err = row.Scan(&user, &free)
			return free, err
		}, `SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`)
		if err != nil {
			return err
		}
		if free {
			why = fmt.Sprintf("the role %s is a superuser or has BYPASSRLS, so that PostgreSQL does not apply row-level security to it: "+
				"let a plain role own the database (ALTER ROLE %[1]s NOSUPERUSER NOBYPASSRLS)", user)
			return nil
		}
		open, err := All(v, Value[string], `SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'platform' AND NOT a.attisdropped
			WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname`)
		if len(open) > 0 {
			why = "row-level security is not forced on: " + strings.Join(open, ", ")
		}
		return err
	})
	return why, err
}
