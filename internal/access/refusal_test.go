package access_test

import (
	"context"
	"testing"

	"phare"
	"phare/internal/access"
	"phare/internal/store"
	"phare/internal/store/storetest"
)

// Each verb of this room refuses who has not its right, before anything else: the
// public what staff may do for themselves, a nurse what an administrator may do
// to others.
func TestEveryVerbRefuses(t *testing.T) {
	public := access.Actor{ID: "n", Platform: "reunion", Role: access.Public}
	nurse := access.Actor{ID: "n", Platform: "reunion", Role: access.Nurse}
	director := access.Actor{ID: "d", Platform: "reunion", Role: access.Director}
	own := access.Session{ID: "s", By: public}
	keys := &access.Passkeys{}
	verbs := map[string]func(context.Context, *store.DB) error{
		"Own":          func(c context.Context, db *store.DB) error { _, err := access.Own(c, db, public); return err },
		"MyIdentities": func(c context.Context, db *store.DB) error { _, err := access.MyIdentities(c, db, public); return err },
		"MyPasskeys":   func(c context.Context, db *store.DB) error { _, err := access.MyPasskeys(c, db, public); return err },
		"AskNew":       func(c context.Context, db *store.DB) error { _, err := keys.AskNew(c, db, public); return err },
		"AddPasskey": func(c context.Context, db *store.DB) error {
			return access.AddPasskey(c, db, public, "clé", access.PasskeyAnswer{Site: keys})
		},
		"RemovePasskey":    func(c context.Context, db *store.DB) error { return access.RemovePasskey(c, db, own, "k") },
		"Accept":           func(c context.Context, db *store.DB) error { return access.Accept(c, db, own, "i") },
		"Decline":          func(c context.Context, db *store.DB) error { return access.Decline(c, db, public, "i") },
		"Sessions":         func(c context.Context, db *store.DB) error { _, err := access.Sessions(c, db, public); return err },
		"EndSession":       func(c context.Context, db *store.DB) error { return access.EndSession(c, db, public, "s") },
		"EndOtherSessions": func(c context.Context, db *store.DB) error { return access.EndOtherSessions(c, db, public, "s") },

		"SessionsOf": func(c context.Context, db *store.DB) error {
			_, err := access.SessionsOf(c, db, nurse, "a")
			return err
		},
		"EndSessionsOf": func(c context.Context, db *store.DB) error { return access.EndSessionsOf(c, db, nurse, "a") },
		"IdentitiesOf": func(c context.Context, db *store.DB) error {
			_, err := access.IdentitiesOf(c, db, nurse, "a")
			return err
		},
		"Link": func(c context.Context, db *store.DB) error {
			return access.Link(c, db, nurse, "a", access.Identity{Provider: "psc", Subject: "1"})
		},
		"Unlink":    func(c context.Context, db *store.DB) error { return access.Unlink(c, db, nurse, "a", "i") },
		"Staff":     func(c context.Context, db *store.DB) error { _, err := access.Staff(c, db, nurse); return err },
		"Decisions": func(c context.Context, db *store.DB) error { _, err := access.Decisions(c, db, public); return err },
		"Switch": func(c context.Context, db *store.DB) error {
			return access.Switch(c, db, nurse, access.Switching{Reason: "essai"})
		},
		"Colleagues": func(c context.Context, db *store.DB) error { _, err := access.Colleagues(c, db, director); return err },
	}
	db := storetest.Open(t, "sqlite") // refused before the database is asked
	opened(t, db)
	for name, verb := range verbs {
		if err := verb(t.Context(), db); phare.KindOf(err) != phare.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}
