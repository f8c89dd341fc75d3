package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"time"

	"phare"
)

// session is one connection inside a transaction.
type session interface {
	query(ctx context.Context, q string, args []any) (*sql.Rows, error)
	exec(ctx context.Context, q string, args []any) (sql.Result, error)
}

// View reads one consistent snapshot. Like an http.Request it lives for one
// call and carries that call's context.
type View struct {
	ctx   context.Context
	s     session
	vault *vault
	scope string             // the platform that it is opened for, or everywhere
	now   time.Time          // one instant for the whole of it
	fresh map[string]heldKey // keys made in this transaction, by id
}

// Now is the one instant at which the view was opened, UTC.
func (v *View) Now() time.Time { return v.now }

// watcher is shown every statement of the rooms before it is run. Only tests have one.
var watcher atomic.Pointer[func(statement string)]

// Watch makes f the watcher of this process; for tests (storetest).
func Watch(f func(statement string)) { watcher.Store(&f) }

func watched(statement string) {
	if f := watcher.Load(); f != nil {
		(*f)(statement)
	}
}

// query runs a statement that reads.
func (v *View) query(q string, args []any) (*sql.Rows, error) {
	watched(q)
	return v.s.query(v.ctx, q, args)
}

// Row is one row of a result.
type Row interface{ Scan(dest ...any) error }

// One returns the row that query finds, or a NotFound error.
func One[T any](v *View, scan func(Row) (T, error), query string, args ...any) (t T, err error) {
	args, err = v.bind(args)
	if err != nil {
		return t, err
	}
	rows, err := v.query(query, args)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return t, err
		}
		return t, &phare.Error{Kind: phare.NotFound, Key: "error.notfound"}
	}
	if t, err = scan(openRow{rows, v}); err != nil {
		return t, err
	}
	return t, rows.Close()
}

// All returns every row that query finds.
func All[T any](v *View, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	args, err := v.bind(args)
	if err != nil {
		return nil, err
	}
	rows, err := v.query(query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		t, err := scan(openRow{rows, v})
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// Value scans a row of one column.
func Value[T any](row Row) (t T, err error) {
	err = row.Scan(&t)
	return t, err
}

// Tx is a View that can also write.
type Tx struct {
	View
	Now time.Time // one instant for the whole transaction, UTC

	after []func() // what to do once it is committed
}

func newTx(v View, now time.Time) *Tx {
	tx := &Tx{View: v}
	tx.at(now)
	return tx
}

// at sets the one instant of the transaction.
func (tx *Tx) at(now time.Time) { tx.Now, tx.now = now.UTC(), now.UTC() }

// Exec runs a statement.
func (tx *Tx) Exec(query string, args ...any) error {
	_, err := tx.Affect(query, args...)
	return err
}

// Affect runs a statement and reports how many rows it changed.
func (tx *Tx) Affect(query string, args ...any) (int64, error) {
	args, err := tx.bind(args)
	if err != nil {
		return 0, err
	}
	watched(query)
	res, err := tx.s.exec(tx.ctx, query, args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Update runs a statement that must change exactly one row, as an UPDATE that
// repeats the version it read does; otherwise the record has moved on.
func (tx *Tx) Update(query string, args ...any) error {
	n, err := tx.Affect(query, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return &phare.Error{Kind: phare.Conflict, Key: "error.conflict"}
	}
	return nil
}

// timeLayout has a fixed width, so that text order is time order.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// plain stores times as UTC text, which both engines compare and cut alike. The
// zero time is the empty text.
func plain(args []any) []any {
	for i, a := range args {
		switch a := a.(type) {
		case time.Time:
			args[i] = FormatTime(a)
		case phare.ID:
			args[i] = string(a)
		}
	}
	return args
}

// FormatTime is the stored form of t: UTC, fixed width, empty for the zero time.
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// Time scans a stored time into t.
func Time(t *time.Time) any { return (*timeScanner)(t) }

type timeScanner time.Time

// Scan reads the stored form.
func (s *timeScanner) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("time stored as %T", v)
	}
	if text == "" {
		*s = timeScanner(time.Time{})
		return nil
	}
	t, err := time.Parse(timeLayout, text)
	*s = timeScanner(t)
	return err
}
