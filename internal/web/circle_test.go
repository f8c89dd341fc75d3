package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/web"
)

// The first layer alone: behind a handler that looks at nothing, a page of a file
// still opens to its circle only.
func TestGuardAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newTown(t, db, "http://phare.example")
		reached := 0
		mux := http.NewServeMux()
		for pattern, use := range map[string]web.FileUse{"GET /bureau/demandes/{id}": web.FileRead, "GET /bureau/demandes/{id}/lettre.pdf": web.FileWork,
			"POST /bureau/demandes/{id}/note": web.FileWork, "POST /bureau/demandes/{id}/exceptionnel": web.FileWall} {
			mux.Handle(pattern, w.server.Blind(pattern, web.Policy{Right: access.ReadRequest, File: use}, &reached))
		}
		w.h = mux
		all := w.visitors(t)
		for _, tt := range []struct {
			method, end string
			passes      []string
		}{
			{"GET", "", []string{"circle", "glass"}}, {"GET", "/lettre.pdf", []string{"circle"}}, {"POST", "/note", []string{"circle"}},
			{"POST", "/exceptionnel", []string{"circle", "nurse", "secretary", "physician", "glass"}},
		} {
			for _, x := range all {
				want := 0
				for _, p := range tt.passes {
					if p == x.name {
						want = 1
					}
				}
				reached = 0
				if w.knock(t, knock{method: tt.method, path: "/bureau/demandes/" + string(w.here.request["walled"]) + tt.end, session: x.session}); reached != want {
					t.Errorf("%s %s as %s: the handler was reached %d times, want %d", tt.method, tt.end, x.name, reached, want)
				}
			}
		}
	})
}

// From the wall to the file, by an exceptional access, and out again.
func TestGlass(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	now := storetest.Noon
	db.Now = func() time.Time { return now }
	w := newTown(t, db, "http://phare.example")
	file := "/bureau/demandes/" + string(w.here.request["walled"])
	session := w.here.session[access.Physician]
	page := func() string {
		return w.knock(t, knock{method: "GET", path: file, session: session}).Body.String()
	}
	if body := page(); !strings.Contains(body, "Vous n’êtes pas dans l’équipe de ce dossier.") || !strings.Contains(body, "Ici nurse") || !strings.Contains(body, `name="words"`) {
		t.Errorf("the wall: %s", visible(body))
	}
	if body := w.knock(t, knock{method: "GET", path: file, session: w.here.session[access.Secretary]}).Body.String(); strings.Contains(body, `name="words"`) {
		t.Error("a secretary is offered an exceptional access")
	}
	answer := w.knock(t, knock{method: "POST", path: file + "/exceptionnel", session: session, body: url.Values{"reason": {"vital"}, "words": {"trop court"}}})
	if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(answer.Body.String(), "trop court") || !strings.Contains(answer.Body.String(), `value="vital" checked`) {
		t.Errorf("what was typed is lost: %d", answer.Code)
	}
	words := url.Values{"reason": {"vital"}, "words": {"appel du SAMU à l’instant"}}
	if answer = w.knock(t, knock{method: "POST", path: file + "/exceptionnel", session: session, body: words}); answer.Header().Get("Location") != file {
		t.Fatalf("%d %s", answer.Code, answer.Body.String())
	}
	// Noon UTC is 16:00 at La Réunion.
	if body := page(); !strings.Contains(body, "Accès exceptionnel, en lecture seule.") || !strings.Contains(body, "Jusqu’au lundi 2 mars 2026, 17") || !strings.Contains(body, `<fieldset class="readonly" disabled>`) || !strings.Contains(body, "Iciprénominventé") {
		t.Errorf("by glass: %s", visible(body))
	}
	if body := visible(page()); !strings.Contains(body, "Personne n’a pu être prévenu de votre accès") {
		t.Errorf("that nobody here has an address is not said: %s", body)
	}
	if answer = w.knock(t, knock{method: "GET", path: file + "/lettre.pdf", session: session}); answer.Header().Get("Location") != file {
		t.Errorf("the letter leaves by glass: %d", answer.Code)
	}
	for _, quarter := range []string{"Accès exceptionnel, en lecture seule.", "Accès exceptionnel, en lecture seule.", "Accès exceptionnel, en lecture seule.", "Vous n’êtes pas dans l’équipe de ce dossier."} {
		now = now.Add(15 * time.Minute)
		if body := page(); !strings.Contains(body, quarter) {
			t.Errorf("at %v: not %q", now, quarter)
		}
	}
	if body := page(); !strings.Contains(body, "Vous n’êtes pas dans l’équipe de ce dossier.") {
		t.Error("an hour later it is still open")
	}
	// A fresh proof is asked for after five minutes, and what was typed is kept.
	answer = w.knock(t, knock{method: "POST", path: file + "/exceptionnel", session: session, body: words})
	if answer.Code != http.StatusUnauthorized || !strings.Contains(answer.Body.String(), "appel du SAMU à l’instant") {
		t.Errorf("without a fresh proof: %d", answer.Code)
	}
	// The family reads of it in words, without a name.
	answer = w.knock(t, knock{method: "POST", path: "/suivi/acces", body: url.Values{"reference": {w.here.reference["walled"]}, "secret": {w.here.secret["walled"]}}})
	if body := visible(answer.Body.String()); !strings.Contains(body, "par un accès exceptionnel") || strings.Contains(body, "Ici physician") || strings.Contains(body, "SAMU") {
		t.Errorf("the family reads: %s", body)
	}
	// Reviews: two wait, of which one is the reader's own.
	body := w.knock(t, knock{method: "GET", path: circle.ReviewPath, session: session}).Body.String()
	if strings.Count(body, "Enregistrer la relecture") != 1 || !strings.Contains(body, "C’est votre accès") || !strings.Contains(body, "l’administration doit en inviter un") {
		t.Errorf("the review page: %s", visible(body))
	}
	if body := w.knock(t, knock{method: "GET", path: "/bureau", session: session}).Body.String(); !strings.Contains(visible(body), "2 à relire.") {
		t.Error("the desk does not say that two wait")
	}
	judging := knock{method: "POST", path: circle.ReviewPath + "/" + string(w.here.glass), session: session, body: url.Values{"outcome": {"not"}}}
	if got := w.knock(t, judging); got.Code != http.StatusUnauthorized || !strings.Contains(visible(got.Body.String()), "relire un accès exceptionnel") {
		t.Errorf("judged without a fresh proof: %d", got.Code)
	}
	now = now.Add(-time.Hour) // when the proof was fresh
	if body := w.knock(t, judging).Body.String(); !strings.Contains(body, "Dites pourquoi") {
		t.Errorf("not justified, without a word: %s", visible(body))
	}
}

// Who is told of an exceptional access can follow the link in the message.
func TestGlassLinks(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	act := store.Act{Platform: "reunion", Actor: "system", Verb: "test", Subject: "mail"}
	must(t, db.Write(t.Context(), act, func(tx *store.Tx) error {
		return tx.Exec(`UPDATE account SET mail = id || '@phare-demo.invalid' WHERE platform = 'reunion'`)
	}))
	outside := w.hire(t, "reunion", "Ici dehors", access.Nurse)
	must(t, circle.Break(t.Context(), db, outside, w.here.request["walled"], circle.Breaking{Reason: "vital", Words: "appel du SAMU à l’instant"}))
	for kind, role := range map[string]access.Role{"glass-circle": access.Nurse, "glass": access.Physician} {
		links := storetest.Clear(t, db, "message.link", `kind = '`+kind+`'`)
		if len(links) == 0 {
			t.Fatalf("no message of kind %s", kind)
		}
		for _, link := range links {
			if got := w.knock(t, knock{method: "GET", path: link, session: w.here.session[role]}); got.Code != http.StatusOK {
				t.Errorf("a %s follows the link of %s: %d", role, kind, got.Code)
			}
		}
	}
	page := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(w.here.request["walled"]), session: w.here.session[access.Nurse]})
	if strings.Contains(page.Body.String(), "Personne n’a pu être prévenu de votre accès") {
		t.Error("it is said to others")
	}
}

// Whoever shuts themselves out is asked once more, and told what will follow; what
// was done is said on the page after it.
func TestSure(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	file := "/bureau/demandes/" + string(w.here.request["asked"])
	session := map[string]string{"nurse": w.here.session[access.Nurse], "doctor": w.here.session[access.Physician]}
	post := func(who, path string, body url.Values) (int, string) {
		t.Helper()
		got := w.knock(t, knock{method: "POST", path: path, session: session[who], body: body})
		if to := got.Header().Get("Location"); to != "" {
			to, _, _ = strings.Cut(to, "#")
			return got.Code, w.knock(t, knock{method: "GET", path: to, session: session[who]}).Body.String()
		}
		return got.Code, got.Body.String()
	}
	says := func(step string, code int, body, want string) {
		t.Helper()
		if !strings.Contains(visible(body), want) {
			t.Errorf("%s: %d, not %q: %s", step, code, want, visible(body))
		}
	}
	list := func(who string) string {
		return w.knock(t, knock{method: "GET", path: "/bureau", session: session[who]}).Body.String()
	}
	if body := list("nurse"); strings.Count(body, `<span class="tag amber">Confidentiel</span>`) != 1 { // "walled"
		t.Errorf("the list: %s", visible(body))
	}
	code, body := post("nurse", file+"/confidentiel", url.Values{"secrecy": {"connue de tous"}})
	says("confide", code, body, "Le dossier est confidentiel, et tous ceux du même patient.")
	if head, _, _ := strings.Cut(body, "</h1>"); !strings.Contains(head, "Confidentiel</span>") {
		t.Errorf("the head of the file says nothing of it: %s", visible(head))
	}
	if body := list("nurse"); strings.Count(body, `<span class="tag amber">Confidentiel</span>`) != 2 {
		t.Errorf("the list: %s", visible(body))
	}
	own := file + "/cercle/" + string(w.here.place) + "/fin"
	code, body = post("doctor", own, nil)
	says("the physician leaves", code, body, "Vous ne pourrez plus ouvrir ce dossier, sauf si")
	code, body = post("doctor", own, url.Values{"sure": {"yes"}})
	says("and is sure", code, body, "Vous n’êtes plus dans l’équipe du dossier.")
	code, body = post("doctor", own, nil)
	says("and is out", code, body, "Rien n’a été changé")
	code, body = post("nurse", file+"/cercle", url.Values{"member": {w.here.actor[access.Physician].ID}})
	says("add", code, body, "Cette personne est dans l’équipe du dossier.")
	code, body = post("nurse", file+"/cercle", url.Values{"member": {w.here.actor[access.Physician].ID}})
	says("add again", code, body, "Cette personne est déjà dans l’équipe du dossier.")
	bar := url.Values{"conflict": {w.here.actor[access.Nurse].ID}, "conflict_why": {"ma nièce"}}
	code, body = post("nurse", file+"/conflit", bar)
	says("the nurse bars herself", code, body, "Vous ne pourrez pas lever vous-même cette exclusion.")
	if strings.Contains(body, "ne pourra y ajouter quelqu’un") || !strings.Contains(body, `value="ma nièce"`) {
		t.Errorf("what will follow, or what was typed: %s", visible(body))
	}
	bar.Set("sure", "yes")
	code, body = post("nurse", file+"/conflit", bar)
	says("and is sure", code, body, "vous sont fermés.")
	if got := w.knock(t, knock{method: "GET", path: file, session: session["nurse"]}); got.Code != http.StatusNotFound {
		t.Errorf("to her it exists: %d", got.Code)
	}
	code, body = post("doctor", file+"/conflit", url.Values{"conflict": {w.here.actor[access.Physician].ID}, "conflict_why": {"sa sœur"}})
	says("the last one", code, body, "Plus personne, dans l’équipe de ce dossier, ne pourra y ajouter quelqu’un")
}

// A request that nobody has taken: whoever makes it confidential is told that they
// take it.
func TestConfideTakesSaid(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	said := "c’est vous qui la prendrez"
	for stage, want := range map[string]bool{"received": true, "asked": false, "closed": false} {
		if body := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(w.here.request[stage]), session: w.here.session[access.Nurse]}).Body.String(); strings.Contains(body, said) != want {
			t.Errorf("%s: said %v", stage, !want)
		}
	}
	file := "/bureau/demandes/" + string(w.here.request["received"])
	w.knock(t, knock{method: "POST", path: file + "/confidentiel", session: w.here.session[access.Nurse], body: url.Values{"secrecy": {"connue de tous"}}})
	body := visible(w.knock(t, knock{method: "GET", path: file, session: w.here.session[access.Physician]}).Body.String())
	if !strings.Contains(body, "Demandez à Ici nurse, qui suit cette demande") {
		t.Errorf("the wall: %s", body)
	}
}

// What was refused from outside a file is written down of that file, whatever the
// address named: whoever asks who opened it sees it.
func TestRefusedOfFile(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	id := w.here.request["asked"]
	must(t, circle.Confide(t.Context(), db, w.here.actor[access.Nurse], id, "connue de tous"))
	for _, x := range w.visitors(t) {
		if x.name != "nurse" {
			continue
		}
		for i, path := range []string{"/bureau/demandes/" + string(id) + "/note", "/bureau/questions/" + string(w.here.question["asked"]) + "/retirer"} {
			if got := w.knock(t, knock{method: "POST", path: path, session: x.session}); got.Code != http.StatusForbidden {
				t.Errorf("%s: %d", path, got.Code)
			}
			must(t, db.Read(t.Context(), func(v *store.View) error {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = 'circle.refused' AND subject = $1`, id)
				if n != i+1 {
					t.Errorf("%s: %d entries about the file", path, n)
				}
				return err
			}))
		}
	}
	page := w.knock(t, knock{method: "GET", path: "/bureau/demandes/" + string(id) + "/acces", session: w.here.session[access.Physician]})
	if !strings.Contains(visible(page.Body.String()), "a voulu changer le dossier sans être dans son équipe") {
		t.Errorf("who opened it: %d %s", page.Code, visible(page.Body.String()))
	}
	page = w.knock(t, knock{method: "POST", path: "/suivi/acces", body: url.Values{"reference": {w.here.reference["asked"]}, "secret": {w.here.secret["asked"]}}})
	if !strings.Contains(visible(page.Body.String()), "a voulu changer le dossier sans être dans son équipe") {
		t.Errorf("the family reads: %d %s", page.Code, visible(page.Body.String()))
	}
}

// A bar ends on the page of the file: with a fresh proof, and a reason that is
// asked for where it is written.
func TestUnbarOnPage(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	now := storetest.Noon
	db.Now = func() time.Time { return now }
	w := newTown(t, db, "http://phare.example")
	w.visitors(t) // one of them is barred
	id, session := w.here.request["walled"], w.here.session[access.Nurse]
	file := "/bureau/demandes/" + string(id)
	post := regexp.MustCompile(`action="(` + file + `/cercle/[^/"]+/lever)"`).FindStringSubmatch(w.knock(t, knock{method: "GET", path: file, session: session}).Body.String())
	if post == nil {
		t.Fatal("the page has no form for it")
	}
	got := w.knock(t, knock{method: "POST", path: post[1], session: session})
	if body := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `id="f-unbar_why"`) || !strings.Contains(body, "<details open><summary>Lever l’exclusion") {
		t.Errorf("without a reason: %d %s", got.Code, visible(body))
	}
	why := url.Values{"unbar_why": {"erreur de compte"}}
	now = now.Add(access.FreshFor)
	if got = w.knock(t, knock{method: "POST", path: post[1], session: session, body: why}); got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), "lever une exclusion") || !strings.Contains(got.Body.String(), "erreur de compte") {
		t.Errorf("without a fresh proof: %d %s", got.Code, visible(got.Body.String()))
	}
	now = storetest.Noon
	if got = w.knock(t, knock{method: "POST", path: post[1], session: session, body: why}); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, visible(got.Body.String()))
	}
	if body := visible(w.knock(t, knock{method: "GET", path: file, session: session}).Body.String()); !strings.Contains(body, "Exclusion levée") || !strings.Contains(body, "erreur de compte") || !strings.Contains(body, "Exclusions levées") || !strings.Contains(body, "sa nièce") {
		t.Errorf("the timeline: %s", body)
	}
}

// Who takes over a file that nobody is left in is told until when and what to do,
// works in it, and is offered nothing that outlasts the hour but an addition.
func TestTakingOnPage(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	w := newTown(t, db, "http://phare.example")
	w.visitors(t) // one of them is barred
	w.hire(t, "reunion", "Ici dehors", access.Physician)
	session := w.here.session[access.Physician]
	file := "/bureau/demandes/" + string(w.here.request["walled"])
	page := func() string {
		return w.knock(t, knock{method: "GET", path: file, session: session}).Body.String()
	}
	must(t, db.Write(t.Context(), access.Machine("reunion").Act("test", "leave"), func(tx *store.Tx) error {
		return tx.Exec(`UPDATE account SET active = false WHERE platform = 'reunion' AND role IN ('nurse', 'secretary')`)
	}))
	words := url.Values{"reason": {"resume"}, "words": {"plus personne ne la suit"}}
	if got := w.knock(t, knock{method: "POST", path: file + "/exceptionnel", session: session, body: words}); got.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Code, visible(got.Body.String()))
	}
	offers := func(when string, taking bool) {
		t.Helper()
		body := page()
		if said := visible(body); strings.Contains(said, "Jusqu’au lundi 2 mars 2026, 17") != taking || strings.Contains(said, "pour reprendre le dossier.") != taking || strings.Contains(said, "Ajoutez-vous à l’équipe avant la fin") != taking || strings.Contains(body, `class="readonly"`) {
			t.Errorf("%s: the banner: %s", when, said)
		}
		for _, x := range []string{"/confidentiel/lever\"", "/lever\"", "/fin\""} {
			if strings.Contains(body, x) == taking {
				t.Errorf("%s: %s is offered: %v", when, x, taking)
			}
		}
		bars := body[strings.Index(body, file+"/conflit"):]
		if strings.Count(bars[:strings.Index(bars, "</select>")], "<option") == 2 != taking {
			t.Errorf("%s: whom one can bar: %s", when, visible(bars))
		}
	}
	offers("taking over", true)
	lift := w.knock(t, knock{method: "POST", path: file + "/confidentiel/lever", session: session, body: url.Values{"secrecy": {"plus besoin"}}})
	if lift.Code != http.StatusConflict || !strings.Contains(visible(lift.Body.String()), "Ajoutez-vous d’abord à son équipe") {
		t.Errorf("lifting: %d %s", lift.Code, visible(lift.Body.String()))
	}
	add := w.knock(t, knock{method: "POST", path: file + "/cercle", session: session, body: url.Values{"member": {w.here.actor[access.Physician].ID}}})
	if add.Code != http.StatusSeeOther {
		t.Fatalf("adding oneself: %d", add.Code)
	}
	offers("in the team", false)
}
