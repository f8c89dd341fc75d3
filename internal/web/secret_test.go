package web_test

import (
	"testing"

	"phare/internal/access"
	"phare/internal/request"
)

// A lost code is replaced by telephone: the desk makes a new one, which follows
// the request, and the old one opens nothing any more.
func TestNewSecret(t *testing.T) {
	eachSite(t, func(t *testing.T, s site) {
		receipt, err := request.Submit(t.Context(), s.db, s.key, access.Anyone("reunion"), request.NewForm(), invented)
		if err != nil {
			t.Fatal(err)
		}
		path := "/bureau/demandes/" + string(receipt.Request) + "/code"
		shown := staff(t, s, "reunion", access.Nurse).post(path, nil).sound().class("big")
		if len(shown) != 2 || words(shown[0]) != receipt.Reference {
			t.Fatalf("the page shows %d things", len(shown))
		}
		if _, err := request.Track(t.Context(), s.db, s.key, receipt.Reference, words(shown[1])); err != nil {
			t.Errorf("the new code does not open the request: %v", err)
		}
		if _, err := request.Track(t.Context(), s.db, s.key, receipt.Reference, receipt.Secret); err == nil {
			t.Error("the old code still opens the request")
		}
		if p := staff(t, s, "reunion", access.Director).post(path, nil); p.Status != 403 {
			t.Errorf("a director got %d", p.Status)
		}
	})
}

var invented = request.Fields{Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Essai", FirstName: "Zoé",
	BirthDate: "2019-03-04", Sex: "female", Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Exemple", Phone: "0639980001", Consent: "yes"}
