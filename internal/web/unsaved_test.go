package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"phare/internal/access"
	"phare/internal/store"
)

// harm runs a statement on the site's tables.
func harm(t *testing.T, s site, statement string) {
	t.Helper()
	act := store.Act{Platform: "reunion", Actor: "test", Verb: "harm", Subject: "s"}
	if err := s.db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Exec(statement) }); err != nil {
		t.Fatal(err)
	}
}

// What our own fault keeps from being stored is given back, says so, and can be
// sent again as it was; sent again it is one request.
func TestUnsaved(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	answers := gpAnswers()
	answers.Set("story", "<b>Marche instable</b> depuis deux ans & chutes « répétées », sans malaise.")
	form := b.get("/demande/medecin")
	const fails = `CREATE TRIGGER fails BEFORE INSERT ON `
	const as = ` BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`
	harm(t, s, fails+`draft`+as)
	p := b.send(form, answers)
	p.check()
	if p.Status != http.StatusServiceUnavailable || !strings.Contains(p.text(), "n’est pas enregistré") || !strings.Contains(p.text(), "chutes « répétées »") {
		t.Fatalf("a draft that failed: %d %s", p.Status, p.text())
	}
	if n := count(t, s.db, "draft"); n != 0 {
		t.Errorf("%d drafts", n)
	}
	harm(t, s, `DROP TRIGGER fails`)
	p = b.send(p, nil)
	if !strings.Contains(p.Path, "/verifier") || !strings.Contains(p.text(), "<b>Marche instable</b> depuis deux ans & chutes") {
		t.Fatalf("sent again: %s %s", p.Path, p.text())
	}
	harm(t, s, fails+`request`+as)
	p = b.send(p, nil)
	p.check()
	if p.Status != http.StatusServiceUnavailable || count(t, s.db, "request")+count(t, s.db, "message") != 0 {
		t.Fatalf("a request that failed: %d %s", p.Status, p.text())
	}
	harm(t, s, `DROP TRIGGER fails`)
	p = b.send(p, nil)
	readReceipt(t, p)
	if n := count(t, s.db, "request"); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A password or a secret is never written back into a page.
func TestUnsavedSecrets(t *testing.T) {
	s := oneSite(t)
	b := newBrowser(t, s)
	s.db.Close()
	for path, v := range map[string]url.Values{
		"/connexion": {"login": {"ida"}, "password": {"une phrase que personne ne voit"}, "code": {"123456"}},
		"/suivi":     {"reference": {"MR-0000-0000"}, "secret": {"0123456789"}},
	} {
		p := b.post(path, v)
		if p.Status < 500 || strings.Contains(p.Body, "personne ne voit") || strings.Contains(p.Body, "0123456789") {
			t.Errorf("%s: %d %s", path, p.Status, p.text())
		}
	}
}

// A choice against the list carries a reason, not a code that opens anything: it
// is given back and arrives when sent again.
func TestUnsavedChoice(t *testing.T) {
	s := oneSite(t)
	id := arrive(t, s, "reunion", nil)
	b := staff(t, s, "reunion", access.Nurse)
	page := b.get("/bureau/demandes/" + string(id) + "/orientation").sound()
	const reason = "La famille est déjà suivie par ce centre depuis la naissance du frère aîné."
	harm(t, s, `CREATE TRIGGER fails BEFORE INSERT ON choice BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
	p := b.submit(page, "/choix", url.Values{"choice": {"none"}, "why": {"else"}, "reason": {reason}})
	if p.Status != http.StatusServiceUnavailable || !strings.Contains(p.text(), reason) {
		t.Fatalf("a choice that failed: %d %s", p.Status, p.text())
	}
	harm(t, s, `DROP TRIGGER fails`)
	b.send(p, nil)
	if n := count(t, s.db, "choice"); n != 1 {
		t.Errorf("%d choices", n)
	}
}

// Words are given back without the proof, the code or the password that came
// with them; so they are when a session has ended.
func TestUnsavedLeavesSecretsOut(t *testing.T) {
	s := oneSite(t)
	nurse, gone := staff(t, s, "reunion", access.Nurse), newBrowser(t, s)
	const words = "Marche instable depuis deux ans et chutes répétées, sans malaise."
	v := url.Values{"story": {words}, "answer": {words + " Oui."}}
	hidden := []string{"password", "password.new", "secret", "code", "told", "ticket", "proof.code", "proof.ticket", "proof.answer"}
	for i, name := range hidden {
		v.Set(name, fmt.Sprintf("une chose tue, assez longue pour être rendue : zulouqui%d", i))
	}
	see := func(p page, status int) {
		t.Helper()
		if p.Status != status || !strings.Contains(p.text(), words) || strings.Contains(p.Body, "zulouqui") {
			t.Errorf("%d: %s", p.Status, p.Body)
		}
	}
	see(gone.post("/bureau/recherche", v), http.StatusUnauthorized)
	if p := gone.post("/bureau/recherche", v); strings.Contains(p.text(), " Oui.") {
		t.Error("the answer of a passkey is shown")
	}
	v.Del("ticket")
	if p := gone.post("/bureau/recherche", v); !strings.Contains(p.text(), " Oui.") {
		t.Error("an answer in words is lost")
	}
	v.Set("ticket", "zulouqui")
	s.db.Close()
	see(nurse.post("/bureau/recherche", v), http.StatusServiceUnavailable)
}
