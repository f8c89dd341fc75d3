package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Power says how power cuts are tried.
type Power struct {
	Bin      string
	Requests int    // submitted while the program is traced
	States   int    // disk states tried; 0 is every operation with every kind of loss
	Seed     uint64 // of the choice of cuts and of what survives
	Stop     int    // ends after so many bad states; 0 is never
}

// PowerResult is what was found.
type PowerResult struct {
	Operations, Acked, States, Bad int
	Folds                          int // times that the log was folded into the file, its end included
	Doctors                        int // states also examined with "phare doctor"
	Examples                       []string
}

// ErrNoTrace is a machine on which programs cannot be traced.
var ErrNoTrace = errors.New("strace cannot trace a program here")

// CanTrace says why programs cannot be traced here, or nothing.
func CanTrace() error {
	out, err := exec.Command("strace", "-f", "--seccomp-bpf", "-e", "trace=fsync", "-o", os.DevNull, "true").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %w %s", ErrNoTrace, err, out)
	}
	return nil
}

// Run traces the program from an empty folder on: it opens a desk, takes
// requests, is killed, takes more, and ends. Then it rebuilds what a power cut
// could have left at many moments, and holds each against what the clients had
// been told before that moment.
func (p Power) Run(ctx context.Context) (PowerResult, error) {
	if err := CanTrace(); err != nil {
		return PowerResult{}, err
	}
	dir, remove, err := folder(false)
	if err != nil {
		return PowerResult{}, err
	}
	defer remove()
	ops, final, err := p.record(ctx, dir)
	if err != nil {
		return PowerResult{}, err
	}
	return p.replay(ctx, ops, final)
}

// record runs the program under strace and returns its operations in order, and
// the files it left.
func (p Power) record(ctx context.Context, dir string) ([]op, map[string][]byte, error) {
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, nil, err
	}
	s, err := NewSite(p.Bin, data, filepath.Join(data, "phare.db"))
	if err != nil {
		return nil, nil, err
	}
	trace := func(n int) []string {
		return []string{"strace", "-D", "-f", "--seccomp-bpf", "-y", "-s", "4000000", "-o", fmt.Sprintf("%s/trace.%d", dir, n), "-e", "trace=" + calls, "-e", "signal=none"}
	}
	if err := s.addDesk(ctx, trace(0)...); err != nil {
		return nil, nil, err
	}
	const clients = 6
	for run := 1; run <= 2; run++ {
		v, err := s.Start(ctx, trace(run)...)
		if err != nil {
			return nil, nil, err
		}
		if failed := s.retry(ctx); failed > 0 {
			return nil, nil, fmt.Errorf("%d forms were refused after the kill: %s", failed, v.said)
		}
		if run == 1 {
			half := make(chan struct{})
			go func() { s.load(ctx, clients, 0); close(half) }()
			for s.Told.count(Acked) < p.Requests/2 && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			v.Kill()
			<-half
			continue
		}
		s.load(ctx, clients, p.Requests/2/clients+1)
		time.Sleep(100 * time.Millisecond)
		v.Stop()
	}
	ops, err := parseAll(dir, data, 3)
	if err != nil {
		return nil, nil, err
	}
	final, err := contents(data)
	return ops, final, err
}

// parseAll reads the traces of programs that ran one after the other. The tracer
// holds the program's standard error, so whoever waited for that has waited for
// the trace.
func parseAll(dir, root string, n int) (all []op, err error) {
	clock := 0
	for i := range n {
		name := fmt.Sprintf("%s/trace.%d", dir, i)
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		var ops []op
		ops, clock, err = parse(f, root, clock)
		f.Close()
		if err != nil {
			return nil, err
		}
		all = append(all, ops...)
	}
	return all, nil
}

// contents are the files of a folder, by their names in it; but for the index of
// a log that SQLite shares between programs, which is not traced and made anew by
// whoever opens the database after a cut.
func contents(root string) (map[string][]byte, error) {
	all := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		all[rel], err = os.ReadFile(path)
		return err
	})
	return all, err
}

// moment is when something begins or ends.
type moment struct {
	at  int
	op  *op
	end bool
}

func moments(ops []op) []moment {
	var all []moment
	for i := range ops {
		o := &ops[i]
		all = append(all, moment{o.begin, o, false})
		if o.end != never && o.kind != opTold {
			all = append(all, moment{o.end, o, true})
		}
	}
	slices.SortStableFunc(all, func(a, b moment) int { return a.at - b.at })
	return all
}

// state is a disk after a power cut, and what clients knew then.
type state struct {
	name   string
	files  map[string][]byte
	told   *Told
	doctor bool
}

// replay cuts the power again and again.
func (p Power) replay(ctx context.Context, ops []op, final map[string][]byte) (res PowerResult, err error) {
	all := moments(ops)
	res.Operations = len(ops)
	written := false
	for _, o := range ops {
		switch {
		case o.path != "phare.db":
		case o.kind == opWrite:
			written = true
		case o.kind == opSync && written:
			res.Folds++
			written = false
		}
	}
	if err := sameAsTraced(all, final); err != nil {
		return res, err
	}
	states := make(chan state, 2)
	found := make(chan string)
	var wg sync.WaitGroup
	var once sync.Once
	for range max(2, runtime.NumCPU()) {
		wg.Go(func() {
			for s := range states {
				wrong, e := p.try(ctx, s, final)
				if e != nil {
					once.Do(func() { err = e })
				}
				found <- strings.Join(wrong, "; ")
			}
		})
	}
	enough := make(chan struct{})
	go func() {
		res.Acked = p.cut(all, states, enough)
		close(states)
		wg.Wait()
		close(found)
	}()
	for wrong := range found {
		res.States++
		if wrong == "" {
			continue
		}
		if res.Bad++; len(res.Examples) < 5 {
			res.Examples = append(res.Examples, wrong)
		}
		if res.Bad == p.Stop {
			close(enough)
		}
	}
	return res, err
}

// cut walks through the trace and sends the chosen states.
func (p Power) cut(all []moment, states chan<- state, enough <-chan struct{}) (acked int) {
	r := rand.New(rand.NewPCG(p.Seed, 1))
	d, told, n, answers := newDisk(), NewTold(), 0, 0
	for _, m := range all {
		if m.op.kind == opTold {
			answers++
		}
	}
	for i, m := range all {
		told.see(m)
		if m.end {
			d.end(*m.op)
		} else {
			d.begin(*m.op)
		}
		for loss := range losses {
			likely := float64(p.States) / float64(len(all)) / float64(losses)
			if m.op.kind == opTold && loss == DropAll { // what a client has just learned, at its worst
				likely = float64(p.States) / float64(answers)
			}
			if p.States > 0 && r.Float64() >= likely {
				continue
			}
			n++
			s := state{name: fmt.Sprintf("seed %d, moment %d of %d, loss %d", p.Seed, i, len(all), loss),
				files: d.after(loss, rand.New(rand.NewPCG(p.Seed+uint64(i), uint64(loss)))), told: told.clone(), doctor: n%50 == 0}
			select {
			case states <- s:
			case <-enough:
				return told.count(Acked)
			}
		}
	}
	return told.count(Acked)
}

func (t *Told) see(m moment) {
	if m.op.kind != opTold {
		return
	}
	if m.op.sent {
		t.note(m.op.form, Acked)
	} else {
		t.noteKept(m.op.form)
	}
}

func (t *Told) clone() *Told {
	c := NewTold()
	for k, v := range t.forms {
		c.forms[k] = v
	}
	for k := range t.kept {
		c.kept[k] = true
	}
	return c
}

// sameAsTraced holds the model against the truth: with nothing lost, it must
// end with the files that the program left.
func sameAsTraced(all []moment, final map[string][]byte) error {
	d := newDisk()
	for _, m := range all {
		if m.end {
			d.end(*m.op)
		} else {
			d.begin(*m.op)
		}
	}
	got := d.after(KeepAll, rand.New(rand.NewPCG(0, 0)))
	for name, b := range final {
		if !bytes.Equal(got[name], b) {
			return fmt.Errorf("the trace does not explain %s: %d bytes instead of %d", name, len(got[name]), len(b))
		}
	}
	if len(got) != len(final) {
		return fmt.Errorf("the trace explains %d files, there are %d", len(got), len(final))
	}
	return nil
}

// try puts a state on a disk and opens it.
func (p Power) try(ctx context.Context, s state, final map[string][]byte) (wrong []string, err error) {
	dir, remove, err := folder(true)
	if err != nil {
		return nil, err
	}
	defer remove()
	for name, b := range s.files {
		if filepath.Dir(name) != "." {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return nil, err
		}
	}
	if key := s.files["phare.key"]; len(s.told.forms)+len(s.told.kept) > 0 && !bytes.Equal(key, final["phare.key"]) {
		wrong = append(wrong, "the site's key is lost")
	}
	more, err := Check(ctx, filepath.Join(dir, "phare.db"), dir, s.told, func(message string) bool {
		for name, b := range final {
			if strings.HasSuffix(name, "-"+message+".eml") {
				return bytes.Equal(s.files[name], b)
			}
		}
		return true // overwritten by nothing: it was sent by SMTP
	})
	wrong = append(wrong, more...)
	if s.doctor && len(wrong) == 0 && len(s.told.kept) > 0 {
		if out, err := exec.CommandContext(ctx, p.Bin, "doctor", "--data", dir).CombinedOutput(); err != nil {
			wrong = append(wrong, fmt.Sprintf("phare doctor: %v: %s", err, out))
		}
	}
	if len(wrong) > 0 {
		wrong[0] = s.name + ": " + wrong[0]
	}
	return wrong, err
}
