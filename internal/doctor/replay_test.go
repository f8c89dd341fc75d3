package doctor_test

import (
	"testing"

	"phare/internal/access"
	"phare/internal/doctor"
	"phare/internal/orientation"
	"phare/internal/request"
	"phare/internal/starter"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// TestReplay: what is stored is confirmed, with the wrong tools it is counted
// apart, and once changed it is broken.
func TestReplay(t *testing.T) {
	k, err := starter.Load()
	if err != nil {
		t.Fatal(err)
	}
	e := orientation.New(k)
	another := *k
	another.Meta.Digest = "another"
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := filled(t, db)
		if err := access.Switch(t.Context(), db, access.Machine("reunion"), access.Switching{On: true, Reason: "essai"}); err != nil {
			t.Fatal(err)
		}
		nurse := access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse, Name: "Nadia Exemple"}
		if err := request.SetSigns(t.Context(), db, nurse, r.Request, []request.Sign{{HPO: "HP:0001251", Presence: request.Present, Label: "Ataxie"}}); err != nil {
			t.Fatal(err)
		}
		o, err := request.Orient(t.Context(), db, nurse, e, r.Request)
		if err != nil {
			t.Fatal(err)
		}
		f, n, err := doctor.Replay(t.Context(), db, e)
		if err != nil || !f.Fine() || n.Confirmed != 1 || len(n.Older)+len(n.Foreign) != 0 {
			t.Errorf("%+v, %+v, %v", f, n, err)
		}
		f, n, err = doctor.Replay(t.Context(), db, orientation.New(&another))
		if err != nil || !f.Fine() || n.Confirmed != 0 || n.Foreign[k.Meta.Digest] != 1 {
			t.Errorf("another knowledge: %+v, %+v, %v", f, n, err)
		}
		storetest.Replace(t, db, "orientation.result", "HP:0001251", "HP:0001250")
		f, _, err = doctor.Replay(t.Context(), db, e)
		if err != nil || f.Count != 1 || f.Broken[0] != string(o.ID) {
			t.Errorf("changed: %+v, %v", f, err)
		}
	})
}
