package request

import (
	"errors"
	"strings"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/orientation"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// TestStored: what is stored replays; every way of changing it is damage, and
// another version or knowledge is none.
func TestStored(t *testing.T) {
	e, err := engine()
	if err != nil {
		t.Fatal(err)
	}
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	k.Meta.Digest = "another"
	other := orientation.New(k)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		f := newFloor(t, db)
		r := f.ask(t, "ici", nil)
		if err := SetSigns(t.Context(), db, f.nurse, r.ID, []Sign{{"HP:0001251", Present, "Ataxie"}, {"HP:0001638", Present, "Cardiomyopathie"}, {"HP:0000365", Absent, "Surdité"}}); err != nil {
			t.Fatal(err)
		}
		made, err := Orient(t.Context(), db, f.nurse, e, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []access.Actor{f.nurse, f.director, {ID: "system", Role: access.System}} {
			if err := EachStored(t.Context(), db, by, nil); phare.KindOf(err) != phare.Forbidden {
				t.Errorf("%s reads all orientations: %v", by.Role, err)
			}
		}
		one := func() (s Stored) {
			n := 0
			err := EachStored(t.Context(), db, access.Machine("ici"), func(x Stored) error { s = x; n++; return nil })
			if err != nil || n != 1 {
				t.Fatalf("%d stored, %v", n, err)
			}
			return s
		}
		if s := one(); s.ID != made.ID || s.Reference != r.Reference || s.Replay(e) != nil {
			t.Errorf("stored %s of %s: %v", s.ID, s.Reference, s.Replay(e))
		}
		if err := one().Replay(other); !errors.Is(err, orientation.ErrKnowledge) || errors.Is(err, ErrDamaged) {
			t.Errorf("with another knowledge: %v", err)
		}
		if err := EachStored(t.Context(), db, access.Machine("ailleurs"), func(Stored) error { return errors.New("seen") }); err != nil {
			t.Errorf("from another platform: %v", err)
		}
		good := one().text
		first := made.Result.Entries[0].Family
		tests := []struct{ name, column, value, want string }{
			{"broken off", "result", good[:len(good)/2], "cannot be read"},
			{"another disease", "result", strings.Replace(good, `"family":"`+first+`"`, `"family":"OMIM:0"`, 1), "answer otherwise"},
			{"a reason less", "result", strings.Replace(good, `"lines":[{`, `"lines":[{"weight":1},{`, 1), "answer otherwise"},
			{"another question", "result", strings.Replace(good, "HP:0001638", "HP:0001250", 1), "answer otherwise"},
			{"a word more", "result", strings.Replace(good, `{`, `{"note":"x",`, 1), "holds more"},
			{"another digest beside it", "knowledge", "another", "table says"},
			{"another version beside it", "engine", "nb-0", "table says"},
		}
		for _, tt := range tests {
			act := store.Act{Platform: "ici", Actor: "test", Verb: "spoil", Subject: "s"}
			set := func(result, knowledge, engine string) {
				err := db.Write(t.Context(), act, func(tx *store.Tx) error {
					sealed := store.SealRow("ici", Subject(r.ID), "orientation", made.ID).In("result", result)
					return tx.Exec(`UPDATE orientation SET result = $1, knowledge = $2, engine = $3`, sealed, knowledge, engine)
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			result, knowledge, version := good, made.Result.Knowledge, made.Result.Engine
			switch tt.column {
			case "result":
				result = tt.value
			case "knowledge":
				knowledge = tt.value
			case "engine":
				version = tt.value
			}
			set(result, knowledge, version)
			err := one().Replay(e)
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: %v, want damage that says %q", tt.name, err, tt.want)
			}
			if err != nil && (strings.Contains(err.Error(), "OMIM") || strings.Contains(err.Error(), "HP:")) {
				t.Errorf("%s: the error names a disease or a sign: %v", tt.name, err)
			}
		}
		// What does not open is damage too, and hides no other.
		act := store.Act{Platform: "ici", Actor: "test", Verb: "spoil", Subject: "s"}
		err = db.Write(t.Context(), act, func(tx *store.Tx) error { return tx.Exec(`UPDATE orientation SET result = 's1:0:AA'`) })
		if err != nil {
			t.Fatal(err)
		}
		if err := one().Replay(e); !errors.Is(err, ErrDamaged) {
			t.Errorf("a result that does not open: %v", err)
		}
		// More than a page, each once, in order.
		err = db.Write(t.Context(), act, func(tx *store.Tx) error {
			for range 2*storedPage + 4 {
				o := made
				o.ID, o.Result = phare.NewID(), orientation.Result{}
				if err := insertOrientation(tx, "ici", o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		seen, last := map[phare.ID]bool{}, phare.ID("")
		err = EachStored(t.Context(), db, access.Machine("ici"), func(x Stored) error {
			if x.ID <= last {
				t.Errorf("%s after %s", x.ID, last)
			}
			seen[x.ID], last = true, x.ID
			return nil
		})
		if err != nil || len(seen) != 2*storedPage+5 {
			t.Errorf("%d of %d seen, %v", len(seen), 2*storedPage+5, err)
		}
	})
}
