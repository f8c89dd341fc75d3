package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"phare"
	"phare/internal/doctor"
	"phare/internal/request"
	"phare/internal/seal"
	"phare/internal/store"
)

// overload lets many more clients than usual come at once, without a pause, nine
// acts of ten on lists, searches and files, and measures what a new request
// waits. In the end every receipt must have its request, once.
func (s *site) overload(ctx context.Context, o options) error {
	clients := o.clients * o.overload
	begin := time.Now()
	o.clients = clients
	var mu sync.Mutex
	receipts := map[string]bool{}
	reads := s.kinds()[:3]
	submissions, refused := figures{}, 0
	var waits []time.Duration
	read := measure(ctx, o, func(ctx context.Context, client, n int) error {
		if rand.IntN(10) > 0 {
			err := reads[rand.IntN(len(reads))].do(ctx, client, n)
			if err != nil && strings.Contains(err.Error(), ": 503 ") { // who is asked to come back waits a little
				time.Sleep(time.Second)
			}
			return err
		}
		form, at := request.NewForm(), time.Now()
		err := s.ask(ctx, client*1000003+n, form)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			if refused++; submissions.first == nil {
				submissions.first = err
			}
			return errSubmission
		}
		receipts[form] = true
		waits = append(waits, time.Since(at))
		return errSubmission // counted here, not among the reads
	})
	submissions.summarise(waits, time.Since(begin))
	rss, err := s.resident()
	if err != nil {
		return err
	}
	fmt.Printf("%d requests stored, %d clients without a pause for %v, client and server together on %d cores, %s, %.0f MiB resident\n", o.requests, clients, o.each, runtime.NumCPU(), s.engine, rss)
	fmt.Printf("%-22s %10s %9s %9s %9s %7s\n", "", "per second", "p50 ms", "p99 ms", "max ms", "refused")
	fmt.Printf("%-22s %10.0f %9.2f %9.2f %9.2f %7d\n", "requests created", submissions.rate, submissions.p50, submissions.p99, submissions.max, refused)
	fmt.Printf("%-22s %10.0f %9.2f %9.2f %9.2f %7d\n", "lists, searches, files", read.rate, read.p50, read.p99, read.max, read.errors)
	for _, first := range []error{submissions.first, read.first} {
		if first != nil {
			fmt.Printf("  first refusal: %.200v\n", first)
		}
	}
	again := time.Now()
	if err := s.create(ctx, 1); err != nil {
		return fmt.Errorf("after the overload: %w", err)
	}
	fmt.Printf("a request right afterwards took %v\n", time.Since(again).Round(time.Millisecond))
	s.stop()
	return s.examine(ctx, receipts)
}

// examine holds the database against the receipts.
func (s *site) examine(ctx context.Context, receipts map[string]bool) error {
	db, err := store.Open(ctx, s.dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	keys, err := seal.LoadSite(filepath.Join(s.dir, "phare.keys"))
	if err != nil {
		return err
	}
	db.Unlock(keys)
	stored := map[string]int{}
	err = db.Read(ctx, func(v *store.View) error {
		forms, err := store.All(v, store.Value[string], `SELECT form FROM request`)
		for _, f := range forms {
			stored[f]++
		}
		return err
	})
	if err != nil {
		return err
	}
	lost := 0
	for form := range receipts {
		if stored[phare.FormHash(form)] != 1 {
			lost++
		}
	}
	fmt.Printf("%d receipts, %d without exactly one request\n", len(receipts), lost)
	all, err := doctor.Examine(ctx, db)
	for _, f := range all {
		if !f.Fine() {
			fmt.Printf("%s (%s): %d\n", f.ID, f.Means, f.Count)
			lost++
		}
	}
	if err == nil && lost > 0 {
		err = fmt.Errorf("%d lost or broken", lost)
	}
	return err
}
