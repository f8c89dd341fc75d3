package main

import (
	"context"
	"log/slog"
	"time"

	"phare/internal/audit"
	"phare/internal/store"
)

// trail reads the settings of the trail: its key, who witnesses it, and whose
// trails this site watches.
func (c *serveCmd) trail(ctx context.Context, s *settings, db *store.DB) (w audit.Witness, err error) {
	if c.auditKey, err = s.firstAuditKey(ctx, db); err != nil {
		return w, err
	}
	for _, setting := range c.Witness {
		r, err := audit.ParseRemote(setting)
		if err != nil {
			return w, err
		}
		c.remotes = append(c.remotes, r)
	}
	w.Key = c.auditKey
	w.Logs, err = publicKeys(c.Watch)
	return w, err
}

// keepSigned signs the trail every few minutes, and every hour asks the
// witnesses. What fails is told to the operator and tried again.
func (c *serveCmd) keepSigned(ctx context.Context, db *store.DB) {
	var asked time.Time
	for {
		if _, err := audit.Sign(ctx, db, c.auditKey); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the trail could not be signed", "err", err)
		}
		if time.Since(asked) >= audit.WitnessEvery {
			asked = time.Now()
			for _, r := range c.remotes {
				if err := r.Ask(ctx, db, c.auditKey); err != nil && ctx.Err() == nil {
					slog.ErrorContext(ctx, "a witness did not sign the trail", "err", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(audit.SignEvery):
		}
	}
}

// signLast signs what was written until the end.
func (c *serveCmd) signLast(ctx context.Context, db *store.DB) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := audit.Sign(ctx, db, c.auditKey); err != nil {
		slog.ErrorContext(ctx, "the trail could not be signed", "err", err)
	}
}
