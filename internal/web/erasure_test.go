package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/answer"
	"phare/internal/doctor"
	"phare/internal/erasure"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// sent marks all messages of a request as gone, as the jobs would.
func sent(t *testing.T, w town, stage string) {
	t.Helper()
	act := access.Machine(w.here.platform).Act("test", "message")
	must(t, w.db.Write(t.Context(), act, func(tx *store.Tx) error {
		if err := tx.Exec(`DELETE FROM job`); err != nil {
			return err
		}
		return tx.Exec(`UPDATE message SET sent_at = $1 WHERE request = $2 AND sent_at = ''`, tx.Now, w.here.request[stage])
	}))
}

// What no try could send is said on the file and where its erasure is asked.
func TestUnsentShown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		file := "/bureau/demandes/" + string(w.here.request["closed"])
		shown := func() (n int) {
			for _, path := range []string{"", "/effacer"} {
				if r := w.knock(t, knock{method: "GET", path: file + path, session: w.here.session[access.Physician]}); strings.Contains(r.Body.String(), "pu être remis, malgré plusieurs essais") {
					n++
				}
			}
			return n
		}
		if n := shown(); n != 0 {
			t.Errorf("%d pages give up what still is tried", n)
		}
		must(t, db.Write(t.Context(), access.Machine(w.here.platform).Act("test", "job"), func(tx *store.Tx) error {
			return tx.Exec(`UPDATE job SET attempt = $1, run_at = ''`, store.MaxAttempts)
		}))
		if n := shown(); n != 2 {
			t.Errorf("%d of two pages say what could not be sent", n)
		}
	})
}

// A closed file is erased by two people, on the screen: then no page, no link, no
// tracking and no list tells anything of it, its sealed words read as empty, and
// all invariants hold.
func TestErasure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		id := string(w.here.request["closed"])
		physician, director := w.here.session[access.Physician], w.here.session[access.Director]
		file := "/bureau/demandes/" + id
		as := func(session, method, path string, body url.Values) (int, string) {
			r := w.knock(t, knock{method: method, path: path, session: session, body: body})
			return r.Code, r.Body.String()
		}
		if code, body := as(physician, "POST", file+"/effacer", url.Values{"ground": {"person"}}); code != 409 || !strings.Contains(body, "pas encore parti") {
			t.Errorf("a file with a message that waits: %d", code)
		}
		sent(t, w, "closed")
		if code, body := as(physician, "GET", file, nil); code != 200 || !strings.Contains(body, file+"/effacer") {
			t.Errorf("the file has no way to its erasure: %d", code)
		}
		if code, body := as(physician, "POST", file+"/effacer", nil); code != 422 || !strings.Contains(body, "Choisissez un motif") {
			t.Errorf("without a ground: %d", code)
		}
		if code, _ := as(physician, "POST", file+"/effacer", url.Values{"ground": {"person"}}); code != http.StatusSeeOther {
			t.Fatalf("asking: %d", code)
		}
		waiting, err := erasure.Waiting(t.Context(), db, w.here.actor[access.Director])
		must(t, err)
		confirm := ""
		for _, e := range waiting {
			if e.Reference == w.here.reference["closed"] {
				confirm = "/bureau/effacements/" + string(e.ID) + "/confirmer"
			}
		}
		if code, _ := as(physician, "POST", confirm, nil); code != 403 {
			t.Errorf("who asked confirms alone: %d", code)
		}
		if code, body := as(physician, "GET", file, nil); code != 200 || !strings.Contains(body, w.here.reference["closed"]) {
			t.Errorf("the file is gone before the second word: %d", code)
		}
		if _, body := as(director, "GET", "/rapport/2026", nil); !strings.Contains(body, `<a href="/bureau/effacements">Effacements à confirmer`) {
			t.Error("the director is not told where she lands that an erasure waits")
		}
		if code, body := as(director, "GET", "/bureau/effacements", nil); code != 200 || !strings.Contains(body, confirm) || strings.Contains(body, "Pareille") {
			t.Errorf("the director's page: %d", code)
		}
		if code, _ := as(director, "POST", confirm, nil); code != http.StatusSeeOther {
			t.Fatalf("confirming: %d", code)
		}
		answerable(t, w)
		if code, body := as(physician, "GET", file, nil); code != 404 || !strings.Contains(body, "a été effacé") {
			t.Errorf("an erased file: %d", code)
		}
		for _, path := range []string{"/patient", "/signes", "/orientation", "/question", "/reponse", "/arbre"} {
			if code, body := as(physician, "GET", file+path, nil); code != 404 || !strings.Contains(body, "a été effacé") {
				t.Errorf("%s of an erased file: %d", path, code)
			}
		}
		if code, body := as(physician, "POST", file+"/note", url.Values{"kind": {"note"}, "text": {"après"}}); code != 404 {
			t.Errorf("a note on an erased file: %d %s", code, body)
		}
		if code, body := as("", "POST", "/suivi", url.Values{"reference": {w.here.reference["closed"]}, "secret": {w.here.secret["closed"]}}); code != 422 || strings.Contains(body, "close") {
			t.Errorf("tracking an erased request: %d", code)
		}
		sameAnswers(t, w)
		if _, body := as(physician, "GET", "/bureau?liste=closed", nil); !strings.Contains(body, `<th scope="row" class="ref">`+w.here.reference["closed"]+`</th>`) || !strings.Contains(body, `<span class="tag">effacé</span>`) || strings.Contains(body, file+"\"") {
			t.Error("the list of closed requests has a blank row, or a link to an erased file")
		}
		if code, _ := as("", "GET", "/avis/"+w.here.link["closed"], nil); code != 404 {
			t.Errorf("the expert's link of an erased file: %d", code)
		}
		if code, _ := as("", "POST", answer.Path+w.here.answer, url.Values{"secret": {w.here.secret["closed"]}}); code == 200 {
			t.Error("the answer of an erased file is read")
		}
		if code, body := as(physician, "POST", "/bureau/recherche", url.Values{"q": {w.here.reference["closed"]}}); code != 200 || strings.Contains(body, file+"\"") {
			t.Errorf("an erased file is found: %d", code)
		}
		for _, column := range []string{"request.fields", "request.initials", "event.text", "question.opinion", "question.shown", "answer.family", "orientation.result"} {
			where := `request = $1`
			if strings.HasPrefix(column, "request.") {
				where = `id = $1`
			}
			for _, value := range storetest.Clear(t, db, column, where, id) {
				if value != "" {
					t.Errorf("%s still reads %q", column, value)
				}
			}
		}
		found, err := doctor.Examine(t.Context(), db)
		must(t, err)
		for _, f := range found {
			if !f.Fine() && f.ID != "I7" { // the test took the jobs away
				t.Errorf("%s %s: %v", f.ID, f.Means, f.Broken)
			}
		}
	})
}

// answerable looks at the pages of those who answer for a platform, after one
// erasure at the desk here: they tell when, who and why, and of no file. Others of
// the desk, and other desks, are told nothing.
func answerable(t *testing.T, w town) {
	t.Helper()
	for _, x := range []struct {
		*stock
		role access.Role
		path string
		told bool
	}{
		{w.here, access.Director, "/rapport/2026", true},
		{w.here, access.Admin, "/bureau/module", true},
		{w.here, access.Admin, "/bureau/journal", true},
		{w.here, access.Nurse, "/rapport/2026", false},
		{w.here, access.Director, "/rapport/2025", false},
		{w.there, access.Director, "/rapport/2026", false},
		{w.there, access.Admin, "/bureau/module", false},
	} {
		r := w.knock(t, knock{method: "GET", path: x.path, session: x.session[x.role]})
		body := r.Body.String()
		told := strings.Contains(body, "1 dossier effacé") && strings.Contains(body, w.here.actor[access.Physician].Name) &&
			strings.Contains(body, w.here.actor[access.Director].Name) && strings.Contains(body, "qui la représente, le demande")
		if told != x.told {
			t.Errorf("%s of %s at %s (%d): told %v", x.path, x.role, x.platform, r.Code, told)
		}
		if r.Code == 200 && strings.Contains(body, w.here.reference["closed"]) {
			t.Errorf("%s says which file was erased", x.path)
		}
	}
}

// sameAnswers tracks an erased request with its own code, with another, a living
// one with a wrong code, and one that never was: the answers are the same to the
// byte, but for the words typed, and tell all that could have happened.
func sameAnswers(t *testing.T, w town) {
	t.Helper()
	for lang, words := range map[string]string{"fr": "le dossier a pu être effacé, à votre demande, à la fin de sa durée ou parce qu’il n’aurait pas dû être créé", "en": "the file may have been erased, at your request, at the end of its time or because it should not have been made"} {
		first := ""
		for _, x := range [][2]string{
			{w.here.reference["closed"], w.here.secret["closed"]}, {w.here.reference["closed"], "0000000000"},
			{w.here.reference["asked"], w.here.secret["closed"]}, {"MR-0000-0000", w.here.secret["closed"]},
		} {
			r := w.knock(t, knock{method: "POST", path: "/suivi?lang=" + lang, body: url.Values{"reference": {x[0]}, "secret": {x[1]}}})
			body := strings.NewReplacer(x[0], "REF", x[1], "CODE").Replace(r.Body.String())
			told, fold, _ := strings.Cut(body, "<details>") // what is likely first and alone, the rest in a fold
			if r.Code != 422 || strings.Contains(told, words) || !strings.Contains(fold, words) {
				t.Errorf("%s %v: %d %s", lang, x, r.Code, body)
			}
			if first == "" {
				first = body
			}
			if body != first {
				t.Errorf("%s %v is answered in another way than an erased request:\n%s", lang, x, firstDifference(first, body))
			}
		}
	}
}
