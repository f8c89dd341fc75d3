package expertise

import (
	"encoding/json"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

const columns = `id, platform, request, person, recipient, place, zone, mail, shown, form, link_form, token, urgency, override, state, actor,
	sent_at, due_at, expires_at, renewed_at, opened_at, ended_at, read_at,
	opinion, exams, referral, delay, signed_name, rpps, reason, note, version`

func scan(row store.Row) (q Question, err error) {
	var shown string
	in := func(column string, dest *string) any { return store.Sealed(dest, "question."+column, &q.ID) }
	err = row.Scan(&q.ID, &q.Platform, &q.Request, &q.To.Person, &q.To.Name, &q.To.Place, &q.To.Zone, &q.To.Mail,
		in("shown", &shown), &q.form, &q.linkForm, &q.token, &q.Urgency, in("override", &q.Override), &q.State, &q.Actor,
		store.Time(&q.SentAt), store.Time(&q.DueAt), store.Time(&q.ExpiresAt), store.Time(&q.RenewedAt),
		store.Time(&q.OpenedAt), store.Time(&q.EndedAt), store.Time(&q.ReadAt),
		in("opinion", &q.Opinion.Words), in("exams", &q.Opinion.Exams), in("referral", &q.Opinion.Referral), in("delay", &q.Opinion.Delay),
		&q.Opinion.Name, &q.Opinion.RPPS, &q.Reason, in("note", &q.Note), &q.Version)
	if err != nil {
		return q, err
	}
	if shown == "" { // erased with its request
		return q, nil
	}
	return q, json.Unmarshal([]byte(shown), &q.Shown)
}

// find reads one question of the actor's platform.
func find(v *store.View, by access.Actor, id phare.ID) (Question, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM question WHERE id = $1 AND platform = $2`, id, by.Platform)
}

// findByForm reads the question that a form has asked, or whose link it made.
func findByForm(v *store.View, by access.Actor, mac string) (Question, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM question WHERE (form = $1 OR link_form = $1) AND platform = $2`, mac, by.Platform)
}

// findByToken is the only search that knows no platform: the link says which.
func findByToken(v *store.View, mac string) (Question, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM question WHERE token = $1`, mac)
}

// zoneOf is the time zone of a desk.
func zoneOf(v *store.View, platform string) (string, error) {
	return store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, platform)
}

// of reads the questions of one request, the oldest first.
func of(v *store.View, platform string, request phare.ID) ([]Question, error) {
	return store.All(v, scan, `SELECT `+columns+` FROM question WHERE request = $1 AND platform = $2 ORDER BY sent_at, id`, request, platform)
}

func insert(tx *store.Tx, q Question) error {
	shown, err := json.Marshal(q.Shown)
	if err != nil {
		return err
	}
	row := sealer(q)
	return tx.Exec(`INSERT INTO question (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
		$16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)`,
		q.ID, q.Platform, q.Request, q.To.Person, q.To.Name, q.To.Place, q.To.Zone, q.To.Mail,
		row.In("shown", string(shown)), q.form, q.linkForm, q.token, q.Urgency, row.In("override", q.Override), q.State, q.Actor,
		q.SentAt, q.DueAt, q.ExpiresAt, q.RenewedAt, q.OpenedAt, q.EndedAt, q.ReadAt,
		row.In("opinion", q.Opinion.Words), row.In("exams", q.Opinion.Exams), row.In("referral", q.Opinion.Referral), row.In("delay", q.Opinion.Delay),
		q.Opinion.Name, q.Opinion.RPPS, q.Reason, row.In("note", q.Note), q.Version)
}

// sealer seals what a question holds of a patient, with the key of its request.
func sealer(q Question) store.Sealer {
	return store.SealRow(q.Platform, request.Subject(q.Request), "question", q.ID)
}

// update writes what can change of a question; what was shown, to whom
// and by which form cannot.
func update(tx *store.Tx, q Question) error {
	row := sealer(q)
	return tx.Update(`UPDATE question SET link_form = $1, token = $2, state = $3, due_at = $4, expires_at = $5, renewed_at = $6,
		opened_at = $7, ended_at = $8, read_at = $9, opinion = $10, exams = $11, referral = $12, delay = $13, signed_name = $14,
		rpps = $15, reason = $16, note = $17, version = version + 1 WHERE id = $18 AND platform = $19 AND version = $20`,
		q.linkForm, q.token, q.State, q.DueAt, q.ExpiresAt, q.RenewedAt, q.OpenedAt, q.EndedAt, q.ReadAt,
		row.In("opinion", q.Opinion.Words), row.In("exams", q.Opinion.Exams), row.In("referral", q.Opinion.Referral), row.In("delay", q.Opinion.Delay),
		q.Opinion.Name, q.Opinion.RPPS, q.Reason, row.In("note", q.Note), q.ID, q.Platform, q.Version)
}
