package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Two identities are merged on the screen by two people, and undone by two: each
// page says where it stands, nobody decides alone, and the desk's list tells who
// can decide. Ask 23: a merge that is said done is done.
func TestMergeOnPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, secretary := w.here.session[access.Nurse], w.here.session[access.Secretary]
		one, other := string(w.here.patient[0]), string(w.here.patient[1])
		pair := "/bureau/patients/doublons/" + one + "/" + other
		as := func(session, method, path string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: method, path: path, session: session, body: body})
			return r.Code, r.Body.String()
		}
		if code, body := as(nurse, "GET", "/bureau/patients/doublons", nil); code != 200 || !strings.Contains(body, pair) && !strings.Contains(body, "/"+other+"/"+one) {
			t.Fatalf("the list: %d, without the pair", code)
		}
		if code, body := as(nurse, "POST", pair+"/proposer", url.Values{"reason": {"même carte présentée"}}); code != 422 || !strings.Contains(body, "Choisissez l’identité qui reste") || !strings.Contains(body, "même carte présentée") {
			t.Errorf("without saying which stays: %d", code)
		}
		if code, body := as(nurse, "POST", pair+"/proposer", url.Values{"kept": {one}, "reason": {"pareil"}}); code != 422 || !strings.Contains(body, "dix caractères") {
			t.Errorf("with a short reason: %d", code)
		}
		if code, _ := as(nurse, "POST", pair+"/proposer", url.Values{"kept": {one}, "reason": {"même carte présentée"}}); code != http.StatusSeeOther {
			t.Fatalf("proposing: %d", code)
		}
		id := storeOne(t, db, `SELECT id FROM patient_merge WHERE kept = $1 AND merged = $2`, one, other)
		decide := "/bureau/patients/rapprochements/" + id
		if _, body := as(nurse, "GET", pair, nil); strings.Contains(body, decide+"/confirmer") || !strings.Contains(body, "Une autre personne que vous doit décider") {
			t.Error("who proposed is offered to confirm")
		}
		if code, _ := as(nurse, "POST", decide+"/confirmer", nil); code != 403 {
			t.Errorf("who proposed confirms: %d", code)
		}
		if _, body := as(secretary, "GET", "/bureau", nil); !strings.Contains(body, "Rapprochements à décider") {
			t.Error("the desk's list tells nobody that a merge waits")
		}
		if _, body := as(secretary, "GET", pair, nil); !strings.Contains(body, decide+"/confirmer") || !strings.Contains(body, w.here.reference["asked"]) || !strings.Contains(body, w.here.reference["answered"]) {
			t.Error("who decides does not see both with what each has")
		}
		if code, _ := as(secretary, "POST", decide+"/confirmer", nil); code != http.StatusSeeOther {
			t.Fatalf("confirming: %d", code)
		}
		if n := storeOne(t, db, `SELECT patient FROM request WHERE id = $1`, string(w.here.request["answered"])); n != one {
			t.Fatalf("said done, and the request stands under %s", n)
		}
		if code, body := as(nurse, "GET", "/bureau/demandes/"+string(w.here.request["answered"]), nil); code != 200 || !strings.Contains(body, "Identité rapprochée d’une autre") {
			t.Errorf("the file does not tell: %d", code)
		}
		if code, body := as(nurse, "GET", "/bureau/demandes/"+string(w.here.request["answered"])+"/patient/historique", nil); code != 200 || !strings.Contains(body, "Aussi connue sous") {
			t.Errorf("the history does not tell: %d", code)
		}
		if code, body := as(nurse, "POST", decide+"/defaire", url.Values{"why": {"non"}}); code != 422 || !strings.Contains(body, "dix caractères") {
			t.Errorf("undoing with a short reason: %d", code)
		}
		if code, _ := as(nurse, "POST", decide+"/defaire", url.Values{"why": {"deux enfants, deux mères"}}); code != http.StatusSeeOther {
			t.Fatalf("proposing to undo: %d", code)
		}
		if code, _ := as(nurse, "POST", decide+"/separer", nil); code != 403 {
			t.Errorf("who proposed to undo undoes: %d", code)
		}
		if code, _ := as(secretary, "POST", decide+"/separer", nil); code != http.StatusSeeOther {
			t.Fatalf("undoing: %d", code)
		}
		if n := storeOne(t, db, `SELECT patient FROM request WHERE id = $1`, string(w.here.request["answered"])); n != other {
			t.Errorf("undone, and the request stands under %s", n)
		}
		if code, body := as(secretary, "GET", pair, nil); code != 200 || !strings.Contains(body, "a été défait") {
			t.Errorf("the pair after it: %d", code)
		}
	})
}

// Ask 23: candidates are there before anything is created: by the button without
// a script, as a fragment for the script; nothing is created or chosen, the look is
// written down, and one account cannot read the desk's patients one by one.
func TestSeek(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse := w.here.session[access.Nurse]
		file := "/bureau/demandes/" + string(w.here.request["received"]) + "/patient"
		typed := url.Values{"birth_name": {"Paraille"}, "first_names": {w.here.mark + "prénominventé"}, "birth_date": {"02/04/2015"}, "version": {"1"}}
		patients := count(t, db, "patient")
		page := w.knock(t, knock{method: "GET", path: file, session: nurse}).Body.String()
		if !strings.Contains(page, `formaction="`+file+`/chercher"`) || !strings.Contains(page, "data-seek") {
			t.Error("the identity page has no button to look, or nothing for its script")
		}
		r := w.knock(t, knock{method: "POST", path: file + "/chercher", session: nurse, body: typed})
		if body := r.Body.String(); r.Code != 200 || !strings.Contains(body, "<html") || !strings.Contains(body, `value="Paraille"`) || !strings.Contains(body, file+"/lier") {
			t.Errorf("the button: %d, without what was typed, or who may be meant", r.Code)
		}
		before := count(t, db, "audit")
		r = w.knock(t, knock{method: "POST", path: file + "/chercher", session: nurse, body: typed, header: map[string]string{"X-Phare-Fragment": "1"}})
		if body := r.Body.String(); r.Code != 200 || strings.Contains(body, "<html") || !strings.Contains(body, file+"/lier") || strings.Contains(body, w.there.mark) {
			t.Errorf("the fragment: %d %s", r.Code, body)
		}
		if count(t, db, "audit") != before+1 {
			t.Error("a search left no entry")
		}
		r = w.knock(t, knock{method: "POST", path: "/bureau/patients/chercher", session: w.here.session[access.Secretary], body: url.Values{"family_name": {"Pareille"}, "first_name": {w.here.mark + "prénominventé"}}})
		if body := r.Body.String(); r.Code != 200 || !strings.Contains(body, w.here.reference["asked"]) || strings.Contains(body, "/lier") || strings.Contains(body, w.here.reference["walled"]) {
			t.Errorf("for a call: %d", r.Code)
		}
		if count(t, db, "patient") != patients {
			t.Error("a search created somebody")
		}
		slow := false
		for range 80 {
			r = w.knock(t, knock{method: "POST", path: "/bureau/patients/chercher", session: nurse, body: url.Values{"family_name": {"Pareille"}, "first_name": {"Noé"}}})
			slow = slow || strings.Contains(r.Body.String(), "Attendez un instant")
		}
		if !slow {
			t.Error("eighty searches in a moment are all answered")
		}
	})
}

// People around a patient on the screen: who may consent is said, a rule for calls
// stands beside the number, at the family's clock.
func TestPeopleOnPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, file := w.here.session[access.Nurse], "/bureau/demandes/"+string(w.here.request["asked"])
		post := func(path string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: "POST", path: file + "/proches" + path, session: nurse, body: body})
			return r.Code, r.Body.String()
		}
		if code, body := post("", url.Values{"person": {"Ida Fictive"}, "phone": {"0692 00 00 09"}}); code != 422 || !strings.Contains(body, "Choisissez un lien") || !strings.Contains(body, "Ida Fictive") {
			t.Errorf("without a link: %d", code)
		}
		if code, _ := post("", url.Values{"person": {"Ida Fictive"}, "phone": {"0692 00 00 09"}, "kind": {"mother"}, "authority": {"parental"}, "told": {"all"}, "since": {"02/04/2015"}}); code != http.StatusSeeOther {
			t.Fatalf("saved: %d", code)
		}
		// The clock of tests stands at 16:00 in Réunion.
		if code, _ := post("/appels", url.Values{"not_before": {"17 h"}, "answers": {"la tante"}}); code != http.StatusSeeOther {
			t.Fatalf("a rule: %d", code)
		}
		body := visible(w.knock(t, knock{method: "GET", path: file, session: nurse}).Body.String())
		for _, want := range []string{"Ida Fictive", "exerce l’autorité parentale", "ne pas appeler avant 17\u00a0h", "Pas maintenant", "répond", "la tante", "Mineur", "Demandez si l’autre parent"} {
			if !strings.Contains(body, want) {
				t.Errorf("the file does not say %q", want)
			}
		}
		// A professional's own number rings by no rule of the family, but for one that names it.
		phone := "0692 00 00 09"
		if strings.Count(body, "Pas maintenant") != 1 {
			t.Errorf("%d numbers are not to be called now, want the mother's only", strings.Count(body, "Pas maintenant"))
		}
		if code, _ := post("/appels", url.Values{"number": {phone}, "never": {"yes"}}); code != http.StatusSeeOther {
			t.Fatalf("a rule about a number: %d", code)
		}
		if body := visible(w.knock(t, knock{method: "GET", path: file, session: nurse}).Body.String()); !strings.Contains(body, "ne pas utiliser ce numéro") {
			t.Error("the number that is not to be used does not say so")
		}
	})
}

// An identity is validated on a document that is named, and its history tells each
// change with who made it.
func TestIdentityHistory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		nurse, file := w.here.session[access.Nurse], "/bureau/demandes/"+string(w.here.request["asked"])
		filled := func(change url.Values) url.Values {
			v := url.Values{}
			page := w.knock(t, knock{method: "GET", path: file + "/patient", session: nurse}).Body.String()
			for _, name := range []string{"version", "patient", "patient_version"} {
				_, rest, _ := strings.Cut(page, `name="`+name+`" value="`)
				value, _, _ := strings.Cut(rest, `"`)
				v.Set(name, value)
			}
			for name, value := range map[string]string{"birth_name": "Pareille", "first_names": "Noé", "birth_date": "02/04/2015", "sex": "female", "identity": "VALI"} {
				v.Set(name, value)
			}
			for name, values := range change {
				v[name] = values
			}
			return v
		}
		save := func(change url.Values) (int, string) {
			r := w.knock(t, knock{method: "POST", path: file + "/patient", session: nurse, body: filled(change)})
			return r.Code, r.Body.String()
		}
		if code, body := save(nil); code != 422 || !strings.Contains(body, "lequel a été vu") {
			t.Errorf("validated without a document: %d", code)
		}
		if code, _ := save(url.Values{"document": {"LE"}}); code != http.StatusSeeOther {
			t.Fatalf("validated: %d", code)
		}
		if code, body := save(url.Values{"document": {"LE"}, "birth_name": {"Autre"}}); code != 422 || !strings.Contains(body, "revoyez le document") {
			t.Errorf("a strict trait changed and the document was not seen again: %d", code)
		}
		if code, _ := save(url.Values{"document": {"LE"}, "birth_name": {"Autre"}, "again": {"yes"}}); code != http.StatusSeeOther {
			t.Fatalf("seen again: %d", code)
		}
		body := visible(w.knock(t, knock{method: "GET", path: file + "/patient/historique", session: nurse}).Body.String())
		for _, want := range []string{"Identité provisoire", "Identité validée", "livret de famille", "Pareille", "Autre", w.here.actor[access.Nurse].Name} {
			if !strings.Contains(body, want) {
				t.Errorf("the history does not say %q: %s", want, body)
			}
		}
	})
}

func storeOne(t *testing.T, db *store.DB, query string, args ...any) (s string) {
	t.Helper()
	must(t, db.Read(t.Context(), func(v *store.View) (err error) {
		s, err = store.One(v, store.Value[string], query, args...)
		return err
	}))
	return s
}
