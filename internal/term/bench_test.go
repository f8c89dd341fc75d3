package term_test

import (
	"testing"

	"phare/internal/term"
)

// The figures of Knowledge on the official files; "make bench" prints them.

func BenchmarkDecode(b *testing.B) {
	data := encode(b, full(b))
	b.SetBytes(int64(len(data)))
	b.ReportMetric(float64(len(data))/1e6, "MB-file")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := term.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
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
	for _, q := range []string{"a", "microcéphalie", "retard de croissance", "hypotnie", "mon fils a des crises d'épilepsie et une petite tête"} {
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
