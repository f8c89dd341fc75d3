package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"phare/internal/trail"
)

// KeyFile is the name of the file with the trail's key, beside the site's own.
const KeyFile = "phare.audit.key"

// LoadKey reads the trail's key; an error of fs.ErrNotExist says that there is
// none. It refuses a file that others can read.
func LoadKey(path string) (trail.Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return trail.Key{}, fmt.Errorf("key of the trail: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return trail.Key{}, fmt.Errorf("key of the trail: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return trail.Key{}, fmt.Errorf("key of the trail: %s can be read by others (mode %o): chmod 600 it", path, info.Mode().Perm())
	}
	k, err := trail.ParseKey(string(b))
	if err != nil {
		return k, fmt.Errorf("key of the trail: %s is damaged (%w): put back the one that belongs to this database", path, err)
	}
	return k, nil
}

// CreateKey makes the trail's key where there is none: whole on the disk, so
// that what it signs can be verified after a power cut too.
func CreateKey(path string) (trail.Key, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return trail.Key{}, errors.Join(err, fmt.Errorf("key of the trail: %s exists, and is never replaced", path))
	}
	k, err := trail.NewKey()
	if err != nil {
		return k, err
	}
	if err := write(path, k.String()+"\n"); err != nil {
		return trail.Key{}, fmt.Errorf("key of the trail: %w", err)
	}
	return k, nil
}

// write makes a file that is there whole or not at all.
func write(path, text string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".audit-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, harmlessly, once renamed
	_, err = tmp.WriteString(text)
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
