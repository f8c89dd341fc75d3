package torture

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"phare"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// aLetter is a plain PDF with a picture of so many grey points.
func aLetter(side int) []byte {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(at)}, args...)...)
	}
	grey := make([]byte, side*side)
	for i := range grey {
		grey[i] = "0123456789"[rand.N(10)]
	}
	b.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>")
	object("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream", side, side, len(grey), grey)
	object("<< /Length 5 >>\nstream\n/I Do\nendstream")
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// part is what a site says of a file on its way.
type part struct {
	Upload   string `json:"upload"`
	Received int    `json:"received"`
	Done     bool   `json:"done"`
	Error    string `json:"error"`
}

// sendPart posts fields, and bytes if there are any, to the documents of a form.
func (s *Site) sendPart(form string, fields map[string]string, b []byte) (p part, err error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		w.WriteField(name, value)
	}
	if b != nil {
		f, _ := w.CreateFormFile("file", "part")
		f.Write(b)
	}
	w.Close()
	req, err := http.NewRequest(http.MethodPost, "http://"+s.addr+"/demande/"+form+"/pieces/morceau", &body)
	if err != nil {
		return p, err
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	r, err := s.http.Do(req)
	if err != nil {
		return p, err
	}
	defer r.Body.Close()
	err = json.NewDecoder(r.Body).Decode(&p)
	if p.Error != "" {
		err = fmt.Errorf("%d: %s", r.StatusCode, p.Error)
	}
	return p, err
}

// T14: kill -9 while parts come and while a file is stored. Each time it is there
// whole, or it is not and the site says how much came; sent on, it is there.
func TestKillUpload(t *testing.T) {
	if testing.Short() {
		t.Skip("programs are killed in a full run")
	}
	dir, err := filepath.Abs("../../.build/torture")
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", dir+"/", "./cmd/phare")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) { killUploads(t, filepath.Join(dir, "phare"), storetest.Blank(t, engine), 5) })
	}
}

func killUploads(t *testing.T, bin, dsn string, times int) {
	ctx := t.Context()
	s, err := NewSite(bin, t.TempDir(), dsn)
	if err == nil {
		err = s.addDesk(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { v.Kill() }()
	kept, cut := 0, 0
	for n := range times {
		form, letter := phare.NewForm(), aLetter(600)
		if o, status, page := s.Submit(ctx, form); o != Acked {
			t.Fatalf("%d: %.300s", status, page)
		}
		sum := sha256.Sum256(letter)
		fields := map[string]string{"name": "lettre.pdf", "type": "application/pdf", "size": strconv.Itoa(len(letter)), "digest": hex.EncodeToString(sum[:])}
		p, err := s.sendPart(form, fields, nil)
		if err != nil {
			t.Fatal(err)
		}
		token, last := p.Upload, len(letter)/(256<<10)*(256<<10)
		for at := 0; at < last; at += 256 << 10 {
			if p, err = s.sendPart(form, map[string]string{"upload": token, "offset": strconv.Itoa(at)}, letter[at:at+256<<10]); err != nil {
				t.Fatal(err)
			}
		}
		ended := make(chan part)
		go func() {
			p, _ := s.sendPart(form, map[string]string{"upload": token, "offset": strconv.Itoa(last)}, letter[last:])
			ended <- p
		}()
		time.Sleep(time.Duration(n*n*12) * time.Millisecond) // now while it comes, now while it is read and stored
		v.Kill()
		before := <-ended
		if v, err = s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		p, err = s.sendPart(form, fields, nil) // as whoever chooses the same file again
		switch {
		case err != nil:
			t.Fatal(err)
		case p.Done:
			kept++
		case before.Done:
			t.Errorf("it was said to be kept, and is not: %+v", p)
		default:
			cut++
			if p.Received < last || p.Upload != token {
				t.Errorf("less came than was acknowledged: %+v, %d", p, last)
			}
			var rest []byte
			if p.Received < len(letter) {
				rest = letter[p.Received:]
			}
			if p, err = s.sendPart(form, map[string]string{"upload": token, "offset": strconv.Itoa(p.Received)}, rest); err != nil || !p.Done {
				t.Errorf("sent on: %+v, %v", p, err)
			}
		}
	}
	v.Stop()
	t.Logf("killed %d times: the file was there %d times, and %d times sent on", times, kept, cut)
	wrong, err := Check(ctx, s.DSN, s.Data, s.Told, nil)
	if err != nil || len(wrong) > 0 {
		t.Errorf("%v, %q", err, wrong)
	}
	size := int64(len(aLetter(600)))
	if n := wholeFiles(t, ctx, dsn, size); n != times {
		t.Errorf("%d whole files, want %d", n, times)
	}
}

// wholeFiles counts the files of a size.
func wholeFiles(t *testing.T, ctx context.Context, dsn string, size int64) (n int) {
	t.Helper()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read(ctx, func(v *store.View) (err error) {
		n, err = store.One(v, store.Value[int], `SELECT count(*) FROM attachment WHERE size = $1`, size)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
