package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"phare/internal/audit"
	"phare/internal/store"
)

type backupCmd struct {
	Out string `required:"" help:"File to write; it must not exist." placeholder:"FILE"`
}

// Run writes a backup, whole or not at all.
func (c *backupCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.asIs(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := os.Stat(c.Out); err == nil {
		return fmt.Errorf("%s exists: a backup never overwrites another", c.Out)
	}
	var counted store.Counted
	err = writeFile(c.Out, 0o600, func(w io.Writer) (err error) {
		counted, err = db.Dump(ctx, w)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d rows.\nIt holds the data of patients and is not encrypted: keep it where only you can read it.\nThe site's keys (phare.key, phare.audit.key) are not in it: keep copies apart, without them links and secrets cannot be checked nor the trail go on under its name.\n", c.Out, counted.Total())
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
	fmt.Printf("%d rows restored into %s.\n", counted.Total(), store.Describe(s.dsn()))
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	signed, err := audit.Sign(ctx, db, key)
	if err != nil {
		return err
	}
	fmt.Printf("Entry %d of the trail says that it goes on from a backup, and is signed. A witness will refuse until its operator agrees: phare audit witness cosign --anew.\n", signed.Size)
	return diagnose(ctx, db, os.Stdout, nil)
}
