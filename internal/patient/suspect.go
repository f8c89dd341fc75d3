package patient

import (
	"context"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// Suspect is two identities of one platform that may be one person.
type Suspect struct {
	A, B  phare.ID
	Score int
	Found time.Time
}

// asTold are the traits of an identity as another may be told of by them: its
// name of birth, and its used name.
func (p Patient) asTold() []Traits {
	all := []Traits{{Family: p.BirthName, First: p.FirstNames, BirthDate: p.BirthDate, Phone: p.Phone}}
	if p.UsedName != "" {
		all = append(all, Traits{Family: p.UsedName, First: p.FirstNames, BirthDate: p.BirthDate, Phone: p.Phone})
	}
	return all
}

// Alike is how like two identities are, and why.
func Alike(p, q Patient) (score int, why []string) {
	for _, t := range p.asTold() {
		if n, w := Compare(t, q); n > score || why == nil {
			score, why = n, w
		}
	}
	if p.INS != "" && p.INS == q.INS {
		score, why = score+insSame, append(why, SameINS)
	}
	return score, why
}

// suspect notes which other identities may be the same person as p, and forgets
// those that no longer seem so. That two were said to be two people stays said.
func suspect(tx *store.Tx, p Patient) error {
	if err := tx.Exec(`DELETE FROM patient_suspect WHERE (a = $1 OR b = $1) AND (platform || '') = $2 AND state = 'open'`, p.ID, p.Platform); err != nil {
		return err
	}
	if p.Doubt == Fictional {
		return nil
	}
	by := access.Machine(p.Platform)
	seen := map[phare.ID]bool{p.ID: true}
	for _, t := range p.asTold() {
		t.ins = p.INS
		found, err := likely(&tx.View, by, t)
		if err != nil {
			return err
		}
		for _, q := range found {
			if seen[q.ID] || q.MergedInto != "" || q.Doubt == Fictional {
				continue
			}
			seen[q.ID] = true
			if p.INS != "" { // else it cannot be the same, and is not read
				if q, err = Find(&tx.View, by, q.ID); err != nil {
					return err
				}
			}
			score, _ := Alike(p, q)
			if score < Enough {
				continue
			}
			err := tx.Exec(`INSERT INTO patient_suspect (a, b, platform, score, found_at, state, actor, name, ended_at) VALUES ($1, $2, $3, $4, $5, 'open', '', '', '')
				ON CONFLICT DO NOTHING`, min(p.ID, q.ID), max(p.ID, q.ID), p.Platform, score, tx.Now)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// suspectsRead bounds how many pairs one list looks at.
const suspectsRead = 300

// Suspects are the pairs that nobody has decided about, the likeliest first. Who
// may see which the caller says.
func Suspects(v *store.View, by access.Actor) ([]Suspect, error) {
	return store.All(v, func(row store.Row) (s Suspect, err error) {
		err = row.Scan(&s.A, &s.B, &s.Score, store.Time(&s.Found))
		return s, err
	}, `SELECT s.a, s.b, s.score, s.found_at FROM patient_suspect s JOIN patient x ON x.id = s.a AND (x.platform || '') = s.platform JOIN patient y ON y.id = s.b AND (y.platform || '') = s.platform
		WHERE s.platform = $1 AND s.state = 'open' AND x.merged_into = '' AND y.merged_into = ''
			AND NOT EXISTS (SELECT 1 FROM patient_merge m WHERE (m.platform || '') = s.platform AND m.state = 'asked' AND (m.kept = s.a AND m.merged = s.b OR m.kept = s.b AND m.merged = s.a))
		ORDER BY s.score DESC, s.a, s.b LIMIT $2`, by.Platform, int64(suspectsRead))
}

// Two says that two identities are two people: they are proposed no more.
func Two(tx *store.Tx, by access.Actor, one, other phare.ID) error {
	return tx.Exec(`INSERT INTO patient_suspect (a, b, platform, score, found_at, state, actor, name, ended_at) VALUES ($1, $2, $3, 0, $6, 'two', $4, $5, $6)
		ON CONFLICT (a, b) DO UPDATE SET state = 'two', actor = $4, name = $5, ended_at = $6 WHERE patient_suspect.platform = $3`,
		min(one, other), max(one, other), by.Platform, by.ID, by.Name, tx.Now)
}

// AreTwo says whether somebody said that two identities are two people.
func AreTwo(v *store.View, by access.Actor, one, other phare.ID) (name string, at time.Time, err error) {
	type said struct {
		name string
		at   time.Time
	}
	s, err := store.One(v, func(row store.Row) (s said, err error) {
		err = row.Scan(&s.name, store.Time(&s.at))
		return s, err
	}, `SELECT name, ended_at FROM patient_suspect WHERE a = $1 AND b = $2 AND platform = $3 AND state = 'two'`, min(one, other), max(one, other), by.Platform)
	if phare.KindOf(err) == phare.NotFound {
		err = nil
	}
	return s.name, s.at, err
}

// resoundBatch is how many identities are indexed anew in one transaction.
const resoundBatch = 25

// Resound indexes anew, by today's rules of sound, the identities of a platform
// that were indexed by older ones, and looks for their doubles. It may run twice,
// and goes on where it was cut short.
func Resound(ctx context.Context, db *store.DB, by access.Actor) (n int, err error) {
	for {
		done := 0
		err := db.Write(ctx, by.Act("patient.resound", by.Platform), func(tx *store.Tx) error {
			old, err := store.All(&tx.View, scan, `SELECT `+columns+` FROM patient WHERE platform = $1 AND sounding < $2 ORDER BY id LIMIT $3`, by.Platform, sounding, int64(resoundBatch))
			if err != nil {
				return err
			}
			done = len(old)
			for _, p := range old {
				if err := saveKeys(tx, p); err != nil {
					return err
				}
				if p.BirthName == "" || p.MergedInto != "" {
					continue
				}
				if err := suspect(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
		n += done
		if err != nil || done < resoundBatch {
			return n, err
		}
	}
}
