package request_test

import (
	"fmt"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// The holder of a form can add to it, but not without end.
func TestComplementsEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if err := access.AddPlatform(t.Context(), db, access.Platform{ID: "reunion", Name: "Essai", Zone: "Indian/Reunion"}); err != nil {
			t.Fatal(err)
		}
		form, by := request.NewForm(), access.Anyone("reunion")
		_, err := request.Submit(t.Context(), db, access.NewKey(), by, form, request.Fields{Who: request.GP, Platform: "reunion",
			Diagnosis: request.NoDiagnosis, FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-04", Sex: "female",
			Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Exemple", Phone: "0639980001", Consent: "yes"})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			if err := request.Complement(t.Context(), db, by, form, fmt.Sprint("un mot ", i)); err != nil {
				t.Fatalf("complement %d: %v", i, err)
			}
		}
		if err := request.Complement(t.Context(), db, by, form, "un mot 3"); err != nil {
			t.Errorf("the same words again: %v", err)
		}
		if err := request.Complement(t.Context(), db, by, form, "un mot de trop"); phare.KindOf(err) != phare.Invalid {
			t.Errorf("one too many: %v", err)
		}
	})
}
