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
	"sync"
	"syscall"
	"time"
)

// childWord is the hidden command under which a program reads one file.
const childWord = "inspect-one-file"

// What a child may use: memory that it writes to, time on a processor, and time
// on the clock, which is longer because others use the processors too.
const (
	childMemory = 256 << 20
	childHeap   = 180 << 20 // where the collector begins to work hard
	childCPU    = 10        // seconds
	childWall   = 30 * time.Second
)

// IfChild reads one file and ends the program, when it was started to do so by a
// Runner. It is the first thing that main calls.
func IfChild() {
	if len(os.Args) != 3 || os.Args[1] != childWord {
		return
	}
	os.Exit(child(Kind(os.Args[2])))
}

// child reads the file from its standard input, writes what is to be kept to its
// standard output and the verdict to the third descriptor.
func child(kind Kind) int {
	if err := confined(); err != nil {
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
func confined() error {
	debug.SetMemoryLimit(childHeap)
	debug.SetTraceback("none")
	return confine()
}

// verdict is where a child says what it found.
func verdict() *os.File { return os.NewFile(3, "verdict") }

// Runner starts children of one program.
type Runner struct {
	program string
	places  chan struct{}
}

// maxChildren bounds what inspection can take of a small machine.
const maxChildren = 2

var own = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat("/proc/self/exe"); err == nil {
		return "/proc/self/exe", nil // also when the file was replaced by an upgrade meanwhile
	}
	return os.Executable()
})

// NewRunner is a Runner of this program, whose main calls IfChild.
func NewRunner() (*Runner, error) {
	program, err := own()
	return &Runner{program: program, places: make(chan struct{}, maxChildren)}, err
}

// Inspect has a child read a file. A child that dies, of its limits or of its
// decoder, is a refusal (Heavy); an error is our fault.
func (r *Runner) Inspect(ctx context.Context, kind Kind, in io.Reader, out io.Writer) (Verdict, error) {
	select {
	case r.places <- struct{}{}:
		defer func() { <-r.places }()
	case <-ctx.Done():
		return Verdict{}, ctx.Err()
	}
	said, err := r.run(ctx, kind, in, out)
	if errors.Is(err, errDied) {
		return Verdict{Kind: kind, Refused: Heavy}, nil
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

// errDied is a child that its limits or its decoder ended.
var errDied = errors.New("the child died")

// run feeds a file to a child and returns what it says in the end.
func (r *Runner) run(ctx context.Context, kind Kind, in io.Reader, out io.Writer) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, childWall)
	defer cancel()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	cmd := exec.CommandContext(within, r.program, childWord, string(kind))
	cmd.Env, cmd.Dir = []string{"GOTRACEBACK=none", "GOGC=50"}, "/"
	cmd.Stdout, cmd.ExtraFiles = out, []*os.File{write}
	cmd.WaitDelay = 2 * time.Second
	feed, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	write.Close()
	if err != nil {
		return nil, fmt.Errorf("starting the inspection of a file: %w", err)
	}
	fed := make(chan error, 1)
	go func() {
		_, err := io.Copy(feed, in)
		feed.Close()
		fed <- err
	}()
	const mostSaid = 64 << 10
	said, _ := io.ReadAll(io.LimitReader(read, mostSaid)) // what is missing shows below
	err = cmd.Wait()
	select {
	case e := <-fed:
		if e != nil && err == nil && !errors.Is(e, syscall.EPIPE) && !errors.Is(e, os.ErrClosed) {
			err = e // the file could not be read to its end: by our fault
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if exit.ExitCode() == 3 {
			return nil, errors.New("the inspection of a file could not be confined")
		}
		return nil, errDied
	}
	if err != nil && within.Err() != nil {
		return nil, errDied
	}
	if err != nil {
		return nil, fmt.Errorf("the inspection of a file: %w", err)
	}
	return said, nil
}
