package main

import (
	"testing"

	"github.com/alecthomas/kong"
)

// TestOneMeaning: the settings file names flags without a command, so a flag
// that is a setting (the environment has a variable for it) means the same
// wherever its name stands.
func TestOneMeaning(t *testing.T) {
	app, err := kong.New(&program{})
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string][]*kong.Flag{}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			flags[f.Name] = append(flags[f.Name], f)
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(app.Model.Node)
	settings := 0
	for name, all := range flags {
		setting := false
		for _, f := range all {
			setting = setting || len(f.Envs) > 0
		}
		if !setting {
			continue
		}
		settings++
		for _, f := range all[1:] {
			if f.Help != all[0].Help || f.Target.Type() != all[0].Target.Type() || len(f.Envs) != len(all[0].Envs) {
				t.Errorf("--%s means %q and %q: a line of the settings file would be taken for both", name, all[0].Help, f.Help)
			}
		}
	}
	if settings < 15 {
		t.Errorf("only %d settings found", settings)
	}
}
