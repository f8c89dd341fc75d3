package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"phare/internal/trail"
)

// Restore fills an empty, migrated database from a backup. Either all of it is
// there afterwards or nothing. It leaves one audit entry, which tells whoever
// compares trails that a restore happened.
func (db *DB) Restore(ctx context.Context, r io.ReadSeeker) (Counted, error) {
	z, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("this is not a backup of Phare: %w", err)
	}
	var counted Counted
	run := db.write
	if db.pg != nil {
		run = db.inTurn
	}
	err = run(ctx, func(tx *Tx) error {
		// A second run, after a serialization failure, reads from the beginning.
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := z.Reset(bufio.NewReader(r)); err != nil {
			return err
		}
		tables, err := db.tables(&tx.View)
		if err != nil {
			return err
		}
		for _, t := range tables {
			if n, err := One(&tx.View, Value[int], "SELECT count(*) FROM "+t); err != nil || n != 0 {
				return errors.Join(err, fmt.Errorf("table %s already has %d rows: restore only into a fresh database", t, n))
			}
		}
		l := loader{tx: tx, tables: tables, counted: Counted{}, sum: sha256.New()}
		counted = l.counted
		if err := l.all(bufio.NewReader(z)); err != nil {
			return err
		}
		// The first entry after the backup's: whoever compares trails sees where
		// this one goes on from.
		had, err := Tree(&tx.View)
		if err != nil {
			return err
		}
		return tx.audit(Act{Platform: "-", Actor: "system", Verb: trail.RestoreVerb, Subject: "database", Reason: fmt.Sprintf("%d %s", had.N, had.Hash)})
	})
	return counted, err
}

type loader struct {
	tx      *Tx
	tables  []string
	counted Counted
	sum     hash.Hash
}

// all reads line by line, so that the sum covers exactly the lines before the trailer.
func (l *loader) all(r *bufio.Reader) error {
	for number := 1; ; number++ {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("line %d: the backup is cut short: %w", number, err)
		}
		done, err := l.line(number, line)
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		if done {
			return nil
		}
		l.sum.Write(line)
	}
}

func (l *loader) line(number int, line []byte) (done bool, err error) {
	if number == 1 {
		return false, l.head(line)
	}
	var tail dumpTail
	if json.Unmarshal(line, &tail) == nil && tail.SHA256 != "" {
		if got := hex.EncodeToString(l.sum.Sum(nil)); got != tail.SHA256 || tail.Rows != l.counted.Total() {
			return false, fmt.Errorf("the backup is damaged: %d rows with sum %s, its end says %d and %s", l.counted.Total(), got, tail.Rows, tail.SHA256)
		}
		return true, nil
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber() // a number must come back as it was, not through a float
	var d dumpRows
	if err := dec.Decode(&d); err != nil {
		return false, fmt.Errorf("the backup is damaged: %w", err)
	}
	return false, l.rows(d)
}

func (l *loader) head(line []byte) error {
	var h dumpHead
	if err := json.Unmarshal(line, &h); err != nil || h.Format != dumpFormat {
		return fmt.Errorf("this is not a backup of Phare (its first line is not %q)", dumpFormat)
	}
	have, err := schemaVersion(&l.tx.View)
	if err == nil && have != h.Schema {
		err = fmt.Errorf("the backup has schema version %d, this program %d: restore it with the version of Phare that wrote it, then upgrade", h.Schema, have)
	}
	return err
}

func (l *loader) rows(d dumpRows) error {
	if !slices.Contains(l.tables, d.Table) {
		return fmt.Errorf("no table %q here", d.Table)
	}
	known, err := columns(&l.tx.View, d.Table)
	if err != nil {
		return err
	}
	for _, c := range d.Columns {
		if !slices.Contains(known, c) {
			return fmt.Errorf("table %s has no column %q", d.Table, c)
		}
	}
	var marks []string
	for i := range d.Columns {
		marks = append(marks, fmt.Sprintf("$%d", i+1))
	}
	override := ""
	if _, pg := l.tx.s.(pgSession); pg {
		override = " OVERRIDING SYSTEM VALUE"
	}
	insert := fmt.Sprintf("INSERT INTO %s (%s)%s VALUES (%s)", d.Table, strings.Join(d.Columns, ", "), override, strings.Join(marks, ", "))
	for _, row := range d.Rows {
		if len(row) != len(d.Columns) {
			return fmt.Errorf("table %s: a row of %d values for %d columns", d.Table, len(row), len(d.Columns))
		}
		for i, x := range row {
			if n, ok := x.(json.Number); ok {
				if row[i], err = n.Int64(); err != nil {
					return fmt.Errorf("table %s: %w", d.Table, err)
				}
			}
		}
		if err := l.tx.Exec(insert, row...); err != nil {
			return fmt.Errorf("table %s: %w", d.Table, err)
		}
	}
	l.counted[d.Table] += len(d.Rows)
	return nil
}
