//go:build linux && arm64

package inspect

import "syscall"

const (
	filterArch = 0xc00000b7 // AUDIT_ARCH_AARCH64
	sysSeccomp = 277
)

// allowedCalls are what the Go runtime and reading from open descriptors need.
func allowedCalls() []uint32 {
	return append([]uint32{syscall.SYS_FSTAT, 278 /* getrandom */, 293 /* rseq */}, commonCalls()...)
}
