package request

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/patient"
	"phare/internal/store"
)

// Met is somebody who may be meant, with where they are known: a patient, or the
// person of requests whom nobody has identified yet.
type Met struct {
	patient.Candidate
	Requests []Known
	Told     *Told // of a request without a patient: nothing else of Candidate holds

	whom string // for the trail, also of who is veiled
}

// Told is who a request says that it is about.
type Told struct {
	FamilyName, FirstName, BirthDate string
}

// Known is a request of somebody who was met.
type Known struct {
	ID        phare.ID
	Reference string
	State     State
}

// Seek proposes who someone told of may be, while the words are still being typed:
// it creates nothing and guesses nobody. For the request that id names, whose look
// it writes down; without one, for a call: then it is written down for each person
// who is shown. Of whom only a veil is shown it is always written down.
func Seek(ctx context.Context, db *store.DB, by access.Actor, id phare.ID, t patient.Traits) (all []Met, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return nil, err
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = nil
		if id != "" {
			if err := circle.Check(v, by, id); err != nil {
				return err
			}
		}
		if all, err = metPatients(v, by, t); err != nil {
			return err
		}
		some, err := metByWords(v, by, id, t, all)
		all = append(all, some...)
		return err
	})
	if err != nil {
		return nil, err
	}
	subject := string(id)
	if id == "" {
		subject = by.Platform
	}
	err = db.Write(ctx, by.Act("patient.seek", subject), func(tx *store.Tx) error {
		for _, m := range all {
			if id != "" && !m.Veiled {
				continue
			}
			if err := tx.Also(by.Act("patient.seek", m.whom)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err // nothing is shown that is not written down
	}
	return all, nil
}

// metPatients are the patients who may be meant. Whether a veil is shown the names
// alone decide: if a date or a number did, trying dates would tell the right one.
func metPatients(v *store.View, by access.Actor, t patient.Traits) (all []Met, err error) {
	names := patient.Traits{Family: t.Family, First: t.First}
	for _, look := range []struct {
		patient.Traits
		veiled bool
	}{{t, false}, {names, true}} {
		found, err := patient.Candidates(v, by, look.Traits)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			same, _, err := veil(v, by, []patient.Candidate{c})
			if err != nil {
				return nil, err
			}
			if len(same) == 0 || same[0].Veiled != look.veiled {
				continue
			}
			m := Met{Candidate: same[0], whom: string(c.Patient.ID)}
			if !m.Veiled {
				if m.Requests, err = knownBy(v, by, c.Patient.ID); err != nil {
					return nil, err
				}
			}
			all = append(all, m)
		}
	}
	return all, nil
}

// mostMet bounds who is shown for words, mostTold the requests that are read for it.
const (
	mostMet  = 8
	mostTold = 60
)

// metByWords are whom names find in requests by their beginnings, as the work list
// does: the persons of requests that nobody has identified, and patients of whom a
// name alone was typed. Only what the actor may open, and not the request itself.
func metByWords(v *store.View, by access.Actor, id phare.ID, t patient.Traits, known []Met) (all []Met, err error) {
	told, err := toldOf(v, by, t)
	if err != nil {
		return nil, err
	}
	files := make([]circle.File, len(told))
	for i, r := range told {
		files[i] = circle.File{ID: r.ID, Guard: r.Guard, Owner: r.Owner}
	}
	stands, err := circle.Stands(v, by, files)
	if err != nil {
		return nil, err
	}
	for _, r := range told {
		here := func(m Met) bool { return m.whom == string(r.Patient) && !m.Veiled }
		if stands[r.ID].Verdict != circle.In || r.ID == id || len(all) == mostMet || slices.ContainsFunc(slices.Concat(known, all), here) {
			continue
		}
		var m Met
		switch f := r.Fields; {
		case r.IsErased():
		case r.Patient != "":
			if m, err = metPatient(v, by, t, r.Patient); err != nil {
				return nil, err
			}
		case saysSame(t, f.FamilyName+" "+f.FirstName, f.BirthDate), isLike(t, r.Draft()):
			m = Met{Told: &Told{f.FamilyName, f.FirstName, f.BirthDate}, Requests: []Known{{r.ID, r.Reference, r.State}}, whom: string(r.ID)}
		}
		if m.whom != "" {
			all = append(all, m)
		}
	}
	return all, nil
}

// metPatient is the patient of a request that words found, if they say the same of
// them and the actor may see them; else nobody.
func metPatient(v *store.View, by access.Actor, t patient.Traits, id phare.ID) (m Met, err error) {
	verdict, _, err := circle.PatientStand(v, by, id)
	if err != nil || verdict != circle.In {
		return m, err
	}
	p, err := patient.Find(v, by, id)
	if err != nil || !saysSame(t, p.BirthName+" "+p.UsedName+" "+p.FirstNames, p.BirthDate) {
		return m, err
	}
	_, why := patient.Compare(t, p)
	m = Met{Candidate: patient.Candidate{Patient: p, Why: why}, whom: string(id)}
	m.Requests, err = knownBy(v, by, id)
	return m, err
}

// toldOf reads the requests that have all words of some names, and those without a
// patient whose person was born on the day; what has no patient first.
func toldOf(v *store.View, by access.Actor, t patient.Traits) ([]Request, error) {
	words := tidy(foldedWords(t.Family + " " + t.First))
	words = slices.DeleteFunc(words, func(w string) bool { return len([]rune(w)) < shortestBegin })
	if len(words) == 0 {
		return nil, nil
	}
	args := []any{by.Platform, int64(mostTold), 0}
	var marks []string
	for _, w := range words[:min(askedMost, len(words))] {
		if index := askedIndex(by.Platform, w); !slices.Contains(args, index) {
			args = append(args, index)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
	}
	args[2] = int64(len(marks))
	// As in the work list: asked plainly for its platform, SQLite would walk it whole.
	all, err := store.All(v, scan, `SELECT `+columns+` FROM request WHERE (platform || '') = $1
		AND id IN (SELECT request FROM request_word WHERE platform = $1 AND word IN (`+strings.Join(marks, ", ")+`) GROUP BY request HAVING count(*) = $3)
		ORDER BY patient IS NULL DESC, created_at DESC, id LIMIT $2`, args...)
	if err != nil || len(t.BirthDate) != len(time.DateOnly) {
		return all, err
	}
	born, err := store.All(v, scan, `SELECT `+columns+` FROM request WHERE platform = $1 AND birth_index = $2 AND patient IS NULL ORDER BY created_at DESC, id LIMIT $3`,
		by.Platform, birthIndex(by.Platform, t.BirthDate), int64(mostTold))
	for _, r := range born {
		if !slices.ContainsFunc(all, func(o Request) bool { return o.ID == r.ID }) {
			all = append(all, r)
		}
	}
	return all, err
}

// saysSame says whether each word of the names as typed begins a word of a name, and
// the dates do not differ as far as both are known.
func saysSame(t patient.Traits, name, born string) bool {
	if born != "" && !strings.HasPrefix(born, t.BirthDate) && !strings.HasPrefix(t.BirthDate, born) {
		return false
	}
	has := foldedWords(name)
	for _, w := range foldedWords(t.Family + " " + t.First) {
		if !slices.ContainsFunc(has, func(x string) bool { return strings.HasPrefix(x, w) }) {
			return false
		}
	}
	return true
}

func isLike(t patient.Traits, p patient.Patient) bool {
	score, _ := patient.Compare(t, p)
	return score >= patient.Enough
}

// knownBy are the last requests of a patient that the actor may open.
func knownBy(v *store.View, by access.Actor, id phare.ID) (all []Known, err error) {
	requests, err := store.All(v, scan, `SELECT `+columns+` FROM request WHERE patient = $1 AND platform = $2 ORDER BY created_at DESC, id LIMIT 5`, id, by.Platform)
	if err != nil {
		return nil, err
	}
	seen, err := screen(v, by, requests)
	for _, r := range seen {
		all = append(all, Known{r.ID, r.Reference, r.State})
	}
	return all, err
}

// IdentityHistory opens a request to show how the identity of its patient changed,
// and which identities stand under it.
func IdentityHistory(ctx context.Context, db *store.DB, by access.Actor, id phare.ID) (f File, all []patient.Version, under []patient.Patient, err error) {
	if err := by.Check(access.EditPatient); err != nil {
		return f, nil, nil, err
	}
	if f, err = OpenFile(ctx, db, by, id); err != nil {
		return f, nil, nil, err
	}
	if f.Patient == nil {
		return f, nil, nil, nil
	}
	err = db.Read(ctx, func(v *store.View) error {
		if all, err = patient.History(v, by, f.Patient.ID); err != nil {
			return err
		}
		under, err = patient.Under(v, by, f.Patient.ID)
		return err
	})
	return f, all, under, err
}
