// Package seal turns clear values into ones that only a holder of the site's
// keys can read, and back. It knows no database: package store keeps what it
// makes.
//
// Three levels of keys, each sealed by the one above: the site's, in a file
// beside the database; one for each platform; one for each file (a request, a
// patient). A value is sealed with the key of its file and bound to its place
// (platform, column, row): moved elsewhere it does not open. Destroying the key
// of a file makes its values unreadable wherever they were copied.
//
// AEAD is Tink's AES-256-GCM. Equality can be asked of a value without opening
// anything by its blind index, an HMAC under a key of its own.
package seal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// prefix begins every sealed value and names the form.
const prefix = "s1:"

// keySize is that of AES-256, in bytes.
const keySize = 32

// ErrForged is what a value gives that was changed, or moved from its place.
var ErrForged = errors.New("a sealed value does not open here: it was changed, or moved from another place")

// A Key seals the values of one file, or the keys of the files of one platform.
type Key struct {
	ID   string // 16 hexadecimal digits
	aead tink.AEAD
	raw  []byte
}

// NewKey makes a fresh key.
func NewKey() Key {
	raw := make([]byte, keySize)
	rand.Read(raw)
	id := make([]byte, 8)
	rand.Read(id)
	k, err := keyOf(hex.EncodeToString(id), raw)
	if err != nil {
		panic(err) // the size is right
	}
	return k
}

func keyOf(id string, raw []byte) (Key, error) {
	a, err := subtle.NewAESGCM(raw)
	return Key{id, a, raw}, err
}

// Seal seals a value for one place. An empty value stays empty: that a field is
// empty is no secret, and conditions can ask for it.
func (k Key) Seal(place, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	b, err := k.aead.Encrypt([]byte(value), k.bound(place))
	if err != nil {
		return "", fmt.Errorf("sealing: %w", err)
	}
	return prefix + k.ID + ":" + base64.RawStdEncoding.EncodeToString(b), nil
}

// Open is the inverse of Seal.
func (k Key) Open(place, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	id, text, ok := parts(sealed)
	if !ok || id != k.ID {
		return "", ErrForged
	}
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", ErrForged
	}
	clear, err := k.aead.Decrypt(b, k.bound(place))
	if err != nil {
		return "", ErrForged
	}
	return string(clear), nil
}

// bound ties a value to its place and to the key that says so.
func (k Key) bound(place string) []byte { return []byte(k.ID + "|" + place) }

// Wrap seals another key under k.
func (k Key) Wrap(place string, inner Key) (string, error) {
	return k.Seal(place+"|"+inner.ID, hex.EncodeToString(inner.raw))
}

// Unwrap is the inverse of Wrap.
func (k Key) Unwrap(place, id, wrapped string) (Key, error) {
	text, err := k.Open(place+"|"+id, wrapped)
	if err != nil {
		return Key{}, err
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return Key{}, ErrForged
	}
	return keyOf(id, raw)
}

// IsSealed says whether a stored value is sealed; an empty one is neither.
func IsSealed(stored string) bool { return strings.HasPrefix(stored, prefix) }

// KeyOf names the key of a sealed value; "" if it is none.
func KeyOf(sealed string) string {
	id, _, _ := parts(sealed)
	return id
}

func parts(sealed string) (id, text string, ok bool) {
	rest, ok := strings.CutPrefix(sealed, prefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}

// blindBytes is how much of an HMAC is kept: 80 bits are enough for equality.
const blindBytes = 10

// Blind is the blind index of a value: equal for equal values of one platform
// and purpose, and nothing else can be told from it without the site's key.
func (s *Site) Blind(platform, purpose, value string) string {
	h := hmac.New(sha256.New, s.blind)
	for _, part := range []string{platform, purpose, value} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return base32.StdEncoding.EncodeToString(h.Sum(nil)[:blindBytes])
}

// Text is a key as a value that is itself sealed somewhere: the key of a file's
// pieces, which changes with nothing.
func (k Key) Text() string { return k.ID + ":" + hex.EncodeToString(k.raw) }

// KeyFrom is the inverse of Text.
func KeyFrom(text string) (Key, error) {
	id, digits, ok := strings.Cut(text, ":")
	raw, err := hex.DecodeString(digits)
	if !ok || err != nil || len(raw) != keySize {
		return Key{}, ErrForged
	}
	return keyOf(id, raw)
}
