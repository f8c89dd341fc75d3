package storetest

import (
	"testing"

	"phare/internal/store"
)

// Roles fails if the trail has an act of someone with an account that does not
// say in which role it was done. It wants some act of each verb named.
func Roles(t testing.TB, db *store.DB, verbs ...string) {
	t.Helper()
	err := db.Read(t.Context(), func(v *store.View) error {
		without, err := store.All(v, store.Value[string], `SELECT DISTINCT verb FROM audit WHERE role = '' AND actor IN (SELECT id FROM account) ORDER BY verb`)
		if err == nil && len(without) > 0 {
			t.Errorf("acts without a role: %v", without)
		}
		for _, verb := range verbs {
			n, err := store.One(v, store.Value[int], `SELECT count(*) FROM audit WHERE verb = $1 AND role <> '' AND actor IN (SELECT id FROM account)`, verb)
			if err != nil {
				return err
			}
			if n == 0 {
				t.Errorf("no act %s with a role", verb)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
