package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Key is the site's secret, kept beside the database and never inside it, so
// that a stolen copy of the database opens no link and guesses no secret.
type Key struct{ secret []byte }

// NewKey makes a fresh key.
func NewKey() Key {
	var b [32]byte
	rand.Read(b[:])
	return Key{b[:]}
}

// LoadKey reads the key file at path, and makes one if there is none. It refuses
// a file that others can read.
func LoadKey(path string) (Key, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createKey(path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Key{}, fmt.Errorf("key file %s can be read by others (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(secret) != 32 {
		return Key{}, fmt.Errorf("key file %s is damaged: it must hold 64 hexadecimal digits; put back the one that belongs to this database", path)
	}
	return Key{secret}, nil
}

func createKey(path string) (Key, error) {
	k := NewKey()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(k.secret) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if folder, e := os.Open(filepath.Dir(path)); e == nil { // its name must survive a power cut as its content does
		err = errors.Join(err, folder.Sync(), folder.Close())
	}
	if err != nil {
		return Key{}, fmt.Errorf("key file: %w", err)
	}
	return k, nil
}

// Mac is the stored form of a secret: HMAC-SHA-256 under the site's key, bound
// to its purpose so that one kind of secret never opens another kind of door.
func (k Key) Mac(purpose, secret string) string {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write([]byte(secret))
	return hex.EncodeToString(h.Sum(nil))
}

// Is says, in constant time, whether secret is the one stored as mac.
func (k Key) Is(mac, purpose, secret string) bool {
	return hmac.Equal([]byte(mac), []byte(k.Mac(purpose, secret)))
}

// NewToken is a fresh secret for a link: 256 random bits, safe in a URL.
func NewToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
