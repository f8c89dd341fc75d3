package patient

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

const columns = `id, platform, identity, birth_name, first_names, used_name, birth_date, sex, birth_place, commune, phone, ins, note, version, created_at`

func scan(row store.Row) (p Patient, err error) {
	in := func(column string, dest *string) any { return store.Sealed(dest, "patient."+column, &p.ID) }
	err = row.Scan(&p.ID, &p.Platform, &p.Identity, in("birth_name", &p.BirthName), in("first_names", &p.FirstNames),
		in("used_name", &p.UsedName), in("birth_date", &p.BirthDate), &p.Sex, in("birth_place", &p.BirthPlace),
		in("commune", &p.Commune), in("phone", &p.Phone), in("ins", &p.INS), in("note", &p.Note), &p.Version, store.Time(&p.CreatedAt))
	return p, err
}

// subject names the file whose key seals a patient's identity.
func subject(id phare.ID) string { return "patient/" + string(id) }

// birthIndex is what a date of birth is found by.
func birthIndex(platform, date string) any { return store.Blind(platform, "patient.birth_date", date) }

// soundIndex is what a sound is found by.
func soundIndex(platform, sound string) any { return store.Blind(platform, "patient.sound", sound) }

// Find reads one patient of the actor's platform inside a transaction. It
// leaves no audit entry: the verb around it does.
func Find(v *store.View, by access.Actor, id phare.ID) (Patient, error) {
	return store.One(v, scan, `SELECT `+columns+` FROM patient WHERE id = $1 AND platform = $2`, id, by.Platform)
}

// Save checks an identity and stores it inside a transaction: a new one when it
// has no ID, else a correction of the version that was read. The caller has
// checked the right (access.EditPatient) and writes the act.
func Save(tx *store.Tx, by access.Actor, p Patient) (Patient, error) {
	p, err := p.accept(tx.Now)
	if err != nil {
		return p, err
	}
	p.Platform = by.Platform
	if p.ID == "" {
		p.ID, p.Version, p.CreatedAt = phare.NewID(), 1, tx.Now
		row := store.SealRow(p.Platform, subject(p.ID), "patient", p.ID)
		err = tx.Exec(`INSERT INTO patient (`+columns+`, birth_index) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			p.ID, p.Platform, p.Identity, row.In("birth_name", p.BirthName), row.In("first_names", p.FirstNames),
			row.In("used_name", p.UsedName), row.In("birth_date", p.BirthDate), p.Sex, row.In("birth_place", p.BirthPlace),
			row.In("commune", p.Commune), row.In("phone", p.Phone), row.In("ins", p.INS), row.In("note", p.Note), p.Version, p.CreatedAt,
			birthIndex(p.Platform, p.BirthDate))
	} else {
		row := store.SealRow(p.Platform, subject(p.ID), "patient", p.ID)
		err = tx.Update(`UPDATE patient SET identity = $1, birth_name = $2, first_names = $3, used_name = $4, birth_date = $5, sex = $6,
			birth_place = $7, commune = $8, phone = $9, ins = $10, note = $11, birth_index = $12, version = version + 1
			WHERE id = $13 AND platform = $14 AND version = $15`,
			p.Identity, row.In("birth_name", p.BirthName), row.In("first_names", p.FirstNames), row.In("used_name", p.UsedName),
			row.In("birth_date", p.BirthDate), p.Sex, row.In("birth_place", p.BirthPlace), row.In("commune", p.Commune),
			row.In("phone", p.Phone), row.In("ins", p.INS), row.In("note", p.Note), birthIndex(p.Platform, p.BirthDate),
			p.ID, p.Platform, p.Version)
		p.Version++
	}
	if err != nil {
		return p, err
	}
	return p, saveSounds(tx, p)
}

// Reindex makes the indexes of one patient anew.
func Reindex(tx *store.Tx, id string) error {
	p, err := store.One(&tx.View, scan, `SELECT `+columns+` FROM patient WHERE id = $1`, id)
	if err != nil {
		return err
	}
	if err := tx.Update(`UPDATE patient SET birth_index = $1 WHERE id = $2`, birthIndex(p.Platform, p.BirthDate), id); err != nil {
		return err
	}
	return saveSounds(tx, p)
}

// Erase destroys the key of an identity and takes it out of every index. The row
// stays, empty. The caller has made sure that nothing names it any more.
func Erase(tx *store.Tx, platform string, id phare.ID) error {
	if err := tx.Exec(`DELETE FROM patient_sound WHERE patient = $1`, id); err != nil {
		return err
	}
	err := tx.Update(`UPDATE patient SET identity = 'PROV', sex = 'unknown', birth_index = '', version = version + 1 WHERE id = $1 AND platform = $2`, id, platform)
	if err != nil {
		return err
	}
	return tx.Shred(platform, subject(id))
}

func saveSounds(tx *store.Tx, p Patient) error {
	if err := tx.Exec(`DELETE FROM patient_sound WHERE patient = $1`, p.ID); err != nil {
		return err
	}
	for _, s := range familySounds(p.BirthName, p.UsedName, p.FirstNames) {
		if err := tx.Exec(`INSERT INTO patient_sound (platform, sound, patient) VALUES ($1, $2, $3)`, p.Platform, soundIndex(p.Platform, s), p.ID); err != nil {
			return err
		}
	}
	return nil
}

// familySounds are all sounds of some names, once each.
func familySounds(names ...string) []string {
	var all []string
	for _, n := range names {
		all = append(all, Sounds(n)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// most is how many candidates a person can weigh.
const most = 8

// Candidates lists the patients of the actor's platform who may be the one told
// of, the likeliest first, each with why. It proposes; the desk decides.
func Candidates(v *store.View, by access.Actor, t Traits) ([]Candidate, error) {
	found, err := likely(v, by, t)
	if err != nil {
		return nil, err
	}
	var all []Candidate
	for _, p := range found {
		if score, why := Compare(t, p); score >= Enough {
			all = append(all, Candidate{Patient: p, Why: why, Score: score})
		}
	}
	slices.SortFunc(all, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Patient.ID, b.Patient.ID))
	})
	return all[:min(len(all), most)], nil
}

// likely reads whoever shares the date of birth, its swapped twin, or two
// sounds of the names with the person told of (one, if told of by one name).
func likely(v *store.View, by access.Actor, t Traits) ([]Patient, error) {
	var all []Patient
	for _, date := range []string{t.BirthDate, swapped(t.BirthDate)} {
		if date == "" {
			continue
		}
		some, err := store.All(v, scan, `SELECT `+columns+` FROM patient WHERE platform = $1 AND birth_index = $2 ORDER BY id LIMIT 300`,
			by.Platform, birthIndex(by.Platform, date))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	sounds := familySounds(t.Family, t.First)
	if len(sounds) == 0 {
		return all, nil
	}
	args := []any{by.Platform, int64(min(2, len(sounds)))}
	marks := make([]string, len(sounds))
	for i, s := range sounds {
		args = append(args, soundIndex(by.Platform, s))
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	some, err := store.All(v, scan, `SELECT `+columns+` FROM patient WHERE id IN (SELECT patient FROM patient_sound
		WHERE platform = $1 AND sound IN (`+strings.Join(marks, ", ")+`) GROUP BY patient HAVING count(*) >= $2) ORDER BY id LIMIT 300`, args...)
	if err != nil {
		return nil, err
	}
	for _, p := range some {
		if !slices.ContainsFunc(all, func(q Patient) bool { return q.ID == p.ID }) {
			all = append(all, p)
		}
	}
	return all, nil
}

// swapped is the date with day and month in each other's place, if that is one.
func swapped(date string) string {
	if len(date) != len("2006-01-02") || date[8:] > "12" || date[8:] == date[5:7] {
		return ""
	}
	return date[:4] + "-" + date[8:] + "-" + date[5:7]
}
