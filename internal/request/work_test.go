package request

import (
	"testing"

	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// A wrong try costs the same whatever it is wrong about: the same rows written,
// and within a few the same number of allocations, of which each hash, each
// statement and each value read makes some. A timed measure is make timing.
func TestWrongTriesCostTheSame(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	const runs = 40
	var refs [3][]string // unknown, wrong secret, purged
	key := access.NewKey()
	ok(t, access.AddPlatform(t.Context(), db, access.Platform{ID: "reunion", Name: "Plateforme inventée", Zone: "Indian/Reunion"}))
	for range runs + 1 {
		refs[0] = append(refs[0], newReference())
		for k := 1; k < 3; k++ {
			r, err := Submit(t.Context(), db, key, access.Anyone("reunion"), NewForm(), Fields{
				Who: GP, Platform: "reunion", Diagnosis: NoDiagnosis, FamilyName: "Inventé", FirstName: "Lou", BirthDate: "2019",
				Sex: "male", Question: "Q", Story: "Une longue histoire inventée.", Urgency: Routine, Name: "Dr Fictif", Phone: "0262 00 00 00", Consent: "yes"})
			ok(t, err)
			refs[k] = append(refs[k], r.Reference)
		}
	}
	ok(t, db.Write(t.Context(), store.Act{Platform: "reunion", Actor: "system", Verb: "request.purge", Subject: "test"}, func(tx *store.Tx) error {
		for _, ref := range refs[2] {
			if err := tx.Exec(`UPDATE request SET secret = '', fields = '{}' WHERE reference = $1 AND platform = 'reunion'`, ref); err != nil {
				return err
			}
		}
		return nil
	}))
	rows := func() (n int) {
		ok(t, db.Read(t.Context(), func(v *store.View) (err error) {
			n, err = store.One(v, store.Value[int], `SELECT (SELECT count(*) FROM audit) * 1000 + (SELECT count(*) FROM track_failure)`)
			return err
		}))
		return n
	}
	var cost [3]float64
	var wrote [3]int
	for k := range refs {
		before, i := rows(), 0
		cost[k] = testing.AllocsPerRun(runs, func() {
			if _, err := Track(t.Context(), db, key, refs[k][i], "0123456789"); err == nil {
				t.Error("let in")
			}
			i++
		})
		wrote[k] = rows() - before
	}
	if wrote[0] != (runs+1)*1001 || wrote[1] != wrote[0] || wrote[2] != wrote[0] {
		t.Errorf("rows written %v, want %d for each", wrote, (runs+1)*1001)
	}
	for k := range cost {
		if apart := cost[k] - cost[0]; apart > 12 || apart < -12 {
			t.Errorf("class %d makes %v allocations, class 0 %v", k, cost[k], cost[0])
		}
	}
	t.Logf("allocations: unknown %v, wrong secret %v, purged %v", cost[0], cost[1], cost[2])
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
