package trail_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/trail"
)

// cases is how many random cases of each kind are tried: 20, or PHARE_TAMPER.
func cases(t *testing.T) int {
	if s := os.Getenv("PHARE_TAMPER"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return 20
}

// log is a trail in memory, the checkpoints that it signed, and the one that a
// witness holds.
type log struct {
	entries []trail.Entry
	sizes   []int64 // of its own checkpoints
	seen    int64   // what the witness saw, one of sizes
	witness trail.Mark
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// newLog makes one of 40 to 300 entries.
func newLog(r *rand.Rand) *log {
	l := &log{}
	at := noon
	for i := range 40 + r.IntN(261) {
		at = at.Add(time.Duration(r.IntN(90_000)) * time.Millisecond)
		l.entries = append(l.entries, entry(r, int64(i+1), at))
	}
	for range 2 + r.IntN(6) {
		l.sizes = append(l.sizes, 10+r.Int64N(int64(len(l.entries))-9))
	}
	slices.Sort(l.sizes)
	l.sizes = slices.Compact(l.sizes)
	l.seen = l.sizes[r.IntN(len(l.sizes))]
	l.witness = l.mark(l.seen, "the witness")
	return l
}

func entry(r *rand.Rand, seq int64, at time.Time) trail.Entry {
	return trail.Entry{Seq: seq, At: at.Format(trail.TimeLayout), Platform: "p", Actor: fmt.Sprint("a", r.IntN(9)), Role: "nurse",
		Verb: fmt.Sprint("verb.", r.IntN(9)), Seal: trail.Seal(fmt.Sprint(r.Uint64()), "s", "")}
}

// lines are those of an honest writer, whatever the entries are.
func (l *log) lines() (lines []trail.Line) {
	for i, e := range l.entries {
		hashes, err := trail.Grow(int64(i), e.Leaf(), func(seq int64) ([]tlog.Hash, error) { return lines[seq-1].Kept, nil })
		if err != nil {
			panic(err)
		}
		lines = append(lines, trail.Line{Seq: e.Seq, Leaf: e.Leaf(), Kept: hashes, Full: true})
	}
	return lines
}

func (l *log) mark(size int64, who string) trail.Mark {
	lines := l.lines()
	root, err := tlog.TreeHash(size, trail.Reader(func(seq int64) ([]tlog.Hash, error) { return lines[seq-1].Kept, nil }))
	if err != nil {
		panic(err)
	}
	at := noon
	if size > 0 {
		at, _ = time.Parse(trail.TimeLayout, l.entries[size-1].At)
	}
	m := trail.Mark{Size: size, Root: root, At: at, Who: who, Own: who != "the witness"}
	if !m.Own {
		m.Witness, m.Sure = who, true
	}
	return m
}

// own are the checkpoints that an honest writer of these entries signs.
func (l *log) own() (marks []trail.Mark) {
	for _, s := range l.sizes {
		if s <= int64(len(l.entries)) {
			marks = append(marks, l.mark(s, "the checkpoint"))
		}
	}
	return marks
}

func check(lines []trail.Line, marks []trail.Mark) trail.Outcome {
	c := trail.NewChecker(marks)
	for _, l := range lines {
		c.Add(l)
	}
	return c.Done()
}

func (l *log) renumber() {
	for i := range l.entries {
		l.entries[i].Seq = int64(i + 1)
	}
}

// force is what an attacker can do beyond changing entries: nothing more, give
// the changed entry its right hash, or write every hash anew.
func (l *log) force(r *rand.Rand, before []trail.Line) []trail.Line {
	lines := l.lines()
	switch r.IntN(3) {
	case 0: // the hashes stay where they were
		for i := range lines {
			lines[i].Kept = before[min(i, len(before)-1)].Kept
		}
	case 1: // only their own are right
		for i := range lines {
			lines[i].Kept = append([]tlog.Hash{lines[i].Kept[0]}, before[min(i, len(before)-1)].Kept[1:]...)
		}
	}
	return lines
}

// The classes of tampering that change entries under checkpoints which stay.
func TestTampering(t *testing.T) {
	classes := map[string]func(r *rand.Rand, l *log, at int){
		"a byte of an entry": func(r *rand.Rand, l *log, at int) {
			e := &l.entries[at]
			field := []*string{&e.Actor, &e.Role, &e.Verb, &e.Seal, &e.Platform}[r.IntN(5)]
			b := []byte(*field)
			b[r.IntN(len(b))] ^= 1
			*field = string(b)
		},
		"an entry deleted": func(r *rand.Rand, l *log, at int) { l.entries = slices.Delete(l.entries, at, at+1) },
		"two entries swapped": func(r *rand.Rand, l *log, at int) {
			other := (at + 1 + r.IntN(len(l.entries)-1)) % len(l.entries)
			l.entries[at], l.entries[other] = l.entries[other], l.entries[at]
		},
		"an entry inserted": func(r *rand.Rand, l *log, at int) {
			e := l.entries[at]
			e.Actor = "x"
			l.entries = slices.Insert(l.entries, at, e)
		},
	}
	for name, spoil := range classes {
		t.Run(name, func(t *testing.T) {
			for seed := range cases(t) {
				r := rand.New(rand.NewPCG(uint64(seed), 1))
				l := newLog(r)
				own, before := l.own(), l.lines()
				if out := check(before, append(own, l.witness)); !out.Fine() || len(out.Flags) > 0 {
					t.Fatalf("case %d: a false alarm: %v", seed, out)
				}
				at := r.IntN(int(l.sizes[len(l.sizes)-1]))
				spoil(r, l, at)
				if r.IntN(2) == 0 {
					l.renumber()
				}
				out := check(l.force(r, before), own)
				if out.Fine() {
					t.Errorf("case %d: not found", seed)
				}
				// What is named as the first is never after what was changed.
				if len(out.Faults) > 0 && out.Faults[0].Entry > int64(at+1) {
					t.Errorf("case %d: entry %d was changed, %v", seed, at+1, out)
				}
			}
		})
	}
}

// The classes that have the log's own key: every checkpoint is signed anew, and
// only what somebody else holds tells.
func TestTamperingWithTheKey(t *testing.T) {
	classes := map[string]func(r *rand.Rand, l *log){
		"the tail cut": func(r *rand.Rand, l *log) { l.entries = l.entries[:r.IntN(int(l.seen))] },
		"all rewritten": func(r *rand.Rand, l *log) {
			l.entries[r.IntN(int(l.seen))].Actor = "x"
		},
		"an old backup restored": func(r *rand.Rand, l *log) {
			l.entries = l.entries[:r.IntN(int(l.seen))]
			for range r.IntN(200) {
				l.entries = append(l.entries, entry(r, int64(len(l.entries)+1), noon.Add(time.Duration(1000+len(l.entries))*time.Hour)))
			}
		},
	}
	for name, spoil := range classes {
		t.Run(name, func(t *testing.T) {
			for seed := range cases(t) {
				r := rand.New(rand.NewPCG(uint64(seed), 2))
				l := newLog(r)
				spoil(r, l)
				if out := check(l.lines(), l.own()); !out.Fine() {
					t.Fatalf("case %d: the test is wrong, the thief's own checkpoints do not hold: %v", seed, out)
				}
				if out := check(l.lines(), append(l.own(), l.witness)); out.Fine() {
					t.Errorf("case %d: not found", seed)
				}
			}
		})
	}
}

// A restore that is written down and signed for explains what earlier
// checkpoints had, and is shown; it explains nothing that was signed after it,
// and nothing that a witness holds who has not signed since.
func TestRestoreIsTold(t *testing.T) {
	for seed := range cases(t) {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		l := newLog(r)
		keep := r.IntN(int(l.seen))
		before := l.own()
		late := noon.Add(1000 * time.Hour)
		l.restored(r, keep, late)
		for range 50 {
			late = late.Add(time.Minute)
			l.entries = append(l.entries, entry(r, int64(len(l.entries)+1), late))
		}
		signed, anew := l.mark(int64(keep+1), "the restore's checkpoint"), l.mark(int64(keep+20), "the witness")
		if out := check(l.lines(), append(before, signed)); !out.Fine() || len(out.Flags) == 0 {
			t.Errorf("case %d: a restore that was written down: %v", seed, out)
		}
		if out := check(l.lines(), append(before, signed, l.witness)); out.Fine() {
			t.Errorf("case %d: the witness was passed over: %v", seed, out)
		}
		if out := check(l.lines(), append(before, signed, l.witness, anew)); !out.Fine() || len(out.Flags) == 0 {
			t.Errorf("case %d: the witness agreed to the restore: %v", seed, out)
		}
		unsure := anew
		unsure.Sure = false
		if out := check(l.lines(), append(before, signed, l.witness, unsure)); out.Fine() {
			t.Errorf("case %d: a signature that nobody checked stands for the witness's: %v", seed, out)
		}
		after := l.mark(int64(keep+30), "a later checkpoint")
		l.entries[keep+10].Actor = "x"
		if out := check(l.lines(), []trail.Mark{signed, after}); out.Fine() {
			t.Errorf("case %d: a change after the restore is not found", seed)
		}
	}
}

// restored keeps some entries, as an old backup does, and says so.
func (l *log) restored(r *rand.Rand, keep int, at time.Time) {
	restore := entry(r, int64(keep+1), at)
	restore.Verb = trail.RestoreVerb
	l.entries = append(l.entries[:keep:keep], restore)
}

// Whoever can write to the database, and has no key, can write that a backup was
// restored too, and all the rest again after it.
func TestForgedRestore(t *testing.T) {
	for seed := range cases(t) {
		r := rand.New(rand.NewPCG(uint64(seed), 5))
		l := newLog(r)
		own, all := l.own(), slices.Clone(l.entries)
		keep := r.IntN(int(l.seen))
		l.restored(r, keep, noon.Add(1000*time.Hour))
		l.entries = append(l.entries, all[keep:]...)
		l.renumber()
		for name, marks := range map[string][]trail.Mark{"the site's own": own, "the witness's": {l.witness}, "both": append(own, l.witness)} {
			if out := check(l.lines(), marks); out.Fine() {
				t.Errorf("case %d, %s: not found: %v", seed, name, out)
			}
		}
	}
}

// A clock that goes back breaks nothing, and is told with the entry.
func TestClockBack(t *testing.T) {
	for seed := range cases(t) {
		r := rand.New(rand.NewPCG(uint64(seed), 4))
		l := newLog(r)
		at := 1 + r.IntN(len(l.entries)-1)
		before, _ := time.Parse(trail.TimeLayout, l.entries[at-1].At)
		l.entries[at].At = before.Add(-3*time.Second - time.Duration(r.IntN(1e6))*time.Second).Format(trail.TimeLayout)
		out := check(l.lines(), nil)
		if !out.Fine() || len(out.Flags) != 1 {
			t.Errorf("case %d: %v", seed, out)
		}
	}
}

// A canonical form has one way to be written; what reads the same but is
// written otherwise is refused.
func TestLeaf(t *testing.T) {
	e := trail.Entry{Seq: 7, At: "2026-03-02T12:00:00.000000Z", Platform: "ré", Actor: "a\"\\\n", Role: "<&>", Verb: "v", Seal: "s"}
	const want = `{"actor":"a\"\\\n","at":"2026-03-02T12:00:00.000000Z","platform":"ré","role":"<&>","seal":"s","seq":7,"verb":"v"}`
	if got := string(e.Leaf()); got != want {
		t.Errorf("leaf %s", got)
	}
	if back, err := trail.ParseLeaf(e.Leaf()); err != nil || back != e {
		t.Errorf("read back as %+v, %v", back, err)
	}
	for _, bad := range []string{"", "x", want[:len(want)-1], want + " ", `{"at":"2026-03-02T12:00:00.000000Z","actor":"a\"\\\n"` + want[len(want)-60:],
		`{"actor":"a","at":"b","platform":"p","role":"r","seal":"s","seq":07,"verb":"v"}`, `{"actor":"a","at":"b","platform":"p","role":"r","seal":"s","seq":7,"verb":"v"}}`,
		`{"actor":"\u0061","at":"b","platform":"p","role":"r","seal":"s","seq":7,"verb":"v"}`, `{"actor":"a","at":"b","platform":"p","role":"r","seal":"s","seq":7,"verb":"v","x":""}`,
		"{\"actor\":\"\xff\",\"at\":\"b\",\"platform\":\"p\",\"role\":\"r\",\"seal\":\"s\",\"seq\":7,\"verb\":\"v\"}"} {
		if _, err := trail.ParseLeaf([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
	// The seal binds subject and reason, and where one ends.
	if trail.Seal("x", "ab", "c") == trail.Seal("x", "a", "bc") || trail.Seal("x", "a", "b") == trail.Seal("y", "a", "b") {
		t.Error("two things have one seal")
	}
}
