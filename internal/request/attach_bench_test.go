package request_test

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// aScan is a DICOM file of n bytes of pixels.
func aScan(n int) []byte {
	b := append(make([]byte, 128), "DICM\x02\x00\x10\x00UI\x14\x001.2.840.10008.1.2.1\x00\xe0\x7f\x10\x00OW\x00\x00"...)
	return append(binary.LittleEndian.AppendUint32(b, uint32(n)), make([]byte, n)...)
}

// BenchmarkFiles says how long a file takes to be looked at, and how long the
// one write that stores it holds the writer of SQLite.
func BenchmarkFiles(b *testing.B) {
	r, err := inspect.NewRunner()
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		bytes int
	}{{"1MB", 1 << 20}, {"10MB", 10 << 20}, {"25MB", 25 << 20}, {"100MB", 100<<20 - 1000}} {
		b.Run(c.name, func(b *testing.B) {
			db := storetest.Open(b, "sqlite")
			if err := access.AddPlatform(b.Context(), db, access.Platform{ID: "reunion", Name: "R", Zone: "Indian/Reunion"}); err != nil {
				b.Fatal(err)
			}
			receipt, err := request.Submit(b.Context(), db, access.NewKey(), access.Anyone("reunion"), request.NewForm(), gp())
			if err != nil {
				b.Fatal(err)
			}
			file := aScan(c.bytes)
			var stored time.Duration
			for i := 0; b.Loop(); i++ {
				file[len(file)-1], file[len(file)-2] = byte(i), byte(i>>8)
				f, err := attachment.Taker{Inspect: r}.Take(b.Context(), attachment.Given{Name: "a.dcm", Bytes: bytes.NewReader(file), By: inspect.Sender{Staff: true}})
				if err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				if err := request.Attach(b.Context(), db, nurseAt("reunion"), receipt.Request, f); err != nil {
					b.Fatal(err)
				}
				stored += time.Since(began)
				f.Close()
			}
			b.ReportMetric(float64(stored.Milliseconds())/float64(b.N), "ms/store")
		})
	}
}
