package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"phare/internal/access"
	"phare/internal/arrival"
	"phare/internal/attachment"
	"phare/internal/audit"
	"phare/internal/demo"
	"phare/internal/directory"
	"phare/internal/flags"
	"phare/internal/jobs"
	"phare/internal/mail"
	"phare/internal/orientation"
	"phare/internal/sms"
	"phare/internal/store"
	"phare/internal/term"
	"phare/internal/text"
	"phare/internal/trail"
	"phare/internal/web"
)

type serveCmd struct {
	Addr     string   `help:"Address to listen on." env:"PHARE_ADDR" default:"127.0.0.1:8080"`
	URL      string   `help:"Public address, as people type it; https:// behind a TLS proxy. Default: http:// and the address." env:"PHARE_URL" placeholder:"URL"`
	SMTP     string   `help:"Mail server, smtp://USER:PASSWORD@HOST:PORT. Default: mail is written to the folder mail in the data folder." env:"PHARE_SMTP" placeholder:"URL"`
	SMS      string   `help:"File that describes the gateway of SMS. Default: SMS are written to the folder sms in the data folder." env:"PHARE_SMS" placeholder:"FILE"`
	KeyFile  string   `help:"File with the site's key. Default: phare.key in the data folder. Keep a copy apart from the database." env:"PHARE_KEY_FILE" placeholder:"FILE"`
	Proxies  []string `name:"trusted-proxy" help:"Addresses or networks (CIDR) of the proxies whose X-Forwarded-For is believed. Default: this machine." env:"PHARE_TRUSTED_PROXY" placeholder:"CIDR"`
	DPO      string   `help:"How to reach the data protection officer, as the pages show it." env:"PHARE_DPO" placeholder:"TEXT"`
	SignsOff bool     `help:"Switch the module from signs to diseases off." env:"PHARE_SIGNS_OFF"`
	Flags    string   `help:"Edited table of red flags (see phare flags). Default: the built-in one." env:"PHARE_FLAGS" placeholder:"FILE"`
	Witness  []string `help:"Witnesses that sign this site's trail every hour, each KEY@https://address; its operator prints KEY with phare audit key." env:"PHARE_WITNESS" placeholder:"KEY@URL"`
	Watch    []string `help:"Public keys of the trails of other sites that this one signs for, as their witness." env:"PHARE_WATCH" placeholder:"KEY"`
	Identity string   `help:"File of identity providers that people can enter through (OpenID Connect, Pro Santé Connect)." env:"PHARE_IDENTITY" placeholder:"FILE"`
	Clamd    string   `help:"Socket of the ClamAV daemon (clamd) that scans files. Default: files are not scanned, and the desk is told so." env:"PHARE_CLAMD" placeholder:"FILE"`
	Inbox    string   `help:"Folder into which a mail gateway writes messages for the desk, one .eml a file; each waits until someone of the desk matches it." env:"PHARE_INBOX" placeholder:"DIR"`
	Demo     bool     `help:"Fill an empty database with invented people and say so on every page."`

	texting  mail.Texting
	auditKey trail.Key
	remotes  []audit.Remote
	from     string // where the knowledge was loaded from, for the first line
}

// Run serves until it is told to stop, then lets what is under way end.
func (c *serveCmd) Run(ctx context.Context, s *settings) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(40) // a desk's machine is small; doc/figures.md says what it costs
	}
	db, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	site, sender, err := c.site(ctx, s, db)
	if err == nil {
		err = site.ReadPages()
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w (choose another address with --addr or PHARE_ADDR)", c.Addr, err)
	}
	fmt.Fprintf(os.Stderr, "Phare %s · %s\nOpen %s\n", version(), c.describe(s), site.Base)

	if err := site.Files.Ready(ctx); err != nil {
		slog.WarnContext(ctx, "no documents can be joined to requests", "err", err)
	}
	if err := errors.Join(c.inbox(), warnUnwalled(ctx, db)); err != nil {
		return err
	}
	if err := sealOld(ctx, db); err != nil {
		return err
	}
	runner := &jobs.Runner{DB: db, Lease: 5 * time.Minute, Handlers: handlers(db, site, sender, c.texting)}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var beside sync.WaitGroup // all of it has let go of the database before that is closed
	beside.Go(func() { runner.Run(work) })
	beside.Go(func() { housekeep(work, db) })
	beside.Go(func() { c.keepSigned(work, db) })
	if c.Inbox != "" {
		beside.Go(func() { (&arrival.Folder{Dir: c.Inbox, DB: db, Files: site.Files}).Watch(work) })
	}
	defer func() { stopWork(); beside.Wait(); c.signLast(work, db) }()

	server := web.HTTPServer(site.Handler(), slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(web.Crowd(listener)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	fmt.Fprintln(os.Stderr, "Stopping: waiting for what is under way.")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stopped with requests under way: %w", err)
	}
	return nil
}

// inbox says at the start that the folder of messages cannot be used.
func (c *serveCmd) inbox() error {
	if c.Inbox == "" {
		return nil
	}
	if info, err := os.Stat(c.Inbox); err != nil || !info.IsDir() {
		return fmt.Errorf("the inbox %s is no folder that can be read: make it, and let Phare read, write and rename in it (--inbox or PHARE_INBOX)", c.Inbox)
	}
	return nil
}

// warnUnwalled tells the operator when PostgreSQL does not keep platforms apart
// by itself. The desk works all the same: the conditions in SQL are the first wall.
func warnUnwalled(ctx context.Context, db *store.DB) error {
	why, err := db.Unwalled(ctx)
	if why != "" {
		slog.WarnContext(ctx, "one wall less between platforms", "why", why)
	}
	return err
}

// site puts together everything the pages need.
func (c *serveCmd) site(ctx context.Context, s *settings, db *store.DB) (*web.Server, mail.Sender, error) {
	words, err := text.Load()
	if err != nil {
		return nil, nil, err
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(s.Data, "phare.key")
	}
	key, err := access.LoadKey(c.KeyFile)
	if err != nil {
		return nil, nil, err
	}
	watcher, err := c.trail(ctx, s, db)
	if err != nil {
		return nil, nil, err
	}
	base, err := c.base()
	if err != nil {
		return nil, nil, err
	}
	sender, err := c.sender(s)
	if err != nil {
		return nil, nil, err
	}
	know, from, err := s.knowledge()
	if err != nil {
		return nil, nil, err
	}
	c.from = from
	trusted, err := web.ParseProxiesOrOwn(c.Proxies)
	if err != nil {
		return nil, nil, err
	}
	red, err := flags.Load(c.Flags)
	if err != nil {
		return nil, nil, err
	}
	letters, err := s.lettersOf(know)
	if err != nil {
		return nil, nil, err
	}
	providers, err := access.LoadProviders(c.Identity)
	if err != nil {
		return nil, nil, err
	}
	conf := web.Config{Version: version(), DB: db, Key: key, Text: words, Base: base, SignsOff: c.SignsOff, Flags: red, Proxies: trusted, DPO: c.DPO, Providers: providers,
		Knowledge: know, Index: term.NewIndex(know), Engine: orientation.New(know), Extract: letters, Witness: watcher, Files: attachment.Taker{Clamd: attachment.Clamd(c.Clamd)}}
	if conf.SMS, err = c.gateway(s); err != nil {
		return nil, nil, err
	}
	if c.Demo {
		if err := c.demo(ctx, db, &conf, sender, s.Data); err != nil {
			return nil, nil, err
		}
	} else if err := directory.Seed(ctx, db); err != nil {
		return nil, nil, fmt.Errorf("directory: %w", err)
	}
	site, err := web.New(conf)
	return site, sender, err
}

// demo fills an empty database with invented data. Its mail goes to a folder,
// so that nothing invented ever reaches anyone.
func (c *serveCmd) demo(ctx context.Context, db *store.DB, conf *web.Config, sender mail.Sender, data string) error {
	letters, ok := sender.(mail.Folder)
	if !ok {
		return errors.New("the demo sends no mail: leave --smtp and PHARE_SMTP out")
	}
	err := demo.Fill(ctx, db, demo.Tools{Key: conf.Key, Words: conf.Text, Know: conf.Knowledge, Engine: conf.Engine, Base: conf.Base})
	if err != nil {
		return fmt.Errorf("filling the demo: %w (it needs an empty database: choose another folder with --data)", err)
	}
	conf.Demo = &web.Demo{Password: demo.Password, Secret: demo.Secret, Letters: letters, Texts: sms.Folder(filepath.Join(data, "sms"))}
	return nil
}

// base is the public address, checked.
func (c *serveCmd) base() (string, error) {
	if c.URL == "" {
		host, port, err := net.SplitHostPort(c.Addr)
		if err != nil {
			return "", fmt.Errorf("address %q: %w (it must be HOST:PORT)", c.Addr, err)
		}
		if host == "" || host == "0.0.0.0" || host == "::" {
			host = "localhost"
		}
		return "http://" + net.JoinHostPort(host, port), nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", fmt.Errorf("public address %q must be like https://phare.example.org", c.URL)
	}
	return strings.TrimSuffix(c.URL, "/"), nil
}

// sender is the mail server, or a folder.
func (c *serveCmd) sender(s *settings) (mail.Sender, error) {
	if c.SMTP == "" {
		dir := filepath.Join(s.Data, "mail")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("mail folder: %w", err)
		}
		return mail.Folder(dir), nil
	}
	u, err := url.Parse(c.SMTP)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" {
		return nil, errors.New("the mail server must be like smtp://user:password@host:587")
	}
	port := 587
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("mail server: port %q is not a number", u.Port())
		}
	}
	password, _ := u.User.Password()
	return mail.SMTP{Host: u.Hostname(), Port: port, User: u.User.Username(), Password: password}, nil
}

// gateway makes ready how SMS leave: through a provider, or into a folder.
func (c *serveCmd) gateway(s *settings) (hook sms.Hook, err error) {
	if c.SMS == "" {
		dir := filepath.Join(s.Data, "sms")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return hook, fmt.Errorf("SMS folder: %w", err)
		}
		c.texting = mail.Texting{Out: sms.Folder(dir)}
		return hook, nil
	}
	if c.Demo {
		return hook, errors.New("the demo sends no SMS: leave --sms and PHARE_SMS out")
	}
	g, err := sms.Load(c.SMS)
	if err != nil {
		return hook, err
	}
	c.texting = mail.Texting{Out: g, Answers: g.Hook.Token != ""}
	return g.Hook, nil
}

// describe says in one line what is being served.
func (c *serveCmd) describe(s *settings) string {
	what := store.Describe(s.dsn()) + " · knowledge: " + c.from
	if c.Demo {
		what += " · demonstration, invented data"
	}
	return what
}

// handlers is the table of what happens after a commit: the whole event system.
func handlers(db *store.DB, site *web.Server, sender mail.Sender, texting mail.Texting) map[string]jobs.Handler {
	return map[string]jobs.Handler{
		mail.SendJob: mail.Send(db, site.Text, site.Base, sender),
		mail.TextJob: mail.SendText(db, site.Text, texting),
	}
}
