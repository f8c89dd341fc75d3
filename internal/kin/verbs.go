package kin

import (
	"context"
	"slices"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// People is all that is known of those around the patient of a request.
type People struct {
	Related []Related
	Contact Contact
	Rules   []Rule
	Ties    []Tie // of whose other side every file is open to the reader
	Consent Consent
	Today   string
}

// Of reads the people around the patient of a request, for a page that has written
// down that the file was opened. A request without a patient has none.
func Of(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (p People, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return p, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		p, err = peopleOf(v, by, id)
		return err
	})
	return p, err
}

func peopleOf(v *store.View, by access.Actor, id phare.ID) (p People, err error) {
	r, err := request.FindToRead(v, by, id)
	if err != nil || r.Patient == "" {
		return p, err
	}
	ids, err := identities(v, by, r.Patient)
	if err != nil {
		return p, err
	}
	who, err := patient.Find(v, by, r.Patient)
	if err != nil {
		return p, err
	}
	if p.Related, err = related(v, by, ids); err != nil {
		return p, err
	}
	if p.Contact, err = contactOf(v, by, ids); err != nil {
		return p, err
	}
	if p.Rules, err = rules(v, by, ids); err != nil {
		return p, err
	}
	if p.Ties, err = known(v, by, ids); err != nil {
		return p, err
	}
	today, err := dayAt(v, by, p.Contact)
	p.Today = today.Format(time.DateOnly)
	p.Consent = ConsentOf(who.BirthDate, p.Related, today)
	return p, err
}

// dayAt is now at the patient's place.
func dayAt(v *store.View, by access.Actor, c Contact) (time.Time, error) {
	zone := c.Zone
	if zone == "" {
		var err error
		if zone, err = store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, by.Platform); err != nil {
			return time.Time{}, err
		}
	}
	return v.Now().In(text.Zone(zone)), nil
}

// known are the ties to patients of whom every file is open to the actor. Of the
// others nothing is told, not their number.
func known(v *store.View, by access.Actor, ids []phare.ID) (all []Tie, err error) {
	some, err := ties(v, by, ids)
	if err != nil {
		return nil, err
	}
	for _, t := range some {
		other, err := patient.Find(v, by, t.other)
		if err != nil {
			return nil, err
		}
		if other, err = patient.Standing(v, by, other); err != nil {
			return nil, err
		}
		in, err := circle.InAll(v, by, other.ID)
		if err != nil {
			return nil, err
		}
		if in && !slices.Contains(ids, other.ID) {
			all = append(all, t)
		}
	}
	return all, nil
}

// change runs one change of what is known of the people around the patient of a
// request, by someone in its circle.
func change(ctx context.Context, db *store.DB, by access.Actor, a store.Act, do func(*store.Tx, request.Request, []phare.ID) error) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return db.Write(ctx, a, func(tx *store.Tx) error {
		r, err := request.Find(&tx.View, by, phare.ID(a.Subject))
		if err != nil {
			return err
		}
		if r.Patient == "" {
			return phare.Fault(phare.Conflict, "kin.nobody")
		}
		ids, err := identities(&tx.View, by, r.Patient)
		if err != nil {
			return err
		}
		return do(tx, r, ids)
	})
}

// mostPeople bounds the people around one patient, and their rules.
const mostPeople = 30

// Save notes someone around the patient of a request, or corrects what is noted.
func Save(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, one Related) error {
	return change(ctx, db, by, by.Act("kin.related", string(id)), func(tx *store.Tx, r request.Request, ids []phare.ID) error {
		one, err := one.accept()
		if err != nil {
			return err
		}
		all, err := related(&tx.View, by, ids)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Related) bool { return x.ID == one.ID })
		switch {
		case one.ID != "" && i < 0:
			return phare.Fault(phare.NotFound, "error.notfound")
		case one.ID != "":
			one.patient = all[i].patient
		case len(all) >= mostPeople:
			return phare.Field("kind", "kin.many")
		}
		return putRelated(tx, by, r.Patient, one)
	})
}

// SaveContact notes how the patient of a request is spoken to.
func SaveContact(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, c Contact) error {
	return change(ctx, db, by, by.Act("kin.contact", string(id)), func(tx *store.Tx, r request.Request, _ []phare.ID) error {
		c, err := c.accept()
		if err != nil {
			return err
		}
		return putContact(tx, by, r.Patient, c)
	})
}

// AddRule notes when, by which number or through whom the family is called.
func AddRule(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, rule Rule) error {
	return change(ctx, db, by, by.Act("kin.rule", string(id)), func(tx *store.Tx, r request.Request, ids []phare.ID) error {
		rule, err := rule.accept()
		if err != nil {
			return err
		}
		all, err := rules(&tx.View, by, ids)
		if err == nil && len(all) >= mostPeople {
			err = phare.Field("not_before", "kin.many")
		}
		if err != nil {
			return err
		}
		return putRule(tx, by, r.Patient, rule)
	})
}

// DropRule takes a rule away.
func DropRule(ctx context.Context, db *store.DB, by access.Actor, id, row phare.ID) error {
	return change(ctx, db, by, by.Act("kin.rule", string(id)), func(tx *store.Tx, _ request.Request, ids []phare.ID) error {
		return drop(tx, by, "contact_rule", ids, row)
	})
}

// Link notes that the patient of a request is of one family with that of another
// request of the platform. Whoever links is in every file of both; the timelines
// say nothing, because others read them.
func Link(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, reference, kind string) error {
	return change(ctx, db, by, by.Act("kin.link", string(id)), func(tx *store.Tx, r request.Request, ids []phare.ID) error {
		if !slices.Contains(Kinships(), kind) {
			return phare.Field("kinship", "kin.kinship.missing")
		}
		// One answer for what does not exist, has no patient, or is not open: the
		// field must not tell who is known here.
		nobody := phare.Field("reference", "kin.reference.none")
		other, err := request.FindByReference(&tx.View, by, reference)
		if err != nil || other.Patient == "" {
			if k := phare.KindOf(err); err != nil && k != phare.NotFound && k != phare.Forbidden {
				return err
			}
			return nobody
		}
		for _, p := range []phare.ID{r.Patient, other.Patient} {
			in, err := circle.InAll(&tx.View, by, p)
			if err != nil {
				return err
			}
			if !in {
				return nobody
			}
		}
		if slices.Contains(ids, other.Patient) {
			return phare.Field("reference", "kin.reference.same")
		}
		err = tx.Exec(`INSERT INTO kinship (id, platform, a, b, kind, added_name, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			phare.NewID(), by.Platform, min(r.Patient, other.Patient), max(r.Patient, other.Patient), kind, by.Name, tx.Now)
		if store.IsDuplicate(err) {
			return phare.Field("reference", "kin.reference.already")
		}
		if err != nil {
			return err
		}
		return tx.Also(by.Act("kin.link", string(other.ID)))
	})
}

// Unlink ends a tie that the actor may know of.
func Unlink(ctx context.Context, db *store.DB, by access.Actor, id, row phare.ID) error {
	return change(ctx, db, by, by.Act("kin.link", string(id)), func(tx *store.Tx, _ request.Request, ids []phare.ID) error {
		all, err := known(&tx.View, by, ids)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(t Tie) bool { return t.ID == row })
		if i < 0 {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		if err := tx.Also(by.Act("kin.link", string(all[i].other))); err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM kinship WHERE id = $1 AND platform = $2`, row, by.Platform)
	})
}
