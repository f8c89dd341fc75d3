package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"golang.org/x/mod/sumdb/note"

	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/trail"
)

type backupCmd struct {
	Out    string   `required:"" help:"File to write; it must not exist." placeholder:"FILE"`
	To     []string `name:"recipient" help:"Recipient who alone can read the backup: age1…, see phare keys backup. Can be repeated." env:"PHARE_BACKUP_TO" placeholder:"KEY"`
	Clear  bool     `help:"Write it without a recipient: what is sealed stays sealed, but the names of staff, dates and codes can be read."`
	Verify bool     `help:"Restore it into a temporary database before it is encrypted, examine that, and compare."`
}

// Run writes a backup, whole or not at all.
func (c *backupCmd) Run(ctx context.Context, s *settings) error {
	to, err := c.recipients()
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Out); err == nil {
		return fmt.Errorf("%s exists: a backup never overwrites another", c.Out)
	}
	db, err := s.asIs(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := c.provable(ctx, db); err != nil {
		return err
	}
	var counted store.Counted
	err = writeFile(c.Out, 0o600, func(w io.Writer) (err error) {
		counted, err = c.write(ctx, s, db, sealTo(w, to))
		return err
	})
	if err != nil {
		return err
	}
	if err := c.note(ctx, db); err != nil {
		return fmt.Errorf("the backup is whole, but the state page will not know of it: %w", err)
	}
	how := "It can be read by whoever holds the recipient's key only"
	if len(to) == 0 {
		how = "It has no recipient: keep it where only you can read it"
	}
	fmt.Printf("%s: %d rows.\n%s. The site's keys (phare.keys, phare.key, phare.audit.key) are not in it: keep copies apart; without the first nobody can read the data of patients.\n", c.Out, counted.Total(), how)
	return nil
}

// note stores for the state page that a backup was made, and whether it was
// restored for proof. A database of an older schema has no place for it.
func (c *backupCmd) note(ctx context.Context, db *store.DB) error {
	n, err := db.Behind(ctx)
	if err != nil || n > 0 {
		return err
	}
	if err := db.Note(ctx, store.BackupFact, true); err != nil || !c.Verify {
		return err
	}
	return db.Note(ctx, store.RestoreTest, true)
}

// provable refuses to verify a database of an older schema: what it would be
// restored into has the schema of this program.
func (c *backupCmd) provable(ctx context.Context, db *store.DB) error {
	if !c.Verify {
		return nil
	}
	n, err := db.Behind(ctx)
	if err == nil && n > 0 {
		err = errors.New("the database has an older schema than this program: back up without --verify first, or with the program that wrote it")
	}
	return err
}

func (c *backupCmd) recipients() (to []age.Recipient, err error) {
	for _, key := range c.To {
		r, err := age.ParseX25519Recipient(key)
		if err != nil {
			return nil, fmt.Errorf("recipient %q: %w (make one with phare keys backup)", key, err)
		}
		to = append(to, r)
	}
	if len(to) == 0 && !c.Clear {
		return nil, errors.New("for whom is the backup? Give --recipient KEY (phare keys backup makes one), or --clear to go without")
	}
	return to, nil
}

// write dumps the database to w; to be verified, it goes through a file of its
// own first, so that what is proved is what is kept.
func (c *backupCmd) write(ctx context.Context, s *settings, db *store.DB, w io.WriteCloser) (counted store.Counted, err error) {
	if !c.Verify {
		counted, err = db.Dump(ctx, w)
		return counted, errors.Join(err, w.Close())
	}
	dir, err := os.MkdirTemp("", "phare-verify-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	f, err := os.OpenFile(filepath.Join(dir, "dump"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if counted, err = db.Dump(ctx, f); err != nil {
		return nil, err
	}
	if err := verify(ctx, s, f, dir, counted); err != nil {
		return nil, fmt.Errorf("the backup was not kept, it does not restore: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	_, err = io.Copy(w, f)
	return counted, errors.Join(err, w.Close())
}

// verify restores a dump into a folder and examines the result.
func verify(ctx context.Context, s *settings, dump io.ReadSeeker, dir string, want store.Counted) error {
	db, err := store.Open(ctx, filepath.Join(dir, "proof.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := dump.Seek(0, io.SeekStart); err != nil {
		return err
	}
	got, err := db.Restore(ctx, dump)
	if err != nil {
		return err
	}
	if got.Total() != want.Total() {
		return fmt.Errorf("%d rows of %d came back", got.Total(), want.Total())
	}
	if err := s.unlock(ctx, db, false); err != nil {
		return err
	}
	var said bytes.Buffer
	if err := diagnose(ctx, db, &said, nil); err != nil {
		return fmt.Errorf("%w:\n%s", err, said.String())
	}
	fmt.Printf("Restored into a temporary database: %d rows, all checks hold.\n", got.Total())
	return nil
}

// sealTo encrypts what is written for the recipients; without any it is w.
func sealTo(w io.Writer, to []age.Recipient) io.WriteCloser {
	if len(to) == 0 {
		return open{w}
	}
	return &lazySeal{out: w, to: to}
}

type open struct{ io.Writer }

func (open) Close() error { return nil }

// lazySeal begins the encryption with the first byte, so that it can fail there.
type lazySeal struct {
	out io.Writer
	to  []age.Recipient
	in  io.WriteCloser
}

func (l *lazySeal) Write(b []byte) (n int, err error) {
	if l.in == nil {
		if l.in, err = age.Encrypt(l.out, l.to...); err != nil {
			return 0, err
		}
	}
	return l.in.Write(b)
}

// Close ends the file: without it the reader knows that it is cut short.
func (l *lazySeal) Close() error {
	if l.in == nil {
		return errors.New("nothing was written")
	}
	return l.in.Close()
}

type restoreCmd struct {
	From     string `required:"" help:"Backup to read." placeholder:"FILE"`
	Identity string `name:"recipient-key" help:"File with the recipient's key, for an encrypted backup." env:"PHARE_BACKUP_IDENTITY" placeholder:"FILE"`
}

// Run fills a fresh database from a backup and checks the result.
func (c *restoreCmd) Run(ctx context.Context, s *settings) error {
	from, err := os.Open(c.From)
	if err != nil {
		return err
	}
	defer from.Close()
	dump, err := c.clear(from)
	if err != nil {
		return err
	}
	defer dump.Close()
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w (choose another with --data or PHARE_DATA)", err)
	}
	db, err := store.Open(ctx, s.dsn())
	if err != nil {
		return err
	}
	defer db.Close()
	counted, err := db.Restore(ctx, dump)
	if err != nil {
		return err
	}
	fmt.Printf("%d rows restored into %s.\n", counted.Total(), store.Describe(s.dsn()))
	if err := s.unlock(ctx, db, false); err != nil {
		return fmt.Errorf("the rows are there, but cannot be examined: %w", err)
	}
	key, known, err := s.restoredAuditKey(ctx, db)
	if err != nil {
		return fmt.Errorf("the rows are there, and nobody signed for the restore yet (phare audit sign does): %w", err)
	}
	signed, err := audit.SignRestored(ctx, db, key)
	if err != nil {
		return err
	}
	fmt.Printf("Entry %d of the trail says that it goes on from a backup, and is signed. A witness will refuse until its operator agrees: phare audit witness cosign --anew.\n", signed.Size)
	return diagnose(ctx, db, os.Stdout, nil, known...)
}

// restoredAuditKey is the key that signs for a restore. One that was lost is
// made anew, aloud: without it the trail could never go on. What signed the
// backup's own checkpoints is then not known.
func (s *settings) restoredAuditKey(ctx context.Context, db *store.DB) (key trail.Key, known []note.Verifier, err error) {
	key, err = audit.LoadKey(s.auditKeyFile())
	if err == nil {
		return key, []note.Verifier{key.Verifier()}, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, nil, err
	}
	signed, err := isSigned(ctx, db)
	if err != nil {
		return key, nil, err
	}
	if key, err = s.newAuditKey(); err != nil {
		return key, nil, err
	}
	if signed {
		fmt.Fprintln(os.Stderr, "The backup's trail was signed with another key, which is not here: if you have it, delete this restore, put the key in its place and restore again. Without it, give its public key to phare audit verify and phare doctor with --key, beside the new one.")
		return key, nil, nil
	}
	return key, []note.Verifier{key.Verifier()}, nil
}

// ageHeader begins every file of age.
const ageHeader = "age-encryption.org/"

// clear decrypts a backup into a file that has no name, because reading starts
// again when a transaction does; one without a recipient is read as it is.
func (c *restoreCmd) clear(from *os.File) (*os.File, error) {
	head, _ := bufio.NewReader(from).Peek(len(ageHeader))
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if string(head) != ageHeader {
		return from, nil
	}
	ids, err := c.identities()
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(from, ids...)
	if err != nil {
		return nil, fmt.Errorf("%s does not open with the key of %s: %w", c.From, c.Identity, err)
	}
	f, err := os.CreateTemp("", "phare-restore-*") // mode 0600
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name()) // it lives as long as it is open
	_, err = io.Copy(f, r)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s is damaged or cut short: %w", c.From, err)
	}
	return f, nil
}

func (c *restoreCmd) identities() ([]age.Identity, error) {
	if c.Identity == "" {
		return nil, fmt.Errorf("%s is encrypted: give the recipient's key with --recipient-key FILE", c.From)
	}
	f, err := os.Open(c.Identity)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ids, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s holds no key of a recipient", c.Identity) // the cause may quote it
	}
	return ids, nil
}

type keysBackupCmd struct {
	Out string `required:"" help:"File for the secret half; it must not exist. Keep it away from the server." placeholder:"FILE"`
}

// Run makes the pair of keys of a backup's recipient.
func (c *keysBackupCmd) Run(context.Context, *settings) error {
	if _, err := os.Stat(c.Out); err == nil {
		return fmt.Errorf("%s exists, and backups may need it", c.Out)
	}
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	err = writeFile(c.Out, 0o600, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "# public key: %s\n%s\n", id.Recipient(), id)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%s\nThe secret half is in %s: move it away from the server, to two places. Backups are for the line above: phare backup --recipient, or PHARE_BACKUP_TO.\n", id.Recipient(), c.Out)
	return nil
}
