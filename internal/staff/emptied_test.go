package staff_test

import (
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Whoever takes the last member of a file away, by another role or for good,
// opens it to nobody, and the file says it.
func TestEmptied(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		ctx, nurse := t.Context(), phare.ID(d.nurse.ID)
		r, err := request.Submit(ctx, db, access.NewKey(), access.Anyone("reunion"), request.NewForm(), request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis,
			FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-12", Sex: "female", Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Test", Phone: "0262 00 11 22", Consent: "yes"})
		must(t, err)
		file, err := request.OpenFile(ctx, db, d.nurse, r.Request)
		must(t, err)
		must(t, request.Take(ctx, db, d.nurse, request.Ref{ID: r.Request, Version: file.Version}))
		look := func(lines int, want circle.Verdict, when string) {
			t.Helper()
			must(t, db.Read(ctx, func(v *store.View) error {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM event WHERE kind = 'circle.emptied' AND request = $1 AND shown_to = 'team'`, r.Request)
				must(t, err)
				s, err := circle.Stand(v, d.doctor, r.Request)
				if n != lines || s.Verdict != want {
					t.Errorf("%s: %d lines, the physician stands %+v", when, n, s)
				}
				return err
			}))
		}
		role := func(to access.Role) { must(t, staff.ChangeRole(ctx, db, d.ada, nurse, to)) }
		role(access.Director)
		look(0, circle.In, "a file of the whole desk")
		role(access.Nurse)
		must(t, circle.Confide(ctx, db, d.nurse, r.Request, "connue de tous"))
		role(access.Secretary)
		look(1, circle.Walled, "a role that works in files and takes nobody in")
		role(access.Director)
		look(1, circle.Walled, "nobody kept it any more")
		role(access.Admin)
		look(1, circle.Walled, "nobody was in it any more")
		role(access.Nurse)
		must(t, staff.Leave(ctx, db, d.ada, nurse))
		look(2, circle.Walled, "the last member leaves")
	})
}
