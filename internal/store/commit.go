package store

import (
	"context"
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

func (l *lite) gather(first *pending) []*pending {
	batch := []*pending{first}
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

// commit runs a batch in one transaction and tells every caller its outcome.
func (l *lite) commit(batch []*pending) {
	ctx := context.Background()
	err := l.broken
	if err == nil {
		err = l.begin(ctx)
	}
	if err == nil {
		if err = l.each(batch); err == nil {
			_, err = l.writer.exec(ctx, "COMMIT", nil)
		}
		if err != nil {
			l.writer.exec(ctx, "ROLLBACK", nil)
			if isLiteIO(err) {
				// After a failed write or fsync the disk may hold anything, and a
				// second fsync may report success for pages that were lost. Nothing
				// is written any more until the program is started again.
				l.broken = fmt.Errorf("%w: %w", errBroken, err)
			}
		}
	}
	for _, p := range batch {
		if err != nil && p.err == nil {
			p.err = err
		}
		close(p.ok)
	}
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

// each runs the writes of a batch and gives each its outcome. It fails when the
// engine has ended the whole transaction by itself, as it does on a full disk:
// then nothing of the batch stands, and what still waits must not run outside.
func (l *lite) each(batch []*pending) error {
	for _, p := range batch {
		if p.err = l.one(p); errors.Is(p.err, errEnded) {
			return p.err
		}
	}
	return nil
}

// errEnded is a write that could not be undone alone.
var errEnded = errors.New("the transaction ended")

// one runs one write in its own savepoint.
func (l *lite) one(p *pending) error {
	// SQLite ends the whole transaction when a statement is interrupted, so a
	// caller that goes away must not interrupt one.
	ctx := context.WithoutCancel(p.ctx)
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	if _, err := l.writer.exec(ctx, "SAVEPOINT one", nil); err != nil {
		return err
	}
	err := protect(p.f, &Tx{View: View{ctx: ctx, s: l.writer}, Now: p.now().UTC()})
	if err != nil {
		if _, e := l.writer.exec(ctx, "ROLLBACK TO one", nil); e != nil {
			return fmt.Errorf("%w (and undoing it: %w: %w)", err, errEnded, e)
		}
	}
	if _, e := l.writer.exec(ctx, "RELEASE one", nil); e != nil && err == nil {
		err = e
	}
	return err
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
