package torture

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"time"
)

// Failover says how the loss of a database server is tried.
type Failover struct {
	Bin    string
	Rounds int
}

// FailoverResult is what was found.
type FailoverResult struct {
	Restarts, Failovers, Acked int
	Refused                    int // told that nothing is stored, and sent again later
	Worst                      time.Duration
	Wrong                      []string
}

const (
	pgConnections = 30
	pgClients     = 8
)

// Run takes requests on PostgreSQL while, one after the other: strangers take
// nearly every connection; the server is killed and started again; the server is
// killed for good and its synchronous standby promoted. The program is never
// restarted: it knows both servers from the start.
func (f Failover) Run(ctx context.Context) (res FailoverResult, err error) {
	for range f.Rounds {
		if err := f.round(ctx, &res); err != nil || ctx.Err() != nil {
			return res, err
		}
	}
	return res, nil
}

func (f Failover) round(ctx context.Context, res *FailoverResult) error {
	dir, remove, err := folder(false)
	if err != nil {
		return err
	}
	defer remove()
	p, err := primary(ctx, dir, pgConnections)
	if err != nil {
		return err
	}
	defer p.stop()
	b, err := p.standby(ctx, dir, pgConnections)
	if err != nil {
		return err
	}
	defer b.stop()
	dsn := "postgres://phare@/phare?host=" + p.dir + "," + b.dir + "&port=5432,5432&target_session_attrs=read-write&sslmode=disable&connect_timeout=2"
	s, err := NewSite(f.Bin, filepath.Join(dir, "site"), dsn)
	if err != nil {
		return err
	}
	if err := s.addDesk(ctx); err != nil {
		return err
	}
	v, err := s.Start(ctx)
	if err != nil {
		return err
	}
	defer v.Kill()
	loading, stop := context.WithCancel(ctx)
	defer stop()
	loaded := make(chan struct{})
	go func() { s.load(loading, pgClients, 0); close(loaded) }()
	if err := f.harm(ctx, s, p, b, res); err != nil {
		return err
	}
	stop()
	<-loaded
	res.Refused += s.Told.count(Refused)
	if failed := s.retry(ctx); failed > 0 {
		res.Wrong = append(res.Wrong, fmt.Sprintf("%d forms refused after it all: %s", failed, v.said))
	}
	res.Acked += s.Told.count(Acked)
	res.Worst = max(res.Worst, s.Told.Worst)
	v.Kill()
	wrong, err := Check(ctx, b.dsn("phare"), s.Data, s.Told, func(message string) bool { return lettered(s.Data, message) })
	res.Wrong = append(res.Wrong, wrong...)
	return err
}

// harm does the harm; after each the site must take requests again.
func (f Failover) harm(ctx context.Context, s *Site, p, b *pgServer, res *FailoverResult) error {
	if err := s.served(ctx, "at the start"); err != nil {
		return err
	}
	crowd, err := p.crowd()
	if err != nil {
		return err
	}
	time.Sleep(time.Second)
	crowd.Close()
	if err := s.served(ctx, "after the crowd had left"); err != nil {
		return err
	}
	if err := p.kill(); err != nil {
		return err
	}
	if err := p.start(pgConnections); err != nil {
		return err
	}
	if err := s.served(ctx, "after the restart"); err != nil {
		return err
	}
	res.Restarts++
	if err := p.kill(); err != nil {
		return err
	}
	if err := b.promote(ctx); err != nil {
		return err
	}
	res.Failovers++
	return s.served(ctx, "on the standby")
}

// served waits until clients have fifty more receipts.
func (s *Site) served(ctx context.Context, when string) error {
	want := s.Told.count(Acked) + 50
	for range 1200 {
		if s.Told.count(Acked) >= want {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("no fifty receipts in two minutes %s", when)
}

// crowd takes every connection that the server still gives.
func (p *pgServer) crowd() (*sql.DB, error) {
	db, err := sql.Open("pgx", p.dsn("phare"))
	if err != nil {
		return nil, err
	}
	for range pgConnections {
		if _, err := db.Conn(context.Background()); err != nil {
			break // full
		}
	}
	return db, nil
}
