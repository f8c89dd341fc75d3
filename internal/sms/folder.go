package sms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"phare/internal/mail"
)

// Folder writes each message as a file into a folder, which must exist. It is a
// gateway that drops repeats: a message has one name.
type Folder string

// Text writes one message. When it returns nil the file is on disk, whole and
// under its name.
func (f Folder) Text(_ context.Context, t mail.Text) (provider string, err error) {
	words, err := checked(t)
	if err != nil {
		return "", err
	}
	name := filepath.Join(string(f), t.At.UTC().Format("20060102T150405")+"-"+string(t.ID)+".sms")
	part, err := os.OpenFile(name+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(part, "To: %s\nDate: %s\n\n%s\n", t.To, t.At.UTC().Format(time.RFC3339), words)
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return "", err
	}
	if err := os.Rename(name+".part", name); err != nil {
		return "", err
	}
	dir, err := os.Open(string(f))
	if err != nil {
		return "", err
	}
	return string(t.ID), errors.Join(dir.Sync(), dir.Close())
}

// checked refuses what is no single SMS or has no number: a fault that no second
// try mends.
func checked(t mail.Text) (words string, err error) {
	words = Plain(t.Words)
	switch n, lacks := Places(words); {
	case lacks != 0:
		err = fmt.Errorf("the letter %q is not in the GSM alphabet", lacks)
	case n > Most:
		err = fmt.Errorf("%d places, more than %d", n, Most)
	case !strings.HasPrefix(t.To, "+") || len(t.To) < 8:
		err = errors.New("the number is not one that networks know")
	}
	if err != nil {
		return "", &mail.Final{Why: mail.WhyRefused, Err: err}
	}
	return words, nil
}

// Received is one message found in a folder.
type Received struct {
	ID, To, Words string
	At            time.Time
}

// Read returns the newest messages of a folder, newest first.
func (f Folder) Read(limit int) (all []Received, err error) {
	names, err := filepath.Glob(filepath.Join(string(f), "*.sms"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	for _, name := range names[:min(limit, len(names))] {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		head, words, _ := strings.Cut(string(b), "\n\n")
		r := Received{Words: strings.TrimSpace(words)}
		_, id, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".sms"), "-")
		r.ID = cmp.Or(id, filepath.Base(name))
		for line := range strings.Lines(head) {
			field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch field {
			case "To":
				r.To = value
			case "Date":
				r.At, _ = time.Parse(time.RFC3339, value)
			}
		}
		all = append(all, r)
	}
	return all, nil
}
