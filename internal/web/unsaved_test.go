package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

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
