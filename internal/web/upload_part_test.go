package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// aScanOf is a DICOM file of an invented patient with so many bytes of picture,
// which is kept as it came.
func aScanOf(pixels int) []byte {
	element := func(tag uint32, kind string, value []byte) []byte {
		b := binary.LittleEndian.AppendUint16(nil, uint16(tag>>16))
		b = binary.LittleEndian.AppendUint16(b, uint16(tag))
		b = append(b, kind...)
		if kind == "OW" {
			b = binary.LittleEndian.AppendUint32(append(b, 0, 0), uint32(len(value)))
		} else {
			b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
		}
		return append(b, value...)
	}
	b := append(make([]byte, 128), "DICM"...)
	b = append(b, element(0x00020010, "UI", []byte("1.2.840.10008.1.2.1\x00"))...)
	b = append(b, element(0x00080060, "CS", []byte("MR"))...)
	noise, x := make([]byte, pixels), uint32(7)
	for i := range noise {
		x = x*1664525 + 1013904223
		noise[i] = byte(x >> 24)
	}
	return append(b, element(0x7fe00010, "OW", noise)...)
}

// partSender sends one file in parts, as the script does.
type partSender struct {
	w       town
	path    string
	session string
	more    []posting // fields of the form beside the announcement
	upload  string
}

// partTold is what the script reads.
type partTold struct {
	code     int
	Upload   string `json:"upload"`
	Received int    `json:"received"`
	Done     bool   `json:"done"`
	Error    string `json:"error"`
}

func field(name, value string) posting { return posting{name: name, body: value} }

// say posts parts; of the body only the first bytes come when cut is not negative.
func (s *partSender) say(t *testing.T, cut int, parts ...posting) (a partTold) {
	t.Helper()
	body, kind := bodyOf(t, parts...)
	var in io.Reader = bytes.NewReader(body)
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	if cut >= 0 {
		head := bytes.Index(body, []byte("application/octet-stream\r\n\r\n")) + len("application/octet-stream\r\n\r\n")
		in = io.MultiReader(bytes.NewReader(body[:min(head+cut, len(body)-80)]), broken(hangUp))
	}
	r := httptest.NewRequest(http.MethodPost, "http://phare.example"+s.path, in).WithContext(ctx)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Accept-Language", "fr")
	if s.session != "" {
		r.AddCookie(&http.Cookie{Name: "phare", Value: s.session})
	}
	rec := httptest.NewRecorder()
	s.w.h.ServeHTTP(rec, r)
	if strings.HasPrefix(rec.Header().Get("Content-Type"), "application/json") {
		must(t, json.Unmarshal(rec.Body.Bytes(), &a))
	}
	a.code = rec.Code
	return a
}

// broken is a line that is cut: the server learns it twice.
type broken func()

func (hangUp broken) Read([]byte) (int, error) {
	hangUp()
	return 0, errors.New("cut")
}

func (s *partSender) begin(t *testing.T, name, kind string, b []byte) partTold {
	t.Helper()
	sum := sha256.Sum256(b)
	a := s.say(t, -1, append([]posting{field("name", name), field("type", kind), field("size", strconv.Itoa(len(b))), field("digest", hex.EncodeToString(sum[:]))}, s.more...)...)
	s.upload = a.Upload
	return a
}

// part sends at most 256 KB from an offset on.
func (s *partSender) part(t *testing.T, b []byte, at, cut int) partTold {
	t.Helper()
	return s.say(t, cut, field("upload", s.upload), field("offset", strconv.Itoa(at)),
		posting{"file", "part", "application/octet-stream", string(b[at:min(len(b), at+attachment.PartSize)])})
}

func (s *partSender) ask(t *testing.T) partTold {
	t.Helper()
	return s.say(t, -1, field("upload", s.upload))
}

// rest sends what is missing.
func (s *partSender) rest(t *testing.T, b []byte) (a partTold) {
	t.Helper()
	for a = s.ask(t); a.code == 200 && !a.Done; {
		a = s.part(t, b, a.Received, -1)
	}
	return a
}

// storedAt is what is kept of the files of a request, by name.
func (w town) storedAt(t *testing.T, stage string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	nurse, id := w.here.actor[access.Nurse], w.here.request[stage]
	f, err := request.OpenFile(t.Context(), w.db, nurse, id)
	must(t, err)
	for _, x := range f.Files {
		_, read, err := request.OpenAttachment(t.Context(), w.db, nurse, id, x.ID)
		must(t, err)
		var b bytes.Buffer
		must(t, read(&b))
		all[x.Name] = b.Bytes()
	}
	return all
}

// hold keeps a place among the files that are read, until in ends.
func (w town) hold(t *testing.T, in io.Reader) error {
	_, err := w.server.Files.Inspect.Inspect(t.Context(), inspect.Sender{Caller: "another"}, inspect.PNG, in, io.Discard)
	return err
}

func (w town) atDesk(stage string) *partSender {
	return &partSender{w: w, path: "/bureau/demandes/" + string(w.here.request[stage]) + "/pieces/morceau", session: w.here.session[access.Nurse]}
}

// T14: a file that is cut at each 64 KB is there at the end, with the right digest,
// and until then it is not there at all; sent twice it is one.
func TestPartsCutAnywhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		scan, s := aScanOf(600_000), w.atDesk("received")
		if a := s.begin(t, "scan.dcm", "application/dicom", scan); a.code != 200 || a.Upload == "" || a.Received != 0 {
			t.Fatalf("%+v", a)
		}
		const step = attachment.StepSize
		for at := 0; at+step < len(scan); at += step {
			for _, cut := range []int{0, step - 1} { // nothing whole came: nothing is kept
				s.part(t, scan, at, cut)
				if a := s.ask(t); a.Received != at {
					t.Fatalf("cut %d bytes after %d: %d came", cut, at, a.Received)
				}
			}
			s.part(t, scan, at, step+step/2)
			a := s.ask(t)
			if want := at + step; want < len(scan) && (a.Received != want || a.Done) {
				t.Fatalf("cut at %d: %+v", want, a)
			}
			if n := len(w.storedAt(t, "received")); n != 0 {
				t.Fatalf("%d files while it is on its way", n)
			}
		}
		// A part that stands elsewhere changes nothing.
		if a := s.part(t, scan, 0, -1); a.code != http.StatusConflict || a.Received == 0 {
			t.Errorf("a part again: %+v", a)
		}
		if a := s.rest(t, scan); !a.Done {
			t.Fatalf("at the end: %+v", a)
		}
		if got := w.storedAt(t, "received"); len(got) != 1 || !bytes.Equal(got["scan.dcm"], scan) {
			t.Errorf("%d files, or not the one that was sent", len(got))
		}
		if n := count(t, db, "upload_piece"); n != 0 {
			t.Errorf("%d pieces are left on the way", n)
		}
		again := w.atDesk("received")
		if a := again.begin(t, "scan.dcm", "application/dicom", scan); !a.Done {
			t.Errorf("the same file twice: %+v", a)
		}
		if a := s.ask(t); !a.Done {
			t.Errorf("the answer was lost, and asked for: %+v", a)
		}
		if n := len(w.storedAt(t, "received")); n != 1 {
			t.Errorf("%d files", n)
		}
	})
}

// Who chooses the same file once more, later and on another page, goes on where it
// stopped; another person's file does not.
func TestPartsGoOnLater(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	scan, s := aScanOf(400_000), w.atDesk("received")
	s.begin(t, "scan.dcm", "", scan)
	s.part(t, scan, 0, -1)
	later := w.atDesk("received")
	if a := later.begin(t, "scan.dcm", "", scan); a.Received != attachment.PartSize || a.Upload != s.upload {
		t.Errorf("chosen again: %+v", a)
	}
	other := w.atDesk("received")
	other.session = w.here.session[access.Secretary]
	if a := other.begin(t, "scan.dcm", "", scan); a.Received != 0 || a.Upload == s.upload {
		t.Errorf("by a colleague: %+v", a)
	}
	elsewhere := w.atDesk("asked")
	elsewhere.upload = s.upload
	if a := elsewhere.ask(t); a.code != http.StatusNotFound {
		t.Errorf("with the word, in another file: %+v", a)
	}
	for session, want := range map[string]int{w.there.session[access.Physician]: 404, "": 303} {
		s.session = session
		if a := s.ask(t); a.code != want {
			t.Errorf("the word alone at the desk: %d, want %d", a.code, want)
		}
	}
}

// A damaged file, one that is refused and one for which there is no place now: the
// first two are forgotten and said so, the third waits.
func TestPartsRefused(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	scan, s := aScanOf(300_000), w.atDesk("received")
	s.begin(t, "scan.dcm", "", scan)
	wrong := bytes.Clone(scan)
	wrong[len(wrong)-5] ^= 1
	s.part(t, wrong, 0, -1)
	if a := s.part(t, wrong, attachment.PartSize, -1); a.code != 422 || !strings.Contains(a.Error, "arrivé abîmé") {
		t.Errorf("another digest: %+v", a)
	}
	// Refused by its first bytes, long before it has come whole.
	photo := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 3_000_000)...)
	s.begin(t, "IMG_0001.HEIC", "image/heic", photo)
	if a := s.part(t, photo, 0, attachment.StepSize); a.code != 422 || !strings.Contains(a.Error, "HEIC") || !strings.Contains(a.Error, "IMG_0001") {
		t.Errorf("a HEIC: %+v", a)
	}
	locked := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 1000)...)
	s.begin(t, "a.png", "image/png", locked)
	if a := s.part(t, locked, 0, -1); a.code != 422 || a.Error == "" {
		t.Errorf("one that cannot be read: %+v", a)
	}
	if n := count(t, w.db, "upload") + count(t, w.db, "upload_piece"); n != 0 {
		t.Errorf("%d rows are left of what was refused", n)
	}
	// No place among those that are read: it stays, and is read later.
	w.server.Files.Inspect.WaitAtMost(time.Millisecond, time.Millisecond)
	in, slow := io.Pipe()
	gone := make(chan error)
	go func() { gone <- w.hold(t, in) }()
	if _, err := slow.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	public := &partSender{w: w, path: "/demande/" + w.here.form["ready"] + "/pieces/morceau"}
	good := aPicture(t)
	public.begin(t, "b.png", "image/png", good)
	if a := public.part(t, good, 0, -1); a.code != http.StatusServiceUnavailable {
		t.Errorf("no place: %+v", a)
	}
	slow.Close()
	must(t, <-gone)
	w.server.Files.Inspect.WaitAtMost(time.Minute, time.Minute)
	if a := public.ask(t); !a.Done {
		t.Errorf("afterwards: %+v", a)
	}
}

// Ask 20: what is too large is said before its first byte is sent, and what is on
// its way counts: the limits of a form hold from the announcement on.
func TestPartsSayTheLimitFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		announce := func(s *partSender, name string, size int) partTold {
			sum := sha256.Sum256([]byte(name))
			return s.say(t, -1, append([]posting{field("name", name), field("size", strconv.Itoa(size)), field("digest", hex.EncodeToString(sum[:]))}, s.more...)...)
		}
		form := &partSender{w: w, path: "/demande/" + w.here.form["ready"] + "/pieces/morceau"}
		if a := announce(form, "grand.pdf", attachment.PublicFile+1); a.code != 422 || !strings.Contains(a.Error, "plus de 10") {
			t.Errorf("too large: %+v", a)
		}
		for _, name := range []string{"a.pdf", "b.pdf"} {
			if a := announce(form, name, attachment.PublicFile); a.code != 200 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if a := announce(form, "c.pdf", 6<<20); a.code != 422 || !strings.Contains(a.Error, "25") {
			t.Errorf("more than all together: %+v", a)
		}
		if a := announce(form, "a.pdf", attachment.PublicFile); a.code != 200 { // it counts once
			t.Errorf("the first again: %+v", a)
		}
		// Of a sender who is quiet only what came counts.
		must(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "test", Verb: "test", Subject: "x"}, func(tx *store.Tx) error {
			return tx.Exec(`UPDATE upload SET heard_at = $1`, tx.Now.Add(-time.Hour))
		}))
		if a := announce(form, "c.pdf", 6<<20); a.code != 200 {
			t.Errorf("after the others went away: %+v", a)
		}
		must(t, request.SetFileQuota(t.Context(), db, access.Machine("reunion"), 20<<20))
		desk := w.atDesk("received")
		if a := announce(desk, "d.dcm", 12<<20); a.code != 200 {
			t.Errorf("with room: %+v", a)
		}
		if a := announce(desk, "e.dcm", 12<<20); a.code != 422 || !strings.Contains(a.Error, "pleine") {
			t.Errorf("what is on its way takes room: %+v", a)
		}
	})
}

// From the tracking page reference and code are asked for once, when a file begins.
func TestPartsByReference(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	good := aPicture(t)
	s := &partSender{w: w, path: "/suivi/pieces/morceau", more: []posting{field("reference", w.here.reference["received"]), field("secret", "0000000000")}}
	if a := s.begin(t, "suite.png", "image/png", good); a.code != 422 || a.Upload != "" || a.Error == "" {
		t.Errorf("a wrong code: %+v", a)
	}
	s.more[1] = field("secret", w.here.secret["received"])
	if a := s.begin(t, "suite.png", "image/png", good); a.code != 200 || a.Upload == "" {
		t.Fatalf("%+v", a)
	}
	if a := s.part(t, good, 0, -1); !a.Done {
		t.Errorf("%+v", a)
	}
	if got := w.storedAt(t, "received"); len(got) != 1 {
		t.Errorf("%d files", len(got))
	}
	s.upload = phare.NewForm()
	if a := s.ask(t); a.code != 404 {
		t.Errorf("another word: %+v", a)
	}
	// What was begun for a form is not opened here.
	form := &partSender{w: w, path: "/demande/" + w.here.form["ready"] + "/pieces/morceau"}
	form.begin(t, "b.png", "image/png", good)
	s.upload = form.upload
	if a := s.ask(t); a.code != 404 {
		t.Errorf("the word of a form: %+v", a)
	}
}

// What was on its way when a form was sent begins anew, and goes to the request.
func TestPartsAndSending(t *testing.T) {
	w := newTown(t, storetest.Open(t, "sqlite"), "http://phare.example")
	form := w.here.form["ready"]
	s := &partSender{w: w, path: "/demande/" + form + "/pieces/morceau"}
	good := aPicture(t)
	s.begin(t, "b.png", "image/png", good)
	if p := w.knock(t, knock{method: "POST", path: "/demande/" + form + "/envoyer"}); p.Code != 303 {
		t.Fatalf("%d", p.Code)
	}
	if a := s.ask(t); a.code != 404 || count(t, w.db, "upload") != 0 {
		t.Errorf("%+v", a)
	}
	s.begin(t, "b.png", "image/png", good)
	if a := s.part(t, good, 0, -1); !a.Done {
		t.Errorf("%+v", a)
	}
	receipt, err := request.FindReceipt(t.Context(), w.db, w.key, access.Anyone("reunion"), form)
	must(t, err)
	if n := count(t, w.db, "attachment WHERE request = '"+string(receipt.Request)+"'"); n != 1 {
		t.Errorf("%d files", n)
	}
}
