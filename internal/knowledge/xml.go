package knowledge

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// element is one XML element read whole.
type element struct {
	name string
	attr []xml.Attr
	text string
	kids []*element
}

// kid is the first child of a name; an empty element when there is none, so
// that look-ups can be chained.
func (e *element) kid(names ...string) *element {
	for _, name := range names {
		i := slices.IndexFunc(e.kids, func(k *element) bool { return k.name == name })
		if i < 0 {
			return &element{}
		}
		e = e.kids[i]
	}
	return e
}

// all are the grandchildren called item in the child called list.
func (e *element) all(list, item string) []*element {
	var out []*element
	for _, k := range e.kid(list).kids {
		if k.name == item {
			out = append(out, k)
		}
	}
	return out
}

// at is an attribute's value.
func (e *element) at(name string) string {
	for _, a := range e.attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// scan reads an Orphanet XML file token by token.
type scan struct {
	f     *file
	d     *xml.Decoder
	in    *input
	stack []string
	root  element // attributes of JDBOR
	count int     // what the list says that it holds; -1: nothing
}

// maxDepth is far beyond the deepest classification, and short of what a stack
// can hold.
const maxDepth = 1000

// newScan opens an Orphanet XML file. Its header says ISO-8859-1; a byte-order
// mark says UTF-8 and wins.
func newScan(f *file) (*scan, error) {
	in, err := open(f)
	if err != nil {
		return nil, err
	}
	s := &scan{f: f, in: in, d: xml.NewDecoder(in.r), count: -1}
	s.d.CharsetReader = func(name string, r io.Reader) (io.Reader, error) {
		switch {
		case in.bom || strings.EqualFold(name, "utf-8"):
			return r, nil
		case strings.EqualFold(name, "iso-8859-1"):
			return charmap.ISO8859_1.NewDecoder().Reader(r), nil
		case strings.EqualFold(name, "windows-1252"):
			return charmap.Windows1252.NewDecoder().Reader(r), nil
		}
		return nil, fmt.Errorf("encoding %q is not one that Orphanet uses", name)
	}
	return s, nil
}

// line is where the scan is.
func (s *scan) line() int {
	n, _ := s.d.InputPos()
	return n
}

// fail makes an error about the current line.
func (s *scan) fail(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends in the middle")
	}
	return &FileError{File: s.f.name, Line: s.line(), Problem: err, Advice: fetchAgain}
}

// next gives the next token, with the nesting checked; io.EOF at the true end.
func (s *scan) next() (xml.Token, error) {
	t, err := s.d.RawToken()
	if errors.Is(err, io.EOF) && len(s.stack) == 0 && s.root.attr != nil {
		return nil, io.EOF
	}
	if err != nil {
		return nil, s.fail(err)
	}
	switch t := t.(type) {
	case xml.StartElement:
		if len(s.stack) > maxDepth {
			return nil, s.fail(errors.New("elements nested too deep"))
		}
		s.open(t)
	case xml.EndElement:
		if len(s.stack) == 0 || s.stack[len(s.stack)-1] != t.Name.Local {
			return nil, s.fail(fmt.Errorf("</%s> closes nothing", t.Name.Local))
		}
		s.stack = s.stack[:len(s.stack)-1]
	}
	return t, nil
}

// open notes a start, and takes what the first elements say of the file.
func (s *scan) open(t xml.StartElement) {
	s.stack = append(s.stack, t.Name.Local)
	e := element{attr: slices.Clone(t.Attr)}
	switch len(s.stack) {
	case 1:
		s.root = e
	case 2:
		if n, err := strconv.Atoi(e.at("count")); err == nil {
			s.count = n
		}
	}
}

// read takes the rest of an element whose start has just been given.
func (s *scan) read(t xml.StartElement) (*element, error) {
	e := &element{name: t.Name.Local, attr: slices.Clone(t.Attr)}
	var text strings.Builder
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil, s.fail(io.EOF)
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			k, err := s.read(t)
			if err != nil {
				return nil, err
			}
			e.kids = append(e.kids, k)
		case xml.EndElement:
			e.text = strings.TrimSpace(text.String())
			return e, nil
		}
	}
}

// each gives every element called name, read whole, and returns the digest.
func (s *scan) each(name string, do func(line int, e *element) error) (string, error) {
	defer s.in.close()
	n := 0
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != name {
			continue
		}
		line := s.line()
		e, err := s.read(start)
		if err != nil {
			return "", err
		}
		n++
		if err := do(line, e); err != nil {
			return "", err
		}
	}
	if s.root.at("version") == "" && s.root.at("ExtractionDate") == "" && s.root.at("date") == "" {
		return "", bad(s.f, 1, wrongFile, "its first element does not say version and date as Orphanet's do")
	}
	if s.count >= 0 {
		s.count -= n
	}
	return s.in.digest(s.f)
}

// date is when Orphanet extracted the file, "2023-06-21 18:14:45".
func (s *scan) date() string {
	if d := s.root.at("ExtractionDate"); d != "" {
		return d
	}
	return s.root.at("date")
}
