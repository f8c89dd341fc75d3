//go:build race

package inspect

// raceDetector is whether this program was built to find races. Its shadow of the
// memory counts as memory that can be written to: no limit of it can hold. Such a
// program is for tests only; what bounds the memory is tried without it.
const raceDetector = true
