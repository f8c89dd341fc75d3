package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/seal"
	"phare/internal/store"
)

// keyFile is where the site's keys are.
func (s *settings) keyFile() string {
	if s.Keys != "" {
		return s.Keys
	}
	return filepath.Join(s.Data, "phare.keys")
}

// unlock gives the database the site's keys. A new database gets new ones; one
// that already holds sealed values never does, because nothing would open them.
func (s *settings) unlock(ctx context.Context, db *store.DB, create bool) error {
	path := s.keyFile()
	if seal.Exists(path) {
		site, err := seal.LoadSite(path)
		if err != nil {
			return err
		}
		db.Unlock(site)
		if err := db.CheckKeys(ctx); err != nil {
			return fmt.Errorf("the site's keys at %s: %w", path, err)
		}
		return nil
	}
	used, err := db.HoldsSealed(ctx)
	if err != nil {
		return err
	}
	if used {
		return fmt.Errorf("the database %s holds sealed data, and the file of its keys is not at %s: put it back there, or name it with --keys or PHARE_KEYS; without it the data cannot be read by anyone", store.Describe(s.dsn()), path)
	}
	if !create {
		return nil
	}
	site := seal.NewSite()
	if err := site.Save(path); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "New keys written to %s. Keep a copy apart from the backups: without it they cannot be read.\n", path)
	db.Unlock(site)
	return nil
}

// sealOld seals what a Phare of before sealing wrote.
func sealOld(ctx context.Context, db *store.DB) error {
	done, err := db.SealAll(ctx, map[string]store.Reindex{"patient": patient.Reindex, "request": request.Reindex})
	if err != nil {
		return fmt.Errorf("sealing what an older Phare wrote: %w (nothing is lost; the next start goes on)", err)
	}
	if done.Values > 0 {
		fmt.Fprintf(os.Stderr, "%d rows that an older Phare wrote in clear are sealed now. Older backups still hold them in clear.\n", done.Values)
	}
	return nil
}

type keysCmd struct {
	Rotate keysRotateCmd `cmd:"" help:"Give every file of every desk a fresh key and seal its data anew. The desk can go on working; if cut short, run it again."`
	Backup keysBackupCmd `cmd:"" help:"Make the pair of keys for which backups are encrypted."`
	Renew  keysRenewCmd  `cmd:"" help:"Put a fresh key into the key file, and drop the old ones."`
}

type keysRotateCmd struct{}

// Run rotates the keys of all desks.
func (c *keysRotateCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := access.Platforms(ctx, db)
	if err != nil {
		return err
	}
	for _, p := range all {
		done, err := db.Rotate(ctx, p.ID, nil)
		if err != nil {
			return fmt.Errorf("desk %s, after %d files: %w (everything can be read; run it again to go on)", p.ID, done.Files, err)
		}
		fmt.Printf("Desk %s: %d files, %d values sealed anew; the old keys are gone.\n", p.ID, done.Files, done.Values)
	}
	return nil
}

type keysRenewCmd struct{}

// Run renews the key file: a fresh key is saved before anything uses it, and the
// old ones are dropped after nothing does.
func (c *keysRenewCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	path := s.keyFile()
	site, err := seal.LoadSite(path)
	if err != nil {
		return err
	}
	site.Add()
	if err := site.Save(path); err != nil {
		return err
	}
	db.Unlock(site)
	n, err := db.Rewrap(ctx)
	if err != nil {
		return fmt.Errorf("%w (everything can be read; run it again)", err)
	}
	site.Drop()
	if err := site.Save(path); err != nil {
		return err
	}
	fmt.Printf("%s holds a fresh key; the keys of %d desks are sealed with it. Backups made before need the copy of the file as it was: keep it as long as you keep them. Restart phare serve.\n", path, n)
	return nil
}
