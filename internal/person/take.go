package person

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// TakeLife is how long whoever made a copy can take it: later it would be another one.
const TakeLife = time.Hour

// Take gives a copy to who made it, to be handed over or posted.
func Take(ctx context.Context, db *store.DB, by access.Actor, id, made phare.ID) (d Dossier, err error) {
	if err := by.Check(access.NoteAsk); err != nil {
		return d, err
	}
	var r request.Request
	var m Making
	err = db.Write(ctx, by.Act("person.copy.take", string(id)).For(string(made)), func(tx *store.Tx) error {
		if r, err = request.ReadToDecide(&tx.View, by, id); err != nil {
			return err
		}
		all, err := copies(&tx.View, r.Platform, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Made) bool { return x.ID == made })
		if i < 0 {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		if m = (Making{Scope: all[i].Scope, Way: all[i].Way, Apart: all[i].apart}); !all[i].CanTake(by.ID, tx.Now) {
			return phare.Fault(phare.Conflict, "person.copy.over")
		}
		return m.may(by)
	})
	if err != nil {
		return d, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		d, err = build(ctx, db, v, r, m)
		return err
	})
	return d, err
}
