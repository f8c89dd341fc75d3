package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"phare"
	"phare/internal/trail"
)

// Entry is one entry of the audit trail as it is stored.
type Entry struct {
	trail.Entry
	Time            time.Time
	Subject, Reason string // empty once they were destroyed
	Salt            string // empty: destroyed, or never there
	Hashes          string // see trail.PackHashes
}

// Opens says whether the entry's seal is that of its subject and reason. One
// whose salt was destroyed with them says nothing any more, and passes.
func (e Entry) Opens() bool {
	if e.Salt == "" && e.Subject == "" && e.Reason == "" {
		return true
	}
	return e.Seal == trail.Seal(e.Salt, e.Subject, e.Reason)
}

const entryColumns = `seq, at, platform, actor, role, verb, subject, reason, salt, seal, hashes`

func scanEntry(row Row) (e Entry, err error) {
	err = row.Scan(&e.Seq, &e.At, &e.Platform, &e.Actor, &e.Role, &e.Verb, &e.Subject, &e.Reason, &e.Salt, &e.Seal, &e.Hashes)
	e.Time, _ = time.Parse(timeLayout, e.At) // a spoilt time is for verification to find
	return e, err
}

// roleOf is the role of actors that have no other.
func roleOf(a Act) string {
	if kind, _, link := strings.Cut(a.Actor, ":"); a.Role == "" && link {
		return kind
	} else if a.Role == "" && (a.Actor == "public" || a.Actor == "system") {
		return a.Actor
	}
	return a.Role
}

// audit adds an entry to the trail and to its tree. A tree that someone damaged
// does not keep the desk from working: it goes on, and fails verification.
func (tx *Tx) audit(a Act) error {
	if err := tx.behind(a.Platform); err != nil {
		return fmt.Errorf("act %s: %w", a.Verb, err)
	}
	var e Entry
	var hashes []tlog.Hash
	err := tx.Everywhere(func(v *View) (err error) {
		e, hashes, err = next(v, a, tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO audit (`+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.Seq, e.At, e.Platform, e.Actor, e.Role, e.Verb, e.Subject, e.Reason, e.Salt, e.Seal, trail.PackHashes(hashes))
}

// next is the entry that follows the last one of all platforms, with the hashes
// that it completes.
func next(v *View, a Act, now time.Time) (e Entry, hashes []tlog.Hash, err error) {
	last, err := One(v, func(row Row) (end struct {
		seq    int64
		hashes string
	}, err error) {
		err = row.Scan(&end.seq, &end.hashes)
		return end, err
	}, `SELECT seq, hashes FROM audit ORDER BY seq DESC LIMIT 1`)
	if err != nil && phare.KindOf(err) != phare.NotFound {
		return e, nil, err
	}
	e = Entry{Entry: trail.Entry{Seq: last.seq + 1, At: FormatTime(now), Platform: a.Platform, Actor: a.Actor, Role: roleOf(a), Verb: a.Verb},
		Subject: a.Subject, Reason: a.Reason, Salt: trail.NewSalt()}
	e.Seal = trail.Seal(e.Salt, e.Subject, e.Reason)
	hashes, err = trail.Grow(last.seq, e.Leaf(), func(seq int64) ([]tlog.Hash, error) {
		if seq == last.seq {
			return trail.UnpackHashes(last.hashes), nil
		}
		return keptHashes(v, seq)
	})
	return e, hashes, err
}

// keptHashes are those kept with an entry; none if it is not there.
func keptHashes(v *View, seq int64) ([]tlog.Hash, error) {
	packed, err := One(v, Value[string], `SELECT hashes FROM audit WHERE seq = $1`, seq)
	if phare.KindOf(err) == phare.NotFound && err != nil {
		return nil, nil
	}
	return trail.UnpackHashes(packed), err
}

// TreeReader reads hashes of the trail's tree.
func TreeReader(v *View) tlog.HashReader {
	return trail.Reader(func(seq int64) ([]tlog.Hash, error) { return keptHashes(v, seq) })
}

// Tree is the trail's size and root, from the hashes that are kept.
func Tree(v *View) (t tlog.Tree, err error) {
	t.N, err = One(v, Value[int64], `SELECT COALESCE(max(seq), 0) FROM audit`)
	if err == nil {
		t.Hash, err = tlog.TreeHash(t.N, TreeReader(v))
	}
	return t, err
}

// Trail gives every entry to f, in order, without holding them all.
func Trail(v *View, f func(Entry) error) error {
	return entries(v, f, `SELECT `+entryColumns+` FROM audit ORDER BY seq`)
}

// TrailOf reads the entries of one platform, and of none, about one of subjects,
// the latest first.
func TrailOf(v *View, platform string, subjects []string) (all []Entry, err error) {
	marks, args := make([]string, len(subjects)), []any{platform}
	for i, s := range subjects {
		marks[i] = fmt.Sprintf("$%d", i+2)
		args = append(args, s)
	}
	if len(marks) == 0 {
		return nil, nil
	}
	err = entries(v, func(e Entry) error {
		all = append(all, e)
		return nil
	}, `SELECT `+entryColumns+` FROM audit WHERE platform IN ($1, '-') AND subject IN (`+strings.Join(marks, ", ")+`) ORDER BY seq DESC`, args...)
	return all, err
}

func entries(v *View, f func(Entry) error, query string, args ...any) error {
	rows, err := v.query(query, plain(args))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEntry(rows)
		if err == nil {
			err = f(e)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// Signed is a checkpoint as it is kept.
type Signed struct {
	Size int64
	At   time.Time
	Root string
	Note string // with its signatures
}

func scanSigned(row Row) (s Signed, err error) {
	err = row.Scan(&s.Size, Time(&s.At), &s.Root, &s.Note)
	return s, err
}

// Checkpoints are those of this log, the latest first, at most limit; 0: all.
func Checkpoints(v *View, limit int) ([]Signed, error) {
	if limit <= 0 {
		limit = math.MaxInt32
	}
	return All(v, scanSigned, `SELECT size, at, root, note FROM audit_checkpoint ORDER BY size DESC LIMIT $1`, limit)
}

// Checkpoint signs the tree as it stands and keeps the result; when nothing was
// added since the last one, that one is returned. It is bookkeeping: an entry for
// it would make the next one due.
func (db *DB) Checkpoint(ctx context.Context, sign func(v *View, t tlog.Tree, at time.Time) ([]byte, error)) (s Signed, err error) {
	err = db.write(ctx, func(tx *Tx) error {
		t, err := Tree(&tx.View)
		if err != nil {
			return err
		}
		last, err := Checkpoints(&tx.View, 1)
		if err != nil {
			return err
		}
		if len(last) > 0 && last[0].Size == t.N && last[0].Root == t.Hash.String() {
			s = last[0]
			return nil
		}
		text, err := sign(&tx.View, t, tx.Now)
		if err != nil {
			return err
		}
		s = Signed{t.N, tx.Now, t.Hash.String(), string(text)}
		// A checkpoint of the same size that says otherwise stays: it is a proof.
		return tx.Exec(`INSERT INTO audit_checkpoint (size, platform, at, root, note) VALUES ($1, '-', $2, $3, $4) ON CONFLICT (size) DO NOTHING`, s.Size, s.At, s.Root, s.Note)
	})
	return s, err
}

// Cosigned is what a witness said last of this log.
type Cosigned struct {
	Witness   string // name of its key
	Signed           // the last checkpoint that it signed; size 0: none yet
	Refused   string // why it refused since; empty: it did not
	RefusedAt time.Time
}

// AllCosigned lists what witnesses said, by their names.
func AllCosigned(v *View) ([]Cosigned, error) {
	return All(v, func(row Row) (c Cosigned, err error) {
		err = row.Scan(&c.Witness, &c.Size, Time(&c.At), &c.Root, &c.Note, Time(&c.RefusedAt), &c.Refused)
		return c, err
	}, `SELECT witness, size, at, root, note, refused_at, refused FROM audit_cosigned ORDER BY witness`)
}

// KeepCosigned keeps what a witness said: bookkeeping, as Checkpoint is. A
// refusal leaves the last signature as it was.
func (db *DB) KeepCosigned(ctx context.Context, c Cosigned) error {
	return db.write(ctx, func(tx *Tx) error {
		if c.Refused != "" {
			return tx.Exec(`INSERT INTO audit_cosigned (witness, platform, size, at, root, note, refused_at, refused) VALUES ($1, '-', 0, '', '', '', $2, $3)
				ON CONFLICT (witness) DO UPDATE SET refused_at = $2, refused = $3`, c.Witness, tx.Now, c.Refused)
		}
		return tx.Exec(`INSERT INTO audit_cosigned (witness, platform, size, at, root, note, refused_at, refused) VALUES ($1, '-', $2, $3, $4, $5, '', '')
			ON CONFLICT (witness) DO UPDATE SET size = $2, at = $3, root = $4, note = $5, refused_at = '', refused = ''`, c.Witness, c.Size, c.At, c.Root, c.Note)
	})
}
