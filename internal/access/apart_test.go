package access_test

import (
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Who is near whom is read within one platform, even where an invitation bears an
// account of another one, which no program writes.
func TestNearWithin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		opened(t, db)
		ids := map[string]phare.ID{}
		for login, platform := range map[string]string{"bela": "reunion", "cyra": "reunion", "dina": "reunion", "awa": "guyane"} {
			a, _, err := access.AddAccount(t.Context(), db, access.Machine(platform), access.NewAccount{
				Platform: platform, Login: login, Name: login + " Exemple", Role: access.Nurse, Password: "une longue phrase", TOTP: secret})
			if err != nil {
				t.Fatal(err)
			}
			ids[login] = a.ID
		}
		invited := func(platform, login string, by phare.ID) {
			err := db.Write(t.Context(), access.Machine(platform).Act("row", "row"), func(tx *store.Tx) error {
				return tx.Exec(`INSERT INTO invitation (id, platform, token, login, name, mail, role, lang, by_id, by_name, at, expires_at, state)
					VALUES ($1, $2, $1, $3, '', '', 'nurse', 'fr', $4, '', $5, $5, 'used')`, phare.NewID(), platform, login, by, tx.Now)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		near := func(one, other string) (near bool) {
			err := db.Read(t.Context(), func(v *store.View) (err error) {
				nadia, err := store.One(v, store.Value[phare.ID], `SELECT id FROM account WHERE login = 'nadia'`)
				ids["nadia"] = nadia
				if err == nil {
					near, err = access.Near(v, "reunion", string(ids[one]), string(ids[other]), time.Time{})
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return near
		}
		near("bela", "dina") // knows nadia's id from here
		invited("reunion", "nadia", ids["bela"])
		invited("reunion", "bela", ids["awa"])
		if near("nadia", "awa") {
			t.Error("an account of another platform is near")
		}
		invited("reunion", "cyra", ids["awa"])
		invited("guyane", "awa", ids["dina"])
		if near("cyra", "dina") {
			t.Error("near through an account of another platform")
		}
		invited("reunion", "bela", ids["dina"])
		if !near("nadia", "dina") {
			t.Error("who invited who invited is not near")
		}
	})
}
