package request

import (
	"context"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Told are the traits of the patient as the requester gave them.
func (r Request) Told() patient.Traits {
	t := patient.Traits{Family: r.Fields.FamilyName, First: r.Fields.FirstName, BirthDate: r.Fields.BirthDate}
	if r.Fields.Who == Family {
		t.Phone = r.Fields.Phone // a physician's own number says nothing of the patient
	}
	return t
}

// Draft is an identity to begin from: what the requester told, nothing checked.
func (r Request) Draft() patient.Patient {
	f := r.Fields
	return patient.Patient{Identity: patient.Provisional, BirthName: f.FamilyName, FirstNames: f.FirstName, BirthDate: f.BirthDate,
		Sex: f.Sex, Commune: f.Commune, Phone: r.Told().Phone}
}

// Lookup opens a request to say who its patient is: the file, and the patients
// of the platform who may be the one meant.
func Lookup(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, same []patient.Candidate, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return File{}, nil, err
	}
	if f, err = OpenFile(ctx, db, by, id); err != nil {
		return File{}, nil, err
	}
	var behind []phare.ID
	err = db.Read(ctx, func(v *store.View) error {
		all, err := patient.Candidates(v, by, f.Told())
		if err != nil {
			return err
		}
		same, behind, err = veil(v, by, all)
		return err
	})
	if err != nil || len(behind) == 0 {
		return f, same, err
	}
	err = db.Write(ctx, by.Act("patient.seek", string(id)), func(tx *store.Tx) error { // what a veil tells is written down
		for _, p := range behind {
			if err := tx.Also(by.Act("patient.seek", string(p))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return File{}, nil, err
	}
	return f, same, nil
}

// veil leaves of a candidate who has a confidential file that the actor is outside
// of no more than that there is one, and of one the actor is barred from nothing.
// behind are those of whom a veil is left.
func veil(v *store.View, by access.Actor, all []patient.Candidate) (same []patient.Candidate, behind []phare.ID, err error) {
	for _, c := range all {
		verdict, _, err := circle.PatientStand(v, by, c.Patient.ID)
		if err != nil {
			return nil, nil, err
		}
		switch verdict {
		case circle.In:
			same = append(same, c)
		case circle.Walled:
			same, behind = append(same, patient.Candidate{Veiled: true}), append(behind, c.Patient.ID)
		}
	}
	return same, behind, nil
}

// known reads a patient whom a request may be given. Whoever has a confidential
// file is given to none from outside of it: the error says whom to ask.
func known(v *store.View, by access.Actor, id phare.ID) (patient.Patient, error) {
	if p, err := patient.Find(v, by, id); err == nil && p.MergedInto != "" { // it stands under another by now
		if p, err = patient.Standing(v, by, p); err != nil {
			return p, err
		}
		id = p.ID
	}
	verdict, holder, err := circle.PatientStand(v, by, id)
	switch {
	case err != nil:
		return patient.Patient{}, err
	case verdict == circle.Barred:
		return patient.Patient{}, phare.Fault(phare.NotFound, "error.notfound")
	case verdict != circle.In:
		e := phare.Fault(phare.Forbidden, "circle.patient.team")
		if holder != "" {
			e.Key, e.Args = "circle.patient.ask", map[string]any{"Holder": holder}
		}
		return patient.Patient{}, e
	}
	return patient.Find(v, by, id)
}

// Identify says who the patient of a request is: a new patient, or a correction
// of the one the request has (p.ID set).
func Identify(ctx context.Context, db *store.DB, by access.Actor, ref Ref, p patient.Patient) error {
	return identify(ctx, db, by, ref, func(tx *store.Tx, r Request) (patient.Patient, error) {
		if p.ID != "" && p.ID != r.Patient {
			return p, phare.Fault(phare.Conflict, "error.conflict")
		}
		if p.ID == "" && r.Patient != "" {
			return p, phare.Fault(phare.Conflict, "error.conflict") // a colleague was faster
		}
		return patient.Save(tx, by, p)
	})
}

// Link says that the patient of a request is one the platform knows already.
func Link(ctx context.Context, db *store.DB, by access.Actor, ref Ref, id phare.ID) error {
	return identify(ctx, db, by, ref, func(tx *store.Tx, r Request) (patient.Patient, error) {
		return known(&tx.View, by, id)
	})
}

func identify(ctx context.Context, db *store.DB, by access.Actor, ref Ref, who func(*store.Tx, Request) (patient.Patient, error)) error {
	if err := by.Check(access.EditPatient); err != nil {
		return err
	}
	return change(ctx, db, by, ref, step{verb: "request.identify", do: func(tx *store.Tx, r Request) error {
		p, err := who(tx, r)
		if err != nil {
			return err
		}
		if err := tx.Update(`UPDATE request SET patient = $1, version = version + 1 WHERE id = $2 AND platform = $3 AND version = $4`, p.ID, r.ID, r.Platform, r.Version); err != nil {
			return err
		}
		act := by.Act("patient.identify", string(p.ID))
		if err := tx.Also(act); err != nil {
			return err
		}
		words, err := personWords(&tx.View, by, p.ID)
		if err != nil {
			return err
		}
		if err := addWords(tx, r.Platform, r.ID, words); err != nil {
			return err
		}
		if err := circle.Join(tx, by, r.ID, p.ID); err != nil {
			return err
		}
		return Tell(tx, by, r, Event{Kind: "identify", Text: string(p.Identity), ShownTo: Team})
	}})
}
