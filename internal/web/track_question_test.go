package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Who follows a request asks a question from its page, once with the pass of the page
// and once, when it is over, with the code again; nothing typed is lost, what was kept
// is not shown again, and the desk finds it as its next action.
func TestQuestionFromTracking(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		reference, secret := w.here.reference["asked"], w.here.secret["asked"]
		post := func(path string, body url.Values) *httptest.ResponseRecorder {
			return w.knock(t, knock{method: "POST", path: path, body: body})
		}
		page := post("/suivi", url.Values{"reference": {reference}, "secret": {secret}}).Body.String()
		_, rest, _ := strings.Cut(page, `action="/suivi/question"`)
		_, rest, _ = strings.Cut(rest, `name="pass" value="`)
		pass, _, _ := strings.Cut(rest, `"`)
		if pass == "" {
			t.Fatalf("no form for a question: %s", page)
		}
		complements := func() (n int) {
			must(t, db.Read(t.Context(), func(v *store.View) (err error) {
				n, err = store.One(v, store.Value[int], `SELECT count(*) FROM event e JOIN request r ON r.id = e.request WHERE r.reference = $1 AND e.kind = 'complement' AND r.next_action = 'complement'`, reference)
				return err
			}))
			return n
		}
		const words = "Faut-il encore la prise de sang de lundi ?"
		for _, x := range []struct {
			name        string
			body        url.Values
			code, after int
			has, hasNot string
		}{
			{"nothing written", url.Values{"reference": {reference}, "pass": {pass}}, 422, 0, `href="#f-question"`, "question est enregistrée"},
			{"too long", url.Values{"reference": {reference}, "pass": {pass}, "question": {strings.Repeat("é", 16001)}}, 422, 0, strings.Repeat("é", 16001), "question est enregistrée"},
			{"a pass that is over", url.Values{"reference": {reference}, "pass": {"1." + pass}, "question": {words}}, 422, 0, words, `name="pass"`},
			{"a wrong code", url.Values{"reference": {reference}, "secret": {"0000000000"}, "question": {words}}, 422, 0, words, "0000000000"},
			{"the pass", url.Values{"reference": {reference}, "pass": {pass}, "question": {words}}, 200, 1, "question est enregistrée", "prise de sang"},
			{"the same again", url.Values{"reference": {reference}, "pass": {pass}, "question": {words}}, 200, 1, "question est enregistrée", "prise de sang"},
			{"the code", url.Values{"reference": {reference}, "secret": {secret}, "question": {"Et pour mardi ?"}}, 200, 2, "question est enregistrée", secret},
		} {
			p := post("/suivi/question", x.body)
			if body := p.Body.String(); p.Code != x.code || !strings.Contains(body, x.has) || strings.Contains(body, x.hasNot) {
				t.Errorf("%s: %d, %s", x.name, p.Code, body)
			}
			if n := complements(); n != x.after {
				t.Errorf("%s: %d questions are kept, want %d", x.name, n, x.after)
			}
		}
		if page := post("/suivi", url.Values{"reference": {w.here.reference["closed"]}, "secret": {w.here.secret["closed"]}}).Body.String(); strings.Contains(page, "/suivi/question") {
			t.Error("a closed request takes a question")
		}
	})
}
