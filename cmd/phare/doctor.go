package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/audit"
	"phare/internal/doctor"
	"phare/internal/orientation"
	"phare/internal/store"
)

type doctorCmd struct {
	Key []string `help:"Public key that the trail had before, beside that of the key file." placeholder:"PUB"`
}

// Run examines the database, and replays its orientations with the knowledge
// at hand; its exit code is 1 when something is wrong.
func (c *doctorCmd) Run(ctx context.Context, s *settings) error {
	db, err := s.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	keys, err := publicKeys(c.Key)
	if err != nil {
		return err
	}
	own, err := audit.LoadKey(s.auditKeyFile())
	switch {
	case err == nil:
		keys = append(keys, own.Verifier())
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	err = diagnose(ctx, db, os.Stdout, s, keys...)
	if e := db.Note(ctx, store.DoctorFact, err == nil); e != nil {
		fmt.Fprintf(os.Stderr, "The state page was not told of this check: %v\n", e)
	}
	return err
}

// diagnose prints every invariant and fails if one is broken. With s it also
// replays what is stored; without, as after a restore, it needs no knowledge.
// Without the trail's public keys its signatures are not checked.
func diagnose(ctx context.Context, db *store.DB, w io.Writer, s *settings, keys ...note.Verifier) error {
	all, err := doctor.Examine(ctx, db, keys...)
	if err != nil {
		return err
	}
	notes, err := doctor.Looks(ctx, db)
	if err != nil {
		return err
	}
	if s != nil {
		found, more, err := replay(ctx, db, s)
		if err != nil {
			return err
		}
		all, notes = append(all, found), append(notes, more...)
	}
	broken := 0
	for _, f := range all {
		if f.Fine() {
			fmt.Fprintf(w, "ok      %-4s %s\n", f.ID, f.Means)
			continue
		}
		broken++
		fmt.Fprintf(w, "BROKEN  %-4s %s: %d, e.g. %v\n", f.ID, f.Means, f.Count, f.Broken)
	}
	for _, n := range notes {
		fmt.Fprintln(w, n)
	}
	if broken > 0 {
		return fmt.Errorf("%d of %d checks failed", broken, len(all))
	}
	fmt.Fprintf(w, "All %d checks hold.\n", len(all))
	return nil
}

// replay is the check of the stored orientations, with what it could not check.
// A knowledge file that cannot be read is a finding: the other checks still count.
func replay(ctx context.Context, db *store.DB, s *settings) (doctor.Finding, []string, error) {
	k, _, err := s.knowledge()
	if err != nil {
		return doctor.Finding{ID: "I13", Means: "the knowledge file can be read", Broken: []string{err.Error()}, Count: 1}, nil, nil
	}
	found, r, err := doctor.Replay(ctx, db, orientation.New(k))
	if err != nil {
		return found, nil, err
	}
	notes := []string{fmt.Sprintf("Orientations replayed and confirmed: %d.", r.Confirmed)}
	for _, v := range slices.Sorted(maps.Keys(r.Older)) {
		notes = append(notes, fmt.Sprintf("Not replayed, made by version %s of the engine: %d.", v, r.Older[v]))
	}
	for _, d := range slices.Sorted(maps.Keys(r.Foreign)) {
		notes = append(notes, fmt.Sprintf("Not replayed, made from the knowledge of digest %s: %d (give its file with --knowledge).", d, r.Foreign[d]))
	}
	return found, notes, nil
}
