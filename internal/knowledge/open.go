package knowledge

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"unicode/utf8"
)

// peekSize is how much of a file is looked at to tell what it is. Orphanet's
// XML repeats its whole record within it.
const peekSize = 64 << 10

// input is an open file: unpacked, without byte-order mark, hashed as it is read.
type input struct {
	r       *bufio.Reader
	hash    hash.Hash
	closers []io.Closer
	bom     bool // began with a byte-order mark: it is UTF-8 whatever it says
}

// open opens f for reading from its start.
func open(f *file) (*input, error) {
	in := &input{hash: sha256.New()}
	raw, err := in.raw(f)
	if err != nil {
		in.close()
		return nil, err
	}
	buffered := bufio.NewReaderSize(raw, peekSize)
	var unpacked io.Reader = buffered
	if magic, _ := buffered.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(buffered)
		if err != nil {
			in.close()
			return nil, &FileError{File: f.name, Problem: err, Advice: fetchAgain}
		}
		unpacked = z
	}
	in.r = bufio.NewReaderSize(io.TeeReader(unpacked, in.hash), peekSize)
	if bom, _ := in.r.Peek(3); string(bom) == "\ufeff" {
		in.bom = true
		in.r.Discard(3)
	}
	return in, nil
}

// raw opens the bytes as stored: a file, or a member of a zip.
func (in *input) raw(f *file) (io.Reader, error) {
	if f.member == "" {
		r, err := os.Open(f.path)
		if err != nil {
			return nil, &FileError{File: f.name, Problem: err, Advice: "make the file readable"}
		}
		in.closers = append(in.closers, r)
		return r, nil
	}
	z, err := zip.OpenReader(f.path)
	if err != nil {
		return nil, &FileError{File: f.name, Problem: err, Advice: fetchAgain}
	}
	in.closers = append(in.closers, z)
	r, err := z.Open(f.member)
	if err != nil {
		return nil, &FileError{File: f.name, Problem: err, Advice: fetchAgain}
	}
	in.closers = append(in.closers, r)
	return r, nil
}

// close ends reading.
func (in *input) close() {
	for i := len(in.closers) - 1; i >= 0; i-- {
		in.closers[i].Close()
	}
}

// digest reads to the end, which also checks the archive's own checksum, and
// returns the SHA-256 of the unpacked content.
func (in *input) digest(f *file) (string, error) {
	if _, err := io.Copy(io.Discard, in.r); err != nil {
		return "", &FileError{File: f.name, Problem: err, Advice: fetchAgain}
	}
	return hex.EncodeToString(in.hash.Sum(nil)), nil
}

// eachLine gives every line of f, numbered from 1, without its end, and returns
// the digest. A line that is not UTF-8 stops the reading.
func eachLine(f *file, do func(n int, line string) error) (string, error) {
	in, err := open(f)
	if err != nil {
		return "", err
	}
	defer in.close()
	sc := bufio.NewScanner(in.r)
	sc.Buffer(make([]byte, peekSize), 16<<20)
	n := 0
	for sc.Scan() {
		n++
		line := strings.TrimSuffix(sc.Text(), "\r")
		if !utf8.ValidString(line) {
			return "", bad(f, n, fetchAgain, "not UTF-8")
		}
		if err := do(n, line); err != nil {
			return "", err
		}
	}
	if err := sc.Err(); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends in the middle")
		}
		return "", &FileError{File: f.name, Line: n + 1, Problem: err, Advice: fetchAgain}
	}
	return in.digest(f)
}

// lineAt is the line of a byte offset, for the error messages of readers that
// only know offsets; 0 when it cannot be told.
func lineAt(f *file, offset int64) int {
	in, err := open(f)
	if err != nil {
		return 0
	}
	defer in.close()
	n, r := 1, io.LimitReader(in.r, offset)
	buf := make([]byte, peekSize)
	for {
		c, err := r.Read(buf)
		n += strings.Count(string(buf[:c]), "\n")
		if err != nil {
			return n
		}
	}
}

// header maps the names of a table's first line to their columns, and refuses
// a table without one of the wanted.
func header(f *file, n int, cells []string, wanted ...string) (map[string]int, error) {
	at := map[string]int{}
	for i, c := range cells {
		at[strings.TrimSpace(c)] = i
	}
	for _, w := range wanted {
		if _, ok := at[w]; !ok {
			return nil, bad(f, n, wrongFile, "no column %q", w)
		}
	}
	return at, nil
}

// plural is for messages: "1 row", "2 rows".
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
