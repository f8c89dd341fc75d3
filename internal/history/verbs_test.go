package history

import (
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func desk(t *testing.T, db *store.DB) (nurse access.Actor, id phare.ID) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(access.AddPlatform(t.Context(), db, access.Platform{ID: "ici", Name: "Plateforme inventée", Zone: "Indian/Reunion"}))
	receipt, err := request.Submit(t.Context(), db, access.NewKey(), access.Anyone("ici"), request.NewForm(), request.Fields{
		Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019",
		Sex: "male", Question: "Q", Story: "Une longue histoire inventée.", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
	must(err)
	return access.Actor{ID: "n", Platform: "ici", Role: access.Nurse, Name: "Aline Essai"}, receipt.Request
}

func TestAddAndStrike(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		nurse, id := desk(t, db)
		ctx := t.Context()
		e := Entry{Kind: Exam, Lines: "03/2019 IRM normale\n2020 EMG", Source: Letter, Origin: "Dr Inventé", Again: true}
		for name, by := range map[string]access.Actor{"director": {ID: "d", Platform: "ici", Role: access.Director}, "nobody": {}} {
			if err := Add(ctx, db, by, id, e); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("by %s: %v", name, err)
			}
		}
		elsewhere := access.Actor{ID: "x", Platform: "ailleurs", Role: access.Nurse}
		if err := Add(ctx, db, elsewhere, id, e); phare.KindOf(err) != phare.NotFound {
			t.Errorf("from another desk: %v", err)
		}
		other := e
		other.Document = "not-there"
		if err := Add(ctx, db, nurse, id, other); phare.KindOf(err) != phare.Invalid {
			t.Errorf("a document that is not joined: %v", err)
		}
		if all, err := Of(ctx, db, nurse, id); err != nil || len(all) != 0 {
			t.Fatalf("after refusals: %v %v", all, err)
		}
		if err := Add(ctx, db, nurse, id, e); err != nil {
			t.Fatal(err)
		}
		all, err := Of(ctx, db, nurse, id)
		all = Sorted(all)
		if err != nil || len(all) != 2 || all[0].Date != "2019-03" || all[0].Words != "IRM normale" || all[0].Origin != "Dr Inventé" || all[0].Name != "Aline Essai" || !all[1].Again {
			t.Fatalf("%+v %v", all, err)
		}
		if err := Strike(ctx, db, nurse, id, all[0].ID, " "); phare.KindOf(err) != phare.Invalid {
			t.Errorf("struck out without a reason: %v", err)
		}
		if err := Strike(ctx, db, nurse, id, all[0].ID, "autre patient"); err != nil {
			t.Fatal(err)
		}
		if err := Strike(ctx, db, nurse, id, all[0].ID, "encore"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("struck out twice: %v", err)
		}
		all, err = Of(ctx, db, nurse, id)
		all = Sorted(all)
		if err != nil || len(all) != 2 || !all[0].IsStruck() || all[0].Why != "autre patient" || all[0].Words != "IRM normale" || len(Standing(all)) != 1 {
			t.Errorf("it stays, crossed out: %+v %v", all, err)
		}
		// Nothing of it can be read in the tables.
		err = db.Read(ctx, func(v *store.View) error {
			rows, err := store.All(v, store.Value[string], `SELECT dated || words || origin || why FROM history`)
			for _, r := range rows {
				if strings.Contains(r, "2019") || strings.Contains(r, "IRM") || strings.Contains(r, "Inventé") || strings.Contains(r, "patient") {
					t.Errorf("in clear: %s", r)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		file, err := request.OpenFile(ctx, db, nurse, id)
		if err != nil {
			t.Fatal(err)
		}
		if err := request.Close(ctx, db, nurse, request.Ref{ID: id, Version: file.Version}, request.Ending{Reason: request.Withdrawn}); err != nil {
			t.Fatal(err)
		}
		if err := Add(ctx, db, nurse, id, e); phare.KindOf(err) != phare.Conflict {
			t.Errorf("in a closed file: %v", err)
		}
	})
}
