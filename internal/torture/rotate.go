package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"phare/internal/doctor"
	"phare/internal/store"
)

// Rotation says how the renewal of keys is tried: "phare keys rotate" is killed
// at so many instants, while the desk it works on is served and written to.
type Rotation struct {
	Bin    string
	Points int
	Seed   uint64
}

// RotationResult is what was found.
type RotationResult struct {
	Killed, Ended int // rotations that were killed, and that came to their end first
	Opened        int // sealed values that were opened, all looks together
	Acked         int
	Wrong         []string
}

// Run fills a desk, then kills one rotation after the other, and looks each
// time whether all that is sealed opens. At the end no key of the beginning is left.
func (x Rotation) Run(ctx context.Context) (res RotationResult, err error) {
	dir, remove, err := folder(false)
	if err != nil {
		return res, err
	}
	defer remove()
	data := filepath.Join(dir, "data")
	s, err := NewSite(x.Bin, data, filepath.Join(data, "phare.db"))
	if err != nil {
		return res, err
	}
	if err := s.demo(ctx); err != nil {
		return res, err
	}
	if err := s.addDesk(ctx); err != nil {
		return res, err
	}
	s.more = nil
	v, err := s.Start(ctx)
	if err != nil {
		return res, err
	}
	defer v.Kill()
	before, err := keysOf(ctx, s.DSN)
	if err != nil {
		return res, err
	}
	takes, err := s.rotate(ctx, time.Minute)
	if err != nil {
		return res, err
	}
	if err := x.points(ctx, s, takes, &res); err != nil {
		return res, err
	}
	if _, err := s.rotate(ctx, time.Minute); err != nil {
		return res, err
	}
	left, err := keysOf(ctx, s.DSN)
	if err != nil {
		return res, err
	}
	for _, k := range before {
		if slices.Contains(left, k) {
			res.Wrong = append(res.Wrong, "key "+k+" of the beginning is left at the end")
		}
	}
	v.Stop()
	res.Acked = s.Told.count(Acked)
	wrong, err := Check(ctx, s.DSN, data, s.Told, func(message string) bool { return lettered(data, message) })
	res.Wrong = append(res.Wrong, wrong...)
	return res, err
}

// points kills one rotation after the other, and looks after each.
func (x Rotation) points(ctx context.Context, s *Site, takes time.Duration, res *RotationResult) error {
	rng := rand.New(rand.NewPCG(x.Seed, 1))
	for range x.Points {
		loaded := make(chan struct{})
		go func() { s.load(ctx, 2, 2); close(loaded) }()
		after := time.Duration(rng.Int64N(int64(takes)))
		if took, err := s.rotate(ctx, after); err == nil {
			res.Ended++
			takes = min(takes, took)
		} else {
			res.Killed++
		}
		<-loaded
		n, wrong, err := looked(ctx, s.DSN, s.Data)
		if err != nil {
			return err
		}
		res.Opened += n
		for _, w := range wrong {
			res.Wrong = append(res.Wrong, fmt.Sprintf("killed after %v: %s", after, w))
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// rotate runs the command, kills it after a time, and says how long it took.
func (s *Site) rotate(ctx context.Context, most time.Duration) (took time.Duration, err error) {
	ctx, stop := context.WithTimeout(ctx, most)
	defer stop()
	begin := time.Now()
	out, err := exec.CommandContext(ctx, s.Bin, append([]string{"keys", "rotate"}, s.settings()...)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("keys rotate: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return time.Since(begin), nil
}

// looked opens every sealed value and examines the rest.
func looked(ctx context.Context, dsn, data string) (n int, wrong []string, err error) {
	db, err := store.OpenAsIs(ctx, dsn)
	if err != nil {
		return 0, nil, err
	}
	defer db.Close()
	if err := unlock(db, data); err != nil {
		return 0, nil, err
	}
	if wrong, n, err = db.SealFaults(ctx); err != nil {
		return n, nil, err
	}
	findings, err := doctor.Examine(ctx, db)
	for _, f := range findings {
		if !f.Fine() && f.ID != "I10" {
			wrong = append(wrong, fmt.Sprintf("%s (%s): %d, %v", f.ID, f.Means, f.Count, f.Broken))
		}
	}
	return n, wrong, err
}

// keysOf are the ids of the living keys.
func keysOf(ctx context.Context, dsn string) (ids []string, err error) {
	db, err := store.OpenAsIs(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.Read(ctx, func(v *store.View) error {
		ids, err = store.All(v, store.Value[string], `SELECT id FROM seal_key WHERE wrapped <> ''`)
		return err
	})
	return ids, err
}
