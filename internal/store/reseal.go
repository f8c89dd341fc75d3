package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"phare"
	"phare/internal/seal"
)

// resealBatch is how many files are sealed anew in one transaction.
const resealBatch = 20

// Resealed counts what a pass did.
type Resealed struct {
	Files, Values int
}

// Rotate gives a platform a fresh key, every file of it a fresh key, and seals
// all its values anew, while the desk works. A pass that was cut short goes on
// where it stood: told is called after each batch, which is committed.
//
// When it returns nil, nothing is left that an old key of the platform opens,
// and the old keys are gone from the table.
func (db *DB) Rotate(ctx context.Context, platform string, told func(Resealed)) (done Resealed, err error) {
	if err := db.beginRotation(ctx, platform); err != nil {
		return done, err
	}
	for {
		n, err := db.rotateSome(ctx, platform, &done)
		if err != nil {
			return done, err
		}
		if n == 0 {
			break
		}
		if told != nil {
			told(done)
		}
	}
	act := Act{Platform: platform, Actor: "system", Verb: "key.rotated", Subject: platform}
	return done, db.Write(ctx, act, func(tx *Tx) error {
		return tx.Exec(`DELETE FROM seal_key WHERE platform = $1 AND subject = '' AND wrapped <> ''
			AND id <> (SELECT id FROM seal_key WHERE platform = $1 AND subject = '' ORDER BY created_at DESC, id DESC LIMIT 1)
			AND NOT EXISTS (SELECT 1 FROM seal_key f WHERE f.parent = seal_key.id)`, platform)
	})
}

// beginRotation makes the platform's next key, unless a pass is under way.
func (db *DB) beginRotation(ctx context.Context, platform string) error {
	act := Act{Platform: platform, Actor: "system", Verb: "key.rotate", Subject: platform}
	return db.Write(ctx, act, func(tx *Tx) error {
		keys, err := One(&tx.View, Value[int], `SELECT count(*) FROM seal_key WHERE platform = $1 AND subject = ''`, platform)
		if err != nil || keys > 1 {
			return err
		}
		_, err = tx.newKey(platform, "")
		return err
	})
}

// rotateSome seals a batch of files anew and says how many keys it replaced.
func (db *DB) rotateSome(ctx context.Context, platform string, done *Resealed) (n int, err error) {
	var batch Resealed
	err = db.write(ctx, func(tx *Tx) error {
		batch = Resealed{}
		newest, err := tx.keyFor(platform, "")
		if err != nil {
			return err
		}
		old, err := All(&tx.View, scanKey, fmt.Sprintf(`SELECT `+keyColumns+` FROM seal_key
			WHERE platform = $1 AND subject <> '' AND wrapped <> '' AND parent <> $2 ORDER BY id LIMIT %d`, resealBatch), platform, newest.ID)
		if err != nil {
			return err
		}
		for _, k := range old {
			values, err := tx.resealFile(k)
			if err != nil {
				return fmt.Errorf("sealing %s anew: %w", k.subject, err)
			}
			batch.Values += values
		}
		batch.Files = len(old)
		return nil
	})
	if err == nil {
		done.Files += batch.Files
		done.Values += batch.Values
	}
	return batch.Files, err
}

// resealFile gives one file a fresh key and drops the old one.
func (tx *Tx) resealFile(old keyRow) (values int, err error) {
	fresh, err := tx.newKey(old.platform, old.subject)
	if err != nil {
		return 0, err
	}
	kind, id, _ := strings.Cut(old.subject, "/")
	for _, t := range sealedTables {
		if t.kind != kind {
			continue
		}
		n, err := tx.resealRows(t, id, fresh, false)
		if err != nil {
			return 0, err
		}
		values += n
	}
	return values, tx.Exec(`DELETE FROM seal_key WHERE id = $1`, old.id)
}

// resealRows seals what the rows of one file hold in one table under its key.
// Clear says that what an older Phare wrote may still be in clear; otherwise a
// value in clear was planted, and is refused.
func (tx *Tx) resealRows(t sealedTable, file string, k heldKey, clear bool) (values int, err error) {
	type stored struct {
		row    string
		values []string
	}
	rows, err := All(&tx.View, func(row Row) (s stored, err error) {
		s.values = make([]string, len(t.columns))
		into := []any{&s.row}
		for i := range s.values {
			into = append(into, &s.values[i])
		}
		return s, row.Scan(into...)
	}, `SELECT `+t.row+`, `+strings.Join(t.columns, ", ")+` FROM `+t.table+` WHERE `+t.of+` = $1 AND platform = $2`, file, k.platform)
	if err != nil {
		return 0, err
	}
	for _, s := range rows {
		set, args := make([]string, len(t.columns)), []any{s.row, k.platform}
		for i, c := range t.columns {
			value := s.values[i]
			if value != "" && (seal.IsSealed(value) || !clear) {
				if value, err = tx.open(t.table+"."+c, s.row, value); err != nil {
					return 0, fmt.Errorf("column %s.%s of row %s: %w", t.table, c, s.row, err)
				}
			}
			if value != "" {
				values++
			}
			again, err := k.Seal(place(k.platform, t.table+"."+c, s.row), value)
			if err != nil {
				return 0, err
			}
			args = append(args, again)
			set[i] = fmt.Sprintf("%s = $%d", c, len(args))
		}
		err := tx.Update(`UPDATE `+t.table+` SET `+strings.Join(set, ", ")+` WHERE `+t.row+` = $1 AND platform = $2`, args...)
		if err != nil {
			return 0, err
		}
	}
	return values, nil
}

// sealedMark is a row of seal_key that says that nothing is in clear any more,
// for the list of columns of this program.
const sealedMark = "all-sealed-1"

// Reindex makes the search words and blind indexes of one row anew, from its
// values, which are sealed by now. A room gives one for its table.
type Reindex func(tx *Tx, platform, row string) error

// SealAll seals what an older Phare wrote in clear. It does nothing once it has
// been through, and goes on where it stood if it was cut short.
func (db *DB) SealAll(ctx context.Context, reindex map[string]Reindex) (done Resealed, err error) {
	marked := false
	err = db.Read(ctx, func(v *View) error {
		_, err := One(v, Value[string], `SELECT id FROM seal_key WHERE id = $1`, sealedMark)
		marked = err == nil
		if phare.KindOf(err) == phare.NotFound {
			return nil
		}
		return err
	})
	if err != nil || marked {
		return done, err
	}
	for _, t := range sealedTables {
		for {
			n := 0
			err := db.write(ctx, func(tx *Tx) (err error) {
				n, err = tx.sealSome(t, reindex[t.table])
				return err
			})
			if err != nil {
				return done, fmt.Errorf("table %s: %w", t.table, err)
			}
			if n == 0 {
				break
			}
			done.Values += n
		}
	}
	if err := db.scrub(ctx, done.Values > 0); err != nil {
		return done, fmt.Errorf("overwriting what stood in clear: %w", err)
	}
	act := Act{Platform: "-", Actor: "system", Verb: "key.sealed", Subject: "database"}
	return done, db.Write(ctx, act, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO seal_key (id, platform, subject, parent, wrapped, created_at) VALUES ($1, '-', '-', '-', '', $2)`, sealedMark, tx.Now)
	})
}

// scrub rewrites the whole database, so that free pages hold nothing of what
// was sealed. PostgreSQL's own log and older backups are the operator's.
func (db *DB) scrub(ctx context.Context, needed bool) error {
	if !needed {
		return nil
	}
	if db.pg != nil {
		_, err := db.pg.ExecContext(ctx, `VACUUM FULL`)
		return err
	}
	conn, err := sql.Open("sqlite", "file:"+escapePath(db.dsn)+"?_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, q := range []string{`VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// EmptyLog takes what changed rows were before out of SQLite's write-ahead log:
// all of it moves into the database file, whose freed bytes are overwritten.
// Old versions in PostgreSQL's tables and log are the operator's. Readers that
// are under way can hold it up for some seconds; then it is an error, and the
// log is emptied at the next try.
func (db *DB) EmptyLog(ctx context.Context) error {
	if db.pg != nil {
		return nil
	}
	conn, err := sql.Open("sqlite", "file:"+escapePath(db.dsn)+"?_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)")
	if err != nil {
		return err
	}
	defer conn.Close()
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return fmt.Errorf("emptying the log: %w", err)
	}
	if busy != 0 {
		return errors.New("emptying the log: it is being read")
	}
	return nil
}

// HoldsSealed says whether the database has keys, and so values that need them.
func (db *DB) HoldsSealed(ctx context.Context) (yes bool, err error) {
	err = db.Read(ctx, func(v *View) error {
		n, err := One(v, Value[int], `SELECT count(*) FROM (SELECT 1 FROM seal_key WHERE wrapped <> '' LIMIT 1) k`)
		yes = n > 0
		return err
	})
	return yes, err
}

// CheckKeys says whether the site's keys open those of every platform.
func (db *DB) CheckKeys(ctx context.Context) error {
	return db.Read(ctx, func(v *View) error {
		keys, err := All(v, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE subject = ''`)
		for _, k := range keys {
			if _, bad := v.unwrap(k); bad != nil {
				return bad
			}
		}
		return err
	})
}

// sealSome seals a batch of rows that have something in clear.
func (tx *Tx) sealSome(t sealedTable, reindex Reindex) (rows int, err error) {
	inClear := make([]string, len(t.columns))
	for i, c := range t.columns {
		inClear[i] = fmt.Sprintf("(%[1]s <> '' AND substr(%[1]s, 1, 3) <> 's1:')", c)
	}
	type line struct{ row, of, platform string }
	lines, err := All(&tx.View, func(row Row) (l line, err error) {
		err = row.Scan(&l.row, &l.of, &l.platform)
		return l, err
	}, fmt.Sprintf(`SELECT %s, %s, platform FROM %s WHERE %s LIMIT %d`, t.row, t.of, t.table, strings.Join(inClear, " OR "), resealBatch))
	if err != nil {
		return 0, err
	}
	for _, l := range lines {
		k, err := tx.keyFor(l.platform, t.subjectOf(l.of))
		if err != nil {
			return 0, err
		}
		one := t
		one.of = t.row // this row only
		if _, err := tx.resealRows(one, l.row, k, true); err != nil {
			return 0, err
		}
		if reindex != nil {
			if err := reindex(tx, l.platform, l.row); err != nil {
				return 0, err
			}
		}
	}
	return len(lines), nil
}

// Shred destroys the key of one file: what it sealed, here and in every copy of
// the table, cannot be read by anyone any more. It reads as empty.
func (tx *Tx) Shred(platform, subject string) error {
	if subject == "" {
		return errors.New("no file is named")
	}
	tx.after = append(tx.after, tx.vault.forget)
	return tx.Exec(`UPDATE seal_key SET wrapped = '', parent = '' WHERE platform = $1 AND subject = $2`, platform, subject)
}

// Forget drops the keys of a file that is deleted with all its rows.
func (tx *Tx) Forget(subject string) error {
	return tx.Exec(`DELETE FROM seal_key WHERE subject = $1`, subject)
}

// Rewrap seals the keys of all platforms with the newest of the site's, so that
// the others can be dropped from the key file.
func (db *DB) Rewrap(ctx context.Context) (n int, err error) {
	act := Act{Platform: "-", Actor: "system", Verb: "key.rewrap", Subject: "database"}
	err = db.Write(ctx, act, func(tx *Tx) error {
		site := tx.vault.site.Load()
		if site == nil {
			return errLocked
		}
		keys, err := All(&tx.View, scanKey, `SELECT `+keyColumns+` FROM seal_key WHERE subject = '' AND wrapped <> '' AND parent <> $1`, site.Newest().ID)
		if err != nil {
			return err
		}
		for _, row := range keys {
			k, err := tx.unwrap(row)
			if err != nil {
				return err
			}
			wrapped, err := site.Newest().Wrap(row.platform+"|", k.Key)
			if err != nil {
				return err
			}
			if err := tx.Update(`UPDATE seal_key SET parent = $1, wrapped = $2 WHERE id = $3`, site.Newest().ID, wrapped, row.id); err != nil {
				return err
			}
		}
		n = len(keys)
		return tx.Exec(`INSERT INTO seal_key (id, platform, subject, parent, wrapped, created_at) VALUES ($1, '-', '-', $2, '', $3)
			ON CONFLICT (id) DO UPDATE SET parent = $2, created_at = $3`, siteMark, site.Newest().ID, tx.Now)
	})
	return n, err
}

// SealFaults opens every sealed value and says what does not open, or is in
// clear: as "column of row", never a value.
func (db *DB) SealFaults(ctx context.Context) (faults []string, checked int, err error) {
	err = db.Read(ctx, func(v *View) error {
		for _, t := range sealedTables {
			for _, c := range t.columns {
				_, err := All(v, func(row Row) (struct{}, error) {
					var id, stored string
					if err := row.Scan(&id, &stored); err != nil {
						return struct{}{}, err
					}
					checked++
					if _, err := v.open(t.table+"."+c, id, stored); err != nil {
						faults = append(faults, fmt.Sprintf("%s.%s of %s: %v", t.table, c, id, err))
					}
					return struct{}{}, nil
				}, `SELECT `+t.row+`, `+c+` FROM `+t.table+` WHERE `+c+` <> ''`)
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return faults, checked, err
}
