package request

import (
	"reflect"
	"sync"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

var engine = sync.OnceValues(func() (*orientation.Engine, error) {
	k, err := starter.Load()
	if err != nil {
		return nil, err
	}
	return orientation.New(k), nil
})

func TestOrient(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		if _, err := Orient(t.Context(), db, f.nurse, e, r.ID); phare.KindOf(err) != phare.Invalid {
			t.Errorf("without a sign: %v", err)
		}
		secretary := f.hire(t, "ici", "Flore Essai", access.Secretary)
		for by, kind := range map[access.Actor]phare.Kind{secretary: phare.Forbidden, f.director: phare.Forbidden, f.elsewhere: phare.NotFound} {
			if _, err := Orient(t.Context(), db, by, e, r.ID); err == nil || phare.KindOf(err) != kind {
				t.Errorf("%s of %s: %v, want kind %d", by.Role, by.Platform, err, kind)
			}
			if _, _, _, err := OpenOrientation(t.Context(), db, by, r.ID); err == nil || phare.KindOf(err) != kind {
				t.Errorf("%s of %s opens: %v, want kind %d", by.Role, by.Platform, err, kind)
			}
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM orientation`); n != 0 {
			t.Errorf("refusals stored %d orientations", n)
		}
		signs := []Sign{{"HP:0001251", Present, "Ataxie"}, {"HP:0001638", Present, "Cardiomyopathie"}, {"HP:0001284", Present, "Aréflexie"}, {"HP:0000365", Absent, "Surdité"}}
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, signs); err != nil {
			t.Fatal(err)
		}
		before := f.read(t, r)
		made, err := Orient(t.Context(), db, f.nurse, e, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if after := f.read(t, r); !reflect.DeepEqual(before, after) {
			t.Errorf("ranking changed the request from %+v to %+v", before.State, after.State)
		}
		file, all, on, err := OpenOrientation(t.Context(), db, f.doctor, r.ID)
		if err != nil || len(all) != 1 || !on {
			t.Fatalf("%d stored, on %t, %v", len(all), on, err)
		}
		stored := all[0]
		if stored.ID != made.ID || !reflect.DeepEqual(stored.Result, made.Result) {
			t.Fatalf("stored %s, %v; want what was made, %s", stored.ID, err, made.ID)
		}
		if err := e.Replay(stored.Result); err != nil {
			t.Errorf("replay: %v", err)
		}
		if !stored.AnswersTo(file.Signs) || stored.Result.Query.Excluded[0] != "HP:0000365" {
			t.Errorf("query %+v", stored.Result.Query)
		}
		if err := DropSign(t.Context(), db, f.nurse, r.ID, "HP:0001251"); err != nil {
			t.Fatal(err)
		}
		if file, all, _, err = OpenOrientation(t.Context(), db, f.doctor, r.ID); err != nil || all[0].AnswersTo(file.Signs) {
			t.Errorf("the signs have changed, and the orientation does not say so (%v)", err)
		}
	})
}

// TestOrderOfListIgnoresOrientation: the work list stands in the same order
// whatever was ranked and chosen.
func TestOrderOfListIgnoresOrientation(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		for range 5 {
			f.ask(t, "ici", nil)
		}
		before, err := List(t.Context(), db, f.nurse, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		last := before.Rows[4].ID
		if err := SetSigns(t.Context(), db, f.nurse, last, []Sign{{"HP:0001251", Present, "Ataxie"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := Orient(t.Context(), db, f.nurse, e, last); err != nil {
			t.Fatal(err)
		}
		if err := Choose(t.Context(), db, f.nurse, last, Choice{Kind: ChoseNetwork, Target: "fsmr-brain-team", Label: "BRAIN-TEAM"}); err != nil {
			t.Fatal(err)
		}
		after, err := List(t.Context(), db, f.nurse, Filter{})
		if err != nil || !reflect.DeepEqual(before.Rows, after.Rows) {
			t.Errorf("the list has changed: %v", err)
		}
		file, err := OpenFile(t.Context(), db, f.nurse, last)
		if err != nil || len(file.Choices) != 1 || file.Choices[0].Label != "BRAIN-TEAM" {
			t.Errorf("choices %v, %v", file.Choices, err)
		}
	})
}
