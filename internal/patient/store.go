package patient

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

const columns = `id, platform, identity, birth_name, first_names, used_name, birth_date, sex, birth_place, commune, phone, ins, note, version, created_at,
	merged_into, doubt, document, checked_by, checked_name, checked_at, asked_on`

func scan(row store.Row) (p Patient, err error) {
	in := func(column string, dest *string) any { return store.Sealed(dest, "patient."+column, &p.ID) }
	err = row.Scan(&p.ID, &p.Platform, &p.Identity, in("birth_name", &p.BirthName), in("first_names", &p.FirstNames),
		in("used_name", &p.UsedName), in("birth_date", &p.BirthDate), &p.Sex, in("birth_place", &p.BirthPlace),
		in("commune", &p.Commune), in("phone", &p.Phone), in("ins", &p.INS), in("note", &p.Note), &p.Version, store.Time(&p.CreatedAt),
		&p.MergedInto, &p.Doubt, &p.Document, &p.checkedBy, &p.CheckedName, store.Time(&p.CheckedAt), &p.AskedOn)
	return p, err
}

// subject names the file whose key seals a patient's identity.
func subject(id phare.ID) string { return "patient/" + string(id) }

// birthIndex is what a date of birth is found by.
func birthIndex(platform, date string) any { return store.Blind(platform, "patient.birth_date", date) }

// keyIndex is what a key is found by.
func keyIndex(platform, key string) any { return store.Blind(platform, "patient.sound", key) }

// Find reads one patient of the actor's platform inside a transaction. It
// leaves no audit entry: the verb around it does.
func Find(v *store.View, by access.Actor, id phare.ID) (Patient, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM patient WHERE id = $1 AND platform = $2`, id, by.Platform)
}

// Save checks an identity and stores it inside a transaction: a new one when it
// has no ID, else a correction of the version that was read. How it stood stays in
// its history. The caller has checked the right (access.EditPatient) and writes
// the act.
func Save(tx *store.Tx, by access.Actor, p Patient) (Patient, error) {
	p, err := Load(tx, by, p)
	if err != nil {
		return p, err
	}
	return p, suspect(tx, p)
}

// Load is Save for many at once, whose doubles are looked for afterwards.
func Load(tx *store.Tx, by access.Actor, p Patient) (Patient, error) {
	var before Patient
	if p.ID != "" {
		var err error
		if before, err = Find(&tx.View, by, p.ID); err != nil {
			return p, err
		}
		if before.MergedInto != "" {
			return p, phare.Fault(phare.Conflict, "error.conflict") // it stands under another
		}
	}
	p, err := p.accept(before, tx.Now)
	if err != nil {
		return p, err
	}
	p = p.check(before, by, tx.Now)
	p.Platform, p.MergedInto = by.Platform, ""
	if p.ID == "" {
		p.ID, p.Version, p.CreatedAt = phare.NewID(), 1, tx.Now
		err = insert(tx, p)
	} else {
		err = errors.Join(keepFirst(tx, before), update(tx, p))
		p.Version++
	}
	if err != nil {
		return p, err
	}
	if err := saveVersion(tx, by, p); err != nil {
		return p, err
	}
	return p, saveKeys(tx, p)
}

func insert(tx *store.Tx, p Patient) error {
	row := store.SealRow(p.Platform, subject(p.ID), "patient", p.ID)
	return tx.Exec(`INSERT INTO patient (`+columns+`, birth_index, sounding)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		p.ID, p.Platform, p.Identity, row.In("birth_name", p.BirthName), row.In("first_names", p.FirstNames),
		row.In("used_name", p.UsedName), row.In("birth_date", p.BirthDate), p.Sex, row.In("birth_place", p.BirthPlace),
		row.In("commune", p.Commune), row.In("phone", p.Phone), row.In("ins", p.INS), row.In("note", p.Note), p.Version, p.CreatedAt,
		p.MergedInto, p.Doubt, p.Document, p.checkedBy, p.CheckedName, p.CheckedAt, p.AskedOn, birthIndex(p.Platform, p.BirthDate), sounding)
}

func update(tx *store.Tx, p Patient) error {
	row := store.SealRow(p.Platform, subject(p.ID), "patient", p.ID)
	return tx.Update(`UPDATE patient SET identity = $1, birth_name = $2, first_names = $3, used_name = $4, birth_date = $5, sex = $6,
		birth_place = $7, commune = $8, phone = $9, ins = $10, note = $11, birth_index = $12, doubt = $16, document = $17,
		checked_by = $18, checked_name = $19, checked_at = $20, asked_on = $21, version = version + 1
		WHERE id = $13 AND platform = $14 AND version = $15`,
		p.Identity, row.In("birth_name", p.BirthName), row.In("first_names", p.FirstNames), row.In("used_name", p.UsedName),
		row.In("birth_date", p.BirthDate), p.Sex, row.In("birth_place", p.BirthPlace), row.In("commune", p.Commune),
		row.In("phone", p.Phone), row.In("ins", p.INS), row.In("note", p.Note), birthIndex(p.Platform, p.BirthDate),
		p.ID, p.Platform, p.Version, p.Doubt, p.Document, p.checkedBy, p.CheckedName, p.CheckedAt, p.AskedOn)
}

// Reindex makes the indexes of one patient anew.
func Reindex(tx *store.Tx, platform, id string) error {
	p, err := store.One(&tx.View, scan, `SELECT `+columns+` FROM patient WHERE id = $1 AND platform = $2`, id, platform)
	if err != nil {
		return err
	}
	if err := tx.Update(`UPDATE patient SET birth_index = $1 WHERE id = $2 AND platform = $3`, birthIndex(p.Platform, p.BirthDate), id, p.Platform); err != nil {
		return err
	}
	return saveKeys(tx, p)
}

// Erase destroys the key of an identity and takes it out of every index, list and
// history. The row stays, empty. The caller has made sure that nothing names it
// any more.
func Erase(tx *store.Tx, platform string, id phare.ID) error {
	for _, sql := range []string{
		`DELETE FROM patient_sound WHERE patient = $1 AND (platform || '') = $2`,
		`DELETE FROM patient_version WHERE patient = $1 AND platform = $2`,
		`DELETE FROM patient_suspect WHERE (a = $1 OR b = $1) AND (platform || '') = $2`,
		`DELETE FROM related WHERE patient = $1 AND platform = $2`,
		`DELETE FROM contact WHERE patient = $1 AND platform = $2`,
		`DELETE FROM contact_rule WHERE patient = $1 AND platform = $2`,
		`DELETE FROM kinship WHERE (a = $1 OR b = $1) AND platform = $2`,
		`DELETE FROM patient_death WHERE patient = $1 AND platform = $2`,
		`UPDATE patient_merge SET state = 'gone', reason = '', undo_why = '' WHERE (kept = $1 OR merged = $1) AND platform = $2`,
	} {
		if err := tx.Exec(sql, id, platform); err != nil {
			return err
		}
	}
	err := tx.Update(`UPDATE patient SET identity = 'PROV', sex = 'unknown', birth_index = '', doubt = '', document = '', checked_by = '', checked_name = '',
		checked_at = '', asked_on = '', merged_into = '', version = version + 1 WHERE id = $1 AND platform = $2`, id, platform)
	if err != nil {
		return err
	}
	return tx.Shred(platform, subject(id))
}

// Put makes an identity stand under another, or for itself again (under empty),
// and notes which others it is like then. What it is stays as it is.
func Put(tx *store.Tx, by access.Actor, p Patient, under phare.ID) error {
	err := tx.Update(`UPDATE patient SET merged_into = $1, version = version + 1 WHERE id = $2 AND platform = $3 AND version = $4`, under, p.ID, by.Platform, p.Version)
	if err != nil || under != "" {
		return err
	}
	p.MergedInto = ""
	return suspect(tx, p)
}

// Forget erases what nothing stands on any more: each identity under this one whose
// requests are all gone, and this one with them all when no request names it. It is
// called when a request was taken away.
func Forget(tx *store.Tx, platform string, id phare.ID) error {
	under, err := Under(&tx.View, access.Machine(platform), id)
	if err != nil {
		return err
	}
	named, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM request WHERE patient = $1 AND platform = $2`, id, platform)
	if err != nil {
		return err
	}
	for _, u := range slices.Backward(under) { // the farthest first
		stood, err := store.One(&tx.View, store.Value[int], `SELECT count(*) FROM patient_merge_request x JOIN patient_merge m ON m.id = x.merge AND (m.platform || '') = x.platform
			WHERE x.stood = $1 AND x.platform = $2 AND m.merged = $1 AND m.state IN ('done', 'undoing')`, u.ID, platform)
		if err != nil {
			return err
		}
		if stood == 0 || named == 0 {
			if err := Erase(tx, platform, u.ID); err != nil {
				return err
			}
		}
	}
	if named > 0 {
		return nil
	}
	return Erase(tx, platform, id)
}

// saveKeys makes an identity findable by its keys, and only by these.
func saveKeys(tx *store.Tx, p Patient) error {
	if err := tx.Exec(`DELETE FROM patient_sound WHERE patient = $1 AND (platform || '') = $2`, p.ID, p.Platform); err != nil {
		return err
	}
	args, rows := []any{p.Platform, p.ID}, []string{}
	for _, k := range p.keys() {
		args = append(args, keyIndex(p.Platform, k))
		rows = append(rows, "($1, $"+strconv.Itoa(len(args))+", $2)")
	}
	if len(rows) > 0 {
		err := tx.Exec(`INSERT INTO patient_sound (platform, sound, patient) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return err
		}
	}
	return tx.Exec(`UPDATE patient SET sounding = $1 WHERE id = $2 AND platform = $3`, sounding, p.ID, p.Platform)
}
