package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// errClosed is what a write gets after Close.
var errClosed = fmt.Errorf("the database is closed")

// errBroken is what every write gets after the disk failed one.
var errBroken = errors.New("the disk failed; restart Phare after looking at it")

// submit hands a write to the writer and waits until it is on disk. Once its
// turn has come it is carried out even if the caller goes away, so that a
// half-read answer never hides a half-done change; before that it is dropped.
func (l *lite) submit(ctx context.Context, now func() time.Time, f func(*Tx) error) error {
	p := &pending{ctx: ctx, now: now, f: f, ok: make(chan struct{})}
	select {
	case <-l.stop:
		return errClosed
	default:
	}
	select {
	case l.queue <- p:
	case <-l.stop:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-p.ok:
		return p.err
	case <-l.done:
	}
	select { // the writer ended: it may have served p as its last
	case <-p.ok:
		return p.err
	default:
		return errClosed
	}
}

// run is the writer: it takes what is waiting and commits it together.
func (l *lite) run() {
	defer close(l.done)
	for {
		select {
		case p := <-l.queue:
			l.commit(l.gather(p))
		case <-l.stop:
			for {
				select {
				case p := <-l.queue:
					l.commit(l.gather(p))
				default:
					return
				}
			}
		}
	}
}

// gather adds what is waiting to a batch.
func (l *lite) gather(batch ...*pending) []*pending {
	for len(batch) < liteBatch {
		select {
		case p := <-l.queue:
			batch = append(batch, p)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch, on disk before any caller is told. A savepoint around
// each write would cost a copy of every page it touches, and few writes fail:
// they run without, and only a batch with a failure is run again with them.
func (l *lite) commit(batch []*pending) {
	var failed error
	err := l.transaction(func() error {
		batch, failed = l.together(batch)
		return failed
	})
	if failed != nil && len(batch) > 1 && l.broken == nil {
		err = l.transaction(func() error { return l.apart(batch) })
	}
	for _, p := range batch {
		if err != nil && p.err == nil {
			p.err = err
		}
		close(p.ok)
	}
}

// transaction commits what run wrote, or nothing of it.
func (l *lite) transaction(run func() error) error {
	if l.broken != nil {
		return l.broken
	}
	ctx := context.Background()
	err := l.begin(ctx)
	if err != nil {
		return err
	}
	if err = run(); err == nil {
		_, err = l.writer.exec(ctx, "COMMIT", nil)
	}
	if err != nil {
		l.writer.exec(ctx, "ROLLBACK", nil)
	}
	if isLiteIO(err) {
		// After a failed write or fsync the disk may hold anything, and a
		// second fsync may report success for pages that were lost. Nothing
		// is written any more until the program is started again.
		l.broken = fmt.Errorf("%w: %w", errBroken, err)
	}
	return err
}

// begin takes the write lock, which another process (a command of the operator)
// may hold for a while.
func (l *lite) begin(ctx context.Context) error {
	deadline := time.Now().Add(liteBusy)
	for {
		_, err := l.writer.exec(ctx, "BEGIN IMMEDIATE", nil)
		if err == nil || !isLiteBusy(err) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// together runs the writes of a batch one after the other, and those that
// arrive meanwhile, up to the first that fails.
func (l *lite) together(batch []*pending) ([]*pending, error) {
	for i := 0; i < len(batch); i++ {
		p := batch[i]
		if p.err = p.ctx.Err(); p.err != nil {
			continue // its caller has gone
		}
		if err := l.one(p); err != nil {
			return batch, err
		}
		batch = l.gather(batch...)
	}
	return batch, nil
}

// apart runs each write of a batch in its own savepoint and gives it its
// outcome. It fails when the engine has ended the whole transaction by itself,
// as it does on a full disk: then nothing of the batch stands, and what still
// waits must not run outside.
func (l *lite) apart(batch []*pending) error {
	ctx := context.Background()
	for _, p := range batch {
		if _, err := l.writer.exec(ctx, "SAVEPOINT one", nil); err != nil {
			return err
		}
		if p.err = l.one(p); p.err != nil {
			if _, err := l.writer.exec(ctx, "ROLLBACK TO one", nil); err != nil {
				p.err = fmt.Errorf("%w (and undoing it: %w)", p.err, err)
				return p.err
			}
		}
		if _, err := l.writer.exec(ctx, "RELEASE one", nil); err != nil {
			return err
		}
	}
	return nil
}

// one runs one write, unless its caller has gone.
func (l *lite) one(p *pending) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	// SQLite ends the whole transaction when a statement is interrupted, so a
	// caller that goes away later must not interrupt one.
	s := &strict{session: l.writer}
	err := protect(p.f, newTx(View{ctx: context.WithoutCancel(p.ctx), s: s, vault: l.vault}, p.now()))
	return cmp.Or(err, s.failed)
}

// strict refuses whatever follows a statement that failed, as PostgreSQL does:
// SQLite may have ended the transaction (a full disk), and what a careless write
// did next would stand alone.
type strict struct {
	session
	failed error
}

func (s *strict) query(ctx context.Context, q string, args []any) (rows *sql.Rows, err error) {
	if s.failed == nil {
		rows, s.failed = s.session.query(ctx, q, args)
	}
	return rows, s.failed
}

func (s *strict) exec(ctx context.Context, q string, args []any) (res sql.Result, err error) {
	if s.failed == nil {
		res, s.failed = s.session.exec(ctx, q, args)
	}
	return res, s.failed
}

// protect turns a panic of f into an error, so that it cannot take the writer
// and the other writes of its batch down.
func protect(f func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", r, debug.Stack())
		}
	}()
	return f(tx)
}
