package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/trail"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB) trail.Key {
	t.Helper()
	k, err := trail.NewKey()
	must(t, err)
	return k
}

// cases is how many random cases of each kind are tried: 20, or PHARE_TAMPER.
func cases(t *testing.T) int {
	if s := os.Getenv("PHARE_TAMPER"); s != "" {
		n, err := strconv.Atoi(s)
		must(t, err)
		return n
	}
	return 20
}

// grow adds n entries of two desks and of none.
func grow(t testing.TB, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		act := store.Act{Platform: []string{"p", "q", "-"}[i%3], Actor: "a", Role: "nurse", Verb: "v", Subject: fmt.Sprint("s", i), Reason: "r"}
		must(t, db.Write(context.Background(), act, func(*store.Tx) error { return nil }))
	}
}

// filled is a database with some entries and checkpoints.
func filled(t testing.TB, db *store.DB, key trail.Key) {
	t.Helper()
	for _, n := range []int{7, 20, 13} {
		grow(t, db, n)
		_, err := audit.Sign(context.Background(), db, key)
		must(t, err)
	}
}

var errUndo = errors.New("undo")

// Whoever can write to the database, and has no key, is found out at the entry.
func TestTamperingOfTheDatabase(t *testing.T) {
	one := func(format string) func(r *rand.Rand, tx *store.Tx) error {
		return func(r *rand.Rand, tx *store.Tx) error {
			return tx.Exec(strings.ReplaceAll(format, "?", fmt.Sprint(1+r.IntN(40))))
		}
	}
	classes := map[string]func(r *rand.Rand, tx *store.Tx) error{
		"actor": one(`UPDATE audit SET actor = 'b' WHERE seq = ?`), "role": one(`UPDATE audit SET role = 'admin' WHERE seq = ?`),
		"time": one(`UPDATE audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = ?`), "no time": one(`UPDATE audit SET at = '' WHERE seq = ?`),
		"subject": one(`UPDATE audit SET subject = 't' WHERE seq = ?`), "reason": one(`UPDATE audit SET reason = '' WHERE seq = ?`),
		"salt": one(`UPDATE audit SET salt = '' WHERE seq = ?`), "seal": one(`UPDATE audit SET seal = 'x' WHERE seq = ?`),
		"hashes": one(`UPDATE audit SET hashes = 'AAAA' WHERE seq = ?`), "hashes gone": one(`UPDATE audit SET hashes = '' WHERE seq = ?`),
		"deleted": one(`DELETE FROM audit WHERE seq = ?`), "tail": one(`DELETE FROM audit WHERE seq >= ?`),
		"renumbered": func(r *rand.Rand, tx *store.Tx) error {
			at := 1 + r.IntN(39)
			return errors.Join(tx.Exec(`DELETE FROM audit WHERE seq = $1`, at), tx.Exec(`UPDATE audit SET seq = -seq WHERE seq > $1`, at), tx.Exec(`UPDATE audit SET seq = -seq - 1 WHERE seq < 0`))
		},
		"swapped": func(r *rand.Rand, tx *store.Tx) error {
			a := 1 + r.IntN(39)
			b := a + 1 + r.IntN(40-a)
			return errors.Join(tx.Exec(`UPDATE audit SET seq = 0 WHERE seq = $1`, a), tx.Exec(`UPDATE audit SET seq = $1 WHERE seq = $2`, a, b), tx.Exec(`UPDATE audit SET seq = $1 WHERE seq = 0`, b))
		},
		"inserted": func(r *rand.Rand, tx *store.Tx) error {
			at := 1 + r.IntN(40)
			return errors.Join(tx.Exec(`UPDATE audit SET seq = -seq WHERE seq >= $1`, at), tx.Exec(`UPDATE audit SET seq = -seq + 1 WHERE seq < 0`),
				tx.Exec(`INSERT INTO audit SELECT seq - 1, at, platform, 'else', role, verb, subject, reason, salt, seal, hashes FROM audit WHERE seq = $1`, at+1))
		},
		"checkpoint": one(`UPDATE audit_checkpoint SET note = replace(note, 'a', 'b')`),
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := newKey(t)
		filled(t, db, key)
		held := audit.Held{Log: []note.Verifier{key.Verifier()}}
		for name, spoil := range classes {
			for seed := range cases(t) {
				r := rand.New(rand.NewPCG(uint64(seed), 1))
				var out trail.Outcome
				err := db.Write(t.Context(), store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
					if err := spoil(r, tx); err != nil {
						return err
					}
					var err error
					out, err = audit.Verify(&tx.View, held)
					return errors.Join(err, errUndo)
				})
				if !errors.Is(err, errUndo) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%s: %v", name, err)
				}
				if out.Fine() {
					t.Errorf("%s, case %d: not found", name, seed)
				}
			}
		}
		out, err := audit.VerifyLive(t.Context(), db, held)
		must(t, err)
		if !out.Fine() || out.Tree.N != 40 || out.Marks != 3 || len(out.Flags) > 0 {
			t.Errorf("a false alarm: %v", out)
		}
		// What a person's erasure destroys leaves the tree whole.
		must(t, db.Write(t.Context(), store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE audit SET subject = '', reason = '', salt = '' WHERE subject = 's7'`)
		}))
		if out, err := audit.VerifyLive(t.Context(), db, held); err != nil || !out.Fine() {
			t.Errorf("after erasure: %v, %v", out, err)
		}
	})
}

// An export is verified without the database, with public keys only; a desk's
// own tells nothing of the others but hashes, and holds all the same.
func TestExport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := newKey(t)
		filled(t, db, key)
		held := audit.Held{Log: []note.Verifier{key.Verifier()}}
		for platform, own := range map[string]int64{"": 40, "p": 27} { // q has the second of each three: 2 of 7, 7 of 20, 4 of 13
			dir := filepath.Join(t.TempDir(), "out")
			tree, err := audit.Export(t.Context(), db, dir, platform)
			must(t, err)
			out, err := audit.VerifyExport(dir, held)
			if err != nil || !out.Fine() || out.Tree != tree || out.Own != own || out.Marks != 3 {
				t.Fatalf("desk %q: %v, %v; want %d read", platform, out, err, own)
			}
			text, err := os.ReadFile(filepath.Join(dir, "entries.txt"))
			must(t, err)
			if bytes.Contains(text, []byte(`"s7"`)) || platform == "p" && bytes.Contains(text, []byte(`"platform":"q"`)) {
				t.Error("the export tells too much")
			}
			if _, err := audit.Export(t.Context(), db, dir, platform); err == nil {
				t.Error("an export overwrote another")
			}
			stranger := audit.Held{Log: []note.Verifier{newKey(t).Verifier()}}
			if out, err := audit.VerifyExport(dir, stranger); err != nil || out.Fine() {
				t.Errorf("another log's key verified it: %v, %v", out, err)
			}
			for seed := range cases(t) {
				r := rand.New(rand.NewPCG(uint64(seed), 2))
				bad := bytes.Clone(text)
				i := r.IntN(len(bad))
				bad[i] ^= byte(1 << r.IntN(7))
				must(t, os.WriteFile(filepath.Join(dir, "entries.txt"), bad, 0o600))
				if out, err := audit.VerifyExport(dir, held); err == nil && out.Fine() {
					t.Errorf("case %d: byte %d changed, not found", seed, i)
				}
				if i = r.IntN(len(text) - 1); r.IntN(2) == 0 { // cut short instead
					must(t, os.WriteFile(filepath.Join(dir, "entries.txt"), text[:i], 0o600))
					if out, err := audit.VerifyExport(dir, held); err == nil && out.Fine() {
						t.Errorf("case %d: cut at %d, not found", seed, i)
					}
				}
			}
		}
	})
}

// An old backup put back: told by the entry that a restore leaves, and by the
// witness, who does not sign before its operator has agreed.
func TestRestoreAndWitness(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		key, theirs := newKey(t), newKey(t)
		other := storetest.Open(t, db.Engine())
		w := audit.Witness{Key: theirs, Logs: []note.Verifier{key.Verifier()}}
		filled(t, db, key)
		var backup bytes.Buffer
		_, err := db.Dump(ctx, &backup)
		must(t, err)
		grow(t, db, 10)

		witnessed := func(db *store.DB, old int64, anew string) error {
			s, err := audit.Sign(ctx, db, key)
			must(t, err)
			sub, err := audit.Submit(ctx, db, s, old)
			if err != nil {
				return err
			}
			sent, err := audit.ParseSubmission(sub.Marshal())
			must(t, err)
			signed, err := w.Cosign(ctx, other, sent, anew)
			if err != nil {
				return err
			}
			_, err = audit.Take(ctx, db, theirs.Verifier(), append([]byte(s.Note), audit.SignatureOf(signed, theirs.Name())...))
			return err
		}
		status := func(err error) int {
			if r, ok := errors.AsType[*audit.Refusal](err); ok {
				return r.Status
			}
			return 0
		}
		must(t, witnessed(db, 0, ""))
		grow(t, db, 5)
		if got := status(witnessed(db, 0, "")); got != 409 {
			t.Errorf("an older size was claimed: %d", got)
		}
		must(t, witnessed(db, 50, ""))
		for range 3 { // nothing grew: signed again, and nothing to write down
			must(t, witnessed(db, 55, ""))
		}
		held := audit.Held{Log: []note.Verifier{key.Verifier()}, Witnesses: []note.Verifier{theirs.Verifier()}}
		if out, err := audit.VerifyLive(ctx, db, held); err != nil || !out.Fine() || out.Held != 55 {
			t.Errorf("witnessed: %v, %v", out, err)
		}
		var seen []audit.Seen
		must(t, other.Read(ctx, func(v *store.View) (err error) {
			seen, err = audit.AllSeen(v)
			return err
		}))
		if len(seen) != 1 || seen[0].Size != 55 {
			t.Fatalf("the witness saw %+v", seen)
		}
		note := filepath.Join(t.TempDir(), "seen.note")
		must(t, os.WriteFile(note, []byte(seen[0].Note), 0o600))
		mark, err := audit.ReadMark(note, theirs.Verifier())
		must(t, err)
		held.Marks = append(held.Marks, mark)

		silent, told := storetest.Open(t, db.Engine()), storetest.Open(t, db.Engine())
		later := func() time.Time { return storetest.Noon.Add(24 * time.Hour) }
		told.Now, silent.Now = later, later
		for _, db := range []*store.DB{silent, told} {
			_, err = db.Restore(ctx, bytes.NewReader(backup.Bytes()))
			must(t, err)
		}
		must(t, silent.Write(ctx, store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
			return tx.Exec(`DELETE FROM audit WHERE seq > 40`)
		}))
		for _, more := range []int{0, 40} { // shorter than what was seen, and longer
			grow(t, silent, more)
			if out, err := audit.VerifyLive(ctx, silent, held); err != nil || out.Fine() {
				t.Errorf("a silent restore and %d entries: %v, %v", more, out, err)
			}
		}
		kept, err := audit.Sign(ctx, db, key) // before the restore, by the site itself
		must(t, err)
		own := filepath.Join(t.TempDir(), "own.note")
		must(t, os.WriteFile(own, []byte(kept.Note), 0o600))
		ours, err := audit.ReadMark(own, key.Verifier())
		must(t, err)
		if out, err := audit.VerifyLive(ctx, told, audit.Held{Log: held.Log, Marks: []trail.Mark{ours}}); err != nil || out.Fine() {
			t.Errorf("a restore that is not signed for: %v, %v", out, err)
		}
		if _, err := audit.Sign(ctx, told, key); err == nil {
			t.Error("the clock signed for a restore: an intruder who writes such an entry need only wait")
		}
		_, err = audit.SignRestored(ctx, told, key) // as phare restore does
		must(t, err)
		if out, err := audit.VerifyLive(ctx, told, audit.Held{Log: held.Log, Marks: []trail.Mark{ours}}); err != nil || !out.Fine() || len(out.Flags) == 0 {
			t.Errorf("a restore that was written down: %v, %v", out, err)
		}
		grow(t, told, 40)
		if out, err := audit.VerifyLive(ctx, told, held); err != nil || out.Fine() {
			t.Errorf("the witness has not agreed yet: %v, %v", out, err)
		}
		if got := status(witnessed(told, 55, "")); got != 422 {
			t.Errorf("the witness signed a restored log: %d", got)
		}
		must(t, witnessed(told, 0, "restored after the fire, agreed by telephone"))
		if out, err := audit.VerifyLive(ctx, told, held); err != nil || !out.Fine() || len(out.Flags) == 0 {
			t.Errorf("the witness agreed to the restore: %v, %v", out, err)
		}
		must(t, other.Read(ctx, func(v *store.View) error {
			verbs, err := store.All(v, store.Value[string], `SELECT verb FROM audit ORDER BY seq`)
			if got := strings.Join(verbs, " "); got != "witness.cosign witness.cosign witness.refused witness.anew" {
				t.Errorf("the witness wrote down %s", got)
			}
			return err
		}))
	})
}

// Whoever can write to the database, and has no key, takes out the end, says
// that a backup was restored and writes the rest again: all hashes are right,
// and nobody signed for it.
func TestForgedRestore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := newKey(t)
		filled(t, db, key)
		held := audit.Held{Log: []note.Verifier{key.Verifier()}}
		later := storetest.Noon.Add(24 * time.Hour)
		for seed := range cases(t) {
			from := 1 + rand.New(rand.NewPCG(uint64(seed), 3)).Int64N(40)
			forged, signed := store.Entry{}, trail.Outcome{}
			err := db.Write(t.Context(), store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
				rest, err := rewrite(tx, from, later)
				if err != nil {
					return err
				}
				forged = rest
				signed, err = audit.Verify(&tx.View, held)
				return errors.Join(err, errUndo)
			})
			if !errors.Is(err, errUndo) || strings.Contains(err.Error(), "\n") {
				t.Fatal(err)
			}
			if forged.Seq != from || signed.Fine() || !strings.Contains(signed.String(), "may be forged") {
				t.Errorf("case %d, from entry %d: not found: %v", seed, from, signed)
			}
		}
	})
}

// rewrite puts an entry of a restore before the one numbered from, and gives all
// that follow the numbers, seals and hashes of an honest writer.
func rewrite(tx *store.Tx, from int64, at time.Time) (forged store.Entry, err error) {
	var all []store.Entry
	err = store.Trail(&tx.View, func(e store.Entry) error {
		if e.Seq == from {
			forged = e
			forged.Platform, forged.Actor, forged.Role, forged.Verb, forged.At = "-", "system", "system", trail.RestoreVerb, at.Format(trail.TimeLayout)
			all = append(all, forged)
		}
		all = append(all, e)
		return nil
	})
	err = errors.Join(err, tx.Exec(`DELETE FROM audit`))
	kept := make([][]tlog.Hash, len(all))
	for i, e := range all {
		e.Seq = int64(i + 1)
		hashes, grow := trail.Grow(int64(i), e.Leaf(), func(seq int64) ([]tlog.Hash, error) { return kept[seq-1], nil })
		kept[i] = hashes
		err = errors.Join(err, grow, tx.Exec(`INSERT INTO audit (seq, at, platform, actor, role, verb, subject, reason, salt, seal, hashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			e.Seq, e.At, e.Platform, e.Actor, e.Role, e.Verb, e.Subject, e.Reason, e.Salt, e.Seal, trail.PackHashes(hashes)))
	}
	return forged, err
}

// A witness signs for the logs that it watches, and for nothing else.
func TestWitnessRefuses(t *testing.T) {
	db, other := storetest.Open(t, "sqlite"), storetest.Open(t, "sqlite")
	key, theirs, stranger := newKey(t), newKey(t), newKey(t)
	filled(t, db, key)
	s, err := audit.Sign(t.Context(), db, key)
	must(t, err)
	for name, tt := range map[string]struct {
		w      audit.Witness
		note   string
		status int
	}{
		"not watched":    {audit.Witness{Key: theirs}, s.Note, 404},
		"itself":         {audit.Witness{Key: key, Logs: []note.Verifier{key.Verifier()}}, s.Note, 404},
		"forged":         {audit.Witness{Key: theirs, Logs: []note.Verifier{key.Verifier()}}, strings.Replace(s.Note, "\n40\n", "\n41\n", 1), 403},
		"no checkpoint":  {audit.Witness{Key: theirs, Logs: []note.Verifier{key.Verifier()}}, "hello", 400},
		"another's sign": {audit.Witness{Key: theirs, Logs: []note.Verifier{stranger.Verifier()}}, strings.ReplaceAll(s.Note, key.Name(), stranger.Name()), 403},
	} {
		_, err := tt.w.Cosign(t.Context(), other, audit.Submission{Checkpoint: []byte(tt.note)}, "")
		if r, ok := errors.AsType[*audit.Refusal](err); !ok || r.Status != tt.status {
			t.Errorf("%s: %v, want %d", name, err, tt.status)
		}
	}
	for _, body := range []string{"", "old 0", "old -1\n\nx", "old x\n\nx", "old 1\nnohash\n\nx", "old 1\n\n" + strings.Repeat("x", audit.MaxProof)} {
		if _, err := audit.ParseSubmission([]byte(body)); err == nil {
			t.Errorf("%.30q was read", body)
		}
	}
}
