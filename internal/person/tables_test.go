package person

import (
	"slices"
	"strings"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/text"
)

// outside are the tables that have such a key and are of no patient's file.
var outside = map[string]string{}

// schema is every table of the house with its columns, and the tables that each refers to.
func schema(t *testing.T, db *store.DB) (columns, refers map[string][]string) {
	t.Helper()
	columns, refers = map[string][]string{}, map[string][]string{}
	must(t, db.Read(t.Context(), func(v *store.View) error {
		tables, err := store.All(v, store.Value[string], `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if columns[table], err = store.All(v, store.Value[string], `SELECT name FROM pragma_table_info($1)`, table); err != nil {
				return err
			}
			if refers[table], err = store.All(v, store.Value[string], `SELECT "table" FROM pragma_foreign_key_list($1)`, table); err != nil {
				return err
			}
		}
		return nil
	}))
	return columns, refers
}

// Each table that holds something of a request or a patient is in the copy, or on the
// list of what is left out, with its reason; and so is each of its columns. A new table
// fails here until it is named in tables.go.
func TestCopyIsComplete(t *testing.T) {
	columns, refers := schema(t, storetest.Open(t, "sqlite"))
	words, err := text.Load()
	must(t, err)
	var about func(table string) bool
	about = func(table string) bool { // by a column's name, or by what it refers to, however far
		return table == "request" || table == "patient" || slices.ContainsFunc(columns[table], func(c string) bool { return c == "request" || c == "patient" || c == "attachment" }) ||
			slices.ContainsFunc(refers[table], func(to string) bool { return to != table && about(to) })
	}
	named := map[string]bool{}
	for _, p := range given {
		named[p.table] = true
		if left[p.table] != "" {
			t.Errorf("%s is given and left out", p.table)
		}
		for _, c := range columns[p.table] {
			if slices.Contains(never, c) || c == p.row {
				continue
			}
			is, out := slices.Contains(p.columns, c), p.left[c] != ""
			if is == out {
				t.Errorf("%s.%s: given %v, left out %v: name it once in tables.go", p.table, c, is, out)
			}
		}
		for _, c := range p.columns {
			if !slices.Contains(columns[p.table], c) {
				t.Errorf("%s has no column %s", p.table, c)
			}
			if !slices.Contains(p.quiet, c) && !words.Has("copy.col."+c) {
				t.Errorf("%s.%s has no words: copy.col.%s", p.table, c, c)
			}
		}
		for c := range p.left {
			if !slices.Contains(columns[p.table], c) {
				t.Errorf("%s has no column %s to leave out", p.table, c)
			}
		}
		if !words.Has("copy.table." + p.table) {
			t.Errorf("the table %s has no heading: copy.table.%s", p.table, p.table)
		}
	}
	for table := range columns {
		if about(table) && !named[table] && left[table] == "" && outside[table] == "" {
			t.Errorf("%s holds something of a request or a patient: give it in the copy or say in tables.go why not", table)
		}
	}
	for table, why := range left {
		if len(columns[table]) == 0 {
			t.Errorf("%s is left out, and there is no such table", table)
		}
		if !words.Has("copy.left." + why) {
			t.Errorf("the reason %s has no words", why)
		}
	}
	for table := range outside {
		if !about(table) {
			t.Errorf("%s need not be named as outside", table)
		}
	}
	if len(given) < 30 || !strings.Contains(given[0].where, "$3") {
		t.Errorf("%d tables are given", len(given))
	}
}
