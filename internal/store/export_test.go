package store

import "context"

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
