package store_test

import (
	"context"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// BenchmarkWrite is what one change costs with its entry, by one caller after
// the other and by many at once.
func BenchmarkWrite(b *testing.B) {
	for _, engine := range storetest.Engines() {
		for _, callers := range []int{1, 16} {
			b.Run(engine+"/"+map[int]string{1: "one", 16: "sixteen"}[callers], func(b *testing.B) {
				db := storetest.Open(b, engine)
				write := func() {
					err := db.Write(context.Background(), act, func(tx *store.Tx) error { return tx.Enqueue("p", "k", "x") })
					if err != nil {
						b.Error(err)
					}
				}
				b.SetParallelism(callers)
				b.ResetTimer()
				if callers == 1 {
					for b.Loop() {
						write()
					}
				} else {
					b.RunParallel(func(p *testing.PB) {
						for p.Next() {
							write()
						}
					})
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			})
		}
	}
}
