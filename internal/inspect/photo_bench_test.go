package inspect

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"testing"
	"time"
)

// aPhoto is as large as a telephone's: 12 million pixels, some megabytes, lying
// on its side.
func aPhoto(tb testing.TB) []byte {
	tb.Helper()
	const w, h = 4032, 3024
	m := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	x := uint32(1)
	for i := range m.Y {
		x = x*1664525 + 1013904223
		m.Y[i] = byte(128 + 90*math.Sin(float64(i%w)/37)*math.Cos(float64(i/w)/53) + float64(x>>27))
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = byte(i>>8), color.YCbCrModel.Convert(color.Gray{byte(i)}).(color.YCbCr).Cr
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 92}); err != nil {
		tb.Fatal(err)
	}
	return after(b.Bytes(), exif(6, true))
}

// BenchmarkPhoto says how long a photograph takes, and how many of them are
// refused that should not be: none, also while the machine is busy.
func BenchmarkPhoto(b *testing.B) {
	photo, r := aPhoto(b), runner(b)
	refused, slowest := 0, time.Duration(0)
	for b.Loop() {
		begun := time.Now()
		v, err := r.Inspect(b.Context(), Sender{}, JPEG, bytes.NewReader(photo), io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		if v.Refused != "" {
			refused++
		}
		slowest = max(slowest, time.Since(begun))
	}
	b.ReportMetric(float64(refused), "refused")
	b.ReportMetric(slowest.Seconds(), "slowest-s")
	b.ReportMetric(float64(len(photo))/1e6, "MB")
}
