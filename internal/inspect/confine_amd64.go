//go:build linux && amd64

package inspect

import "syscall"

const (
	filterArch = 0xc000003e // AUDIT_ARCH_X86_64
	sysSeccomp = 317
)

// allowedCalls are what the Go runtime and reading from open descriptors need.
func allowedCalls() []uint32 {
	return append([]uint32{
		syscall.SYS_POLL, syscall.SYS_EPOLL_WAIT, syscall.SYS_FSTAT, syscall.SYS_ARCH_PRCTL, 318, /* getrandom */
		334, /* rseq */
	}, commonCalls()...)
}
