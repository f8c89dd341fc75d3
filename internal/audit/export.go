package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"phare/internal/store"
	"phare/internal/trail"
)

// The files of an export.
const (
	entriesFile     = "entries.txt"       // a line each: number, hash, canonical form or "-"
	checkpointsFile = "checkpoints.jsonl" // a signed checkpoint a line, as a JSON string
	witnessPrefix   = "witness-"          // and the name of a witness: its last signature
)

// Export writes the trail to an empty folder, to be verified anywhere: no
// subject, no reason and no name is in it. Of a single platform's export the
// other desks' entries are hashes only; those of no desk ("-") are whole.
func Export(ctx context.Context, db *store.DB, dir, platform string) (tree tlog.Tree, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return tree, err
	}
	if there, err := os.ReadDir(dir); err != nil || len(there) > 0 {
		return tree, errors.Join(err, fmt.Errorf("%s is not empty: an export never overwrites another", dir))
	}
	err = db.Read(ctx, func(v *store.View) error {
		if tree, err = store.Tree(v); err != nil {
			return err
		}
		if err := fill(dir, entriesFile, func(w io.Writer) error { return exportEntries(v, w, platform) }); err != nil {
			return err
		}
		own, err := store.Checkpoints(v, 0)
		if err != nil {
			return err
		}
		err = fill(dir, checkpointsFile, func(w io.Writer) error {
			for _, s := range own {
				if err := json.NewEncoder(w).Encode(s.Note); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		cosigned, err := store.AllCosigned(v)
		for _, c := range cosigned {
			if c.Size > 0 && err == nil {
				err = fill(dir, witnessPrefix+fileName(c.Witness)+".note", func(w io.Writer) error {
					_, err := io.WriteString(w, c.Note)
					return err
				})
			}
		}
		return err
	})
	return tree, err
}

// fileName keeps what is harmless in the name of a file.
func fileName(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return '_'
	}, s)
}

func fill(dir, name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	return errors.Join(write(w), w.Flush(), f.Sync(), f.Close())
}

func exportEntries(v *store.View, w io.Writer, platform string) error {
	return store.Trail(v, func(e store.Entry) error {
		leaf := e.Leaf()
		hash := tlog.RecordHash(leaf)
		// The hash is the one that was kept: if the text no longer gives it, the
		// export shows it as the database does.
		if kept := trail.UnpackHashes(e.Hashes); len(kept) > 0 {
			hash = kept[0]
		}
		if platform != "" && e.Platform != platform && e.Platform != "-" {
			leaf = []byte("-")
		}
		return WriteLine(w, trail.Line{Seq: e.Seq, Leaf: leaf, Kept: []tlog.Hash{hash}})
	})
}

// WriteLine writes one line of an export's entries.
func WriteLine(w io.Writer, l trail.Line) error {
	b := make([]byte, 0, 320)
	b = strconv.AppendInt(b, l.Seq, 10)
	b = append(b, ' ')
	b = base64.StdEncoding.AppendEncode(b, l.Kept[0][:])
	b = append(b, ' ')
	b = append(b, l.Leaf...)
	_, err := w.Write(append(b, '\n'))
	return err
}

// VerifyExport verifies a folder that Export wrote, with no more than public
// keys; held.Log must be among them.
func VerifyExport(dir string, held Held) (trail.Outcome, error) {
	marks, bad, err := exportedMarks(dir, held)
	if err != nil {
		return trail.Outcome{}, err
	}
	f, err := os.Open(filepath.Join(dir, entriesFile))
	if err != nil {
		return trail.Outcome{}, fmt.Errorf("%w (is %s an export of phare audit export?)", err, dir)
	}
	defer f.Close()
	c := trail.NewChecker(append(marks, held.Marks...))
	for _, words := range bad {
		c.Fault(0, words)
	}
	s := bufio.NewScanner(f)
	s.Buffer(make([]byte, 1<<16), 1<<20)
	for n := 1; s.Scan(); n++ {
		l, err := parseLine(s.Bytes())
		if err != nil {
			c.Fault(int64(n), fmt.Sprintf("line %d of %s: %v", n, entriesFile, err))
		}
		c.Add(l)
	}
	return c.Done(), s.Err()
}

// strictly refuses bits of the last sign that say nothing and are not 0: a
// hash has one way to be written.
var strictly = base64.StdEncoding.Strict()

// hashSigns is the length of a hash as text.
const hashSigns = 44

func parseLine(line []byte) (l trail.Line, err error) {
	seq, rest, _ := bytes.Cut(line, []byte(" "))
	hash, leaf, ok := bytes.Cut(rest, []byte(" "))
	if l.Seq, err = strconv.ParseInt(string(seq), 10, 64); err != nil || !ok {
		return l, errors.New("it is no entry of an export")
	}
	var h [tlog.HashSize + 1]byte // a damaged one can be longer
	if len(hash) != hashSigns {
		return l, fmt.Errorf("entry %d: its hash is damaged", l.Seq)
	}
	if n, err := strictly.Decode(h[:], hash); err != nil || n != tlog.HashSize {
		return l, fmt.Errorf("entry %d: its hash is damaged", l.Seq)
	}
	if strconv.FormatInt(l.Seq, 10) != string(seq) {
		return l, fmt.Errorf("entry %d: its number is not written as Phare writes numbers", l.Seq)
	}
	l.Kept = []tlog.Hash{tlog.Hash(h[:tlog.HashSize])}
	if string(leaf) != "-" {
		l.Leaf = leaf
	}
	return l, nil
}

// exportedMarks reads the checkpoints of an export.
func exportedMarks(dir string, held Held) (marks []trail.Mark, bad []string, err error) {
	f, err := os.Open(filepath.Join(dir, checkpointsFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if err == nil {
		defer f.Close()
		dec := json.NewDecoder(f)
		for n := 1; ; n++ {
			var signed string
			if err := dec.Decode(&signed); err == io.EOF {
				break
			} else if err != nil {
				return marks, append(bad, fmt.Sprintf("%s is damaged at checkpoint %d: %v", checkpointsFile, n, err)), nil
			}
			m, err := markOf([]byte(signed), held.Log, "")
			if err != nil {
				bad = append(bad, fmt.Sprintf("checkpoint %d of %s is not good: %v", n, checkpointsFile, err))
				continue
			}
			m.Own = true
			m.Who = "the checkpoint of " + m.At.Format("2006-01-02 15:04") + " UTC"
			marks = append(marks, m)
		}
	}
	if len(marks) == 0 && len(bad) == 0 {
		bad = append(bad, "there is no signed checkpoint: nothing says that these are the entries that the site wrote")
	}
	for _, w := range held.Witnesses {
		signed, err := os.ReadFile(filepath.Join(dir, witnessPrefix+fileName(w.Name())+".note"))
		if errors.Is(err, fs.ErrNotExist) {
			bad = append(bad, fmt.Sprintf("no checkpoint signed by the witness %s is in the export: ask the witness for the last one that it saw", w.Name()))
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		m, err := markOf(signed, []note.Verifier{w}, "the last checkpoint that the witness "+w.Name()+" signed")
		if err != nil {
			bad = append(bad, fmt.Sprintf("the checkpoint of the witness %s is not good: %v", w.Name(), err))
			continue
		}
		m.Witness, m.Sure = w.Name(), true
		marks = append(marks, m)
	}
	return marks, bad, nil
}

// ReadMark reads a checkpoint from a file: an older one of the log, or the one
// that a witness holds. One of keys must have signed it.
func ReadMark(path string, keys ...note.Verifier) (trail.Mark, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return trail.Mark{}, err
	}
	c, n, err := trail.OpenCheckpoint(append(bytes.TrimRight(signed, "\n"), '\n'), keys...)
	if err != nil {
		return trail.Mark{}, fmt.Errorf("%s: %w", path, err)
	}
	m := trail.Mark{Size: c.Size, Root: c.Root, At: c.At, Who: "the checkpoint in " + filepath.Base(path), Own: trail.SignedBy(n, c.Origin)}
	for _, s := range n.UnverifiedSigs { // of a witness whose key was not given: it may not be passed over for that
		if s.Name != c.Origin {
			m.Witness = s.Name
		}
	}
	for _, s := range n.Sigs {
		if s.Name != c.Origin {
			m.Witness, m.Sure = s.Name, true
		}
	}
	return m, nil
}
