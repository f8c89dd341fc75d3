package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// readConfig makes a TOML file of "flag = value" lines a source of settings:
// addr = "127.0.0.1:8080". A word that is no flag is an error, because a
// misspelt setting that is silently ignored is found too late.
func readConfig(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if _, err := toml.NewDecoder(r).Decode(&values); err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return config(values), nil
}

type config map[string]any

// Validate refuses words that no command knows.
func (c config) Validate(app *kong.Application) error {
	var known []string
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			known = append(known, f.Name)
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(app.Node)
	for name := range c {
		if !slices.Contains(known, name) {
			slices.Sort(known)
			return fmt.Errorf("configuration file: %q is not a setting; known are: %s", name, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}

// Resolve gives a flag its value from the file, unless the environment has one:
// what is said for one run stands above what is said for all.
func (c config) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if os.Getenv(name) != "" {
			return nil, nil
		}
	}
	return c[flag.Name], nil
}
