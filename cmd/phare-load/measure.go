package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// figures are one kind's result; delays in milliseconds.
type figures struct {
	rate, p50, p99, max float64
	errors              int
	first               error
}

// measure lets o.clients clients do one thing again and again for o.each, after
// a second of warming up that is not counted.
func measure(ctx context.Context, o options, do func(ctx context.Context, client, n int) error) figures {
	const warm = time.Second
	begin := time.Now()
	counted := begin.Add(warm)
	end := counted.Add(o.each)
	var mu sync.Mutex
	var all []time.Duration
	var f figures
	var wg sync.WaitGroup
	for client := range o.clients {
		wg.Go(func() {
			var mine []time.Duration
			for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
				at := time.Now()
				err := do(ctx, client, n)
				if errors.Is(err, errSubmission) {
					continue
				}
				if err != nil {
					mu.Lock()
					f.errors++
					if f.first == nil {
						f.first = err
					}
					mu.Unlock()
					continue
				}
				if at.After(counted) {
					mine = append(mine, time.Since(at))
				}
			}
			mu.Lock()
			all = append(all, mine...)
			mu.Unlock()
		})
	}
	wg.Wait()
	f.summarise(all, o.each)
	return f
}

// summarise sorts delays met in so much time.
func (f *figures) summarise(all []time.Duration, in time.Duration) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	f.rate = float64(len(all)) / in.Seconds()
	f.p50, f.p99, f.max = ms(all[len(all)/2]), ms(all[len(all)*99/100]), ms(all[len(all)-1])
}

// errSubmission marks what a mixed load counts by itself.
var errSubmission = errors.New("counted apart")
