package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version in CHANGELOG.md.
const release = "0.1.0"

type versionCmd struct{}

// Run prints what to quote in a report of a fault.
func (versionCmd) Run() error {
	fmt.Printf("phare %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// version is the release and, where the build knows it, the revision.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return release
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return release + "+" + s.Value[:min(12, len(s.Value))]
		}
	}
	return release
}
