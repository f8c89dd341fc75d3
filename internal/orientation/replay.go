package orientation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Why a stored result cannot be confirmed.
var (
	ErrVersion   = errors.New("made by another version of the engine")
	ErrKnowledge = errors.New("made from another knowledge")
	ErrDiffers   = errors.New("the same version and knowledge now answer otherwise")
)

// Replay computes a stored result again from its query. It returns nil when
// the two are the same bit for bit, lines included where they were stored,
// and otherwise an error that wraps ErrVersion, ErrKnowledge or ErrDiffers.
func (e *Engine) Replay(stored Result) error {
	switch {
	case stored.Engine != Version:
		return fmt.Errorf("%w: %s, this is %s", ErrVersion, stored.Engine, Version)
	case stored.Knowledge != e.k.Meta.Digest:
		return fmt.Errorf("%w: digest %s, this is %s", ErrKnowledge, stored.Knowledge, e.k.Meta.Digest)
	}
	now := e.Rank(stored.Query)
	for i := range min(len(now.Entries), len(stored.Entries)) {
		if stored.Entries[i].Lines == nil {
			continue
		}
		x, err := e.Explain(stored.Query, now.Entries[i].Family)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDiffers, err)
		}
		now.Entries[i].Lines = x.Lines
	}
	was, err := json.Marshal(stored)
	if err != nil {
		return err
	}
	is, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if !bytes.Equal(was, is) {
		return fmt.Errorf("%w: %s", ErrDiffers, difference(stored, now))
	}
	return nil
}

// difference names the first place where two results part.
func difference(was, is Result) string {
	for i := range min(len(was.Entries), len(is.Entries)) {
		a, b := was.Entries[i], is.Entries[i]
		if a.Family != b.Family || a.Score != b.Score {
			return fmt.Sprintf("entry %d was %s with %d, is %s with %d", i+1, a.Family, a.Score, b.Family, b.Score)
		}
	}
	for i := range min(len(was.Networks), len(is.Networks)) {
		a, b := was.Networks[i], is.Networks[i]
		if a.Slug != b.Slug || a.Score != b.Score {
			return fmt.Sprintf("network %d was %s with %d, is %s with %d", i+1, a.Slug, a.Score, b.Slug, b.Score)
		}
	}
	return fmt.Sprintf("%d entries and %d networks, now %d and %d, or what is said of them", len(was.Entries), len(was.Networks), len(is.Entries), len(is.Networks))
}
