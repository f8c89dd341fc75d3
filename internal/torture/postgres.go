package torture

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
)

// pgServer is a private PostgreSQL from Debian's binaries, with every promise of
// durability switched on, in a folder of its own.
type pgServer struct {
	bin, dir string
	alive    io.Closer // its end ends the server, however this process ends
	done     chan struct{}
}

// pgWatch runs the server for as long as its standard input stays open.
const pgWatch = `"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=on -c synchronous_commit=on -c shared_buffers=32MB -c max_connections="$3" >>"$2/log" 2>&1 & pid=$!
cat >/dev/null
kill -INT $pid 2>/dev/null; wait $pid`

// pgBinaries finds Debian's PostgreSQL, newest first.
func pgBinaries() (string, error) {
	dirs, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(dirs) == 0 {
		return "", fmt.Errorf("no PostgreSQL of Debian is installed; type: apt-get install postgresql")
	}
	slices.Sort(dirs)
	return filepath.Dir(dirs[len(dirs)-1]), nil
}

// as is a command of the server's own user: PostgreSQL refuses to run as root.
func (p *pgServer) as(ctx context.Context, args ...string) *exec.Cmd {
	if os.Geteuid() == 0 {
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = p.dir // a folder that the other user may enter
	return cmd
}

func (p *pgServer) run(ctx context.Context, args ...string) error {
	if out, err := p.as(ctx, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(args[0]), err, out)
	}
	return nil
}

func newPgServer(parent, name string) (*pgServer, error) {
	bin, err := pgBinaries()
	if err != nil {
		return nil, err
	}
	p := &pgServer{bin: bin, dir: filepath.Join(parent, name)}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		if err := os.Chmod(parent, 0o755); err != nil {
			return nil, err
		}
		if out, err := exec.Command("chown", "postgres", p.dir).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("chown: %w: %s", err, out)
		}
	}
	return p, nil
}

// start runs the server on the data that is there, and waits until it answers.
func (p *pgServer) start(connections int) error {
	cmd := p.as(context.Background(), "sh", "-c", pgWatch, "sh", p.bin, p.dir, strconv.Itoa(connections))
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.alive, p.done = in, make(chan struct{})
	go func() {
		cmd.Wait()
		close(p.done)
	}()
	for range 300 {
		if _, err = p.query("postgres", "SELECT 'up'"); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	log, _ := os.ReadFile(p.dir + "/log")
	return fmt.Errorf("PostgreSQL did not start: %w: %s", err, bytes.TrimSpace(log))
}

// stop ends the server in order.
func (p *pgServer) stop() {
	if p.alive != nil {
		p.alive.Close()
		<-p.done
	}
}

// kill is kill -9 of every process of the server.
func (p *pgServer) kill() error {
	b, err := os.ReadFile(p.dir + "/data/postmaster.pid")
	if err != nil {
		return err
	}
	pid, _, _ := strings.Cut(string(b), "\n")
	server, err := strconv.Atoi(pid)
	if err != nil {
		return err
	}
	if err := syscall.Kill(server, syscall.SIGSTOP); err != nil { // it starts no more of them
		return err
	}
	children, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	if err != nil {
		return err
	}
	all := append([]string{pid}, strings.Fields(string(children))...)
	for _, one := range all {
		if n, err := strconv.Atoi(one); err == nil {
			syscall.Kill(n, syscall.SIGKILL)
		}
	}
	p.stop()
	for _, one := range all {
		if err := gone(one); err != nil {
			return err
		}
	}
	return nil
}

// gone waits until a killed process holds nothing any more.
func gone(pid string) error {
	for range 500 {
		b, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || bytes.Contains(b, []byte(") Z ")) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("process %s does not end", pid)
}

func (p *pgServer) dsn(database string) string {
	return "postgres://phare@/" + database + "?host=" + p.dir + "&sslmode=disable"
}

// query runs one statement and returns the first value of its first row.
func (p *pgServer) query(database, q string) (value string, err error) {
	db, err := sql.Open("pgx", p.dsn(database))
	if err != nil {
		return "", err
	}
	defer db.Close()
	err = db.QueryRow(q).Scan(&value)
	return value, err
}

func (p *pgServer) exec(q string) error {
	db, err := sql.Open("pgx", p.dsn("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(q)
	return err
}

// primary makes an empty server with the database phare.
func primary(ctx context.Context, parent string, connections int) (*pgServer, error) {
	p, err := newPgServer(parent, "primary")
	if err != nil {
		return nil, err
	}
	if err := p.run(ctx, p.bin+"/initdb", "-D", p.dir+"/data", "-U", "phare", "--auth=trust", "--no-sync", "--locale=C", "--encoding=UTF8"); err != nil {
		return nil, err
	}
	if err := p.start(connections); err != nil {
		return nil, err
	}
	return p, p.exec("CREATE DATABASE phare")
}

// standby copies a primary and follows it; from then on the primary confirms
// nothing that the standby has not on disk.
func (p *pgServer) standby(ctx context.Context, parent string, connections int) (*pgServer, error) {
	s, err := newPgServer(parent, "standby")
	if err != nil {
		return nil, err
	}
	if err := s.run(ctx, s.bin+"/pg_basebackup", "-D", s.dir+"/data", "-h", p.dir, "-U", "phare", "-R", "-c", "fast", "--no-sync"); err != nil {
		return nil, err
	}
	if err := s.start(connections); err != nil {
		return nil, err
	}
	for _, q := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		if err := p.exec(q); err != nil {
			return nil, err
		}
	}
	for range 100 {
		if state, err := p.query("postgres", "SELECT sync_state FROM pg_stat_replication"); err == nil && state == "sync" {
			return s, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, fmt.Errorf("the standby did not become synchronous")
}

// promote makes a standby the server.
func (p *pgServer) promote(ctx context.Context) error {
	return p.run(ctx, p.bin+"/pg_ctl", "promote", "-w", "-D", p.dir+"/data")
}
