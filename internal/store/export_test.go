package store

import (
	"context"
	"database/sql"
)

// OpenAt opens a database with the schema of an older program.
func OpenAt(ctx context.Context, dsn string, version int64) (*DB, error) {
	db, err := OpenAsIs(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return db, db.migrateTo(ctx, version)
}

// WriteBare writes without an audit entry, whose table an older schema has not.
func (db *DB) WriteBare(ctx context.Context, f func(*Tx) error) error { return db.write(ctx, f) }

// DSN names the database.
func (db *DB) DSN() string { return db.dsn }

// Raw is the pool of connections to PostgreSQL, on which nothing says for whom.
func (db *DB) Raw() *sql.DB { return db.pg }

// Tables lists the tables so that each comes after those it refers to.
func (db *DB) Tables(v *View) ([]string, error) { return db.tables(v) }

// ErrWall is what is behind the wall.
var ErrWall = errWall
