package inspect

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
)

// jpegQuality keeps letters on a photographed page sharp.
const jpegQuality = 90

// jpeg draws a photograph anew, upright. Place, time, camera, thumbnail and
// whatever else the file carried are gone.
func (v *Verdict) jpeg(all []byte, out io.Writer) error {
	if scansOf(all) > maxScans {
		return refused(Heavy)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(all))
	if err != nil {
		return refused(Unreadable)
	}
	if err := v.size(c); err != nil {
		return err
	}
	m, err := jpeg.Decode(bytes.NewReader(all))
	if err != nil {
		return refused(Unreadable)
	}
	if o := orientation(all); o > 1 {
		m = turned{m, o}
		v.Width, v.Height = m.Bounds().Dx(), m.Bounds().Dy()
	}
	return jpeg.Encode(out, m, &jpeg.Options{Quality: jpegQuality})
}

// maxScans is over how many passes a photograph may be spread. Programs that make
// progressive ones write about ten; each pass costs a walk over the whole picture
// and may take 24 bytes of the file.
const maxScans = 100

// scansOf counts the passes of a JPEG up to its end, as the decoder walks it: what
// stands in blocks of metadata or behind the end is none.
func scansOf(all []byte) (n int) {
	for p := 2; p+1 < len(all); {
		if all[p] != 0xff {
			p++
			continue
		}
		switch marker := all[p+1]; {
		case marker == 0xff: // fill
			p++
			continue
		case marker == 0, marker >= 0xd0 && marker <= 0xd7: // a byte of data, or a restart
			p += 2
			continue
		case marker == 0xd9:
			return n
		case marker == 0xda:
			n++
		}
		if p+3 >= len(all) {
			return n
		}
		p += 2 + max(2, int(all[p+2])<<8|int(all[p+3]))
	}
	return n
}

// png draws a picture anew; every chunk of text or metadata is gone.
func (v *Verdict) png(all []byte, out io.Writer) error {
	c, err := png.DecodeConfig(bytes.NewReader(all))
	if err != nil {
		return refused(Unreadable)
	}
	if err := v.size(c); err != nil {
		return err
	}
	m, err := png.Decode(bytes.NewReader(all))
	if err != nil {
		return refused(Unreadable)
	}
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	return e.Encode(out, m)
}

// size judges a picture from its header, before a pixel is decoded.
func (v *Verdict) size(c image.Config) error {
	v.Width, v.Height = c.Width, c.Height
	if c.Width <= 0 || c.Height <= 0 {
		return refused(Unreadable)
	}
	pixels := int64(c.Width) * int64(c.Height)
	if pixels > MaxPixels {
		return refused(Pixels)
	}
	if pixels*bytesOf(c.ColorModel) > maxDrawn {
		return refused(Heavy)
	}
	return nil
}

// bytesOf is what a pixel takes in memory.
func bytesOf(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// turned shows a picture as its EXIF orientation (2 to 8) says it stands.
type turned struct {
	image.Image
	o int
}

// Bounds are those of the upright picture.
func (t turned) Bounds() image.Rectangle {
	b := t.Image.Bounds()
	if t.o >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// At is a pixel of the upright picture.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	w, h := b.Dx()-1, b.Dy()-1
	switch t.o {
	case 2:
		x = w - x
	case 3:
		x, y = w-x, h-y
	case 4:
		y = h - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, h-x
	case 7:
		x, y = w-y, h-x
	case 8:
		x, y = w-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}

// orientation reads the one thing of a photograph's EXIF that its showing needs;
// 1, upright, when there is none that can be read.
func orientation(all []byte) int {
	for p := 2; p+4 <= len(all) && all[p] == 0xff; {
		marker, n := all[p+1], int(all[p+2])<<8|int(all[p+3])
		if marker == 0xda || n < 2 || p+2+n > len(all) {
			return 1
		}
		if body := all[p+4 : p+2+n]; marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return tiffOrientation(body[6:])
		}
		p += 2 + n
	}
	return 1
}

// tiffOrientation reads tag 0x0112 of the first directory.
func tiffOrientation(b []byte) int {
	var big bool
	switch {
	case bytes.HasPrefix(b, []byte("MM\x00*")):
		big = true
	case !bytes.HasPrefix(b, []byte("II*\x00")):
		return 1
	}
	number := func(at, n int) int {
		if at < 0 || at+n > len(b) {
			return -1
		}
		x := 0
		for i := range n {
			if big {
				x = x<<8 | int(b[at+i])
			} else {
				x |= int(b[at+i]) << (8 * i)
			}
		}
		return x
	}
	start := number(4, 4)
	for i := range max(0, number(start, 2)) {
		at := start + 2 + 12*i
		tag := number(at, 2)
		if tag < 0 {
			return 1
		}
		if tag == 0x0112 {
			if o := number(at+8, 2); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}
