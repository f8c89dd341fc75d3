package instrument

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Look reads one instrument. A draft is shown to the desk only: to others the
// text in use is the latest one.
func Look(ctx context.Context, db *store.DB, by access.Actor, ref Ref) (i Instrument, err error) {
	if err := mayRead(by, ref); err != nil {
		return Instrument{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		i, err = look(v, by, ref)
		return err
	})
	return i, err
}

func mayRead(by access.Actor, ref Ref) error {
	if err := by.Check(access.ReadInstrument); err != nil {
		return err
	}
	if !ref.exists() {
		return phare.Fault(phare.NotFound, "error.notfound")
	}
	return nil
}

func look(v *store.View, by access.Actor, ref Ref) (Instrument, error) {
	r, err := find(v, by.Platform, ref)
	if err != nil {
		return Instrument{}, err
	}
	i := Instrument{Ref: ref, ID: r.id}
	if i.InUse, err = version(v, r, r.inUse); err != nil {
		return i, err
	}
	i.Latest = i.InUse
	if r.latest != r.inUse && by.Can(access.ReadDraft) {
		i.Latest, err = version(v, r, r.latest)
	}
	return i, err
}

// LookVersion reads one text of an instrument: what was signed, and the text in
// use, for everyone on the staff; every other text for the desk.
func LookVersion(ctx context.Context, db *store.DB, by access.Actor, ref Ref, number int64) (x Version, err error) {
	if err := mayRead(by, ref); err != nil {
		return Version{}, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		x, err = lookVersion(v, by, ref, number)
		return err
	})
	return x, err
}

func lookVersion(v *store.View, by access.Actor, ref Ref, number int64) (Version, error) {
	r, err := find(v, by.Platform, ref)
	if err != nil {
		return Version{}, err
	}
	x, err := version(v, r, number)
	if err == nil && !x.IsSigned() && number != r.inUse && !by.Can(access.ReadDraft) {
		return Version{}, phare.Fault(phare.NotFound, "error.notfound")
	}
	return x, err
}

// History reads every text of an instrument, the latest first.
func History(ctx context.Context, db *store.DB, by access.Actor, ref Ref) (all []Version, err error) {
	if err := by.Check(access.ReadDraft); err != nil {
		return nil, err
	}
	if !ref.exists() {
		return nil, phare.Fault(phare.NotFound, "error.notfound")
	}
	err = db.Read(ctx, func(v *store.View) error {
		r, err := find(v, by.Platform, ref)
		if err != nil {
			return err
		}
		all, err = versions(v, r)
		return err
	})
	return all, err
}

// Status is where one instrument stands, without its text.
type Status struct {
	Ref
	InUse, Latest int64 // numbers; Latest is InUse for who may not see drafts
	Unfinished    bool  // the draft has faults
}

// HasDraft says whether a later text waits for a signature.
func (s Status) HasDraft() bool { return s.Latest != s.InUse }

// List tells where all instruments of a platform stand: the tree, then the
// sheets in the order of their networks' names.
func List(ctx context.Context, db *store.DB, by access.Actor) (all []Status, err error) {
	if err := by.Check(access.ReadInstrument); err != nil {
		return nil, err
	}
	stored, unfinished := map[Ref]record{}, map[Ref]bool{}
	err = db.Read(ctx, func(v *store.View) error {
		found, err := records(v, by.Platform)
		for _, r := range found {
			stored[r.ref] = r
			if r.latest == r.inUse || err != nil || !by.Can(access.ReadDraft) {
				continue
			}
			var x Version
			x, err = version(v, r, r.latest)
			unfinished[r.ref] = Unfinished(r.ref, x)
		}
		return err
	})
	refs := []Ref{TreeRef()}
	for _, n := range Networks() {
		refs = append(refs, SheetRef(n.Slug))
	}
	for _, ref := range refs {
		s := Status{Ref: ref, InUse: stored[ref].inUse, Latest: stored[ref].latest, Unfinished: unfinished[ref]}
		if !by.Can(access.ReadDraft) {
			s.Latest = s.InUse
		}
		all = append(all, s)
	}
	return all, err
}
