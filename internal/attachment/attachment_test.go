package attachment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"phare"
	"phare/internal/inspect"
)

func TestMain(m *testing.M) {
	dieIfTold()
	inspect.IfChild()
	os.Exit(m.Run())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A spool gives back what was written to it, in any portions, and its file holds
// no word of that.
func TestSpool(t *testing.T) {
	const secret = "un mot que personne ne doit lire "
	for _, n := range []int{0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 3*pieceSize + 17} {
		want := []byte(strings.Repeat(secret, n/len(secret)+1))[:n]
		s, err := newSpool(t.TempDir(), phare.NewID(), 1<<30)
		must(t, err)
		for rest := want; len(rest) > 0; rest = rest[min(len(rest), 1000):] {
			if _, err := s.Write(rest[:min(len(rest), 1000)]); err != nil {
				t.Fatal(err)
			}
		}
		must(t, s.flush())
		got, err := io.ReadAll(s.reader())
		must(t, err)
		if !bytes.Equal(got, want) || s.size != int64(n) {
			t.Errorf("%d bytes: came back as %d", n, len(got))
		}
		raw, err := io.ReadAll(io.NewSectionReader(s.file, 0, 1<<30))
		must(t, err)
		if n > len(secret) && (bytes.Contains(raw, []byte(secret[:10])) || len(raw) < n) {
			t.Errorf("%d bytes: the file of the spool is in clear", n)
		}
		s.Close()
	}
}

// A piece that was changed, moved or left out is no file.
func TestPieces(t *testing.T) {
	s, err := newSpool(t.TempDir(), phare.NewID(), 1<<30)
	must(t, err)
	defer s.Close()
	if _, err := s.Write(make([]byte, 3*pieceSize)); err != nil {
		t.Fatal(err)
	}
	must(t, s.flush())
	for name, next := range map[string]func(n int) (string, error){
		"moved":    func(n int) (string, error) { return s.piece(2 - n) },
		"repeated": func(int) (string, error) { return s.piece(0) },
		"changed":  func(n int) (string, error) { p, err := s.piece(n); return p[:len(p)-4] + "AAAA", err },
		"empty":    func(int) (string, error) { return "", nil },
	} {
		if _, err := io.ReadAll(&pieces{id: s.id, key: s.key, count: 3, next: next}); err == nil {
			t.Errorf("%s: it reads", name)
		}
	}
	if _, err := io.ReadAll(&pieces{id: phare.NewID(), key: s.key, count: 3, next: s.piece}); err == nil {
		t.Error("another file’s pieces read")
	}
}

func TestSpoolIsBounded(t *testing.T) {
	dir := t.TempDir()
	s, err := newSpool(dir, phare.NewID(), 100)
	must(t, err)
	defer s.Close()
	if _, err := s.Write(make([]byte, 101)); !errors.Is(err, errBig) {
		t.Errorf("101 bytes of 100: %v", err)
	}
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 0 {
		t.Errorf("a name is left on the disk: %v", left)
	}
}

func TestSafeName(t *testing.T) {
	for given, want := range map[string]string{
		"lettre.pdf":                      "lettre.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Users\x\Mes docs\lettre.pdf`:  "lettre.pdf",
		"..":                              "",
		".htaccess":                       "htaccess",
		"a\x00b.pdf":                      "ab.pdf",
		"photo\u202egpj.exe":              "photogpj.exe",
		"a\u200b\u2066b\ufeff.pdf":        "ab.pdf",
		"line\r\nSet-Cookie: x.pdf":       "lineSet-Cookie x.pdf",
		`"; filename=evil.exe`:            "; filename=evil.exe",
		"courrier d’Élodie  été.pdf":      "courrier d’Élodie été.pdf",
		"a<script>.png":                   "ascript.png",
		"\xff\xfe.pdf":                    "pdf",
		"   ":                             "",
		"-rf.pdf":                         "rf.pdf",
		strings.Repeat("é", 500) + ".pdf": strings.Repeat("é", maxName-4) + ".pdf",
	} {
		if got := SafeName(given); got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}

func TestDisposition(t *testing.T) {
	for name, want := range map[string]string{
		"été.pdf":          `attachment; filename="_t_.pdf"; filename*=UTF-8''%C3%A9t%C3%A9.pdf`,
		"":                 `attachment; filename="document.pdf"; filename*=UTF-8''document.pdf`,
		"a\"b\r\nX: y.pdf": `attachment; filename="abX y.pdf"; filename*=UTF-8''abX%20y.pdf`,
		"run.exe":          `attachment; filename="run.pdf"; filename*=UTF-8''run.pdf`,
	} {
		if got := Disposition(name, inspect.PDF); got != want {
			t.Errorf("%q:\n got %s\nwant %s", name, got, want)
		}
	}
}

// eicar is what every scanner calls a virus, in two halves so that none stops
// at this source.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-` + `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// scanner is a daemon that speaks as clamd does, and finds eicar.
func scanner(t *testing.T, answer func(file []byte) string) Clamd {
	t.Helper()
	at := filepath.Join(t.TempDir(), "clamd")
	l, err := net.Listen("unix", at)
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveScan(c, answer)
		}
	}()
	return Clamd(at)
}

func serveScan(c net.Conn, answer func([]byte) string) {
	defer c.Close()
	word := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, word); err != nil || string(word) != "zINSTREAM\x00" {
		io.WriteString(c, "UNKNOWN COMMAND\x00")
		return
	}
	var file []byte
	for {
		var n uint32
		if binary.Read(c, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			break
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
		file = append(file, b...)
	}
	io.WriteString(c, answer(file)+"\x00")
}

func finder(file []byte) string {
	if bytes.Contains(file, []byte(eicar)) {
		return "stream: Eicar-Test-Signature FOUND"
	}
	return "stream: OK"
}

func aPicture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 300))))
	return b.Bytes()
}

// aLetter is a PDF of one page with words in a comment.
func aLetter(words string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%%PDF-1.4\n%%%s\n", words)
	table := "xref\n0 4\n0000000000 65535 f \n"
	for i, o := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"} {
		table += fmt.Sprintf("%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "%strailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table, start)
	return b.Bytes()
}

func taker(t testing.TB, c Clamd) Taker {
	t.Helper()
	r, err := inspect.NewRunner()
	must(t, err)
	return Taker{Inspect: r, Clamd: c, Dir: t.TempDir()}
}

// What the scanner says is kept with the file; a virus keeps it apart; silence
// keeps it inside.
func TestScan(t *testing.T) {
	picture, letter := aPicture(t), aLetter("rien")
	gone := Clamd(filepath.Join(t.TempDir(), "nobody"))
	for _, c := range []struct {
		name  string
		clamd Clamd
		as    string
		file  []byte
		scan  string
		state State
		leave bool
	}{
		{"no scanner", "", "a.png", picture, NoScan, Kept, false},
		{"a scanner that is away", gone, "a.png", picture, NoScan, Kept, false},
		{"clean", scanner(t, finder), "a.png", picture, Clean, Kept, true},
		{"clean letter", scanner(t, finder), "a.pdf", letter, Clean, Kept, true},
		{"EICAR", scanner(t, finder), "a.pdf", aLetter(eicar), Found, Apart, false},
		{"an error", scanner(t, func([]byte) string { return "INSTREAM size limit exceeded. ERROR" }), "a.png", picture, NoScan, Kept, false},
		{"nothing said", scanner(t, func([]byte) string { return "" }), "a.png", picture, NoScan, Kept, false},
	} {
		f, err := taker(t, c.clamd).Take(t.Context(), Given{Name: c.as, Bytes: bytes.NewReader(c.file)})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if f.a.Scan != c.scan || f.a.State != c.state || f.a.MayLeave() != c.leave {
			t.Errorf("%s: scan %s, state %s, may leave %v", c.name, f.a.Scan, f.a.State, f.a.MayLeave())
		}
		f.Close()
	}
}

// An EXIF place or a text is scanned as it came, though it is not kept.
func TestScanSeesWhatCame(t *testing.T) {
	picture := aPicture(t)
	hidden := append(bytes.Clone(picture), eicar...)
	f, err := taker(t, scanner(t, finder)).Take(t.Context(), Given{Name: "a.png", Bytes: bytes.NewReader(hidden)})
	must(t, err)
	defer f.Close()
	if f.a.State != Apart {
		t.Errorf("state %s", f.a.State)
	}
}

func TestTakeRefuses(t *testing.T) {
	picture := aPicture(t)
	scan := append(make([]byte, 128), "DICM"...)
	for _, c := range []struct {
		name, key string
		g         Given
	}{
		{"nothing", "attachment.refused.empty", Given{Name: "a.png", Bytes: strings.NewReader("")}},
		{"a program", "attachment.refused.kind", Given{Name: "a.exe", Bytes: strings.NewReader("MZ")}},
		{"another name", "attachment.refused.mismatch", Given{Name: "a.pdf", Bytes: bytes.NewReader(picture)}},
		{"a scan by anyone", "attachment.refused.kind", Given{Name: "a.dcm", Bytes: bytes.NewReader(scan)}},
		{"a broken scan by the desk", "attachment.refused.unreadable", Given{Name: "a.dcm", Bytes: bytes.NewReader(scan), By: inspect.Sender{Staff: true}}},
		{"too large for anyone", "attachment.refused.big", Given{Name: "a.png", Bytes: io.MultiReader(bytes.NewReader(picture), bytes.NewReader(make([]byte, PublicFile)))}},
		{"too large for the desk", "attachment.refused.big", Given{Name: "a.png", By: inspect.Sender{Staff: true}, Bytes: io.MultiReader(bytes.NewReader(picture), bytes.NewReader(make([]byte, StaffFile)))}},
	} {
		f, err := taker(t, "").Take(t.Context(), c.g)
		if err == nil {
			f.Close()
		}
		e, ok := errors.AsType[*phare.Error](err)
		if !ok || e.Key != c.key || e.Kind != phare.Invalid || e.Args["Name"] != c.g.Name {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}
