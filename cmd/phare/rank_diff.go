package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"phare/internal/access"
	"phare/internal/diff"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/term"
)

type rankDiffCmd struct {
	Old      string `help:"Knowledge file in use; starter for the built-in one. Default: that of PHARE_KNOWLEDGE, else knowledge.phare in the data folder, else the starter." placeholder:"FILE"`
	Cases    string `help:"Compare on this file of cases instead of the stored orientations; no database is needed." placeholder:"FILE"`
	Platform string `help:"Only the orientations of this desk: see phare platform list."`
	Details  bool   `help:"Also list which rankings change: references of requests and ids of orientations, or ids of cases."`
	JSON     bool   `help:"Everything as one JSON object." name:"json"`
}

// The groups of stored orientations: what was shown then is compared with what
// the new knowledge says, but only the first are known to differ by it alone.
const (
	groupConfirmed = "replayed"
	groupForeign   = "other knowledge"
	groupOlder     = "older engine"
	groupCases     = "cases"
)

// Run says which rankings the file of --knowledge changes. It reads only. Exit
// code 0: none, 1: some, 2: failure, 3: a stored one does not replay.
func (c *rankDiffCmd) Run(ctx context.Context, s *settings) error { return failed(c.run(ctx, s)) }

func (c *rankDiffCmd) run(ctx context.Context, s *settings) error {
	p, err := c.engines(s)
	if err != nil {
		return err
	}
	var t *diff.Tally
	if c.Cases != "" {
		t, err = p.cases(ctx, c.Cases)
	} else {
		t, err = p.stored(ctx, s, c.Platform)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		err = writeJSON(os.Stdout, t)
	} else {
		fmt.Printf("old: %.16s…\nnew: %.16s…\n\n", p.was, p.is)
		err = t.Write(os.Stdout, c.Details)
	}
	switch {
	case err != nil:
		return err
	case len(t.Damaged) > 0:
		return &exitStatus{exitDamaged, fmt.Errorf("%d stored orientations do not replay", len(t.Damaged))}
	case len(t.Items) > 0:
		return &exitStatus{code: exitDiffers}
	}
	return nil
}

// engines are the two that are compared, with the digests of their knowledge.
type engines struct {
	old, new *orientation.Engine
	was, is  string
}

func (c *rankDiffCmd) engines(s *settings) (p engines, err error) {
	if s.Knowledge == "" {
		return p, errors.New("name the new knowledge file with --knowledge; --knowledge starter is the built-in one")
	}
	fresh, err := loadKnowledge(s.Knowledge)
	if err != nil {
		return p, err
	}
	old, err := c.old(s)
	if err != nil {
		return p, err
	}
	return engines{orientation.New(old), orientation.New(fresh), old.Meta.Digest, fresh.Meta.Digest}, nil
}

// old is the knowledge in use.
func (c *rankDiffCmd) old(s *settings) (*term.Knowledge, error) {
	if c.Old != "" {
		return loadKnowledge(c.Old)
	}
	now := *s
	now.Knowledge = os.Getenv("PHARE_KNOWLEDGE") // the flag has taken its place in s
	k, _, err := now.knowledge()
	return k, err
}

func (p engines) cases(ctx context.Context, name string) (*diff.Tally, error) {
	in, err := input(name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	t := diff.NewTally(groupCases)
	return t, orientation.EachCase(ctx, in, func(c *orientation.Case, bad error) error {
		if bad != nil {
			return bad
		}
		t.Add(diff.Item{ID: c.ID, Group: groupCases, Moves: diff.Rankings(p.old.Rank(c.Query()), p.new.Rank(c.Query()))})
		return nil
	})
}

// stored compares the orientations of one desk, or of all.
func (p engines) stored(ctx context.Context, s *settings, platform string) (*diff.Tally, error) {
	db, err := s.existing(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	desks, err := desksOf(ctx, db, platform)
	if err != nil {
		return nil, err
	}
	t := diff.NewTally(groupConfirmed, groupForeign, groupOlder)
	for _, desk := range desks {
		err := request.EachStored(ctx, db, access.Machine(desk.ID), func(o request.Stored) error {
			group, err := p.group(o)
			if err != nil {
				t.Damaged = append(t.Damaged, diff.Damage{Reference: o.Reference, ID: string(o.ID), Why: err.Error()})
				return ctx.Err()
			}
			t.Add(diff.Item{Reference: o.Reference, ID: string(o.ID), Group: group, Moves: diff.Rankings(o.Result, p.new.Rank(o.Result.Query))})
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// group says what can be told of a stored orientation; an error is damage.
func (p engines) group(o request.Stored) (string, error) {
	err := o.Replay(p.old)
	if errors.Is(err, orientation.ErrKnowledge) {
		err = o.Replay(p.new)
	}
	switch {
	case errors.Is(err, orientation.ErrVersion):
		return groupOlder, nil
	case errors.Is(err, orientation.ErrKnowledge):
		return groupForeign, nil
	}
	return groupConfirmed, err
}

// desksOf is the desk named, or all of them.
func desksOf(ctx context.Context, db *store.DB, name string) ([]access.Platform, error) {
	if name == "" {
		return access.Platforms(ctx, db)
	}
	p, err := access.FindPlatform(ctx, db, name)
	if err != nil {
		return nil, fmt.Errorf("there is no desk %q: see phare platform list", name)
	}
	return []access.Platform{p}, nil
}
