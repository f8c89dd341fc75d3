package seal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSealOpens(t *testing.T) {
	k := NewKey()
	for _, v := range []string{"", "Hoarau", "né le 12/03/2019 ’ œ", strings.Repeat("x", 10000)} {
		s, err := k.Seal("ici|patient.birth_name|7k3f", v)
		if err != nil {
			t.Fatal(err)
		}
		if v != "" && (strings.Contains(s, v) || !IsSealed(s) || KeyOf(s) != k.ID) {
			t.Errorf("sealed as %q", s)
		}
		if got, err := k.Open("ici|patient.birth_name|7k3f", s); err != nil || got != v {
			t.Errorf("opened as %q, %v; want %q", got, err, v)
		}
	}
	a, _ := k.Seal("p", "same")
	b, _ := k.Seal("p", "same")
	if a == b {
		t.Error("equal values look equal when sealed")
	}
}

// A value opens in its place, with its key, unchanged, and nowhere else.
func TestForged(t *testing.T) {
	k, other := NewKey(), NewKey()
	s, err := k.Seal("ici|patient.birth_name|7k3f", "Hoarau")
	if err != nil {
		t.Fatal(err)
	}
	stolen := prefix + other.ID + ":" + strings.SplitN(s, ":", 3)[2]
	for name, try := range map[string]func() (string, error){
		"another row":      func() (string, error) { return k.Open("ici|patient.birth_name|8m4g", s) },
		"another column":   func() (string, error) { return k.Open("ici|patient.used_name|7k3f", s) },
		"another platform": func() (string, error) { return k.Open("la-bas|patient.birth_name|7k3f", s) },
		"another key":      func() (string, error) { return other.Open("ici|patient.birth_name|7k3f", s) },
		"renamed key":      func() (string, error) { return other.Open("ici|patient.birth_name|7k3f", stolen) },
		"one byte":         func() (string, error) { return k.Open("ici|patient.birth_name|7k3f", s[:len(s)-2]+"AA") },
		"cut":              func() (string, error) { return k.Open("ici|patient.birth_name|7k3f", s[:30]) },
		"clear":            func() (string, error) { return k.Open("ici|patient.birth_name|7k3f", "Hoarau") },
		"no base64":        func() (string, error) { return k.Open("ici|patient.birth_name|7k3f", prefix+k.ID+":***") },
	} {
		if got, err := try(); err == nil {
			t.Errorf("%s: opened as %q", name, got)
		}
	}
}

func TestWrap(t *testing.T) {
	outer, inner := NewKey(), NewKey()
	w, err := outer.Wrap("ici|request/7k3f", inner)
	if err != nil {
		t.Fatal(err)
	}
	got, err := outer.Unwrap("ici|request/7k3f", inner.ID, w)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := inner.Seal("p", "v")
	if v, err := got.Open("p", s); v != "v" || err != nil {
		t.Errorf("opened as %q, %v", v, err)
	}
	if _, err := outer.Unwrap("ici|request/8m4g", inner.ID, w); err == nil {
		t.Error("a key opens for another file")
	}
	if _, err := outer.Unwrap("ici|request/7k3f", outer.ID, w); err == nil {
		t.Error("a key opens under another name")
	}
}

func TestBlind(t *testing.T) {
	s, other := NewSite(), NewSite()
	b := s.Blind("ici", "birth", "2019-03-12")
	if b != s.Blind("ici", "birth", "2019-03-12") {
		t.Error("equal values differ")
	}
	for name, x := range map[string]string{
		"value": s.Blind("ici", "birth", "2019-03-13"), "purpose": s.Blind("ici", "phone", "2019-03-12"),
		"platform": s.Blind("la", "birth", "2019-03-12"), "site": other.Blind("ici", "birth", "2019-03-12"),
		"border": s.Blind("ici", "birth2", "019-03-12"),
	} {
		if x == b {
			t.Errorf("another %s has the same index", name)
		}
	}
}

func TestSiteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "phare.keys")
	s := NewSite()
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	old := s.Newest()
	s.Add()
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := LoadSite(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := got.Key(old.ID); !ok || got.Newest().ID != s.Newest().ID || got.Blind("a", "b", "c") != s.Blind("a", "b", "c") {
		t.Error("the file does not give back what was saved")
	}
	got.Drop()
	if _, ok := got.Key(old.ID); ok {
		t.Error("a dropped key is still there")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	os.Chmod(path, 0o640)
	if _, err := LoadSite(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that others can read: %v", err)
	}
	for _, bad := range []string{"", "{}", `{"format":"phare keys 1","keys":[{"id":"0123456789abcdef","key":"00"}],"blind":""}`} {
		os.WriteFile(path, []byte(bad), 0o600)
		os.Chmod(path, 0o600)
		if _, err := LoadSite(path); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	k := NewKey()
	s, _ := k.Seal("p", "value")
	f.Add(s)
	f.Add("s1::")
	f.Fuzz(func(t *testing.T, stored string) {
		if v, err := k.Open("p", stored); err == nil && stored != s && stored != "" {
			t.Errorf("%q opens as %q", stored, v)
		}
	})
}
