package knowledge

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"phare/internal/term"
)

// folder makes a folder with some of the made files; "packets" is a folder of
// its own.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if name == "packets" {
			if err := os.CopyFS(filepath.Join(dir, name), os.DirFS("testdata/small/packets")); err != nil {
				t.Fatal(err)
			}
			continue
		}
		write(t, filepath.Join(dir, name), fixture(t, name))
	}
	return dir
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/small", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T, o Options) (*term.Knowledge, *Report) {
	t.Helper()
	k, rep, err := Build(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := term.Check(k); err != nil {
		t.Fatal(err)
	}
	return k, rep
}

// disease is one disease of k.
func disease(t *testing.T, k *term.Knowledge, id string) *term.Disease {
	t.Helper()
	for i := range k.Diseases {
		if k.Diseases[i].ID == id {
			return &k.Diseases[i]
		}
	}
	t.Fatalf("no %s", id)
	return nil
}

// signs are a disease's signs by term id.
func signs(k *term.Knowledge, d *term.Disease) map[string]term.Freq {
	m := map[string]term.Freq{}
	for _, s := range d.Signs {
		m[k.Terms[s.Term].ID] = s.Freq
	}
	return m
}

func absent(k *term.Knowledge, d *term.Disease) []string {
	var ids []string
	for _, t := range d.Absent {
		ids = append(ids, k.Terms[t].ID)
	}
	return ids
}

func zipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tarOf packs the made packets, the last first.
func tarOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, code := range []string{"9900003", "9900002", "9900001"} {
		data := fixture(t, "packets/ORPHApacket_"+code+".json")
		if err := w.WriteHeader(&tar.Header{Name: "json/ORPHApacket_" + code + ".json", Mode: 0o644, Size: int64(len(data)), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
