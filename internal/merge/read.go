package merge

import (
	"context"
	"errors"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Pair is two identities side by side.
type Pair struct {
	A, B  patient.Patient
	Why   []string // what speaks for and against one person, keys of messages
	Merge Merge    // what was proposed or done; the zero Merge: nothing

	// Of the page about one pair.
	Traits  []Trait
	OfA     []Request // the requests under each
	OfB     []Request
	Since   []Request // that came after a merge which was undone: whose are they?
	TwoName string    // who said that these are two people
	TwoAt   time.Time
}

// Trait is one line of both identities.
type Trait struct {
	Name   string
	A, B   string
	Differ bool // both are known and not the same
}

// Board is what the desk has to decide.
type Board struct {
	Suspects []Pair // that nobody decided about
	Waiting  []Pair // proposed, to be merged or undone
	Done     []Pair
	More     bool // there are more suspects than are shown
}

// shownSuspects is how many pairs one page shows.
const shownSuspects = 30

// Doubles lists what the actor may decide about, and leaves out, without a trace,
// whoever has a file that the actor is outside of. The look is written down.
func Doubles(ctx context.Context, db *store.DB, by access.Actor) (b Board, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return b, err
	}
	if err := db.Write(ctx, by.Act("patient.doubles", by.Platform), func(*store.Tx) error { return nil }); err != nil {
		return b, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		b = Board{}
		all, err := patient.Suspects(v, by)
		if err != nil {
			return err
		}
		for _, s := range all {
			p, ok, err := pair(v, by, s.A, s.B)
			if err != nil {
				return err
			}
			if ok && len(b.Suspects) == shownSuspects {
				b.More = true
				break
			}
			if ok {
				b.Suspects = append(b.Suspects, p)
			}
		}
		if b.Waiting, err = pairs(v, by, Asked, Undoing); err != nil {
			return err
		}
		b.Done, err = pairs(v, by, Done, Done)
		return err
	})
	return b, err
}

// Waiting counts what waits for the actor's word.
func Waiting(ctx context.Context, db *store.DB, by access.Actor) (n int, err error) {
	if by.Check(access.EditPatient) != nil {
		return 0, nil
	}
	err = db.Read(ctx, func(v *store.View) error {
		files, err := waitingFiles(v, by)
		if err != nil {
			return err
		}
		all := make([]circle.File, len(files))
		for i, f := range files {
			all[i] = f.File
		}
		stands, err := circle.Stands(v, by, all)
		open := map[phare.ID]bool{}
		for _, f := range files {
			s := stands[f.ID]
			was, known := open[f.merge]
			open[f.merge] = (was || !known) && (f.ID == "" || s.Verdict == circle.In && !s.Taking)
		}
		n = 0
		for _, is := range open {
			if is {
				n++
			}
		}
		return err
	})
	return n, err
}

func pairs(v *store.View, by access.Actor, one, other string) (all []Pair, err error) {
	merges, err := inState(v, by, one, other)
	if err != nil {
		return nil, err
	}
	for _, m := range merges {
		p, ok, err := pair(v, by, m.Kept, m.Merged)
		if err != nil {
			return nil, err
		}
		if ok {
			p.Merge = m
			all = append(all, p)
		}
	}
	return all, nil
}

// pair reads two identities, unless one of them is nothing to the actor.
func pair(v *store.View, by access.Actor, one, other phare.ID) (Pair, bool, error) {
	p, q, err := both(v, by, one, other)
	if phare.KindOf(err) == phare.NotFound && err != nil {
		return Pair{}, false, nil
	}
	if err != nil {
		return Pair{}, false, err
	}
	_, why := patient.Alike(p, q)
	return Pair{A: p, B: q, Why: why}, true, nil
}

// Open shows two identities side by side, with what each has. The look is written
// down for both.
func Open(ctx context.Context, db *store.DB, by access.Actor, one, other phare.ID) (p Pair, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return p, err
	}
	err = db.Write(ctx, by.Act("patient.compare", string(one)), func(tx *store.Tx) error {
		if _, _, err := both(&tx.View, by, one, other); err != nil {
			return err
		}
		return tx.Also(by.Act("patient.compare", string(other)))
	})
	if err != nil {
		return p, err
	}
	err = db.Read(ctx, func(v *store.View) (err error) {
		a, b, err := both(v, by, one, other)
		if err != nil {
			return err
		}
		_, why := patient.Alike(a, b)
		p = Pair{A: a, B: b, Why: why, Traits: traits(a, b)}
		if p.Merge, err = between(v, by, one, other); err != nil {
			return err
		}
		var e1, e2, e3 error
		p.OfA, e1 = requestsOf(v, by, one)
		p.OfB, e2 = requestsOf(v, by, other)
		p.TwoName, p.TwoAt, e3 = patient.AreTwo(v, by, one, other)
		if err := errors.Join(e1, e2, e3); err != nil || p.Merge.State != Undone {
			return err
		}
		p.Since, err = since(v, by, p.Merge)
		return err
	})
	return p, err
}

func traits(a, b patient.Patient) (all []Trait) {
	other := b.Traits()
	for i, t := range a.Traits() {
		o := other[i].Value
		all = append(all, Trait{t.Name, t.Value, o, t.Value != "" && o != "" && t.Value != o})
	}
	return all
}

// Of are the two identities of a merge, the one that stands first.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (kept, merged phare.ID, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return "", "", err
	}
	err = db.Read(ctx, func(v *store.View) error {
		m, err := find(v, by, id)
		if err != nil {
			return err
		}
		_, _, err = both(v, by, m.Kept, m.Merged)
		kept, merged = m.Kept, m.Merged
		return err
	})
	return kept, merged, err
}
