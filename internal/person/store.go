package person

import (
	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
)

const columns = `a.id, a.request, r.reference, r.guard, r.owner, a.kind, a.aspect, a.giver, a.way, a.about, a.words, a.asked_on, a.due_at, a.extended_at, a.longer,
	a.state, a.why, a.decided_name, a.decided_at, a.lifted_why, a.lifted_name, a.lifted_at, a.name, a.at, a.version
	FROM person_ask a JOIN request r ON r.id = a.request AND (r.platform || '') = a.platform WHERE a.platform = $1 AND `

func scan(row store.Row) (a Ask, err error) {
	err = row.Scan(&a.ID, &a.Request, &a.Reference, &a.guard, &a.owner, &a.Kind, &a.Aspect, &a.Giver, &a.Way, store.Sealed(&a.Who, "person_ask.about", &a.ID),
		store.Sealed(&a.Words, "person_ask.words", &a.ID), &a.AskedOn, store.Time(&a.DueAt), store.Time(&a.ExtendedAt), store.Sealed(&a.Longer, "person_ask.longer", &a.ID),
		&a.State, store.Sealed(&a.Why, "person_ask.why", &a.ID), &a.DecidedName, store.Time(&a.DecidedAt),
		store.Sealed(&a.LiftedWhy, "person_ask.lifted_why", &a.ID), &a.LiftedName, store.Time(&a.LiftedAt), &a.Name, store.Time(&a.At), &a.Version)
	return a, err
}

func of(v *store.View, platform string, id phare.ID) ([]Ask, error) {
	return store.All(v, scan, `SELECT `+columns+`a.request = $2 ORDER BY a.at DESC, a.id DESC`, platform, id)
}

func find(v *store.View, platform string, id phare.ID) (Ask, error) {
	return store.One(v, scan, `SELECT `+columns+`a.id = $2`, platform, id)
}

func sealer(r request.Request, table string, id phare.ID) store.Sealer {
	return store.SealRow(r.Platform, request.Subject(r.ID), table, id)
}

func insert(tx *store.Tx, by access.Actor, r request.Request, a Ask) error {
	row := sealer(r, "person_ask", a.ID)
	return tx.Exec(`INSERT INTO person_ask (id, platform, request, kind, aspect, giver, way, about, words, asked_on, due_at, extended_at, longer, state, why, decided_name, decided_at,
			lifted_why, lifted_name, lifted_at, actor, name, at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $14, 'asked', $14, '', '', $14, '', '', $12, $13, $15, 1)`,
		a.ID, r.Platform, r.ID, a.Kind, a.Aspect, a.Giver, a.Way, row.In("about", a.Who), row.In("words", a.Words), a.AskedOn, a.DueAt, by.ID, by.Name, "", tx.Now)
}

// update writes a decision, the extension or the end of a limitation.
func update(tx *store.Tx, r request.Request, a Ask) error {
	row := sealer(r, "person_ask", a.ID)
	return tx.Update(`UPDATE person_ask SET due_at = $1, extended_at = $2, longer = $3, state = $4, why = $5, decided_name = $6, decided_at = $7,
			lifted_why = $8, lifted_name = $9, lifted_at = $10, aspect = $14, version = version + 1
		WHERE id = $11 AND platform = $12 AND version = $13`,
		a.DueAt, a.ExtendedAt, row.In("longer", a.Longer), a.State, row.In("why", a.Why), a.DecidedName, a.DecidedAt,
		row.In("lifted_why", a.LiftedWhy), a.LiftedName, a.LiftedAt, a.ID, r.Platform, a.Version, a.Aspect)
}

func insertCorrection(tx *store.Tx, by access.Actor, r request.Request, c Correction) error {
	row := sealer(r, "rectification", c.ID)
	return tx.Exec(`INSERT INTO rectification (id, platform, request, ask, field, was, became, at, actor, name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.ID, r.Platform, r.ID, c.Ask, c.Field, row.In("was", c.Was), row.In("became", c.Value), tx.Now, by.ID, by.Name)
}

func corrections(v *store.View, platform string, id phare.ID) ([]Correction, error) {
	return store.All(v, func(row store.Row) (c Correction, err error) {
		err = row.Scan(&c.ID, &c.Ask, &c.Field, store.Sealed(&c.Was, "rectification.was", &c.ID), store.Sealed(&c.Value, "rectification.became", &c.ID), store.Time(&c.At), &c.Name)
		return c, err
	}, `SELECT id, ask, field, was, became, at, name FROM rectification WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC`, id, platform)
}

func copies(v *store.View, platform string, id phare.ID) ([]Made, error) {
	return store.All(v, func(row store.Row) (m Made, err error) {
		var apart string
		err = row.Scan(&m.ID, &m.Scope, &m.Way, store.Sealed(&m.Recipient, "person_copy.recipient", &m.ID), store.Time(&m.ExpiresAt), store.Time(&m.OpenedAt), store.Time(&m.At), &m.Name, &m.actor, &apart)
		m.apart = idsOf(apart)
		return m, err
	}, `SELECT id, scope, way, recipient, expires_at, opened_at, at, name, actor, apart FROM person_copy WHERE request = $1 AND platform = $2 ORDER BY at DESC, id DESC`, id, platform)
}

func zoneOf(v *store.View, platform string) (string, error) {
	return store.One(v, store.Value[string], `SELECT zone FROM platform WHERE id = $1`, platform)
}
