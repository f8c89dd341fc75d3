// Package trail is the form of the audit trail and the arithmetic that makes
// tampering show: how an entry is written down byte for byte, how entries make
// a Merkle tree (RFC 6962, as golang.org/x/mod/sumdb/tlog builds it), how the
// tree is signed, and how all of it is verified. It is pure and knows no
// database: what it finds true needs to trust no server.
package trail

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// RestoreVerb is the verb of the entry that a restore from a backup leaves
// first after the entries of the backup.
const RestoreVerb = "database.restore"

// TimeLayout is how the trail writes times: UTC and of fixed width, so that the
// order of the text is that of the times.
const TimeLayout = "2006-01-02T15:04:05.000000Z"

// Entry is one act as the tree holds it: who, in what role, did what, when.
// What it was done to, and why, stand in Seal, which tells nothing by itself.
type Entry struct {
	Seq      int64  // 1, 2, 3 … without a gap
	At       string // as TimeLayout
	Platform string
	Actor    string
	Role     string
	Verb     string
	Seal     string // see Seal
}

// Leaf is the entry's canonical form: JSON with its fields by name, no blanks,
// and nothing escaped that need not be (RFC 8785).
func (e Entry) Leaf() []byte {
	b := make([]byte, 0, 256)
	b = append(b, `{"actor":`...)
	b = appendText(b, e.Actor)
	b = append(b, `,"at":`...)
	b = appendText(b, e.At)
	b = append(b, `,"platform":`...)
	b = appendText(b, e.Platform)
	b = append(b, `,"role":`...)
	b = appendText(b, e.Role)
	b = append(b, `,"seal":`...)
	b = appendText(b, e.Seal)
	b = append(b, `,"seq":`...)
	b = strconv.AppendInt(b, e.Seq, 10)
	b = append(b, `,"verb":`...)
	b = appendText(b, e.Verb)
	return append(b, '}')
}

// appendText adds a JSON string.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			enc.Encode(s) // a string always encodes
			return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// ParseLeaf reads a canonical form, and refuses any other way to write the same.
// It takes any text for the time.
func ParseLeaf(leaf []byte) (Entry, error) {
	entry, plain := parsePlain(leaf)
	if !plain {
		var e struct {
			Actor, At, Platform, Role, Seal string
			Seq                             int64
			Verb                            string
		}
		if err := json.Unmarshal(leaf, &e); err != nil {
			return Entry{}, fmt.Errorf("it is no entry: %w", err)
		}
		entry = Entry{e.Seq, e.At, e.Platform, e.Actor, e.Role, e.Verb, e.Seal}
		if !bytes.Equal(entry.Leaf(), leaf) {
			return entry, fmt.Errorf("it is not written as Phare writes entries")
		}
	}
	return entry, nil
}

// parsePlain reads an entry without any letter that JSON or Unicode could write
// in two ways, which is nearly every one; what it reads is canonical. A million
// entries are verified in half the time.
func parsePlain(leaf []byte) (e Entry, ok bool) {
	field := func(name string, into *string) bool {
		rest, found := bytes.CutPrefix(leaf, []byte(name))
		if !found {
			return false
		}
		for i, c := range rest {
			if c == '"' {
				*into, leaf = string(rest[:i]), rest[i+1:]
				return true
			}
			if c < ' ' || c > '~' || c == '\\' {
				return false
			}
		}
		return false
	}
	if !field(`{"actor":"`, &e.Actor) || !field(`,"at":"`, &e.At) || !field(`,"platform":"`, &e.Platform) ||
		!field(`,"role":"`, &e.Role) || !field(`,"seal":"`, &e.Seal) {
		return e, false
	}
	rest, found := bytes.CutPrefix(leaf, []byte(`,"seq":`))
	digits, _, more := bytes.Cut(rest, []byte(","))
	seq, err := strconv.ParseInt(string(digits), 10, 64)
	if !found || !more || err != nil || string(strconv.AppendInt(nil, seq, 10)) != string(digits) {
		return e, false
	}
	e.Seq, leaf = seq, rest[len(digits):]
	return e, field(`,"verb":"`, &e.Verb) && string(leaf) == "}"
}

// NewSalt is a fresh salt of an entry: 128 random bits.
func NewSalt() string {
	var b [16]byte
	rand.Read(b[:])
	return base64.RawStdEncoding.EncodeToString(b[:])
}

// Seal commits an entry to its subject and reason without telling them:
// HMAC-SHA-256 under the entry's own salt. Who holds salt, subject and reason
// can show that they are the ones; once the salt is destroyed nobody can, and
// the tree still holds.
func Seal(salt, subject, reason string) string {
	h := hmac.New(sha256.New, []byte(salt))
	b := strconv.AppendInt(make([]byte, 0, 64), int64(len(subject)), 10)
	b = append(append(append(b, ':'), subject...), reason...)
	h.Write(b)
	return base64.RawStdEncoding.EncodeToString(h.Sum(nil))
}

// Grow returns the hashes that are kept with the entry of this leaf, which is
// the one after n others: its own, then those of the subtrees that it completes.
// read gives those that were kept with an earlier entry (1, 2 …).
func Grow(n int64, leaf []byte, read func(seq int64) ([]tlog.Hash, error)) ([]tlog.Hash, error) {
	return tlog.StoredHashes(n, leaf, Reader(read))
}

// Reader finds hashes of the tree by tlog's index in what is kept with entries.
func Reader(read func(seq int64) ([]tlog.Hash, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, k := tlog.SplitStoredHashIndex(index)
			seq := (k + 1) << level // a subtree is kept with its last entry
			kept, err := read(seq)
			if err != nil {
				return nil, err
			}
			if level < len(kept) {
				out[i] = kept[level]
			} // else damaged: a zero hash, which no verification takes for the right one
		}
		return out, nil
	})
}

// PackHashes is the stored form of the hashes kept with an entry.
func PackHashes(hashes []tlog.Hash) string {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// UnpackHashes reads the stored form; what is damaged is left out.
func UnpackHashes(s string) []tlog.Hash {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	hashes := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], b[i*tlog.HashSize:])
	}
	return hashes
}
