package store

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"phare"
)

// dumpFormat names the backup file and its version.
const dumpFormat = "phare backup 1"

// batchRows is how many rows share one line of a backup and one INSERT.
const batchRows = 100

// A backup is a gzipped file of JSON lines: a header, then rows of each table in
// an order that respects references, then a trailer with the number of rows and
// the SHA-256 of all before it. It is the same for both engines, so a site can
// move from one to the other.
type (
	dumpHead struct {
		Format string `json:"format"`
		Schema int64  `json:"schema"`
		At     string `json:"at"`
		Engine string `json:"engine"`
	}
	dumpRows struct {
		Table   string   `json:"table"`
		Columns []string `json:"columns"`
		Rows    [][]any  `json:"rows"`
	}
	dumpTail struct {
		Rows   int    `json:"rows"`
		SHA256 string `json:"sha256"`
	}
)

// Counted is the number of rows of each table of a backup.
type Counted map[string]int

// Total is the number of rows of all tables.
func (c Counted) Total() (n int) {
	for _, rows := range c {
		n += rows
	}
	return n
}

// Dump writes one consistent snapshot of the whole database to w.
func (db *DB) Dump(ctx context.Context, w io.Writer) (Counted, error) {
	z := gzip.NewWriter(w)
	sum := sha256.New()
	out := json.NewEncoder(io.MultiWriter(z, sum))
	counted := Counted{}
	err := db.Read(ctx, func(v *View) error {
		tables, err := db.tables(v)
		if err != nil {
			return err
		}
		schema, err := schemaVersion(v)
		if err != nil {
			return err
		}
		if err := out.Encode(dumpHead{dumpFormat, schema, FormatTime(db.Now()), db.Engine()}); err != nil {
			return err
		}
		for _, t := range tables {
			n, err := dumpTable(v, t, out)
			if err != nil {
				return fmt.Errorf("table %s: %w", t, err)
			}
			counted[t] = n
		}
		return json.NewEncoder(z).Encode(dumpTail{counted.Total(), hex.EncodeToString(sum.Sum(nil))})
	})
	if err != nil {
		return nil, err
	}
	return counted, z.Close()
}

func dumpTable(v *View, table string, out *json.Encoder) (n int, err error) {
	rows, err := v.s.query(v.ctx, "SELECT * FROM "+table, nil)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	d := dumpRows{Table: table}
	if d.Columns, err = rows.Columns(); err != nil {
		return 0, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		row, into := make([]any, len(d.Columns)), make([]any, len(d.Columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i := range row {
			row[i] = portable(row[i], types[i].DatabaseTypeName())
		}
		d.Rows = append(d.Rows, row)
		if n++; len(d.Rows) == batchRows {
			if err := out.Encode(d); err != nil {
				return n, err
			}
			d.Rows = d.Rows[:0]
		}
	}
	if err := rows.Err(); err != nil || len(d.Rows) == 0 {
		return n, err
	}
	return n, out.Encode(d)
}

// portable turns what a driver returned into what both engines take back: text
// as text, and booleans (integers in SQLite) as booleans.
func portable(v any, declared string) any {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	if n, ok := v.(int64); ok && strings.HasPrefix(strings.ToUpper(declared), "BOOL") {
		return n != 0
	}
	return v
}

// columns are a table's, as the engine knows them.
func columns(v *View, table string) ([]string, error) {
	rows, err := v.s.query(v.ctx, "SELECT * FROM "+table+" WHERE 1 = 0", nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

func schemaVersion(v *View) (int64, error) {
	return One(v, Value[int64], `SELECT max(version_id) FROM goose_db_version`)
}

// tables lists our tables so that each comes after those it refers to.
func (db *DB) tables(v *View) ([]string, error) {
	names := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version' ORDER BY name`
	refs := `SELECT m.name, f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if db.pg != nil {
		names = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'goose_db_version' ORDER BY table_name`
		refs = `SELECT c.relname, f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
			WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace`
	}
	all, err := All(v, Value[string], names)
	if err != nil {
		return nil, err
	}
	type pair struct{ from, to string }
	pairs, err := All(v, func(row Row) (p pair, err error) {
		err = row.Scan(&p.from, &p.to)
		return p, err
	}, refs)
	if err != nil {
		return nil, err
	}
	needs := map[string]map[string]bool{}
	for _, t := range all {
		needs[t] = map[string]bool{}
	}
	for _, p := range pairs {
		if p.from != p.to {
			needs[p.from][p.to] = true
		}
	}
	return inOrder(needs)
}

// inOrder sorts tables so that each comes after those it needs, by name among equals.
func inOrder(needs map[string]map[string]bool) (order []string, err error) {
	for len(needs) > 0 {
		var ready []string
		for _, t := range slices.Sorted(maps.Keys(needs)) {
			if len(needs[t]) == 0 {
				ready = append(ready, t)
			}
		}
		if len(ready) == 0 {
			return nil, phare.Fault(phare.Internal, "store.cycle")
		}
		for _, t := range ready {
			delete(needs, t)
			for _, n := range needs {
				delete(n, t)
			}
		}
		order = append(order, ready...)
	}
	return order, nil
}
