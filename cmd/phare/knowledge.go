package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	xterm "golang.org/x/term"

	"phare/internal/fetch"
	"phare/internal/knowledge"
	"phare/internal/starter"
	"phare/internal/term"
)

type knowCmd struct {
	Fetch knowFetchCmd `cmd:"" help:"Download the official releases."`
	Build knowBuildCmd `cmd:"" help:"Build one knowledge file from the official files of a folder."`
	Info  knowInfoCmd  `cmd:"" help:"Say what a knowledge file holds, from where, under which licences."`
	Diff  knowDiffCmd  `cmd:"" help:"Say what another knowledge file changes. Exit code 0: nothing, 1: they differ, 2: failure."`
}

type knowFetchCmd struct {
	To       string   `required:"" help:"Folder for the files; what is complete there is not fetched again." placeholder:"DIR"`
	List     string   `help:"Another list of addresses (TOML)." placeholder:"FILE"`
	Internal []string `help:"Hosts of the list inside this network, as a mirror: HOST or HOST:PORT. Others inside are never asked." placeholder:"HOST"`
	Yes      bool     `help:"Do not stop to ask about the licences."`
}

// Run shows what each licence asks, then downloads.
func (c *knowFetchCmd) Run(ctx context.Context) error {
	list, err := fetch.Addresses(c.List)
	if err != nil {
		return err
	}
	if err := fetch.WriteLicences(os.Stderr, list); err != nil {
		return err
	}
	if !c.Yes && !agreed() {
		return errors.New("nothing was fetched: the licences were not accepted")
	}
	ui := fetch.Lines(os.Stderr)
	if xterm.IsTerminal(int(os.Stderr.Fd())) {
		ui = fetch.Bar(os.Stderr)
	}
	if err := os.MkdirAll(c.To, 0o755); err != nil {
		return err
	}
	return fetch.Fetch(ctx, list, c.To, c.Internal, ui)
}

// agreed asks once; without a terminal the answer is no.
func agreed() bool {
	if !xterm.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprintln(os.Stderr, "Add --yes to accept these licences without a terminal.")
		return false
	}
	fmt.Fprint(os.Stderr, "Fetch these files under these licences? [y/N] ")
	var answer string
	fmt.Scanln(&answer)
	return answer == "y" || answer == "Y" || answer == "o" || answer == "O"
}

type knowBuildCmd struct {
	From   string `required:"" help:"Folder with the official files, packed or not." placeholder:"DIR"`
	Out    string `required:"" help:"Knowledge file to write." placeholder:"FILE"`
	Report string `help:"Also write the whole report to this file." placeholder:"FILE"`
}

// Run builds, prints what was taken and left out, and saves.
func (c *knowBuildCmd) Run() error {
	own, err := starter.Load()
	if err != nil {
		return err
	}
	k, report, err := knowledge.Build(knowledge.Options{Dir: c.From, Starter: own, Log: func(s string) { fmt.Fprintln(os.Stderr, s) }})
	if err != nil {
		return err
	}
	if err := term.Save(c.Out, k); err != nil {
		return err
	}
	if c.Report != "" {
		if err := writeFile(c.Report, 0o644, report.Write); err != nil {
			return err
		}
	}
	if err := report.Write(os.Stdout); err != nil {
		return err
	}
	fmt.Printf("Written: %s\nDigest:  %s\n", c.Out, k.Meta.Digest)
	return nil
}

type knowInfoCmd struct {
	File string `arg:"" optional:"" help:"Knowledge file. Default: the one that serve would use."`
}

// Run describes a knowledge file.
func (c *knowInfoCmd) Run(s *settings) error {
	if c.File != "" {
		s.Knowledge = c.File
	}
	k, from, err := s.knowledge()
	if err != nil {
		return err
	}
	fmt.Printf("File:     %s\nDigest:   %s\nFormat:   %s\n", from, k.Meta.Digest, k.Meta.Engine)
	fmt.Printf("Holds:    %d signs, %d diseases in %d families, %d networks, %d red flags\n\n",
		k.Signs(), len(k.Diseases), len(k.Families), len(k.Networks), len(k.RedFlags))
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "SOURCE\tVERSION\tROWS\tLICENCE")
	for _, src := range k.Meta.Sources {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", src.Title, src.Version, src.Rows, src.Licence)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Println("\nTo be shown with every result:")
	for _, src := range k.Meta.Sources {
		fmt.Printf("  %s\n", src.Attribution)
	}
	return nil
}

// knowledge loads what the settings name, and says where it comes from.
func (s *settings) knowledge() (*term.Knowledge, string, error) {
	path := s.Knowledge
	if path == "" {
		if _, err := os.Stat(filepath.Join(s.Data, "knowledge.phare")); err == nil {
			path = filepath.Join(s.Data, "knowledge.phare")
		}
	}
	if path == "" {
		k, err := starter.Load()
		return k, "built-in starter", err
	}
	k, err := term.Load(path)
	return k, path, err
}
