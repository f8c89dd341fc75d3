package store

import (
	"cmp"
	"context"
	"database/sql"

	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/trail"
)

// plant makes the tree of entries that were written before there was one.
func plant(ctx context.Context, tx *sql.Tx) error {
	t := &Tx{View: View{ctx: ctx, s: pgSession{tx}}} // any engine's: it only passes statements on
	n, err := One(&t.View, Value[int64], `SELECT count(*) FROM audit`)
	recent := map[int64][]tlog.Hash{}
	for seq := int64(1); err == nil && seq <= n; seq++ {
		var e Entry
		if e, err = One(&t.View, scanEntry, `SELECT `+entryColumns+` FROM audit WHERE seq = $1`, seq); err != nil {
			return err
		}
		e.Salt, e.Role = trail.NewSalt(), cmp.Or(e.Role, roleOf(Act{Actor: e.Actor}))
		e.Seal = trail.Seal(e.Salt, e.Subject, e.Reason)
		var hashes []tlog.Hash
		hashes, err = trail.Grow(seq-1, e.Leaf(), func(seq int64) ([]tlog.Hash, error) { return recent[seq], nil })
		if err != nil {
			return err
		}
		recent[seq] = hashes
		err = t.Exec(`UPDATE audit SET role = $1, salt = $2, seal = $3, hashes = $4 WHERE seq = $5`, e.Role, e.Salt, e.Seal, trail.PackHashes(hashes), seq)
	}
	return err
}
