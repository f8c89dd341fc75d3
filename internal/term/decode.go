package term

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"strconv"
	"unicode/utf8"
)

// FormatError says why bytes are not a Knowledge, and where.
type FormatError struct {
	At    int    // byte in the file
	Place string // "disease 17", or a part of the file
	Why   string
}

// Error gives place, byte and reason in one line.
func (e *FormatError) Error() string {
	return fmt.Sprintf("%s, byte %d: %s", e.Place, e.At, e.Why)
}

// Load reads the Knowledge in the file at path. Errors name the file; damage
// is a *FormatError inside.
func Load(path string) (*Knowledge, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("knowledge: %w", err)
	}
	k, err := Decode(b)
	if err != nil {
		return nil, fmt.Errorf("knowledge file %s: %w", path, err)
	}
	return k, nil
}

// Decode reads a Knowledge from the bytes of a file and makes it ready for
// lookups. It refuses, with a *FormatError, bytes that are foreign, of a newer
// format, cut short or altered, and with the error of Check a content that
// does not hold together. It keeps no part of b.
func Decode(b []byte) (*Knowledge, error) {
	body, err := envelope(b)
	if err != nil {
		return nil, err
	}
	d := &decoder{b: body, at: headerSize, place: "strings"}
	d.tables()
	k := d.knowledge()
	if d.err == nil && d.at != len(d.b) {
		d.place = "end"
		d.fail("%d bytes too many", len(d.b)-d.at)
	}
	if d.err != nil {
		return nil, d.err
	}
	if err := Check(k); err != nil {
		return nil, err
	}
	k.Meta.Engine = strconv.Itoa(version)
	k.Meta.Digest = hex.EncodeToString(b[len(b)-sha256.Size:])
	return k, k.prepare()
}

// envelope checks header and digest, and gives b without the digest.
func envelope(b []byte) ([]byte, error) {
	refuse := func(at int, why string, args ...any) ([]byte, error) {
		return nil, &FormatError{At: at, Place: "header", Why: fmt.Sprintf(why, args...)}
	}
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return refuse(0, "not a knowledge file of Phare")
	}
	if len(b) < headerSize+sha256.Size {
		return refuse(len(b), "cut short within the header")
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v > version {
		return refuse(8, "format %d is newer than this program, which reads up to %d", v, version)
	} else if v == 0 {
		return refuse(8, "format 0 does not exist")
	}
	if n := binary.LittleEndian.Uint64(b[16:]); n != uint64(len(b)) {
		return refuse(16, "the file should have %d bytes and has %d", n, len(b))
	}
	end := len(b) - sha256.Size
	if sum := sha256.Sum256(b[:end]); string(sum[:]) != string(b[end:]) {
		return nil, &FormatError{At: end, Place: "digest",
			Why: "the content does not match its digest: the file is damaged, get it again"}
	}
	return b[:end], nil
}

// decoder reads forward; after the first fault every read gives zero.
type decoder struct {
	b       []byte
	at      int
	place   string
	n       int // number of the record within place; -1: none
	err     error
	texts   []string
	rows    [][]string
	label   slab[Label]
	sign    slab[Sign]
	index   slab[int32]
	network slab[NetworkLink]
	link    slab[Link]
	prev    slab[Prevalence]
}

// slab hands out short slices of long ones: few allocations, little to do for
// the garbage collector.
type slab[T any] struct{ free []T }

func (s *slab[T]) take(n int) []T {
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		s.free = make([]T, max(n, 4096))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}

func (d *decoder) fail(why string, args ...any) {
	if d.err != nil {
		return
	}
	place := d.place
	if d.n > 0 {
		place += " " + strconv.Itoa(d.n)
	}
	d.err = &FormatError{At: d.at, Place: place, Why: fmt.Sprintf(why, args...)}
}

func (d *decoder) uint() uint64 {
	if d.err != nil {
		return 0
	}
	if d.at < len(d.b) && d.b[d.at] < 0x80 {
		d.at++
		return uint64(d.b[d.at-1])
	}
	u, n := binary.Uvarint(d.b[d.at:])
	if n <= 0 {
		d.fail("a number is cut short or too long")
		return 0
	}
	d.at += n
	return u
}

// upTo reads a number below limit, such as an index into a table of that size.
func (d *decoder) upTo(limit int, what string) int {
	u := d.uint()
	if d.err == nil && u >= uint64(limit) {
		d.fail("%s %d out of range, there are %d", what, u, limit)
		return 0
	}
	return int(u)
}

// count reads how many elements follow.
func (d *decoder) count() int { return d.countOf(1) }

// countOf reads how many elements of at least size bytes follow. A false count
// can then not make us reserve memory without end.
func (d *decoder) countOf(size int) int {
	u := d.uint()
	if left := len(d.b) - d.at; d.err == nil && u > uint64(left/size) {
		d.fail("%d elements announced, only %d bytes left", u, left)
	}
	if d.err != nil {
		return 0
	}
	return int(u)
}

func (d *decoder) bool() bool { return d.upTo(2, "truth value") == 1 }

func (d *decoder) int32() int32 { return int32(d.upTo(math.MaxInt32, "number")) }

func (d *decoder) str() string {
	i := d.upTo(len(d.texts), "string")
	if d.err != nil {
		return ""
	}
	return d.texts[i]
}

func (d *decoder) strs() []string {
	i := d.upTo(len(d.rows), "list")
	if d.err != nil {
		return nil
	}
	return d.rows[i]
}

// step reads an index into a table of size limit as its distance from prev.
func (d *decoder) step(prev int32, limit int) int32 {
	u := d.uint()
	i := int64(prev) + (int64(u>>1) ^ -int64(u&1))
	if d.err == nil && (i < 0 || i >= int64(limit)) {
		d.fail("index %d out of range, there are %d", i, limit)
	}
	if d.err != nil {
		return 0
	}
	return int32(i)
}

func (d *decoder) indexes(limit int) []int32 {
	out := d.index.take(d.count())
	prev := int32(0)
	for i := range out {
		prev = d.step(prev, limit)
		out[i] = prev
	}
	return out
}

// tables reads the strings, as parts of one string, and the lists.
func (d *decoder) tables() {
	sizes := make([]int, d.count())
	total := 0
	for i := range sizes {
		sizes[i] = d.count()
		total = min(total+sizes[i], math.MaxInt/2)
	}
	if d.err == nil && total > len(d.b)-d.at {
		d.fail("strings of %d bytes announced, only %d left", total, len(d.b)-d.at)
	}
	if d.err != nil {
		return
	}
	all := string(d.b[d.at : d.at+total])
	d.at += total
	d.texts = make([]string, len(sizes))
	for i, n := range sizes {
		d.texts[i], all = all[:n], all[n:]
		if !utf8.ValidString(d.texts[i]) {
			d.fail("string %d is not UTF-8", i)
		}
	}
	d.place = "lists"
	d.rows = make([][]string, d.count())
	var text slab[string]
	for i := range d.rows {
		row := text.take(d.count())
		for j := range row {
			row[j] = d.str()
		}
		d.rows[i] = row
	}
}
