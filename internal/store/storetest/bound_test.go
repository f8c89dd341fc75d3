package storetest

import (
	"strings"
	"testing"

	"phare/internal/store"
)

// Each good statement is bound; taken apart below it is not.
var boundStatements = []string{
	`SELECT id FROM request WHERE id = $1 AND platform = $2`,
	`SELECT id FROM request WHERE $2 = platform`,
	`SELECT id FROM request WHERE id = ? AND platform = ?`,
	`SELECT id FROM request r WHERE (r.platform || '') = $1 AND r.id = $2`,
	`SELECT id FROM request WHERE id = $1 AND (state = 'a' OR state = 'b') AND platform = $2`,
	`SELECT id FROM request WHERE id BETWEEN $1 AND $2 AND platform = $3 ORDER BY id LIMIT 5`,
	`SELECT id FROM organisation WHERE platform IN ('', $1)`,
	`SELECT id FROM request WHERE (platform = $1 AND state = 'a' OR platform = $1 AND state = 'b')`,
	`SELECT CASE WHEN a AND b THEN 'x' ELSE 'y' END FROM request WHERE platform = $1`,
	`SELECT r.id FROM request r JOIN account a ON a.id = r.owner AND a.platform = r.platform WHERE r.platform = $1`,
	`SELECT r.id FROM request r LEFT JOIN account a ON a.id = r.owner AND a.platform = r.platform WHERE r.platform = $1`,
	`SELECT r.id FROM request r JOIN platform p ON p.id = r.platform WHERE r.platform = $1`,
	`SELECT r.id FROM request r, account a WHERE a.platform = $1 AND r.platform = a.platform`,
	`SELECT id FROM request WHERE platform = $1 AND EXISTS (SELECT 1 FROM event e WHERE e.request = request.id AND e.platform = request.platform)`,
	`SELECT (SELECT count(*) FROM event e WHERE e.platform = r.platform) FROM request r WHERE r.platform = $1`,
	`SELECT id FROM request WHERE platform = $1 UNION ALL SELECT id FROM draft WHERE platform = $1`,
	`SELECT count(*) FROM (SELECT platform, id FROM request) x WHERE x.platform = $1`,
	`SELECT count(*) FROM (SELECT id FROM request WHERE platform = $1) x`,
	`SELECT id FROM request WHERE state IS DISTINCT FROM 'x' AND platform = $1`,
	`UPDATE request SET state = $1 WHERE id = $2 AND platform = $3`,
	`UPDATE request AS r SET state = (SELECT state FROM event e WHERE e.platform = r.platform) WHERE r.platform = $3`,
	`UPDATE request SET state = a.name FROM account a WHERE a.platform = request.platform AND request.platform = $1`,
	`DELETE FROM request WHERE platform = $1 AND id = $2`,
	`DELETE FROM event WHERE platform = $1 AND request IN (SELECT id FROM request WHERE platform = $1)`,
	`INSERT INTO request (id, platform) VALUES ($1, $2)`,
	`INSERT INTO request (id, platform) SELECT id, platform FROM draft WHERE platform = $1`,
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT (patient) DO UPDATE SET zone = $3 WHERE contact.platform = $2`,
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT (patient) DO UPDATE SET zone = $3 WHERE contact.platform = excluded.platform`,
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT (platform, patient) DO UPDATE SET zone = $3`,
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
	`SELECT name FROM platform WHERE id = $1`,
	`PRAGMA integrity_check`,
}

// What looks like it and is not, with the table that is open.
var openStatements = map[string]string{
	// As cmd/phare-mutants takes a condition away.
	`SELECT id FROM request WHERE id = $1 AND (platform = $2 OR 1 = 1)`:                                                      "request",
	`SELECT id FROM request r WHERE ((r.platform || '') = $1 OR 1 = 1) AND r.id = $2`:                                        "request r",
	`SELECT r.id FROM request r JOIN account a ON a.id = r.owner AND (a.platform = r.platform OR 1 = 1) WHERE platform = $1`: "account a",
	// The parameter stays used.
	`SELECT id FROM request WHERE id = $1 AND $2 = $2`:                                                                    "request",
	`SELECT id FROM request WHERE id = $1`:                                                                                "request",
	`SELECT id FROM request`:                                                                                              "request",
	`SELECT id FROM request WHERE platform = platform`:                                                                    "request",
	`SELECT id FROM request WHERE platform <> $1`:                                                                         "request",
	`SELECT id FROM request WHERE NOT platform = $1`:                                                                      "request",
	`SELECT id FROM request WHERE NOT (platform = $1 AND state = 'x')`:                                                    "request",
	`SELECT id FROM request WHERE platform NOT IN ($1)`:                                                                   "request",
	`SELECT id FROM request WHERE platform IN ($1, platform)`:                                                             "request",
	`SELECT id FROM request WHERE platform = $1 OR state = 'x'`:                                                           "request",
	`SELECT id FROM request WHERE state = 'x' AND platform = $1 OR owner = $2`:                                            "request",
	`SELECT id FROM request WHERE CASE WHEN platform = $1 THEN 1 ELSE 1 END = 1`:                                          "request",
	`SELECT platform = $1 FROM request`:                                                                                   "request",
	`SELECT id FROM request ORDER BY platform = $1`:                                                                       "request",
	`SELECT id FROM request WHERE state = 'platform = $1'`:                                                                "request",
	`SELECT id FROM request WHERE platform >= $1`:                                                                         "request",
	`SELECT r.id FROM request r JOIN account a ON a.id = r.owner WHERE r.platform = $1`:                                   "account a",
	`SELECT r.id FROM request r JOIN account a ON a.id = r.owner AND a.platform = $1`:                                     "request r",
	`SELECT r.id FROM request r LEFT JOIN account a ON a.platform = $1 AND a.platform = r.platform`:                       "request r",
	`SELECT r.id FROM request r JOIN account a ON a.platform = r.platform`:                                                "request r, account a",
	`SELECT r.id FROM request r JOIN platform p ON p.id = r.platform WHERE p.id = $1`:                                     "request r",
	`SELECT id FROM request WHERE platform = $1 AND EXISTS (SELECT 1 FROM event e WHERE e.request = request.id)`:          "event e",
	`SELECT id FROM request r WHERE EXISTS (SELECT 1 FROM event e WHERE r.platform = $1 AND e.platform = $1)`:             "request r",
	`SELECT id FROM request r WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.platform = r.platform)`:                     "request r, event e",
	`SELECT id FROM request WHERE platform = $1 UNION ALL SELECT id FROM draft`:                                           "draft",
	`SELECT count(*) FROM (SELECT id FROM request) x`:                                                                     "request",
	`SELECT count(*) FROM (SELECT platform FROM request) x WHERE x.platform = $1 OR 1 = 1`:                                "request",
	`UPDATE request SET platform = $1 WHERE id = $2`:                                                                      "request",
	`UPDATE request SET state = a.name FROM account a WHERE request.platform = $1`:                                        "account a",
	`DELETE FROM event WHERE request IN (SELECT id FROM request WHERE platform = $1)`:                                     "event",
	`DELETE FROM event WHERE platform = $1 AND request IN (SELECT id FROM request)`:                                       "request",
	`INSERT INTO request (id) VALUES ($1)`:                                                                                "request",
	`INSERT INTO request (id, platform) SELECT id, platform FROM draft`:                                                   "draft",
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT (patient) DO UPDATE SET platform = $2`:           "contact",
	`INSERT INTO contact (patient, platform) VALUES ($1, $2) ON CONFLICT (patient) DO UPDATE SET zone = $3 WHERE $2 = $2`: "contact",
}

func tablesOf(t *testing.T) []string {
	t.Helper()
	tables, err := platformTables()
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) < 50 {
		t.Fatalf("the schema has only %d tables with a platform: %v", len(tables), tables)
	}
	return tables
}

func TestBound(t *testing.T) {
	tables := tablesOf(t)
	for _, s := range boundStatements {
		if open, err := unbound(s, tables); err != nil || len(open) > 0 {
			t.Errorf("%s: open %v, %v", s, open, err)
		}
	}
	for s, want := range openStatements {
		open, err := unbound(s, tables)
		if got := strings.Join(open, ", "); err != nil || got != want {
			t.Errorf("%s: open %q, want %q; %v", s, got, want, err)
		}
	}
}

// Every condition of the platform counts: a good statement with any one of them
// replaced, as the mutants are, or by what is always so, is not bound.
func TestEachConditionCounts(t *testing.T) {
	tables := tablesOf(t)
	tried := 0
	for _, s := range boundStatements {
		if strings.HasPrefix(s, "INSERT") || strings.Contains(s, "UNION") {
			continue // a condition of one part says nothing of the others
		}
		for _, at := range condition.FindAllStringSubmatchIndex(s, -1) {
			from, to := at[0], at[1]
			if at[2] >= 0 {
				from = at[3]
			}
			if at[8] >= 0 {
				to = at[8]
			}
			for _, with := range []string{"(" + s[from:to] + " OR 1 = 1)", "1 = 1", "$2 = $2"} {
				tried++
				left := s[:from] + with + s[to:]
				if open, err := unbound(left, tables); err == nil && len(open) == 0 {
					t.Errorf("still bound: %s", left)
				}
			}
		}
	}
	if tried < 60 {
		t.Errorf("only %d were tried", tried)
	}
}

// What the checker cannot read it does not let pass.
func TestUnreadable(t *testing.T) {
	for _, s := range []string{
		`SELECT id FROM request WHERE (platform = $1`, `SELECT id FROM request WHERE platform = $1)`, `WITH x AS (SELECT 1) SELECT id FROM x`,
		`SELECT id FROM request NATURAL JOIN event WHERE platform = $1`, `SELECT id FROM (request) WHERE platform = $1`, `MERGE INTO request`,
		`SELECT 'x FROM request`,
	} {
		if open, err := unbound(s, tablesOf(t)); err == nil {
			t.Errorf("%s was read, open %v", s, open)
		}
	}
}

// A statement is excused in the file that the list names, and a test may run what it
// likes; nothing else is.
func TestExcused(t *testing.T) {
	const open = `SELECT id, login, name FROM account WHERE login = $1`
	for _, tt := range []struct {
		file, statement string
		fault           bool
	}{
		{"access/store.go", open, false},
		{"access/account.go", open, true},
		{"access/store.go", `SELECT id FROM account WHERE name = $1`, true},
		{"access/store_test.go", `SELECT id FROM account WHERE name = $1`, false},
		{"store/storetest/sealed.go", `SELECT id FROM account`, false},
		{"doctor/doctor.go", `SELECT id FROM account`, false},
		{"access/account.go", `SELECT id FROM account WHERE platform = $1`, false},
	} {
		fault, err := watching.fault(tt.statement, func() string { return tt.file })
		if err != nil || (fault != "") != tt.fault {
			t.Errorf("%s: %s: %q, %v", tt.file, tt.statement, fault, err)
		}
	}
}

// What runs on a database of a test is looked at, and kept until the test ends.
func TestWatched(t *testing.T) {
	w := &watcher{tables: watching.tables, listed: func() (map[string]string, error) { return nil, nil }, fine: map[string]bool{}}
	db := Open(t, "sqlite")
	store.Watch(func(s string) {
		w.look(s)
		if fault, err := w.fault(s, func() string { return "room/file.go" }); err != nil || fault != "" {
			w.faults = append(w.faults, fault)
		}
	})
	defer store.Watch(watching.look)
	err := db.Write(t.Context(), store.Act{Platform: "p", Actor: "system", Verb: "try", Subject: "x"}, func(tx *store.Tx) error {
		if _, err := store.All(&tx.View, store.Value[string], `SELECT id FROM request WHERE id = $1 AND platform = $2`, "x", "p"); err != nil {
			return err
		}
		return tx.Exec(`DELETE FROM request WHERE id = $1`, "x")
	})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(w.faults, "\n")
	if !strings.Contains(all, "room/file.go DELETE FROM request WHERE id = $1") || strings.Contains(all, "SELECT … FROM request") {
		t.Errorf("noted: %s", all)
	}
	if !strings.Contains(all, "store/tree.go SELECT … FROM audit ORDER BY seq DESC LIMIT 1") {
		t.Errorf("who ran it is not seen: %s", all)
	}
}
