package inspect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// childWord is the hidden command under which a program reads one file.
const childWord = "inspect-one-file"

// What a child may use: memory that it writes to, time on a processor, and time
// on the clock, which is longer because others use the processors too.
const (
	childMemory = 384 << 20
	childHeap   = 240 << 20 // what Go takes of it before the collector works hard; the rest is for stacks of threads, 8 MB each
	childCores  = "2"       // else a large machine's many threads take all of the memory
	childCPU    = 10 * time.Second
	childWall   = 30 * time.Second

	publicWall = 10 * time.Second // on the clock, for a file by anyone
	publicCPU  = 4 * time.Second  // a photograph of 40 million pixels takes one
	publicWait = 30 * time.Second // for a place, by anyone
	staffWait  = time.Minute
)

// IfChild reads one file and ends the program, when it was started to do so by a
// Runner. It is the first thing that main calls.
func IfChild() {
	if len(os.Args) != 4 || os.Args[1] != childWord {
		return
	}
	os.Exit(child(Kind(os.Args[2]), os.Args[3]))
}

// child reads the file from its standard input, writes what is to be kept to its
// standard output and the verdict to the third descriptor.
func child(kind Kind, processor string) int {
	if err := confined(processor); err != nil {
		fmt.Fprintln(os.Stderr, "cannot confine itself:", err)
		return 3
	}
	v, err := Inspect(kind, os.Stdin, os.Stdout)
	if err == nil {
		err = json.NewEncoder(verdict()).Encode(v)
	}
	if err != nil {
		return 1
	}
	return 0
}

// confined bounds the heap, then everything else.
func confined(processor string) error {
	seconds, err := strconv.ParseUint(processor, 10, 8)
	if err != nil {
		return err
	}
	debug.SetMemoryLimit(childHeap)
	debug.SetTraceback("none")
	return confine(seconds)
}

// verdict is where a child says what it found.
func verdict() *os.File { return os.NewFile(3, "verdict") }

// Runner starts children of one program.
type Runner struct {
	program string
	places  *places
}

var own = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat("/proc/self/exe"); err == nil {
		return "/proc/self/exe", nil // also when the file was replaced by an upgrade meanwhile
	}
	return os.Executable()
})

// NewRunner is a Runner of this program, whose main calls IfChild.
func NewRunner() (*Runner, error) {
	program, err := own()
	return &Runner{program: program, places: newPlaces(publicWait, staffWait)}, err
}

// WaitAtMost changes how long anyone, and the desk, wait for a place. It is called
// before the first file.
func (r *Runner) WaitAtMost(anyone, desk time.Duration) { r.places = newPlaces(anyone, desk) }

// Inspect has a child read a file. A child that dies, of its limits or of its
// decoder, is a refusal (Heavy); ErrBusy is no place in time; any other error is
// our fault.
func (r *Runner) Inspect(ctx context.Context, by Sender, kind Kind, in io.Reader, out io.Writer) (Verdict, error) {
	leave, err := r.places.enter(ctx, by)
	if err != nil {
		return Verdict{}, err
	}
	var used time.Duration
	defer func() { leave(used) }()
	said, used, err := r.run(ctx, by, kind, in, out)
	if errors.Is(err, errDied) || errors.Is(err, errSpent) {
		return Verdict{Kind: kind, Refused: Heavy, Died: errors.Is(err, errDied)}, nil
	}
	if err != nil {
		return Verdict{}, err
	}
	var v Verdict
	if err := json.Unmarshal(said, &v); err != nil {
		return Verdict{}, fmt.Errorf("the inspection of a file said nothing: %w", err)
	}
	return v, nil
}

// Why a child ended early.
var (
	errSpent = errors.New("the child used up its time")
	errDied  = errors.New("the child died")
)

// run feeds a file to a child and returns what it says in the end, and how long it
// used a processor.
func (r *Runner) run(ctx context.Context, by Sender, kind Kind, in io.Reader, out io.Writer) (said []byte, used time.Duration, err error) {
	within, cancel := context.WithTimeout(ctx, by.wall())
	defer cancel()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, 0, err
	}
	defer read.Close()
	cmd := exec.CommandContext(within, r.program, childWord, string(kind), strconv.Itoa(int(by.processor()/time.Second)))
	cmd.Env, cmd.Dir = append([]string{"GOTRACEBACK=none", "GOGC=50", "GOMAXPROCS=" + childCores}, raceEnv...), "/"
	cmd.Stdout, cmd.ExtraFiles = out, []*os.File{write}
	cmd.WaitDelay = 2 * time.Second
	feed, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	write.Close()
	if err != nil {
		return nil, 0, fmt.Errorf("starting the inspection of a file: %w", err)
	}
	fed := make(chan error, 1)
	go func() {
		_, err := io.Copy(feed, in)
		feed.Close()
		fed <- err
	}()
	const mostSaid = 64 << 10
	said, _ = io.ReadAll(io.LimitReader(read, mostSaid)) // what is missing shows below
	err = cmd.Wait()
	if state := cmd.ProcessState; state != nil {
		used = state.UserTime() + state.SystemTime()
	}
	select {
	case e := <-fed:
		if e != nil && err == nil && !errors.Is(e, syscall.EPIPE) && !errors.Is(e, os.ErrClosed) {
			err = e // the file could not be read to its end: by our fault
		}
	case <-ctx.Done():
		return nil, used, ctx.Err()
	}
	if ctx.Err() != nil {
		return nil, used, ctx.Err()
	}
	if err == nil {
		return said, used, nil
	}
	return nil, used, ended(used >= by.processor()-time.Second, within, err)
}

// ended says why a child ended with an error.
func ended(spent bool, within context.Context, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case ok && exit.ExitCode() == 3:
		return errors.New("the inspection of a file could not be confined")
	case spent:
		return errSpent
	case within.Err() != nil: // by the clock and not by the processor: others kept it waiting
		return ErrBusy
	case ok:
		return errDied
	}
	return fmt.Errorf("the inspection of a file: %w", err)
}
