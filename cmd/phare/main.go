// Command phare is the desk of a rare-disease coordination platform: the web
// server and the operator's tools in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"phare/internal/inspect"
	"phare/internal/store"
)

// settings are what every command can need. Each can come from a flag, from the
// environment or from the configuration file, in this order.
type settings struct {
	Config       kong.ConfigFlag `help:"Read settings from this TOML file." env:"PHARE_CONFIG" placeholder:"FILE"`
	Data         string          `help:"Folder for the database, the key, the knowledge file and, without a mail server, the outgoing mail." env:"PHARE_DATA" default:"phare-data" placeholder:"DIR"`
	DB           string          `help:"Database: a postgres:// URL, or the path of an SQLite file. Default: phare.db in the data folder." env:"PHARE_DB" placeholder:"URL"`
	Keys         string          `help:"File of the site's keys, which open what the database holds sealed. Default: phare.keys in the data folder." env:"PHARE_KEYS" placeholder:"FILE"`
	Knowledge    string          `help:"Knowledge file. Default: knowledge.phare in the data folder if it is there, else the built-in starter." env:"PHARE_KNOWLEDGE" placeholder:"FILE"`
	AuditKeyFile string          `help:"File with the key that signs the trail. Default: phare.audit.key in the data folder. Keep a copy apart." env:"PHARE_AUDIT_KEY_FILE" placeholder:"FILE"`
	Words        string          `help:"Word list of this site, added to the built-in ones when letters are read for signs." env:"PHARE_WORDS" placeholder:"FILE"`
}

type program struct {
	settings `embed:""`

	Serve   serveCmd   `cmd:"" help:"Run the desk: web pages and jobs."`
	Know    knowCmd    `cmd:"" name:"knowledge" help:"Fetch, build, describe and compare knowledge files (HPO, Orphanet)."`
	Rank    rankCmd    `cmd:"" help:"Rank diseases and networks for cases in a file, or measure the ranking."`
	Desk    deskCmd    `cmd:"" name:"platform" help:"Open a desk, list the desks, switch the ranking from signs."`
	Signs   signsCmd   `cmd:"" help:"Find the signs that letters name, or measure it."`
	User    userCmd    `cmd:"" help:"Open accounts for the people of a desk."`
	Flags   flagsCmd   `cmd:"" help:"Print the table of red flags, to be edited, or check an edited one."`
	Report  reportCmd  `cmd:"" help:"Print the yearly figures of a desk."`
	Purge   purgeCmd   `cmd:"" help:"Report what has been kept for its time, by rule; take what needs no second person."`
	Backup  backupCmd  `cmd:"" help:"Write the whole database to one file."`
	Restore restoreCmd `cmd:"" help:"Fill a fresh database from a backup."`
	Audit   auditCmd   `cmd:"" help:"Sign, verify and export the trail of who did what."`
	Key     keysCmd    `cmd:"" name:"keys" help:"Renew the keys that seal the data, or the file that holds them."`
	Doctor  doctorCmd  `cmd:"" help:"Check that nothing is lost or contradictory."`
	SBOM    sbomCmd    `cmd:"" name:"sbom" help:"Print what this program is made of (CycloneDX)."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	inspect.IfChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if err == nil {
		return
	}
	status, ok := errors.AsType[*exitStatus](err)
	if !ok {
		status = &exitStatus{1, err}
	}
	if status.cause != nil {
		fmt.Fprintln(os.Stderr, "phare:", err)
	}
	os.Exit(status.code)
}

func run(ctx context.Context, args []string) error {
	var p program
	exit := -1
	parser, err := kong.New(&p,
		kong.Name("phare"),
		kong.Description("Phare, the desk of a rare-disease coordination platform.\n\nTo look around with invented data: phare serve --demo"),
		kong.Configuration(readConfig),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(code int) { exit = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exit >= 0 { // help was asked for and printed
		return nil
	}
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		err = fmt.Errorf("%w\nType \"phare --help\" for the commands, \"phare COMMAND --help\" for one", parse)
		if len(args) > 1 && args[1] == "diff" {
			return failed(err)
		}
		return err
	}
	if err != nil {
		return err
	}
	return k.Run(&p.settings)
}

// dsn is the database that the settings name.
func (s *settings) dsn() string {
	if s.DB != "" {
		return s.DB
	}
	return filepath.Join(s.Data, "phare.db")
}

// open opens the database, making the data folder if need be.
func (s *settings) open(ctx context.Context) (*store.DB, error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w (choose another with --data or PHARE_DATA)", err)
	}
	db, err := store.Open(ctx, s.dsn())
	if err != nil {
		return nil, err
	}
	if err := s.unlock(ctx, db, true); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// existing opens a database that must be there already: a command that reads or
// checks must not make an empty one and find it in order, nor change its schema.
func (s *settings) existing(ctx context.Context) (*store.DB, error) {
	db, err := s.asIs(ctx)
	if err != nil {
		return nil, err
	}
	n, err := db.Behind(ctx)
	if err == nil && n > 0 {
		err = fmt.Errorf("the database %s was written by an older Phare: back it up (phare backup), then start phare serve, which brings it up to date", store.Describe(s.dsn()))
	}
	if err == nil {
		err = s.unlock(ctx, db, false)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// asIs opens an existing database whatever its schema, to back it up.
func (s *settings) asIs(ctx context.Context) (*store.DB, error) {
	if !store.IsPostgres(s.dsn()) {
		if _, err := os.Stat(s.dsn()); err != nil {
			return nil, fmt.Errorf("no database at %s (choose it with --data, --db, PHARE_DATA or PHARE_DB)", s.dsn())
		}
	}
	return store.OpenAsIs(ctx, s.dsn())
}
