package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

func message(l Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	if err := m.FromFormat(l.FromName, l.From); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(l.To); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	m.SetMessageIDWithValue(string(l.ID) + "@phare.invalid")
	m.SetDateWithValue(l.At)
	m.Subject(l.Subject)
	m.SetBodyString(gomail.TypeTextPlain, l.Body)
	return m, nil
}

// Folder writes letters as .eml files into a folder, which must exist.
type Folder string

// Send writes one letter, under a name that a repeat overwrites. When it returns
// nil the letter is on disk, whole and under its name: the message will be
// marked as sent, and a power cut must not leave it neither here nor there.
func (f Folder) Send(_ context.Context, l Letter) error {
	m, err := message(l)
	if err != nil {
		return err
	}
	name := filepath.Join(string(f), l.At.UTC().Format("20060102T150405")+"-"+string(l.ID)+".eml")
	// A letter holds a link: only this account reads it.
	part, err := os.OpenFile(name+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = m.WriteTo(part)
	if err := errors.Join(err, part.Close()); err != nil {
		return err
	}
	if err := syncPath(name + ".part"); err != nil {
		return err
	}
	if err := os.Rename(name+".part", name); err != nil {
		return err
	}
	return syncPath(string(f))
}

// syncPath brings a file's content, or a folder's names, to the disk.
func syncPath(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Received is one letter found in a folder.
type Received struct {
	At                time.Time
	To, Subject, Body string
}

// Read returns the newest letters of a folder, newest first.
func (f Folder) Read(limit int) ([]Received, error) {
	names, err := filepath.Glob(filepath.Join(string(f), "*.eml"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	var all []Received
	for _, name := range names[:min(limit, len(names))] {
		r, err := readLetter(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		all = append(all, r)
	}
	return all, nil
}

func readLetter(name string) (r Received, err error) {
	f, err := os.Open(name)
	if err != nil {
		return r, err
	}
	defer f.Close()
	m, err := netmail.ReadMessage(f)
	if err != nil {
		return r, err
	}
	r.At, _ = m.Header.Date()
	r.To = strings.Trim(m.Header.Get("To"), "<>")
	if r.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return r, err
	}
	body, err := io.ReadAll(decoded(m))
	r.Body = strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n"))
	return r, err
}

// SMTP sends through a mail server, with TLS unless it is on this machine.
type SMTP struct {
	Host           string
	Port           int
	User, Password string
}

// Send delivers one letter to the server.
func (s SMTP) Send(ctx context.Context, l Letter) error {
	m, err := message(l)
	if err != nil {
		return err
	}
	opts := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(20 * time.Second), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	if s.Host == "localhost" || s.Host == "127.0.0.1" || s.Host == "::1" {
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	}
	if s.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthPlain), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, m)
}

// decoded undoes the transfer encoding that the writer chose.
func decoded(m *netmail.Message) io.Reader {
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		return quotedprintable.NewReader(m.Body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, m.Body)
	}
	return m.Body
}
