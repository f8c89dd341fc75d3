package circle_test

import (
	"testing"

	"phare"
	"phare/internal/circle"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// The confidentiality of a patient is lifted by who is in the circle of all their
// files: who is in that of one only could open the others by it.
func TestLiftOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		ctx, by, own, other := t.Context(), w.people[nurse].Actor, w.files[0], w.files[1]
		for f, holder := range map[*paper]int{own: nurse, other: colleague} {
			w.must(request.Take(ctx, db, w.people[holder].Actor, w.ref(f)))
			w.must(request.Link(ctx, db, w.people[holder].Actor, w.ref(f), w.patients[0]))
		}
		w.must(circle.Confide(ctx, db, by, own.id, "connue de tous"))
		confidential := func() int {
			return w.count(`SELECT count(*) FROM request WHERE guard = 'confidential' AND id IN ($1, $2)`, own.id, other.id)
		}
		if n := confidential(); n != 2 {
			t.Fatalf("%d of the patient’s files are confidential", n)
		}
		if err := circle.Lift(ctx, db, by, own.id, "plus de raison"); phare.KindOf(err) != phare.Forbidden || confidential() != 2 {
			t.Errorf("lifted by who is outside the other file: %v, %d are confidential", err, confidential())
		}
		w.must(circle.Add(ctx, db, w.people[colleague].Actor, other.id, circle.Joining{Account: by.ID}))
		w.must(circle.Lift(ctx, db, by, own.id, "plus de raison"))
		if n := confidential(); n != 0 {
			t.Errorf("lifted by who is in both: %d are confidential", n)
		}
	})
}

// Who gives a request a patient that is confidential stays in its circle, and
// nobody else comes into it; who holds it needs no second place.
func TestJoinStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w, id := confided(t, db)
		ctx, by := t.Context(), w.people[nurse].Actor
		w.must(circle.Add(ctx, db, by, id, circle.Joining{Account: w.people[third].ID}))
		w.must(request.Link(ctx, db, by, w.ref(w.files[0]), w.patients[0]))
		free, held := w.files[1], w.files[2]
		w.must(request.Take(ctx, db, by, w.ref(held)))
		for _, f := range []*paper{free, held} {
			w.must(request.Link(ctx, db, by, w.ref(f), w.patients[0]))
			for who, want := range map[int]circle.Verdict{nurse: circle.In, third: circle.Walled, colleague: circle.Walled, doctor: circle.Walled} {
				if got := w.stands(f.id, who); got.Verdict != want {
					t.Errorf("%s stands %+v, want %d", w.people[who].Name, got, want)
				}
			}
			if n := w.count(`SELECT count(*) FROM circle WHERE request = $1`, f.id); n != 1 {
				t.Errorf("%d places in the circle, want 1", n)
			}
		}
	})
}
