package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// copyTree copies what a build needs.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, path)
		if d.IsDir() {
			if name := d.Name(); rel != "." && (name[0] == '.' || name == "node_modules" || name == "browser" || name == "img") {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		if !d.Type().IsRegular() || rel == "phare" {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// made is a release and its list of parts.
type made struct{ program, list []byte }

func releaseAt(t *testing.T, at string) made {
	t.Helper()
	copyTree(t, filepath.Join("..", ".."), at)
	cmd := exec.Command("make", "-s", "release")
	cmd.Dir = at
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make release: %v: %s", err, said)
	}
	var m made
	var err error
	if m.program, err = os.ReadFile(filepath.Join(at, ".build", "release", "phare")); err != nil {
		t.Fatal(err)
	}
	if m.list, err = os.ReadFile(filepath.Join(at, ".build", "release", "phare.cdx.json")); err != nil {
		t.Fatal(err)
	}
	return m
}

// The release is the same bytes from two folders, knows nothing of either, and
// its list of parts is that of go.mod. Compilations are shared with the cache;
// make release-twice begins from nothing.
func TestRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: builds the program twice")
	}
	root := t.TempDir()
	a, b := filepath.Join(root, "a"), filepath.Join(root, "another-longer-folder", "b")
	first, second := releaseAt(t, a), releaseAt(t, b)
	if sha256.Sum256(first.program) != sha256.Sum256(second.program) || !bytes.Equal(first.list, second.list) {
		t.Error("two folders give two programs")
	}
	here, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{root, here} {
		if bytes.Contains(first.program, []byte(path)) {
			t.Errorf("the program holds the path %s", path)
		}
	}
	info, err := buildinfo.ReadFile(filepath.Join(a, ".build", "release", "phare"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "vcs") || s.Key == "CGO_ENABLED" && s.Value != "0" || s.Key == "-trimpath" && s.Value != "true" {
			t.Errorf("built with %s=%s", s.Key, s.Value)
		}
	}
	checkList(t, first.list)
}

// checkList holds a list of parts against go.mod and go.sum: each part is there
// in that version, and each module that go.mod asks for directly is a part
// unless only tests use it.
func checkList(t *testing.T, list []byte) {
	var b bom
	d := json.NewDecoder(bytes.NewReader(list))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		t.Fatal(err)
	}
	if b.Format != "CycloneDX" || b.Spec != "1.5" || b.Version != 1 || b.Metadata.Component.Name != "phare" || b.Metadata.Component.Version != release ||
		!regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(b.Serial) {
		t.Errorf("head %+v %s", b.Metadata, b.Serial)
	}
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	wanted, direct := map[string]string{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)( // indirect)?$`).FindAllStringSubmatch(string(mod), -1) {
		wanted[m[1]], direct[m[1]] = m[2], m[3] == ""
	}
	onlyTests := map[string]bool{"github.com/rogpeppe/go-internal": true, "golang.org/x/net": true, "github.com/descope/virtualwebauthn": true}
	refs, found := map[string]bool{}, map[string]bool{}
	for _, c := range b.Components {
		if refs[c.Ref] {
			t.Errorf("%s twice", c.Ref)
		}
		refs[c.Ref], found[c.Name] = true, true
		if c.Name == "std" {
			continue
		}
		if wanted[c.Name] != c.Version || c.PURL != "pkg:golang/"+c.Name+"@"+c.Version || len(c.Hashes) != 1 || len(c.Hashes[0].Content) != 64 {
			t.Errorf("%+v; go.mod has %s", c, wanted[c.Name])
		}
	}
	for name, is := range direct {
		if is && !found[name] && !onlyTests[name] {
			t.Errorf("%s of go.mod is not in the list", name)
		}
	}
	if !found["std"] || len(b.Depends) != 1 || len(b.Depends[0].On) != len(refs) || b.Depends[0].Ref != b.Metadata.Component.Ref {
		t.Errorf("dependencies %+v", b.Depends)
	}
	for _, on := range b.Depends[0].On {
		if !refs[on] {
			t.Errorf("depends on %s, which is no part", on)
		}
	}
}
