package kin

import (
	"phare"
	"phare/internal/access"
	"phare/internal/patient"
	"phare/internal/store"
)

func sealer(platform string, of phare.ID, table string, row phare.ID) store.Sealer {
	return store.SealRow(platform, "patient/"+string(of), table, row)
}

// identities are the one that stands and those that stand under it: what was
// written of each is the person's.
func identities(v *store.View, by access.Actor, id phare.ID) ([]phare.ID, error) {
	under, err := patient.Under(v, by, id)
	all := []phare.ID{id}
	for _, p := range under {
		all = append(all, p.ID)
	}
	return all, err
}

// each reads rows of every identity of a person.
func each[T any](v *store.View, ids []phare.ID, read func(phare.ID) ([]T, error)) (all []T, err error) {
	for _, id := range ids {
		some, err := read(id)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

const relatedColumns = `id, patient, kind, authority, told, person, phone, language, document, note, since, until, added_name, added_at, version`

func scanRelated(row store.Row) (r Related, err error) {
	in := func(column string, dest *string) any { return store.Sealed(dest, "related."+column, &r.ID) }
	err = row.Scan(&r.ID, &r.patient, &r.Kind, &r.Authority, &r.Told, in("person", &r.Name), in("phone", &r.Phone), in("language", &r.Language),
		in("document", &r.Document), in("note", &r.Note), &r.Since, &r.Until, &r.AddedName, store.Time(&r.AddedAt), &r.Version)
	return r, err
}

func related(v *store.View, by access.Actor, ids []phare.ID) ([]Related, error) {
	return each(v, ids, func(id phare.ID) ([]Related, error) {
		return store.All(v, scanRelated, `SELECT `+relatedColumns+` FROM related WHERE patient = $1 AND platform = $2 ORDER BY added_at, id`, id, by.Platform)
	})
}

func putRelated(tx *store.Tx, by access.Actor, of phare.ID, r Related) error {
	if r.ID == "" {
		r.ID = phare.NewID()
		row := sealer(by.Platform, of, "related", r.ID)
		return tx.Exec(`INSERT INTO related (`+relatedColumns+`, platform) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15)`,
			r.ID, of, r.Kind, r.Authority, r.Told, row.In("person", r.Name), row.In("phone", r.Phone), row.In("language", r.Language), row.In("document", r.Document),
			row.In("note", r.Note), r.Since, r.Until, by.Name, tx.Now, by.Platform)
	}
	row := sealer(by.Platform, r.patient, "related", r.ID)
	return tx.Update(`UPDATE related SET kind = $1, authority = $2, told = $3, person = $4, phone = $5, language = $6, document = $7, note = $8, since = $9, until = $10,
		added_name = $11, added_at = $12, version = version + 1 WHERE id = $13 AND platform = $14 AND patient = $15 AND version = $16`,
		r.Kind, r.Authority, r.Told, row.In("person", r.Name), row.In("phone", r.Phone), row.In("language", r.Language), row.In("document", r.Document), row.In("note", r.Note),
		r.Since, r.Until, by.Name, tx.Now, r.ID, by.Platform, r.patient, r.Version)
}

// contactOf is how a person is spoken to: as noted of the identity that stands, or
// else of one under it.
func contactOf(v *store.View, by access.Actor, ids []phare.ID) (Contact, error) {
	all, err := each(v, ids, func(id phare.ID) ([]Contact, error) {
		return store.All(v, func(row store.Row) (c Contact, err error) {
			var of phare.ID
			err = row.Scan(&of, store.Sealed(&c.Language, "contact.language", &of), &c.Interpreter, &c.Zone, &c.Version)
			return c, err
		}, `SELECT patient, language, interpreter, zone, version FROM contact WHERE patient = $1 AND platform = $2`, id, by.Platform)
	})
	if err != nil || len(all) == 0 {
		return Contact{}, err
	}
	return all[0], nil
}

func putContact(tx *store.Tx, by access.Actor, of phare.ID, c Contact) error {
	return tx.Exec(`INSERT INTO contact (patient, platform, language, interpreter, zone, version) VALUES ($1, $2, $3, $4, $5, 1)
		ON CONFLICT (patient) DO UPDATE SET language = $3, interpreter = $4, zone = $5, version = contact.version + 1 WHERE contact.platform = $2`,
		of, by.Platform, sealer(by.Platform, of, "contact", of).In("language", c.Language), c.Interpreter, c.Zone)
}

func rules(v *store.View, by access.Actor, ids []phare.ID) ([]Rule, error) {
	return each(v, ids, func(id phare.ID) ([]Rule, error) {
		return store.All(v, func(row store.Row) (r Rule, err error) {
			in := func(column string, dest *string) any { return store.Sealed(dest, "contact_rule."+column, &r.ID) }
			err = row.Scan(&r.ID, in("number", &r.Number), &r.Never, &r.NotBefore, &r.NotAfter, &r.Days, in("answers", &r.Answers), in("note", &r.Note), &r.AddedName, store.Time(&r.AddedAt))
			return r, err
		}, `SELECT id, number, never, not_before, not_after, days, answers, note, added_name, added_at FROM contact_rule WHERE patient = $1 AND platform = $2 ORDER BY added_at, id`, id, by.Platform)
	})
}

func putRule(tx *store.Tx, by access.Actor, of phare.ID, r Rule) error {
	id := phare.NewID()
	row := sealer(by.Platform, of, "contact_rule", id)
	return tx.Exec(`INSERT INTO contact_rule (id, platform, patient, number, never, not_before, not_after, days, answers, note, added_name, added_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		id, by.Platform, of, row.In("number", r.Number), r.Never, r.NotBefore, r.NotAfter, r.Days, row.In("answers", r.Answers), row.In("note", r.Note), by.Name, tx.Now)
}

// drop takes a row of one of the person's identities away.
func drop(tx *store.Tx, by access.Actor, table string, ids []phare.ID, id phare.ID) error {
	for _, of := range ids {
		n, err := tx.Affect(`DELETE FROM `+table+` WHERE id = $1 AND platform = $2 AND patient = $3`, id, by.Platform, of)
		if err != nil || n > 0 {
			return err
		}
	}
	return phare.Fault(phare.NotFound, "error.notfound")
}

// Tie is that a patient is of one family with another patient of the platform. It
// says nothing of the other.
type Tie struct {
	ID    phare.ID
	Kind  string
	other phare.ID
}

// ties are the ties of a person, to whomever: the caller says who may know.
func ties(v *store.View, by access.Actor, ids []phare.ID) ([]Tie, error) {
	return each(v, ids, func(id phare.ID) ([]Tie, error) {
		return store.All(v, func(row store.Row) (t Tie, err error) {
			err = row.Scan(&t.ID, &t.Kind, &t.other)
			return t, err
		}, `SELECT id, kind, CASE WHEN a = $1 THEN b ELSE a END FROM kinship WHERE platform = $2 AND (a = $1 OR b = $1) ORDER BY added_at, id`, id, by.Platform)
	})
}
