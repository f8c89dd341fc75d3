//go:build race

package inspect

// raceDetector is whether this program was built to find races. Its shadow of the
// memory counts as memory that can be written to: no limit of it can hold. Such a
// program is for tests only; what bounds the memory is tried without it.
const raceDetector = true

// raceEnv keeps a program that looks for races from waiting a second at its end for
// the last of them: a child has nothing left to do there.
var raceEnv = []string{"GORACE=atexit_sleep_ms=0"}
