package doctor_test

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/access"
	"phare/internal/audit"
	"phare/internal/doctor"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
	"phare/internal/trail"
)

// filled is a desk with one request, in order.
func filled(t *testing.T, db *store.DB) request.Receipt {
	t.Helper()
	for _, id := range []string{"reunion", "guyane"} {
		if err := access.AddPlatform(t.Context(), db, access.Platform{ID: id, Name: id, Zone: "Indian/Reunion", Phone: "0262"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := access.AddAccount(t.Context(), db, access.Machine("reunion"), access.NewAccount{Platform: "reunion", Login: "nadia", Name: "Nadia Exemple",
		Role: access.Nurse, Password: "une longue phrase"}); err != nil {
		t.Fatal(err)
	}
	r, err := request.Submit(t.Context(), db, access.NewKey(), access.Anyone("reunion"), request.NewForm(), request.Fields{
		Who: request.GP, Platform: "reunion", Diagnosis: request.NoDiagnosis, FamilyName: "Essai", FirstName: "Zoé", BirthDate: "2019-03-04",
		Sex: "female", Question: "Quelle équipe ?", Urgency: request.Routine, Name: "Dr Exemple", Phone: "0639980001", Consent: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func broken(t *testing.T, db *store.DB, keys ...note.Verifier) map[string]int {
	t.Helper()
	all, err := doctor.Examine(t.Context(), db, keys...)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, f := range all {
		if !f.Fine() {
			found[f.Means] = f.Count
		}
	}
	return found
}

// Each kind of damage is found, and nothing else is.
func TestDamageIsFound(t *testing.T) {
	tests := []struct{ means, sql string }{
		{"every open request has a next action and a date of next news", `UPDATE request SET next_at = ''`},
		{"every open request has a next action and a date of next news", `UPDATE request SET next_action = ''`},
		{"every request that awaits someone says whom", `UPDATE request SET state = 'awaiting'`},
		{"every owner is an account of the same platform", `UPDATE request SET owner = 'nobody'`},
		{"every request has exactly one entry of its arrival in the trail", `DELETE FROM audit WHERE verb = 'request.submit'`},
		{"every arrival in the trail is a request that exists", `UPDATE audit SET subject = 'gone' WHERE verb = 'request.submit' AND 1 = (SELECT count(*) FROM request) `},
		{"every question, ranking, choice, account and signature has its entry in the trail, and every entry its record",
			`INSERT INTO account (id, platform, login, name, role, password, totp, totp_step, active, failures, locked_until, created_at) VALUES ('x', 'reunion', 'x', 'x', 'admin', '', '', 0, TRUE, 0, '', '')`},
		{"every question, ranking, choice, account and signature has its entry in the trail, and every entry its record",
			`INSERT INTO orientation (id, platform, request, at, actor, knowledge, engine, result) SELECT 'o', platform, id, '', '', '', '', '{}' FROM request`},
		{"the trail gives the roots of its checkpoints, and nothing in it was changed, taken out or put in (signatures were not checked: the trail's key is not at hand)", `UPDATE audit SET actor = 'else' WHERE seq = 1`},
		{"every sealed value opens, in its place, with a living key, and none is in clear", `UPDATE request SET place = 'Cilaos'`},
		{"no job was given up after its last attempt", `INSERT INTO job (id, platform, kind, payload, run_at, attempt, failure) VALUES ('j', 'reunion', 'k', '1', '', 8, 'why')`},
		{"every message that was not sent waits in the queue", `INSERT INTO message (id, platform, request, recipient, kind, lang, reference, link, at, sent_at)
			SELECT 'm', platform, id, 'x@exemple.invalid', 'received', 'fr', reference, '', created_at, '' FROM request`},
		{"a closed request has a date and a reason, an open one has neither", `UPDATE request SET closed_at = '2026'`},
		{"a request that asked an expert has a question", `UPDATE request SET state = 'asked'`},
		{"where each request and each need stands is what their questions, tasks and decisions give", `UPDATE request SET state = 'open', begun_at = ''`},
		{"where each request and each need stands is what their questions, tasks and decisions give", `INSERT INTO need (id, platform, request, kind, label, expert, words, state, outcome, why, remark, actor, created_at, since, ended_at, version)
			SELECT 'n', platform, id, 'social', 'Social', false, '', 'doing', '', '', '', 'x', created_at, created_at, '', 1 FROM request`},
		{"no need is open in a request that is closed, and no task in a need that is", `INSERT INTO need (id, platform, request, kind, label, expert, words, state, outcome, why, remark, actor, created_at, since, ended_at, version)
			SELECT 'n', platform, id, 'social', 'Social', false, '', 'todo', '', '', '', 'x', created_at, created_at, created_at, 1 FROM request`},
		{"no record belongs to another platform than its request", `UPDATE event SET platform = 'guyane'`},
		{"a choice that names a result names one of its own request", `INSERT INTO choice (id, platform, request, at, actor, kind, target, label, network, stood, orientation, code, reason)
			SELECT 'c', platform, id, created_at, 'x', 'none', '', '', '', 'none', 'gone', '', '' FROM request`},
		{"a tree or a sheet in use is signed, and none is newer than its latest text", `INSERT INTO instrument (id, platform, kind, name, latest, in_use) VALUES ('i', 'reunion', 'tree', 'orientation', 1, 1)`},
		{"no account that ended has a session, a passkey, an identity or a secret", `UPDATE account SET active = FALSE`},
		{"nobody confirmed alone that someone lost a way in", `INSERT INTO recovery (id, platform, account, reason, asked_by, asked_name, asked_at, confirmed_by, confirmed_at, code, expires_at, failures, state)
			SELECT 'r', platform, id, '', 'a', '', '', 'a', '', '', '', 0, 'confirmed' FROM account`},
		{"every desk's time zone is known, so that its dates are right", `UPDATE platform SET zone = 'Mars/Olympus' WHERE id = 'guyane'`},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		filled(t, db)
		if found := broken(t, db); len(found) != 0 {
			t.Fatalf("a good desk is found broken: %v", found)
		}
		for _, tt := range tests {
			var found map[string]int
			undo := spoiled(t, db, tt.sql, func() { found = broken(t, db) })
			// One changed entry leaves several hashes that do not follow.
			if n := found[tt.means]; n == 0 || n > 1 && !strings.HasPrefix(tt.means, "the trail") {
				t.Errorf("after %s: found %v, want %q", tt.sql, found, tt.means)
			}
			undo()
		}
	})
}

// With the trail's public key its signatures are checked: a checkpoint that
// somebody else signed stands out.
func TestSignaturesOfTheTrail(t *testing.T) {
	const means = "the trail gives the root that was signed, and nothing in it was changed, taken out or put in"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		filled(t, db)
		mine, err := trail.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := audit.Sign(t.Context(), db, mine); err != nil {
			t.Fatal(err)
		}
		if found := broken(t, db, mine.Verifier()); len(found) != 0 {
			t.Errorf("a good trail is found broken: %v", found)
		}
		stranger, err := trail.NewKey()
		if err != nil {
			t.Fatal(err)
		}
		if found := broken(t, db); len(found) != 0 {
			t.Errorf("without a key: %v", found)
		}
		if found := broken(t, db, stranger.Verifier()); len(found) != 1 || found[means] != 1 {
			t.Errorf("signed by somebody else: %v", found)
		}
	})
}

// spoiled damages the tables, looks, and returns how to put them back.
func spoiled(t *testing.T, db *store.DB, sql string, look func()) (undo func()) {
	t.Helper()
	act := store.Act{Platform: "reunion", Actor: "test", Verb: "spoil", Subject: "s"}
	write := func(statements ...string) {
		err := db.Write(t.Context(), act, func(tx *store.Tx) error {
			for _, s := range statements {
				if err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%v: %v", statements, err)
		}
	}
	tables := []string{"request", "audit", "event", "platform"}
	var keep []string
	for _, table := range tables {
		keep = append(keep, "CREATE TABLE keep_"+table+" AS SELECT * FROM "+table)
	}
	write(append(keep, sql)...)
	look()
	return func() {
		write(
			`UPDATE request SET next_at = (SELECT next_at FROM keep_request), next_action = (SELECT next_action FROM keep_request),
				state = 'received', owner = '', closed_at = '', place = (SELECT place FROM keep_request)`,
			`DELETE FROM audit WHERE seq IN (SELECT seq FROM keep_audit)`, `INSERT INTO audit SELECT * FROM keep_audit`,
			`DELETE FROM account WHERE id = 'x'`, `DELETE FROM instrument WHERE id = 'i'`,
			`DELETE FROM job WHERE id = 'j'`, `DELETE FROM message WHERE id = 'm'`, `DELETE FROM choice WHERE id = 'c'`, `DELETE FROM orientation WHERE id = 'o'`,
			`UPDATE event SET platform = 'reunion'`,
			`UPDATE platform SET zone = 'Indian/Reunion'`, `UPDATE account SET active = TRUE`, `DELETE FROM recovery`, `DELETE FROM need`,
			`DROP TABLE keep_request`, `DROP TABLE keep_audit`, `DROP TABLE keep_event`, `DROP TABLE keep_platform`)
	}
}
