package torture

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"phare/internal/doctor"
	"phare/internal/store"
)

// tomorrow is the program with two more migrations, one that copies many rows
// and one that puts a table in the place of another, so that the newest schema
// too has a next one.
func tomorrow() Mutant {
	return Mutant{"tomorrow", "two migrations more", []edit{
		{"internal/store/migrations/9001_copy.sql", "", `CREATE TABLE trail (seq BIGINT PRIMARY KEY, platform TEXT NOT NULL, verb TEXT NOT NULL);
INSERT INTO trail (seq, platform, verb) SELECT seq, platform, verb FROM audit;
CREATE INDEX trail_by_verb ON trail (verb, seq);
`},
		{"internal/store/migrations/9002_swap.sql", "", `CREATE TABLE event_made (id TEXT PRIMARY KEY, platform TEXT NOT NULL, request TEXT NOT NULL REFERENCES request (id), at TEXT NOT NULL,
    actor TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, shown_to TEXT NOT NULL);
INSERT INTO event_made (id, platform, request, at, actor, kind, text, shown_to) SELECT id, platform, request, at, actor, kind, text, shown_to FROM event;
DROP TABLE event;
ALTER TABLE event_made RENAME TO event;
CREATE INDEX event_by_request ON event (request, at);
`},
	}}
}

// newestTomorrow is the schema of tomorrow.
const newestTomorrow = 9002

// Upgrade says how upgrades are tried.
type Upgrade struct {
	Bin      string // today's program
	Root     string // the module's folder, from which tomorrow's is built
	Fixtures string // folder of the databases of older schemas
	Stride   int    // 1 kills at every call that writes, 2 at every second…; 0 at the 1st, 3rd, 9th, 27th…
	Engines  []string
}

// UpgradeResult is what was found.
type UpgradeResult struct {
	Runs  []UpgradeRun
	Wrong []string
}

// UpgradeRun is one old database brought up to date, killed at one write after
// the other until it met none.
type UpgradeRun struct {
	Fixture string
	Kills   int
	Schemas map[int]int // schema found after a kill → how often
}

// Run upgrades every fixture.
func (u Upgrade) Run(ctx context.Context) (res UpgradeResult, err error) {
	if err := CanTrace(); err != nil {
		return res, err
	}
	dir, remove, err := folder(false)
	if err != nil {
		return res, err
	}
	defer remove()
	next := filepath.Join(dir, "tomorrow")
	if err := Build(ctx, u.Root, "./cmd/phare", next, tomorrow()); err != nil {
		return res, err
	}
	fixtures, err := filepath.Glob(filepath.Join(u.Fixtures, "schema-*.gz"))
	if err != nil || len(fixtures) == 0 {
		return res, fmt.Errorf("no databases of older schemas in %s", u.Fixtures)
	}
	for _, f := range fixtures {
		engine := strings.Split(filepath.Base(f), ".")[1]
		if !slices.Contains(u.Engines, engine) {
			continue
		}
		old, err := unpack(ctx, dir, f, engine)
		if err != nil {
			return res, err
		}
		err = u.fixture(ctx, old, next, &res)
		old.close()
		if err != nil {
			return res, fmt.Errorf("%s: %w", filepath.Base(f), err)
		}
	}
	return res, nil
}

// old is a database of an older schema, of which fresh copies are made.
type old struct {
	name, dir string
	fresh     func(ctx context.Context, n int) (dsn string, err error)
	close     func()
	calls     string // that write, in the program
}

func unpack(ctx context.Context, dir, file, engine string) (*old, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	o := &old{name: strings.TrimSuffix(filepath.Base(file), ".gz"), dir: dir, close: func() {}, calls: "pwrite64,fsync,ftruncate,unlink"}
	if engine == "sqlite" {
		o.fresh = func(_ context.Context, n int) (string, error) {
			name := filepath.Join(dir, fmt.Sprintf("old-%d.db", n))
			return name, os.WriteFile(name, b, 0o600)
		}
		return o, nil
	}
	p, err := primary(ctx, dir, 100)
	if err != nil {
		return nil, err
	}
	o.close, o.calls = p.stop, "write"
	if err := p.exec("CREATE DATABASE old"); err != nil {
		return o, err
	}
	load := p.as(ctx, p.bin+"/psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", p.dir, "-U", "phare", "-d", "old")
	load.Stdin = strings.NewReader(string(b))
	if out, err := load.CombinedOutput(); err != nil {
		return o, fmt.Errorf("psql: %w: %s", err, out)
	}
	o.fresh = func(_ context.Context, n int) (string, error) {
		name := fmt.Sprintf("copy_%d", n)
		return p.dsn(name), p.exec("CREATE DATABASE " + name + " TEMPLATE old")
	}
	return o, nil
}

// patience is after how many programs that came to serve no more are killed: a
// thread that writes less than the others may have been counted.
const patience = 3

// fixture kills the upgrade of one database at its first write, its second, …
func (u Upgrade) fixture(ctx context.Context, o *old, next string, res *UpgradeResult) error {
	dsn, err := o.fresh(ctx, 0)
	if err != nil {
		return err
	}
	before, _, err := counted(ctx, dsn, "")
	if err != nil {
		return err
	}
	run := UpgradeRun{Fixture: o.name, Schemas: map[int]int{}}
	for n, lived := 1, 0; lived < patience && ctx.Err() == nil; n = u.next(n) {
		dsn, err := o.fresh(ctx, n)
		if err != nil {
			return err
		}
		killed, err := u.killed(ctx, o, next, dsn, n)
		if err != nil {
			return err
		}
		_, schema, err := counted(ctx, dsn, "")
		if err != nil {
			return fmt.Errorf("after a kill at write %d: %w", n, err)
		}
		if killed {
			run.Kills++
			run.Schemas[schema]++
		}
		for _, w := range u.finish(ctx, o, next, dsn, before) {
			res.Wrong = append(res.Wrong, fmt.Sprintf("%s killed at write %d: %s", o.name, n, w))
		}
		if !killed {
			lived++
		}
	}
	res.Runs = append(res.Runs, run)
	return ctx.Err()
}

// next is the write to be killed at after n.
func (u Upgrade) next(n int) int {
	if u.Stride == 0 {
		return 3 * n
	}
	return n + u.Stride
}

// killed starts tomorrow's program, which is killed at the n-th write of one of
// its threads; it is false when the program came to serve first.
func (u Upgrade) killed(ctx context.Context, o *old, next, dsn string, n int) (bool, error) {
	s, err := NewSite(next, filepath.Join(o.dir, "data"), dsn)
	if err != nil {
		return false, err
	}
	v, err := s.Start(ctx, "strace", "-D", "-f", "-o", os.DevNull, "-e", "trace="+o.calls,
		"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", o.calls, n))
	if errors.Is(err, errEnded) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	v.Kill()
	return false, nil
}

// finish starts tomorrow's program again and holds the outcome against what was
// there before; then today's program must refuse the database by its schema.
func (u Upgrade) finish(ctx context.Context, o *old, next, dsn string, before map[string]int) (wrong []string) {
	s, err := NewSite(next, filepath.Join(o.dir, "data"), dsn)
	if err != nil {
		return []string{err.Error()}
	}
	v, err := s.Start(ctx)
	if err != nil {
		return []string{err.Error()}
	}
	v.Stop()
	after, schema, err := counted(ctx, dsn, filepath.Join(o.dir, "data"))
	if err != nil {
		return []string{err.Error()}
	}
	if schema != newestTomorrow {
		wrong = append(wrong, fmt.Sprintf("its schema is %d", schema))
	}
	for table, n := range before {
		if after[table] < n {
			wrong = append(wrong, fmt.Sprintf("%d rows of %d are left in %s", after[table], n, table))
		}
	}
	if after["trail"] < before["audit"] {
		wrong = append(wrong, fmt.Sprintf("the copy has %d rows of %d", after["trail"], before["audit"]))
	}
	out, err := exec.CommandContext(ctx, u.Bin, "serve", "--addr=127.0.0.1:0", "--data", filepath.Join(o.dir, "data"), "--db", dsn).CombinedOutput()
	if err == nil || !strings.Contains(string(out), fmt.Sprintf("its schema is version %d, this program knows only up to", newestTomorrow)) {
		wrong = append(wrong, fmt.Sprintf("today's program does not refuse it by name: %v %s", err, out))
	}
	return wrong
}

var tableNames = regexp.MustCompile(`^[a-z_]+$`)

// counted is the number of rows of every table, and the schema, of a database
// that keeps its schema; with the data folder it fails if the database is not in
// order, which only a program of its schema can say.
func counted(ctx context.Context, dsn, data string) (rows map[string]int, schema int, err error) {
	db, err := store.OpenAsIs(ctx, dsn)
	if err != nil {
		return nil, 0, err
	}
	defer db.Close()
	rows = map[string]int{}
	err = db.Read(ctx, func(v *store.View) error {
		list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
		if db.Engine() == "postgres" {
			list = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`
		}
		names, err := store.All(v, store.Value[string], list)
		if err != nil {
			return err
		}
		for _, name := range names {
			if name == "goose_db_version" || name == "job" || // jobs are done meanwhile
				!tableNames.MatchString(name) {
				continue
			}
			if rows[name], err = store.One(v, store.Value[int], `SELECT count(*) FROM `+name); err != nil {
				return err
			}
		}
		schema, err = store.One(v, store.Value[int], `SELECT max(version_id) FROM goose_db_version`)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if data == "" {
		return rows, schema, nil
	}
	if err := unlock(db, data); err != nil {
		return nil, 0, err
	}
	findings, err := doctor.Examine(ctx, db)
	for _, f := range findings {
		if !f.Fine() {
			err = fmt.Errorf("%s (%s): %d", f.ID, f.Means, f.Count)
		}
	}
	return rows, schema, err
}

// Fixture writes today's database, filled with the demo's invented people, as
// the database of an older schema that later programs must bring up to date:
// one file an engine. An existing file is left alone.
func Fixture(ctx context.Context, bin, out string) (made []string, err error) {
	dir, remove, err := folder(false)
	if err != nil {
		return nil, err
	}
	defer remove()
	p, err := primary(ctx, dir, 100)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	for engine, dsn := range map[string]string{"sqlite": filepath.Join(dir, "phare.db"), "postgres": p.dsn("phare")} {
		s, err := NewSite(bin, filepath.Join(dir, engine), dsn)
		if err != nil {
			return nil, err
		}
		if err := s.demo(ctx); err != nil {
			return nil, err
		}
		_, schema, err := counted(ctx, dsn, "")
		if err != nil {
			return nil, err
		}
		var b []byte
		if engine == "sqlite" {
			b, err = os.ReadFile(dsn)
		} else {
			b, err = p.as(ctx, p.bin+"/pg_dump", "-h", p.dir, "-U", "phare", "--no-owner", "phare").Output()
		}
		if err != nil {
			return nil, err
		}
		name := filepath.Join(out, fmt.Sprintf("schema-%04d.%s.gz", schema, engine))
		if err := pack(name, b); err != nil {
			return nil, err
		}
		made = append(made, name)
	}
	slices.Sort(made)
	return made, nil
}

// demo fills a fresh database with invented people and ends.
func (s *Site) demo(ctx context.Context) error {
	s.more = []string{"--demo"}
	v, err := s.Start(ctx)
	if err != nil {
		return err
	}
	time.Sleep(100 * time.Millisecond)
	v.Stop()
	return nil
}

func pack(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(f)
	_, err = z.Write(b)
	return errors.Join(err, z.Close(), f.Close())
}

// Versions are the schemas of a run, sorted, for a report.
func (r UpgradeRun) Versions() []int { return slices.Sorted(maps.Keys(r.Schemas)) }
