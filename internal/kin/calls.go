package kin

import (
	"context"
	"fmt"
	"strings"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
)

// Manner is how the people around one patient are called: the one truth of it, for
// the pages that list calls.
type Manner struct {
	Contact
	Rules []Rule
}

// At is what speaks for and against calling a number now. A number that is not the
// family's is only spoken of by rules that name it.
func (m Manner) At(number string, family bool, deskZone string, now time.Time) Calling {
	some := m.Rules
	if !family {
		some = nil
		for _, r := range m.Rules {
			if r.Number != "" {
				some = append(some, r)
			}
		}
	}
	return CallingAt(m.Contact, some, number, deskZone, now)
}

// Manners reads how the families of some requests are called, for a page that has
// written down that it listed them. Of files outside whose circle the actor is, and
// of those without a patient, there is nothing.
func Manners(ctx context.Context, db *store.DB, by access.Actor, ids []phare.ID) (all map[phare.ID]Manner, err error) {
	if err := by.Check(access.TriageRequest); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	args, holes := []any{by.Platform}, make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		holes[i] = fmt.Sprintf("$%d", i+2)
	}
	err = db.Read(ctx, func(v *store.View) error {
		all = map[phare.ID]Manner{}
		patients := map[phare.ID]phare.ID{}
		files, err := store.All(v, func(row store.Row) (f circle.File, err error) {
			var patient phare.ID
			err = row.Scan(&f.ID, &f.Guard, &f.Owner, &patient)
			patients[f.ID] = patient
			return f, err
		}, `SELECT id, guard, owner, patient FROM request WHERE platform = $1 AND patient IS NOT NULL AND patient <> '' AND id IN (`+strings.Join(holes, ", ")+`)`, args...)
		if err != nil {
			return err
		}
		stands, err := circle.Stands(v, by, files)
		for _, f := range files {
			if err != nil {
				return err
			}
			if stands[f.ID].Verdict != circle.In {
				continue
			}
			all[f.ID], err = mannerOf(v, by, patients[f.ID])
		}
		return err
	})
	return all, err
}

func mannerOf(v *store.View, by access.Actor, patient phare.ID) (m Manner, err error) {
	ids, err := identities(v, by, patient)
	if err != nil {
		return m, err
	}
	if m.Contact, err = contactOf(v, by, ids); err != nil {
		return m, err
	}
	m.Rules, err = rules(v, by, ids)
	return m, err
}

// Giver is someone around a patient who can say yes or no for them, or bring their
// word.
type Giver struct {
	Related
	Code string // as package consent calls it: "parent", "guardian", "trusted"
}

// Givers are those who can today: parents of a minor, or of someone whose age is not
// known; who was charged with a measure; the person of trust. An authority that was
// withdrawn is none.
func (p People) Givers() (all []Giver) {
	for _, r := range p.Related {
		code := ""
		switch {
		case !r.Active(p.Today):
		case r.Authority == Parental && (p.Consent.Minor || p.Consent.Key == "unknown"):
			code = "parent"
		case r.Authority == Tutelle, r.Authority == Curatelle, r.Authority == Entitled:
			code = "guardian"
		case r.Kind == Trusted:
			code = "trusted"
		}
		if code != "" {
			all = append(all, Giver{r, code})
		}
	}
	return all
}
