package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"phare"
	"phare/internal/access"
	"phare/internal/staff"
	"phare/internal/text"
)

type deskCmd struct {
	Add  deskAddCmd  `cmd:"" help:"Open a desk."`
	List deskListCmd `cmd:"" help:"List the desks."`

	Files  deskFilesCmd  `cmd:"" help:"Show how much room a desk has for files, or change it."`
	Module deskModuleCmd `cmd:"" help:"Show whether a desk ranks from signs, or switch that on or off with a reason."`
}

type deskAddCmd struct {
	ID        string `arg:"" help:"Short name, used in addresses: reunion."`
	Name      string `required:"" help:"Full name, as the public reads it."`
	Host      string `help:"The hospital that holds the desk."`
	Team      string `help:"Who answers, as told to requesters." default:"l’équipe de coordination"`
	Territory string `help:"Department codes it serves, separated by blanks: 974 976."`
	Zone      string `required:"" help:"Time zone of the desk: Indian/Reunion."`
	Phone     string `required:"" help:"Telephone, as the public dials it."`
	Hours     string `help:"Hours in which the telephone is answered."`
	Mail      string `required:"" help:"Address from which messages are sent."`
}

// Run opens a desk.
func (c *deskAddCmd) Run(ctx context.Context, s *settings) error {
	if text.Zone(c.Zone).String() != c.Zone {
		return fmt.Errorf("time zone %q is not known; write it like Indian/Reunion or Europe/Paris", c.Zone)
	}
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	err = access.AddPlatform(ctx, db, access.Platform{ID: c.ID, Name: c.Name, Host: c.Host, Team: c.Team, Territory: c.Territory,
		Zone: c.Zone, Phone: c.Phone, Hours: c.Hours, Mail: c.Mail, Source: "phare platform add", VerifiedOn: db.Now().Format("2006-01-02")})
	if err != nil {
		return said(err)
	}
	fmt.Printf("Desk %s opened. Next: phare user add LOGIN --platform %s --name NAME --role nurse\n", c.ID, c.ID)
	return nil
}

type deskListCmd struct{}

// Run lists the desks.
func (c *deskListCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := access.Platforms(ctx, db)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	for _, p := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", p.ID, p.Name, p.Zone)
	}
	return w.Flush()
}

type userCmd struct {
	Add  userAddCmd  `cmd:"" help:"Open an account. The password is asked for, or read from standard input."`
	Help userHelpCmd `cmd:"" name:"help-enter" help:"Ask that someone who lost a way in may begin anew; another person of the desk confirms."`
}

type userHelpCmd struct {
	Login  string `arg:"" help:"User name."`
	Reason string `required:"" help:"What happened, and how the person was recognised." placeholder:"TEXT"`
}

// Run asks, as the first of two people, for what an administrator asks for on
// the page: for the desk whose only administrator lost a way in.
func (c *userHelpCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	a, err := access.FindAccount(ctx, db, c.Login)
	if phare.KindOf(err) == phare.NotFound && err != nil {
		return fmt.Errorf("there is no account %q", c.Login)
	}
	if err != nil {
		return err
	}
	by := access.Machine(a.Platform)
	by.Name = "phare user help-enter"
	if err := staff.AskHelp(ctx, db, by, a.ID, c.Reason); err != nil {
		return said(err)
	}
	fmt.Printf("Asked for %s. A physician, director or administrator of %s confirms within 24 hours on the page /bureau/secours.\n", a.Login, a.Platform)
	return nil
}

type userAddCmd struct {
	Login    string `arg:"" help:"User name."`
	Platform string `required:"" help:"The desk: see phare platform list."`
	Name     string `required:"" help:"Name, as colleagues read it."`
	Mail     string `help:"Address for messages about the account."`
	Role     string `required:"" enum:"nurse,secretary,physician,director,admin" help:"One of ${enum}."`
}

// Run opens an account and prints the secret for the authenticator application, once.
func (c *userAddCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := s.unlock(ctx, db, true); err != nil { // a desk's first account, before the first start
		return err
	}
	if _, err := access.FindPlatform(ctx, db, c.Platform); err != nil {
		return fmt.Errorf("there is no desk %q: see phare platform list", c.Platform)
	}
	password, err := askPassword()
	if err != nil {
		return err
	}
	a, secret, err := access.AddAccount(ctx, db, access.Machine(c.Platform), access.NewAccount{
		Platform: c.Platform, Login: c.Login, Name: c.Name, Role: access.Role(c.Role), Password: password, Mail: c.Mail})
	if err != nil {
		return said(err)
	}
	fmt.Printf("Account %s opened.\nSecret for the authenticator application (shown once): %s\notpauth://totp/Phare:%s?secret=%s&issuer=Phare\n", a.Login, secret, a.Login, secret)
	return nil
}

// askPassword reads a password without showing it, or one line of a pipe.
func askPassword() (string, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && line == "" {
			return "", errors.New("no password on standard input")
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	fmt.Fprint(os.Stderr, "Password (12 characters or more): ")
	b, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	return string(b), err
}

// said puts an error meant for a person into the operator's words.
func said(err error) error {
	e, ok := errors.AsType[*phare.Error](err)
	if !ok {
		return err
	}
	words, loadErr := text.Load()
	if loadErr != nil {
		return errors.Join(err, loadErr)
	}
	var all []string
	for _, one := range e.All() {
		all = append(all, words.Get("en", one.Key, one.Args))
	}
	return errors.New(strings.Join(all, "\n"))
}
