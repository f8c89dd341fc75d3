package web_test

import (
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A search while typing says that nobody is known only where enough was typed for
// it, and knows who is in a request that nobody has identified.
func TestSeekSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		said := func(typed url.Values) string {
			return w.knock(t, knock{method: "POST", path: "/bureau/appel/chercher", session: w.here.session[access.Secretary], body: typed, header: map[string]string{"X-Phare-Fragment": "1"}}).Body.String()
		}
		none, few := "Aucun patient et aucune demande", "Rien avec si peu"
		if b := said(url.Values{"family_name": {"Inconnue"}, "first_name": {"Personne"}}); !strings.Contains(b, none) {
			t.Errorf("nobody of the name: %s", b)
		}
		if b := said(url.Values{"family_name": {"Inconnue"}}); strings.Contains(b, none) || !strings.Contains(b, few) {
			t.Errorf("one name alone: %s", b)
		}
		all := storeOne(t, db, `SELECT reference FROM request WHERE id = $1 AND patient IS NULL`, string(w.here.request["received"]))
		if b := said(url.Values{"family_name": {"Pareille"}}); !strings.Contains(b, all) || !strings.Contains(b, "pas encore identifiée") || strings.Contains(b, w.here.reference["walled"]) {
			t.Errorf("a request that nobody identified: %s", b)
		}
	})
}

// Searches that find somebody behind a wall are few in an hour, and once they are
// used up no search tells anything: one that said who is not there would tell too.
func TestSeekVeils(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		veil, slow := 0, 0
		typed := url.Values{"family_name": {"Pareille"}, "first_name": {w.here.mark + "prénominventé"}}
		for range 25 {
			b := w.knock(t, knock{method: "POST", path: "/bureau/patients/chercher", session: w.here.session[access.Secretary], body: typed}).Body.String()
			if strings.Contains(b, "accès restreint") {
				veil++
			} else if strings.Contains(b, "Attendez un instant") {
				slow++
			}
		}
		if veil < 20 || veil > 21 || slow != 25-veil {
			t.Errorf("%d veils, then %d times too many", veil, slow)
		}
		b := w.knock(t, knock{method: "POST", path: "/bureau/patients/chercher", session: w.here.session[access.Secretary], body: url.Values{"family_name": {"Inconnue"}, "first_name": {"Personne"}}}).Body.String()
		if !strings.Contains(b, "Attendez un instant") {
			t.Error("who is not there is told when veils are used up")
		}
	})
}
