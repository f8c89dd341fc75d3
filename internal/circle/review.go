package circle

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Review is what a physician says of an exceptional access.
type Review struct{ Outcome, Remark string }

// unfit is why a reviewer may not judge an access, a text; empty: they may. Nobody
// judges their own. Who had to do with the account of who opened the file within
// the last days could be both, and so could two whom one administrator just invited.
// An account that is new leaves it to another who may.
func unfit(v *store.View, by access.Actor, a Access) (why string, err error) {
	if a.Account == by.ID {
		return "glass.own", nil
	}
	near, err := access.Near(v, by.Platform, by.ID, a.Account, v.Now().Add(-week))
	if near || err != nil {
		return "glass.near", err
	}
	known, err := access.Settled(v, by.Platform, by.ID, v.Now())
	if known || err != nil {
		return "", err
	}
	b, err := judges(v, by.Platform, a)
	switch {
	case err != nil:
		return "", err
	case b.known > 0:
		why = "glass.young"
	case b.lost > 0: // who would have judged it may have been put aside for that
		why = "glass.lately"
	}
	return why, nil
}

// bench is who can judge an access: accounts that are known, those that are new, and
// known ones that could until this week, and lost their role.
type bench struct{ known, young, lost int }

// all is how many can judge it today.
func (b bench) all() int {
	if b.lost > 0 {
		return b.known
	}
	return b.known + b.young
}

func judges(v *store.View, platform string, a Access) (b bench, err error) {
	active, err := access.Active(v, platform)
	if err != nil {
		return b, err
	}
	members, err := membersOf(v, platform, []File{{ID: a.Request}})
	if err != nil {
		return b, err
	}
	for _, x := range active {
		id := string(x.ID)
		if id == a.Account || !x.Actor().Can(access.ReviewGlass) || barred(members[a.Request], id) {
			continue
		}
		old, err := access.Settled(v, platform, id, v.Now())
		if err != nil {
			return b, err
		}
		near, err := access.Near(v, platform, id, a.Account, v.Now().Add(-week))
		if err != nil {
			return b, err
		}
		switch {
		case near:
		case old:
			b.known++
		default:
			b.young++
		}
	}
	b.lost, err = access.Lost(v, platform, access.ReviewGlass, v.Now().Add(-week))
	return b, err
}

// keepsJudge refuses a bar that would take from an exceptional access that waits who
// could judge it, if it is put by who opened it or by whom that one took in since.
// One's own conflict anyone says at any time, and that of another whoever is in the
// circle otherwise: then the access waits, and is shown as late.
func keepsJudge(v *store.View, by access.Actor, f File, shut access.Account) error {
	if string(shut.ID) == by.ID || !shut.Active || !shut.Actor().Can(access.ReviewGlass) {
		return nil
	}
	waiting, err := store.All(v, scanAccess, accessQuery+`g.request = $2 AND g.outcome = ''`, by.Platform, f.ID)
	if err != nil {
		return err
	}
	for _, a := range waiting {
		own, err := takenIn(v, by, f, a)
		if err != nil {
			return err
		}
		if !own {
			continue
		}
		if why, err := unfit(v, shut.Actor(), a); err != nil || why == "" {
			return cmp.Or(err, error(phare.Field("conflict", "circle.bar.judge")))
		}
	}
	return nil
}

// takenIn says whether the actor opened an access, or was taken into a file of that
// patient since by who did, or by another of those.
func takenIn(v *store.View, by access.Actor, f File, a Access) (bool, error) {
	type came struct{ account, by string }
	all, err := store.All(v, func(row store.Row) (c came, err error) {
		err = row.Scan(&c.account, &c.by)
		return c, err
	}, `SELECT account, added_by FROM circle WHERE platform = $1 AND place = 'in' AND since >= $3
		AND (request = $2 OR request IN (SELECT id FROM request WHERE platform = $1 AND patient = (SELECT patient FROM request WHERE id = $2 AND platform = $1)))`, by.Platform, f.ID, a.At)
	in := []string{a.Account}
	for grown := true; grown; {
		grown = false
		for _, c := range all {
			if slices.Contains(in, c.by) && !slices.Contains(in, c.account) {
				in, grown = append(in, c.account), true
			}
		}
	}
	return slices.Contains(in, by.ID), err
}

// Judge writes a review down, once; one that said unclear is followed by another that
// says which, and both stay in the timeline. Nobody judges their own access, nor that of
// someone whose account they had to do with this week, or the reverse.
func Judge(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, r Review) error {
	if err := by.Check(access.ReviewGlass); err != nil {
		return err
	}
	r.Remark = strings.TrimSpace(r.Remark)
	return db.Write(ctx, by.Act("glass.review", string(id)).For(r.Outcome), func(tx *store.Tx) error {
		g, err := store.One(&tx.View, scanAccess, accessQuery+`g.id = $2`, by.Platform, id)
		if err != nil {
			return err
		}
		s, err := Stand(&tx.View, by, g.Request)
		switch {
		case err != nil:
			return err
		case s.Verdict == Barred:
			return phare.Fault(phare.NotFound, "error.notfound")
		case !g.Open() && g.Account != by.ID:
			return phare.Fault(phare.Conflict, "error.conflict")
		}
		why, err := unfit(&tx.View, by, g)
		if err == nil && why != "" {
			err = phare.Fault(phare.Forbidden, why)
		}
		if err != nil {
			return err
		}
		if !slices.Contains(g.Answers(), r.Outcome) {
			return phare.Field("outcome", "glass.outcome.missing")
		}
		must := r.Outcome != "justified"
		if err := words("remark", r.Remark, must); err != nil {
			return err
		}
		err = tx.Update(`UPDATE glass SET outcome = $1, reviewer = $2, reviewed_at = $3, remark = $4 WHERE id = $5 AND platform = $6 AND outcome = $7`,
			r.Outcome, by.ID, tx.Now, sealer(by.Platform, g.Request, "glass", id).In("remark", r.Remark), id, by.Platform, g.Outcome)
		if err != nil {
			return err
		}
		if err := tx.Also(by.Act("glass.reviewed", string(g.Request)).For(r.Outcome)); err != nil {
			return err
		}
		return tell(tx, by, g.Request, "glass.reviewed."+r.Outcome, r.Remark)
	})
}
