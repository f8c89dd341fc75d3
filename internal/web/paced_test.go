package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// drip is a body of which so many bytes come every second.
type drip int

// Read waits for the next ones.
func (d drip) Read(b []byte) (int, error) {
	time.Sleep(time.Second)
	return min(int(d), len(b)), nil
}

// Close ends nothing.
func (drip) Close() error { return nil }

// A body byte by byte is ended after its first half minute; a village's link is
// not, nor is a slow link of the desk.
func TestPaced(t *testing.T) {
	for _, c := range []struct {
		name  string
		speed drip
		staff bool
		want  int64 // bytes, before it is ended; 1,000,000 is to the end
	}{
		{"byte by byte", 1, false, 30},
		{"a village", 5000, false, 1_000_000},
		{"just fast enough", 2100, false, 1_000_000},
		{"just too slow", 1900, false, 57_000},
		{"the desk, slowly", 500, true, 450_000}, // uploadWithin ends it elsewhere
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &paced{ReadCloser: c.speed, rc: http.NewResponseController(httptest.NewRecorder()), end: time.Now().Add(uploadWithin), staff: c.staff}
				n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.LimitReader(p, min(c.want+10, 1_000_000)), make([]byte, 8192))
				if slow := c.want < 1_000_000 && !c.staff; errors.Is(err, errSlow) != slow || slow && n != c.want {
					t.Errorf("%d bytes, %v; want %d", n, err, c.want)
				}
			})
		})
	}
}
