// Package eml reads a mail message (RFC 5322, MIME) that a stranger wrote: who it
// says it is from, its words as plain text, and its files one after the other as
// they come. It believes nothing: depth, parts, words and bytes are bounded, nothing
// is unpacked, HTML is only stripped to its words, and whatever is not kept is named
// with the reason. It knows no database and no house word but its codes.
package eml

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/mail"
	"time"
)

// Limits of one message.
const (
	MaxBytes = 40 << 20 // all of it, as it is sent: 25 MB of files take a third more
	MaxFiles = 20
	maxHead  = 256 << 10
	maxParts = 200
	maxDepth = 8
	maxLine  = 300    // characters of one field of the head
	maxWords = 40_000 // characters of the words
)

// What keeps a message from being read at all.
var (
	ErrBig = errors.New("the message is larger than MaxBytes")
	ErrBad = errors.New("this is no mail message")
)

// Why a part is not kept: codes, whose sentences stand in the catalogue. A keeper
// can give others.
const (
	Outlook = "winmail" // winmail.dat, which only Outlook reads
	Packed  = "archive" // an archive: it is never opened
	Locked  = "locked"  // encrypted for someone, or sealed
	Many    = "many"    // more parts or files than are read
	Deep    = "deep"    // messages in messages in messages
	Broken  = "broken"  // what came cannot be decoded
	Other   = "kind"    // a kind that is not kept
	Words   = "words"   // more words than are kept
)

// Message is what a message says of itself, in words that can be shown.
type Message struct {
	From    string // the name, as it calls itself
	Address string // the address that it gives; nobody checked it
	Subject string
	ID      string // Message-ID
	SentAt  time.Time
	Words   string
	HTML    bool // the words were taken out of HTML
	Left    []Left
	Print   string // SHA-256 of From, Subject, Date and all under the head; of the whole where it has no ID
}

// Left is a part that was not kept.
type Left struct {
	Name string `json:"name,omitempty"`
	Why  string `json:"why"`
	Of   string `json:"of,omitempty"` // another of its parts that says why
}

// File is a file of the message on its way. Body gives its bytes, decoded.
type File struct {
	Name, MediaType string
	Body            io.Reader
}

// Keep takes a file in, or says with a code why it does not. An error ends the
// reading.
type Keep func(File) (why string, err error)

// Read reads a message to its end and gives each of its files to keep.
func Read(r io.Reader, keep Keep) (Message, error) {
	all := &bounded{r: r, left: MaxBytes}
	in := bufio.NewReaderSize(all, 32<<10)
	head, err := headOf(in)
	if err != nil {
		return Message{}, all.or(err)
	}
	under, err := mail.ReadMessage(bytes.NewReader(append(head, "\r\n"...)))
	if err != nil || len(under.Header) == 0 {
		return Message{}, ErrBad
	}
	w := &walk{keep: keep}
	m := messageOf(under.Header)
	print := printOf(m, under.Header, head)
	if m.Address == "" && m.From == "" && m.Subject == "" && m.ID == "" {
		return Message{}, ErrBad // some other text: no mail has none of these
	}
	body := io.TeeReader(in, print)
	said, err := w.part(header(under.Header), body, 0)
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil {
		return Message{}, all.or(err)
	}
	m.Words, m.HTML = w.bounded(said.best()), said.plain.blank() && !said.html.blank()
	m.Left, m.Print = w.left, hex.EncodeToString(print.Sum(nil))
	return m, nil
}

// printOf begins the print of a message with what of its head no relay writes: what
// differs in one of these is another message, though its body were the same.
func printOf(m Message, h mail.Header, head []byte) hash.Hash {
	print := sha256.New()
	if m.ID == "" {
		print.Write(head)
		return print
	}
	for _, name := range []string{"From", "Subject", "Date"} {
		fmt.Fprintf(print, "%q\n", h.Get(name))
	}
	return print
}

// headOf is the head of a message, at most maxHead of it.
func headOf(in *bufio.Reader) (head []byte, err error) {
	for {
		line, err := in.ReadSlice('\n')
		if len(head)+len(line) > maxHead {
			return nil, ErrBad
		}
		head = append(head, line...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return head, nil
		case err != nil:
			return nil, err
		case len(bytes.TrimRight(line, "\r\n")) == 0 && bytes.HasSuffix(line, []byte("\n")) && wasEnd(head, line):
			return head, nil
		}
	}
}

// wasEnd says that an empty line is one, and not the end of a long one that came in
// two reads.
func wasEnd(head, line []byte) bool {
	before := head[:len(head)-len(line)]
	return len(before) == 0 || before[len(before)-1] == '\n'
}

// bounded gives no more than so many bytes.
type bounded struct {
	r    io.Reader
	left int64
	over bool
}

// Read reads what is left.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.over = true
		return 0, ErrBig
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	return n, err
}

// or is ErrBig when that is why, however it was wrapped on its way up.
func (b *bounded) or(err error) error {
	if b.over {
		return ErrBig
	}
	return err
}
