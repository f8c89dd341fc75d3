package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"phare/internal/store"
)

// cluster is the private PostgreSQL of this test process.
type cluster struct {
	admin *sql.DB
	dir   string // holds the socket and the data
	alive any    // the server's standard input: kept so that it stays open
}

var start = sync.OnceValues(startCluster)

func server(t testing.TB) *cluster {
	t.Helper()
	c, err := start()
	if err != nil {
		t.Fatalf("no private PostgreSQL: %v", err)
	}
	return c
}

func (c *cluster) dsn(database string) string {
	return c.as("plain", database)
}

func (c *cluster) as(role, database string) string {
	return "postgres://" + role + "@/" + database + "?host=" + c.dir + "&sslmode=disable"
}

// create copies the migrated template: faster than migrating for every test.
func (c *cluster) create(t testing.TB) string {
	t.Helper()
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := c.admin.Exec("CREATE DATABASE " + name + " TEMPLATE migrated OWNER plain"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)") })
	return c.dsn(name)
}

func (c *cluster) blank(t testing.TB) string {
	t.Helper()
	name := "t_" + strings.ToLower(rand.Text())
	if _, err := c.admin.Exec("CREATE DATABASE " + name + " OWNER plain"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)") })
	return c.dsn(name)
}

// watch runs the server for as long as its standard input stays open, that is
// as long as the test process lives, however it ends; then it removes it all.
const watch = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off ` +
	`-c synchronous_commit=off -c max_connections=200 -c shared_buffers=32MB >"$2/log" 2>&1 & pid=$!
cat >/dev/null
kill -INT $pid; wait $pid; rm -rf "$2"`

func startCluster() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "phare-pg-")
	if err != nil {
		return nil, err
	}
	var as []string // PostgreSQL refuses to run as root
	if os.Geteuid() == 0 {
		if out, err := exec.Command("chown", "postgres", dir).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chown: %w: %s", err, out)
		}
		as = []string{"runuser", "-u", "postgres", "--"}
	}
	command := func(args ...string) *exec.Cmd {
		args = append(slices.Clone(as), args...)
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir // a folder that the other user may enter
		return cmd
	}
	if out, err := command(bin+"/initdb", "-D", dir+"/data", "-U", "phare", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	cmd := command("sh", "-c", watch, "sh", bin, dir)
	alive, err := cmd.StdinPipe() // held open until this process ends
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &cluster{dir: dir, alive: alive}
	if err := c.wait(); err != nil {
		log, _ := os.ReadFile(dir + "/log")
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(log))
	}
	// No superuser: row-level security would not apply to one.
	for _, q := range []string{"CREATE ROLE plain LOGIN", "CREATE DATABASE migrated OWNER plain"} {
		if _, err := c.admin.Exec(q); err != nil {
			return nil, err
		}
	}
	return c, migrate(c.dsn("migrated"))
}

func (c *cluster) wait() (err error) {
	if c.admin, err = sql.Open("pgx", c.as("phare", "postgres")); err != nil {
		return err
	}
	for range 300 {
		if err = c.admin.Ping(); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// binaries finds Debian's PostgreSQL, newest first.
func binaries() (string, error) {
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.Sort(dirs)
	for _, dir := range slices.Backward(dirs) {
		if _, err := os.Stat(dir + "/initdb"); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("no PostgreSQL of Debian is installed; type: apt-get install postgresql")
}

func migrate(dsn string) error {
	off.Store(true)
	defer off.Store(false)
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	return db.Close()
}
