package main

import (
	"errors"
	"fmt"
)

// The exit codes of the commands that compare, those of diff(1) and one more.
const (
	exitDiffers = 1 // the two differ; not a failure
	exitFailed  = 2
	exitDamaged = 3 // something stored is not what it was
)

// exitStatus ends the program with a code of its own. Without a cause there is
// nothing to print: the command has said it.
type exitStatus struct {
	code  int
	cause error
}

// Error is the cause's.
func (e *exitStatus) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.cause.Error()
}

// Unwrap returns the cause.
func (e *exitStatus) Unwrap() error { return e.cause }

// failed gives every error of a command that compares the code of a failure,
// so that "they differ" is never mistaken for one.
func failed(err error) error {
	if _, has := errors.AsType[*exitStatus](err); err == nil || has {
		return err
	}
	return &exitStatus{exitFailed, err}
}
