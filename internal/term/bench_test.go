package term_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"phare/internal/term"
)

// The figures of Knowledge on the official files; "make bench" prints them.

func BenchmarkDecode(b *testing.B) {
	data := encode(b, full(b))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := term.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(data))/1e6, "MB-file")
}

// BenchmarkLoad is what a start of the program waits for: the file read,
// checked and indexed. It also gives the memory that stays in use after it.
func BenchmarkLoad(b *testing.B) {
	path := filepath.Join(b.TempDir(), "k.phare")
	if err := term.Save(path, full(b)); err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var ix *term.Index
	for b.Loop() {
		k, err := term.Load(path)
		if err != nil {
			b.Fatal(err)
		}
		ix = term.NewIndex(k)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(ix)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-in-use")
}

func BenchmarkNewIndex(b *testing.B) {
	k := full(b)
	b.ReportAllocs()
	for b.Loop() {
		term.NewIndex(k)
	}
}

func BenchmarkTerms(b *testing.B) {
	ix := term.NewIndex(full(b))
	for _, q := range []string{"a", "microcéphalie", "retard de croissance", "hypotnie", "mon fils a des crises d'épilepsie et une petite tête",
		"mictocephlie hypotnoie retrad developement epilespie surditte dysmorfie syndome cardiopatie anomali"} {
		b.Run(q, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ix.Terms(q, "fr", 10)
			}
		})
	}
}

func BenchmarkDiseases(b *testing.B) {
	ix := term.NewIndex(full(b))
	for _, q := range []string{"s", "drépanocytose", "syndrome de marfan", "maladi de charcot mari toot", "ORPHA:232"} {
		b.Run(q, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ix.Diseases(q, "fr", 10)
			}
		})
	}
}
