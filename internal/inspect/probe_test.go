package inspect

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// probeKind asks a child to try what a decoder that was taken over would try.
const probeKind Kind = "probe"

// What a child is asked to take too much of.
const (
	probeMemory Kind = "probe-memory"
	probeTime   Kind = "probe-time"
)

// probeThreads asks a child for threads.
const probeThreads Kind = "probe-threads"

// probeIdle asks a child to do nothing for longer than anyone's file may take.
const probeIdle Kind = "probe-idle"

// idle uses none of a processor, only time, and ends well.
func idle(verdict *os.File) int {
	time.Sleep(publicWall + 3*time.Second)
	if json.NewEncoder(verdict).Encode(Verdict{}) != nil {
		return 1
	}
	return 0
}

// threads holds some threads at once, beside 200 MB.
func threads(verdict *os.File) int {
	const n = 6
	b := make([]byte, 200<<20)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	var here, gone sync.WaitGroup
	leave := make(chan struct{})
	here.Add(n)
	for range n {
		gone.Go(func() {
			runtime.LockOSThread()
			here.Done()
			<-leave
		})
	}
	here.Wait()
	close(leave)
	gone.Wait()
	runtime.KeepAlive(b)
	if json.NewEncoder(verdict).Encode(Verdict{}) != nil {
		return 1
	}
	return 0
}

// probed runs a probe in place of a decoder, when this process is its child.
func probed() {
	if len(os.Args) != 4 || os.Args[1] != childWord || !strings.HasPrefix(os.Args[2], string(probeKind)) {
		return
	}
	if err := confined(os.Args[3]); err != nil {
		os.Exit(3)
	}
	if Kind(os.Args[2]) == probeKind {
		os.Exit(probe(verdict()))
	}
	if Kind(os.Args[2]) == probeThreads {
		os.Exit(threads(verdict()))
	}
	if Kind(os.Args[2]) == probeIdle {
		os.Exit(idle(verdict()))
	}
	os.Exit(glut(Kind(os.Args[2])))
}

// glut takes memory, or time, until it is stopped.
func glut(kind Kind) int {
	var all [][]byte
	for n := 0; ; n++ {
		if kind == probeMemory {
			b := make([]byte, 16<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			if all = append(all, b); len(all) > 30 {
				return 0 // 480 MB: nothing stopped it
			}
		}
	}
}

// probe tries, inside the confinement, to reach outside, and says what worked.
func probe(verdict *os.File) int {
	var v Verdict
	if f, err := os.Open("/etc/hostname"); err == nil {
		f.Close()
		v.find("opened a file")
	}
	if f, err := os.CreateTemp("", "probe"); err == nil {
		f.Close()
		v.find("made a file")
	}
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close()
		v.find("listened")
	}
	if c, err := net.Dial("udp", "127.0.0.1:9"); err == nil {
		c.Close()
		v.find("dialled")
	}
	if exec.Command("/bin/true").Run() == nil {
		v.find("started a program")
	}
	if json.NewEncoder(verdict).Encode(v) != nil {
		return 1
	}
	return 0
}
