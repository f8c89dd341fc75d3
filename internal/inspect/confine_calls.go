//go:build linux && (amd64 || arm64)

package inspect

import "syscall"

// commonCalls are those that both processors have.
func commonCalls() []uint32 {
	return []uint32{
		syscall.SYS_READ, syscall.SYS_WRITE, syscall.SYS_READV, syscall.SYS_WRITEV, syscall.SYS_CLOSE, syscall.SYS_LSEEK, syscall.SYS_FCNTL,
		syscall.SYS_MMAP, syscall.SYS_MUNMAP, syscall.SYS_MPROTECT, syscall.SYS_MADVISE, syscall.SYS_BRK, syscall.SYS_MINCORE, syscall.SYS_MREMAP,
		syscall.SYS_FUTEX, syscall.SYS_SCHED_YIELD, syscall.SYS_SCHED_GETAFFINITY, syscall.SYS_NANOSLEEP, syscall.SYS_CLOCK_GETTIME, syscall.SYS_CLOCK_NANOSLEEP,
		syscall.SYS_GETTIMEOFDAY, syscall.SYS_GETPID, syscall.SYS_GETTID, syscall.SYS_TGKILL,
		syscall.SYS_RT_SIGACTION, syscall.SYS_RT_SIGPROCMASK, syscall.SYS_RT_SIGRETURN, syscall.SYS_SIGALTSTACK, syscall.SYS_RESTART_SYSCALL,
		syscall.SYS_CLONE, syscall.SYS_SET_ROBUST_LIST, syscall.SYS_EXIT, syscall.SYS_EXIT_GROUP,
		syscall.SYS_EPOLL_CREATE1, syscall.SYS_EPOLL_CTL, syscall.SYS_EPOLL_PWAIT, syscall.SYS_EVENTFD2, syscall.SYS_PIPE2,
		syscall.SYS_TIMER_CREATE, syscall.SYS_TIMER_SETTIME, syscall.SYS_TIMER_DELETE, syscall.SYS_SETITIMER,
	}
}
