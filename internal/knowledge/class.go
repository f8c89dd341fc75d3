package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

// readAllClasses reads the classifications. Those of one pack and language are
// one edition, since a code's parents are the sum of what its trees say.
func (b *builder) readAllClasses() error {
	packs := map[string][]*file{}
	var order []string
	for _, f := range b.with(roleClasses) {
		pack := f.path
		if f.member == "" {
			pack = filepath.Dir(f.path)
		}
		if pack += " " + f.lang; packs[pack] == nil {
			order = append(order, pack)
		}
		packs[pack] = append(packs[pack], f)
	}
	for _, pack := range order {
		if err := b.readPack(packs[pack]); err != nil {
			return err
		}
	}
	return nil
}

// readPack reads the classifications of one pack.
func (b *builder) readPack(files []*file) error {
	named := *files[0]
	if len(files) > 1 {
		named.name = fmt.Sprintf("%s and %s", named.name, plural(len(files)-1, "other"))
	}
	ed := newEdition(&named, b.rep.file(&named))
	sum := sha256.New()
	for _, f := range files {
		digest, err := ed.readClasses(f)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %s\n", f.name, digest)
	}
	ed.fr.Version = releaseDate(ed.date)
	b.add(ed, hex.EncodeToString(sum.Sum(nil)))
	return nil
}

// readClasses reads one classification: a tree of codes, of which we keep who
// is whose parent. It can be deep and large, so it is never held whole.
func (e *edition) readClasses(f *file) (digest string, err error) {
	s, err := newScan(f)
	if err != nil {
		return "", err
	}
	defer s.in.close()
	var path []string // codes of the open nodes
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		if path, err = e.step(s, t, path); err != nil {
			return "", err
		}
	}
	e.date = max(e.date, s.date())
	return s.in.digest(f)
}

// step follows one token of a classification.
func (e *edition) step(s *scan, t xml.Token, path []string) ([]string, error) {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "ClassificationNode":
			return append(path, ""), nil
		case "Disorder":
			d, err := s.read(t)
			if err != nil {
				return path, err
			}
			return path, e.place(s, d, path)
		}
	case xml.EndElement:
		if t.Name.Local == "ClassificationNode" {
			return path[:len(path)-1], nil
		}
	}
	return path, nil
}

// place puts a code under the code of the node around it.
func (e *edition) place(s *scan, d *element, path []string) error {
	code := d.kid("OrphaCode").text
	if !digits.MatchString(code) || len(path) == 0 {
		return s.fail(fmt.Errorf("a node without OrphaCode"))
	}
	path[len(path)-1] = code
	r := e.record(code)
	e.fr.Taken++
	if len(path) > 1 && path[len(path)-2] != "" {
		r.parents = append(r.parents, path[len(path)-2])
	}
	return nil
}
