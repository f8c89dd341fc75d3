// Package doctor checks that nothing is lost or contradictory: the invariants
// that every test ends with, and that the operator's command runs on a living
// database. It may read any table; it repairs nothing.
package doctor

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"phare/internal/audit"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/text"
)

// Finding is one invariant and what breaks it.
type Finding struct {
	ID     string   // "I1", as in the list below
	Means  string   // what is promised
	Broken []string // ids of records that break it, at most shown; never a name
	Count  int      // how many break it
}

// Fine says whether the invariant holds.
func (f Finding) Fine() bool { return f.Count == 0 }

// shown bounds how many records a finding lists.
const shown = 20

// check is one invariant as a query that returns the ids of what breaks it.
type check struct{ id, means, query string }

// checks are the invariants that one query can test, on either engine. A
// reference to another platform is looked for along every foreign key.
var checks = []check{
	{"I1", "a reference, and a form of a platform, belong to one request only",
		`SELECT min(id) FROM request GROUP BY reference HAVING count(*) > 1
		 UNION ALL SELECT min(id) FROM request GROUP BY platform, form HAVING count(*) > 1`},
	{"I3", "every open request has a next action and a date of next news",
		`SELECT id FROM request WHERE state <> 'closed' AND (next_action = '' OR next_at = '')`},
	{"I3", "every request that awaits someone says whom",
		`SELECT id FROM request WHERE state = 'awaiting' AND awaited = ''`},
	{"I3", "every owner is an account of the same platform",
		`SELECT r.id FROM request r LEFT JOIN account a ON a.id = r.owner AND a.platform = r.platform WHERE r.owner <> '' AND a.id IS NULL`},
	{"I4", "every request has exactly one entry of its arrival in the trail",
		`SELECT r.id FROM request r LEFT JOIN audit a ON a.subject = r.id AND a.verb = 'request.submit' GROUP BY r.id HAVING count(a.seq) <> 1`},
	{"I4", "every arrival in the trail is a request that exists",
		`SELECT a.subject FROM audit a LEFT JOIN request r ON r.id = a.subject WHERE a.verb = 'request.submit' AND r.id IS NULL`},
	{"I4", "every question, ranking, choice, account and signature has its entry in the trail, and every entry its record",
		`SELECT r.id FROM request r WHERE ` + unequal("question x", "x.request = r.id", "'question.ask'") + `
		 UNION ALL SELECT r.id FROM request r WHERE ` + unequal("orientation x", "x.request = r.id", "'request.orient', 'request.learn'") + `
		 UNION ALL SELECT r.id FROM request r WHERE ` + unequal("choice x", "x.request = r.id", "'request.choose'") + `
		 UNION ALL SELECT r.id FROM request r WHERE ` + unequal("instrument_walk x", "x.request = r.id", "'instrument.attach'") + `
		 UNION ALL SELECT r.id FROM account r WHERE ` + unequal("account x", "x.id = r.id", "'account.add', 'account.join'") + `
		 UNION ALL SELECT r.id FROM platform r WHERE ` + unequal("platform x", "x.id = r.id", "'platform.add'") + `
		 UNION ALL SELECT x.request FROM answer x WHERE x.signed_at <> '' AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = x.request AND a.verb = 'answer.sign')
		 UNION ALL SELECT x.request FROM answer x WHERE x.sent_at <> '' AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject = x.request AND a.verb = 'answer.send')`},
	{"I7", "no job was given up after its last attempt",
		fmt.Sprintf(`SELECT id FROM job WHERE attempt >= %d AND failure <> ''`, store.MaxAttempts)},
	{"I7", "every message that was not sent waits in the queue",
		`SELECT m.id FROM message m WHERE m.state = 'waiting' AND m.way IN ('mail', 'sms') AND NOT EXISTS (SELECT 1 FROM job j WHERE j.payload = '"' || m.id || '"')`},
	{"I8", "a closed request has a date and a reason, an open one has neither",
		`SELECT id FROM request WHERE (state = 'closed') <> (closed_at <> '') OR (state = 'closed') <> (close_reason <> '')`},
	{"I8", "a request closed as sent has a signed answer that was sent",
		`SELECT r.id FROM request r LEFT JOIN answer a ON a.request = r.id AND a.signed_at <> '' AND a.sent_at <> '' WHERE r.close_reason = 'sent' AND a.id IS NULL`},
	{"I8", "a request that asked an expert has a question",
		`SELECT r.id FROM request r WHERE r.state = 'asked' AND NOT EXISTS (SELECT 1 FROM question q WHERE q.request = r.id)`},
	{"I8", "a tree or a sheet in use is signed, and none is newer than its latest text",
		`SELECT i.id FROM instrument i LEFT JOIN instrument_version x ON x.instrument = i.id AND x.number = i.in_use AND x.signed_at <> ''
		 WHERE i.in_use > i.latest OR i.in_use > 0 AND x.id IS NULL`},
	{"I9", "no record belongs to another platform than its request",
		`SELECT x.request FROM request_sign x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM orientation x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM choice x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM question x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM answer x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM event x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM instrument_walk x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.request FROM sender_request x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM arrival x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM history x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM told x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.request FROM seen x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM circle x JOIN request r ON r.id = x.request JOIN account a ON a.id = x.account WHERE x.platform <> r.platform OR a.platform <> r.platform
		 UNION ALL SELECT x.id FROM glass x JOIN request r ON r.id = x.request JOIN account a ON a.id = x.account WHERE x.platform <> r.platform OR a.platform <> r.platform
		 UNION ALL SELECT x.id FROM attachment x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT c.attachment FROM attachment_chunk c JOIN attachment x ON x.id = c.attachment WHERE c.platform <> x.platform
		 UNION ALL SELECT x.id FROM upload x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM instrument_version x JOIN instrument i ON i.id = x.instrument WHERE x.platform <> i.platform
		 UNION ALL SELECT x.id FROM need x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM task x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM task x LEFT JOIN need n ON n.id = x.need AND n.request = x.request WHERE x.need <> '' AND n.id IS NULL
		 UNION ALL SELECT x.id FROM question x LEFT JOIN need n ON n.id = x.need AND n.request = x.request WHERE x.need <> '' AND n.id IS NULL
		 UNION ALL SELECT x.id FROM move x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM nudge x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM triage x JOIN request r ON r.id = x.request WHERE x.platform <> r.platform
		 UNION ALL SELECT x.id FROM absence x JOIN account a ON a.id IN (x.account, x.cover) WHERE x.platform <> a.platform
		 UNION ALL SELECT r.id FROM request r JOIN patient p ON p.id = r.patient WHERE p.platform <> r.platform
		 UNION ALL SELECT s.account FROM session s JOIN account a ON a.id = s.account WHERE s.platform <> a.platform
		 UNION ALL SELECT x.id FROM passkey x JOIN account a ON a.id = x.account WHERE x.platform <> a.platform
		 UNION ALL SELECT x.id FROM identity x JOIN account a ON a.id = x.account WHERE x.platform <> a.platform
		 UNION ALL SELECT x.id FROM recovery x JOIN account a ON a.id = x.account WHERE x.platform <> a.platform
		 UNION ALL SELECT x.id FROM review_line x JOIN review r ON r.id = x.review WHERE x.platform <> r.platform`},
	{"I14", "no account that ended has a session, a passkey, an identity or a secret",
		`SELECT a.id FROM account a WHERE NOT a.active AND (a.password <> '' OR a.totp <> '' OR EXISTS (SELECT 1 FROM session s WHERE s.account = a.id)
		 OR EXISTS (SELECT 1 FROM passkey p WHERE p.account = a.id) OR EXISTS (SELECT 1 FROM identity i WHERE i.account = a.id))`},
	{"I14", "nobody confirmed alone that someone lost a way in",
		`SELECT id FROM recovery WHERE confirmed_by <> '' AND (confirmed_by = asked_by OR confirmed_by = account OR asked_by = account)`},
	{"I15", "whoever is barred from a file makes it confidential, and holds it no more",
		`SELECT c.id FROM circle c JOIN request r ON r.id = c.request WHERE c.place = 'barred' AND c.until = '' AND (r.guard NOT IN ('confidential', 'limited-confidential') OR r.owner = c.account)`},
	{"I15", "the files of a patient are confidential together",
		`SELECT x.id FROM request x JOIN request y ON y.patient = x.patient AND y.guard IN ('confidential', 'limited-confidential') WHERE x.guard NOT IN ('confidential', 'limited-confidential')`},
	{"I15", "every exceptional access has its entry in the trail and its line in the file, and nobody judged their own",
		`SELECT r.id FROM request r WHERE ` + unequal("glass x", "x.request = r.id", "'glass.break'") + `
		 UNION ALL SELECT id FROM glass WHERE reviewer = account AND account <> ''
		 UNION ALL SELECT g.id FROM glass g WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.request = g.request AND e.kind = 'glass.' || g.reason AND e.at = g.at)`},
	{"I16", "a request names the identity that stands, a merge that is done has its two people, and what it moved stands under it",
		`SELECT r.id FROM request r JOIN patient p ON p.id = r.patient WHERE p.merged_into <> ''
		 UNION ALL SELECT p.id FROM patient p LEFT JOIN patient k ON k.id = p.merged_into WHERE p.merged_into <> '' AND (k.id IS NULL OR k.platform <> p.platform OR k.id = p.id)
		 UNION ALL SELECT p.id FROM patient p WHERE p.merged_into <> '' AND NOT EXISTS (SELECT 1 FROM patient_merge m WHERE m.merged = p.id AND m.kept = p.merged_into AND m.state IN ('done', 'undoing'))
		 UNION ALL SELECT m.id FROM patient_merge m JOIN patient p ON p.id = m.merged WHERE m.state IN ('done', 'undoing') AND p.merged_into <> m.kept`},
	{"I12", "every answer, question, sign and event belongs to a request",
		`SELECT x.id FROM event x LEFT JOIN request r ON r.id = x.request WHERE r.id IS NULL
		 UNION ALL SELECT x.id FROM question x LEFT JOIN request r ON r.id = x.request WHERE r.id IS NULL
		 UNION ALL SELECT x.id FROM answer x LEFT JOIN request r ON r.id = x.request WHERE r.id IS NULL`},
	{"I17", "no need is open in a request that is closed, and no task in a need that is",
		`SELECT n.id FROM need n JOIN request r ON r.id = n.request WHERE n.outcome = '' AND r.state = 'closed'
		 UNION ALL SELECT t.id FROM task t JOIN need n ON n.id = t.need WHERE t.ended_at = '' AND n.outcome <> ''
		 UNION ALL SELECT id FROM need WHERE (outcome = '') <> (ended_at = '')`},
	{"I12", "every file is joined to a request, to a draft or to what arrived, to one only, and has all its pieces",
		`SELECT x.id FROM attachment x LEFT JOIN draft d ON d.form = x.draft LEFT JOIN arrival a ON a.id = x.draft AND a.state IN ('waiting', 'aside', 'matched')
			WHERE (x.request IS NULL) = (x.draft = '') OR x.draft <> '' AND d.form IS NULL AND a.id IS NULL
		 UNION ALL SELECT x.id FROM attachment x WHERE x.pieces <> (SELECT count(*) FROM attachment_chunk c WHERE c.attachment = x.id)`},
	{"I12", "every file on its way has the pieces that came of it, and goes to a request or to a draft",
		`SELECT u.id FROM upload u LEFT JOIN draft d ON d.form = u.draft WHERE (u.request IS NULL) = (u.draft = '') OR u.draft <> '' AND d.form IS NULL
		 UNION ALL SELECT u.id FROM upload u WHERE u.became = '' AND (u.received + 65535) / 65536 <> (SELECT count(*) FROM upload_piece c WHERE c.upload = u.id)`},
	{"I12", "a choice that names a result names one of its own request",
		`SELECT c.id FROM choice c LEFT JOIN orientation o ON o.id = c.orientation AND o.request = c.request WHERE c.orientation <> '' AND o.id IS NULL`},
}

// unequal is the condition that a record r has not as many rows as entries.
func unequal(rows, of, verbs string) string {
	return `(SELECT count(*) FROM ` + rows + ` WHERE ` + of + `) <> (SELECT count(*) FROM audit a WHERE a.subject = r.id AND a.verb IN (` + verbs + `))`
}

// Examine runs every check on one snapshot. With the public keys that the trail
// has and had, its signatures are checked too; without, the finding says so.
func Examine(ctx context.Context, db *store.DB, keys ...note.Verifier) ([]Finding, error) {
	var all []Finding
	err := db.Read(ctx, func(v *store.View) error {
		all = nil
		for _, c := range checks {
			broken, err := store.All(v, store.Value[string], c.query)
			if err != nil {
				return fmt.Errorf("check %s (%s): %w", c.id, c.means, err)
			}
			all = append(all, finding(c.id, c.means, broken))
		}
		states, err := unknownStates(v)
		if err != nil {
			return err
		}
		all = append(all, finding("I8", "every request is in a state that the program knows", states))
		states, err = request.Misstated(v)
		if err != nil {
			return err
		}
		all = append(all, finding("I17", "where each request and each need stands is what their questions, tasks and decisions give", states))
		clocks, err := unknownZones(v)
		if err != nil {
			return err
		}
		all = append(all, finding("I3", "every desk's time zone is known, so that its dates are right", clocks))
		trail, err := trailOf(v, keys)
		all = append(all, trail)
		return err
	})
	if err != nil {
		return nil, err
	}
	sealed, _, err := db.SealFaults(ctx)
	if err != nil {
		return nil, err
	}
	all = append(all, finding("I10", "every sealed value opens, in its place, with a living key, and none is in clear", sealed))
	engine, err := db.Integrity(ctx)
	if err != nil {
		return nil, err
	}
	return append(all, finding("I12", "the engine finds its own files and references in order", engine)), nil
}

// trailOf verifies the trail.
func trailOf(v *store.View, keys []note.Verifier) (Finding, error) {
	means := "the trail gives the root that was signed, and nothing in it was changed, taken out or put in"
	if len(keys) == 0 {
		means = "the trail gives the roots of its checkpoints, and nothing in it was changed, taken out or put in (signatures were not checked: the trail's key is not at hand)"
	}
	tree, err := audit.Verify(v, audit.Held{Log: keys})
	var wrong []string
	for _, f := range tree.Faults {
		wrong = append(wrong, f.Words)
	}
	return finding("I5", means, wrong), err
}

// Looks are what a person should look at though nothing is broken, without a
// name: exceptional accesses that nobody has judged in time or that nobody could be
// told of, and people who open more than some in a week.
func Looks(ctx context.Context, db *store.DB) (notes []string, err error) {
	err = db.Read(ctx, func(v *store.View) error {
		notes = nil
		desks, err := store.All(v, store.Value[string], `SELECT id FROM platform ORDER BY id`)
		for _, desk := range desks {
			if err != nil {
				return err
			}
			var late, drift, untold, lost int
			if _, late, err = circle.Waiting(v, desk); err == nil {
				drift, err = circle.Drifting(v, desk)
			}
			if err == nil {
				untold, err = circle.Untold(v, desk)
			}
			if err == nil {
				lost, err = circle.Unreached(v, desk)
			}
			if lost > 0 {
				notes = append(notes, fmt.Sprintf("LOOK    %s: %d files can be opened and taken over by nobody: all who could are barred from them", desk, lost))
			}
			if untold > 0 {
				notes = append(notes, fmt.Sprintf("LOOK    %s: %d exceptional accesses could be told to nobody: no colleague of the desk has a mail address", desk, untold))
			}
			if late > 0 {
				notes = append(notes, fmt.Sprintf("LOOK    %s: %d exceptional accesses wait to be judged for more than %.0f hours", desk, late, circle.ReviewWithin.Hours()))
			}
			if drift > 0 {
				notes = append(notes, fmt.Sprintf("LOOK    %s: %d accounts opened more than %d files exceptionally within the last seven days", desk, drift, circle.WeekMost))
			}
		}
		return err
	})
	return notes, err
}

func finding(id, means string, broken []string) Finding {
	return Finding{ID: id, Means: means, Broken: broken[:min(len(broken), shown)], Count: len(broken)}
}

func unknownStates(v *store.View) (bad []string, err error) {
	known := map[string]bool{}
	for _, s := range request.States() {
		known[string(s)] = true
	}
	all, err := store.All(v, store.Value[string], `SELECT DISTINCT state FROM request`)
	for _, s := range all {
		if !known[s] {
			bad = append(bad, s)
		}
	}
	return bad, err
}

func unknownZones(v *store.View) (bad []string, err error) {
	all, err := store.All(v, store.Value[string], `SELECT DISTINCT zone FROM platform`)
	for _, z := range all {
		if text.Zone(z).String() != z {
			bad = append(bad, z)
		}
	}
	return bad, err
}
