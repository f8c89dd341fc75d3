package storetest

import (
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"phare/internal/store"
)

// allowed are the statements that by design are bound to no platform, with why.
//
//go:embed unbound.txt
var allowed string

// watcher looks at every statement that a test runs.
type watcher struct {
	tables func() ([]string, error)
	listed func() (map[string]string, error)

	mu     sync.Mutex
	fine   map[string]bool // by statement as it was run
	faults []string
}

var watching = &watcher{tables: sync.OnceValues(platformTables), listed: sync.OnceValues(func() (map[string]string, error) { return readAllowed(allowed) }), fine: map[string]bool{}}

// off is true while the schema is made.
var off atomic.Bool

// begin looks at what a test runs from here on, and fails it at its end for what it
// ran. What is registered first comes last: the database is closed by then.
func (w *watcher) begin(t testing.TB) {
	store.Watch(w.look)
	t.Cleanup(func() { w.report(t) })
}

// look keeps what is wrong with a statement until the test that ran it ends.
func (w *watcher) look(statement string) {
	w.mu.Lock()
	fine := w.fine[statement]
	w.mu.Unlock()
	if fine || off.Load() {
		return
	}
	file := origin() // the words of a listed statement may be run by someone else
	w.mu.Lock()
	fine = w.fine[file+"\x00"+statement]
	w.mu.Unlock()
	if fine {
		return
	}
	asked := false
	fault, err := w.fault(statement, func() string { asked = true; return file })
	if err != nil {
		fault = err.Error() + ": " + Normal(statement)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case fault == "" && asked:
		w.fine[file+"\x00"+statement] = true
	case fault == "":
		w.fine[statement] = true
	case !slices.Contains(w.faults, fault):
		w.faults = append(w.faults, fault)
	}
}

// fault says what is wrong with a statement, empty if nothing; of asks who runs it.
func (w *watcher) fault(statement string, of func() string) (string, error) {
	tables, err := w.tables()
	if err != nil {
		return "", err
	}
	open, err := unbound(statement, tables)
	if err == nil && len(open) == 0 {
		return "", nil
	}
	listed, also := w.listed()
	if also != nil {
		return "", also
	}
	file := of()
	if ofTest(file) || listed["room "+path.Dir(file)] != "" || listed["file "+file] != "" {
		return "", nil
	}
	if err != nil || listed[file+" "+Normal(statement)] != "" {
		return "", err
	}
	return fmt.Sprintf("bound to no platform (%s), and not in storetest/unbound.txt: %s %s", strings.Join(open, ", "), file, Normal(statement)), nil
}

// report fails a test for what was run since the last one that was reported.
func (w *watcher) report(t testing.TB) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.faults {
		t.Errorf("a statement %s", f)
	}
	w.faults = nil
}

// origin is the file of whoever runs a statement, below internal: of the nearest
// function on the stack that is not the way into the database.
func origin() string {
	pcs := make([]uintptr, 32)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for within := false; ; {
		f, more := frames.Next()
		way := strings.HasSuffix(f.File, "internal/store/view.go")
		if !more || within && !way {
			return f.File[strings.LastIndex(f.File, "internal/")+len("internal/"):]
		}
		within = within || way
	}
}

// ofTest says whether a file is a test's, whose statements see what they like.
func ofTest(file string) bool {
	return strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "store/storetest/")
}

// platformTables asks the schema which tables have a platform.
func platformTables() (tables []string, err error) {
	file, err := migrated()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "phare-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "phare.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'platform' ORDER BY m.name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

// readAllowed reads lines of a file with its statement, of a whole file or of a room, a tab and the reason.
func readAllowed(text string) (map[string]string, error) {
	all := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		statement, why, ok := strings.Cut(line, "\t")
		switch {
		case !ok || strings.TrimSpace(why) == "":
			return nil, fmt.Errorf("unbound.txt: %q gives no reason", line)
		case all[statement] != "":
			return nil, fmt.Errorf("unbound.txt: %q stands there twice", statement)
		}
		all[statement] = why
	}
	return all, nil
}

var (
	space    = regexp.MustCompile(`\s+`)
	inValues = regexp.MustCompile(`\$\d+(?:, \$\d+)+|(IN) \(\$\d+\)`)
	inSelect = regexp.MustCompile(`^SELECT (DISTINCT )?[^()]*? FROM |^(INSERT INTO \w+) \([^()]*\)`)
)

// Normal is a statement as it stands in unbound.txt: on one line, its list of
// columns and lists of values left out, since they bind nothing and change.
func Normal(statement string) string {
	s := strings.ReplaceAll(strings.TrimSpace(space.ReplaceAllString(statement, " ")), "( … )", "(…)")
	s = inSelect.ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "INSERT") {
			return m
		}
		return "SELECT … FROM "
	})
	return inValues.ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "IN") {
			return "IN (…)"
		}
		return "…"
	})
}
