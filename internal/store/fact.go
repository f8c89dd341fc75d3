package store

import (
	"context"
	"net/netip"
	"time"
)

// Kinds of Fact.
const (
	BackupFact  = "backup"
	RestoreTest = "restore-test" // a backup was restored into a database of its own and examined
	DoctorFact  = "doctor"       // all invariants were checked, the trail's among them
)

// Fact is what a command of the operator last did, for the state page.
type Fact struct {
	Kind string
	At   time.Time
	Fine bool
}

// Note stores that a command of the operator did its work, and whether all was
// fine. It leaves no audit entry: nobody's record is touched, and a check must
// not change the trail that it checks.
func (db *DB) Note(ctx context.Context, kind string, fine bool) error {
	return db.write(ctx, func(tx *Tx) error {
		return tx.Exec(`INSERT INTO site_fact (kind, platform, at, fine) VALUES ($1, '-', $2, $3)
			ON CONFLICT (kind) DO UPDATE SET at = excluded.at, fine = excluded.fine`, kind, tx.Now, fine)
	})
}

// Facts are the last of each kind, by kind.
func Facts(v *View) (map[string]Fact, error) {
	all, err := All(v, func(row Row) (f Fact, err error) {
		err = row.Scan(&f.Kind, Time(&f.At), &f.Fine)
		return f, err
	}, `SELECT kind, at, fine FROM site_fact`)
	by := map[string]Fact{}
	for _, f := range all {
		by[f.Kind] = f
	}
	return by, err
}

// Copying is whether what is committed now is on another machine too.
type Copying struct {
	Standbys int  // that the engine names
	Away     bool // one of them, on another machine, has on its disk all that was committed when this was asked
	Waited   bool // a commit waits for its standby (synchronous_commit and synchronous_standby_names)
	Hidden   bool // the database's role may not see standbys: nothing is claimed
}

// copyTries bounds how long a receipt waits for a copy that is on its way.
const (
	copyTries = 4
	copyPause = 40 * time.Millisecond
)

// Copied asks whether what is committed is on another machine. SQLite has no
// standby. On PostgreSQL a standby counts that streams, whose disk holds the log
// as far as this machine's does, and whose address is not this machine's own.
func (db *DB) Copied(ctx context.Context) (c Copying, err error) {
	if db.pg == nil {
		return Copying{}, nil
	}
	for try := 0; ; try++ {
		if c, err = db.standbys(ctx); err != nil || c.Away || c.Standbys == 0 || c.Hidden || try == copyTries {
			return c, err
		}
		select {
		case <-ctx.Done():
			return c, ctx.Err()
		case <-time.After(copyPause):
		}
	}
}

// standby is one line of pg_stat_replication.
type standby struct {
	state, address, own string // "" where the engine hides it
	flushed             bool
}

func (db *DB) standbys(ctx context.Context) (c Copying, err error) {
	var all []standby
	var commit, names string
	err = db.Read(ctx, func(v *View) error {
		all, err = All(v, func(row Row) (s standby, err error) {
			err = row.Scan(&s.state, &s.address, &s.own, &s.flushed)
			return s, err
		}, `SELECT COALESCE(r.state, ''), COALESCE(host(r.client_addr), ''), COALESCE(host(inet_server_addr()), ''), COALESCE(r.flush_lsn >= here.lsn, FALSE)
			FROM pg_stat_replication r, (SELECT pg_current_wal_flush_lsn() AS lsn) here`)
		if err != nil {
			return err
		}
		commit, err = One(v, Value[string], `SELECT current_setting('synchronous_commit')`)
		if err == nil {
			names, err = One(v, Value[string], `SELECT current_setting('synchronous_standby_names')`)
		}
		return err
	})
	return judge(all, commit, names), err
}

func judge(all []standby, commit, names string) Copying {
	c := Copying{Standbys: len(all), Waited: names != "" && (commit == "on" || commit == "remote_apply")}
	for _, s := range all {
		if s.state == "" {
			c.Hidden = true
			continue
		}
		ip, err := netip.ParseAddr(s.address)
		if err == nil && !ip.Unmap().IsLoopback() && s.address != s.own && s.state == "streaming" && s.flushed {
			c.Away = true
		}
	}
	c.Hidden = c.Hidden && !c.Away
	return c
}
