package request

import (
	"testing"

	"phare/internal/store"
	"phare/internal/store/storetest"
)

// TestSecondWall: what belongs to a request is read by its platform too. A row
// that wrongly carries another one is not shown, and not taken off.
func TestSecondWall(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{"HP:0001251", Present, "Ataxie"}}); err != nil {
			t.Fatal(err)
		}
		if err := Choose(t.Context(), db, f.nurse, r.ID, Choice{Kind: ChoseNetwork, Target: "x", Label: "X"}); err != nil {
			t.Fatal(err)
		}
		file, err := OpenFile(t.Context(), db, f.nurse, r.ID)
		if err != nil || len(file.Signs) != 1 || len(file.Choices) != 1 || len(file.Events) == 0 {
			t.Fatalf("before: %d signs, %d choices, %d events, %v", len(file.Signs), len(file.Choices), len(file.Events), err)
		}
		act := store.Act{Platform: "ici", Actor: "test", Verb: "spoil", Subject: "s"}
		err = db.Write(t.Context(), act, func(tx *store.Tx) error {
			for _, table := range []string{"request_sign", "choice", "event"} {
				if err := tx.Exec(`UPDATE ` + table + ` SET platform = 'ailleurs'`); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		file, err = OpenFile(t.Context(), db, f.nurse, r.ID)
		if err != nil || len(file.Signs) != 0 || len(file.Choices) != 0 || len(file.Events) != 0 {
			t.Errorf("after: %d signs, %d choices, %d events, %v", len(file.Signs), len(file.Choices), len(file.Events), err)
		}
		if _, err := Orient(t.Context(), db, f.nurse, e, r.ID); err == nil {
			t.Error("ranked from the signs of another platform")
		}
		if err := DropSign(t.Context(), db, f.nurse, r.ID, "HP:0001251"); err != nil {
			t.Fatal(err)
		}
		if n := f.rowsOf(t, `SELECT count(*) FROM request_sign`); n != 1 {
			t.Errorf("%d signs left of another platform, want 1", n)
		}
	})
}
