package request

import (
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/circle"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A call that became a confidential file shows its receipt to its circle alone, and
// those outside complete nothing in it, nor see it as an earlier request of the same
// caller.
func TestCallOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		ctx, key := t.Context(), access.NewKey()
		note := func() (form string, r Request) {
			form = NewForm()
			got, err := TakeCall(ctx, db, key, f.nurse, form, Fields{Who: Family, Channel: Phone, Urgency: Routine, Name: "Mme S.", Phone: "0692 00 00 00", Story: "« Il tombe »", FirstName: "Zoé"})
			if err != nil {
				t.Fatal(err)
			}
			return form, f.read(t, Request{ID: got.Request, Platform: f.nurse.Platform})
		}
		form, r := note()
		if err := Take(ctx, db, f.nurse, refOf(r)); err != nil {
			t.Fatal(err)
		}
		if err := circle.Confide(ctx, db, f.nurse, r.ID, "connue de tous"); err != nil {
			t.Fatal(err)
		}
		r = f.read(t, r)
		for by, want := range map[access.Actor]phare.Kind{f.nurse: phare.Internal, f.colleague: phare.Forbidden} { // Internal is no error here
			_, said, err := CallReceipt(ctx, db, key, by, form)
			if want == phare.Internal && (err != nil || said.Story == "") || want != phare.Internal && (phare.KindOf(err) != want || said.Story != "") {
				t.Errorf("%s sees the receipt: %v", by.Name, err)
			}
		}
		if err := Complete(ctx, db, f.colleague, refOf(r), r.Fields, "x"); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("completed from outside: %v", err)
		}
		_, again := note()
		for by, want := range map[access.Actor]int{f.nurse: 1, f.colleague: 0} {
			file, err := OpenFile(ctx, db, by, again.ID)
			if err != nil || len(file.Again) != want {
				t.Errorf("%s sees %d earlier requests, %v", by.Name, len(file.Again), err)
			}
		}
	})
}
