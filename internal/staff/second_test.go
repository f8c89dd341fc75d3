package staff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"phare"
	"phare/internal/access"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// join invites someone who comes at once, and returns them.
func (d *desk) join(t *testing.T, by access.Actor, login string, role access.Role) access.Actor {
	t.Helper()
	must(t, staff.Invite(t.Context(), d.db, d.key, by, staff.Invitation{Login: login, Name: login + " Fictif", Mail: login + "@desk.example", Role: role}))
	_, link := d.letters(t, "invited")
	token := strings.TrimPrefix(link, staff.InvitationPath)
	w, err := staff.Knock(t.Context(), d.db, d.key, token)
	must(t, err)
	must(t, staff.Join(t.Context(), d.db, d.key, token, phrase, d.code(t, w.Secret)))
	a, err := access.FindAccount(t.Context(), d.db, login)
	must(t, err)
	return a.Actor()
}

// One administrator is not two people: neither through a colleague they invited,
// whichever of the two asks, nor through one they gave the role, nor through an
// account of yesterday.
func TestSecondPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		puppet, sister := d.join(t, d.ada, "puppet", access.Physician), d.join(t, d.ada, "sister", access.Admin)
		fresh := func() access.Actor { return d.join(t, d.abel, "fresh", access.Physician) }
		nurse := phare.ID(d.nurse.ID)
		d.later(8 * 24 * time.Hour)
		young := fresh()
		confirms := func(asker, second access.Actor) error {
			t.Helper()
			must(t, staff.AskHelp(t.Context(), db, asker, nurse, "Téléphone perdu"))
			all, err := staff.Waiting(t.Context(), db, second)
			must(t, err)
			_, _, err = staff.Confirm(t.Context(), db, d.key, second, all[0].ID)
			if (err == nil) != (all[0].Barred == "") {
				t.Errorf("the page says %q, the verb %v", all[0].Barred, err)
			}
			must(t, staff.Refuse(t.Context(), db, second, all[0].ID))
			return err
		}
		refusals(t, "whom the asker invited", confirms(d.ada, puppet), phare.Forbidden)
		refusals(t, "who invited the asker", confirms(sister, d.ada), phare.Forbidden)
		refusals(t, "an account of today", confirms(d.ada, young), phare.Forbidden)
		if to, _ := d.letters(t, "help-asked"); strings.Contains(fmt.Sprint(to), "fresh@") {
			t.Errorf("who cannot confirm was asked to: %v", to)
		}
		if err := confirms(d.abel, puppet); err != nil {
			t.Errorf("whom another invited, long ago: %v", err)
		}
		if err := confirms(access.Machine("reunion"), young); err != nil {
			t.Errorf("asked by the operator: %v", err)
		}
		must(t, staff.ChangeRole(t.Context(), db, d.abel, phare.ID(d.doctor.ID), access.Director))
		d.doctor.Role = access.Director
		refusals(t, "whom the asker gave the role", confirms(d.abel, d.doctor), phare.Forbidden)
		must(t, staff.Leave(t.Context(), db, d.abel, phare.ID(d.doctor.ID)))
		must(t, staff.Leave(t.Context(), db, d.ada, phare.ID(d.abel.ID)))
		refusals(t, "nobody left to confirm", staff.AskHelp(t.Context(), db, d.ada, nurse, "Téléphone perdu"), phare.Invalid)
	})
}

// A code told by voice is taken whichever of the signs that look alike is typed.
func TestToldCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db)
		seen := map[string]bool{}
		for tries := 0; len(seen) < 2 && tries < 200; tries++ {
			must(t, staff.AskHelp(t.Context(), db, d.ada, phare.ID(d.nurse.ID), "Téléphone perdu"))
			all, err := staff.Waiting(t.Context(), db, d.doctor)
			must(t, err)
			_, code, err := staff.Confirm(t.Context(), db, d.key, d.doctor, all[0].ID)
			must(t, err)
			for _, signs := range []string{"0Oo", "1IlLi"} {
				if !strings.ContainsAny(code, signs) {
					continue
				}
				seen[signs] = true
				for _, typed := range signs {
					as := strings.Map(func(r rune) rune {
						if strings.ContainsRune(signs, r) {
							return typed
						}
						return r
					}, code)
					if _, _, err := staff.Recall(t.Context(), db, d.key, staff.Anew{Login: "nurse", Code: as[:4] + "\u00a0" + as[4:]}); err != nil {
						t.Errorf("%s typed as %s: %v", code, as, err)
					}
				}
			}
			must(t, staff.Refuse(t.Context(), db, d.doctor, all[0].ID))
		}
		if len(seen) < 2 {
			t.Errorf("seen only %v", seen)
		}
	})
}
