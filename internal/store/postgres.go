package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// pgRetries bounds how often a transaction is run again after a serialization
// failure; with the growing pause this is about two seconds in all.
const pgRetries = 12

func (db *DB) openPostgres(ctx context.Context) error {
	pg, err := sql.Open("pgx", db.dsn)
	if err != nil {
		return err
	}
	pg.SetMaxOpenConns(16)
	pg.SetMaxIdleConns(16)
	var collate, encoding string
	err = pg.QueryRowContext(ctx, `SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()`).Scan(&collate, &encoding)
	if err == nil && (encoding != "UTF8" || collate != "C" && collate != "POSIX") {
		err = fmt.Errorf("it sorts by %s in %s, but Phare needs text to sort as in SQLite; create it with: createdb --template=template0 --locale=C --encoding=UTF8 NAME", collate, encoding)
	}
	if err != nil {
		pg.Close()
		return err
	}
	aside, err := sql.Open("pgx", db.dsn)
	if err != nil {
		pg.Close()
		return err
	}
	aside.SetMaxOpenConns(2)
	db.vault.aside = aside
	db.pg, db.turn, db.closed = pg, make(chan struct{}, 1), func() error { return errors.Join(pg.Close(), aside.Close()) }
	return nil
}

type pgSession struct{ tx *sql.Tx }

func (s pgSession) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	return s.tx.QueryContext(ctx, q, args...)
}

func (s pgSession) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	return s.tx.ExecContext(ctx, q, args...)
}

func (db *DB) readPostgres(ctx context.Context, f func(*View) error) error {
	tx, err := db.pg.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer tx.Rollback() // no effect after Commit
	v := &View{ctx: ctx, s: pgSession{tx}, vault: db.vault, scope: db.scope, now: db.Now().UTC()}
	if err := v.enter(); err != nil {
		return err
	}
	if err := f(v); err != nil {
		return err
	}
	return tx.Commit()
}

// writePostgres runs f after the statements of first.
func (db *DB) writePostgres(ctx context.Context, first string, f func(*Tx) error) error {
	for try := 0; ; try++ {
		err := db.tryPostgres(ctx, first, f)
		if err == nil || try == pgRetries || !retryable(err) {
			return err
		}
		pause := time.Duration(1<<min(try, 8)) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause)):
		}
	}
}

// inTurn is writePostgres for writes that add to the trail: one at a time, since
// each entry builds on the one before. Within this program they wait without a
// connection, so that readers always find one; between programs, on a lock that
// must be taken before anything is read, since reading fixes what is seen.
func (db *DB) inTurn(ctx context.Context, f func(*Tx) error) error {
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-db.turn }()
	return db.writePostgres(ctx, setScope(db.scope)+`; LOCK TABLE audit_turn IN EXCLUSIVE MODE`, func(tx *Tx) error {
		tx.at(db.Now()) // not before its turn: entries are in the order of their times
		return f(tx)
	})
}

func (db *DB) tryPostgres(ctx context.Context, first string, f func(*Tx) error) error {
	tx, err := db.pg.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	defer tx.Rollback() // no effect after Commit
	if _, err := tx.ExecContext(ctx, first); err != nil {
		return err
	}
	if err := f(newTx(View{ctx: ctx, s: pgSession{tx}, vault: db.vault, scope: db.scope}, db.Now())); err != nil {
		return err
	}
	return tx.Commit()
}

// retryable says whether the server asks to run the transaction again:
// serialization failure or deadlock.
func retryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01")
}

// IsDuplicate says whether err is a violated unique constraint, on either engine.
func IsDuplicate(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return isLiteDuplicate(err)
}
