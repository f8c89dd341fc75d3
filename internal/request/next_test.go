package request

import (
	"reflect"
	"slices"
	"sync"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

func TestLearn(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		yes := []Sign{{"HP:0001251", Present, "Ataxie"}}
		secretary := f.hire(t, "ici", "Flore Essai", access.Secretary)
		for by, kind := range map[access.Actor]phare.Kind{secretary: phare.Forbidden, f.director: phare.Forbidden, f.elsewhere: phare.NotFound} {
			if _, err := Learn(t.Context(), db, by, e, r.ID, yes); err == nil || phare.KindOf(err) != kind {
				t.Errorf("%s of %s: %v, want kind %d", by.Role, by.Platform, err, kind)
			}
		}
		for what, answers := range map[string][]Sign{
			"no answer": nil, "no sign": {{"HP:12", Present, "x"}}, "no such answer": {{"HP:0001251", "perhaps", "Ataxie"}},
			"nothing present": {{"HP:0001251", Unknown, "Ataxie"}}, "no label": {{"HP:0001251", Present, ""}},
		} {
			if _, err := Learn(t.Context(), db, f.nurse, e, r.ID, answers); phare.KindOf(err) != phare.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM orientation`) + f.rowsOf(t, `SELECT count(*) FROM request_sign`); n != 0 {
			t.Fatalf("refusals stored %d rows", n)
		}
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{"HP:0001251", Present, "Ataxie"}, {"HP:0001284", Present, "Aréflexie"}}); err != nil {
			t.Fatal(err)
		}
		before := f.read(t, r)
		first, err := Orient(t.Context(), db, f.nurse, e, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		answers := []Sign{{"HP:0001638", Present, "Cardiomyopathie"}, {"HP:0000365", Absent, "Surdité"}, {"HP:0002650", Unknown, "Scoliose"}}
		made, err := Learn(t.Context(), db, f.doctor, e, r.ID, answers)
		if err != nil {
			t.Fatal(err)
		}
		if after := f.read(t, r); !reflect.DeepEqual(before, after) {
			t.Error("answers changed the request itself")
		}
		file, kept, _, err := OpenOrientation(t.Context(), db, f.nurse, r.ID)
		if err != nil || len(kept) != 2 || kept[0].ID != made.ID || kept[1].ID != first.ID || !kept[0].AnswersTo(file.Signs) {
			t.Fatalf("stored %d, %v, want %s, made from the signs as they are, before %s", len(kept), err, made.ID, first.ID)
		}
		stored := kept[0]
		q := stored.Result.Query
		if !slices.Equal(q.Observed, []string{"HP:0001251", "HP:0001284", "HP:0001638"}) || !slices.Equal(q.Excluded, []string{"HP:0000365"}) || !slices.Equal(q.Asked, []string{"HP:0002650"}) {
			t.Errorf("ranked %+v", q)
		}
		if err := e.Replay(stored.Result); err != nil {
			t.Errorf("replay: %v", err)
		}
		if last := file.Signs[len(file.Signs)-1]; last != (Sign{"HP:0002650", Unknown, "Scoliose"}) {
			t.Errorf("last of the signs is %+v, want the one asked in vain", last)
		}
		trail := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'request.learn'`)
		again, err := Learn(t.Context(), db, f.doctor, e, r.ID, answers)
		if n := f.rowsOf(t, `SELECT count(*) FROM orientation`); err != nil || again.ID != made.ID || n != 2 {
			t.Errorf("the same answers again: %s, %v, %d orientations; want %s and 2", again.ID, err, n, made.ID)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM audit WHERE verb = 'request.learn'`); trail != 1 || n != 1 {
			t.Errorf("%d entries in the trail, then %d, want 1", trail, n)
		}
		for _, x := range Questions(e, file.Request, file.Signs, 5) {
			for _, s := range file.Signs {
				if x.Term == s.HPO {
					t.Errorf("%s is asked again", x.Term)
				}
			}
		}
		if changed, err := Learn(t.Context(), db, f.nurse, e, r.ID, []Sign{{"HP:0002650", Present, "Scoliose"}}); err != nil || len(changed.Result.Query.Asked) != 0 || len(changed.Result.Query.Observed) != 4 {
			t.Errorf("what was not known is known now: %+v, %v", changed.Result.Query, err)
		}
		if err := access.Switch(t.Context(), db, f.machine, access.Switching{After: 1, Reason: "essai"}); err != nil {
			t.Fatal(err)
		}
		if _, err := Learn(t.Context(), db, f.nurse, e, r.ID, answers); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("the module is off: %v", err)
		}
		if err := access.Switch(t.Context(), db, f.machine, access.Switching{On: true, After: 2, Reason: "essai"}); err != nil {
			t.Fatal(err)
		}
		if err := Close(t.Context(), db, f.nurse, refOf(f.read(t, r)), Ending{Reason: Withdrawn}); err != nil {
			t.Fatal(err)
		}
		if _, err := Learn(t.Context(), db, f.nurse, e, r.ID, yes); phare.KindOf(err) != phare.Conflict {
			t.Errorf("a closed request learns: %v", err)
		}
		if _, err := Orient(t.Context(), db, f.nurse, e, r.ID); phare.KindOf(err) != phare.Conflict {
			t.Errorf("a closed request is ranked: %v", err)
		}
	})
}

// The same answers sent many times at once make one orientation.
func TestLearnAtOnce(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := Learn(t.Context(), db, f.nurse, e, r.ID, []Sign{{"HP:0001251", Present, "Ataxie"}, {"HP:0002650", Unknown, "Scoliose"}}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := f.rowsOf(t, `SELECT count(*) FROM orientation`); n != 1 {
			t.Errorf("%d orientations, want one", n)
		}
	})
}

func TestShiftSince(t *testing.T) {
	at := func(observed, asked []string, list ...orientation.NetworkScore) orientation.Result {
		return orientation.Result{Query: orientation.Query{Observed: observed, Asked: asked}, Networks: list}
	}
	a, b := orientation.NetworkScore{Slug: "a", Score: 9, Support: orientation.Medium}, orientation.NetworkScore{Slug: "b", Score: 5, Support: orientation.Weak}
	strong := a
	strong.Support = orientation.Strong
	before := at([]string{"HP:1", "HP:2"}, nil, a, b)
	stayA, stayB := Move{"a", 1, 1, orientation.Medium, orientation.Medium}, Move{"b", 2, 2, orientation.Weak, orientation.Weak}
	stay := []Move{stayA, stayB}
	for name, c := range map[string]struct {
		now  orientation.Result
		want Shift
	}{
		"nothing":        {before, Shift{Stays: stay}},
		"said and asked": {at([]string{"HP:1", "HP:2", "HP:3"}, []string{"HP:4"}, a, b), Shift{Present: []string{"HP:3"}, Unknown: []string{"HP:4"}, Stays: stay}},
		"dropped":        {at([]string{"HP:1"}, nil, a, b), Shift{Dropped: []string{"HP:2"}, Stays: stay}},
		"places": {at([]string{"HP:1", "HP:2"}, nil, b, a), Shift{Moves: []Move{
			{"b", 2, 1, orientation.Weak, orientation.Weak}, {"a", 1, 2, orientation.Medium, orientation.Medium}}}},
		"support": {at([]string{"HP:1", "HP:2"}, nil, strong, b), Shift{Moves: []Move{{"a", 1, 1, orientation.Medium, orientation.Strong}}, Stays: []Move{stayB}}},
	} {
		if got := ShiftSince(before, c.now, 3); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	hidden := at([]string{"HP:1", "HP:2"}, nil, b, a)
	hidden.Abstain = orientation.AbstainVague
	if got := ShiftSince(before, hidden, 3); got.Moves != nil {
		t.Errorf("an abstention compares places: %+v", got.Moves)
	}
	newer := at([]string{"HP:1", "HP:2"}, nil, b, a)
	newer.Knowledge = "another"
	if got := ShiftSince(before, newer, 3); got.Moves != nil {
		t.Errorf("the moves of another knowledge are told as those of the answers: %+v", got.Moves)
	}
	if got := ShiftSince(before, at([]string{"HP:1", "HP:2"}, nil, b, a), 1); len(got.Moves) != 1 || !reflect.DeepEqual(got.Left, []Move{{"a", 1, 2, orientation.Medium, orientation.Medium}}) {
		t.Errorf("of the first network: %+v", got)
	}
	gone := a
	gone.Score = 0
	if got := ShiftSince(before, at([]string{"HP:1", "HP:2"}, nil, b, gone), 3); !reflect.DeepEqual(got.Left, []Move{{"a", 1, 0, orientation.Medium, orientation.Weak}}) {
		t.Errorf("nothing speaks for it any more: %+v", got)
	}
}
