package inspect

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"unsafe"
)

// childNice lets whoever sends a form go first.
const childNice = 10

// confine takes from this process what reading one file does not need: memory,
// processor time, the making of files; and with a filter of system calls all
// that opens a file, a connection or another program. It cannot be undone.
func confine(processor uint64) error {
	limits := map[int]uint64{
		syscall.RLIMIT_DATA: childMemory, // counts what can be written to; the runtime reserves far more addresses than that
		syscall.RLIMIT_CPU:  processor, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_CORE: 0, syscall.RLIMIT_NOFILE: 16,
	}
	if raceDetector {
		delete(limits, syscall.RLIMIT_DATA)
	}
	for what, most := range limits {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("limit %d: %w", what, err)
		}
	}
	stepBack()
	if filterArch == 0 {
		return nil // a processor for which no filter is written; ADR 0020 says what holds there
	}
	return filter(filterArch, allowedCalls())
}

// stepBack gives each thread a low priority, which those that they start take
// over. It is a courtesy to whoever sends a form meanwhile: nothing depends on it.
func stepBack() {
	threads, _ := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			syscall.Setpriority(syscall.PRIO_PROCESS, id, childNice)
		}
	}
}

type instruction struct {
	code   uint16
	jt, jf uint8
	k      uint32
}

type program struct {
	n     uint16
	lines *instruction
}

// filter lets only the calls listed through, for all threads. Any other fails
// with EPERM, as it does for a program without the right; clone3 as if there were
// no such call.
func filter(arch uint32, calls []uint32) error {
	const (
		load, equal, ret = 0x20, 0x15, 0x06 // BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
		allow, failing   = 0x7fff0000, 0x00050000
		fail, unknown    = failing | uint32(syscall.EPERM), failing | uint32(syscall.ENOSYS)
		kill             = 0x80000000
		offNr, offArch   = 0, 4
	)
	lines := []instruction{{load, 0, 0, offArch}, {equal, 1, 0, arch}, {ret, 0, 0, kill}, {load, 0, 0, offNr}}
	for _, nr := range calls {
		lines = append(lines, instruction{equal, 0, 1, nr}, instruction{ret, 0, 0, allow})
	}
	// A C library asks for its threads with clone3 and takes clone, which Go takes at
	// once, only if there is no such call; told that it is forbidden, it gives up.
	const clone3 = 435
	lines = append(lines, instruction{equal, 0, 1, clone3}, instruction{ret, 0, 0, unknown}, instruction{ret, 0, 0, fail})
	p := program{uint16(len(lines)), &lines[0]}
	const noNewPrivs, setFilter, allThreads = 38, 1, 1
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, noNewPrivs, 1, 0, 0, 0, 0); e != 0 {
		return fmt.Errorf("no new privileges: %w", e)
	}
	_, _, e := syscall.RawSyscall(sysSeccomp, setFilter, allThreads, uintptr(unsafe.Pointer(&p)))
	runtime.KeepAlive(lines)
	if e != 0 {
		return fmt.Errorf("filter of system calls: %w", e)
	}
	return nil
}
