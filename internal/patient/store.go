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
	err = row.Scan(&p.ID, &p.Platform, &p.Identity, &p.BirthName, &p.FirstNames, &p.UsedName, &p.BirthDate, &p.Sex, &p.BirthPlace,
		&p.Commune, &p.Phone, &p.INS, &p.Note, &p.Version, store.Time(&p.CreatedAt))
	return p, err
}

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
		err = tx.Exec(`INSERT INTO patient (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			p.ID, p.Platform, p.Identity, p.BirthName, p.FirstNames, p.UsedName, p.BirthDate, p.Sex, p.BirthPlace,
			p.Commune, p.Phone, p.INS, p.Note, p.Version, p.CreatedAt)
	} else {
		err = tx.Update(`UPDATE patient SET identity = $1, birth_name = $2, first_names = $3, used_name = $4, birth_date = $5, sex = $6,
			birth_place = $7, commune = $8, phone = $9, ins = $10, note = $11, version = version + 1 WHERE id = $12 AND platform = $13 AND version = $14`,
			p.Identity, p.BirthName, p.FirstNames, p.UsedName, p.BirthDate, p.Sex, p.BirthPlace,
			p.Commune, p.Phone, p.INS, p.Note, p.ID, p.Platform, p.Version)
		p.Version++
	}
	if err != nil {
		return p, err
	}
	return p, saveSounds(tx, p)
}

func saveSounds(tx *store.Tx, p Patient) error {
	if err := tx.Exec(`DELETE FROM patient_sound WHERE patient = $1`, p.ID); err != nil {
		return err
	}
	for _, s := range familySounds(p.BirthName, p.UsedName, p.FirstNames) {
		if err := tx.Exec(`INSERT INTO patient_sound (platform, sound, patient) VALUES ($1, $2, $3)`, p.Platform, s, p.ID); err != nil {
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
			all = append(all, Candidate{p, why, score})
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
		some, err := store.All(v, scan, `SELECT `+columns+` FROM patient WHERE platform = $1 AND birth_date = $2 ORDER BY id LIMIT 300`, by.Platform, date)
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
		args = append(args, s)
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
