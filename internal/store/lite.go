package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// minSQLite is the first release without the WAL-reset race that could lose
// commits with two connections (present from 3.7.0 to 3.51.2).
const minSQLite = "3.51.3"

const (
	liteReaders  = 4                // snapshots that can be read at once
	liteBatch    = 64               // writes that share one commit at most
	liteBusy     = 10 * time.Second // how long another process may hold the file
	liteMaxStmts = 512              // prepared statements kept per connection
)

// lite is an SQLite file: one writer connection, on which all writes queue up,
// and a few readers that never wait for it.
//
// Writes that arrive while the disk is busy share the next commit (group
// commit), and all are told only after the common fsync. One that fails takes
// nothing of the others with it: its batch is run again, each in a savepoint.
type lite struct {
	write, read *sql.DB
	writer      *liteSession
	readers     chan *liteSession
	queue       chan *pending
	stop        chan struct{} // closed when no write may enter any more
	done        chan struct{} // closed when the writer has ended
	once        sync.Once
	closeErr    error
	vault       *vault
	broken      error // set by the writer once the disk has failed; only the writer reads it
}

type pending struct {
	ctx context.Context
	now func() time.Time
	f   func(*Tx) error
	err error
	ok  chan struct{}
}

func (db *DB) openLite(ctx context.Context) error {
	if dir := filepath.Dir(db.dsn); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	l := &lite{
		vault:   db.vault,
		readers: make(chan *liteSession, liteReaders), queue: make(chan *pending, 4*liteBatch),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	if err := l.open(ctx, db.dsn); err != nil {
		if l.write != nil {
			l.write.Close()
		}
		if l.read != nil {
			l.read.Close()
		}
		return err
	}
	go l.run()
	db.lite, db.closed = l, l.close
	return nil
}

func (l *lite) open(ctx context.Context, path string) (err error) {
	// Before the engine opens the files and never after: closing any of our own
	// descriptors on them would drop the locks that the engine holds (POSIX), and
	// the next program to look would take the log for left behind and delete it.
	if err := syncLite(path); err != nil {
		return err
	}
	file := "file:" + escapePath(path)
	common := "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	// A checkpoint every 32 MiB instead of every 4: fewer pauses of the writer.
	// What undoes a savepoint is kept in memory: it need not survive the program.
	// What is deleted is overwritten: an erased file must not be read from free bytes.
	l.write, err = sql.Open("sqlite", file+"?_txlock=immediate&"+common+"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(8000)&_pragma=cache_size(-12000)&_pragma=temp_store(2)&_pragma=secure_delete(1)")
	if err != nil {
		return err
	}
	conn, err := l.write.Conn(ctx)
	if err != nil {
		return err
	}
	l.writer = &liteSession{conn: conn, stmts: map[string]*sql.Stmt{}}
	if err := checkLite(ctx, conn); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	l.read, err = sql.Open("sqlite", file+"?"+common+"&_pragma=query_only(1)&_pragma=cache_size(-3000)")
	if err != nil {
		return err
	}
	for range liteReaders {
		conn, err := l.read.Conn(ctx)
		if err != nil {
			return err
		}
		l.readers <- &liteSession{conn: conn, stmts: map[string]*sql.Stmt{}}
	}
	return nil
}

// syncLite brings to the disk what an earlier run, killed between writing and
// synchronising, may have left in the memory of the operating system. It counts
// as committed from here on: whoever is told so must not lose it to a power cut.
func syncLite(path string) error {
	for _, name := range []string{path + "-wal", path, filepath.Dir(path)} {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // the log is there only after a kill, or while another program runs
		}
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// escapePath makes a path part of a file: URL, where ? and # would end it.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// checkLite refuses an engine that could lose an acknowledged write.
func checkLite(ctx context.Context, conn *sql.Conn) error {
	var version, journal string
	var sync int
	if err := conn.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return err
	}
	if olderThan(version, minSQLite) {
		return fmt.Errorf("SQLite %s is older than %s, which can lose committed data", version, minSQLite)
	}
	if err := conn.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&journal); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, `PRAGMA synchronous`).Scan(&sync); err != nil {
		return err
	}
	if journal != "wal" || sync != 2 {
		return fmt.Errorf("journal_mode is %s and synchronous %d, need wal and 2 (FULL): is the file on a network disk?", journal, sync)
	}
	return nil
}

// olderThan compares dotted versions number by number.
func olderThan(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if x != y {
			return x < y
		}
	}
	return len(as) < len(bs)
}

func (l *lite) close() error {
	l.once.Do(func() {
		close(l.stop)
		<-l.done
		// Readers under way end first; a connection left open would keep the
		// write-ahead log from being folded into the file.
		for range liteReaders {
			(<-l.readers).close()
		}
		l.writer.close()
		l.closeErr = errors.Join(l.write.Close(), l.read.Close())
	})
	return l.closeErr
}

func (l *lite) reader(ctx context.Context) (*liteSession, error) {
	select {
	case s := <-l.readers:
		return s, nil
	case <-l.stop:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lite) snapshot(ctx context.Context, f func(*View) error) error {
	s, err := l.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { l.readers <- s }()
	if _, err := s.exec(ctx, "BEGIN", nil); err != nil {
		return err
	}
	// Ending a read-only transaction cannot fail in a way that matters.
	defer s.exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
	return f(&View{ctx: ctx, s: s, vault: l.vault})
}

// isLiteBusy says whether another process held the file.
func isLiteBusy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == lib.SQLITE_BUSY || e.Code()&0xff == lib.SQLITE_LOCKED)
}

// isLiteIO says whether the disk failed. A full disk is not a failed one.
func isLiteIO(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == lib.SQLITE_IOERR
}

func isLiteDuplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == lib.SQLITE_CONSTRAINT_UNIQUE || e.Code() == lib.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// liteSession is one connection and the statements prepared on it: preparing a
// statement costs more than running it.
type liteSession struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (s *liteSession) close() {
	for _, st := range s.stmts {
		st.Close()
	}
	s.conn.Close()
}

func (s *liteSession) stmt(ctx context.Context, q string) (*sql.Stmt, error) {
	if st, ok := s.stmts[q]; ok {
		return st, nil
	}
	if len(s.stmts) >= liteMaxStmts {
		for _, st := range s.stmts {
			st.Close()
		}
		clear(s.stmts)
	}
	st, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, err
	}
	s.stmts[q] = st
	return st, nil
}

func (s *liteSession) query(ctx context.Context, q string, args []any) (*sql.Rows, error) {
	st, err := s.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (s *liteSession) exec(ctx context.Context, q string, args []any) (sql.Result, error) {
	st, err := s.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}
