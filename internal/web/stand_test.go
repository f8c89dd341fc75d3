package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

// A request that was read and that nobody has taken yet is said to be read wherever its
// requester is told where it stands, as its step says: on the page of tracking, on the
// telephone, on the sheet.
func TestReadIsSaidAsRead(t *testing.T) {
	s := oneSite(t)
	id := arrive(t, s, "reunion", nil)
	nurse := staff(t, s, "reunion", access.Nurse)
	secret, err := request.Reissue(t.Context(), s.db, s.key, access.Actor{ID: "x", Platform: "reunion", Role: access.Nurse}, id)
	must(t, err)
	reference := ""
	must(t, s.db.Read(t.Context(), func(v *store.View) (err error) {
		reference, err = store.One(v, store.Value[string], `SELECT reference FROM request WHERE id = $1`, id)
		return err
	}))
	follow := func() string {
		return nurse.post("/suivi", url.Values{"reference": {reference}, "secret": {secret}}).text()
	}
	if said := follow(); !strings.Contains(said, "L’équipe va la lire") {
		t.Errorf("before anyone looked: %s", said)
	}
	nurse.get("/bureau/demandes/" + string(id))
	if said := follow(); strings.Contains(said, "va la lire") || !strings.Contains(said, "L’équipe a lu votre demande") {
		t.Errorf("after it was read: %s", said)
	}
	if file := nurse.get("/bureau/demandes/" + string(id)).text(); strings.Contains(file, "va être lue") || !strings.Contains(file, "et l’équipe l’a lue") {
		t.Errorf("on the telephone: %s", file)
	}
	if sheet := nurse.get("/bureau/demandes/" + string(id) + "/fiche").text(); strings.Contains(sheet, "va lire") {
		t.Errorf("on the sheet: %s", sheet)
	}
}
