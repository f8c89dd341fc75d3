package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/erasure"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// The page of what is over: counts and sources for who keeps the rules, references for
// who may read files alone; a press asks for the erasure, another person confirms it;
// the page of a file says until when it is kept.
func TestRetentionOnPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		got, err := request.Submit(t.Context(), db, w.key, access.Anyone(w.here.platform), request.NewForm(), request.Fields{Who: request.GP, Platform: w.here.platform, Diagnosis: request.NoDiagnosis,
			FamilyName: "Ancienne", FirstName: "Lou", BirthDate: "2019", Sex: "male", Question: "Quel centre ?", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
		must(t, err)
		must(t, request.Close(t.Context(), db, w.here.actor[access.Nurse], request.Ref{ID: got.Request, Version: 1}, request.Ending{Reason: request.OutOfScope, Words: "dit au téléphone"}))
		visit := func(role access.Role, method, path string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: method, path: path, session: w.here.session[role], body: body})
			return r.Code, visible(r.Body.String())
		}
		over := func() (n int) {
			all, err := erasure.Waiting(t.Context(), db, w.here.actor[access.Director])
			must(t, err)
			for _, e := range all {
				if e.Ground == erasure.Term && e.Request == got.Request {
					n++
				}
			}
			return n
		}
		const page = "/bureau/conservation"
		file := "/bureau/demandes/" + string(got.Request)
		if _, body := visit(access.Physician, "GET", file+"/droits", nil); !strings.Contains(body, "Gardé jusqu’au") {
			t.Errorf("the file does not say until when it is kept: %s", body)
		}
		if _, body := visit(access.Physician, "GET", page, nil); !strings.Contains(body, "20 ans") || !strings.Contains(body, "CSP R.1112-7") || !strings.Contains(body, "vérifié par personne") || strings.Contains(body, "Demander l’effacement") {
			t.Errorf("nothing is over yet: %s", body)
		}
		if code, _ := visit(access.Nurse, "GET", page, nil); code != http.StatusForbidden {
			t.Errorf("a nurse: %d", code)
		}
		if code, body := visit(access.Admin, "POST", page, url.Values{"rule": {"file"}, "amount": {"10"}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "au moins celui de la liste") {
			t.Errorf("shorter than the list: %d %s", code, body)
		}
		if code, _ := visit(access.Admin, "POST", page, url.Values{"rule": {"file"}, "amount": {"25"}, "source": {"décision"}, "why": {"essai"}}); code != http.StatusSeeOther {
			t.Errorf("longer: %d", code)
		}
		if _, body := visit(access.Admin, "GET", page, nil); !strings.Contains(body, "25 ans") || strings.Contains(body, "MR-") {
			t.Errorf("an administrator: %s", body)
		}
		if code, _ := visit(access.Physician, "POST", page+"/effacer", nil); code != http.StatusSeeOther {
			t.Errorf("asking while nothing is over: %d", code)
		}
		if n := over(); n != 0 {
			t.Error("asked though nothing is over")
		}
		must(t, db.Write(t.Context(), access.Machine(w.here.platform).Act("test", "years"), func(tx *store.Tx) error {
			past := tx.Now.AddDate(-2, 0, 0)
			if err := tx.Exec(`UPDATE event SET at = $1 WHERE request = $2`, past, got.Request); err != nil {
				return err
			}
			return tx.Exec(`UPDATE request SET closed_at = $1 WHERE id = $2`, past, got.Request)
		}))
		if _, body := visit(access.Physician, "GET", page, nil); !strings.Contains(body, got.Reference) || !strings.Contains(body, "Demander l’effacement") {
			t.Errorf("the physician does not see what is over: %s", body)
		}
		if _, body := visit(access.Admin, "GET", page, nil); strings.Contains(body, got.Reference) || strings.Contains(body, "Demander l’effacement") {
			t.Error("an administrator sees a reference, or may ask")
		}
		if code, _ := visit(access.Physician, "POST", page+"/effacer", nil); code != http.StatusSeeOther {
			t.Errorf("asking: %d", code)
		}
		if n := over(); n != 1 {
			t.Errorf("%d wait for the second person", n)
		}
	})
}
