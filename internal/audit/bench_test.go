package audit_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/trail"
)

// size is how many entries the benches verify: a million, or PHARE_TRAIL.
func size(b *testing.B) int64 {
	n, err := strconv.ParseInt(os.Getenv("PHARE_TRAIL"), 10, 64)
	if err != nil {
		return 1_000_000
	}
	return n
}

// long makes a trail with a checkpoint every thousand entries.
func long(b *testing.B, n int64, key trail.Key, line func(trail.Entry, string, []tlog.Hash), sign func(trail.Checkpoint, []byte)) tlog.HashReader {
	kept := make([][]tlog.Hash, n)
	read := func(seq int64) ([]tlog.Hash, error) { return kept[seq-1], nil }
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		at = at.Add(time.Minute)
		salt := trail.NewSalt()
		e := trail.Entry{Seq: i + 1, At: at.Format(trail.TimeLayout), Platform: "reunion", Actor: "0123456789abcdefghjkmnpqrs", Role: "nurse", Verb: "request.open",
			Seal: trail.Seal(salt, fmt.Sprintf("subject%019d", i%20_000), "")}
		hashes, err := trail.Grow(i, e.Leaf(), read)
		must(b, err)
		kept[i] = hashes
		line(e, salt, hashes)
		if i%1000 == 999 || i == n-1 {
			root, err := tlog.TreeHash(i+1, trail.Reader(read))
			must(b, err)
			c := trail.Checkpoint{Origin: key.Name(), Size: i + 1, Root: root, At: at}
			signed, err := trail.SignWith(c, key)
			must(b, err)
			sign(c, signed)
		}
	}
	return trail.Reader(read)
}

// processor is the time that this process has used of the processors, which
// others on the machine do not change.
func processor() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkVerifyExport verifies a million entries and a thousand signatures
// from files, as an auditor does; it reports the proofs' sizes as well.
func BenchmarkVerifyExport(b *testing.B) {
	dir, n, key := b.TempDir(), size(b), newKey(b)
	entries, err := os.Create(filepath.Join(dir, "entries.txt"))
	must(b, err)
	points, err := os.Create(filepath.Join(dir, "checkpoints.jsonl"))
	must(b, err)
	w := bufio.NewWriter(entries)
	reader := long(b, n, key, func(e trail.Entry, _ string, hashes []tlog.Hash) {
		must(b, audit.WriteLine(w, trail.Line{Seq: e.Seq, Leaf: e.Leaf(), Kept: hashes[:1]}))
	}, func(_ trail.Checkpoint, signed []byte) { must(b, json.NewEncoder(points).Encode(string(signed))) })
	must(b, w.Flush())
	must(b, points.Close())
	info, err := entries.Stat()
	must(b, err)
	must(b, entries.Close())
	one, err := tlog.ProveRecord(n, n/3, reader)
	must(b, err)
	two, err := tlog.ProveTree(n, n/3, reader)
	must(b, err)
	held := audit.Held{Log: []note.Verifier{key.Verifier()}}
	used := processor()
	b.ResetTimer()
	for b.Loop() {
		out, err := audit.VerifyExport(dir, held)
		if err != nil || !out.Fine() || out.Tree.N != n || int64(out.Marks) != int64(math.Ceil(float64(n)/1000)) {
			b.Fatal(out, err)
		}
	}
	b.ReportMetric((processor()-used).Seconds()/float64(b.N), "processor-s/op")
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(float64(len(one)*tlog.HashSize), "bytes/inclusion")
	b.ReportMetric(float64(len(two)*tlog.HashSize), "bytes/consistency")
}

// BenchmarkVerifyDatabase verifies a million entries where they stand.
func BenchmarkVerifyDatabase(b *testing.B) {
	for _, engine := range storetest.Engines() {
		b.Run(engine, func(b *testing.B) {
			n, key, db := size(b), newKey(b), storetest.Open(b, engine)
			must(b, db.Write(b.Context(), store.Act{Platform: "p", Actor: "a", Verb: "v", Subject: "s"}, func(tx *store.Tx) error {
				i := int64(0)
				long(b, n, key, func(e trail.Entry, salt string, hashes []tlog.Hash) {
					must(b, tx.Exec(`INSERT INTO audit (seq, at, platform, actor, role, verb, subject, reason, salt, seal, hashes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
						e.Seq, e.At, e.Platform, e.Actor, e.Role, e.Verb, fmt.Sprintf("subject%019d", i%20_000), "", salt, e.Seal, trail.PackHashes(hashes)))
					i++
				}, func(c trail.Checkpoint, signed []byte) {
					must(b, tx.Exec(`INSERT INTO audit_checkpoint (size, platform, at, root, note) VALUES ($1, '-', $2, $3, $4)`, c.Size, c.At, c.Root.String(), string(signed)))
				})
				return nil
			}))
			held := audit.Held{Log: []note.Verifier{key.Verifier()}}
			used := processor()
			b.ResetTimer()
			for b.Loop() {
				out, err := audit.VerifyLive(b.Context(), db, held)
				if err != nil || !out.Fine() || out.Tree.N != n+1 {
					b.Fatal(out, err)
				}
			}
			b.ReportMetric((processor()-used).Seconds()/float64(b.N), "processor-s/op")
		})
	}
}
