package eml

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// kept is a keeper that keeps all and remembers it.
type kept struct{ files []string }

func (k *kept) keep(f File) (string, error) {
	b, err := io.ReadAll(f.Body)
	k.files = append(k.files, f.Name+"="+string(b))
	return "", err
}

func read(t *testing.T, raw string) (Message, []string) {
	t.Helper()
	var k kept
	m, err := Read(strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")), k.keep)
	if err != nil {
		t.Fatalf("%.80q: %v", raw, err)
	}
	return m, k.files
}

func why(m Message) (all []string) {
	for _, l := range m.Left {
		all = append(all, l.Why)
	}
	return all
}

const head = "From: =?iso-8859-1?Q?Dr_Zo=E9_Invent=E9e?= <zoe@cabinet.example>\nSubject: =?utf-8?B?RGVtYW5kZSBkwrlhdmlz?=\nDate: Mon, 23 Nov 2026 10:00:00 +0400\nMessage-ID: <1@cabinet.example>\nMIME-Version: 1.0\n"

func TestWords(t *testing.T) {
	m, files := read(t, head+"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\nBonjour, c=92est un =E9l=E8ve.\n")
	if m.From != "Dr Zoé Inventée" || m.Address != "zoe@cabinet.example" || m.ID != "1@cabinet.example" || m.SentAt.Hour() != 6 {
		t.Errorf("the head: %+v", m)
	}
	if m.Words != "Bonjour, c’est un élève." || len(files) != 0 || m.Left != nil || m.HTML {
		t.Errorf("%q, %v, %v", m.Words, files, m.Left)
	}
}

// What a message holds, and what is told of it. Ask 20: several files in one message.
func TestParts(t *testing.T) {
	for name, c := range map[string]struct {
		raw, words string
		files, why []string
	}{
		"files beside words":  {multi("mixed", part("text/plain", "", "Bonjour"), part(`application/pdf; name="a.pdf"`, "base64", "QUJD"), part(`image/png; name="b.png"`, "base64", "REVG")), "Bonjour", []string{"a.pdf=ABC", "b.png=DEF"}, nil},
		"alternatives":        {multi("alternative", part("text/plain", "", "Le texte"), part("text/html", "", "<p>Le HTML</p>")), "Le texte", nil, nil},
		"HTML only":           {multi("alternative", part("text/html", "", `<style>p{x}</style><p>Un&nbsp;mot <a href="http://evil.example">ici</a></p><script>alert(1)</script><img src="http://evil.example/a.png">`)), "Un mot ici", nil, nil},
		"Outlook":             {multi("mixed", part("text/plain", "", "Bonjour"), part(`application/ms-tnef; name="winmail.dat"`, "base64", "QUJD")), "Bonjour", nil, []string{Outlook}},
		"an archive":          {multi("mixed", part(`application/zip; name="IHE_XDM.ZIP"`, "base64", "UEsDBA==")), "", nil, []string{Packed}},
		"a signature":         {multi("signed", part("text/plain", "", "Bonjour"), part(`application/pkcs7-signature; name="smime.p7s"`, "base64", "QUJD")), "Bonjour", nil, nil},
		"encrypted":           {"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nxxxx\n", "", nil, []string{Locked}},
		"no boundary":         {"Content-Type: multipart/mixed\n\nxxxx\n", "", nil, []string{Broken}},
		"bad base64":          {multi("mixed", part("text/plain", "", "Bonjour"), part(`application/pdf; name="a.pdf"`, "base64", "!!!!")), "Bonjour", []string{"a.pdf="}, []string{Broken}},
		"cut short":           {"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBonjour", "Bonjour", nil, []string{Broken}},
		"an unknown charset":  {"Content-Type: text/plain; charset=x-martian\n\ncaf\xe9\n", "café", nil, nil},
		"a charset that lies": {"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9\n", "café", nil, nil},
		"a broken type":       {"Content-Type: ;;;\n\nBonjour\n", "Bonjour", nil, nil},
		"nothing":             {"\n", "", nil, nil},
		"letters that turn":   {"\n\nBon\u202ejour\x07\n", "Bonjour", nil, nil},
		"a message in it":     {multi("mixed", part("text/plain", "", "Je transfère"), "Content-Type: message/rfc822\n\nFrom: Une Famille <f@famille.example>\nSubject: Aide\n\nNotre enfant.\n"), "Je transfère\n\n----------\nUne Famille <f@famille.example>\nAide\n\nNotre enfant.", nil, nil},
		"an ornament":         {multi("related", part("text/html", "", "<p>Bonjour</p>"), "Content-Type: image/png; name=logo.png\nContent-ID: <x>\nContent-Transfer-Encoding: base64\n\nQUJD\n"), "Bonjour", nil, nil},
	} {
		m, files := read(t, head+c.raw)
		if m.Words != c.words || !slices.Equal(files, c.files) || !slices.Equal(why(m), c.why) {
			t.Errorf("%s:\n%q, %v, %v\nwant %q, %v, %v", name, m.Words, files, why(m), c.words, c.files, c.why)
		}
	}
}

func part(kind, coding, body string) string {
	s := "Content-Type: " + kind + "\n"
	if coding != "" {
		s += "Content-Transfer-Encoding: " + coding + "\n"
	}
	return s + "\n" + body + "\n"
}

func multi(kind string, parts ...string) string {
	s := "Content-Type: multipart/" + kind + "; boundary=\"b\"\n\npreamble\n"
	for _, p := range parts {
		s += "--b\n" + p
	}
	return s + "--b--\n"
}

// A head cannot make another line of its own, nor words that read backwards.
func TestHeadIsOneLine(t *testing.T) {
	m, _ := read(t, "From: \"A\u202eB\" <a@b.example>\nSubject: =?utf-8?Q?Un=0D=0ABcc:_x=40y.example=00?=\n\nx\n")
	if m.Subject != "Un Bcc: x@y.example" || m.From != "AB" {
		t.Errorf("%q %q", m.Subject, m.From)
	}
	m, _ = read(t, "Subject: "+strings.Repeat("é", 5000)+"\n\nx\n")
	if n := len([]rune(m.Subject)); n != maxLine {
		t.Errorf("a subject of %d characters", n)
	}
}

// What is made to cost much costs little and says so.
func TestBounds(t *testing.T) {
	nested := ""
	for i := range 100 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	if m, _ := read(t, head+nested+"Content-Type: text/plain\n\nau fond\n"); m.Words != "" || !slices.Contains(why(m), Deep) {
		t.Errorf("a hundred in one another: %q %v", m.Words, why(m))
	}
	inside := strings.Repeat("Content-Type: message/rfc822\n\n"+head, 50)
	if m, _ := read(t, head+inside+"\nau fond\n"); !slices.Contains(why(m), Deep) {
		t.Errorf("fifty messages in one another: %v", why(m))
	}
	many := make([]string, 10_000)
	for i := range many {
		many[i] = part("text/plain", "", "mot")
	}
	if m, _ := read(t, head+multi("mixed", many...)); strings.Count(m.Words, "mot") > maxParts || !slices.Contains(why(m), Many) {
		t.Errorf("ten thousand parts: %d words, %v", strings.Count(m.Words, "mot"), why(m))
	}
	for i := range many {
		many[i] = part("application/pdf; name=a.pdf", "", "x")
	}
	if m, files := read(t, head+multi("mixed", many...)); len(files) != MaxFiles || !slices.Contains(why(m), Many) {
		t.Errorf("ten thousand files: %d", len(files))
	}
	if m, _ := read(t, head+"\n"+strings.Repeat("mot ", 100_000)); len([]rune(m.Words)) != maxWords || !slices.Contains(why(m), Words) {
		t.Errorf("a long one: %d", len([]rune(m.Words)))
	}
	if m, _ := read(t, head+"Content-Type: text/html\n\n"+strings.Repeat("<div>", 30_000)+"mot"); len(m.Words) > 10 {
		t.Errorf("HTML of nothing: %d", len(m.Words))
	}
	for name, raw := range map[string]io.Reader{
		"a head without end": io.MultiReader(strings.NewReader("Subject: "), endless{}),
		"a program":          strings.NewReader("MZ\x90\x00\x03\n\n"),
		"nothing":            strings.NewReader(""),
		"a text":             strings.NewReader("X-Y: z\r\n\r\nBonjour"),
	} {
		var k kept
		if _, err := Read(raw, k.keep); !errors.Is(err, ErrBad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, more := range map[string]string{"words": "\r\n", "a file": "Content-Type: application/pdf; name=a.pdf\r\n\r\n", "parts": "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n"} {
		_, err := Read(io.MultiReader(strings.NewReader(strings.ReplaceAll(head, "\n", "\r\n")+more), endless{}), func(f File) (string, error) {
			_, err := io.Copy(io.Discard, f.Body)
			return "", err
		})
		if !errors.Is(err, ErrBig) {
			t.Errorf("%s without end: %v", name, err)
		}
	}
}

type endless struct{}

// Read never ends.
func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

// The print is of what stands under the head: a relay that adds a line to the head
// brings the same message.
func TestPrint(t *testing.T) {
	a, _ := read(t, head+"\nBonjour\n")
	b, _ := read(t, "Received: by relay.example\n"+head+"\nBonjour\n")
	c, _ := read(t, head+"\nBonsoir\n")
	// Two faxes without a word, from two machines or with two subjects, are two.
	for _, other := range []string{strings.Replace(head, "zoe@", "ida@", 1), strings.Replace(head, "RGVt", "UmVt", 1), strings.Replace(head, "10:00", "10:01", 1)} {
		if d, _ := read(t, other+"\nBonjour\n"); d.Print == a.Print || d.ID != a.ID {
			t.Errorf("the same print: %s", other)
		}
	}
	nameless := strings.Replace(head, "Message-ID", "X-None", 1)
	e, _ := read(t, nameless+"\nBonjour\n")
	f, _ := read(t, "X-Fax: 2\n"+nameless+"\nBonjour\n")
	if e.ID != "" || e.Print == f.Print {
		t.Error("without a Message-ID the whole is the message")
	}
	if a.Print != b.Print || a.Print == c.Print || len(a.Print) != 64 {
		t.Errorf("%s %s %s", a.Print, b.Print, c.Print)
	}
}

// A keeper's reason is told; its error ends the reading.
func TestKeeper(t *testing.T) {
	raw := strings.ReplaceAll(head+multi("mixed", part("application/pdf; name=a.pdf", "", "x"), part("text/plain", "", "après")), "\n", "\r\n")
	m, err := Read(strings.NewReader(raw), func(File) (string, error) { return "encrypted", nil })
	if err != nil || len(m.Left) != 1 || m.Left[0] != (Left{Name: "a.pdf", Why: "encrypted"}) || m.Words != "après" {
		t.Errorf("%+v %v", m, err)
	}
	stop := errors.New("no place")
	if _, err := Read(strings.NewReader(raw), func(File) (string, error) { return "", stop }); !errors.Is(err, stop) {
		t.Error(err)
	}
}

// FuzzRead: whatever comes, it ends, and what is shown is one line where it must be.
func FuzzRead(f *testing.F) {
	f.Add([]byte(head + multi("mixed", part("text/html", "base64", "PGI+"), part("image/png; name=x.png", "quoted-printable", "=00"))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Read(strings.NewReader(string(raw)), func(f File) (string, error) {
			_, err := io.Copy(io.Discard, f.Body)
			return "", err
		})
		if err == nil && strings.ContainsAny(m.Subject+m.From+m.ID+m.Address, "\r\n\x00") {
			t.Errorf("%+v", m)
		}
	})
}
