package eml

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	wide "golang.org/x/text/encoding/unicode"
)

// header is the head of a message or of a part.
type header map[string][]string

func (h header) get(name string) string { return textproto.MIMEHeader(h).Get(name) }

// messageOf reads the head. What cannot be read is empty or raw, never an error.
func messageOf(h mail.Header) Message {
	m := Message{Subject: line(decoded(h.Get("Subject"))), ID: line(strings.Trim(strings.TrimSpace(h.Get("Message-Id")), "<>"))}
	if at, err := h.Date(); err == nil {
		m.SentAt = at.UTC()
	}
	from := h.Get("From")
	parser := mail.AddressParser{WordDecoder: wordDecoder()}
	if all, err := parser.ParseList(from); err == nil && len(all) > 0 {
		m.From, m.Address = line(all[0].Name), line(all[0].Address)
	} else {
		m.From = line(decoded(from))
	}
	return m
}

// line is one field of a head as it can be shown: one line, nothing that is not
// seen or turns the reading direction, and not too long.
func line(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s)
	return short(strings.Join(strings.Fields(s), " "), maxLine)
}

func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

func wordDecoder() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(name string, in io.Reader) (io.Reader, error) { return inUTF8(name, in), nil }}
}

// decoded is a field with its encoded words read; raw where they cannot be.
func decoded(s string) string {
	if clear, err := wordDecoder().DecodeHeader(s); err == nil {
		s = clear
	}
	if !utf8.ValidString(s) {
		s, _ = charmap.Windows1252.NewDecoder().String(s) // no byte is refused
	}
	return s
}

// charsets are those of mails in the languages of the desks; others read as what
// most of them mean who name none.
var charsets = map[string]encoding.Encoding{
	"iso-8859-1": charmap.Windows1252, "latin1": charmap.Windows1252, "windows-1252": charmap.Windows1252, "cp1252": charmap.Windows1252,
	"iso-8859-15": charmap.ISO8859_15, "latin9": charmap.ISO8859_15, "iso-8859-2": charmap.ISO8859_2, "windows-1250": charmap.Windows1250,
	"macintosh": charmap.Macintosh, "iso-8859-9": charmap.ISO8859_9, "windows-1254": charmap.Windows1254, "ibm850": charmap.CodePage850, "cp850": charmap.CodePage850,
	"windows-1256": charmap.Windows1256, "iso-8859-6": charmap.ISO8859_6, "windows-1251": charmap.Windows1251, "koi8-r": charmap.KOI8R,
	"utf-16": wide.UTF16(wide.BigEndian, wide.UseBOM), "utf-16le": wide.UTF16(wide.LittleEndian, wide.UseBOM), "utf-16be": wide.UTF16(wide.BigEndian, wide.UseBOM),
	"utf-32": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
}

// inUTF8 reads text of a named charset as UTF-8.
func inUTF8(name string, in io.Reader) io.Reader {
	name = strings.ToLower(strings.TrimSpace(name))
	if e, ok := charsets[name]; ok {
		return transform.NewReader(in, e.NewDecoder())
	}
	return in
}

// clear is text as UTF-8, whatever was said of it: bytes that are none are read as
// windows-1252.
func clear(charset string, raw []byte) string {
	b, err := io.ReadAll(inUTF8(charset, bytes.NewReader(raw)))
	if err != nil {
		b = raw
	}
	for n := 1; n < utf8.UTFMax && len(raw) == mostText && !utf8.Valid(b); n++ { // the limit may have cut a character in two
		if cut := b[:len(b)-n]; utf8.Valid(cut) {
			return string(cut)
		}
	}
	if !utf8.Valid(b) {
		if again, err := charmap.Windows1252.NewDecoder().Bytes(b); err == nil {
			b = again
		}
	}
	return string(b)
}
