// Package store is the database: one set of queries for SQLite and PostgreSQL,
// one way to read (a snapshot) and one way to write (Write), which commits the
// change, its audit entry and its jobs together or not at all. Of tables it
// knows its own (platform, job, audit and what keeps audit's tree, sealing
// keys), and of the rooms' only which columns are sealed (sealed.go).
//
// For gives the same database behind the wall of one platform (wall.go).
//
// Three types say what a function may do: *DB opens transactions, *View reads
// inside one, *Tx also writes. A View has no Exec, so a read path that writes
// does not compile.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
)

// DB is a database with its schema up to date.
type DB struct {
	// Now is the program's only clock; tests replace it before first use.
	Now func() time.Time

	dsn    string
	scope  string // the platform that it is opened for, or everywhere
	vault  *vault
	pg     *sql.DB       // PostgreSQL, else nil
	turn   chan struct{} // on PostgreSQL, held by the write that will add to the trail
	lite   *lite         // SQLite, else nil
	closed func() error
}

// Open opens the database at dsn, a postgres:// URL or the path of an SQLite
// file, checks that the engine can be trusted, and applies pending migrations.
func Open(ctx context.Context, dsn string) (*DB, error) {
	db, err := OpenAsIs(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("database %s: migration: %w", Describe(dsn), err)
	}
	return db, nil
}

// OpenAsIs opens a database without bringing its schema up to date: to back it
// up before an upgrade, or to look at it.
func OpenAsIs(ctx context.Context, dsn string) (*DB, error) {
	db := &DB{Now: time.Now, dsn: dsn, scope: everywhere, vault: &vault{}}
	var err error
	if IsPostgres(dsn) {
		err = db.openPostgres(ctx)
	} else {
		err = db.openLite(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("database %s: %w", Describe(dsn), err)
	}
	return db, nil
}

// IsPostgres says whether dsn names a PostgreSQL server.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Describe names a database without its password, for messages to operators.
func Describe(dsn string) string {
	if !IsPostgres(dsn) {
		return dsn
	}
	if scheme, rest, ok := strings.Cut(dsn, "://"); ok {
		if at := strings.LastIndex(rest, "@"); at >= 0 {
			return scheme + "://…" + rest[at:]
		}
	}
	return dsn
}

// Engine names the engine: "sqlite" or "postgres".
func (db *DB) Engine() string {
	if db.pg != nil {
		return "postgres"
	}
	return "sqlite"
}

// Close releases the database after the writes under way have ended.
func (db *DB) Close() error { return db.closed() }

// Act says who does what to which record. No write happens without one.
type Act struct {
	Platform string // whose record: the platform's id
	Actor    string // who: account id, "link:…" for an expert without account, "public" or "system"
	Role     string // as what; empty: as the actor's id says
	Verb     string // did what: "request.submit"
	Subject  string // to which record
	Reason   string // why, where one is asked; a code or a short text, never health data
}

// For is the act with its reason.
func (a Act) For(reason string) Act {
	a.Reason = reason
	return a
}

func (a Act) complete() error {
	if a.Platform == "" || a.Actor == "" || a.Verb == "" || a.Subject == "" {
		return fmt.Errorf("write without a complete act: %+v", a)
	}
	return nil
}

// Read runs f on one consistent snapshot.
func (db *DB) Read(ctx context.Context, f func(*View) error) error {
	if db.pg != nil {
		return db.readPostgres(ctx, f)
	}
	return db.lite.snapshot(ctx, func(v *View) error {
		v.scope, v.now = db.scope, db.Now().UTC()
		return f(v)
	})
}

// Write runs f in a serializable transaction and records act in the audit trail
// of the same transaction. If f fails, neither the change, nor its jobs, nor the
// entry remains. When Write returns nil the change is on disk.
//
// f can run more than once (a retry after a serialization failure, or because
// another write of its batch failed), so it must
// not change anything outside the transaction that a second run would spoil, and
// it must not call Write.
func (db *DB) Write(ctx context.Context, act Act, f func(*Tx) error) error {
	if err := act.complete(); err != nil {
		return err
	}
	run := db.commit
	if db.pg != nil {
		run = db.inTurn
	}
	return thenDo(ctx, run, func(tx *Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return tx.audit(act)
	})
}

// write is Write without the audit entry: for the queue's own bookkeeping.
func (db *DB) write(ctx context.Context, f func(*Tx) error) error {
	return thenDo(ctx, db.commit, f)
}

// thenDo runs what a transaction has left to be done after it, once it is committed.
func thenDo(ctx context.Context, run func(context.Context, func(*Tx) error) error, f func(*Tx) error) error {
	var after []func()
	err := run(ctx, func(tx *Tx) error {
		err := f(tx)
		after = tx.after
		return err
	})
	if err == nil {
		for _, do := range after {
			do()
		}
	}
	return err
}

func (db *DB) commit(ctx context.Context, f func(*Tx) error) error {
	if db.pg != nil {
		return db.writePostgres(ctx, setScope(db.scope), f)
	}
	return db.lite.submit(ctx, db.Now, func(tx *Tx) error {
		tx.scope = db.scope
		return f(tx)
	})
}

// Also records a second act in the same transaction, for a write that touches
// two records (an expert's opinion also moves the request).
func (tx *Tx) Also(a Act) error {
	if err := a.complete(); err != nil {
		return err
	}
	return tx.audit(a)
}

// Integrity asks the engine to check its own files and references, and returns
// what it complains of.
func (db *DB) Integrity(ctx context.Context) (complaints []string, err error) {
	if db.pg != nil {
		return nil, nil // PostgreSQL checks pages as it reads them (data checksums) and references as it writes
	}
	err = db.Read(ctx, func(v *View) error {
		all, err := All(v, Value[string], `PRAGMA integrity_check`)
		if err != nil {
			return err
		}
		if len(all) != 1 || all[0] != "ok" {
			complaints = all
		}
		broken, err := All(v, func(row Row) (string, error) {
			var table, parent string
			var rowid, fk any
			err := row.Scan(&table, &rowid, &parent, &fk)
			return table + " → " + parent, err
		}, `PRAGMA foreign_key_check`)
		complaints = append(complaints, broken...)
		return err
	})
	return complaints, err
}
