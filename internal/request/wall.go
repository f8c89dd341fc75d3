package request

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Wall is what someone of the desk sees of a file whose circle they are not in:
// its reference, and whom to ask.
type Wall struct {
	ID           phare.ID
	Reference    string
	Holder       string   // who holds it and can add a colleague; empty: nobody
	Others       []string // names of who else can help: in its circle, or when nobody is, who may take it over
	Empty        bool     // nobody is left in its circle
	Spare        bool     // and who stands before it may take it over, by an exceptional access
	Confidential bool
	Limited      bool      // its use is limited: only physicians read it
	NextAt       time.Time // the day of news that was promised; of a limited one alone, for who answers the phone
	Name         string    // of the patient, told only where each file has its circle, and never of a confidential one
}

// Confide makes a request confidential. What nobody has taken yet is taken by who
// asks: a file that only its circle sees waits in no queue.
func Confide(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, why string) error {
	return circle.ConfideTaken(ctx, db, by, id, circle.Confiding{Why: why, Take: func(tx *store.Tx) error {
		r, err := find(&tx.View, by, id)
		if err != nil || r.State == Closed || !by.Can(access.TriageRequest) {
			return err
		}
		if err := tx.Also(by.Act("request.take", string(id)).For(by.ID)); err != nil {
			return err
		}
		return GiveIn(tx, by, r, by.ID)
	}})
}

// Stand says how a member of the staff stands to a request.
func Stand(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (s circle.Standing, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		s, err = circle.Stand(v, by, id)
		return err
	})
	return s, err
}

// AtWall shows the wall to who stands before it. That they do is written down.
func AtWall(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (w Wall, err error) {
	if err := by.Check(access.ReadRequest); err != nil {
		return Wall{}, err
	}
	err = db.Write(ctx, by.Act("circle.wall", string(id)), func(tx *store.Tx) error {
		w = Wall{}
		s, err := circle.Stand(&tx.View, by, id)
		if err != nil {
			return err
		}
		if s.Verdict == circle.Barred {
			return phare.Fault(phare.NotFound, "error.notfound")
		}
		r, err := find(&tx.View, by, id)
		if err != nil {
			return err
		}
		w = Wall{ID: r.ID, Reference: r.Reference, Empty: s.Empty, Spare: s.Spare, Confidential: circle.IsConfidential(r.Guard), Limited: circle.IsLimited(r.Guard)}
		if w.Limited && r.State != Closed {
			w.NextAt = r.NextAt
		}
		if w.Holder, w.Others, err = circle.Helpers(&tx.View, by, id); err != nil || w.Confidential || w.Limited {
			return err
		}
		w.Name = phare.Clean(r.Fields.FamilyName + " " + r.Fields.FirstName)
		if r.Patient != "" {
			p, err := patient.Find(&tx.View, by, r.Patient)
			if err != nil {
				return err
			}
			w.Name = p.Guard()
		}
		return nil
	})
	return w, err
}
