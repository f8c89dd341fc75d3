package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/trail"
)

type auditCmd struct {
	Key     auditKeyCmd     `cmd:"" help:"Print the public key of this site's trail."`
	Sign    auditSignCmd    `cmd:"" help:"Sign the trail as it stands and print the checkpoint."`
	Verify  auditVerifyCmd  `cmd:"" help:"Verify the trail of the database, or of an export without any database."`
	Export  auditExportCmd  `cmd:"" help:"Write the trail to a folder, to be verified elsewhere."`
	Witness auditWitnessCmd `cmd:"" help:"Have another site sign that the trail only grows, and sign for others."`
}

// auditKeyFile is where the key of the trail is.
func (s *settings) auditKeyFile() string {
	if s.AuditKeyFile != "" {
		return s.AuditKeyFile
	}
	return filepath.Join(s.Data, audit.KeyFile)
}

// auditKey is the trail's key, which must be there.
func (s *settings) auditKey() (trail.Key, error) {
	key, err := audit.LoadKey(s.auditKeyFile())
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("the key that signs the trail is not at %s: put it back there, or name it with --audit-key-file or PHARE_AUDIT_KEY_FILE (the first phare serve or phare audit sign makes it)", s.auditKeyFile())
	}
	return key, err
}

// firstAuditKey is the trail's key, made the first time. A trail that is signed
// has one, and another would make all that was signed look forged.
func (s *settings) firstAuditKey(ctx context.Context, db *store.DB) (trail.Key, error) {
	key, err := audit.LoadKey(s.auditKeyFile())
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	signed, err := isSigned(ctx, db)
	if err != nil {
		return key, err
	}
	if signed {
		return key, fmt.Errorf("the trail of the database %s is signed, and its key is not at %s: put it back there, or name it with --audit-key-file or PHARE_AUDIT_KEY_FILE; if it is lost for good, restore a backup, which goes on with a new key", store.Describe(s.dsn()), s.auditKeyFile())
	}
	return s.newAuditKey()
}

func (s *settings) newAuditKey() (trail.Key, error) {
	key, err := audit.CreateKey(s.auditKeyFile())
	if err == nil {
		fmt.Fprintf(os.Stderr, "New key of the trail written to %s. Keep a copy apart.\n", s.auditKeyFile())
	}
	return key, err
}

// isSigned says whether any checkpoint of the trail is kept.
func isSigned(ctx context.Context, db *store.DB) (signed bool, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		last, err := store.Checkpoints(v, 1)
		signed = len(last) > 0
		return err
	})
	return signed, err
}

type auditKeyCmd struct{}

// Run prints the public key, to be given to whoever verifies or watches.
func (c *auditKeyCmd) Run(s *settings) error {
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	fmt.Println(key.Public)
	return nil
}

type auditSignCmd struct{}

// Run signs the trail.
func (c *auditSignCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	key, err := s.firstAuditKey(ctx, db)
	if err != nil {
		return err
	}
	signed, err := audit.SignRestored(ctx, db, key)
	if err != nil {
		return err
	}
	fmt.Print(signed.Note)
	return nil
}

// signTrail signs with the key that is there.
func (s *settings) signTrail(ctx context.Context) (store.Signed, error) {
	key, err := s.auditKey()
	if err != nil {
		return store.Signed{}, err
	}
	db, err := s.existing(ctx)
	if err != nil {
		return store.Signed{}, err
	}
	defer db.Close()
	return audit.Sign(ctx, db, key)
}

type auditVerifyCmd struct {
	In         string   `help:"Folder that phare audit export wrote. Without it the database is verified." placeholder:"DIR"`
	Key        []string `help:"Public key of the trail, got from the site and not from the export; also those it had before. Default, for the database: that of the key file." placeholder:"PUB"`
	Witness    []string `name:"witness-key" help:"Public key of a witness." placeholder:"PUB"`
	Checkpoint []string `help:"An older checkpoint of this trail, kept elsewhere: signed by one of these keys." placeholder:"FILE"`
	Printed    []string `help:"The trail's foot on a printed report: the number of entries, a colon, the root." placeholder:"N:ROOT"`
}

// Run verifies, and fails if anything is wrong.
func (c *auditVerifyCmd) Run(ctx context.Context, s *settings) error {
	held, err := c.held(s)
	if err != nil {
		return err
	}
	out, err := c.verify(ctx, s, held)
	if err != nil {
		return err
	}
	fmt.Print(out)
	if !out.Fine() {
		return fmt.Errorf("the trail is not in order: %d things are wrong, see above; stop, keep a copy of the database as it is, and tell whoever answers for it", out.Count)
	}
	switch {
	case out.Marks == 0:
		fmt.Println("No checkpoint was compared: nothing says yet that these are the entries that were written.")
	case len(held.Witnesses)+len(held.Marks) == 0:
		fmt.Println("In order as far as this site itself says. Who holds its key could have written all of it anew: only a witness or a printed report shows that.")
	default:
		fmt.Println("In order.")
	}
	return nil
}

// held reads what the trail is to be held against.
func (c *auditVerifyCmd) held(s *settings) (held audit.Held, err error) {
	if len(c.Key) == 0 && c.In != "" {
		return held, errors.New("say which key signs the trail: --key, as phare audit key prints it at the site")
	}
	if len(c.Key) == 0 {
		key, err := s.auditKey()
		if err != nil {
			return held, err
		}
		c.Key = []string{key.Public}
	}
	if held.Log, err = publicKeys(c.Key); err != nil {
		return held, err
	}
	if held.Witnesses, err = publicKeys(c.Witness); err != nil {
		return held, err
	}
	for _, file := range c.Checkpoint {
		m, err := audit.ReadMark(file, append(held.Log[:len(held.Log):len(held.Log)], held.Witnesses...)...)
		if err != nil {
			return held, err
		}
		held.Marks = append(held.Marks, m)
	}
	for _, p := range c.Printed {
		m, err := audit.ParsePrinted(p)
		if err != nil {
			return held, err
		}
		held.Marks = append(held.Marks, m)
	}
	return held, nil
}

func (c *auditVerifyCmd) verify(ctx context.Context, s *settings, held audit.Held) (trail.Outcome, error) {
	if c.In != "" {
		return audit.VerifyExport(c.In, held)
	}
	db, err := s.existing(ctx)
	if err != nil {
		return trail.Outcome{}, err
	}
	defer db.Close()
	return audit.VerifyLive(ctx, db, held)
}

func publicKeys(all []string) (keys []note.Verifier, err error) {
	for _, k := range all {
		v, err := audit.ParsePublic(k)
		if err != nil {
			return nil, err
		}
		keys = append(keys, v)
	}
	return keys, nil
}

type auditExportCmd struct {
	Out      string `required:"" help:"Folder to write; it must be empty or not exist." placeholder:"DIR"`
	Platform string `help:"Only this desk's entries in full; of the others' only hashes, with which the whole still verifies." placeholder:"ID"`
}

// Run signs the trail and writes it out.
func (c *auditExportCmd) Run(ctx context.Context, s *settings) error {
	if _, err := s.signTrail(ctx); err != nil {
		return err
	}
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	tree, err := audit.Export(ctx, db, c.Out, c.Platform)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d entries, root %s. Who acted, in what role, what and when; on which file and why is sealed.\nVerify it with: phare audit verify --in %s --key (what phare audit key prints)\n", c.Out, tree.N, tree.Hash, c.Out)
	return nil
}

type auditWitnessCmd struct {
	Request auditRequestCmd `cmd:"" help:"Write what a witness needs to sign, where the two sites are not connected."`
	Cosign  auditCosignCmd  `cmd:"" help:"As a witness: sign what another site sent, if its trail has only grown."`
	Import  auditImportCmd  `cmd:"" help:"Keep what a witness signed."`
	Seen    auditSeenCmd    `cmd:"" help:"As a witness: print the last checkpoint seen of each trail."`
}

type auditRequestCmd struct {
	Out string `required:"" help:"File to write, for the witness." placeholder:"FILE"`
	Old int64  `help:"How many entries the witness has seen; it says so when it refuses." placeholder:"N"`
}

// Run writes a request.
func (c *auditRequestCmd) Run(ctx context.Context, s *settings) error {
	signed, err := s.signTrail(ctx)
	if err != nil {
		return err
	}
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	sub, err := audit.Submit(ctx, db, signed, c.Old)
	if err != nil {
		return err
	}
	return save(c.Out, sub.Marshal())
}

type auditCosignCmd struct {
	In   string `required:"" help:"What the other site sent." placeholder:"FILE"`
	Out  string `required:"" help:"File to write, for the other site." placeholder:"FILE"`
	Log  string `required:"" help:"Public key of the other site's trail." placeholder:"PUB"`
	Anew string `help:"Take its trail as it is now, although it does not fit what was seen; say who told you why (a restore from a backup)." placeholder:"REASON"`
}

// Run signs for another site.
func (c *auditCosignCmd) Run(ctx context.Context, s *settings) error {
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	log, err := audit.ParsePublic(c.Log)
	if err != nil {
		return err
	}
	body, err := os.ReadFile(c.In)
	if err != nil {
		return err
	}
	sub, err := audit.ParseSubmission(body)
	if err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	signed, err := audit.Witness{Key: key, Logs: []note.Verifier{log}}.Cosign(ctx, db, sub, c.Anew)
	if err != nil {
		return err
	}
	return save(c.Out, signed)
}

type auditImportCmd struct {
	In      string `required:"" help:"What the witness signed." placeholder:"FILE"`
	Witness string `required:"" name:"witness-key" help:"Public key of the witness." placeholder:"PUB"`
}

// Run keeps a witness's signature.
func (c *auditImportCmd) Run(ctx context.Context, s *settings) error {
	witness, err := audit.ParsePublic(c.Witness)
	if err != nil {
		return err
	}
	key, err := s.auditKey()
	if err != nil {
		return err
	}
	signed, err := os.ReadFile(c.In)
	if err != nil {
		return err
	}
	if _, _, err := trail.OpenCheckpoint(signed, key.Verifier()); err != nil {
		return fmt.Errorf("%s is not a checkpoint of this site's trail: %w", c.In, err)
	}
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	at, err := audit.Take(ctx, db, witness, signed)
	if err != nil {
		return fmt.Errorf("%s: %w", c.In, err)
	}
	fmt.Printf("%s has signed that the trail had %d entries.\n", witness.Name(), at.Size)
	return nil
}

type auditSeenCmd struct {
	Log string `arg:"" optional:"" help:"Only of this trail: its name, the first word of its key."`
}

// Run prints what this site saw of others: what they are verified against.
func (c *auditSeenCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Read(ctx, func(v *store.View) error {
		all, err := audit.AllSeen(v)
		for _, seen := range all {
			if c.Log == "" || c.Log == seen.Origin {
				fmt.Println(seen.Note)
			}
		}
		return err
	})
}

func save(path string, b []byte) error {
	return writeFile(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}
