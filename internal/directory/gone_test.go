package directory

import (
	"slices"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Ask 6: who left and what closed is proposed nowhere any more, at that desk alone,
// until somebody says that they are there again.
func TestGoneIsNeverProposed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		ok(Seed(t.Context(), db))
		here, there := nurse("ici"), nurse("ailleurs")
		team := add(t, db, here, Organisation{Kind: KindCentre, Name: "Consultation inventée", Network: "filnemus", Territory: "974", Source: "inventé"})
		left, err := AddPerson(t.Context(), db, here, Person{Organisation: team.ID, Name: "Dr Parti Inventé", Tele: true})
		ok(err)
		stays, err := AddPerson(t.Context(), db, here, Person{Organisation: team.ID, Name: "Dr Reste Inventée", Tele: true})
		ok(err)
		// proposed says which of some ids a desk is shown, in all the ways there are.
		proposed := func(by access.Actor) map[phare.ID]bool {
			t.Helper()
			seen := map[phare.ID]bool{}
			note := func(e Entry) {
				seen[e.ID] = true
				for _, p := range e.People {
					seen[p.ID] = true
				}
			}
			all, err := List(t.Context(), db, by, "")
			ok(err)
			for _, e := range all {
				note(e)
			}
			ok(db.Read(t.Context(), func(v *store.View) error {
				list, err := Propose(v, by, []string{"filnemus"}, "974")
				for _, p := range list {
					note(p.Entry)
				}
				if e, err := Find(v, by, team.ID); err == nil && !e.Gone {
					note(e)
				}
				return err
			}))
			return seen
		}
		var national phare.ID
		ok(db.Read(t.Context(), func(v *store.View) (err error) {
			national, err = store.One(v, store.Value[phare.ID], `SELECT id FROM organisation WHERE platform = '' AND name = 'FILNEMUS'`)
			return err
		}))
		for _, tt := range []struct {
			by    access.Actor
			entry phare.ID
			why   string
			kind  phare.Kind
		}{
			{access.Actor{ID: "d", Platform: "ici", Role: access.Director}, left.ID, "left", phare.Forbidden},
			{access.Anyone("ici"), left.ID, "left", phare.Forbidden},
			{there, left.ID, "left", phare.NotFound},
			{here, "nobody", "left", phare.NotFound},
			{here, left.ID, "bored", phare.Invalid},
		} {
			if err := SetGone(t.Context(), db, tt.by, tt.entry, tt.why); phare.KindOf(err) != tt.kind {
				t.Errorf("%s of %s: %v", tt.by.ID, tt.entry, err)
			}
		}
		ok(SetGone(t.Context(), db, here, left.ID, "left"))
		ok(SetGone(t.Context(), db, here, left.ID, "silent")) // a second click
		ok(SetGone(t.Context(), db, here, national, "wrong"))
		if seen := proposed(here); seen[left.ID] || seen[national] || !seen[stays.ID] || !seen[team.ID] {
			t.Errorf("after one left: %v", seen)
		}
		if !proposed(there)[national] {
			t.Error("another desk lost an entry that is everybody's")
		}
		ok(SetGone(t.Context(), db, here, team.ID, "closed"))
		if seen := proposed(here); seen[team.ID] || seen[stays.ID] {
			t.Errorf("after the team closed: %v", seen)
		}
		ok(db.Read(t.Context(), func(v *store.View) error {
			for _, id := range []phare.ID{left.ID, stays.ID} { // whom an old question names is still found, and not asked
				if p, _, err := FindPerson(v, here, id); err != nil || p.Active {
					t.Errorf("%s: active %v, %v", p.Name, p.Active, err)
				}
			}
			return nil
		}))
		all, err := AllGone(t.Context(), db, here)
		ok(err)
		i := slices.IndexFunc(all, func(g Gone) bool { return g.Entry == left.ID })
		if len(all) != 3 || all[i].Why != "left" || !all[i].IsOfPerson || all[i].Place != team.Name || all[i].NotedBy != here.Name {
			t.Errorf("gone: %+v", all)
		}
		if none, err := AllGone(t.Context(), db, there); err != nil || len(none) != 0 {
			t.Errorf("another desk reads %v, %v", none, err)
		}
		ok(SetBack(t.Context(), db, here, team.ID))
		if seen := proposed(here); !seen[team.ID] || !seen[stays.ID] || seen[left.ID] {
			t.Errorf("after the team opened again: %v", seen)
		}
		if err := SetBack(t.Context(), db, there, left.ID); phare.KindOf(err) != phare.Conflict {
			t.Errorf("another desk brings back: %v", err)
		}
	})
}
