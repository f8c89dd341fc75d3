package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"phare/internal/access"
	"phare/internal/arrival"
	"phare/internal/circle"
	"phare/internal/need"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/retention"
	"phare/internal/store"
)

// housekeep removes, once an hour, what must not be kept: drafts that nobody
// came back to, failures of tracking, sessions that have ended, what links and
// invitations that are over leave behind. It reminds once of
// drafts, tells those whose promised date has passed, colleagues of what is
// unanswered, and of files that nobody is left in since a date.
func housekeep(ctx context.Context, db *store.DB) {
	for {
		if err := sweep(ctx, db); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "housekeeping", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
		}
	}
}

func sweep(ctx context.Context, db *store.DB) error {
	all, err := access.Platforms(ctx, db)
	if err != nil {
		return err
	}
	for _, p := range all {
		by := access.Machine(p.ID)
		_, e := request.PurgeDrafts(ctx, db, by)
		_, e2 := request.PurgeAttachments(ctx, db, by)
		_, e3 := request.TellLate(ctx, db, by)
		_, e4 := request.Digest(ctx, db, by)
		_, e5 := patient.Resound(ctx, db, by)
		_, e6 := need.Escalate(ctx, db, by)
		_, e7 := request.RemindDrafts(ctx, db, by)
		_, e8 := request.PurgeUploads(ctx, db, by)
		_, e9 := arrival.PurgeAside(ctx, db, by)
		err = errors.Join(err, retention.Sweep(ctx, db, by), e8, e9, e, e2, e3, e4, e5, e6, e7, access.Sweep(ctx, db, by), circle.Lapse(ctx, db, by))
	}
	// What was purged, and what was erased while the log was being read.
	return errors.Join(err, request.PurgeTracks(ctx, db), db.EmptyLog(ctx))
}
