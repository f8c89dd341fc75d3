package patient

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
)

// most is how many candidates a person can weigh, mostRead how many identities one
// search reads: those that share the most keys.
const (
	most     = 8
	mostRead = 100
)

// Candidates lists the patients of the actor's platform who may be the one told
// of, the likeliest first, each with why. An identity that stands under another
// leads to that one. It proposes; the desk decides.
func Candidates(v *store.View, by access.Actor, t Traits) ([]Candidate, error) {
	found, err := likely(v, by, t)
	if err != nil {
		return nil, err
	}
	h := hear(t.Family, t.First, t.BirthDate, t.Phone)
	best := map[phare.ID]Candidate{}
	for _, p := range found {
		score, why := compare(h, p)
		if score < Enough {
			continue
		}
		if p.MergedInto != "" {
			if p, err = Standing(v, by, p); err != nil {
				return nil, err
			}
		}
		if c, ok := best[p.ID]; !ok || score > c.Score {
			best[p.ID] = Candidate{Patient: p, Why: why, Score: score}
		}
	}
	all := slices.SortedFunc(maps.Values(best), func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Patient.ID, b.Patient.ID))
	})
	all = all[:min(len(all), most)]
	for i, c := range all {
		if all[i].Patient, err = Find(v, by, c.Patient.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// longestChain bounds how many identities may stand one under the other.
const longestChain = 20

// Standing is the identity that stands for p: p itself, unless it was found to be
// another's.
func Standing(v *store.View, by access.Actor, p Patient) (Patient, error) {
	for range longestChain {
		if p.MergedInto == "" {
			return p, nil
		}
		var err error
		if p, err = Find(v, by, p.MergedInto); err != nil {
			return p, err
		}
	}
	return p, phare.Fault(phare.Conflict, "error.conflict")
}

// Under are the identities that stand under one, nearest first, without itself.
func Under(v *store.View, by access.Actor, id phare.ID) (all []Patient, err error) {
	next := []phare.ID{id}
	for len(next) > 0 && len(all) <= longestChain*most {
		some, err := store.All(v, scan, `SELECT `+columns+` FROM patient WHERE merged_into = $1 AND platform = $2 ORDER BY id`, next[0], by.Platform)
		if err != nil {
			return nil, err
		}
		next = next[1:]
		for _, p := range some {
			all, next = append(all, p), append(next, p.ID)
		}
	}
	return all, nil
}

// leanColumns are what identities are compared by, and no more: a search reads many.
const leanColumns = `id, platform, birth_name, first_names, used_name, birth_date, phone, merged_into, doubt`

func scanLean(row store.Row) (p Patient, err error) {
	in := func(column string, dest *string) any { return store.Sealed(dest, "patient."+column, &p.ID) }
	err = row.Scan(&p.ID, &p.Platform, in("birth_name", &p.BirthName), in("first_names", &p.FirstNames), in("used_name", &p.UsedName),
		in("birth_date", &p.BirthDate), in("phone", &p.Phone), &p.MergedInto, &p.Doubt)
	return p, err
}

// likely reads whoever shares the date of birth or its swapped twin, and those who
// share the most keys, with what they are compared by.
func likely(v *store.View, by access.Actor, t Traits) ([]Patient, error) {
	var all []Patient
	for _, date := range []string{t.BirthDate, swapped(t.BirthDate)} {
		if len(date) != len(time.DateOnly) {
			continue
		}
		some, err := store.All(v, scanLean, `SELECT `+leanColumns+` FROM patient WHERE platform = $1 AND birth_index = $2 ORDER BY id LIMIT 300`,
			by.Platform, birthIndex(by.Platform, date))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	keys := t.keys()
	if len(keys) == 0 {
		return all, nil
	}
	args := []any{by.Platform, int64(mostRead)}
	marks := make([]string, len(keys))
	for i, k := range keys {
		args = append(args, keyIndex(by.Platform, k))
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	ids, err := store.All(v, store.Value[string], `SELECT patient FROM patient_sound WHERE platform = $1 AND sound IN (`+strings.Join(marks, ", ")+`)
		GROUP BY patient ORDER BY count(*) DESC, patient LIMIT $2`, args...)
	if err != nil || len(ids) == 0 {
		return all, err
	}
	files, these, marks := make([]string, len(ids)), []any{by.Platform}, marks[:0]
	for i, id := range ids {
		files[i] = subject(phare.ID(id))
		these = append(these, id)
		marks = append(marks, "$"+strconv.Itoa(len(these)))
	}
	if err := store.Warm(v, by.Platform, files); err != nil {
		return nil, err
	}
	some, err := store.All(v, scanLean, `SELECT `+leanColumns+` FROM patient WHERE platform = $1 AND id IN (`+strings.Join(marks, ", ")+`)`, these...)
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
