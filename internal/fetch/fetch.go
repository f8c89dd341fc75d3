// Package fetch downloads the official files that a list names. It promises that
// a file stands under its name only once it is whole, checked and on disk, that a
// download that was cut goes on where it stopped, and that every failure says
// what a person can do. It knows nothing of what the files say but that they
// are of the kind that their names promise.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"phare/internal/knowledge"
	"phare/internal/outbound"
)

// Progress is told how a download goes; any of its functions may be nil.
type Progress struct {
	Start func(it Item, have, total int64) // bytes already here; total is -1 when not known
	Bytes func(n int)                      // n more bytes arrived
	Retry func(it Item, why error)         // a broken connection is tried again
	Done  func(it Item, fresh bool)        // fresh: downloaded now; else it was complete already
}

// Fetch downloads the files of list into dir, one after the other, and makes
// dir if need be. A file that is complete is not fetched again; to get a newer
// release, remove it first. A download that was cut continues where it stopped
// if the server can tell that the file is still the same. A file appears under
// its name only once it is whole, checked and on disk. Failures of single files
// do not stop the others: the error joins them. Hosts of the list that stand
// inside the hospital's network are asked only if internal names them.
func Fetch(ctx context.Context, list []Item, dir string, internal []string, ui Progress) error {
	f := &fetcher{client: outbound.Client(outbound.Rules{Internal: internal, Redirects: maxRedirects}), ui: ui, pause: 2 * time.Second}
	return f.all(ctx, list, dir)
}

// maxRedirects is how many are followed: release pages send on to storage hosts.
const maxRedirects = 10

// tries is how often a broken connection is taken up again.
const tries = 4

type fetcher struct {
	client *http.Client
	ui     Progress
	pause  time.Duration // before the second try; doubled for each further one
}

// Error says which download failed, why, and what a person can do.
type Error struct {
	Name, URL string
	Problem   error
	Advice    string
}

// Error gives one line: file, address, problem, advice.
func (e *Error) Error() string {
	return fmt.Sprintf("%s from %s: %v; %s", e.Name, e.URL, e.Problem, e.Advice)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Problem }

func (f *fetcher) all(ctx context.Context, list []Item, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &knowledge.FileError{File: dir, Problem: err, Advice: "name a folder that can be written"}
	}
	var failed []error
	for _, it := range list {
		if err := it.check(); err != nil {
			failed = append(failed, &Error{it.Name, it.URL, err, "correct the list"})
			continue
		}
		if err := f.one(ctx, it, dir); err != nil {
			failed = append(failed, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

// one fetches one file, taking up broken connections.
func (f *fetcher) one(ctx context.Context, it Item, dir string) error {
	d := &download{it: it, path: filepath.Join(dir, it.Name)}
	if d.complete() {
		f.done(it, false)
		return nil
	}
	wait := f.pause
	for try := 1; ; try++ {
		err := f.try(ctx, d)
		if err == nil {
			f.done(it, true)
			return nil
		}
		if try == tries || ctx.Err() != nil || !passing(err) {
			return explain(it, dir, err)
		}
		if f.ui.Retry != nil {
			f.ui.Retry(it, err)
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return explain(it, dir, ctx.Err())
		}
		wait *= 2
	}
}

func (f *fetcher) done(it Item, fresh bool) {
	if f.ui.Done != nil {
		f.ui.Done(it, fresh)
	}
}

// try asks once, appends what comes, and settles the file when it is whole.
func (f *fetcher) try(ctx context.Context, d *download) error {
	have, mark := d.resume()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.it.URL, nil)
	if err != nil {
		return err
	}
	// Sizes, ranges and checksums are those of the file itself.
	req.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		req.Header.Set("If-Range", mark)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusPartialContent && continues(resp, have):
	case resp.StatusCode == http.StatusOK:
		have = 0 // a server without ranges, or another release than the one begun
	case have > 0 && (resp.StatusCode == http.StatusRequestedRangeNotSatisfiable || resp.StatusCode == http.StatusPartialContent):
		d.discard()
		return errors.Join(errAgain, &statusError{resp.StatusCode, resp.Status})
	default:
		return &statusError{resp.StatusCode, resp.Status}
	}
	if isPage(resp, d.it.Name) {
		return errPage
	}
	if err := f.receive(resp, d, have); err != nil {
		return err
	}
	return d.settle()
}

// receive writes the body at the end of the part file.
func (f *fetcher) receive(resp *http.Response, d *download, have int64) error {
	total := int64(-1)
	if resp.ContentLength >= 0 {
		total = have + resp.ContentLength
	}
	if d.it.Size > 0 && total >= 0 && total != d.it.Size {
		return fmt.Errorf("%w: the server announces %d bytes, the list says %d", errOther, total, d.it.Size)
	}
	if f.ui.Start != nil {
		f.ui.Start(d.it, have, total)
	}
	if err := d.remember(resp.Header); err != nil {
		return err
	}
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if have == 0 {
		flags |= os.O_TRUNC
	}
	out, err := os.OpenFile(d.part(), flags, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, &counted{resp.Body, f.ui.Bytes})
	if err == nil && total >= 0 && have+n != total {
		err = io.ErrUnexpectedEOF
	}
	return errors.Join(err, out.Sync(), out.Close())
}

// counted tells the progress how much was read.
type counted struct {
	r    io.Reader
	tell func(int)
}

// Read reads on and tells how much came.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.tell != nil && n > 0 {
		c.tell(n)
	}
	return n, err
}

// continues reports that a partial answer begins where the part file ends.
func continues(resp *http.Response, have int64) bool {
	return have > 0 && strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have))
}

// isPage reports a web page where a file was asked for: a notice of the
// network, a sign-in page, a "not found" that says 200.
func isPage(resp *http.Response, name string) bool {
	return strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && !strings.HasSuffix(name, ".html")
}

// download is one file on its way: name.part and, hidden, what it was begun from.
type download struct {
	it   Item
	path string
}

// origin is what a part file, or a whole one, was made from.
type origin struct {
	URL    string `json:"url"`
	Mark   string `json:"mark,omitempty"`   // strong ETag or Last-Modified, for If-Range
	SHA256 string `json:"sha256,omitempty"` // of the whole file, once it is there
}

func (d *download) part() string { return d.path + ".part" }
func (d *download) note() string {
	return filepath.Join(filepath.Dir(d.path), "."+filepath.Base(d.path)+".origin")
}

func (d *download) origin() (o origin) {
	if data, err := os.ReadFile(d.note()); err == nil && json.Unmarshal(data, &o) != nil {
		return origin{}
	}
	return o
}

func (d *download) write(o origin) error {
	data, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return os.WriteFile(d.note(), data, 0o644)
}

// resume is how many bytes are here, and the mark that says of which file.
// Without a mark nobody can tell, and the download starts anew.
func (d *download) resume() (int64, string) {
	o := d.origin()
	st, err := os.Stat(d.part())
	if err != nil || o.URL != d.it.URL || o.Mark == "" || st.Size() == 0 {
		return 0, ""
	}
	return st.Size(), o.Mark
}

// remember notes what the answer says of the file's identity.
func (d *download) remember(h http.Header) error {
	o := origin{URL: d.it.URL, Mark: h.Get("ETag")}
	if o.Mark == "" || strings.HasPrefix(o.Mark, "W/") { // weak: may not be the same bytes
		o.Mark = h.Get("Last-Modified")
	}
	return d.write(o)
}

func (d *download) discard() {
	os.Remove(d.part())
	os.Remove(d.note())
}

// complete reports that the file is here and is what the list, or the
// download that brought it, says. A file put there by hand is left alone.
func (d *download) complete() bool {
	st, err := os.Stat(d.path)
	if err != nil || d.it.Size > 0 && st.Size() != d.it.Size {
		return false
	}
	want := strings.ToLower(d.it.SHA256)
	if want == "" {
		want = d.origin().SHA256
	}
	if want == "" {
		return st.Size() > 0
	}
	have, err := fileDigest(d.path)
	return err == nil && have == want
}

// settle checks the part file and gives it its name.
func (d *download) settle() error {
	st, err := os.Stat(d.part())
	if err != nil {
		return err
	}
	if d.it.Size > 0 && st.Size() != d.it.Size {
		d.discard()
		return fmt.Errorf("%w: %d bytes came, the list says %d", errOther, st.Size(), d.it.Size)
	}
	digest, err := fileDigest(d.part())
	if err != nil {
		return err
	}
	if want := strings.ToLower(d.it.SHA256); want != "" && digest != want {
		d.discard()
		return fmt.Errorf("%w: its SHA-256 is %s, the list says %s", errOther, digest, want)
	}
	if err := d.content(); err != nil {
		d.discard()
		return err
	}
	o := d.origin()
	o.SHA256 = digest
	if err := d.write(o); err != nil {
		return err
	}
	return os.Rename(d.part(), d.path)
}

// content refuses a file that is not of the kind its name promises.
func (d *download) content() error {
	if err := knowledge.CheckFile(d.it.Name, d.part()); err != nil {
		return fmt.Errorf("%w: %w", errOther, err)
	}
	return nil
}

// fileDigest is the hex SHA-256 of a file.
func fileDigest(path string) (string, error) {
	r, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
