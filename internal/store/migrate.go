package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// planted is the migration after which the trail has a tree.
const planted = 5

// migrate applies the numbered files not yet applied, in order, each in its own
// transaction. There is no way down: a backup is taken before, and a mistake is
// repaired by the next migration. A line that ends in "-- only: postgres" or
// "-- only: sqlite" is dropped on the other engine.
func (db *DB) migrate(ctx context.Context) error { return db.migrateTo(ctx, 0) }

// migrateTo stops after one version; 0: the newest.
func (db *DB) migrateTo(ctx context.Context, version int64) error {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return err
	}
	var steps []*goose.Migration
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		number, err := versionOf(name)
		if err != nil {
			return err
		}
		script := only(string(text), db.Engine())
		steps = append(steps, goose.NewGoMigration(number, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			return step(ctx, tx, db.pg != nil, number, script)
		}}, nil))
	}
	conn, dialect := db.pg, goose.DialectPostgres
	if db.pg == nil {
		// The writer connection is ours alone: migrate on one of its own.
		if conn, err = sql.Open("sqlite", "file:"+escapePath(db.dsn)+"?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=synchronous(FULL)"); err != nil {
			return err
		}
		defer conn.Close()
		dialect = goose.DialectSQLite3
	}
	p, err := goose.NewProvider(dialect, conn, nil, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if newest := steps[len(steps)-1].Version; have > newest {
		return fmt.Errorf("its schema is version %d, this program knows only up to %d: use the program that wrote it, or a newer one", have, newest)
	}
	if version > 0 {
		_, err = p.UpTo(ctx, version)
	} else {
		_, err = p.Up(ctx)
	}
	return err
}

// step applies one migration.
func step(ctx context.Context, tx *sql.Tx, pg bool, number int64, script string) error {
	if pg { // the owner of the tables is behind the wall too
		if _, err := tx.ExecContext(ctx, setScope(everywhere)); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, script)
	if err == nil && number == planted {
		err = plant(ctx, tx)
	}
	if err == nil && pg && number >= walled {
		err = wall(ctx, tx)
	}
	return err
}

// Behind says how many migrations a database opened as it is still lacks.
func (db *DB) Behind(ctx context.Context) (n int, err error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	err = db.Read(ctx, func(v *View) error {
		have, err := schemaVersion(v)
		for _, name := range names {
			version, bad := versionOf(name)
			if bad != nil {
				return bad
			}
			if version > have {
				n++
			}
		}
		return err
	})
	return n, err
}

// versionOf is the number that the name of a migration begins with.
func versionOf(name string) (int64, error) {
	number, _, _ := strings.Cut(path.Base(name), "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: its name must begin with a number", name)
	}
	return version, nil
}

// only drops the lines meant for the other engine.
func only(script, engine string) string {
	other := "-- only: sqlite"
	if engine == "sqlite" {
		other = "-- only: postgres"
	}
	var b strings.Builder
	for line := range strings.Lines(script) {
		if !strings.HasSuffix(strings.TrimSpace(line), other) {
			b.WriteString(line)
		}
	}
	return b.String()
}
