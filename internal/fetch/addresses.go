package fetch

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"

	"phare/internal/knowledge"
)

// defaultList is the list of addresses that comes with the program.
//
//go:embed addresses.toml
var defaultList string

// Item is one file to download.
type Item struct {
	Name    string `toml:"name"` // file name, without folder
	Title   string `toml:"title"`
	URL     string `toml:"url"`
	Licence string `toml:"licence"` // what its owner asks, as a sentence
	Size    int64  `toml:"size"`    // bytes; 0: not known
	SHA256  string `toml:"sha256"`  // hex; empty: not known
	Sure    bool   `toml:"sure"`    // the address was confirmed when the list was written
}

// Addresses reads a list of files to download; an empty path means the list
// that comes with the program. A fault names the file and the line.
func Addresses(path string) ([]Item, error) {
	text, name := defaultList, "addresses.toml"
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, &knowledge.FileError{File: path, Problem: err, Advice: "name a list with --list, or leave it out"}
		}
		text, name = string(data), path
	}
	var list struct {
		File []Item `toml:"file"`
	}
	const repair = "correct the list"
	meta, err := toml.Decode(text, &list)
	if e, ok := errors.AsType[toml.ParseError](err); ok {
		return nil, &knowledge.FileError{File: name, Line: e.Position.Line, Problem: errors.New(e.Message), Advice: repair}
	}
	if err != nil {
		return nil, &knowledge.FileError{File: name, Problem: err, Advice: repair}
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, &knowledge.FileError{File: name, Problem: fmt.Errorf("unknown word %q", extra[0].String()), Advice: repair}
	}
	seen := map[string]bool{}
	for i, it := range list.File {
		if err := it.check(); err != nil {
			return nil, &knowledge.FileError{File: name, Problem: fmt.Errorf("file %d (%s): %w", i+1, it.Name, err), Advice: repair}
		}
		if seen[it.Name] {
			return nil, &knowledge.FileError{File: name, Problem: fmt.Errorf("%s is listed twice", it.Name), Advice: repair}
		}
		seen[it.Name] = true
	}
	return list.File, nil
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	hexDigest = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
)

// check refuses what could write outside the folder or fetch from nowhere.
func (it Item) check() error {
	u, err := url.Parse(it.URL)
	switch {
	case !plainName.MatchString(it.Name) || filepath.Base(it.Name) != it.Name:
		return fmt.Errorf("name %q is not a plain file name", it.Name)
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("url %q is not a web address", it.URL)
	case it.SHA256 != "" && !hexDigest.MatchString(it.SHA256):
		return fmt.Errorf("sha256 %q is not 64 hexadecimal digits", it.SHA256)
	case it.Size < 0:
		return fmt.Errorf("size %d", it.Size)
	case strings.TrimSpace(it.Licence) == "":
		return errors.New("no licence: say what its owner asks")
	}
	return nil
}

// WriteLicences prints, before a download, what each file's owner asks.
func WriteLicences(w io.Writer, list []Item) error {
	var s strings.Builder
	for _, it := range list {
		fmt.Fprintf(&s, "%s: %s\n  %s\n  %s\n", it.Name, it.Title, it.URL, it.Licence)
		if !it.Sure {
			s.WriteString("  This address was not confirmed when the list was written.\n")
		}
	}
	_, err := io.WriteString(w, s.String())
	return err
}
