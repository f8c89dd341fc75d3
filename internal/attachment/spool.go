package attachment

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"strconv"

	"phare"
	"phare/internal/seal"
)

// pieceSize is how much of a file is sealed at once, in bytes. Sealed and
// written as text a piece is a third longer.
const pieceSize = 64 << 10

// spool is a file on its way: sealed pieces in a file of the system without a
// name, which is gone when it is closed or when the program dies.
type spool struct {
	id    phare.ID // of the attachment; each piece is bound to it and to its place
	key   seal.Key
	file  *os.File
	ends  []int64 // where each piece ends
	rest  []byte  // not yet a whole piece
	size  int64
	most  int64 // bytes; beyond it Write fails with errBig
	print hash.Hash
}

// errBig is what a spool gives that has come to its limit.
var errBig = phare.Fault(phare.Invalid, "attachment.big")

func newSpool(dir string, id phare.ID, most int64) (*spool, error) {
	f, err := os.CreateTemp(dir, ".file-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return &spool{id: id, key: seal.NewKey(), file: f, most: most, print: sha256.New(), rest: make([]byte, 0, pieceSize)}, nil
}

// Write seals what comes, piece by piece.
func (s *spool) Write(b []byte) (n int, err error) {
	if s.size+int64(len(b)) > s.most {
		return 0, errBig
	}
	s.print.Write(b)
	s.size += int64(len(b))
	for n = len(b); len(b) > 0; {
		room := min(len(b), pieceSize-len(s.rest))
		s.rest = append(s.rest, b[:room]...)
		if b = b[room:]; len(s.rest) == pieceSize {
			if err := s.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (s *spool) flush() error {
	if len(s.rest) == 0 {
		return nil
	}
	sealed, err := s.key.Seal(placeOf(s.id, len(s.ends)), string(s.rest))
	if err != nil {
		return err
	}
	s.rest = s.rest[:0]
	if _, err := s.file.WriteString(sealed); err != nil {
		return err
	}
	s.ends = append(s.ends, s.start(len(s.ends))+int64(len(sealed)))
	return nil
}

func (s *spool) start(n int) int64 {
	if n == 0 {
		return 0
	}
	return s.ends[n-1]
}

// piece is the nth piece, sealed.
func (s *spool) piece(n int) (string, error) {
	b := make([]byte, s.ends[n]-s.start(n))
	_, err := s.file.ReadAt(b, s.start(n))
	return string(b), err
}

// sum is the print of all that was written.
func (s *spool) sum() string { return hex.EncodeToString(s.print.Sum(nil)) }

// reader reads what was written, in clear.
func (s *spool) reader() io.Reader {
	return &pieces{id: s.id, key: s.key, count: len(s.ends), next: s.piece}
}

// Close forgets it all.
func (s *spool) Close() { s.file.Close() }

// pieces reads sealed pieces one after the other.
type pieces struct {
	id    phare.ID
	key   seal.Key
	count int
	next  func(n int) (string, error)
	n     int
	rest  string
}

// Read opens the next piece when the last one is used up.
func (p *pieces) Read(b []byte) (int, error) {
	for p.rest == "" {
		if p.n == p.count {
			return 0, io.EOF
		}
		sealed, err := p.next(p.n)
		if err == nil {
			p.rest, err = p.key.Open(placeOf(p.id, p.n), sealed)
		}
		if err != nil {
			return 0, err
		}
		if p.n++; p.rest == "" {
			return 0, seal.ErrForged // no piece is empty
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// placeOf binds a piece to its file and to its place in it.
func placeOf(id phare.ID, n int) string { return "attachment|" + string(id) + "|" + strconv.Itoa(n) }
