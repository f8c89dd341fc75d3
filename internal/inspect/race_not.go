//go:build !race

package inspect

const raceDetector = false

var raceEnv []string
