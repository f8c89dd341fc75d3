package orientation

import "testing"

// BenchmarkNext asks what to look for next on the development cases, each
// from its first three signs.
func BenchmarkNext(b *testing.B) {
	e := benchEngine(b)
	var queries []Query
	err := devCases(b, func(c *Case) {
		q := c.Query()
		q.Excluded, q.Observed = nil, q.Observed[:min(askedFrom, len(q.Observed))]
		queries = append(queries, q)
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		e.Next(queries[i%len(queries)], 5)
	}
}
