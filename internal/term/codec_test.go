package term_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"phare/internal/term"
)

func encode(t testing.TB, k *term.Knowledge) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := term.Encode(&b, k); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	want := sealed(t)
	b := encode(t, want)
	got, err := term.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read back\n%+v\nwant\n%+v", got, want)
	}
	if !bytes.Equal(encode(t, got), b) || !bytes.Equal(encode(t, made()), b) {
		t.Error("the same knowledge gave other bytes")
	}
	if len(got.Meta.Digest) != 64 || got.Meta.Engine != "1" {
		t.Errorf("digest %q, format %q", got.Meta.Digest, got.Meta.Engine)
	}
}

func TestDigestFollowsContent(t *testing.T) {
	a, b := made(), made()
	b.Diseases[0].Signs[0].Freq.N++
	if err := errors.Join(term.Seal(a), term.Seal(b)); err != nil {
		t.Fatal(err)
	}
	if a.Meta.Digest == b.Meta.Digest {
		t.Error("other content, same digest")
	}
}

// Every single altered byte and every length short of the whole is refused.
func TestDecodeRefusesDamage(t *testing.T) {
	b := encode(t, made())
	for i := range b {
		if k, err := term.Decode(b[:i]); err == nil || k != nil {
			t.Fatalf("%d of %d bytes were accepted", i, len(b))
		}
		bad := bytes.Clone(b)
		bad[i] ^= 0x10
		if k, err := term.Decode(bad); err == nil || k != nil {
			t.Fatalf("byte %d altered was accepted", i)
		}
	}
	if _, err := term.Decode(append(bytes.Clone(b), 0)); err == nil {
		t.Error("a byte too many was accepted")
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	whole := encode(t, made())
	tests := []struct {
		name  string
		spoil func(b []byte) []byte
		want  string
	}{
		{"foreign", func(b []byte) []byte { return []byte("PK\x03\x04 and so on, a zip file") }, "not a knowledge file"},
		{"empty", func(b []byte) []byte { return nil }, "not a knowledge file"},
		{"header only", func(b []byte) []byte { return b[:20] }, "cut short"},
		{"newer", func(b []byte) []byte { b[8] = 9; return b }, "format 9 is newer"},
		{"half", func(b []byte) []byte { return b[:len(b)/2] }, "bytes and has"},
		{"flipped", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, "does not match its digest"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k.phare")
			if err := os.WriteFile(path, tt.spoil(bytes.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := term.Load(path)
			if _, ok := errors.AsType[*term.FormatError](err); !ok {
				t.Fatalf("Load = %v, want a FormatError", err)
			}
			if s := err.Error(); !strings.Contains(s, tt.want) || !strings.Contains(s, path) {
				t.Errorf("Load = %q, want %q and the path in it", s, tt.want)
			}
		})
	}
}

func TestSaveReplacesWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k.phare")
	first, second := made(), made()
	second.Meta.Name = "built"
	for _, k := range []*term.Knowledge{first, second} {
		if err := term.Save(path, k); err != nil {
			t.Fatal(err)
		}
	}
	got, err := term.Load(path)
	if err != nil || got.Meta.Name != "built" {
		t.Fatalf("Load = %v, %v", got, err)
	}
	spoilt := made()
	spoilt.Terms[0].EN = ""
	if err := term.Save(path, spoilt); err == nil {
		t.Error("a knowledge that does not hold together was saved")
	}
	if got, err := term.Load(path); err != nil || got.Meta.Name != "built" {
		t.Errorf("after a refused save the file gives %v, %v", got, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("the folder holds %d files, want 1", len(left))
	}
	if err := term.Save(filepath.Join(dir, "none", "k"), first); err == nil {
		t.Error("saved into a folder that is not there")
	}
	if _, err := term.Load(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Load of nothing = %v", err)
	}
}

func TestEncodeRefusesOtherEncodings(t *testing.T) {
	k := made()
	k.Terms[2].FR = "Microc\xe9phalie"
	if err := term.Seal(k); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("Seal = %v", err)
	}
}
