package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"phare/internal/doctor"
	"phare/internal/store"
)

type doctorCmd struct{}

// Run examines the database; its exit code is 1 when something is wrong.
func (c *doctorCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return diagnose(ctx, db, os.Stdout)
}

// diagnose prints every invariant and fails if one is broken.
func diagnose(ctx context.Context, db *store.DB, w io.Writer) error {
	all, err := doctor.Examine(ctx, db)
	if err != nil {
		return err
	}
	broken := 0
	for _, f := range all {
		if f.Fine() {
			fmt.Fprintf(w, "ok      %-4s %s\n", f.ID, f.Means)
			continue
		}
		broken++
		fmt.Fprintf(w, "BROKEN  %-4s %s: %d, e.g. %v\n", f.ID, f.Means, f.Count, f.Broken)
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d checks failed", broken, len(all))
	}
	fmt.Fprintf(w, "All %d checks hold.\n", len(all))
	return nil
}
