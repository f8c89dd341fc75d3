package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Letter is one line of a file to be read.
type Letter struct {
	ID   string `json:"id"`
	Lang string `json:"lang"` // "fr", "en"; anything else is guessed
	Text string `json:"text"`
}

// Found is one line of the results: what Find gave for a letter.
type Found struct {
	ID    string  `json:"id"`
	Signs []Coded `json:"signs"`
}

// Coded is one mention in a file. Start and End count bytes of UTF-8.
type Coded struct {
	HPO    string   `json:"hpo"`
	Label  string   `json:"label,omitempty"`
	Status Status   `json:"status"`
	Start  int      `json:"start"`
	End    int      `json:"end"`
	Text   string   `json:"text"`
	Alt    []string `json:"alt,omitempty"` // in a gold file: codes that are as good
}

// longestLine is the longest line of a file that is read.
const longestLine = 4 << 20

// Code gives the mentions of a text as they are written to files.
func (x *Extractor) Code(lang, text string) []Coded {
	all := []Coded{}
	for _, m := range x.Find(lang, text) {
		all = append(all, Coded{HPO: m.Sign, Label: m.Label, Status: m.Status, Start: m.Start, End: m.End, Text: m.Text})
	}
	return all
}

// CodeFile reads letters, one JSON object a line, from r and writes what was
// found to w, in the same order. name is how errors call the file; they name
// the line and never quote the text. It returns how many letters it read.
func (x *Extractor) CodeFile(name string, r io.Reader, w io.Writer) (int, error) {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	n := 0
	err := eachLine(name, r, func(line []byte) error {
		var l Letter
		if err := decodeLine(line, &l); err != nil {
			return err
		}
		if l.ID == "" {
			return errors.New(`no "id"`)
		}
		if len(l.Text) > MaxText {
			return fmt.Errorf("the text has %d bytes; %d are read at most", len(l.Text), MaxText)
		}
		n++
		return out.Encode(Found{ID: l.ID, Signs: x.Code(l.Lang, l.Text)})
	})
	return n, err
}

// decodeLine reads one JSON object; the error says where it breaks, not what is
// written there.
func decodeLine(line []byte, to any) error {
	if !utf8.Valid(line) {
		return errors.New("not UTF-8")
	}
	err := json.Unmarshal(line, to)
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON, byte %d", broken.Offset)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q must be %v", wrong.Field, wrong.Type)
	}
	return err
}

// eachLine calls do with every line that is not empty; errors name file and line.
func eachLine(name string, r io.Reader, do func([]byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(nil, longestLine)
	line := 0
	for s.Scan() {
		line++
		if text := bytes.TrimSpace(s.Bytes()); len(text) > 0 {
			if err := do(text); err != nil {
				return fmt.Errorf("%s:%d: %w", name, line, err)
			}
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, line+1, err)
	}
	return nil
}
