package seal

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Site holds the keys of one installation: those that seal the platforms' keys,
// the newest first, and the one of the blind indexes, which never changes.
type Site struct {
	keys  []Key
	blind []byte
}

// file is the form of the key file.
type file struct {
	Format string    `json:"format"`
	Keys   []fileKey `json:"keys"` // newest first
	Blind  string    `json:"blind"`
}

type fileKey struct {
	ID  string `json:"id"`
	Key string `json:"key"`
}

const fileFormat = "phare keys 1"

// NewSite makes the keys of a new installation.
func NewSite() *Site {
	blind := make([]byte, keySize)
	rand.Read(blind)
	return &Site{keys: []Key{NewKey()}, blind: blind}
}

// Newest is the key that seals new keys of platforms.
func (s *Site) Newest() Key { return s.keys[0] }

// Key returns one of the site's keys by its id.
func (s *Site) Key(id string) (Key, bool) {
	i := slices.IndexFunc(s.keys, func(k Key) bool { return k.ID == id })
	if i < 0 {
		return Key{}, false
	}
	return s.keys[i], true
}

// Add puts a fresh key first, and Drop forgets all others: between the two
// every platform's key is sealed anew (store.Rewrap).
func (s *Site) Add() { s.keys = slices.Insert(s.keys, 0, NewKey()) }

// Drop forgets all keys but the newest.
func (s *Site) Drop() { s.keys = s.keys[:1] }

// LoadSite reads the key file at path. It refuses one that others can read.
func LoadSite(path string) (*Site, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the site's keys: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("the site's keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the site's keys: %s can be read by others (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	s, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("the site's keys: %s is damaged (%w): put back the copy that belongs to this database", path, err)
	}
	return s, nil
}

func parse(b []byte) (*Site, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, errors.New("it is not JSON") // the cause may quote a key
	}
	if f.Format != fileFormat || len(f.Keys) == 0 {
		return nil, fmt.Errorf("its format is not %q", fileFormat)
	}
	s := &Site{}
	var err error
	if s.blind, err = hex.DecodeString(f.Blind); err != nil || len(s.blind) != keySize {
		return nil, errors.New("its blind key is not 64 hexadecimal digits")
	}
	for _, k := range f.Keys {
		raw, err := hex.DecodeString(k.Key)
		if err != nil || len(raw) != keySize || len(k.ID) != 16 {
			return nil, errors.New("one of its keys is not 64 hexadecimal digits")
		}
		key, err := keyOf(k.ID, raw)
		if err != nil {
			return nil, errors.New("one of its keys cannot be used")
		}
		s.keys = append(s.keys, key)
	}
	return s, nil
}

// Save writes the key file, whole or not at all, readable by its owner only.
func (s *Site) Save(path string) error {
	f := file{Format: fileFormat, Blind: hex.EncodeToString(s.blind)}
	for _, k := range s.keys {
		f.Keys = append(f.Keys, fileKey{k.ID, hex.EncodeToString(k.raw)})
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := replace(path, append(b, '\n')); err != nil {
		return fmt.Errorf("the site's keys: %w", err)
	}
	return nil
}

// replace puts b in the place of a file so that a power cut leaves the old or
// the new one.
func replace(path string, b []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Exists says whether there is a file at path.
func Exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}
