package inspect

import (
	"bytes"
	"image/png"
	"io"
	"slices"
	"testing"
)

// fuzz gives a decoder whatever comes; what it keeps must be harmless, and found
// again as the same kind. Decoders run inside this process here: what a child
// would survive, a panic, is told apart by recovering nothing that is not ours.
func fuzz(f *testing.F, kind Kind) {
	for _, s := range slices.Concat(pictures(), papers(), scans()) {
		if k, _ := Sniff(s.bytes[:min(len(s.bytes), HeadSize)]); k == kind && len(s.bytes) < 100_000 {
			f.Add(s.bytes)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, _ := Sniff(b[:min(len(b), HeadSize)]); k != kind || len(b) > 1<<20 {
			return
		}
		var kept bytes.Buffer
		v, err := Inspect(kind, bytes.NewReader(b), &kept)
		if err != nil || v.Kind != kind {
			t.Fatalf("%+v, %v", v, err)
		}
		if v.Refused != "" {
			return
		}
		harmless(t, v, kept.Bytes())
		again, err := Inspect(kind, bytes.NewReader(kept.Bytes()), io.Discard)
		if err != nil || again.Refused != "" || !slices.Equal(again.Findings, v.Findings) {
			t.Errorf("what was kept is %+v the second time, was %+v; %v", again, v, err)
		}
	})
}

func FuzzJPEG(f *testing.F)  { fuzz(f, JPEG) }
func FuzzPNG(f *testing.F)   { fuzz(f, PNG) }
func FuzzPDF(f *testing.F)   { fuzz(f, PDF) }
func FuzzDICOM(f *testing.F) { fuzz(f, DICOM) }

// A photograph stands upright whatever its EXIF says, in both byte orders: the
// red quarter, first in the file, is where that orientation puts it.
func TestUpright(t *testing.T) {
	for o, red := range map[uint16]int{1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2} {
		for _, big := range []bool{false, true} {
			var kept bytes.Buffer
			v, err := Inspect(JPEG, bytes.NewReader(after(aJPEG(), exif(o, big))), &kept)
			if err != nil || v.Refused != "" {
				t.Fatalf("%+v, %v", v, err)
			}
			if w, h := v.Width, v.Height; o < 5 && (w != 64 || h != 32) || o >= 5 && (w != 32 || h != 64) {
				t.Errorf("orientation %d: %d by %d", o, w, h)
			}
			if got := redQuarter(t, kept.Bytes()); got != red {
				t.Errorf("orientation %d: red is in quarter %d, want %d", o, got, red)
			}
		}
	}
}

// What can tell who a scan is of is listed, and nothing else; a repeated sequence
// or a private element is named once.
func TestTags(t *testing.T) {
	v, err := Inspect(DICOM, bytes.NewReader(aDICOM("", littleEndian, element(0x00080060, "CS", []byte("MR")), element(0x00100010, "PN", []byte("INVENTE^NOE")),
		element(0x00100030, "DA", nil), element(0x00091001, "LO", []byte("x")), element(0x00091002, "LO", []byte("y")))), io.Discard)
	if err != nil || !slices.Equal(v.Tags, []string{"PatientName", "Private"}) {
		t.Errorf("%q, %v", v.Tags, err)
	}
}

// A PNG comes back as the same picture.
func TestSamePicture(t *testing.T) {
	var kept bytes.Buffer
	if _, err := Inspect(PNG, bytes.NewReader(aPNG()), &kept); err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(&kept)
	if err != nil {
		t.Fatal(err)
	}
	want := aPicture(64, 32)
	for _, at := range [][2]int{{0, 0}, {63, 0}, {0, 31}, {63, 31}, {31, 15}, {32, 16}} {
		r, g, b, _ := m.At(at[0], at[1]).RGBA()
		r2, g2, b2, _ := want.At(at[0], at[1]).RGBA()
		if r != r2 || g != g2 || b != b2 {
			t.Errorf("another pixel at %v", at)
		}
	}
}
