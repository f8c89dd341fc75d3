package circle

import (
	"context"
	"slices"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

func scanMember(row store.Row) (m Member, err error) {
	var place string
	err = row.Scan(&m.ID, &m.Request, &m.Account, &m.Name, &m.Active, &place, &m.Holder, store.Time(&m.Since), store.Time(&m.Until), &m.AddedBy, store.Sealed(&m.Why, "circle.why", &m.ID))
	m.Barred = place == placeBarred
	return m, err
}

const memberQuery = `SELECT c.id, c.request, c.account, a.name, a.active, c.place, c.holder, c.since, c.until, COALESCE(b.name, ''), c.why
	FROM circle c JOIN account a ON a.id = c.account AND (a.platform || '') = c.platform LEFT JOIN account b ON b.id = c.added_by AND b.platform = c.platform WHERE c.platform = $1 AND `

// rows are all places in a circle, also those that ended, the latest first.
func rows(v *store.View, platform string, id phare.ID) ([]Member, error) {
	return store.All(v, scanMember, memberQuery+`c.request = $2 ORDER BY c.since DESC, c.id DESC`, platform, id)
}

// barredFrom are the bars of some files that hold.
func barredFrom(v *store.View, platform string, files []File) ([]Member, error) {
	args := []any{platform, v.Now()}
	for _, f := range files {
		args = append(args, f.ID)
	}
	return store.All(v, scanMember, memberQuery+`c.place = 'barred' AND (c.until = '' OR c.until > $2) AND c.request IN (`+holes(2, len(files))+`) ORDER BY c.since, c.id`, args...)
}

// Circle is who may open one file.
type Circle struct {
	Guard   string
	Mode    string   // of the platform
	Narrow  bool     // the file has a circle of its own
	Now     []Member // in it or barred, now
	Before  []Member // whose time is over, the latest first
	Stand   []string // names of who may take it over, because nobody is left
	Glasses []Access // exceptional accesses, the latest first

	Only   bool // the reader is the only one in it
	Taking bool // the reader is in only to take the file over, for an hour

	Addable, Barrable []access.Account // who may be taken in, or shut out

	Decided *Decision // the platform's last decision; nil: there is none
}

// Unbarred are the bars that were ended, the latest first: why they were put stays.
func (c Circle) Unbarred() []Member {
	return slices.DeleteFunc(slices.Clone(c.Before), func(m Member) bool { return !m.Barred })
}

// Of reads the circle of a file, for a page that has written down that the file
// was opened.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (c Circle, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return c, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		c = Circle{}
		s, err := stand(v, by, id, true)
		if err != nil {
			return err
		}
		c.Taking = s.Taking
		f, err := file(v, by.Platform, id)
		if err != nil {
			return err
		}
		if c.Mode, err = Mode(v, by.Platform); err != nil {
			return err
		}
		c.Guard, c.Narrow = f.Guard, f.narrow(c.Mode)
		all, err := rows(v, by.Platform, id)
		if err != nil {
			return err
		}
		for _, m := range all {
			if !m.Until.IsZero() && !m.Until.After(v.Now()) {
				c.Before = append(c.Before, m)
			} else {
				c.Now = append(c.Now, m)
			}
		}
		d, err := deskOf(v, by.Platform, f)
		if err != nil {
			return err
		}
		c.Stand = names(d.who(func(s Standing) bool { return s.Spare }))
		c.Addable, c.Barrable, c.Only = d.addable(by), d.barrable(), d.isOnly(by.ID)
		if c.Taking {
			c.Barrable = slices.DeleteFunc(c.Barrable, func(a access.Account) bool { return string(a.ID) != by.ID })
		}
		if c.Glasses, err = accessesTo(v, by.Platform, id); err != nil {
			return err
		}
		taken, err := decisions(v, by.Platform)
		if len(taken) > 0 {
			c.Decided = &taken[0]
		}
		return err
	})
	return c, err
}

// Holder is the name of whoever holds a file; empty when nobody does.
func Holder(v *store.View, by access.Actor, id phare.ID) (string, error) {
	name, err := store.One(v, store.Value[string], `SELECT a.name FROM request r JOIN account a ON a.id = r.owner AND (a.platform || '') = r.platform WHERE r.id = $1 AND r.platform = $2`, id, by.Platform)
	if phare.KindOf(err) == phare.NotFound {
		return "", nil
	}
	return name, err
}

// Hidden are the requests of a platform that an account is barred from, by their
// state: what no count may hold.
func Hidden(v *store.View, by access.Actor) (all []Shut, err error) {
	return store.All(v, func(row store.Row) (s Shut, err error) {
		err = row.Scan(&s.Request, &s.State, &s.NextAt)
		return s, err
	}, `SELECT DISTINCT r.id, r.state, r.next_at FROM circle c JOIN request r ON r.id = c.request AND (r.platform || '') = c.platform
		WHERE c.account = $1 AND c.place = 'barred' AND c.platform = $2 AND (c.until = '' OR c.until > $3)`, by.ID, by.Platform, v.Now())
}

// Shut is a request that does not exist for someone.
type Shut struct {
	Request phare.ID
	State   string
	NextAt  string // as stored
}

// PatientStand says how the actor stands to a patient: the narrowest of how they
// stand to the patient's confidential files, and who holds one they are outside of.
func PatientStand(v *store.View, by access.Actor, patient phare.ID) (worst Verdict, holder string, err error) {
	all, err := ofPatient(v, by.Platform, patient)
	if err != nil || !by.IsStaff() {
		return In, "", err
	}
	all = slices.DeleteFunc(all, func(f File) bool { return f.Guard == Open })
	if len(all) == 0 {
		return In, "", nil
	}
	stands, err := Stands(v, by, all)
	if err != nil {
		return Walled, "", err
	}
	worst = In
	for _, f := range all {
		switch stands[f.ID].Verdict {
		case Barred:
			return Barred, "", nil
		case Walled, Glass:
			worst = Walled
			if holder, err = Holder(v, by, f.ID); err != nil {
				return Walled, "", err
			}
		}
	}
	return worst, holder, nil
}

// InAll says whether the actor is in the circle of every file of a patient,
// confidential or not: what concerns the person whole is theirs to decide.
func InAll(v *store.View, by access.Actor, patient phare.ID) (bool, error) {
	all, err := ofPatient(v, by.Platform, patient)
	if err != nil || !by.IsStaff() {
		return err == nil, err
	}
	stands, err := Stands(v, by, all)
	if err != nil {
		return false, err
	}
	for _, f := range all {
		if stands[f.ID].Verdict != In || stands[f.ID].Taking {
			return false, nil
		}
	}
	return true, nil
}
