package term

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The file of a Knowledge, all integers little-endian or varints:
//
//	magic    8 bytes
//	version  4 bytes
//	zero     4 bytes, for later use
//	length   8 bytes, of the whole file
//	strings  count, byte lengths, then the bytes of all strings run together
//	lists    count, then each list of strings as its length and string numbers
//	content  meta, terms, diseases, families, networks, red flags
//	digest   32 bytes, SHA-256 of everything before it
//
// Equal strings and equal lists are stored once and numbered by first use, so
// that the same Knowledge always gives the same bytes, and a loaded one shares
// them in memory.
const (
	magic      = "PHARE-K\n"
	version    = 1
	headerSize = 24
)

// Encode checks k, writes it to w in the format above and fills in Meta.Engine
// and Meta.Digest. Its errors are those of Check and of w.
func Encode(w io.Writer, k *Knowledge) error {
	b, err := encoded(k)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// Seal makes k, built in memory, ready for lookups, as Decode does for one
// that was read: it checks, fills in Meta.Engine and Meta.Digest, and builds
// what the lookups need. It sorts and repairs nothing.
func Seal(k *Knowledge) error {
	if _, err := encoded(k); err != nil {
		return err
	}
	return k.prepare()
}

// Save writes k to path whole or not at all: a reader sees the old file or the
// new one, also after a power cut.
func Save(path string, k *Knowledge) error {
	if err := save(path, k); err != nil {
		return fmt.Errorf("knowledge file %s: %w", path, err)
	}
	return nil
}

func save(path string, k *Knowledge) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".knowledge-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails, harmlessly, once renamed
	err = Encode(f, k)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync() // the rename itself must survive
}

// encoded gives the whole file of k and fills in Meta.Engine and Meta.Digest.
func encoded(k *Knowledge) ([]byte, error) {
	if err := Check(k); err != nil {
		return nil, err
	}
	e := &encoder{
		strings: map[string]uint64{"": 0}, texts: []string{""},
		lists: map[string]uint64{"": 0}, rows: [][]uint64{nil},
	}
	e.knowledge(k)
	if e.bad != "" {
		return nil, fmt.Errorf("text is not UTF-8: %q", e.bad)
	}
	b := e.file()
	k.Meta.Engine = strconv.Itoa(version)
	k.Meta.Digest = hex.EncodeToString(b[len(b)-sha256.Size:])
	return b, nil
}

type encoder struct {
	b       []byte // content so far
	strings map[string]uint64
	texts   []string
	lists   map[string]uint64
	rows    [][]uint64
	bad     string // first string that is not UTF-8
}

// file puts the tables before the content and the digest after it.
func (e *encoder) file() []byte {
	var out bytes.Buffer
	out.WriteString(magic)
	out.Write(make([]byte, headerSize-len(magic)))
	put := func(u uint64) { out.Write(binary.AppendUvarint(nil, u)) }
	put(uint64(len(e.texts)))
	for _, s := range e.texts {
		put(uint64(len(s)))
	}
	for _, s := range e.texts {
		out.WriteString(s)
	}
	put(uint64(len(e.rows)))
	for _, row := range e.rows {
		put(uint64(len(row)))
		for _, s := range row {
			put(s)
		}
	}
	out.Write(e.b)
	b := out.Bytes()
	binary.LittleEndian.PutUint32(b[8:], version)
	return finish(b)
}

// finish sets the length in the header of b and appends the digest.
func finish(b []byte) []byte {
	binary.LittleEndian.PutUint64(b[16:], uint64(len(b)+sha256.Size))
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func (e *encoder) uint(u uint64) { e.b = binary.AppendUvarint(e.b, u) }
func (e *encoder) len(n int)     { e.uint(uint64(n)) }
func (e *encoder) int(i int64)   { e.b = binary.AppendVarint(e.b, i) }

func (e *encoder) bool(v bool) {
	if v {
		e.uint(1)
	} else {
		e.uint(0)
	}
}

func (e *encoder) text(s string) uint64 {
	n, ok := e.strings[s]
	if !ok {
		if e.bad == "" && !utf8.ValidString(s) {
			e.bad = s
		}
		n = uint64(len(e.texts))
		e.strings[s] = n
		e.texts = append(e.texts, s)
	}
	return n
}

func (e *encoder) str(all ...string) {
	for _, s := range all {
		e.uint(e.text(s))
	}
}

func (e *encoder) strs(list []string) {
	row := make([]uint64, len(list))
	var key strings.Builder
	for i, s := range list {
		row[i] = e.text(s)
		key.Write(binary.AppendUvarint(nil, row[i]))
	}
	n, ok := e.lists[key.String()]
	if !ok {
		n = uint64(len(e.rows))
		e.lists[key.String()] = n
		e.rows = append(e.rows, row)
	}
	e.uint(n)
}

// indexes are written as differences, small for sorted lists.
func (e *encoder) indexes(list []int32) {
	e.len(len(list))
	prev := int32(0)
	for _, i := range list {
		e.int(int64(i) - int64(prev))
		prev = i
	}
}

func (e *encoder) labels(list []Label) {
	e.len(len(list))
	for _, l := range list {
		e.str(l.Text, l.Lang)
		e.bool(l.Plain)
	}
}

func (e *encoder) networkLinks(list []NetworkLink) {
	e.len(len(list))
	for _, l := range list {
		e.uint(uint64(l.Network))
		e.str(l.Rule)
	}
}

func (e *encoder) knowledge(k *Knowledge) {
	e.str(k.Meta.Name)
	e.len(len(k.Meta.Sources))
	for _, s := range k.Meta.Sources {
		e.str(s.File, s.Title, s.Version, s.Licence, s.Attribution, s.Digest)
		e.len(s.Rows)
	}
	e.len(len(k.Terms))
	e.len(len(k.Diseases))
	e.len(len(k.Families))
	e.len(len(k.Networks))
	e.len(len(k.RedFlags))
	for i := range k.Terms {
		e.term(&k.Terms[i])
	}
	for i := range k.Diseases {
		e.disease(&k.Diseases[i])
	}
	for _, f := range k.Families {
		e.str(f.ID)
		e.indexes(f.Members)
		e.networkLinks(f.Networks)
	}
	for _, n := range k.Networks {
		e.str(n.Slug, n.Name, n.ScopeFR, n.ScopeEN, n.Lead, n.Site)
		e.bool(n.Verified)
		e.str(n.Source, n.VerifiedOn)
		e.indexes(n.Signs)
	}
	for _, r := range k.RedFlags {
		e.str(r.ID, r.FR, r.EN)
		e.bool(r.Urgent)
		e.str(r.Source)
	}
}

func (e *encoder) term(t *Term) {
	e.str(t.ID, t.EN, t.FR, t.Definition)
	e.labels(t.Synonyms)
	e.indexes(t.Parents)
	e.strs(t.AltIDs)
	e.bool(t.Phenotype)
}

func (e *encoder) disease(d *Disease) {
	e.str(d.ID, d.EN, d.FR)
	e.labels(d.Synonyms)
	e.str(d.Definition, d.Type)
	e.uint(uint64(d.Family))
	e.len(len(d.Signs))
	prev := int32(0)
	for _, s := range d.Signs {
		e.int(int64(s.Term) - int64(prev))
		prev = s.Term
		e.freq(s.Freq)
		e.strs(s.Sources)
	}
	e.indexes(d.Absent)
	e.strs(d.Onsets)
	e.strs(d.Inheritance)
	e.strs(d.Genes)
	e.strs(d.Parents)
	e.len(len(d.Prevalence))
	for _, p := range d.Prevalence {
		e.str(p.Kind, p.Class, p.Place)
	}
	e.len(len(d.Links))
	for _, l := range d.Links {
		e.str(l.ID, l.Relation)
	}
	e.str(d.MovedTo)
	e.networkLinks(d.Networks)
	e.strs(d.Territories)
}

// Bits of the first byte of a frequency; the low three hold the class.
const (
	freqClass   = 7
	freqCount   = 8
	freqPercent = 16
)

func (e *encoder) freq(f Freq) {
	head := uint64(f.Class)
	if f.M > 0 {
		head |= freqCount
	}
	if f.Percent >= 0 {
		head |= freqPercent
	}
	e.uint(head)
	if f.M > 0 {
		e.uint(uint64(f.N))
		e.uint(uint64(f.M))
	}
	if f.Percent >= 0 {
		e.uint(uint64(f.Percent))
	}
}
