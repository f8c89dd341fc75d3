package inspect

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// manyScans is a progressive JPEG whose n passes say nothing.
func manyScans(n int) []byte {
	part := func(marker byte, b ...byte) []byte {
		return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(b)+2)), b...)
	}
	b := []byte("\xff\xd8")
	b = append(b, part(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)...)
	b = append(b, part(0xc2, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)...)
	one := append([]byte{1}, make([]byte, 15)...)
	b = append(b, part(0xc4, append(append([]byte{0x00}, one...), 0)...)...)
	b = append(b, part(0xc4, append(append([]byte{0x10}, one...), 0)...)...)
	b = append(append(b, part(0xda, 1, 1, 0, 0, 0, 0)...), 0x7f)
	for range n - 1 {
		b = append(append(b, part(0xda, 1, 1, 0, 1, 63, 0)...), 0x7f)
	}
	return append(b, 0xff, 0xd9)
}

// A photograph is refused for its passes before one of them is decoded; what
// looks like a pass in its metadata or behind its end counts for nothing.
func TestScans(t *testing.T) {
	if _, err := jpeg.Decode(bytes.NewReader(manyScans(101))); err != nil {
		t.Fatalf("the sample is no JPEG: %v", err)
	}
	for n, want := range map[int]string{1: "", 100: "", 101: Heavy, 40_000: Heavy} {
		var kept bytes.Buffer
		v, err := Inspect(JPEG, bytes.NewReader(manyScans(n)), &kept)
		if err != nil || v.Refused != want {
			t.Errorf("%d passes: %q, %v; want %q", n, v.Refused, err, want)
		}
	}
	film := append(after(aJPEG(), append([]byte{0xff, 0xe2, 0x10, 0x02}, bytes.Repeat([]byte("\xff\xda"), 2048)...)), bytes.Repeat([]byte("\xff\xda\x00\x02"), 200)...)
	if n := scansOf(film); n != 1 {
		t.Errorf("%d passes in a photograph with a film behind it, want 1", n)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 300, 300)), nil); err != nil || scansOf(b.Bytes()) != 1 {
		t.Errorf("%d passes in a plain photograph, %v", scansOf(b.Bytes()), err)
	}
}

// One address has one file read at a time and no queue of its own before its
// neighbours; the desk has a place that anyone's files cannot take; who waits
// too long is told.
func TestPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(30*time.Second, time.Minute)
		ctx := t.Context()
		first, err := p.enter(ctx, Sender{Caller: "a"})
		if err != nil {
			t.Fatal(err)
		}
		in := make(chan string, 20)
		wait := func(caller string) {
			go func() {
				leave, err := p.enter(ctx, Sender{Caller: caller})
				if err != nil {
					in <- "busy " + caller
					return
				}
				in <- caller
				time.Sleep(20 * time.Second)
				leave(0)
			}()
			synctest.Wait()
		}
		for range 3 {
			wait("a")
		}
		wait("b")
		leave, err := p.enter(ctx, Sender{Staff: true})
		if err != nil {
			t.Fatal("the desk has no place of its own")
		}
		leave(0)
		time.Sleep(time.Second)
		first(0)
		// "b" came last and is next: of "a" nobody else stood in the line.
		if x, y := <-in, <-in; x != "b" || y != "a" {
			t.Errorf("%s, then %s; want b, then a", x, y)
		}
		if x, y := <-in, <-in; x != "busy a" || y != "busy a" {
			t.Errorf("%s and %s waited without end", x, y)
		}
		time.Sleep(time.Hour)
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.of) != 0 || len(p.all) != 0 || p.public != 0 || len(p.waiting) != 0 {
			t.Errorf("%d addresses are remembered, %d and %d places are held", len(p.of), len(p.all), p.public)
		}
		for range maxChildren {
			p.all <- struct{}{}
		}
		if _, err := p.enter(ctx, Sender{Staff: true}); !errors.Is(err, ErrBusy) {
			t.Errorf("the desk waits without end: %v", err)
		}
	})
}

// Whose files just used much time comes after all others, though it came before
// them; a tenth of the time that goes by is given back.
func TestSpentWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(time.Hour, time.Hour)
		order := func(callers ...string) (got []string) {
			t.Helper()
			held, err := p.enter(t.Context(), Sender{Caller: "first"})
			if err != nil {
				t.Fatal(err)
			}
			in := make(chan string, len(callers))
			for _, c := range callers {
				go func() {
					leave, err := p.enter(t.Context(), Sender{Caller: c})
					if err != nil {
						t.Error(err)
						return
					}
					in <- c
					leave(0)
				}()
				synctest.Wait()
			}
			held(0)
			for range callers {
				got = append(got, <-in)
			}
			synctest.Wait()
			return got
		}
		use := func(caller string, used time.Duration) {
			t.Helper()
			leave, err := p.enter(t.Context(), Sender{Caller: caller})
			if err != nil {
				t.Fatal(err)
			}
			leave(used)
		}
		use("burns", 4*time.Second)
		use("photos", time.Second)
		use("photos", time.Second)
		if got := order("burns", "photos", "mother"); !slices.Equal(got, []string{"photos", "mother", "burns"}) {
			t.Errorf("%v", got)
		}
		time.Sleep(11 * time.Second)
		if got := order("burns", "mother"); got[0] != "burns" {
			t.Errorf("what was given back still counts: %v", got)
		}
		time.Sleep(time.Minute)
		use("other", 0)
		if len(p.used) != 1 || len(p.of) != 0 || p.public != 0 {
			t.Errorf("%d addresses are remembered", len(p.used))
		}
	})
}

// A PDF of very many small objects, or whose streams unpack to very much, is refused
// before the library reads it.
func TestManyObjects(t *testing.T) {
	made := func(objects []byte) []byte {
		return append(append([]byte("%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"+
			"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"), objects...), "trailer\n<</Root 1 0 R/Size 60000>>\nstartxref\n0\n%%EOF\n"...)
	}
	many := func(n int) (b []byte) {
		for i := range n {
			b = fmt.Appendf(b, "%d 0 obj\n<</A[]>>\nendobj\n", i+4)
		}
		return b
	}
	packed := func(n, times int) (b []byte) {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write([]byte("1 0 "))
		w.Write(bytes.Repeat([]byte("<</S 1>> "), n/9))
		w.Close()
		for i := range times {
			b = fmt.Appendf(b, "%d 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream\nendobj\n", 10+i, z.Len(), z.Bytes())
		}
		return b
	}
	for name, x := range map[string]struct {
		pdf  []byte
		want string
	}{
		"a letter": {made(many(3000)), ""}, "60,000 objects": {made(many(60_000)), Heavy},
		"a packed letter": {made(packed(100_000, 10)), ""}, "fifty packed streams": {made(packed(1<<20, 50)), Heavy}, "one large one": {made(packed(50<<20, 1)), Heavy},
	} {
		begun := time.Now()
		v, err := Inspect(PDF, bytes.NewReader(x.pdf), io.Discard)
		if err != nil || v.Refused != x.want {
			t.Errorf("%s: %q, %v; want %q", name, v.Refused, err, x.want)
		}
		t.Log(name, len(x.pdf), time.Since(begun))
	}
}

// Anyone's file has four seconds of a processor, one of the desk ten.
func TestProcessorTime(t *testing.T) {
	withoutRace(t)
	if anyone, desk := (Sender{Caller: "a"}).processor(), (Sender{Staff: true}).processor(); anyone != 4*time.Second || desk != 10*time.Second {
		t.Errorf("a file by anyone has %v, one of the desk %v", anyone, desk)
	}
	r := runner(t)
	if testing.Short() {
		t.Skip("four seconds of a processor: without -short")
	}
	v, err := r.Inspect(t.Context(), Sender{Caller: "a"}, probeTime, bytes.NewReader(nil), io.Discard)
	if err != nil || v.Refused != Heavy || v.Died {
		t.Errorf("%+v, %v", v, err)
	}
	if used := r.places.used["a"].time; used < time.Second || used > 6*time.Second {
		t.Errorf("%v are charged", used)
	}
}
