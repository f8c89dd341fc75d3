package instrument

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"phare/internal/term"
)

//go:embed starter
var starterFiles embed.FS

// starters are the texts that come with Phare: written by hand, signed by
// nobody. Read once.
var starters = sync.OnceValue(func() map[Ref]string {
	all := map[Ref]string{}
	names, err := fs.Glob(starterFiles, "starter/*/*.txt")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, name := range append(names, "starter/arbre.txt") {
		b, err := starterFiles.ReadFile(name)
		if err != nil {
			panic(err) // embedded: it is there
		}
		ref := SheetRef(strings.TrimSuffix(path.Base(name), ".txt"))
		if path.Dir(name) == "starter" {
			ref = TreeRef()
		}
		all[ref] = strings.TrimSpace(string(b))
	}
	return all
})

// networks are those that have a starter sheet, by name. Read once.
var networks = sync.OnceValue(func() (all []Network) {
	for ref, words := range starters() {
		if ref.Kind == KindSheet {
			name, _, _ := strings.Cut(ReadSheet(words).Title, " — ")
			all = append(all, Network{ref.Name, name})
		}
	}
	slices.SortFunc(all, func(a, b Network) int { return term.CompareNames(a.Name, b.Name) })
	return all
})

// Networks are the 23 networks, in the order of their names.
func Networks() []Network { return networks() }

// Starter is the text that comes with Phare for an instrument.
func Starter(ref Ref) Version { return Version{Text: starters()[ref]} }
