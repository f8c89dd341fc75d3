package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"phare/internal/store"
)

type backupCmd struct {
	Out string `required:"" help:"File to write; it must not exist." placeholder:"FILE"`
}

// Run writes a backup, whole or not at all.
func (c *backupCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := os.Stat(c.Out); err == nil {
		return fmt.Errorf("%s exists: a backup never overwrites another", c.Out)
	}
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".phare-backup-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails, harmlessly, once renamed
	counted, err := db.Dump(ctx, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), c.Out); err != nil {
		return err
	}
	fmt.Printf("%s: %d rows of %d tables.\nIt holds the data of patients and is not encrypted: keep it where only you can read it.\nThe site's key (phare.key) is not in it: keep a copy apart, without it links and secrets cannot be checked.\n", c.Out, counted.Total(), len(counted))
	return nil
}

type restoreCmd struct {
	From string `required:"" help:"Backup to read." placeholder:"FILE"`
}

// Run fills a fresh database from a backup and checks the result.
func (c *restoreCmd) Run(ctx context.Context, s *settings) error {
	f, err := os.Open(c.From)
	if err != nil {
		return err
	}
	defer f.Close()
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	counted, err := db.Restore(ctx, f)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows of %d tables restored into %s.\n", counted.Total(), len(counted), store.Describe(s.dsn()))
	return diagnose(ctx, db, os.Stdout)
}
