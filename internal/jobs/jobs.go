// Package jobs runs what transactions left in the queue. It knows no job: the
// table of kinds and handlers is given by the command that starts it.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"phare/internal/store"
)

// Handler does one job. It may be called again after a failure or a crash, so
// doing it twice must be the same as doing it once.
type Handler func(ctx context.Context, j store.Job) error

// Runner takes jobs from DB and gives each to the handler of its kind.
type Runner struct {
	DB       *store.DB
	Handlers map[string]Handler
	Lease    time.Duration // how long a job may run before another worker tries
}

// RunOne runs the next due job and reports whether there was one.
func (r *Runner) RunOne(ctx context.Context) (bool, error) {
	job, ok, err := r.DB.Claim(ctx, r.Lease)
	if err != nil || !ok {
		return false, err
	}
	if err := r.handle(ctx, job); err != nil {
		if ctx.Err() != nil { // the program ends; the job is taken again when its lease is over
			slog.InfoContext(ctx, "job left for the next start", "job", job.ID, "kind", job.Kind)
			return true, ctx.Err()
		}
		// The cause is for the operator; a payload can hold a patient, so it is not logged.
		slog.ErrorContext(ctx, "job failed", "job", job.ID, "kind", job.Kind, "attempt", job.Attempt, "err", err)
		return true, r.DB.Postpone(ctx, job, err.Error())
	}
	return true, r.DB.Finish(ctx, job.ID)
}

func (r *Runner) handle(ctx context.Context, job store.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	h, ok := r.Handlers[job.Kind]
	if !ok {
		return fmt.Errorf("no handler for %q", job.Kind)
	}
	return h(ctx, job)
}

// Drain runs jobs until none is due.
func (r *Runner) Drain(ctx context.Context) error {
	for {
		if busy, err := r.RunOne(ctx); err != nil || !busy {
			return err
		}
	}
}

// Run runs jobs until ctx ends, and looks again every second when there are none.
func (r *Runner) Run(ctx context.Context) {
	for ctx.Err() == nil {
		busy, err := r.RunOne(ctx)
		if err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "jobs", "err", err)
		}
		if !busy {
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
}
