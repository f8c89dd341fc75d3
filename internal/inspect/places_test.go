package inspect

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
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
				leave()
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
		leave()
		time.Sleep(time.Second)
		first()
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
		if len(p.of) != 0 || len(p.all) != 0 || len(p.public) != 0 {
			t.Errorf("%d addresses are remembered, %d and %d places are held", len(p.of), len(p.all), len(p.public))
		}
		for range maxChildren {
			p.all <- struct{}{}
		}
		if _, err := p.enter(ctx, Sender{Staff: true}); !errors.Is(err, ErrBusy) {
			t.Errorf("the desk waits without end: %v", err)
		}
	})
}
