package request_test

import (
	"io"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/attachment"
	"phare/internal/inspect"
	"phare/internal/request"
	"phare/internal/store/storetest"
)

// A scan by the desk in parts: how long all of them take to be kept, and how long
// the last one waits for the file to be checked, inspected and stored.
func BenchmarkParts(b *testing.B) {
	r, err := inspect.NewRunner()
	if err != nil {
		b.Fatal(err)
	}
	db := storetest.Open(b, "sqlite")
	if err := access.AddPlatform(b.Context(), db, access.Platform{ID: "reunion", Name: "R", Zone: "Indian/Reunion"}); err != nil {
		b.Fatal(err)
	}
	receipt, err := request.Submit(b.Context(), db, access.NewKey(), access.Anyone("reunion"), request.NewForm(), gp())
	if err != nil {
		b.Fatal(err)
	}
	nurse, g, file := nurseAt("reunion"), request.Goal{Request: receipt.Request}, aScan(100<<20-1000)
	var kept, ended time.Duration
	for i := 0; b.Loop(); i++ {
		file[len(file)-1], file[len(file)-2] = byte(i), byte(i>>8)
		u, err := request.BeginUpload(b.Context(), db, nurse, g, announced("a.dcm", file))
		began := time.Now()
		for at := 0; err == nil && at < len(file); at += attachment.PartSize {
			u, err = request.KeepPart(b.Context(), db, nurse, u, int64(at), file[at:min(len(file), at+attachment.PartSize)])
		}
		kept += time.Since(began)
		began = time.Now()
		if err == nil {
			err = request.FinishUpload(b.Context(), db, nurse, g, u, func(in io.Reader) (*attachment.Taken, error) {
				return attachment.Taker{Inspect: r}.Take(b.Context(), attachment.Given{Name: u.Name, Bytes: in, By: inspect.Sender{Staff: true}})
			})
		}
		if err != nil {
			b.Fatal(err)
		}
		ended += time.Since(began)
	}
	b.ReportMetric(float64(kept.Milliseconds())/float64(b.N), "ms/kept")
	b.ReportMetric(float64(ended.Milliseconds())/float64(b.N), "ms/end")
}
