// Package audit makes the trail worth believing: it signs checkpoints of its
// tree, has other sites witness them and witnesses theirs, verifies the trail of
// a database and writes it out for whoever wants to verify it without one, and
// tells who opened a file. It promises that what it calls in order was not
// changed since the oldest checkpoint that somebody else holds; of what happened
// before anyone else held one it can promise nothing. It may read any table.
package audit

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/store"
	"phare/internal/trail"
)

// How often a running site signs its trail, and asks its witnesses.
const (
	SignEvery    = 5 * time.Minute
	WitnessEvery = time.Hour
)

// Sign signs the trail as it stands, unless nothing was added since it was last.
// It does not sign a trail that ends with a restore: SignRestored does.
func Sign(ctx context.Context, db *store.DB, key trail.Key) (store.Signed, error) {
	return db.Checkpoint(ctx, func(v *store.View, t tlog.Tree, at time.Time) ([]byte, error) {
		if t.N > 0 {
			last, err := store.One(v, store.Value[string], `SELECT verb FROM audit WHERE seq = $1`, t.N)
			if err != nil {
				return nil, err
			}
			if last == trail.RestoreVerb {
				return nil, fmt.Errorf("entry %d of the trail says that a backup was restored, and nobody signed for that: if it is so, phare audit sign does; if not, the entry is forged", t.N)
			}
		}
		return signed(t, at, key)
	})
}

// SignRestored is Sign for whoever knows that a backup was restored: the restore
// itself, or the operator. Done by the clock it would vouch for an entry that
// an intruder wrote, and so for the end of the trail taken out before it.
func SignRestored(ctx context.Context, db *store.DB, key trail.Key) (store.Signed, error) {
	return db.Checkpoint(ctx, func(_ *store.View, t tlog.Tree, at time.Time) ([]byte, error) { return signed(t, at, key) })
}

func signed(t tlog.Tree, at time.Time, key trail.Key) ([]byte, error) {
	return trail.SignWith(trail.Checkpoint{Origin: key.Name(), Size: t.N, Root: t.Hash, At: at}, key)
}

// Held is what verification holds a trail against.
type Held struct {
	Log       []note.Verifier // the log's own key, and those it had before; none: signatures are not checked
	Witnesses []note.Verifier // whose signatures count
	Marks     []trail.Mark    // what was given from outside
}

// VerifyLive recomputes the trail of a database, compares it with every hash
// that is kept, and with every checkpoint that the database and held know of.
func VerifyLive(ctx context.Context, db *store.DB, held Held) (out trail.Outcome, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		out, err = Verify(v, held)
		return err
	})
	return out, err
}

// Verify is VerifyLive inside a transaction.
func Verify(v *store.View, held Held) (trail.Outcome, error) {
	marks, bad, err := marksOf(v, held)
	if err != nil {
		return trail.Outcome{}, err
	}
	c := trail.NewChecker(marks)
	for _, words := range bad {
		c.Fault(0, words)
	}
	err = inBatches(v, func(e store.Entry) {
		c.Add(trail.Line{Seq: e.Seq, Leaf: e.Leaf(), Text: &e.Entry, Kept: trail.UnpackHashes(e.Hashes), Full: true})
		if !e.Opens() {
			c.Fault(e.Seq, fmt.Sprintf("entry %d was changed: what it says it was done to, or why, is not what was written down", e.Seq))
		}
	})
	return c.Done(), err
}

// inBatches has f check entries while the next ones are read: each takes about
// as long as the other.
func inBatches(v *store.View, f func(store.Entry)) error {
	const size = 256
	full, done := make(chan []store.Entry, 4), make(chan struct{})
	go func() {
		defer close(done)
		for batch := range full {
			for _, e := range batch {
				f(e)
			}
		}
	}()
	batch := make([]store.Entry, 0, size)
	err := store.Trail(v, func(e store.Entry) error {
		if batch = append(batch, e); len(batch) == size {
			full <- batch
			batch = make([]store.Entry, 0, size)
		}
		return nil
	})
	full <- batch
	close(full)
	<-done
	return err
}

// marksOf collects the checkpoints that the database holds, and what is wrong
// with them by themselves.
func marksOf(v *store.View, held Held) (marks []trail.Mark, bad []string, err error) {
	marks = append(marks, held.Marks...)
	own, err := store.Checkpoints(v, 0)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range own {
		m, err := markOf([]byte(s.Note), held.Log, "the checkpoint of "+s.At.Format("2006-01-02 15:04")+" UTC")
		if err != nil {
			bad = append(bad, fmt.Sprintf("the checkpoint kept for %d entries is not good: %v", s.Size, err))
			continue
		}
		m.Own = true
		marks = append(marks, m)
	}
	cosigned, err := store.AllCosigned(v)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range cosigned {
		if c.Size == 0 {
			continue
		}
		keys := named(held.Witnesses, c.Witness)
		sure := len(keys) > 0
		if !sure {
			keys = held.Log // which signed it first
		}
		m, err := markOf([]byte(c.Note), keys, "the last checkpoint that the witness "+c.Witness+" signed")
		if err != nil {
			bad = append(bad, fmt.Sprintf("the checkpoint kept from the witness %s is not good: %v", c.Witness, err))
			continue
		}
		m.Witness, m.Sure = c.Witness, sure
		marks = append(marks, m)
	}
	return marks, bad, nil
}

// markOf reads a signed checkpoint; without keys its signature is not checked.
func markOf(signed []byte, keys []note.Verifier, who string) (trail.Mark, error) {
	var c trail.Checkpoint
	var err error
	if len(keys) == 0 {
		c, err = trail.PeekCheckpoint(signed)
	} else {
		c, _, err = trail.OpenCheckpoint(signed, keys...)
	}
	return trail.Mark{Size: c.Size, Root: c.Root, At: c.At, Who: who}, err
}

// named is the key of that name, or none.
func named(all []note.Verifier, name string) []note.Verifier {
	for i, v := range all {
		if v.Name() == name {
			return all[i : i+1]
		}
	}
	return nil
}
