package audit

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phare"
	"phare/internal/store"
	"phare/internal/trail"
)

// MaxProof bounds what a log can send to its witness: 64 hashes prove the
// longest log there can be.
const MaxProof = 16 << 10

// Submission is what a log sends to a witness, in the form of
// c2sp.org/tlog-witness: the size that the witness saw last, the proof that the
// log has only grown since, and the signed checkpoint.
type Submission struct {
	Old        int64
	Proof      tlog.TreeProof
	Checkpoint []byte
}

// Marshal writes a submission.
func (s Submission) Marshal() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "old %d\n", s.Old)
	for _, h := range s.Proof {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteString("\n")
	b.Write(s.Checkpoint)
	return []byte(b.String())
}

// ParseSubmission reads one.
func ParseSubmission(body []byte) (s Submission, err error) {
	bad := errors.New(`this is not what a log sends to its witness: "old" and a size, the lines of a proof, an empty line, a signed checkpoint`)
	head, checkpoint, found := strings.Cut(string(body), "\n\n")
	lines := strings.Split(head, "\n")
	size, ok := strings.CutPrefix(lines[0], "old ")
	if !found || !ok || len(body) > MaxProof {
		return s, bad
	}
	if s.Old, err = strconv.ParseInt(size, 10, 64); err != nil || s.Old < 0 {
		return s, bad
	}
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return s, bad
		}
		s.Proof = append(s.Proof, h)
	}
	s.Checkpoint = []byte(checkpoint)
	return s, nil
}

// Submit makes what the witness needs that saw old entries last; 0: none yet.
func Submit(ctx context.Context, db *store.DB, s store.Signed, old int64) (sub Submission, err error) {
	sub = Submission{Old: old, Checkpoint: []byte(s.Note)}
	if old > s.Size {
		return sub, fmt.Errorf("the witness has seen %d entries, and here are %d: entries are missing, or this database was restored from a backup", old, s.Size)
	}
	if old == 0 || old == s.Size {
		return sub, nil
	}
	err = db.Read(ctx, func(v *store.View) error {
		sub.Proof, err = tlog.ProveTree(s.Size, old, store.TreeReader(v))
		return err
	})
	return sub, err
}

// Refusal is why a witness does not sign. Status is that of an HTTP answer.
type Refusal struct {
	Status int
	Size   int64 // with StatusConflict: what the witness saw last
	Words  string
}

// Error is for the operator of the log.
func (r *Refusal) Error() string { return r.Words }

// Witness is this site as one that watches the logs of others.
type Witness struct {
	Key  trail.Key
	Logs []note.Verifier // the logs that it watches, and no other
}

// Seen is the last that a witness saw of a log.
type Seen struct {
	Origin string
	store.Signed
}

// Cosign signs a checkpoint of another site's log if that log has only grown
// since the last one seen, and remembers it. anew, only ever from the command
// line and with a reason, takes the log as it is: after a restore there.
func (w Witness) Cosign(ctx context.Context, db *store.DB, s Submission, anew string) ([]byte, error) {
	peek, err := trail.PeekCheckpoint(s.Checkpoint)
	if err != nil {
		return nil, &Refusal{Status: http.StatusBadRequest, Words: err.Error()}
	}
	key := named(w.Logs, peek.Origin)
	if len(key) == 0 || peek.Origin == w.Key.Name() {
		return nil, &Refusal{Status: http.StatusNotFound, Words: fmt.Sprintf("the log %s is not one that this witness watches", peek.Origin)}
	}
	c, n, err := trail.OpenCheckpoint(s.Checkpoint, key...)
	if err != nil {
		return nil, &Refusal{Status: http.StatusForbidden, Words: err.Error()}
	}
	signed, err := trail.Cosign(n, w.Key)
	if err != nil {
		return nil, err
	}
	if same, err := isSeen(ctx, db, c, s.Old); err != nil || same && anew == "" {
		return signed, err
	}
	act := store.Act{Platform: "-", Actor: c.Origin, Role: "log", Verb: "witness.cosign", Subject: c.Origin, Reason: fmt.Sprint(c.Size)}
	if anew != "" {
		act.Actor, act.Role, act.Verb, act.Reason = "system", "system", "witness.anew", anew
	}
	err = db.Write(ctx, act, func(tx *store.Tx) error {
		last, err := lastSeen(&tx.View, c.Origin)
		if err == nil && anew == "" {
			err = grown(last, c, s)
		}
		if err != nil {
			return err
		}
		return see(tx, Seen{c.Origin, store.Signed{Size: c.Size, At: tx.Now, Root: c.Root.String(), Note: string(signed)}})
	})
	if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Status == http.StatusUnprocessableEntity {
		// A log that does not fit what was seen is what a witness is for: it stays written down.
		act.Verb = "witness.refused"
		if e := db.Write(ctx, act, func(*store.Tx) error { return nil }); e != nil {
			return nil, e
		}
	}
	if err != nil {
		return nil, err
	}
	return signed, nil
}

// isSeen says whether this very log was seen already. Signing for it again says
// nothing new: an entry each time would let whoever has a copy of the checkpoint
// fill the trail.
func isSeen(ctx context.Context, db *store.DB, c trail.Checkpoint, old int64) (same bool, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		last, err := lastSeen(v, c.Origin)
		same = old == last.Size && c.Size == last.Size && c.Root.String() == last.Root
		return err
	})
	return same, err
}

// grown says whether a log has only grown since it was last seen.
func grown(last store.Signed, c trail.Checkpoint, s Submission) error {
	if s.Old != last.Size {
		return &Refusal{Status: http.StatusConflict, Size: last.Size, Words: fmt.Sprintf("this witness has seen %d entries of the log, not %d", last.Size, s.Old)}
	}
	if last.Size == 0 {
		return nil
	}
	root, err := tlog.ParseHash(last.Root)
	if err != nil {
		return err
	}
	if c.Size < last.Size || tlog.CheckTree(s.Proof, c.Size, c.Root, last.Size, root) != nil {
		return &Refusal{Status: http.StatusUnprocessableEntity, Size: last.Size, Words: fmt.Sprintf(
			"the log is not the one that this witness saw on %s with %d entries: entries were changed, taken out or restored from a backup since", last.At.Format(time.DateOnly), last.Size)}
	}
	return nil
}

// SignatureOf is the line that a signer added to a note, which is what a
// witness answers.
func SignatureOf(signed []byte, name string) []byte {
	_, sigs, _ := strings.Cut(string(signed), "\n\n")
	for line := range strings.Lines(sigs) {
		if strings.HasPrefix(line, "— "+name+" ") {
			return []byte(line)
		}
	}
	return nil
}

// Take keeps the signature of a witness under a checkpoint of ours.
func Take(ctx context.Context, db *store.DB, witness note.Verifier, signed []byte) (c trail.Checkpoint, err error) {
	if c, _, err = trail.OpenCheckpoint(signed, witness); err != nil {
		return c, err
	}
	return c, db.KeepCosigned(ctx, store.Cosigned{Witness: witness.Name(), Signed: store.Signed{Size: c.Size, At: c.At, Root: c.Root.String(), Note: string(signed)}})
}

// lastSeen is the last checkpoint seen of a log; the zero Signed if none was.
func lastSeen(v *store.View, origin string) (store.Signed, error) {
	s, err := store.One(v, scanSeen, `SELECT origin, size, at, root, note FROM audit_witnessed WHERE origin = $1`, origin)
	if err != nil && phare.KindOf(err) == phare.NotFound {
		return store.Signed{}, nil
	}
	return s.Signed, err
}

func scanSeen(row store.Row) (s Seen, err error) {
	err = row.Scan(&s.Origin, &s.Size, store.Time(&s.At), &s.Root, &s.Note)
	return s, err
}

func see(tx *store.Tx, s Seen) error {
	return tx.Exec(`INSERT INTO audit_witnessed (origin, platform, size, at, root, note) VALUES ($1, '-', $2, $3, $4, $5)
		ON CONFLICT (origin) DO UPDATE SET size = $2, at = $3, root = $4, note = $5`, s.Origin, s.Size, s.At, s.Root, s.Note)
}

// AllSeen lists what this site saw of other logs.
func AllSeen(v *store.View) ([]Seen, error) {
	return store.All(v, scanSeen, `SELECT origin, size, at, root, note FROM audit_witnessed ORDER BY origin`)
}

// ParsePublic reads a public key as phare audit key prints it.
func ParsePublic(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(key))
	if err != nil {
		return nil, fmt.Errorf("%q is no public key of a trail (phare audit key prints one): %w", key, err)
	}
	return v, nil
}

// ParsePrinted reads what stands at the foot of a printed report: SIZE:ROOT.
func ParsePrinted(s string) (trail.Mark, error) {
	size, root, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(size, 10, 64)
	b, err2 := base64.StdEncoding.DecodeString(root)
	if err != nil || err2 != nil || len(b) != tlog.HashSize {
		return trail.Mark{}, fmt.Errorf("%q is not as printed: the number of entries, a colon, 44 signs", s)
	}
	return trail.Mark{Size: n, Root: tlog.Hash(b), Who: "the printed report"}, nil
}
