package arrival

import (
	"context"
	"strings"
	"unicode/utf8"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// Match gives an arrival to the request that someone of the desk names by its
// reference: its words become a line of its timeline, its files its files.
func Match(ctx context.Context, db *store.DB, by access.Actor, ref Ref, reference string) (of phare.ID, err error) {
	err = settle(ctx, db, by, by.Act("arrival.match", string(ref.ID)), ref.Version, func(tx *store.Tx, a Arrival) error {
		r, err := byReference(&tx.View, by, reference)
		if err != nil {
			return err
		}
		of = r.ID
		j, err := request.JoinArrived(tx, by, r, a.arrived())
		if err != nil {
			return err
		}
		if err := a.end(tx, by, Matched, r.ID); err != nil {
			return err
		}
		if err := tx.Also(by.Act("arrival.join", string(r.ID)).For(a.Channel)); err != nil {
			return err
		}
		a.About.Joined = &j
		return a.rewrite(tx)
	})
	return of, err
}

// byReference is the request of a reference.
func byReference(v *store.View, by access.Actor, reference string) (request.Request, error) {
	r, err := request.FindByReference(v, by, reference)
	if k := phare.KindOf(err); err != nil && (k == phare.NotFound || k == phare.Forbidden) {
		err = phare.Field("reference", "arrival.reference.unknown") // the same for what does not exist and what is closed to them
	}
	return r, err
}

// Compare opens the request of a reference, to see whose it is before something is
// matched to it: a look into its file.
func Compare(ctx context.Context, db *store.DB, by access.Actor, ref Ref, reference string) (f request.File, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return f, err
	}
	var r request.Request
	err = db.Read(ctx, func(v *store.View) error {
		a, err := find(v, by, ref.ID)
		if err == nil {
			err = a.stillAt(ref.Version)
		}
		if err != nil {
			return err
		}
		r, err = byReference(v, by, reference)
		return err
	})
	if err != nil {
		return f, err
	}
	return request.OpenFile(ctx, db, by, r.ID)
}

// Part undoes Match within AsideLife, and says why: the arrival waits again, for
// whoever parted it, with its files; the timeline of the request keeps both lines.
func Part(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) error {
	if err := by.Check(access.TriageRequest); err != nil {
		return err
	}
	why = strings.TrimSpace(why)
	return db.Write(ctx, by.Act("arrival.unmatch", string(id)), func(tx *store.Tx) error {
		a, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		switch {
		case !a.CanPart(tx.Now):
			return phare.Fault(phare.Conflict, "arrival.settled")
		case why == "":
			return phare.Field("why", "arrival.part.missing")
		case utf8.RuneCountInString(why) > longestRemark:
			return phare.Field("why", "desk.toolong")
		}
		to := place(a.Platform, a.ID)
		to.Gateway = a.Source == "folder"
		if err := request.PartArrived(tx, by, *a.About.Joined, to, why); err != nil {
			return err
		}
		if err := tx.Also(by.Act("arrival.part", string(a.Request))); err != nil {
			return err
		}
		a.About.Joined = nil
		if err := a.rewrite(tx); err != nil {
			return err
		}
		return tx.Update(`UPDATE arrival SET state = 'waiting', request = NULL, holder = $1, holder_since = $2, ended_at = '', ended_by = '', ended_name = '', version = version + 1
			WHERE id = $3 AND platform = $4 AND state = 'matched'`, by.ID, tx.Now, id, by.Platform)
	})
}

// arrived is what a request gets of an arrival.
func (a Arrival) arrived() request.Arrived {
	said := a.About
	who := said.From
	if said.Address != "" {
		who = strings.TrimSpace(who + " <" + said.Address + ">")
	}
	head := strings.TrimSpace(who + "\n" + said.Subject)
	return request.Arrived{Words: strings.TrimSpace(head + "\n\n" + said.Words), From: place(a.Platform, a.ID)}
}
