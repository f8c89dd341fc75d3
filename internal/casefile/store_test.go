package casefile

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/request"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// What is handed over and what is printed is written down, with what is known of it
// since, each at its own date.
func TestHand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(access.AddPlatform(ctx, db, access.Platform{ID: "ici", Name: "Plateforme inventée", Zone: "Indian/Reunion"}))
		receipt, err := request.Submit(ctx, db, access.NewKey(), access.Anyone("ici"), request.NewForm(), request.Fields{
			Who: request.GP, Platform: "ici", Diagnosis: request.NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019",
			Sex: "male", Question: "Q", Story: "Une longue histoire inventée.", Urgency: request.Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
		must(err)
		id, secretary := receipt.Request, access.Actor{ID: "s", Platform: "ici", Role: access.Secretary, Name: "Basile Essai"}
		h := Handing{Whom: ToDoctor, Person: "Dr Inventé", What: LetterProfessional, Way: "post"}
		if err := Hand(ctx, db, access.Actor{ID: "d", Platform: "ici", Role: access.Director}, id, h); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("without the right: %v", err)
		}
		if err := Hand(ctx, db, access.Actor{ID: "x", Platform: "ailleurs", Role: access.Nurse}, id, h); phare.KindOf(err) != phare.NotFound {
			t.Errorf("from another desk: %v", err)
		}
		for name, change := range map[string]func(*Handing){"to nobody": func(h *Handing) { h.Whom = "" }, "nothing": func(h *Handing) { h.What = "" }, "no way": func(h *Handing) { h.Way = "" },
			"printed is not for this form": func(h *Handing) { h.Way = Printed }, "someone without a name": func(h *Handing) { h.Whom, h.Person = ToOther, "" }} {
			bad := h
			change(&bad)
			if err := Hand(ctx, db, secretary, id, bad); phare.KindOf(err) != phare.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(Hand(ctx, db, secretary, id, h))
		db.Now = func() time.Time { return storetest.Noon.Add(time.Minute) }
		for range 2 { // looked at, then kept as a file: one sheet
			must(Print(ctx, db, secretary, id, SheetFamily))
		}
		_, told, err := Passed(ctx, db, secretary, id)
		must(err)
		if len(told) != 2 || told[0].Person != "Dr Inventé" || told[0].Name != "Basile Essai" || told[1].What != SheetFamily || told[1].Way != Printed {
			t.Fatalf("%+v", told)
		}
		must(Back(ctx, db, secretary, id, told[0].ID, WasReceived))
		for name, err := range map[string]error{"twice": Back(ctx, db, secretary, id, told[0].ID, WasReceived), "no such fact": Back(ctx, db, secretary, id, told[0].ID, "x"),
			"no such row": Back(ctx, db, secretary, id, "x", WasRead)} {
			if phare.KindOf(err) != phare.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, told, err = Passed(ctx, db, secretary, id)
		must(err)
		if told[0].ReceivedAt.IsZero() || !told[0].AnsweredAt.IsZero() || !told[0].ReadAt.IsZero() {
			t.Errorf("received is one fact: %+v", told[0])
		}
		c, err := Open(ctx, db, secretary, id)
		must(err)
		if c.Request.ID != id || len(c.Told) != 2 || c.Desk.ID != "ici" || c.Now.IsZero() {
			t.Errorf("the case: %+v", c)
		}
		must(db.Read(ctx, func(v *store.View) error {
			for verb, want := range map[string]int{"sheet.print": 2, "sheet.look": 1, "told.add": 1, "told.back": 1} {
				n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = $1 AND subject = $2`, verb, id)
				if err != nil || n != want {
					t.Errorf("%s: %d entries, want %d (%v)", verb, n, want, err)
				}
			}
			return nil
		}))
	})
}
