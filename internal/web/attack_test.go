package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/audit"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

// Bytes that are no text, numbers that no column holds, and lists without end:
// each is answered, on both engines, and none is our fault.
func TestStrangeInput(t *testing.T) {
	strange := []string{"a\x00b", "\xff\xfe", strings.Repeat("9", 30), "9223372036854775807", "'; --%00", strings.Repeat("é", 3000)}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		names := fieldNames(t)
		for _, bad := range strange {
			for _, r := range w.server.Routes() {
				method, path, _ := strings.Cut(r.Pattern, " ")
				session := w.here.session[access.Physician]
				if strings.Contains(path, "deconnexion") || strings.Contains(path, "connexion") && len(bad) > 5 {
					continue // each try of a password costs a second of a village's patience
				}
				everywhere := url.Values{}
				for _, n := range append(names, "q", "liste", "apres", "suite", "voix", "lang", "retour", "sign."+bad) {
					everywhere.Set(n, bad)
				}
				for what, k := range map[string]knock{
					"path":  {method: method, path: placeholder.ReplaceAllString(strings.TrimSuffix(path, "{$}"), url.PathEscape(bad))},
					"query": {method: method, path: example(t, w.here, r.Pattern, "expert") + "?" + everywhere.Encode()},
					"form":  {method: method, path: example(t, w.here, r.Pattern, "expert"), body: everywhere},
				} {
					if method == http.MethodGet && what == "form" || len(k.path) > 60_000 {
						continue
					}
					k.session, k.from = session, fmt.Sprintf("10.1.%d.%d", len(bad)%250, len(path))
					if got := w.knock(t, k); got.Code >= 500 {
						t.Errorf("%s with %.20q in the %s: %d", r.Pattern, bad, what, got.Code)
					}
				}
			}
		}
		for _, cursor := range []string{"9999999999999~2026~x", "-1~~", "1~9~9~9", "x~y~z"} {
			if got := w.knock(t, knock{method: http.MethodGet, path: "/bureau?apres=" + url.QueryEscape(cursor), session: w.here.session[access.Nurse]}); got.Code != http.StatusOK {
				t.Errorf("place %q of the list: %d", cursor, got.Code)
			}
		}
	})
}

// A form too big to read is refused with a message, and nothing of it is taken
// for an empty form.
func TestHugeForm(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	before := digest(t, db, "reunion")
	for _, r := range w.server.Routes() {
		if method, _, _ := strings.Cut(r.Pattern, " "); method != http.MethodPost || r.Pattern == "POST "+audit.WitnessPath || r.Pattern == "POST "+web.SMSPath {
			continue // the witness is for programs, and this site is none: TestFloodOfTheWitness
		}
		if strings.HasPrefix(r.Pattern, "POST /api/") {
			continue // without a key nothing is read; what a program sends too much of is in TestProgram
		}
		session := w.here.session[access.Physician]
		if r.Policy.Right != "" && !w.here.actor[access.Physician].Can(r.Policy.Right) {
			session = w.here.session[access.Admin]
		}
		k := knock{method: http.MethodPost, path: example(t, w.here, r.Pattern, "expert"), session: session,
			body: url.Values{"zzz": {strings.Repeat("a", 300<<10)}, "do": {"open"}}}
		got := w.knock(t, k)
		if got.Code != http.StatusRequestEntityTooLarge || !strings.Contains(got.Body.String(), "<h1") {
			t.Errorf("%s: %d", r.Pattern, got.Code)
		}
	}
	if after := digest(t, db, "reunion"); after != before {
		t.Errorf("something was done: %s, was %s", after, before)
	}
	many := url.Values{}
	k, err := known()
	must(t, err)
	for _, x := range k.k.Terms[:500] {
		many.Set("sign."+x.ID, "present")
	}
	many.Set("do", "add")
	add := knock{method: http.MethodPost, path: "/bureau/demandes/" + string(w.here.request["asked"]) + "/signes", session: w.here.session[access.Physician], body: many}
	if got := w.knock(t, add); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("500 signs at once: %d", got.Code)
	}
}

// After signing in one stays on this site, whatever the address says.
func TestNoOpenRedirect(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	const password = "une phrase bien longue"
	_, secret, err := access.AddAccount(t.Context(), db, access.Machine("reunion"), access.NewAccount{Platform: "reunion", Login: "suite", Name: "Suite Inventée", Role: access.Nurse, Password: password})
	must(t, err)
	for i, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "/%5Cevil.example", "/%09/evil.example", "/%2Fevil.example", "/%0a/evil.example",
		"javascript:alert(1)", "http:evil.example", `\\evil.example`, "/./%5cevil.example", "evil.example", "/bureau/..//%5Cevil.example", "/\t/evil.example", "/%20/evil"} {
		now := storetest.Noon.Add(time.Duration(i+2) * time.Minute)
		db.Now = func() time.Time { return now }
		code, err := access.Code(secret, now)
		must(t, err)
		r := w.knock(t, knock{method: http.MethodPost, path: "/connexion", body: url.Values{"login": {"suite"}, "password": {password}, "code": {code}, "suite": {to}}})
		if got := r.Header().Get("Location"); r.Code != http.StatusSeeOther || got != "/bureau" {
			t.Errorf("suite=%q leads to %d %q", to, r.Code, got)
		}
	}
}

// A session is made at sign-in, never taken from the visitor; signing out ends
// it for good; idleness ends it too.
func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		const password = "une phrase bien longue"
		_, secret, err := access.AddAccount(t.Context(), db, access.Machine("reunion"), access.NewAccount{Platform: "reunion", Login: "fixe", Name: "Fixe Inventée", Role: access.Nurse, Password: password})
		must(t, err)
		code, err := access.Code(secret, db.Now())
		must(t, err)
		chosen := access.NewToken()
		r := w.knock(t, knock{method: http.MethodPost, path: "/connexion", session: chosen, body: url.Values{"login": {"fixe"}, "password": {password}, "code": {code}}})
		c := r.Result().Cookies()
		if len(c) != 1 || c[0].Value == chosen || len(c[0].Value) < 43 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].MaxAge != 0 {
			t.Fatalf("signing in sets %v", c)
		}
		desk := func(token string) int {
			return w.knock(t, knock{method: http.MethodGet, path: "/bureau", session: token}).Code
		}
		if desk(chosen) != http.StatusSeeOther || desk(c[0].Value) != http.StatusOK {
			t.Error("the session is the one that the visitor chose")
		}
		db.Now = func() time.Time { return storetest.Noon.Add(time.Minute) }
		code, err = access.Code(secret, db.Now())
		must(t, err)
		again := w.knock(t, knock{method: http.MethodPost, path: "/connexion", session: c[0].Value, body: url.Values{"login": {"fixe"}, "password": {password}, "code": {code}}})
		if desk(c[0].Value) != http.StatusSeeOther {
			t.Error("the session before lives on after signing in again")
		}
		c = again.Result().Cookies()
		out := w.knock(t, knock{method: http.MethodPost, path: "/deconnexion", session: c[0].Value})
		if out.Header().Get("Clear-Site-Data") == "" || desk(c[0].Value) != http.StatusSeeOther {
			t.Error("a session lives on after signing out")
		}
		must(t, db.Read(t.Context(), func(v *store.View) error {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM session WHERE id = $1 OR id = $2`, c[0].Value, chosen)
			if n > 0 {
				t.Error("a session's secret is stored in clear")
			}
			return err
		}))
		db.Now = func() time.Time { return storetest.Noon.Add(access.SessionIdle + time.Minute) }
		if desk(w.here.session[access.Nurse]) != http.StatusSeeOther {
			t.Error("an idle session is open")
		}
	})
}

// After it was sent, a form tells its bearer nothing of what was in it: the
// address stays in the history of a shared computer.
func TestSentFormIsSilent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		form := w.here.form["closed"]
		for step, typed := range map[string]url.Values{
			"pour-qui":     {"relation": {"self"}},
			"nom":          {"first_name": {""}, "family_name": {""}},
			"histoire":     {"story": {""}},
			"vous-joindre": {"phone": {"1"}},
			"territoire":   {"platform": {"reunion"}},
		} {
			for _, k := range []knock{
				{method: http.MethodPost, path: "/demande/" + form + "/" + step, body: typed},
				{method: http.MethodGet, path: "/demande/" + form + "/" + step},
				{method: http.MethodGet, path: "/demande/" + form + "/verifier"},
				{method: http.MethodGet, path: "/demande/" + form + "/medecin"},
				{method: http.MethodPost, path: "/demande/" + form + "/envoyer"},
				{method: http.MethodGet, path: "/demande/" + form + "/recu"},
			} {
				if body := strings.ToLower(w.knock(t, k).Body.String()); strings.Contains(body, "pareille") || strings.Contains(body, "iciprénominventé") || strings.Contains(body, "ici marche") || strings.Contains(body, "0692 10") {
					t.Errorf("%s %s shows what was sent (after %s)", k.method, k.path, step)
				}
			}
		}
	})
}

// A walk of the whole site with errors on its way writes no name, no secret, no
// link and no health word into the log.
func TestLogsAreSilent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		var log bytes.Buffer
		old := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		t.Cleanup(func() { slog.SetDefault(old) })
		const password = "Zulouquisecret de quelqu’un"
		typed := url.Values{"login": {"zulouquilogin"}, "password": {password}, "code": {"123456"}, "secret": {w.there.secret["closed"]}, "reference": {w.there.reference["closed"]},
			"text": {"Zulouqui parle"}, "kind": {"note"}, "do": {"open"}, "story": {"Zulouqui raconte"}, "family_name": {"Zulouquinom"}}
		walk := func() {
			for _, r := range w.server.Routes() {
				method, _, _ := strings.Cut(r.Pattern, " ")
				if strings.Contains(r.Pattern, "deconnexion") {
					continue
				}
				for _, who := range []string{"anyone", "expert", "reader"} {
					w.knock(t, knock{method: method, path: example(t, w.there, r.Pattern, who), session: w.there.session[access.Nurse], body: typed})
				}
			}
		}
		walk()
		if log.Len() > 0 {
			t.Errorf("a walk without faults is logged: %s", log.String())
		}
		must(t, db.Close()) // from here on everything fails
		walk()
		if !strings.Contains(log.String(), "page failed") {
			t.Fatalf("errors are not logged: %q", log.String())
		}
		said := strings.ToLower(log.String())
		for _, secret := range append(w.there.canaries(), w.there.answer, w.there.link["asked"], w.there.link["answered"], w.there.form["draft"], w.there.session[access.Nurse], "123456", password) {
			if strings.Contains(said, strings.ToLower(secret)) {
				t.Errorf("the log holds %q", secret)
			}
		}
	})
}

// Whoever refused a question does not see its case again, and a link that the
// desk took back or replaced, or whose life is over, opens nothing.
func TestDeadLinks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		open := func(token string) string {
			return w.knock(t, knock{method: http.MethodPost, path: "/avis/" + token, body: url.Values{"do": {"open"}}}).Body.String()
		}
		token := w.here.link["asked"]
		w.knock(t, knock{method: http.MethodPost, path: "/avis/" + token, body: url.Values{"do": {"refuse"}, "reason": {"absent"}}})
		for _, do := range []string{"open", "answer", "refuse"} {
			if body := w.knock(t, knock{method: http.MethodPost, path: "/avis/" + token, body: url.Values{"do": {do}, "opinion": {"x"}, "signed": {"x"}, "reason": {"too-busy"}}}).Body.String(); strings.Contains(body, "marche mal") {
				t.Errorf("after a refusal, %s shows the case", do)
			}
		}
		there := w.there.link["asked"]
		form := string(phare.NewID())
		w.knock(t, knock{method: http.MethodPost, path: "/bureau/questions/" + string(w.there.question["asked"]) + "/renouveler", session: w.there.session[access.Nurse], body: url.Values{"form": {form}}})
		if body := open(there); strings.Contains(body, "marche mal") {
			t.Error("a link that was replaced opens the case")
		}
		w.knock(t, knock{method: http.MethodPost, path: "/bureau/questions/" + string(w.there.question["asked"]) + "/retirer", session: w.there.session[access.Nurse]})
		if body := open(there); strings.Contains(body, "marche mal") {
			t.Error("a link that was taken back opens the case")
		}
		for days, want := range map[int]int{89: http.StatusOK, 91: http.StatusUnprocessableEntity} {
			db.Now = func() time.Time { return storetest.Noon.AddDate(0, 0, days) }
			k := knock{method: http.MethodPost, path: "/reponse/" + w.here.answer, body: url.Values{"secret": {w.here.secret["closed"]}}}
			if got := w.knock(t, k).Code; got != want {
				t.Errorf("a link to an answer, %d days after: %d, want %d", days, got, want)
			}
		}
	})
}

// A session that ended while a letter was typed does not take the letter with
// it; short answers go to the sign-in page as ever.
func TestSessionEndsWhileTyping(t *testing.T) {
	w := oneSite(t)
	letter := "Enfant de trois ans, hypotonie, ne marche pas encore. <b>Rien d’autre</b>"
	r := newBrowser(t, w).post("/bureau/demandes/x/signes/lettre", url.Values{"letter": {letter}, "do": {"read"}})
	if r.Status != http.StatusUnauthorized || !strings.Contains(r.text(), "Votre session est terminée") || !strings.Contains(r.Body, "&lt;b&gt;Rien d’autre") || strings.Contains(r.Body, "value=\"read\"") {
		t.Errorf("%d: %s", r.Status, r.text())
	}
	if r := newBrowser(t, w).post("/bureau/demandes/x/signes/lettre", url.Values{"letter": {"court"}}); !strings.HasPrefix(r.Path, "/connexion") {
		t.Errorf("a short word: %d %s", r.Status, r.Path)
	}
}
