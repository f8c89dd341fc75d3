package web_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"
)

// aPicture is a small whole PNG.
func aPicture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
