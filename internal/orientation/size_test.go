package orientation

import (
	"runtime"
	"testing"
)

// TestTablesAreSmall keeps the tables of the full knowledge under 60 MB.
func TestTablesAreSmall(t *testing.T) {
	k := officialKnowledge(t)
	used := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what pools held goes with the second
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := used()
	e := New(k)
	e.Rank(Query{Observed: []string{"HP:0001250"}})
	mb := float64(used()-before) / 1e6
	runtime.KeepAlive(e)
	runtime.KeepAlive(k)
	t.Logf("tables: %.1f MB", mb)
	if mb > 60 || mb < 1 {
		t.Errorf("the tables take %.1f MB, want at most 60", mb)
	}
}
