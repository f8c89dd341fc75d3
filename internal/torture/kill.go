package torture

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"
)

// Kill says how kill -9 is tried.
type Kill struct {
	Bin    string
	DSN    string // an empty PostgreSQL database; empty: an SQLite file
	Cycles int
}

// KillResult is what was found.
type KillResult struct {
	Acked int
	Wrong []string
}

// Run lets clients post forms to the real program, kills it at a random moment,
// starts it again and lets the clients try again what they do not know the end
// of. What was acknowledged must be there once; what was not known at most
// once, and exactly once after the second try.
func (k Kill) Run(ctx context.Context) (KillResult, error) {
	dir, remove, err := folder(false)
	if err != nil {
		return KillResult{}, err
	}
	defer remove()
	dsn := k.DSN
	if dsn == "" {
		dsn = filepath.Join(dir, "phare.db")
	}
	s, err := NewSite(k.Bin, dir, dsn)
	if err != nil {
		return KillResult{}, err
	}
	if err := s.addDesk(ctx); err != nil {
		return KillResult{}, err
	}
	var res KillResult
	for range k.Cycles {
		v, err := s.Start(ctx)
		if err != nil {
			return res, err
		}
		loaded := make(chan struct{})
		go func() { s.load(ctx, 8, 0); close(loaded) }()
		time.Sleep(30*time.Millisecond + rand.N(170*time.Millisecond))
		v.Kill()
		<-loaded
		if v, err = s.Start(ctx); err != nil {
			return res, err
		}
		if failed := s.retry(ctx); failed > 0 {
			res.Wrong = append(res.Wrong, fmt.Sprintf("%d forms refused after the kill: %s", failed, v.said))
		}
		v.Kill()
		if ctx.Err() != nil {
			return res, ctx.Err()
		}
	}
	// A last start, so that what waits in the queue leaves.
	v, err := s.Start(ctx)
	if err != nil {
		return res, err
	}
	time.Sleep(2 * time.Second)
	v.Stop()
	s.Told.texts = filepath.Join(dir, "sms")
	res.Acked = s.Told.count(Acked)
	wrong, err := Check(ctx, dsn, dir, s.Told, func(message string) bool { return lettered(dir, message) })
	res.Wrong = append(res.Wrong, wrong...)
	return res, err
}

// lettered says whether the letter of a message is in the mail folder.
func lettered(data, message string) bool {
	found, err := filepath.Glob(filepath.Join(data, "mail", "*-"+message+".eml"))
	return err == nil && len(found) == 1
}
