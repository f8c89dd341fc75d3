package staff_test

import (
	"context"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/staff"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Each verb about other people's accounts refuses who has not its right, before
// anything else.
func TestEveryVerbRefuses(t *testing.T) {
	nurse := access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}
	verbs := map[string]func(context.Context, *store.DB) error{
		"Invite": func(c context.Context, db *store.DB) error {
			return staff.Invite(c, db, access.NewKey(), nurse, staff.Invitation{})
		},
		"Invitations": func(c context.Context, db *store.DB) error { _, err := staff.Invitations(c, db, nurse); return err },
		"Withdraw":    func(c context.Context, db *store.DB) error { return staff.Withdraw(c, db, nurse, "i") },
		"AskHelp": func(c context.Context, db *store.DB) error {
			return staff.AskHelp(c, db, nurse, "a", "téléphone perdu")
		},
		"Waiting": func(c context.Context, db *store.DB) error { _, err := staff.Waiting(c, db, nurse); return err },
		"Confirm": func(c context.Context, db *store.DB) error {
			_, _, err := staff.Confirm(c, db, access.NewKey(), nurse, "r")
			return err
		},
		"Refuse":     func(c context.Context, db *store.DB) error { return staff.Refuse(c, db, nurse, "r") },
		"Reviews":    func(c context.Context, db *store.DB) error { _, err := staff.Reviews(c, db, nurse); return err },
		"OpenReview": func(c context.Context, db *store.DB) error { _, err := staff.OpenReview(c, db, nurse, "r"); return err },
		"OpenedInAYear": func(c context.Context, db *store.DB) error {
			_, err := staff.OpenedInAYear(c, db, nurse)
			return err
		},
		"SignReview": func(c context.Context, db *store.DB) error { _, err := staff.SignReview(c, db, nurse, nil); return err },
		"Members":    func(c context.Context, db *store.DB) error { _, err := staff.Members(c, db, nurse); return err },
		"Open":       func(c context.Context, db *store.DB) error { _, err := staff.Open(c, db, nurse, "a"); return err },
		"Leave":      func(c context.Context, db *store.DB) error { return staff.Leave(c, db, nurse, "a") },
		"ChangeRole": func(c context.Context, db *store.DB) error {
			return staff.ChangeRole(c, db, nurse, "a", access.Physician)
		},
	}
	db := storetest.Open(t, "sqlite") // refused before the database is asked
	for name, verb := range verbs {
		if err := verb(t.Context(), db); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}
