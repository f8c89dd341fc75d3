package torture

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"phare"
)

// Faults says how failing disks are tried.
type Faults struct {
	Root   string // the module's folder: the program is built from it, its writer pinned to one thread
	Stride int    // 1 is every call of a submission, 2 every second…
}

// FaultResult is what was found.
type FaultResult struct {
	Kinds []FaultKind
	Wrong []string
}

// FaultKind is one way to fail, tried at the first call of a submission, the
// second, and so on until a submission met none.
type FaultKind struct {
	Name           string
	Tried          int // submissions that met the fault
	Acked, Refused int // what their clients saw
}

// fault is a call that fails.
type fault struct {
	name, call, errno string
	lasting           bool // all later calls fail too, as on a full disk
	restart           bool // the program must be started again before it writes
}

var faults = []fault{
	{"fsync fails (EIO)", "fsync", "EIO", false, true},
	{"a write fails (EIO)", "pwrite64", "EIO", false, true},
	{"the disk is full (ENOSPC)", "pwrite64", "ENOSPC", true, false},
}

// maxCalls bounds the calls of one submission.
const maxCalls = 400

// Run tries every fault.
func (f Faults) Run(ctx context.Context) (res FaultResult, err error) {
	if err := CanTrace(); err != nil {
		return res, err
	}
	dir, remove, err := folder(false)
	if err != nil {
		return res, err
	}
	defer remove()
	bin := filepath.Join(dir, "phare")
	if err := Build(ctx, f.Root, "./cmd/phare", bin, pinned()); err != nil {
		return res, err
	}
	s, err := NewSite(bin, filepath.Join(dir, "data"), filepath.Join(dir, "data", "phare.db"))
	if err != nil {
		return res, err
	}
	if err := s.addDesk(ctx); err != nil {
		return res, err
	}
	for _, x := range faults {
		k := FaultKind{Name: x.name}
		for n := 1; n < maxCalls && ctx.Err() == nil; n += f.Stride {
			met, wrong, err := s.fail(ctx, x, n, &k)
			if err != nil {
				return res, fmt.Errorf("%s at call %d: %w", x.name, n, err)
			}
			for _, w := range wrong {
				res.Wrong = append(res.Wrong, fmt.Sprintf("%s at call %d: %s", x.name, n, w))
			}
			if !met {
				break
			}
		}
		res.Kinds = append(res.Kinds, k)
	}
	return res, ctx.Err()
}

// fail submits one form while the n-th call fails, and again afterwards. It says
// whether the fault was met.
func (s *Site) fail(ctx context.Context, x fault, n int, k *FaultKind) (met bool, wrong []string, err error) {
	v, err := s.Start(ctx)
	if err != nil {
		return false, nil, err
	}
	defer func() { v.Kill() }()
	time.Sleep(50 * time.Millisecond) // its first own writes
	form := phare.NewForm()
	when := strconv.Itoa(n)
	if x.lasting {
		when += "+"
	}
	tracer, err := attach(v.cmd.Process.Pid, s.Data, x.call, fmt.Sprintf("inject=%s:error=%s:when=%s", x.call, x.errno, when))
	if err != nil {
		return false, nil, err
	}
	o, status, page := s.Submit(ctx, form)
	if met, err = tracer.end(); err != nil {
		return met, nil, err
	}
	if met {
		k.Tried++
	}
	switch o {
	case Acked:
		k.Acked++
	case Refused:
		k.Refused++
		wrong = told(status, page, s.Told.wasKept(form))
	default:
		wrong = append(wrong, "the client got no answer: "+page)
	}
	if !met && o != Acked {
		wrong = append(wrong, "refused without a fault: "+page)
	}
	if x.restart {
		v.Kill()
		if v, err = s.Start(ctx); err != nil {
			return met, wrong, err
		}
	}
	if failed := s.retry(ctx); failed > 0 {
		wrong = append(wrong, fmt.Sprintf("refused after the fault: %s", v.said))
	}
	v.Kill()
	more, err := Check(ctx, s.DSN, s.Data, s.Told, func(message string) bool { return lettered(s.Data, message) })
	return met, append(wrong, more...), err
}

// told says what is missing on the page of a submission that was refused: it
// must say that nothing is certain, and hold what was typed, unless the draft
// is on the server.
func told(status int, page string, draft bool) (wrong []string) {
	if status < 500 {
		wrong = append(wrong, fmt.Sprintf("status %d", status))
	}
	if !strings.Contains(page, `name="unsaved"`) {
		wrong = append(wrong, "the page does not say that nothing is stored for certain")
	}
	if !draft && !strings.Contains(page, typed) {
		wrong = append(wrong, "the page does not hold what was typed")
	}
	return wrong
}

// tracer is strace at work on a process that runs already.
type tracer struct {
	cmd *exec.Cmd
	log string
}

func attach(pid int, data, call, inject string) (*tracer, error) {
	f, err := os.CreateTemp("", "phare-fault-")
	if err != nil {
		return nil, err
	}
	f.Close()
	t := &tracer{log: f.Name(), cmd: exec.Command("strace", "-f", "-p", strconv.Itoa(pid), "-o", f.Name(), "-e", "signal=none", "-e", "trace="+call,
		"-P", filepath.Join(data, "phare.db-wal"), "-P", filepath.Join(data, "phare.db"), "-e", inject)}
	said := &said{}
	t.cmd.Stderr = said
	if err := t.cmd.Start(); err != nil {
		return nil, err
	}
	for range 3000 {
		if strings.Contains(said.String(), "attached") {
			return t, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.cmd.Process.Kill()
	t.cmd.Wait()
	return nil, fmt.Errorf("strace did not attach: %s", said)
}

// end lets the process go and says whether the fault was met.
func (t *tracer) end() (met bool, err error) {
	t.cmd.Process.Signal(syscall.SIGINT)
	t.cmd.Wait()
	b, err := os.ReadFile(t.log)
	os.Remove(t.log)
	return strings.Contains(string(b), "(INJECTED)"), err
}
