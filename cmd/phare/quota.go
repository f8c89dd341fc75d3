package main

import (
	"context"
	"fmt"

	"phare/internal/access"
	"phare/internal/request"
)

type deskFilesCmd struct {
	ID string `arg:"" help:"The desk: see phare platform list."`
	MB *int64 `arg:"" optional:"" name:"megabytes" help:"Most megabytes that its files may take together; left out: only show."`
}

// Run shows or changes the room that a desk has for files.
func (c *deskFilesCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := access.FindPlatform(ctx, db, c.ID); err != nil {
		return fmt.Errorf("there is no desk %q: see phare platform list", c.ID)
	}
	if c.MB != nil {
		if *c.MB < 0 {
			return fmt.Errorf("%d megabytes: the room for files cannot be less than none", *c.MB)
		}
		if err := request.SetFileQuota(ctx, db, access.Machine(c.ID), *c.MB<<20); err != nil {
			return said(err)
		}
	}
	used, most, err := request.FileQuota(ctx, db, c.ID)
	if err == nil {
		fmt.Printf("%s: files take %d of %d MB.\n", c.ID, (used+1<<20-1)>>20, most>>20)
	}
	return err
}
