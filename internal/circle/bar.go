package circle

import (
	"context"
	"errors"
	"slices"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Bar shuts an account out of a file and of every file of its patient for good:
// it is the patient's, a relative's, or in another conflict. The files become
// confidential; a request that the account held goes back to the team.
func Bar(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, account, why string) error {
	why = strings.TrimSpace(why)
	run := manageFor
	if account == by.ID {
		run = manage // who takes a file over may find that it is a relative's
	}
	row := phare.NewID() // the trail outlives the file: it names the row and not the person
	return run(ctx, db, by, by.Act("circle.bar", string(id)).For(string(row)), func(tx *store.Tx, f File) error {
		if err := words("conflict_why", why, true); err != nil {
			return err
		}
		a, err := access.Find(&tx.View, by.Platform, phare.ID(account))
		if err != nil || !a.Active {
			return phare.Field("conflict", "desk.owner.unknown")
		}
		if err := notBarred(&tx.View, by, f, account, "conflict"); err != nil {
			return err
		}
		all, err := siblings(&tx.View, by.Platform, id)
		if err != nil {
			return err
		}
		switch may, err := mayEnd(&tx.View, by, all, account); { // asked before the files are closed to others
		case err != nil:
			return err
		case !may:
			return phare.Field("conflict", "circle.bar.other")
		}
		if !f.confidential() {
			if err := errors.Join(stay(tx, by, f), confide(tx, by, f, "")); err != nil {
				return err
			}
		}
		for _, s := range all {
			b := barring{why: why, row: row} // the act around tells of the first
			if s.ID != id {
				b.row, b.also = phare.NewID(), true
			}
			if err := bar(tx, by, s, a, b); err != nil {
				return err
			}
		}
		return nil
	})
}

// mayEnd says whether the actor may end every place that an account has in some
// files: their own, or one in a file that they are in themselves, and to stay.
// Else whoever follows one file of a patient would turn out the team of another.
func mayEnd(v *store.View, by access.Actor, files []File, account string) (bool, error) {
	if account == by.ID {
		return true, nil
	}
	members, err := membersOf(v, by.Platform, files)
	if err != nil {
		return false, err
	}
	stands, err := Stands(v, by, files)
	for _, f := range files {
		has := slices.ContainsFunc(members[f.ID], func(m member) bool { return m.place == placeIn && m.account == account })
		if s := stands[f.ID]; has && (s.Verdict != In || s.Taking) {
			return false, err
		}
	}
	return err == nil, err
}

// barring is why an account is shut out, by which row, and whether it wants an
// entry of its own.
type barring struct {
	why  string
	row  phare.ID
	also bool
}

func bar(tx *store.Tx, by access.Actor, f File, a access.Account, b barring) error {
	already, err := isBarred(&tx.View, by.Platform, f, string(a.ID))
	if err != nil || already { // from a file that was linked before
		return err
	}
	if err := keepsJudge(&tx.View, by, f, a); err != nil {
		return err
	}
	f.Guard = sealed(f.Guard) // by now
	last, err := isLast(&tx.View, by.Platform, f, string(a.ID))
	if err != nil {
		return err
	}
	err = tx.Exec(`UPDATE circle SET until = $1 WHERE request = $2 AND platform = $3 AND account = $4 AND place = 'in' AND (until = '' OR until > $1)`,
		tx.Now, f.ID, by.Platform, a.ID)
	if err != nil {
		return err
	}
	if err := tx.Exec(`UPDATE glass SET until = $1 WHERE request = $2 AND platform = $3 AND account = $4 AND until > $1`, tx.Now, f.ID, by.Platform, a.ID); err != nil {
		return err
	}
	if err := tx.Exec(`UPDATE request SET owner = '', version = version + 1 WHERE id = $1 AND platform = $2 AND owner = $3`, f.ID, by.Platform, a.ID); err != nil {
		return err
	}
	row := Member{ID: b.row, Request: f.ID, Account: string(a.ID), Barred: true, Why: b.why, emptied: last && string(a.ID) != by.ID}
	if err := insert(tx, by, row); err != nil {
		return err
	}
	if b.also {
		if err := tx.Also(by.Act("circle.bar", string(f.ID)).For(string(b.row))); err != nil {
			return err
		}
	}
	if err := mustBeReachable(&tx.View, by.Platform, f); err != nil {
		return err
	}
	if err := tell(tx, by, f.ID, "circle.bar", a.Name); err != nil || !last {
		return err
	}
	return vacate(tx, by, f.ID, leaving{string(a.ID), a.Name, false})
}

// Unbar ends a bar, for a reason that stays in the timeline: what it was for is
// over, or it was put on the wrong account. To who is barred the file does not
// exist, so nobody ends their own.
func Unbar(ctx context.Context, db *store.DB, by access.Actor, id, row phare.ID, why string) error {
	why = strings.TrimSpace(why)
	return manageFor(ctx, db, by, by.Act("circle.unbar", string(id)).For(string(row)), func(tx *store.Tx, _ File) error {
		m, err := placeAt(tx, by.Platform, id, row)
		if err == nil && !m.Barred {
			err = phare.Fault(phare.NotFound, "error.notfound")
		}
		if err == nil {
			err = words("unbar_why", why, true)
		}
		if err != nil {
			return err
		}
		if err := finish(tx, by, m); err != nil {
			return err
		}
		return tell(tx, by, id, "circle.unbar", m.Name+" — "+why)
	})
}

// Join takes the guard and the bars of a patient's files over to a request that
// was just given that patient, inside the write of that step. Who gave it stays in
// its circle; into that of another file nobody comes by it.
func Join(tx *store.Tx, by access.Actor, id, patient phare.ID) error {
	all, err := ofPatient(&tx.View, by.Platform, patient)
	if err != nil {
		return err
	}
	barred, err := barredFrom(&tx.View, by.Platform, all)
	if err != nil {
		return err
	}
	for _, b := range barred {
		switch may, err := mayEnd(&tx.View, by, all, b.Account); {
		case err != nil:
			return err
		case !may:
			return phare.Fault(phare.Forbidden, "circle.join.other")
		}
	}
	if !slices.ContainsFunc(all, func(s File) bool { return s.confidential() }) {
		return nil
	}
	for _, s := range all {
		if s.ID == id && !s.confidential() {
			if err := stay(tx, by, s); err != nil {
				return err
			}
		}
	}
	for _, s := range all {
		if !s.confidential() {
			if err := tx.Also(by.Act("circle.confide", string(s.ID)).For(string(id))); err != nil {
				return err
			}
			if err := confide(tx, by, s, ""); err != nil { // it spreads to all
				return err
			}
			break
		}
	}
	for _, b := range barred {
		a, err := access.Find(&tx.View, by.Platform, phare.ID(b.Account))
		if err != nil {
			return err
		}
		for _, s := range all {
			if err := bar(tx, by, s, a, barring{b.Why, phare.NewID(), true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Together is Join for requests that now stand under one patient, by a merge: who
// decided it stays in those that nobody holds, so that none is out of reach.
func Together(tx *store.Tx, by access.Actor, ids []phare.ID, patient phare.ID) error {
	all, err := ofPatient(&tx.View, by.Platform, patient)
	if err != nil || len(ids) == 0 || !slices.ContainsFunc(all, func(s File) bool { return s.confidential() }) {
		return err
	}
	for _, s := range all {
		if !s.confidential() && s.Owner == "" && s.ID != ids[0] {
			if err := insert(tx, by, Member{Request: s.ID, Account: by.ID}); err != nil {
				return err
			}
		}
	}
	return Join(tx, by, ids[0], patient)
}
