package request

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Met is a patient whom somebody told of may be, with where they are known.
type Met struct {
	patient.Candidate
	Requests []Known
}

// Known is a request of somebody who was met.
type Known struct {
	ID        phare.ID
	Reference string
	State     State
}

// Seek proposes who someone told of may be, while the words are still being typed:
// it creates nothing and guesses nobody. For the request that id names, whose look
// it writes down; without one, for a call: then it is written down for each person
// who is shown.
func Seek(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, t patient.Traits) (all []Met, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = nil
		if id != "" {
			if err := circle.Check(v, by, id); err != nil {
				return err
			}
		}
		found, err := patient.Candidates(v, by, t)
		if err != nil {
			return err
		}
		same, err := veil(v, by, found)
		for _, c := range same {
			m := Met{Candidate: c}
			if !c.Veiled {
				m.Requests, err = knownBy(v, by, c.Patient.ID)
			}
			if err != nil {
				return err
			}
			all = append(all, m)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	subject := string(id)
	if id == "" {
		subject = by.Platform
	}
	err = db.Write(ctx, by.Act("patient.seek", subject), func(tx *store.Tx) error {
		for _, m := range all {
			if id != "" || m.Veiled {
				continue
			}
			if err := tx.Also(by.Act("patient.seek", string(m.Patient.ID))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err // nothing is shown that is not written down
	}
	return all, nil
}

// knownBy are the last requests of a patient that the actor may open.
func knownBy(v *store.View, by access.Actor, id phare.ID) (all []Known, err error) {
	requests, err := store.All(v, scan, `SELECT `+columns+` FROM request WHERE patient = $1 AND platform = $2 ORDER BY created_at DESC, id LIMIT 5`, id, by.Platform)
	if err != nil {
		return nil, err
	}
	seen, err := screen(v, by, requests)
	for _, r := range seen {
		all = append(all, Known{r.ID, r.Reference, r.State})
	}
	return all, err
}

// IdentityHistory opens a request to show how the identity of its patient changed,
// and which identities stand under it.
func IdentityHistory(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, all []patient.Version, under []patient.Patient, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return f, nil, nil, err
	}
	if f, err = OpenFile(ctx, db, by, id); err != nil {
		return f, nil, nil, err
	}
	if f.Patient == nil {
		return f, nil, nil, nil
	}
	err = db.Read(ctx, func(v *store.View) error {
		if all, err = patient.History(v, by, f.Patient.ID); err != nil {
			return err
		}
		under, err = patient.Under(v, by, f.Patient.ID)
		return err
	})
	return f, all, under, err
}
